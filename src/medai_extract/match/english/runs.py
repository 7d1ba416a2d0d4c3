"""Runs of capitalised words in English text: what stands together and may be one name.

One pass finds the words that bear a capital; neighbours whose gap may belong to a name (a space, ``of``,
``and``, a possessive) form a chain, which ``english_joins`` and ``english_edges`` cut into runs. Whether a run is
a name, and of what, is for evidence to say.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from medai_extract.match.english.beginnings import end_of_opening, is_beginning, join_initials
from medai_extract.match.english.brands import BrandReader
from medai_extract.match.english.chains import Chains, without_urls
from medai_extract.match.english.edges import GROWTH, EdgeReader, Place, Run
from medai_extract.match.english.joins import ChainSplitter
from medai_extract.match.english.links import Word, is_coined
from medai_extract.match.english.memory import Memory
from medai_extract.match.english.small import SmallReader, begin_at
from medai_extract.match.english.taught import TaughtReader
from medai_extract.match.english.whole import WholeReader
from medai_extract.match.english.words import (
    BREAKS,
    CARE,
    CONNECTS,
    GROWING,
    JOINED,
    LEADING,
    LEADS,
    NATIONALITY,
    TITLE,
    EnglishWords,
)
from medai_extract.model import Span
from medai_extract.segment import SegmentedText

_LOWER = re.compile(r"(?<![A-Za-z'’-])[a-z]{4,}")
_SHORT = re.compile(r"(?<![A-Za-z'’-])[a-z]{3}(?![a-z])")
_BYLINE = ("By ", "BY ")

_Look = tuple[tuple[str, ...], int, int, bool]
"""The words of a chain, their traits that matter where any word has a capital, and elsewhere; whether what stands
around the chain has no say in where it is cut."""
_DIGIT = re.compile("[0-9]")


class RunFinder:
    """The search for runs."""

    def __init__(self, words: EnglishWords) -> None:
        self.words = words
        self._chains = Chains(words.tails, words.marks)
        self._splitter, self._edges = ChainSplitter(words), EdgeReader(words)
        self._small, self._whole = SmallReader(words), WholeReader(words)
        self._brands, self._taught = BrandReader(words.marks), TaughtReader(words)
        self._looks = Memory(self._look)
        self._cuts = Memory(self._cut_alone)

    def find(self, segmented: SegmentedText) -> tuple[list[Run], list[Span]]:
        """Give the runs of the English sentences, in text order, and the sentences that are headlines."""
        runs: list[Run] = []
        headlines: list[Span] = []
        languages = {span.lang for span in segmented.languages}
        if "en" not in languages:
            return runs, headlines
        text, lone = without_urls(segmented.text), self.words.lone
        english = headline = False
        beginnings = self._small.find_beginnings(text)
        sentences = join_initials(text, segmented.sentences)
        sentence = Span(0, 0)
        end = opening = 0
        for at, to in self._chains.find(text):
            while at < to:
                if at >= end:
                    while at >= end:
                        sentence = next(sentences)
                        end = sentence.end
                    start = sentence.start
                    opening = end_of_opening(text, start, end)
                    english = len(languages) == 1 or segmented.lang_at(start) == "en"
                    headline = english and self._is_headline(text, start, end)
                    if headline:
                        headlines.append(sentence)
                stop, following = to, to
                if to > end:  # a chain runs on into the next sentence
                    rest = self.words.word_regex.search(text, end, to)
                    stop, following = end, rest.start() if rest else to
                if english and (chain := text[at:stop]) not in lone:
                    first = at <= opening or is_beginning(text, at)
                    found = self._read(text, at, chain, Place(first, headline, sentence))
                    runs += begin_at(found, text, beginnings[at], at) if at in beginnings else found
                at = following
        runs = self._whole.settle(text, self._taught.settle(text, self._brands.lengthen(text, runs)))
        small = [*self._drugs(text, segmented), *self._small.find(segmented, runs)]
        return (sorted([*runs, *small], key=lambda run: run.start) if small else runs), headlines

    def _read(self, text: str, at: int, chain: str, place: Place) -> Iterable[Run]:
        """Give the runs of a chain; where nothing around it has a say, those of an equal one."""
        stop = at + len(chain)
        words, first_care, care, alone = self._looks[chain]
        if place.first:
            care = first_care
        may_grow = text[stop + 1 : stop + 2] in GROWTH or text[stop + 1 : stop + 3] in self._edges.small_forms
        if not (care or place.headline or (may_grow and self._edges.grows(text, stop))):
            return (Run(at, stop, words, place.first, False, "", chain, place.sentence),)
        if may_grow or not alone:
            return self._cut(text, at, stop, words, care, place)
        return [_move(run, at, place.sentence) for run in self._cuts[chain, place.first, place.headline]]

    def _drugs(self, text: str, segmented: SegmentedText) -> Iterator[Run]:
        """Give the names of drugs in small letters, which are no chains."""
        for match in self.words.drugs.find(text):
            start, end = match.span()
            if segmented.lang_at(start) == "en":
                sentence = segmented.sentences[
                    bisect_right(segmented.sentences, start, key=itemgetter(0)) - 1
                ]
                yield Run(start, end, (match[0],), False, False, "", match[0], sentence)

    def _look(self, chain: str) -> _Look:
        words, traits = tuple(chain.split(" ")), self.words.traits
        care = traits[words[0]] & ~BREAKS
        for word in words[1:]:
            care |= traits[word]
        if len(words) == 1:
            care &= ~NATIONALITY
        if len(words) > 1 and words[-1].startswith(words[-2]) and is_coined(words[-1], words[-2]):
            care |= JOINED
        leads = LEADS if len(words) > 1 and words[0].lower() in self.words.nouns else 0
        alone = (
            not care & (JOINED | GROWING)
            and _DIGIT.search(chain) is None
            and chain[-2:] != " I"
            and " · " not in chain
        )
        return words, care | leads, care & ~LEADING, alone

    def _cut_alone(self, place: tuple[str, bool, bool]) -> Sequence[Run]:
        """Give the runs of a chain as if it were the text, for nothing around it matters."""
        chain, first, headline = place
        words, first_care, care, _ = self._looks[chain]
        care = first_care if first else care
        return self._cut(chain, 0, len(chain), words, care, Place(first, headline, Span(0, len(chain))))

    def _cut(
        self, text: str, at: int, to: int, words: tuple[str, ...], care: int, place: Place
    ) -> Sequence[Run]:
        """Give the runs of a chain whose words need care."""
        finish = self._edges.finish if place.headline or care & CARE else self._edges.trim
        if care & JOINED:
            parts = [Word(match[0], *match.span()) for match in self.words.word_regex.finditer(text, at, to)]
        else:
            parts = _place(words, at, self.words)
            if not care & (CONNECTS | TITLE):
                return finish(text, parts, place)
        runs: list[Run] = []
        for piece in self._splitter.split(text, parts, place.sentence.start):
            runs += finish(text, piece, place)
            place = Place(False, place.headline, place.sentence)
        return runs

    def _is_headline(self, text: str, start: int, end: int) -> bool:
        """Say whether a line is in capitals or title case: only function words are small.

        A list of names is not, but for the first line of an article: some common words must have a capital.
        """
        words = self.words
        if text.startswith(_BYLINE, start):
            return False
        small = _LOWER.search(text, start, end)
        while small:
            if small[0] not in words.function or small[0].endswith("ed"):
                return False
            small = _LOWER.search(text, small.end(), end)
        found = words.word_regex.findall(text, start, end)
        capitals = text[start:end].isupper()
        if len(found) < (3 if capitals else 4) or len(found) * 2 < text.count(" ", start, end):
            return False
        if not words.function.issuperset(_SHORT.findall(text, start, end)):
            return False
        if text.count("|", start, end) > 1:
            return False  # the row of a table
        if capitals:
            return end - start > 12
        if len(found) < 6 and text[start:end].rstrip().endswith("."):
            return False  # Raised $9M from First Round and General Catalyst.
        if (start or end == len(text)) and text.count(", ", start, end) * 5 > len(found):
            return False
        common = sum(words.common[word] and word not in words.org_heads for word in found)
        return common >= (3 if start else 2)


def _move(run: Run, at: int, sentence: Span) -> Run:
    """Give a run of a chain as it stands in a text, in which the chain begins at ``at``."""
    return Run(at + run.start, at + run.end, run.words, run.first, run.headline, run.role, run.text, sentence)


def _place(words: Sequence[str], at: int, of: EnglishWords) -> list[Word]:
    """Give words that a space parts, without connectors, with their places."""
    placed: list[Word] = []
    for word in words:
        end = at + len(word)
        if not of.traits[word] & CONNECTS:
            placed.append(Word(word, at, end))
        at = end + 1
    return placed
