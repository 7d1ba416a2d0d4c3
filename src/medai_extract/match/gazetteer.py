r"""Names of the lists, found by one Aho-Corasick pass over the folded text.

Hits overlap freely here; selection decides. A hit must stand at a boundary: ASCII letters and digits may not touch a Latin
edge (``\b`` would refuse OpenAI in 据OpenAI公司称), and short Han names may not cut a token (微医 in 显微医学影像). An ambiguous name
(平安, Epic) counts only with one of its context words in the sentence or where the article names the entity safely elsewhere.
"""

import re
import string
from array import array
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

from medai_extract.model import Candidate
from medai_extract.patterns import NameRow
from medai_extract.segment import SegmentedText
from medai_extract.segment.zh import load_segmenter

_LONG = 3
"""Characters from which a name is too long to be a part of other words by chance."""
_EDGE = frozenset(string.ascii_letters + string.digits)
_SHORT_ACRONYM = re.compile(r"[A-Z&]{2,5}")
SCORE_SAFE, SCORE_CONTEXT = 0.95, 0.85


class ListedName(NamedTuple):
    """A row of the lists as a hit needs it; ``context`` is folded, ``evidence`` says which name it was."""

    row: NameRow
    fits: Callable[[str], bool]
    whole_word: bool
    context: tuple[tuple[str, str], ...]
    rule_id: str
    evidence: str


def at_boundary(text: str, start: int, end: int) -> bool:
    """Say whether no ASCII letter or digit touches a Latin edge of ``[start, end)``.

    >>> at_boundary("据OpenAI公司称", 1, 7), at_boundary("MyOpenAIx", 2, 8)
    (True, False)
    """
    if text[start] in _EDGE and start and text[start - 1] in _EDGE:
        return False
    return not (text[end - 1] in _EDGE and end < len(text) and text[end] in _EDGE)


def cuts_word(segmented: SegmentedText, start: int, end: int) -> bool:
    """Say whether a span of a Chinese clause cuts a token; in English the letters beside it have told already.

    What the model of the segmenter took for a word, but no dictionary has, cuts no longer name: 阿里云|已.
    """
    if segmented.lang_at(start) != "zh":
        return False
    cut = [word for word in map(segmented.word_over, (start, end)) if word]
    return bool(cut) and (end - start < _LONG or any(map(load_segmenter().has_word, cut)))


def make_case_test(name: str) -> Callable[[str], bool]:
    """Give the test whether a surface may be ``name`` as far as capitals go.

    A name with a capital needs one in the text (Apple, not apple); a short acronym needs all of its own (WHO, not Who).

    >>> pairs = ("Apple", "apple"), ("iFLYTEK", "IFlytek"), ("WHO", "Who"), ("平安", "平安")
    >>> [make_case_test(name)(surface) for name, surface in pairs]
    [False, True, False, True]
    """
    if _SHORT_ACRONYM.fullmatch(name):
        return name.__eq__
    return _any_surface if name == name.lower() else _has_capital


def _any_surface(_surface: str) -> bool:
    return True


def _has_capital(surface: str) -> bool:
    return surface != surface.lower()


class Gazetteer:
    """The name lists, compiled.

    Args:
        names: rows of the lists; several rows may share a surface form.
        folding: the ``str.translate`` table of ``normalise.names.make_folding``.
    """

    def __init__(self, names: Sequence[NameRow], folding: Mapping[int, int]) -> None:
        self.folding = folding
        self._names: dict[int, list[ListedName]] = {}
        of_surface: dict[str, list[NameRow]] = {}
        for row in names:
            of_surface.setdefault(row.name.translate(folding), []).append(row)
        self._automaton = (
            CharwiseDoubleArrayAhoCorasick(list(of_surface), MATCH_KIND_STANDARD) if of_surface else None
        )
        # The rows surface after surface, and where those of each begin: a list for each would be as much again.
        self._rows = tuple(chain.from_iterable(of_surface.values()))
        self._starts = array("L", accumulate(map(len, of_surface.values()), initial=0))

    def find(self, segmented: SegmentedText) -> list[Candidate]:
        """Give every hit of a listed name whose boundaries and context allow it, in text order."""
        if self._automaton is None:
            return []
        text = segmented.text
        folded = segmented.folded(self.folding)
        safe: list[Candidate] = []
        waiting: list[tuple[int, int, ListedName]] = []
        edge, length = _EDGE, len(text)
        for start, end, key in self._automaton.find_overlapping(folded):
            # ``at_boundary``, spelt out: of short acronyms in English nine hits of ten end here.
            if start and text[start - 1] in edge and text[start] in edge:
                continue
            if end < length and text[end] in edge and text[end - 1] in edge:
                continue
            surface = text[start:end]
            for name in self._names.get(key) or self._compile(key):
                if not name.fits(surface) or (name.whole_word and cuts_word(segmented, start, end)):
                    continue
                if name.context:
                    waiting.append((start, end, name))
                else:
                    safe.append(_candidate(start, end, name, SCORE_SAFE))
        doubtful: list[tuple[int, int, ListedName]] = []
        for start, end, name in waiting:
            sentence = segmented.sentence_at(start)
            around = folded[sentence.start : start] + " " + folded[end : sentence.end]
            word = next(
                (word for word, key in name.context if key in around and _stands_in(key, around)), None
            )
            if word is None:
                doubtful.append((start, end, name))
            else:
                safe.append(_candidate(start, end, name, SCORE_CONTEXT, f"context:{word}"))
        established = {candidate.entity_id for candidate in safe}
        safe.extend(
            _candidate(start, end, name, SCORE_CONTEXT, "established")
            for start, end, name in doubtful
            if name.row.entity_id in established
        )
        return sorted(safe, key=lambda candidate: (candidate.start, candidate.end, candidate.label))

    def _compile(self, key: int) -> list[ListedName]:
        """Make ready the rows of one surface form; most of a large list is never hit, so only those that are."""
        names = [
            ListedName(
                row=row,
                fits=make_case_test(row.name),
                whole_word=row.boundary == "word",
                context=tuple((word, word.translate(self.folding)) for word in row.context),
                rule_id=f"{row.label.lower()}.list",
                evidence=f"name:{row.name}",
            )
            for row in self._rows[self._starts[key] : self._starts[key + 1]]
        ]
        self._names[key] = names
        return names


def _stands_in(word: str, text: str) -> bool:
    """Say whether a context word stands in a text: a Latin one as a word of its own, plural or not (AI is not in "said").

    >>> _stands_in("app", "two apps"), _stands_in("app", "approved"), _stands_in("保险", "平安保险")
    (True, False, True)
    """
    at = text.find(word)
    while at >= 0:
        end = at + len(word) + (text[at + len(word) : at + len(word) + 1] == "s")
        if at_boundary(text, at, end):
            return True
        at = text.find(word, at + 1)
    return False


def _candidate(start: int, end: int, name: ListedName, score: float, *why: str) -> Candidate:
    return Candidate(
        start=start,
        end=end,
        label=name.row.label,
        rule_id=name.rule_id,
        score=score,
        entity_id=name.row.entity_id,
        evidence=(name.evidence, *why),
    )
