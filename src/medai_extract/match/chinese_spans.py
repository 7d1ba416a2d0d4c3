"""Spans of a Chinese sentence that could be names: between the words that end names, and inside quotation marks."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from medai_extract.match.chinese_lexicon import Lexicon
from medai_extract.match.chinese_words import Word

LONGEST_WORDS, LONGEST = 14, 40
_HAN = re.compile(r"[\u3400-\u9fff]")
_HEAD = re.compile(r"H")
_CROSSED = frozenset("vcbnapmfli")
"""First letters of the parts of speech that a long name of an institution may hold."""
_TELLING = re.compile(r"[XYZRLPVKC]")
_PLAIN = re.compile(r"[^GT]+")
_SEGMENT = re.compile(r"[^B]+")
_QUOTED = re.compile(
    r"[“「『\"‘【]([^“”「」『』\"‘’【】，。；！？\n]{2,24}?)[”」』\"’】]|《([^《》，。；！？\n]{2,16}?)》"
)
_ITEM = re.compile(
    r"(?<=[、，：:])([^、，。；：:！？（）\s“”]{3,6})(?=[、，。0-9]|等|涨|跌|和[\u3400-\u9fff]{2,8}[等。，])"
)


class Guess(NamedTuple):
    """A span that could be a name: its words ``[first, last)`` of sentence ``sentence``, and how it was found."""

    start: int
    end: int
    sentence: int
    first: int
    last: int
    shape: str


class Proposer:
    """Proposes the spans of a sentence that could be names."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._heads = lexicon.institution_heads
        self._national, self._never = lexicon.marks("national"), lexicon.marks("never_inside")

    def propose(self, text: str, words: Sequence[Word], sentence: int) -> Iterator[Guess]:
        """Give each span once."""
        if not words:
            return
        codes = "".join([word.code for word in words])
        seen: set[tuple[int, int]] = set()
        for shape, ranges in (
            ("words", _runs(codes, words)),
            ("institution", self._institutions(codes, words)),
        ):
            for first, last in ranges:
                span = words[first].start, words[last - 1].end
                if 2 <= span[1] - span[0] <= LONGEST and span not in seen:
                    seen.add(span)
                    yield Guess(*span, sentence, first, last, shape)
        for pattern, shape in ((_QUOTED, "quoted"), (_ITEM, "item")):
            for hit in pattern.finditer(text, words[0].start, words[-1].end):
                span = hit.span(hit.lastindex or 0)
                if span in seen:
                    continue
                seen.add(span)
                guess = locate(words, *span, sentence)._replace(shape=shape)
                if shape == "quoted" or words[guess.first].code != "B" or words[guess.first].end == span[1]:
                    yield guess

    def _institutions(self, codes: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        """Give names of institutions that hold words which end other names: 北京市规划和自然资源委员会朝阳分局.

        They begin with a place or a word like 国家 and run to a head, over conjunctions and verbs but over no mark or number.
        """
        for head in _HEAD.finditer(codes):
            crossed = False
            for first in range(head.start() - 1, max(head.start() - LONGEST_WORDS, -1), -1):
                word = words[first]
                if word.end != words[first + 1].start:
                    break
                if word.code == "B":
                    crossed = True
                    if self._stops(word, words[first - 1]):
                        break
                elif crossed and (word.code == "P" or word.text in self._national):
                    yield first, head.end()

    def _stops(self, word: Word, before: Word) -> bool:
        if word.tag[:1] not in _CROSSED or not _HAN.match(word.text) or word.text in self._never:
            return True
        return word.tag in ("c", "p") and before.text in self._heads


def _runs(codes: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    for match in _SEGMENT.finditer(codes):
        yield from _cuts(codes, match.start(), match.end(), words)


def _cuts(codes: str, begin: int, stop: int, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Give the ranges of words that could be a name in ``[begin, stop)``, a stretch without breaking words."""
    if not _TELLING.search(codes, begin, stop):
        # Common words only: no more than the whole stretches between generic nouns can be a name.
        for match in _PLAIN.finditer(codes, begin, stop):
            if match.end() - match.start() <= LONGEST_WORDS:
                yield match.span()
        return
    starts, ends = {begin}, {stop}
    for at in range(begin, stop):
        code, before = codes[at], codes[at - 1] if at > begin else ""
        apart = at > begin and words[at].start > words[at - 1].end
        if before and (
            apart or before in "GTHL" or code in "LP" or (code in "XZRY" and before not in "XZRCY")
        ):
            starts.add(at)
        if before and (apart or code in "GTHL" or before == "L"):
            ends.add(at)
        if code in "HLVXY" or (before and code == "N" and before in "XZY"):
            ends.add(at + 1)
    for first in sorted(starts):
        for last in sorted(ends):
            if first < last <= first + LONGEST_WORDS:
                yield first, last


def locate(words: Sequence[Word], start: int, end: int, sentence: int) -> Guess:
    """Give the guess for any span of a sentence; its shape says whether it ends at the edges of words."""
    first = next((at for at, word in enumerate(words) if word.end > start), len(words) - 1)
    last = next((at for at in range(first, len(words)) if words[at].start >= end), len(words))
    if words[first].start == start and words[last - 1].end == end:
        return Guess(start, end, sentence, first, last, "found")
    return Guess(start, end, sentence, first, last, "cut" if end - start < 4 else "cut_long")
