"""Organisations and products in English text that no list holds."""

from medai_extract.match.english.names import EnglishNames

__all__ = ["EnglishNames"]
