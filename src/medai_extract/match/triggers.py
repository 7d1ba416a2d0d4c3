"""Which words a pattern cannot match without, and one scan of a text for all of them.

A hundred rules over a whole text are slow, and most of a text holds nothing for most of them.
``required_words`` reads from a pattern the strings of which each of its matches must hold one (``半年``, a
month's name); ``Triggers`` finds all such strings in one Aho-Corasick pass and gives the stretches around them.
"""

import re
import string
from collections.abc import Iterator, Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parse  # type: ignore[attr-defined]
from typing import Any

from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

MOST, LEAST = 64, 2
"""The largest set of words worth scanning for, and the least weight of each (in letters)."""

LOOK = 8
"""Code points beyond its match at which a pattern may look."""

_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_LETTERS = frozenset(string.ascii_letters)
_EMPTY: frozenset[str] = frozenset({""})


def required_words(pattern: str) -> frozenset[str]:
    """Give lower-case strings of which every match of ``pattern`` holds one; empty if none can be told.

    >>> sorted(required_words("[0-9]+(?:上|下)半年")), sorted(required_words("(?i:Jan|Feb)[ ]?[0-9]"))
    (['上半年', '下半年'], ['feb', 'jan'])
    """
    return needed_words(sre_parse.parse(pattern))


def needed_words(tree: Any) -> frozenset[str]:
    """Give the same for a pattern that is parsed."""
    best = max(_needs(tree), key=_worth, default=frozenset())
    if _worth(best)[0] < LEAST:
        return frozenset()
    #  A Han word that holds another of the set adds nothing; "january" does not go with "jan", which may
    # count as a whole word only.
    return frozenset(
        word for word in best if word.isascii() or not any(other in word for other in best if other != word)
    )


def _worth(words: frozenset[str]) -> tuple[int, int]:
    """Rank sets of words: a Han character weighs two letters, punctuation nothing; few are better than many.

    Beyond six letters longer words are hardly rarer.
    """
    weights = [sum(1 if char.isascii() else 2 for char in word if char.isalnum()) for word in words]
    return min(min(weights, default=0), 6), -len(words)


def _needs(tree: Any) -> list[frozenset[str]]:
    """Give sets of strings; a match of the sequence ``tree`` holds one string of every set."""
    sets: list[frozenset[str]] = []
    run = _EMPTY
    for operator, argument in tree:
        pieces = _pieces(operator, argument)
        if pieces is not None and len(run) * len(pieces) <= MOST:
            run = frozenset(before + piece for before in run for piece in pieces)
            continue
        sets.append(run)
        run = pieces if pieces is not None and len(pieces) <= MOST else _EMPTY
        if pieces is None or len(pieces) > MOST:
            sets.extend(_inner_needs(operator, argument))
    sets.append(run)
    return [words for words in sets if words and all(words) and len(words) <= MOST]


def _pieces(operator: Any, argument: Any) -> frozenset[str] | None:
    """Give the strings an item may match, None if they cannot be listed."""
    if operator is sre.LITERAL:
        return frozenset({chr(argument).lower()})
    if operator is sre.IN:
        chars: set[str] = set()
        for kind, value in argument:
            if kind is sre.LITERAL:
                chars.add(chr(value).lower())
            elif kind is sre.RANGE and value[1] - value[0] < 10:
                chars.update(chr(code).lower() for code in range(value[0], value[1] + 1))
            else:
                return None
        return frozenset(chars)
    if operator is sre.SUBPATTERN:
        return _whole(argument[3])
    if operator is sre.BRANCH:
        branches = [_whole(branch) for branch in argument[1]]
        listed = [branch for branch in branches if branch is not None]
        return frozenset().union(*listed) if len(listed) == len(branches) else None
    if operator in (sre.ASSERT, sre.ASSERT_NOT, sre.AT):
        return _EMPTY
    return None


