"""Spans of a Chinese sentence that could be names: between the words that end names, and inside quotation marks."""

import re
from collections.abc import Iterator, Sequence

from medai_extract.match.chinese_evidence import HOPELESS, Evidence, Part
from medai_extract.match.chinese_lexicon import Lexicon
from medai_extract.match.chinese_words import Guess, Words
from medai_extract.model import Token

LONGEST_WORDS, LONGEST = 14, 40
_HAN = re.compile(r"[\u3400-\u9fff]")
_HEAD = re.compile(r"H")
_CROSSED = frozenset("vcbnapmfli")
"""First letters of the parts of speech that a long name of an institution may hold."""
_TELLING = re.compile(r"[XYZRLPVKC]")
_PLAIN = re.compile(r"[^GT]+")
_STRETCH = re.compile(r"[^B]{2,}|[^BCGT]")
_MEMO_LIMIT = 100_000
_STARTS = re.compile(r"(?<=[GTHL]).|(?<=.)[LP]|(?<=[^XZRCY])[XZRY]")
_ENDS_BEFORE = re.compile(r"(?<=.)[GTHL]|(?<=L).")
_ENDS_AFTER = re.compile(r"[HLVXY]|(?<=[XZY])N")
_QUOTED = re.compile(
    r"[“「『\"‘【《](?:(?<!《)([^“”「」『』\"‘’【】，。；！？\n]{2,24}?)[”」』\"’】]|(?<=《)([^《》，。；！？\n]{2,16}?)》)"
)
_ITEM = re.compile(
    r"[、，：:]([^、，。；：:！？（）\s“”]{3,6})(?=[、，。0-9]|等|涨|跌|和[\u3400-\u9fff]{2,8}[等。，])"
)


class Proposer:
    """Proposes the spans of a sentence that could be names, with what their insides say.

    Most stretches of words are common and were seen before, so what they hold is kept over all articles.
    """

    def __init__(self, lexicon: Lexicon, evidence: Evidence) -> None:
        self._evidence = evidence
        self._heads = lexicon.institution_heads
        self._national, self._never = lexicon.marks("national"), lexicon.marks("never_inside")
        self._stretches: dict[tuple[object, ...], list[tuple[int, int, Part]]] = {}

    def propose(self, text: str, folded: str, words: Words, sentence: int) -> Iterator[tuple[Guess, Part]]:
        """Give each span once, without those whose insides leave no hope."""
        tokens, codes = words
        if not tokens:
            return
        for stretch in _STRETCH.finditer(codes):
            begin, stop = stretch.span()
            for first, last, inside in self._within(text, folded, words, begin, stop):
                first, last = first + begin, last + begin
                yield Guess(tokens[first].start, tokens[last - 1].end, sentence, first, last, "words"), inside
        for guess in self._others(text, words, sentence):
            inside = self._evidence.inside(text, folded, words, guess)
            if not inside.is_below(HOPELESS):
                yield guess, inside

    def _within(
        self, text: str, folded: str, words: Words, begin: int, stop: int
    ) -> list[tuple[int, int, Part]]:
        """Give the ranges of words in a stretch that could be names, counted from its beginning."""
        tokens, codes = words.tokens[begin:stop], words.codes[begin:stop]
        at = tokens[0].start
        key = (text[at : tokens[-1].end], codes, *[token.end - at for token in tokens])
        kept = self._stretches.get(key)
        if kept is None:
            if len(self._stretches) > _MEMO_LIMIT:
                self._stretches.clear()
            kept = self._stretches[key] = []
            for first, last in _cuts(
                codes, tuple([i for i in range(1, len(tokens)) if not words.joins(begin + i)])
            ):
                start, end = tokens[first].start, tokens[last - 1].end
                if 2 <= end - start <= LONGEST:
                    guess = Guess(start, end, 0, begin + first, begin + last, "words")
                    inside = self._evidence.inside(text, folded, words, guess)
                    if not inside.is_below(HOPELESS):
                        kept.append((first, last, inside))
        return kept

    def _others(self, text: str, words: Words, sentence: int) -> Iterator[Guess]:
        """Give spans that run over words which end other names, and those in quotation marks and lists."""
        tokens, codes = words
        for first, last in self._institutions(words):
            start, end = tokens[first].start, tokens[last - 1].end
            if end - start <= LONGEST:
                yield Guess(start, end, sentence, first, last, "institution")
        for pattern, shape in ((_QUOTED, "quoted"), (_ITEM, "item")):
            for hit in pattern.finditer(text, tokens[0].start, tokens[-1].end):
                start, end = hit.span(hit.lastindex or 0)
                first, last = words.locate(start, end)
                if shape == "quoted" or codes[first] != "B" or tokens[first].end == end:
                    yield Guess(start, end, sentence, first, last, shape)

    def _institutions(self, words: Words) -> Iterator[tuple[int, int]]:
        """Give names of institutions that hold words which end other names: 北京市规划和自然资源委员会朝阳分局.

        They begin with a place or a word like 国家 and run to a head, over conjunctions and verbs but over no mark or number.
        """
        tokens, codes = words
        for head in _HEAD.finditer(codes):
            lowest = max(head.start() - LONGEST_WORDS, 0)
            crossed = codes.rfind("B", lowest, head.start())
            if crossed < 1 or self._stops(tokens, crossed):
                continue
            for first in range(head.start() - 1, lowest - 1, -1):
                if not words.joins(first + 1) or (
                    first < crossed and codes[first] == "B" and self._stops(tokens, first)
                ):
                    break
                if first < crossed and (codes[first] == "P" or tokens[first].text in self._national):
                    yield first, head.end()

    def _stops(self, tokens: Sequence[Token], at: int) -> bool:
        word, _, _, tag = tokens[at]
        if tag[:1] not in _CROSSED or word in self._never or not _HAN.match(word):
            return True
        return tag in ("c", "p") and tokens[at - 1].text in self._heads


def _cuts(codes: str, gaps: tuple[int, ...]) -> Sequence[tuple[int, int]]:
    """Give the ranges of words that could be a name in a stretch without breaking words; ``gaps`` are words after a space.

    >>> _cuts("XN", ()), _cuts("NNGN", ())
    ([(0, 1), (0, 2)], [(0, 2), (3, 4)])
    """
    if not _TELLING.search(codes):
        # Common words only: no more than the whole stretches between generic nouns can be a name.
        plain = [match.span() for match in _PLAIN.finditer(codes)]
        return [(first, last) for first, last in plain if last - first <= LONGEST_WORDS]
    starts = {0, *gaps, *[match.start() for match in _STARTS.finditer(codes)]}
    ends = {len(codes), *gaps, *[match.start() for match in _ENDS_BEFORE.finditer(codes)]}
    ends.update([match.end() for match in _ENDS_AFTER.finditer(codes)])
    return [
        (first, last)
        for first in sorted(starts)
        for last in sorted(ends)
        if first < last <= first + LONGEST_WORDS
    ]


def locate(words: Words, start: int, end: int, sentence: int) -> Guess:
    """Give the guess for any span of a sentence; its shape says whether it ends at the edges of words."""
    first, last = words.locate(start, end)
    if words.tokens[first].start == start and words.tokens[last - 1].end == end:
        return Guess(start, end, sentence, first, last, "found")
    return Guess(start, end, sentence, first, last, "cut" if end - start < 4 else "cut_long")
