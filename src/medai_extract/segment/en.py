"""English tokens by spaCy's rule-based tokenizer; no trained model is needed or loaded."""

from collections.abc import Callable
from functools import cache
from typing import Any

from medai_extract.model import Token


@cache
def load_tokenizer() -> Callable[[str], Any]:
    """Give the tokenizer of ``spacy.blank("en")``; its import takes 0.7 s, so it waits for English text."""
    import spacy

    tokenizer: Callable[[str], Any] = spacy.blank("en").tokenizer
    return tokenizer


def tokenize_english(text: str, offset: int = 0) -> list[Token]:
    """Cut English text into tokens whose offsets start at ``offset``; white space makes no token.

    >>> [token.text for token in tokenize_english("Ant Group's app isn't U.S.-made.")]
    ['Ant', 'Group', "'s", 'app', 'is', "n't", 'U.S.-made', '.']
    """
    return [
        Token(token.text, offset + token.idx, offset + token.idx + len(token.text), "")
        for token in load_tokenizer()(text)
        if not token.text.isspace()
    ]
