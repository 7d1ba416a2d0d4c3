"""Organisations and products in English text that no list holds."""

from collections.abc import Mapping, Sequence

from medai_extract.model import Candidate, Document
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText


class EnglishNames:
    """The rules for names in English text, compiled."""

    def __init__(self, patterns: Patterns, folding: Mapping[int, int]) -> None:
        self.folding = folding
        self.rules = patterns.rules.get("org", ())

    def find(self, segmented: SegmentedText, document: Document, known: Sequence[Candidate]) -> list[Candidate]:
        """Give names that evidence explains; ``known`` are the hits of the name lists."""
        return []
