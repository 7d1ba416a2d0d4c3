"""Shapes of the names of persons: surname first, as in East Asia; with an initial, as in references."""

import re
from collections.abc import Collection, Mapping

_SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|er|[aoeiuv])"
)
_GIVEN_PINYIN = re.compile(rf"{_SYLLABLE}(?:['’-]?{_SYLLABLE})?", re.I)
_GIVEN_HYPHEN = re.compile(r"[A-Z][a-z]{1,4}-[a-z]{2,5}")
_INITIALS = frozenset("ABCDEFGHIJKLMNOPRTUWY")
"""Letters that are no version of a product, unlike Z and X."""


def is_author(words: tuple[str, ...], common: Mapping[str, bool]) -> bool:
    """Say whether words look like an author as references name one: Lindqvist A."""
    return len(words) == 2 and len(words[1]) == 1 and words[1] in _INITIALS and not common[words[0]]


def is_surname_first(words: tuple[str, ...], surnames: Collection[str]) -> bool:
    """Say whether words look like a Chinese surname and given name: Duan Tao, Gu Zhongze, Ouyang Na.

    >>> is_surname_first(("Duan", "Tao"), {"Duan"}), is_surname_first(("Duan", "Health"), {"Duan"})
    (True, False)
    """
    return (
        2 <= len(words) <= 3
        and words[0] in surnames
        and all(len(word) > 1 and _GIVEN_PINYIN.fullmatch(word) is not None for word in words[1:])
    )


def has_hyphened_name(words: tuple[str, ...]) -> bool:
    """Say whether a short word stands before a given name of two syllables: Ahn Ji-woo, Cheung Siu-wai.

    >>> has_hyphened_name(("Ahn", "Ji-woo")), has_hyphened_name(("Zelvora", "X-ray"))
    (True, False)
    """
    return len(words) == 2 and len(words[0]) < 8 and _GIVEN_HYPHEN.fullmatch(words[1]) is not None
