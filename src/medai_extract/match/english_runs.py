"""Runs of capitalised words in English text: what stands together and may be one name.

One pass per sentence finds the words that bear a capital; neighbours whose gap may belong to a name (a space,
``of``, ``and``, a possessive) form a chain, which ``english_edges`` cuts into runs. Whether a run is a name,
and of what, is for evidence to say.
"""

import re
from collections.abc import Iterator

from medai_extract.match.english_chains import Word, make_chain_regex, make_word_regex, without_urls
from medai_extract.match.english_edges import Place, Run, finish_piece, split_chain, trim
from medai_extract.match.english_words import CARE, EnglishWords
from medai_extract.model import Span
from medai_extract.segment import SegmentedText

_LOWER = re.compile(r"(?<![A-Za-z'’-])[a-z]{4,}")
_INITIALS = re.compile(r"(?<![A-Z.])[A-Z]\.[A-Z]\.$")
_OPENERS = " \t\"“‘'(（[•·▪*#>-–—0123456789.)"
_OPENING, _ENDING = frozenset('“",;:.!?)'), frozenset(":.?!|")
_INNER = frozenset(" \xa0·")


class RunFinder:
    """The regexes of words and chains, compiled."""

    def __init__(self, words: EnglishWords) -> None:
        self.words = words
        self._word = make_word_regex(words.tails)
        self._chain = make_chain_regex(words.tails)

    def find(self, segmented: SegmentedText) -> tuple[list[Run], list[Span]]:
        """Give the runs of the English sentences, in text order, and the sentences that are headlines."""
        text, words = without_urls(segmented.text), self.words
        runs: list[Run] = []
        headlines: list[Span] = []
        for sentence in _sentences(segmented):
            start, end = sentence
            chains = list(self._chain.finditer(text, start, end))
            headline = bool(chains) and self._is_headline(text[start:end])
            if headline:
                headlines.append(sentence)
            for match in chains:
                chain, at = match[0], match.start()
                if chain in words.lone:
                    continue
                place = Place(_begins(text, at) or not text[start:at].strip(_OPENERS), headline)
                for piece in split_chain(text, self._words_of(match), words):
                    if headline or any(words.traits[word.text] & CARE for word in piece):
                        runs.extend(finish_piece(text, piece, place, words))
                    else:
                        runs.extend(trim(text, piece, place, words))
                    place = Place(False, headline)
        return runs, headlines

    def _words_of(self, chain: re.Match[str]) -> list[Word]:
        if _INNER.isdisjoint(chain[0]):
            return [Word(chain[0], *chain.span())]
        return [Word(match[0], *match.span()) for match in self._word.finditer(chain.string, *chain.span())]

    def _is_headline(self, sentence: str) -> bool:
        """Say whether a line is in capitals or title case: no word of four letters but function words is small.

        A short list of names is not: some common words must have a capital.
        """
        words = self.words
        for match in _LOWER.finditer(sentence):
            if match[0] not in words.function or match[0].endswith("ed"):
                return False
        found = self._word.findall(sentence)
        if len(found) < 4 or len(found) * 2 < sentence.count(" "):
            return False
        if sentence.isupper():
            return len(sentence) > 12
        return sum(words.is_common(word) and word not in words.org_heads for word in found) >= 3


def _begins(text: str, at: int) -> bool:
    """Say whether any word would have a capital at ``at``: after a quotation mark, a colon, a stop."""
    before = text[at - 1 : at]
    if before == " ":
        return text[at - 2 : at - 1] in _ENDING
    return before in _OPENING or (before == "\n" and text[at - 2 : at - 1] == ":")


def _sentences(segmented: SegmentedText) -> Iterator[Span]:
    """Give the English sentences; what was cut behind initials (J.P. Morgan) is joined again."""
    text = segmented.text
    waiting: Span | None = None
    for sentence in segmented.sentences:
        current = sentence
        if waiting is not None:
            if sentence.start - waiting.end == 1:
                current = Span(waiting.start, sentence.end)
            elif segmented.lang_at(waiting.start) == "en":
                yield waiting
            waiting = None
        if text[current.end - 1] == "." and _INITIALS.search(text, max(current.end - 8, 0), current.end):
            waiting = current
        elif segmented.lang_at(current.start) == "en":
            yield current
    if waiting is not None and segmented.lang_at(waiting.start) == "en":
        yield waiting
