"""Names that begin a line: the place of a dateline, the source of the article with its day."""

import re

from medai_extract.match.english.edges import Run
from medai_extract.match.english.weights import Weights
from medai_extract.match.english.words import EnglishWords

_DAY = r"(?:\d{1,2} [A-Z][a-z]{2,8}\.?,? 20\d\d|[A-Z][a-z]{2,8}\.? \d{1,2}, 20\d\d|[A-Z][a-z]+day,? [A-Z\d][^\n]{5,16})"
_SOURCE = re.compile(rf"(?: [·•|–—] [A-Z][A-Za-z ]{{0,20}})?(?: [·•|–—]|,) {_DAY}(?:\n|$)")
_WRITER = re.compile(
    r", [^\n]{0,60}\b(?:staff writer|writer|correspondent|reporter|columnist|contributor|editor|bureau chief)(?:\n|$)",
    re.I,
)
_DATELINE = re.compile(
    r"(?:, [A-Z][\w.]{1,12})?(?:, [A-Z][a-z.]{2,8} \d{1,2}(?:, \d{4})?)? ?(?:\([^)\n]{2,30}\) ?)?(?:—|–|--|-) "
)


class LineReader:
    """The reader of the beginnings of lines."""

    def __init__(self, words: EnglishWords, weights: Weights) -> None:
        self.words = words
        mask = weights.mask
        self._human = mask("not.human")
        self._in_place, self._own, self._source = mask("not.in_place"), mask("own"), mask("org.source")

    def read(self, text: str, run: Run) -> tuple[int, int]:
        """Give the evidence before and behind a run that begins a line: KEENE, N.H. — …; Helena Standard – May 4, 2023; Ezra Blume, staff writer."""
        if len(run.words) in (2, 3) and _WRITER.match(text, run.end):
            return 0, self._human
        if run.text.isupper() and len(run.text) > 4 and _DATELINE.match(text, run.end):
            return self._in_place, 0
        if _SOURCE.match(text, run.end) and not (len(run.words) == 1 and self.words.common[run.text]):
            return 0, self._source | (self._own if text[run.end] == " " else 0)
        return 0, 0
