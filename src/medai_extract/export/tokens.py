"""Tokens for formats that need them: words of Latin letters and digits, Han characters and signs one by one, cut at every mention.

No mention is ever lost because a tokenizer cut elsewhere, which is what aligning offsets with a tool's own tokens does.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from medai_extract.export.annotated import Annotation
from medai_extract.language import HAN
from medai_extract.model import Token

_PIECE = re.compile(rf"[{HAN}]|[^\W{HAN}]+|[^\w\s]|\s+")


def cut_tokens(text: str, annotations: Sequence[Annotation], *, spaces: bool = False) -> list[Token]:
    """Give the tokens of a text; white space is a token of its own if asked for.

    >>> [token.text for token in cut_tokens("AI医疗5亿", [Annotation(start=1, end=3, label="ORG")])]
    ['A', 'I', '医', '疗', '5', '亿']
    """
    edges = sorted({edge for one in annotations for edge in (one.start, one.end)})
    tokens: list[Token] = []
    for match in _PIECE.finditer(text):
        start, end = match.span()
        cuts = [start, *(edge for edge in edges if start < edge < end), end]
        if match[0].isspace() and not spaces:
            continue
        tokens.extend(Token(text[one:other], one, other, "") for one, other in pairwise(cuts))
    return tokens


def label_tokens(tokens: Sequence[Token], annotations: Sequence[Annotation]) -> list[str]:
    """Give every token its tag of B, I and O with the label.

    >>> org = Annotation(start=0, end=2, label="ORG")
    >>> label_tokens(cut_tokens("阿福病", [org]), [org])
    ['B-ORG', 'I-ORG', 'O']
    """
    tags = ["O"] * len(tokens)
    starts = {token.start: index for index, token in enumerate(tokens)}
    for one in annotations:
        index = starts.get(one.start)
        prefix = "B"
        while index is not None and index < len(tokens) and tokens[index].end <= one.end:
            tags[index] = f"{prefix}-{one.label}"
            prefix, index = "I", index + 1
    return tags
