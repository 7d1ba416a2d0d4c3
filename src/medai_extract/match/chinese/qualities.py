"""What the letters of the words of a span say by themselves: how much like a proper name they are, and what names seldom hold."""

from functools import lru_cache

_QUALITIES = {
    "L": "latin",
    "X": "odd",
    "Z": "proper",
    "R": "proper",
    "P": "place",
    "Y": "rare",
    "C": "character",
}
_RANKS = str.maketrans(
    {letter: chr(48 + rank) for rank, letter in enumerate(_QUALITIES)} | dict.fromkeys("BGTHKNV", "9")
)
_BY_RANK = {chr(48 + rank): quality for rank, quality in enumerate(_QUALITIES.values())} | {"9": "plain"}
QUALITIES = tuple(_BY_RANK.values())
"""What a span may be like, the most like a proper name first."""
FEW = 4
"""How many words a span has at most whose parts of speech say something together."""
_BREAKS = {
    shape: f"{shape}.break"
    for shape in ("item", "broken", "headed", "loose", "repeated", "versioned", "named")
}


@lru_cache(maxsize=1_024)
def of_letters(codes: str, is_long_kind: bool, shape: str) -> tuple[str, ...]:
    """Give what the letters of the words of a span say on their own."""
    found = []
    if "G" in codes[:-1]:
        found.append("inside.field" if is_long_kind else "inside.generic")
    if codes[-1] in "GT":
        found.append("last.generic")
    if "T" in codes:
        found.append("inside.title")
    if codes[0] == "P":
        found.append("first.place")
    if codes in ("P", "PP"):
        found.append("quoted.only_place" if shape == "quoted" else "whole.only_place")
    elif codes[-1] == "P" and len(codes) > 1:
        found.append("last.place")
    if "B" in codes and shape != "body":
        found.append(_BREAKS.get(shape, "inside.break"))
    return tuple(found)


@lru_cache(maxsize=1_024)
def quality_of(codes: str) -> str:
    """Say how much like a proper name words of these letters are.

    >>> quality_of("NXN"), quality_of("PN"), quality_of("NN")
    ('odd', 'place', 'plain')
    """
    return _BY_RANK[min(codes.translate(_RANKS), default="9")]


@lru_cache(maxsize=1_024)
def of_sequence(tags: str, sizes: str) -> tuple[str, ...]:
    r"""Give what the parts of speech and the sizes of a few words say together.

    >>> of_sequence("nv", "\x02\x01")
    ('sizes.21', 'tag.first.n', 'tag.last.v')
    """
    if len(tags) > FEW:
        return ()
    digits = "".join([str(min(ord(size), 5)) for size in sizes])
    return f"sizes.{digits}", f"tag.first.{tags[0]}", f"tag.last.{tags[-1]}"
