"""Amounts of money in a text."""

from medai_extract.match.money.matcher import MoneyMatcher

__all__ = ["MoneyMatcher"]
