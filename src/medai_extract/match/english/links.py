"""What may stand between two words of a chain, and the words."""

import msgspec

PLAIN = frozenset((" ", "\xa0", " & ", " · ", "·", " ・ ", " + "))
MARKED = frozenset(("™ ", "® "))
AND = frozenset((" and ", " and the "))
OF = frozenset((" of ", " of the "))
FOR = frozenset((" for ", " for the ", " on "))
PARTICLE = frozenset((
    " de ", " de la ", " du ", " des ", " di ", " della ", " do ", " da ", " das ", " dos ", " von ", " van ",
    " der ", " für ", " pour ", " del ", " zur ", " zum ", " am ", " im ", " og ", " och ", " und ", " et ", " y ",
))  # fmt: skip
FOREIGN_PARTICLE = frozenset(
    (" du ", " des ", " della ", " für ", " pour ", " og ", " och ", " und ", " et ", " y ")
)
"""Particles that are no English words and rare in names of people: they join whatever stands before them."""
POSSESSIVE = frozenset(("'s ", "’s ", "' ", "’ "))
POSSESSIVE_AND = frozenset(("'s & ", "’s & "))


class Word(msgspec.Struct, frozen=True, gc=False):
    """A word of a chain, and where it stands."""

    text: str
    start: int
    end: int


def is_coined(word: str, maker: str) -> bool:
    """Say whether a word is coined from the one before it, its maker: Omada OmadaSpark.

    >>> is_coined("OmadaSpark", "Omada"), is_coined("Omadas", "Omada")
    (True, False)
    """
    size = len(maker)
    return size > 3 and word.startswith(maker) and word[size : size + 1].isupper()
