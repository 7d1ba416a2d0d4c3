"""Tokens of folded English text beside a name: words, amounts, signs, the possessive.

They are cut where somebody asks, from the name on: ``-based`` behind a name is two tokens.
"""

import re
from itertools import dropwhile

_ONE = r"(?:'s(?![a-z])|[a-z0-9à-ɏ][a-z0-9à-ɏ$%.&'-]*(?<![.'])|[^\s\w])"
_SKIP = r"(?:\s|(?![a-z0-9à-ɏ])\w)*+"
TOKEN = re.compile(_ONE)
NEXT = re.compile(rf"{_SKIP}({_ONE})(?:{_SKIP}({_ONE})(?:{_SKIP}({_ONE}))?+)?+")
"""The next three tokens, as groups."""

QUOTES = frozenset("\"“”‘'«»")
_IN_TOKENS = frozenset("$%&-")
_CLOSING = frozenset(")）")


def word_before(folded: str, low: int, at: int) -> str:
    """Give the last token before a place, none of which begins before ``low``.

    >>> word_before("shares of acme", 0, 10), word_before("so, acme", 0, 4), word_before("“acme", 0, 1)
    ('of', ',', '“')
    """
    before = folded[at - 1]
    if before == " ":
        word = folded[folded.rfind(" ", low, at - 1) + 1 or low : at - 1]
        if word.isalpha():
            return word
    elif not (before.isalnum() or before.isspace() or before in _IN_TOKENS):
        return before
    tokens = TOKEN.findall(folded, low, at)
    return tokens[-1] if tokens else ""


def without_quotes(tokens: list[str]) -> list[str]:
    """Leave out the quotation marks at the beginning.

    >>> without_quotes(["”", ",", "said"])
    [',', 'said']
    """
    return list(dropwhile(QUOTES.__contains__, tokens))


def skip_brackets(right: list[str]) -> list[str]:
    """Give the tokens behind a bracket that opens at the first one; none where it does not close soon.

    >>> skip_brackets(["(", "dax", ")", "is", "used"])
    ['is', 'used']
    """
    close = next((index for index, token in enumerate(right[:14]) if token in _CLOSING), len(right))
    return right[close + 1 :]
