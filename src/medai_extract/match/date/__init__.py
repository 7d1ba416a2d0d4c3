"""Dates in a text, with their values: expressions are found, then resolved one after the other."""

from medai_extract.match.date.matcher import DateMatcher

__all__ = ["DateMatcher"]
