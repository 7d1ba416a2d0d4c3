"""Organisations and products in Chinese text that no list holds, and the right reading of those that a list holds twice."""

from medai_extract.match.chinese.names import ChineseNames

__all__ = ["ChineseNames"]
