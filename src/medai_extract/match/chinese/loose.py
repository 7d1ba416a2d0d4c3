"""Spans of Chinese text that hold words which end names elsewhere, between edges that names often have: 月之暗面, 先临三维, 在途, 36氪.

A span counts where on both sides stands what stands beside names: a mark, the end of a stretch, or a word of the tables. Most such
spans are phrases, so no word of theirs may be everyday language, but where the span stands so in two places at least.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import pairwise

from medai_extract.match.chinese.lexicon import RARE, Lexicon
from medai_extract.match.chinese.words import Words

Loose = tuple[int, int, int, int, str]
"""Where a span begins and ends, its words ``[first, last)`` and how it was found."""
LONGEST_WORDS, LONGEST = 4, 8
COMMON, EVERYDAY = 300, 2_000
"""Occurrences in jieba's counts from which a word that ends names is everyday language."""
_LINKING = frozenset("tfrcp")
_BEGINS_NO_NAME, _ENDS_NO_NAME, _COUNTING = frozenset("ubhkx"), frozenset("upch"), frozenset("mq")
"""Letters of parts of speech."""


class LooseSpans:
    """Proposes such spans."""

    def __init__(self, lexicon: Lexicon, before: Collection[str], after: Collection[str]) -> None:
        self._lexicon = lexicon
        self._never = lexicon.marks("never_inside")
        self._before, self._after = frozenset(before), frozenset(after)

    def spans(self, words: Words) -> Iterator[Loose]:
        """Give the spans of an article."""
        folded = words.folded
        surfaces = [
            folded[start : start + len(word)]
            for start, word in zip(words.starts, words.surfaces, strict=True)
        ]
        found = list(self._between_edges(words, surfaces))
        forms = Counter([folded[start:end] for start, end, _, _ in found])
        for start, end, first, last in found:
            if self._is_phrase(words, surfaces, first, last):
                continue
            if forms[folded[start:end]] > 1:
                yield start, end, first, last, "repeated"
            elif self._is_marked(words, start, end) and self._is_odd(words, surfaces, first, last):
                yield start, end, first, last, "loose"

    def _is_phrase(self, words: Words, surfaces: list[str], first: int, last: int) -> bool:
        """Say whether a span is a count, particles, or ends with what stands beside names: 3|级, 还|能, 百川智能|研发."""
        opening, closing = surfaces[first], surfaces[last - 1]
        if last == first + 1:
            return self._lexicon.frequency(opening) > COMMON
        if len(closing) > 1 and closing in self._after:
            return True
        if opening.isdecimal() and len(surfaces[first + 1]) == 1:
            return self._lexicon.frequency(surfaces[first + 1]) > RARE
        return all(
            words.codes[at] == "B"
            and len(surfaces[at]) == 1
            and self._lexicon.frequency(surfaces[at]) > EVERYDAY
            for at in range(first, last)
        )

    def _between_edges(self, words: Words, surfaces: list[str]) -> Iterator[tuple[int, int, int, int]]:
        codes, tags, starts = words.codes, words.tags, words.starts
        count, before, after = len(starts), self._before, self._after
        marks = [code == "B" and tag == "x" for code, tag in zip(codes, tags, strict=True)]
        touches = [
            True,
            *[a + len(word) == b for (a, b), word in zip(pairwise(starts), surfaces, strict=False)],
        ]
        opens = [
            True,
            *[
                mark or word in before or word[-1] in before
                for mark, word in zip(marks, surfaces, strict=True)
            ],
        ]
        closes = [
            mark or word in after or word[0] in after for mark, word in zip(marks, surfaces, strict=True)
        ]
        for first in range(count):
            if marks[first] or not (opens[first] or not touches[first]):
                continue
            if len(surfaces[first]) > 1 and surfaces[first] in before:
                continue  # 基于|百川智能
            start, holds, last = starts[first], False, first
            while (
                last < min(count, first + LONGEST_WORDS)
                and not marks[last]
                and (last == first or touches[last])
            ):
                holds = holds or codes[last] == "B"
                last += 1
                end = starts[last - 1] + len(surfaces[last - 1])
                if end - start > LONGEST:
                    break
                if holds and end - start > 1 and (last == count or closes[last] or not touches[last]):
                    yield start, end, first, last

    def _is_marked(self, words: Words, start: int, end: int) -> bool:
        """Say whether a mark stands on either side."""
        folded = words.folded
        return not (folded[start - 1 : start].isalnum() and folded[end : end + 1].isalnum())

    def _is_odd(self, words: Words, surfaces: list[str], first: int, last: int) -> bool:
        """Say whether none of the words is everyday language."""
        codes, tags = words.codes, words.tags
        if tags[first] in _BEGINS_NO_NAME or (tags[first] in _LINKING and len(surfaces[first]) > 1):
            return False
        if last - first > 1 and tags[last - 1] in _ENDS_NO_NAME:
            return False
        counts = True
        for at in range(first, last):
            word = surfaces[at]
            if word in self._never:
                return False
            if codes[at] == "B" and len(word) > 1 and self._lexicon.frequency(word) > EVERYDAY:
                return False
            counts = counts and (
                (codes[at] == "B" and tags[at] in _COUNTING) or not "\u3400" <= word[0] <= "\u9fff"
            )
        return not counts