def _whole(tree: Any) -> frozenset[str] | None:
    run = _EMPTY
    for operator, argument in tree:
        if operator is sre.MAX_REPEAT and argument[:2] == (0, 1):
            optional = _whole(argument[2])
            pieces = None if optional is None else optional | _EMPTY
        else:
            pieces = _pieces(operator, argument)
        if pieces is None or len(run) * len(pieces) > MOST:
            return None
        run = frozenset(before + piece for before in run for piece in pieces)
    return run


def _inner_needs(operator: Any, argument: Any) -> list[frozenset[str]]:
    if operator is sre.SUBPATTERN:
        return _needs(argument[3])
    if operator is sre.ATOMIC_GROUP:
        return _needs(argument)
    if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT) and argument[0] > 0:
        return _needs(argument[2])
    if operator is sre.BRANCH:
        best = [max(_needs(branch), key=_worth, default=frozenset()) for branch in argument[1]]
        return [frozenset().union(*best)] if all(best) else []
    return []


class Triggers:
    """Sets of words, compiled into one scan.

    Args:
        sets: the words of each set; where a set is empty, ``fallback`` stands for it.
        reaches: code points on either side of a word of each set that count.
        fallback: where sets without words are found.
        whole: words that count only where no ASCII letter follows (``mar`` but not ``market``).

    >>> triggers = Triggers([frozenset({"月"}), frozenset({"mar"})], [2, 3], re.compile("x"), frozenset({"mar"}))
    >>> list(triggers.windows("market 3月, 4月, 5 Mar"))
    [(0, [(6, 15)]), (1, [(14, 20)])]
    """

    def __init__(
        self,
        sets: Sequence[frozenset[str]],
        reaches: Sequence[int],
        fallback: re.Pattern[str],
        whole: frozenset[str],
    ) -> None:
        self._reaches = reaches
        self._fallback = fallback
        self._always = [index for index, words in enumerate(sets) if not words]
        owners: dict[str, list[int]] = {}
        for index, words in enumerate(sets):
            for word in sorted(words):
                owners.setdefault(word, []).append(index)
        self._words = list(owners)
        self._owners = [tuple(owners[word]) for word in self._words]
        self._latin = [word[0] in _LETTERS for word in self._words]
        self._whole = [word in whole for word in self._words]
        self._automaton = (
            CharwiseDoubleArrayAhoCorasick(self._words, MATCH_KIND_STANDARD) if self._words else None
        )

    def windows(self, text: str) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """Give the index of each set of which a word stands in ``text``, and the stretches around its words."""
        hits: dict[int, list[tuple[int, int]]] = {}
        if self._always:
            spans = [match.span() for match in self._fallback.finditer(text)]
            hits = {index: spans for index in self._always} if spans else {}
        lowered = text.lower()
        if len(lowered) != len(text):
            lowered = text.translate(_ASCII_LOWER)
        for start, end, key in self._automaton.find_overlapping(lowered) if self._automaton else ():
            if self._latin[key] and (
                (start and lowered[start - 1] in _LETTERS)
                or (self._whole[key] and lowered[end : end + 1] in _LETTERS)
            ):
                continue
            for index in self._owners[key]:
                hits.setdefault(index, []).append((start, end))
        for index, spans in hits.items():
            yield index, _widen(spans, self._reaches[index], len(text))


def _widen(spans: Sequence[tuple[int, int]], reach: int, length: int) -> list[tuple[int, int]]:
    """Give the stretches around spans, those that touch joined.

    >>> _widen([(5, 6), (9, 10), (30, 31)], 3, 32)
    [(2, 13), (27, 32)]
    """
    first, last = spans[0]
    low, high = max(first - reach, 0), last + reach
    wide: list[tuple[int, int]] = []
    for start, end in spans:
        if start - reach > high:
            wide.append((low, high))
            low = start - reach
        high = end + reach
    wide.append((low, min(high, length)))
    return wide
