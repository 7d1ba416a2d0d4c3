r"""Names of the lists, found by one Aho-Corasick pass over the folded text.

Hits overlap freely here; selection decides. A hit must stand at a boundary: ASCII letters and digits may not touch a Latin
edge (``\b`` would refuse OpenAI in 据OpenAI公司称), and short Han names may not cut a token (微医 in 显微医学影像). An ambiguous name
(平安, Epic) counts only with one of its context words in the sentence or where the article names the entity safely elsewhere.
"""

import re
from collections.abc import Mapping, Sequence

from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

from medai_extract.model import Candidate
from medai_extract.patterns import NameRow
from medai_extract.segment import SegmentedText

_EDGE = re.compile(r"[A-Za-z0-9]")
_SHORT_ACRONYM = re.compile(r"[A-Z&]{2,5}")
SCORE_SAFE, SCORE_CONTEXT = 0.95, 0.85


def at_boundary(text: str, start: int, end: int) -> bool:
    """Say whether no ASCII letter or digit touches a Latin edge of ``[start, end)``.

    >>> at_boundary("据OpenAI公司称", 1, 7), at_boundary("MyOpenAIx", 2, 8)
    (True, False)
    """
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (
        (before and _EDGE.match(before) and _EDGE.match(text[start]))
        or (after and _EDGE.match(after) and _EDGE.match(text[end - 1]))
    )


def cuts_word(segmented: SegmentedText, start: int, end: int) -> bool:
    """Say whether a span of a Chinese clause cuts a token; in English the letters beside it have told already."""
    return segmented.lang_at(start) == "zh" and not segmented.has_edges(start, end)


def fits_case(name: str, surface: str) -> bool:
    """Say whether ``surface`` may be ``name`` as far as capitals go.

    A name with a capital needs one in the text (Apple, not apple); a short acronym needs all of its own (WHO, not Who).

    >>> fits_case("Apple", "apple"), fits_case("iFLYTEK", "IFlytek"), fits_case("WHO", "Who"), fits_case("平安", "平安")
    (False, True, False, True)
    """
    if _SHORT_ACRONYM.fullmatch(name):
        return surface == name
    return name == name.lower() or surface != surface.lower()


class Gazetteer:
    """The name lists, compiled.

    Args:
        names: rows of the lists; several rows may share a surface form.
        folding: the ``str.translate`` table of ``normalise.names.make_folding``.
    """

    def __init__(self, names: Sequence[NameRow], folding: Mapping[int, int]) -> None:
        self.folding = folding
        self._rows: list[list[NameRow]] = []
        index: dict[str, int] = {}
        for row in names:
            key = row.name.translate(folding)
            if key not in index:
                index[key] = len(self._rows)
                self._rows.append([])
            self._rows[index[key]].append(row)
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(index), MATCH_KIND_STANDARD) if index else None

    def find(self, segmented: SegmentedText) -> list[Candidate]:
        """Give every hit of a listed name whose boundaries and context allow it, in text order."""
        if self._automaton is None:
            return []
        text = segmented.text
        folded = text.translate(self.folding)
        safe: list[Candidate] = []
        waiting: list[tuple[int, int, NameRow]] = []
        for start, end, key in self._automaton.find_overlapping(folded):
            if not at_boundary(text, start, end):
                continue
            for row in self._rows[key]:
                if not fits_case(row.name, text[start:end]):
                    continue
                if row.boundary == "word" and cuts_word(segmented, start, end):
                    continue
                if row.context:
                    waiting.append((start, end, row))
                else:
                    safe.append(_candidate(start, end, row, SCORE_SAFE, ()))
        doubtful: list[tuple[int, int, NameRow]] = []
        for start, end, row in waiting:
            sentence = segmented.sentence_at(start)
            around = folded[sentence.start : start] + " " + folded[end : sentence.end]
            word = next(
                (word for word in row.context if _stands_in(word.translate(self.folding), around)), None
            )
            if word is None:
                doubtful.append((start, end, row))
            else:
                safe.append(_candidate(start, end, row, SCORE_CONTEXT, (f"context:{word}",)))
        established = {candidate.entity_id for candidate in safe}
        safe.extend(
            _candidate(start, end, row, SCORE_CONTEXT, ("established",))
            for start, end, row in doubtful
            if row.entity_id in established
        )
        return sorted(safe, key=lambda candidate: (candidate.start, candidate.end, candidate.label))


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


def _candidate(start: int, end: int, row: NameRow, score: float, evidence: tuple[str, ...]) -> Candidate:
    return Candidate(
        start=start,
        end=end,
        label=row.label,
        rule_id=f"{row.label.lower()}.list",
        score=score,
        entity_id=row.entity_id,
        evidence=(f"name:{row.name}", *evidence),
    )
