"""Dates in a text."""

from medai_extract.model import Candidate, Document
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText


class DateMatcher:
    """The date rules, compiled."""

    def __init__(self, patterns: Patterns) -> None:
        self.rules = patterns.rules.get("date", ())

    def find(self, segmented: SegmentedText, document: Document) -> list[Candidate]:
        """Give every date with its value."""
        return []
