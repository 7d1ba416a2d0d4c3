"""Texts that are no news but one short request ("by tomorrow", "I'll be out since this August"), read by their own habits.

A request looks ahead, its words of relation (since, before, the) belong to the date, and its spans are counted to the day.
Articles never come here: a request is one line of at most ``LONGEST`` characters that is nothing but a date or that
speaks to an assistant.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from medai_extract.match.date_context import words_pattern
from medai_extract.patterns import Patterns

LONGEST = 160

_FILLER = re.compile(
    r"(?:\W|_|\b(?:in|on|at|the|a|of|for|from|to|by|since|during|around|about|this|starting|beginning|before|after|until|till|through"
    r"|anytime|later|earlier|sooner|than|ending|with|no|prior|BC|AD|A|D|what|s|between|and|now|like|look)\b|[在于从到自起止之前后以来左右内至])*",
    re.I,
)
_RANGE_OPENING = re.compile(r"(?:from|between)\s(?:the\s)?$", re.I)


class Expression(Protocol):
    """What is widened: a span and the bound it gets."""

    start: int
    end: int
    bound: str


class Requests:
    """Tells requests from news and takes their words of relation into the span."""

    def __init__(self, patterns: Patterns) -> None:
        self._addresses = re.compile(
            rf"(?<![A-Za-z])(?:{words_pattern([w for w in patterns.table('date.request_words') if w.isascii() or '’' in w])})(?![A-Za-z])"
            rf"|{words_pattern([w for w in patterns.table('date.request_words') if not w.isascii() and '’' not in w])}"
        )
        self._bounds = patterns.table("date.request_bounds")
        self._bound = re.compile(rf"(?<![A-Za-z])(?P<word>{words_pattern(list(self._bounds))})\s(?:the\s)?$", re.I)

    def may_be(self, text: str) -> bool:
        """Say whether a text is short enough to be a request."""
        return len(text) <= LONGEST and "\n" not in text.strip()

    def style(self, text: str, spans: Sequence[tuple[int, int]]) -> str:
        """Give ``bare`` for a text that is only a date, ``addressed`` for one that speaks to an assistant, else nothing."""
        if not spans:
            return ""
        rest, at = [], 0
        for start, end in spans:
            rest.append(text[at:start])
            at = end
        rest.append(text[at:])
        if all(_FILLER.fullmatch(piece) for piece in rest):
            return "bare"
        return "addressed" if self._addresses.search(text) else ""

    def widen(self, text: str, found: Sequence[Expression], style: str) -> None:
        """Take ``since``, ``before``, ``from`` and the like before a date into its span."""
        for one in found:
            match = self._bound.search(text, max(0, one.start - 24), one.start)
            if match:
                one.start, one.bound = match.start(), self._bounds[match["word"].lower()]
            else:
                opening = _RANGE_OPENING.search(text, max(0, one.start - 12), one.start)
                if opening and getattr(one, "last", None) is not None:
                    one.start = opening.start()
        if style == "bare" and len(found) == 1:
            stripped = text.strip()
            found[0].start = text.index(stripped)
            found[0].end = found[0].start + len(stripped.rstrip("?!.。？！"))
