"""Spans of Chinese text whose edges the segmenter did not draw: it cut names apart at words they hold, or glued others to them.

推想|医疗 begins with a verb and 养|和|医院 holds a conjunction, both of which end names elsewhere; 比雅培 and 明织会 are names with
a word in front or behind; in 史丹福|大学毕业 the dictionary knows a phrase that begins with the head of the name.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from medai_extract.match.chinese.lexicon import Lexicon
from medai_extract.match.chinese.words import Words

Seam = tuple[int, int, int, int, str]
"""Where a span begins and ends, the words ``[first, last)`` that it touches, and how it was found."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_BEFORE_HEAD = re.compile(r"(?<=B)H")
_AFTER_BREAK = re.compile(r"B(?=[CNYXZR]{1,2}H(?!H))")
_OPENED = frozenset("，。；：、\n“「（(·｜|\u3000 ")
_UNKNOWN = re.compile("X")
_VERSION = re.compile(
    r"(?<=[\u3400-\u9fff])(?: ?v?[0-9]{1,2}(?:\.[0-9]{1,2}){1,2}| ?v[0-9]{1,2}| ?(?:pro|mini|max|plus|ultra|lite|ii|iii)| [0-9])"
    r"(?![a-z0-9%.．：:\-/])(?! ?[年月日号亿万千百个款台家例岁天小时分元点名种项层次倍级期位人条米公克毫厘吨寸英度周])"
)
"""What tells that the words before it are the name of a product, whatever they are: 过一遍3.0, 让路 II."""
_PHRASE = re.compile("[\x04-\x06]")
_NO_ROOT = frozenset("uyeokp")
"""Letters of the parts of speech that the root of a name does not hold: particles and prepositions."""
ROOTS = range(2, 5)
"""The sizes of the roots of names whose words end other names."""
COMMON = 300
"""Occurrences in jieba's counts from which a word that ends names does not begin one."""
REACH = 4
"""How many words a span runs on beyond the seam."""
GLUED = (3, 2, 1)
LONGEST_PHRASE = 6
"""Characters of a phrase before a version."""
_BEFORE_NAMES = frozenset("upcx")
"""Letters of the parts of speech that stand before names."""


