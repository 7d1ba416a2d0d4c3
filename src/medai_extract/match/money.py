"""Amounts of money in a text."""

from medai_extract.model import Candidate, Document
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText


class MoneyMatcher:
    """The money rules, compiled."""

    def __init__(self, patterns: Patterns) -> None:
        self.rules = patterns.rules.get("money", ())

    def find(self, segmented: SegmentedText, document: Document) -> list[Candidate]:
        """Give every amount of money with its value."""
        return []
