"""Cuts the Chinese parts of an article into words: Latin runs joined, what the segmenter glued cut apart."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from daachorse import MATCH_KIND_LEFTMOST_LONGEST, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.chinese.amend import Amendments
from medai_extract.match.chinese.latin import latin_runs
from medai_extract.match.chinese.letters import LETTERS, Letters, Piece
from medai_extract.match.chinese.lexicon import Lexicon
from medai_extract.match.chinese.words import Words
from medai_extract.segment import SegmentedText, cut_runs

_TRADITIONAL = re.compile(
    "[與為對個們來時會發學業國經過後說醫療藥體數據產開關應將該實現點種樣還無長動務處續請議訊稱華東導創構團門優臺灣]"
)
_BLANK, _SMALL = re.compile(" "), re.compile("[a-z]")


class WordCutter:
    """Cuts articles into words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon, self._amendments = lexicon, Amendments(lexicon)
        # Of the heads only those that jieba does not keep whole by itself are looked for.
        heads = sorted(
            word
            for word in {*lexicon.org_heads, *lexicon.product_heads}
            if len(word) > 2 and not lexicon.has_word(word)
        )
        self._long_heads = CharwiseDoubleArrayAhoCorasick(heads, MATCH_KIND_LEFTMOST_LONGEST)
        self._not_latin = lexicon.marks("latin")
        self._letters = Letters(lexicon)

    def words(self, segmented: SegmentedText, folded: str) -> Words:
        """Give the words of an article; ``folded`` is the folded text."""
        text, runs = segmented.text, segmented.chinese_runs
        cut = _fold_traditional(segmented, folded)
        surfaces, starts = segmented.chinese if cut is text else cut_runs(cut, runs)
        letters = self._letters.of(surfaces, (cut[start:end] for start, end in runs))
        latin = [
            run
            for span in runs
            for run in latin_runs(text, span, self._lexicon.refused_latin, self._not_latin)
        ]
        if latin:
            joined = self._join(surfaces, starts, latin, text, folded)
            surfaces, starts, letters = _splice(surfaces, starts, letters, joined)
        codes = letters[::LETTERS]
        if " " in codes:
            blanks = ((*match.span(), ()) for match in _BLANK.finditer(codes))
            surfaces, starts, letters = _splice(surfaces, starts, letters, blanks)
            codes = letters[::LETTERS]
        if not codes.isupper():
            glued = [match.start() for match in _SMALL.finditer(codes)]
            cuts = (
                (at, at + 1, self._letters.take_apart(surfaces[at], starts[at], letters[LETTERS * at :]))
                for at in glued
            )
            surfaces, starts, letters = _splice(surfaces, starts, letters, cuts)
        whole = self._whole_heads(surfaces, starts, text, folded)
        if whole:
            surfaces, starts, letters = _splice(surfaces, starts, letters, whole)
        words = Words(
            text=text,
            folded=folded,
            surfaces=surfaces,
            starts=starts,
            codes=letters[::LETTERS],
            tags=letters[1::LETTERS],
            roles=letters[2::LETTERS],
            sizes=letters[3::LETTERS],
            counts=letters[4::LETTERS],
            openings=frozenset([sentence.start for sentence in segmented.sentences]),
            runs=runs,
        )
        return words._replace(codes=self._amendments.codes(words)) if surfaces else words

    def _join(
        self,
        surfaces: Sequence[str],
        starts: Sequence[int],
        names: Sequence[tuple[int, int]],
        text: str,
        folded: str,
    ) -> Iterator[tuple[int, int, list[Piece]]]:
        """Give the words that lie in Latin names, and one for each name."""
        last = 0
        for start, end in names:
            first = max(bisect_right(starts, start) - 1, last)
            if starts[first] + len(surfaces[first]) <= start:
                first += 1
            last = bisect_left(starts, end, lo=first)
            if first < last:
                letters = self._letters.make("L", "l", folded[start:end])
                yield first, last, [(text[start:end], start, letters)]

    def _whole_heads(
        self, surfaces: Sequence[str], starts: Sequence[int], text: str, folded: str
    ) -> list[tuple[int, int, list[Piece]]]:
        """Give the heads of names that were cut into words, and one word for each: 大|模型, 有限责任|公司."""
        whole, reached = [], 0
        for start, end, _ in self._long_heads.find(folded):
            first = bisect_left(starts, start, reached)
            if first == len(starts) or starts[first] != start or len(surfaces[first]) >= end - start:
                continue
            last = bisect_left(starts, end, first)
            if starts[last - 1] + len(surfaces[last - 1]) == end:
                letters = self._letters.of_whole(text[start:end], folded[start:end])
                whole.append((first, last, [(text[start:end], start, letters)]))
                reached = last
        return whole


def _fold_traditional(segmented: SegmentedText, folded: str) -> str:
    """Give an article with its traditional sentences folded, for jieba's dictionary is simplified."""
    text = segmented.text
    if not _TRADITIONAL.search(text):
        return text
    pieces, at = [], 0
    for start, end in segmented.sentences:
        if _TRADITIONAL.search(text, start, end):
            pieces += [text[at:start], folded[start:end]]
            at = end
    return "".join([*pieces, text[at:]])


def _splice(
    surfaces: list[str], starts: list[int], letters: str, edits: Iterable[tuple[int, int, Iterable[Piece]]]
) -> tuple[list[str], list[int], str]:
    """Put pieces in the place of ranges of words."""
    new_surfaces: list[str] = []
    new_starts: list[int] = []
    new_letters: list[str] = []
    at = 0
    for first, last, pieces in edits:
        new_surfaces += surfaces[at:first]
        new_starts += starts[at:first]
        new_letters.append(letters[LETTERS * at : LETTERS * first])
        for surface, start, piece_letters in pieces:
            new_surfaces.append(surface)
            new_starts.append(start)
            new_letters.append(piece_letters)
        at = last
    new_letters.append(letters[LETTERS * at :])
    return new_surfaces + surfaces[at:], new_starts + starts[at:], "".join(new_letters)