class Seams:
    """Proposes spans whose edges are not those of words that could be names."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._never = lexicon.marks("never_inside")
        self.before = lexicon.marks("seam_before").union(lexicon.org_before, lexicon.product_before)
        self.after = lexicon.marks("seam_after").union(lexicon.org_after, lexicon.product_after)
        self._governing = self.before | {"的"}
        self._heads = frozenset(word for word in lexicon.org_heads if len(word) > 1)

    def spans(self, words: Words) -> Iterator[Seam]:
        """Give the spans of an article that run over seams or end at one."""
        for match in _BEFORE_HEAD.finditer(words.codes):
            yield from self._broken(words, match.start())
        for match in _AFTER_BREAK.finditer(words.codes):
            yield from self._rooted(words, *match.span())
        for match in _UNKNOWN.finditer(words.codes):
            yield from self._glued(words, match.start())
        for match in _VERSION.finditer(words.folded):
            yield from self._versioned(words, *match.span())
        for match in _PHRASE.finditer(words.sizes):
            if words.codes[match.start()] not in "HLKXPT":
                yield from self._headed(words, match.start())

    def _broken(self, words: Words, head: int) -> Iterator[Seam]:
        """Give names whose roots hold words that end names: 推想医疗, 无为机器人, 叁柒基因, 养和医院."""
        last = head + 1
        while last < len(words.codes) and words.codes[last] == "H" and words.joins(last):
            last += 1
        first, size = head, 0
        while first and words.joins(first) and size < ROOTS.stop:
            first -= 1
            word = words.folded_word(first)
            if not _HAN.fullmatch(word) or (
                size == 0 and (word in self._never or words.tags[first] in _NO_ROOT)
            ):
                return
            if words.codes[first] == "B" and len(word) > 1 and self._is_usual(word):
                return
            size += len(word)
            if size in ROOTS and not (words.codes[first] in "GTH" or word in self._never):
                yield words.starts[first], words.end(head), first, head + 1, "broken"
                if last > head + 1:
                    yield words.starts[first], words.end(last - 1), first, last, "broken"

    def _rooted(self, words: Words, first: int, after: int) -> Iterator[Seam]:
        """Give names that open after a mark, or a word that stands before names, with a word which ends names elsewhere.

        、|且|听|资本, 的|三千|世界|科技: a lone word or a rare one.
        """
        start, word = words.starts[first], words.folded_word(first)
        if not start or not (words.folded[start - 1] in _OPENED or self._is_before(words, first - 1)):
            return
        if len(word) > 1 and (len(word) > ROOTS.stop - 2 or self._lexicon.frequency(word) > COMMON):
            return
        if not "\u3400" <= words.folded[start] <= "\u9fff" or words.folded[start] in self._never:
            return
        head = words.codes.index("H", after)
        if words.starts[head] - start in ROOTS and all(words.joins(at) for at in range(after, head + 1)):
            yield start, words.end(head), first, head + 1, "broken"

    def _is_before(self, words: Words, at: int) -> bool:
        return at >= 0 and words.folded_word(at) in self._governing

    def _is_usual(self, word: str) -> bool:
        return word in self.before or word in self.after or self._lexicon.frequency(word) > COMMON

    def _glued(self, words: Words, at: int) -> Iterator[Seam]:
        """Give names that begin or end within a word that no dictionary has: 比雅培, 领投方鼎晖|百孚, 明织会."""
        word, start, end = words.folded_word(at), words.starts[at], words.end(at)
        for size in GLUED:
            rest = len(word) - size
            if rest >= 2 and word[:size] in self.before:
                for last in self._following(words, at):
                    yield start + size, words.end(last - 1), at, last, "glued"
            if rest >= 1 and word[rest:] in self.after:
                for first in self._preceding(words, at):
                    if rest == 1 and first == at:
                        continue
                    yield words.starts[first], end - size, first, at + 1, "glued"

    def _headed(self, words: Words, at: int) -> Iterator[Seam]:
        """Give names whose head begins a phrase of the dictionary: 史丹福|大学毕业, 启德|银行贷款."""
        word = words.folded_word(at)
        for size in GLUED[:2]:
            if word[:size] in self._heads and words.joins(at) and self._lexicon.has_word(word[size:]):
                end = words.starts[at] + size
                for first in self._preceding(words, at):
                    if first < at:
                        yield words.starts[first], end, first, at + 1, "headed"

    def _versioned(self, words: Words, version: int, end: int) -> Iterator[Seam]:
        """Give names that are phrases and have a version: 上线的|过一遍3.0."""
        last = bisect_left(words.starts, end)
        at = bisect_left(words.starts, version)
        if words.end(last - 1) != end or not at or words.end(at - 1) != version:
            return
        size = 0
        for first in range(at - 1, max(at - REACH, 0) - 1, -1):
            size += len(words.surfaces[first])
            word = words.folded_word(first)
            is_before = word in self._governing and (len(word) > 1 or word == "的")
            if not _HAN.fullmatch(word) or size > LONGEST_PHRASE or is_before:
                return
            if size > 1 and (not words.joins(first) or self._opens(words, first - 1)):
                yield words.starts[first], end, first, last, "versioned"

    def _opens(self, words: Words, at: int) -> bool:
        """Say whether a name may begin behind word ``at``."""
        return words.tags[at] in _BEFORE_NAMES or words.codes[at] in "GTHL" or self._is_before(words, at)

    def _following(self, words: Words, at: int) -> Iterator[int]:
        """Give the ends of the runs of words that begin with word ``at``."""
        for last in range(at + 1, min(at + REACH, len(words.codes)) + 1):
            yield last
            if last == len(words.codes) or words.codes[last] == "B" or not words.joins(last):
                return

    def _preceding(self, words: Words, at: int) -> Iterator[int]:
        """Give the beginnings of the runs of words that end with word ``at``."""
        for first in range(at, max(at - REACH, -1), -1):
            yield first
            if not words.joins(first) or words.codes[first - 1] == "B":
                return
