"""Acronyms and what they abbreviate."""

import re
from collections.abc import Iterable


def is_acronym_of(short: str, full: Iterable[str]) -> bool:
    """Say whether the letters of ``short`` abbreviate the words of ``full``.

    >>> is_acronym_of("CSRC", ["China", "Securities", "Regulatory", "Commission"])
    True
    >>> is_acronym_of("DAX", ["Dragon", "Ambient", "eXperience"]), is_acronym_of("AIR", ["Ant", "Group"])
    (True, False)
    """
    letters = [letter for letter in short.lower() if letter.isalpha()]
    pool = "".join(
        word if word.isupper() else "".join(map(_initials, re.split(r"[-\s]", word))) for word in full
    )
    if len(letters) < 2 or letters[0] != pool[:1].lower():
        return False
    remaining = iter(pool.lower())
    return all(letter in remaining for letter in letters)


def _initials(word: str) -> str:
    return word[:1] + "".join(filter(str.isupper, word[1:]))
