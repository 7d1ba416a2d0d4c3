"""Texts that are no news but one short request ("by tomorrow"), read by their own habits.

A request looks ahead, its words of relation (since, before, the) belong to the date, and its spans are
counted to the day.
Articles never come here: a request is one line of at most ``LONGEST`` characters that is nothing but a date
or that
speaks to an assistant.
"""

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

from medai_extract.match.date.context import words_pattern
from medai_extract.patterns import Patterns, Rule

LONGEST = 160

_RANGE_OPENING = re.compile(r"(?:\b(?:from|between)\s(?:the\s)?|[从從自由])$", re.I)
_EDGES = re.compile(r"^[\s:,;]+|[\s?!.。？！,，;；]+$")
_INFORMAL = re.compile(
    r"我(?![国們们院市省司方军校会])|你(?![们們好])|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\b(?:january|february|april|june|july|august|september)\b"
)
_BOUNDS_AFTER = {
    "起": "so far",
    "起至今": "so far",
    "以来": "so far",
    "以來": "so far",
    "前": "up to",
    "之前": "up to",
    "以前": "up to",
}


class Expression(Protocol):
    """What is settled here: a span with its rule, and the bound it gets."""

    start: int
    end: int
    bound: str

    @property
    def groups(self) -> dict[str, str]:
        """The named groups of the match."""

    @property
    def rule(self) -> Rule:
        """The rule that found it."""

    @property
    def last(self) -> object:
        """The second date of a range."""


ExpressionT = TypeVar("ExpressionT", bound=Expression)


class Requests:
    """Tells requests from news and takes their words of relation into the span."""

    def __init__(self, patterns: Patterns) -> None:
        words = patterns.table("date.request_words")
        anywhere = words_pattern([word for word, place in words.items() if not place and word.isascii()])
        opening = words_pattern([word for word, place in words.items() if place == "start"])
        han = words_pattern([word for word in words if not word[0].isascii()])
        self._addresses = re.compile(
            rf"(?<![A-Za-z])(?:{anywhere})(?![A-Za-z])|^\s*(?:{opening})(?![A-Za-z])|{han}"
        )
        filler = patterns.table("date.request_filler")
        latin = words_pattern([word for word in filler if word[0].isascii()])
        han = words_pattern([word for word in filler if not word[0].isascii()])
        self._filler = re.compile(rf"(?:[\W_]|\b(?:{latin})\b|{han})*", re.I)
        self._bounds = patterns.table("date.request_bounds")
        self._bound = re.compile(
            rf"(?<![A-Za-z])(?P<word>{words_pattern(list(self._bounds))})\s(?:the\s)?$", re.I
        )

    def may_be(self, text: str) -> bool:
        """Say whether a text is short enough to be a request."""
        return len(text) <= LONGEST and "\n" not in text.strip()

    def style(self, text: str, spans: Sequence[tuple[int, int]]) -> str:
        """Give ``bare`` for a text that is only a date, ``addressed`` for one that asks, or nothing."""
        if not spans:
            return ""
        rest, at = [], 0
        for start, end in spans:
            rest.append(text[at:start])
            at = end
        rest.append(text[at:])
        if all(self._filler.fullmatch(piece) for piece in rest):
            return "bare"
        return "addressed" if self._addresses.search(text) or _INFORMAL.search(text) else ""

    def settle(self, text: str, found: Sequence[ExpressionT], style: str) -> list[ExpressionT]:
        """Drop what only a bare date may be; take words such as ``since`` into the spans."""
        bare = style == "bare"
        kept = [one for one in found if _stands(one, text, bare)]
        for one in kept:
            match = self._bound.search(text, max(0, one.start - 24), one.start)
            if match:
                one.start, one.bound = match.start(), self._bounds[match["word"].lower()]
            elif one.last is not None or "day2" in one.groups or "month2" in one.groups:
                opening = _RANGE_OPENING.search(text, max(0, one.start - 12), one.start)
                one.start = opening.start() if opening else one.start
        if bare and len(kept) == 1:
            one = kept[0]
            after = text[one.end :].strip()
            one.bound = one.bound or _BOUNDS_AFTER.get(after, "")
            stripped = _EDGES.sub("", text)
            one.start = text.index(stripped)
            one.end = one.start + len(stripped)
        return kept


def _stands(one: Expression, text: str, bare: bool) -> bool:
    """Say whether it may be a date: ``15 - 2`` and ``the 21st`` only alone, a number alone never."""
    if bare:
        return not text.strip().isdigit() or len(text.strip()) == 8
    if one.rule.id == "date.ask.numbers":
        return one.groups.get("sep") == "/" or "weekday" in one.groups
    return one.rule.id != "date.ask.day"
