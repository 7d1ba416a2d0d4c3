"""Sentences, words and tokens, with offsets, in both languages.

Matching works on characters; words are evidence, so they are cut only where somebody asks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from medai_extract.language import LanguageSpan, split_languages
from medai_extract.model import Span, Token
from medai_extract.segment.en import tokenize_english
from medai_extract.segment.sentences import split_sentences
from medai_extract.segment.zh import cut_chinese, tokenize_chinese

__all__ = [
    "ChineseWords",
    "SegmentedText",
    "cut_runs",
    "split_sentences",
    "tokenize_chinese",
    "tokenize_english",
]

_TOKENIZERS: dict[str, Callable[[str, int], list[Token]]] = {"zh": tokenize_chinese, "en": tokenize_english}


class ChineseWords(NamedTuple):
    """The words of the Chinese parts of a text, white space among them, and where each begins."""

    words: list[str]
    starts: list[int]


class SegmentedText:
    """A clean text with its sentences; words and tokens are cut at the first question and kept.

    >>> segmented = SegmentedText("推想医疗完成融资。Ant Group said so. It did.")
    >>> [segmented.text[s.start:s.end] for s in segmented.sentences]
    ['推想医疗完成融资。', 'Ant Group said so.', 'It did.']
    >>> [token.text for token in segmented.tokens(0)]
    ['推想', '医疗', '完成', '融资', '。']
    >>> segmented.lang_at(12)
    'en'
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.languages: list[LanguageSpan] = split_languages(text)
        self.sentences: list[Span] = split_sentences(text)
        self._starts = [sentence.start for sentence in self.sentences]
        self._language_starts = [span.start for span in self.languages]
        self._tokens: dict[int, list[Token]] = {}
        self._folded: tuple[Mapping[int, int], str] | None = None

    def folded(self, folding: Mapping[int, int]) -> str:
        """Give the text in the form in which names are compared; the last one is kept, for several matchers ask."""
        if self._folded is None or self._folded[0] is not folding:
            self._folded = folding, self.text.translate(folding)
        return self._folded[1]

    def sentence_index(self, position: int) -> int:
        """Give the index of the sentence that holds ``position`` (the one before it, between sentences)."""
        return max(bisect_right(self._starts, position) - 1, 0)

    def sentence_at(self, position: int) -> Span:
        """Give the sentence that holds ``position``; an empty text is one empty sentence."""
        return self.sentences[self.sentence_index(position)] if self.sentences else Span(0, len(self.text))

    def lang_at(self, position: int) -> str:
        """Give the language, ``zh`` or ``en``, of the clause at ``position``."""
        return self.languages[max(bisect_right(self._language_starts, position) - 1, 0)].lang

    @cached_property
    def chinese_runs(self) -> list[Span]:
        r"""Give the stretches of neighbouring Chinese sentences, each to the beginning of what follows it.

        >>> SegmentedText("推想医疗完成融资。\nAnt Group said so.\n很好。").chinese_runs
        [Span(start=0, end=10), Span(start=29, end=32)]
        """
        runs: list[Span] = []
        start = -1
        for sentence in self.sentences:
            is_chinese = self.lang_at(sentence.start) == "zh"
            if is_chinese and start < 0:
                start = sentence.start
            elif not is_chinese and start >= 0:
                runs.append(Span(start, sentence.start))
                start = -1
        return [*runs, Span(start, self.sentences[-1].end)] if start >= 0 else runs

    @cached_property
    def chinese(self) -> ChineseWords:
        """Give the words of all Chinese sentences."""
        return cut_runs(self.text, self.chinese_runs)

    def tokens(self, index: int) -> list[Token]:
        """Give the tokens of sentence ``index`` with offsets into the whole text."""
        if index not in self._tokens:
            start, end = self.sentences[index]
            tokenize = _TOKENIZERS[self.lang_at(start)]
            self._tokens[index] = tokenize(self.text[start:end], start)
        return self._tokens[index]

    def word_over(self, position: int) -> str:
        """Give the word that goes on over a position, nothing where one ends or begins there.

        >>> SegmentedText("显微医学影像").word_over(1), SegmentedText("微医集团宣布").word_over(2)
        ('显微', '')
        """
        words, starts = self.chinese
        at = bisect_left(starts, position) - 1
        if at >= 0 and position < starts[at] + len(words[at]):
            return words[at]
        # In English any two letters or figures are of one word; to ask for the tokens of a sentence would load a library for it.
        pair = self.text[position - 1 : position + 1] if position else ""
        is_inside = len(pair) == 2 and all(map(_is_latin, pair)) and self.lang_at(position) != "zh"
        return pair if is_inside else ""


def _is_latin(char: str) -> bool:
    return char.isalnum() and char < "\u2e80"


def cut_runs(text: str, runs: list[Span]) -> ChineseWords:
    """Cut stretches of a text into Chinese words.

    >>> cut_runs("推想医疗。It is. 很好", [Span(0, 5), Span(12, 14)])
    ChineseWords(words=['推想', '医疗', '。', '很', '好'], starts=[0, 2, 4, 12, 13])
    """
    words: list[str] = []
    starts: list[int] = []
    for start, end in runs:
        cut = cut_chinese(text[start:end])
        words += cut
        starts += accumulate(map(len, cut), initial=start)
        starts.pop()
    return ChineseWords(words, starts)
