"""Where English sentences begin, and where any word has a capital."""

import re
from collections.abc import Iterator, Sequence

from medai_extract.model import Span

_INITIALS = re.compile(r"(?<![A-Z.])[A-Z]\.[A-Z]\.$")
_OPENING = re.compile("[ \\t\"“‘'(（[•·▪*#>–—0-9.:)-]++")
_DASHES, _DATELINE = frozenset("-–—"), re.compile("(?:[)0-9]|[A-Z]{4}) ?[-–—]{1,2} $")
"""The dash behind a dateline: (Midland Wire) -- Hospital …, LAGOS – Hospital …"""
_OPENS, _ENDING = frozenset('“",;:.!?)'), frozenset(":.?!|")
_STEPS = frozenset("/>»→")
"""What parts the steps of a path and the labels of a row: Docs / Release notes, Settings > Voice."""
_PICTURES = "\ufe0f"
"""The first of the code points of coloured pictures, at which lines begin too."""


def join_initials(text: str, sentences: Sequence[Span]) -> Iterator[Span]:
    """Give the sentences; what was cut behind initials (J.P. Morgan) is joined again."""
    waiting: Span | None = None
    for sentence in sentences:
        start, end = sentence
        if waiting is not None:
            if start - waiting.end == 1:
                sentence = Span(waiting.start, end)
            else:
                yield waiting
            waiting = None
        if text[end - 3 : end : 2] == ".." and _INITIALS.search(text, max(end - 8, 0), end):
            waiting = sentence
        else:
            yield sentence
    if waiting is not None:
        yield waiting


def end_of_opening(text: str, start: int, end: int) -> int:
    """Give where the brackets, bullets and numbers end with which a sentence begins.

    >>> end_of_opening("1. “Acme", 0, 8), end_of_opening("Acme", 0, 4)
    (4, 0)
    """
    if text[start].isalpha():
        return start
    opening = _OPENING.match(text, start, min(start + 39, end))
    return opening.end() if opening else start


def is_beginning(text: str, at: int) -> bool:
    """Say whether any word would have a capital at ``at``: behind a sentence, a colon or an opening quote.

    >>> is_beginning("It works! Acme", 10), is_beginning("a “Acme", 3), is_beginning("at Acme", 3)
    (True, True, False)
    >>> is_beginning("**At noon.** Acme", 13), is_beginning("Docs / Acme", 7)
    (True, True)
    """
    before = text[at - 1]
    if before == " ":
        last = text[at - 2 : at - 1]
        if last == "*":
            last = text[max(at - 5, 0) : at - 2].rstrip("*")[-1:]
        if last in _DASHES:
            return _DATELINE.search(text, max(at - 8, 0), at) is not None
        return last in _ENDING or (last in _STEPS and text[at - 3 : at - 2] == " ") or last >= _PICTURES
    return before in _OPENS or (before == "\n" and text[at - 2 : at - 1] == ":")
