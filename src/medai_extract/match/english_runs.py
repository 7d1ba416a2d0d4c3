"""Runs of capitalised words in English text: what stands together and may be one name.

One pass per sentence finds the words that bear a capital; neighbours whose gap may belong to a name (a space,
``of``, ``and``, a possessive) form a chain, which ``english_edges`` cuts into runs. Whether a run is a name,
and of what, is for evidence to say.
"""

import re
from collections.abc import Iterator, Sequence

from medai_extract.match.english_chains import Chains, Word, without_urls
from medai_extract.match.english_edges import Place, Run, finish_piece, grows, split_chain, trim
from medai_extract.match.english_words import CARE, JOINED, LEADING, NATIONALITY, TITLE, EnglishWords
from medai_extract.model import Span
from medai_extract.segment import SegmentedText

_LOWER = re.compile(r"(?<![A-Za-z'’-])[a-z]{4,}")
_INITIALS = re.compile(r"(?<![A-Z.])[A-Z]\.[A-Z]\.$")
_OPENERS = " \t\"“‘'(（[•·▪*#>-–—0123456789.)"
_GROWTH = frozenset("(vVp0123456789")
_ANYWHERE = {
    (first, several): ~((0 if first else LEADING) | (0 if several else NATIONALITY))
    for first in (False, True)
    for several in (False, True)
}
"""The traits that matter for words that begin a sentence or not, and that are several or not."""
_OPENING, _ENDING = frozenset('“",;:.!?)'), frozenset(":.?!|")


class RunFinder:
    """The search for runs."""

    def __init__(self, words: EnglishWords) -> None:
        self.words = words
        self._chains = Chains(words.tails)

    def find(self, segmented: SegmentedText) -> tuple[list[Run], list[Span]]:
        """Give the runs of the English sentences, in text order, and the sentences that are headlines."""
        text, lone = without_urls(segmented.text), self.words.lone
        runs: list[Run] = []
        headlines: list[Span] = []
        english = headline = False
        sentences = _sentences(segmented)
        sentence = Span(0, 0)
        spans = self._chains.find(text)[::-1]
        while spans:
            at, to = spans.pop()
            if at >= sentence.end:
                while at >= sentence.end:
                    sentence = next(sentences)
                english = segmented.lang_at(sentence.start) == "en"
                headline = english and self._is_headline(text, sentence)
                if headline:
                    headlines.append(sentence)
            if to > sentence.end:
                rest = self.words.word_regex.search(text, sentence.end, to)
                spans += [(rest.start(), to)] if rest else []
                to = sentence.end
            if english and text[at:to] not in lone:
                runs += self._read(text, at, to, headline, sentence)
        return runs, headlines

    def _read(self, text: str, at: int, to: int, headline: bool, sentence: Span) -> Sequence[Run]:
        """Give the runs of one chain: one run, as a rule, where no word needs care."""
        first = _begins(text, at, sentence.start)
        chain = text[at:to]
        words = tuple(chain.split(" "))
        traits = self.words.traits
        care = 0
        for word in words:
            care |= traits[word]
        care &= _ANYWHERE[first, len(words) > 1]
        leading_noun = first and len(words) > 1 and words[0].lower() in self.words.nouns
        if not (care or headline or leading_noun or (text[to + 1 : to + 2] in _GROWTH and grows(text, to))):
            return (Run(at, to, words, first, False, "", chain, sentence),)
        place = Place(first, headline, sentence)
        parts = [Word(match[0], *match.span()) for match in self.words.word_regex.finditer(text, at, to)]
        finish = finish_piece if headline or care & CARE else trim
        if not care & (JOINED | TITLE):
            return list(finish(text, parts, place, self.words))
        runs: list[Run] = []
        for piece in split_chain(text, parts, self.words):
            runs += finish(text, piece, place, self.words)
            place = Place(False, headline, sentence)
        return runs

    def _is_headline(self, text: str, sentence: Span) -> bool:
        """Say whether a line is in capitals or title case: only function words of four letters are small.

        A short list of names is not: some common words must have a capital.
        """
        words = self.words
        for match in _LOWER.finditer(text, *sentence):
            if match[0] not in words.function or match[0].endswith("ed"):
                return False
        found = self.words.word_regex.findall(text, *sentence)
        if len(found) < 4 or len(found) * 2 < text.count(" ", *sentence):
            return False
        if text[slice(*sentence)].isupper():
            return sentence.end - sentence.start > 12
        return sum(words.is_common(word) and word not in words.org_heads for word in found) >= 3


def _begins(text: str, at: int, start: int) -> bool:
    """Say whether any word would have a capital at ``at``: at the start of a sentence or quotation."""
    before = text[at - 1 : at]
    if before == " ":
        if text[at - 2 : at - 1] in _ENDING:
            return True
    elif before in _OPENING or (before == "\n" and text[at - 2 : at - 1] == ":"):
        return True
    return at == start or (at - start < 40 and not text[start:at].strip(_OPENERS))


def _sentences(segmented: SegmentedText) -> Iterator[Span]:
    """Give the sentences; what was cut behind initials (J.P. Morgan) is joined again."""
    text = segmented.text
    waiting: Span | None = None
    for sentence in segmented.sentences:
        current = sentence
        if waiting is not None:
            if sentence.start - waiting.end == 1:
                current = Span(waiting.start, sentence.end)
            else:
                yield waiting
            waiting = None
        if text[current.end - 1] == "." and _INITIALS.search(text, max(current.end - 8, 0), current.end):
            waiting = current
        else:
            yield current
    if waiting is not None:
        yield waiting
