"""Spans of Chinese text that could be names: between the words that end names, and inside quotation marks."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from medai_extract.match.chinese.borders import SURE, Borders
from medai_extract.match.chinese.evidence import HOPELESS, Evidence
from medai_extract.match.chinese.lexicon import Lexicon, any_of
from medai_extract.match.chinese.loose import LooseSpans
from medai_extract.match.chinese.seams import Seams
from medai_extract.match.chinese.weights import Part
from medai_extract.match.chinese.words import Words

LONGEST_WORDS, LONGEST = 14, 40
_TELLING = re.compile(r"[XYZRLPVKC]|H[NH]")
_PLAIN = re.compile(r"[^GT]+")
_STRETCH = re.compile(r"[^B]{2,}|[^BCGT]")
_MEMO_LIMIT = 5_000
_SORT, _LATIN = "模型", "LV"
"""What says of a name in Latin letters only what sort of thing it is, and the codes of such a name: DeepSeek|大模型."""
_STARTS = re.compile(r"(?<=[GTHL])[^K]|(?<=[^K])[LP]|(?<=[^XZRK])[XZRY]")
_ENDS_BEFORE = re.compile(r"(?<=[^K])[GTHLK]|(?<=L).")
_ENDS_AFTER = re.compile(r"[HLVXYZRNP]|(?<=[XZYRC])C")
_SAID = frozenset(("quoted", "named"))
"""Shapes of spans that are weighed whatever they hold."""
_QUOTED = re.compile(
    r"[“「『\"‘【《](?:(?<!《)([^“”「」『』\"‘’【】，。；！？\n]{2,24}?)[”」』\"’】]|(?<=《)([^《》，。；！？\n]{2,16}?)》)"
)
_ITEM = re.compile(
    r"[、，：:]([^、，。；：:！？（）\s“”]{3,6})(?=[、，。0-9]|等|涨|跌|和[\u3400-\u9fff]{2,8}[等。，])"
)


class Proposal(NamedTuple):
    """A span that could be a name: its words ``[first, last)``, how it was found, its folded form and what its inside says."""

    start: int
    end: int
    first: int
    last: int
    shape: str
    form: str
    inside: Part


class Proposer:
    """Proposes the spans that could be names, without those whose insides leave no hope.

    Most stretches of words are common and were seen before, so what they hold is kept over all articles.
    """

    def __init__(self, lexicon: Lexicon, evidence: Evidence) -> None:
        self._evidence, self._seams = evidence, Seams(lexicon)
        self._loose = LooseSpans(lexicon, self._seams.before, self._seams.after)
        named = frozenset([word for word, kind in lexicon.product_before.items() if kind == "named"])
        self._named = re.compile(
            rf"(?:{any_of(named)})([a-z0-9\u3400-\u9fff]{{2,8}}?)(?=[，。；、（(！？\n的是])", re.I
        )
        self._stretches: dict[tuple[str, str, str, str], tuple[Proposal, ...]] = {}

    def propose(self, words: Words) -> Iterator[Proposal]:
        """Give the spans between the words that end names."""
        text, surfaces, starts, sizes = words.text, words.surfaces, words.starts, words.sizes
        stretches = self._stretches
        for match in _STRETCH.finditer(words.codes):
            begin, stop = match.span()
            at, until = starts[begin], starts[stop - 1] + len(surfaces[stop - 1])
            # A piece of a word that was taken apart has the part of speech of the whole, so it is a part of what is remembered.
            key = text[at:until], match[0], words.tags[begin:stop], sizes[begin:stop]
            proposals = stretches.get(key)
            if proposals is None:
                if len(stretches) > _MEMO_LIMIT:
                    stretches.clear()
                proposals = stretches[key] = tuple(self._within(words, begin, stop))
            for start, end, first, last, shape, form, inside in proposals:
                # A plain tuple: building the named one takes five times as long.
                yield at + start, at + end, begin + first, begin + last, shape, form, inside  # type: ignore[misc]

    def _within(self, words: Words, begin: int, stop: int) -> Iterator[Proposal]:
        """Give the spans of a stretch of words, counted from its beginning."""
        starts, surfaces, inside_of = words.starts, words.surfaces, self._evidence.inside
        at, until = starts[begin], starts[stop - 1] + len(surfaces[stop - 1])
        gaps: tuple[int, ...] = ()
        if until - at > sum(map(len, surfaces[begin:stop])):
            gaps = tuple([i for i in range(1, stop - begin) if not words.joins(begin + i)])
        for first, last in _cuts(words.codes[begin:stop], gaps):
            start, end = starts[begin + first], starts[begin + last - 1] + len(surfaces[begin + last - 1])
            head, before = surfaces[begin + last - 1], words.codes[begin + first : begin + last - 1]
            if head.endswith(_SORT) and not before.strip(_LATIN):
                continue
            if 2 <= end - start <= LONGEST:
                inside = inside_of(words, start, end, begin + first, begin + last, "words")
                if inside.org >= HOPELESS or inside.product >= HOPELESS:
                    form = words.folded[start:end]
                    yield start - at, end - at, first, last, "words", form, inside  # type: ignore[misc]

    def others(self, words: Words, borders: Borders) -> Iterator[Proposal]:
        """Give spans that run over words which end other names, and those in quotation marks and lists."""
        for start, end, first, last, shape in self._other_spans(words, borders):
            inside = self._evidence.inside_known(words, start, end, first, last, shape)
            if (
                shape in _SAID
                or (shape == "body" and SURE in borders.say(start, end))
                or inside.org >= HOPELESS
                or inside.product >= HOPELESS
            ):
                yield Proposal(start, end, first, last, shape, words.folded[start:end], inside)

    def _other_spans(self, words: Words, borders: Borders) -> Iterator[tuple[int, int, int, int, str]]:
        for start, end in borders.spans():
            yield start, end, *words.locate(start, end), "body"
        yield from self._seams.spans(words)
        yield from self._loose.spans(words)
        for pattern, shape in ((_QUOTED, "quoted"), (_ITEM, "item"), (self._named, "named")):
            for run in words.runs:
                for hit in pattern.finditer(words.text, *run):
                    start, end = hit.span(hit.lastindex or 0)
                    first, last = words.locate(start, end)
                    if shape == "quoted" or words.codes[first] != "B" or words.end(first) == end:
                        yield start, end, first, last, shape


@lru_cache(maxsize=1_024)
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
