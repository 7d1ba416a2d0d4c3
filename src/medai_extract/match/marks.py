"""The marks of words: small sets that a rule asks for, in one table, each word with all that it is marked as.

Those of names stand in ``patterns/words/zh_marks.csv``, ``en_marks.csv`` and ``en_endings.csv``; the notes there say what each mark means.
"""

from medai_extract.errors import PatternError
from medai_extract.patterns import Patterns, spell_words


class Marks:
    r"""The words of a table by their marks.

    >>> from medai_extract.patterns import load_patterns
    >>> marks = Marks(load_patterns(), "words.en_marks")
    >>> sorted(marks["saint"]), marks.spell("saint", "lone_legal")
    (['Saint', 'St', 'St.'], '(?:(?:Inc\\.|Ltd\\.|S(?:aint|t\\.?)))')
    """

    def __init__(self, patterns: Patterns, name: str) -> None:
        area, _, stem = name.partition(".")
        self._path = patterns.root / area / f"{stem}.csv"
        self._words: dict[str, list[str]] = {}
        for word, marks in patterns.table(name).items():
            for mark in marks.split(" "):
                self._words.setdefault(mark, []).append(word)

    def __getitem__(self, mark: str) -> frozenset[str]:
        """Give the words of a mark.

        Raises:
            PatternError: no word of the table has it.
        """
        if mark not in self._words:
            raise PatternError(self._path, "", f"marks no word as {mark}; add a row with it")
        return frozenset(self._words[mark])

    def spell(self, *marks: str) -> str:
        """Give the pattern of any word that has one of the marks, the longest first."""
        return f"(?:{spell_words(frozenset().union(*(self[mark] for mark in marks)))})"
