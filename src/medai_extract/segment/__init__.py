"""Sentences and tokens, with offsets, in both languages.

Matching works on characters; tokens are evidence, so they are cut only for the sentences where somebody asks.
"""

from bisect import bisect_right
from collections.abc import Callable

from medai_extract.language import LanguageSpan, split_languages
from medai_extract.model import Span, Token
from medai_extract.segment.en import tokenize_english
from medai_extract.segment.sentences import split_sentences
from medai_extract.segment.zh import tokenize_chinese

__all__ = ["SegmentedText", "split_sentences", "tokenize_chinese", "tokenize_english"]

_TOKENIZERS: dict[str, Callable[[str, int], list[Token]]] = {"zh": tokenize_chinese, "en": tokenize_english}


class SegmentedText:
    """A clean text with its sentences; tokens of a sentence are cut at the first question and kept.

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

    def sentence_index(self, position: int) -> int:
        """Give the index of the sentence that holds ``position`` (the one before it, between sentences)."""
        return max(bisect_right(self._starts, position) - 1, 0)

    def sentence_at(self, position: int) -> Span:
        """Give the sentence that holds ``position``; an empty text is one empty sentence."""
        return self.sentences[self.sentence_index(position)] if self.sentences else Span(0, len(self.text))

    def lang_at(self, position: int) -> str:
        """Give the language, ``zh`` or ``en``, of the clause at ``position``."""
        return self.languages[max(bisect_right(self._language_starts, position) - 1, 0)].lang

    def tokens(self, index: int) -> list[Token]:
        """Give the tokens of sentence ``index`` with offsets into the whole text."""
        if index not in self._tokens:
            start, end = self.sentences[index]
            tokenize = _TOKENIZERS[self.lang_at(start)]
            self._tokens[index] = tokenize(self.text[start:end], start)
        return self._tokens[index]

    def has_edges(self, start: int, end: int) -> bool:
        """Say whether ``[start, end)`` begins and ends at token edges, as 微医 in 显微医学影像 does not."""
        crossing = (
            token
            for index in range(self.sentence_index(start), self.sentence_index(max(end - 1, start)) + 1)
            for token in self.tokens(index)
            if token.start < start < token.end or token.start < end < token.end
        )
        return next(crossing, None) is None
