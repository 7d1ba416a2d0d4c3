"""The forms of English words: what an inflected one comes from."""

from collections.abc import Mapping

_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "ies": ("y",), "ied": ("y",), "ily": ("y",), "ier": ("y",), "iest": ("y",), "iness": ("y",),
    "ers": ("", "e"), "ions": ("", "e", "ion"), "es": ("", "e"), "s": ("",), "ed": ("", "e"), "ing": ("", "e"),
    "er": ("", "e"), "est": ("", "e"), "ion": ("", "e"), "ally": ("", "al"), "ly": ("",), "ness": ("",),
    "ment": ("",), "able": ("", "e"), "ility": ("le",),
}  # fmt: skip
"""What an inflection may have replaced."""
_SIZES = range(1, max(map(len, _ENDINGS)) + 1)
_DOUBLED = frozenset(("ed", "ing", "er", "est", "ers"))


def stems(word: str) -> list[str]:
    """Give what an inflected lower-case word may come from.

    >>> "run" in stems("running"), "study" in stems("studies"), "note" in stems("noted")
    (True, True, True)
    """
    found: list[str] = []
    for size in _SIZES:
        suffix = word[-size:]
        if suffix in _ENDINGS:
            base = word[:-size]
            found += [base + ending for ending in _ENDINGS[suffix] if len(base) + len(ending) >= 3]
            if suffix in _DOUBLED and len(base) >= 4 and base[-1] == base[-2]:
                found.append(base[:-1])
    return found
