"""Pattern files: what reviewers and researchers edit, read into compiled ``Patterns``."""

from medai_extract.patterns.load import Patterns, find_patterns, load_patterns, spell_words
from medai_extract.patterns.schema import Example, NameRow, Rule

__all__ = ["Example", "NameRow", "Patterns", "Rule", "find_patterns", "load_patterns", "spell_words"]
