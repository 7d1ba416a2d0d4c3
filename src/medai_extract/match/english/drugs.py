"""Names of drugs, told by the suffixes of international non-proprietary names."""

import re
from collections.abc import Iterator

from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.marks import Marks


class DrugWords:
    """The suffixes, compiled.

    >>> from medai_extract.patterns import load_patterns
    >>> drugs = DrugWords(Marks(load_patterns(), "words.en_endings"))
    >>> drugs.has("osimertinib"), drugs.has("Keytruda"), [match[0] for match in drugs.find("new semaglutide data")]
    (True, False, ['semaglutide'])
    """

    def __init__(self, endings: Marks) -> None:
        self._ends, spelt = tuple(sorted(endings["drug"])), endings.spell("drug")
        self._scan = CharwiseDoubleArrayAhoCorasick([*self._ends], MATCH_KIND_STANDARD)
        self._word = re.compile(rf"[A-Z]?[a-z]{{2,}}{spelt}")
        self._small = re.compile(rf"(?<![A-Za-z-])[a-z]{{3,}}{spelt}(?![A-Za-z])")

    def has(self, word: str) -> bool:
        """Say whether a word has such a suffix."""
        return word.endswith(self._ends) and self._word.fullmatch(word) is not None

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Give the names of drugs in small letters."""
        return self._small.finditer(text) if self._scan.find(text) else iter(())
