"""Chinese words by jieba's dictionary and model.

``rjieba`` is the same dictionary and hidden Markov model in Rust, 30 times faster; ``jieba`` serves where it
has no wheel. Both cut Chinese words alike; of Latin names ``rjieba`` keeps together what ``jieba`` cuts at
hyphens (``DeepSeek-V3``).
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple

from medai_extract.model import Token


class Segmenter(NamedTuple):
    """What jieba knows.

    ``cut`` gives the words of a text, white space among them, and ``tag`` the same words with the parts of speech of the
    dictionary; ``has_word`` says whether the dictionary has a word, ``frequency`` how often it counted one that it has.
    """

    cut: Callable[[str], list[str]]
    tag: Callable[[str], list[tuple[str, str]]]
    has_word: Callable[[str], bool]
    frequency: Callable[[str], int]


@cache
def load_segmenter(engine: str = "") -> Segmenter:
    """Load ``rjieba`` or ``jieba``; with no ``engine`` named, ``rjieba`` where it imports."""
    if engine != "jieba":
        try:
            import rjieba
        except ImportError:
            if engine:
                raise
        else:
            # Its import has read the dictionary; an object of its own would read it again.
            return Segmenter(rjieba.cut, rjieba.tag, rjieba.has_word, rjieba.suggest_freq)
    return _load_jieba()


def _load_jieba() -> Segmenter:
    import logging

    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.posseg.POSTokenizer(jieba.dt)
    tokenizer.initialize()
    tags: dict[str, str] = tokenizer.word_tag_tab
    counts: dict[str, int] = jieba.dt.FREQ

    def tag(text: str) -> list[tuple[str, str]]:
        return [
            (word, tags.get(word, "eng" if word.isascii() and word.isalnum() else "x"))
            for word in jieba.cut(text)
        ]

    return Segmenter(jieba.lcut, tag, lambda word: bool(counts.get(word)), lambda word: counts.get(word, 0))


def cut_chinese(text: str) -> list[str]:
    """Cut Chinese text into words; joined they are the text, white space and all.

    >>> cut_chinese("推想医疗 融资")
    ['推想', '医疗', ' ', '融资']
    """
    return load_segmenter().cut(text)


def tag_words(words: Sequence[str], cut: Iterable[str]) -> dict[str, str]:
    """Give the parts of speech of words, which are how the dictionary has them, in whatever sentence.

    Args:
        words: what ``cut_chinese`` gave.
        cut: the very texts that were cut into them; a word has the same part of speech whichever texts those are.

    >>> tag_words(["推想", "融资"], ["推想医疗融资"])
    {'推想': 'v', '融资': 'vn'}
    """
    segmenter = load_segmenter()
    tags = dict(segmenter.tag("\n".join(words)))
    # What the model joined out of single characters falls into them again when it stands alone.
    fallen = {word for word in words if word not in tags and segmenter.has_word(word)}
    if fallen:
        tags.update(pair for text in cut for pair in segmenter.tag(text) if pair[0] in fallen)
    return {word: tags.get(word, "x") for word in words}


def tokenize_chinese(text: str, offset: int = 0) -> list[Token]:
    """Cut Chinese text into tokens whose offsets start at ``offset``; white space makes no token.

    >>> [(token.text, token.start, token.tag) for token in tokenize_chinese("推想医疗 融资", 10)]
    [('推想', 10, 'v'), ('医疗', 12, 'n'), ('融资', 15, 'vn')]
    """
    tokens: list[Token] = []
    at = offset
    for word, tag in load_segmenter().tag(text):
        end = at + len(word)
        if not word.isspace():
            tokens.append(Token(word, at, end, tag))
        at = end
    return tokens
