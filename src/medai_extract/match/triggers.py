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
from typing import Any, NamedTuple

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
    return find_need(sre_parse.parse(pattern)).words


class Need(NamedTuple):
    """Words of which a match holds one, and the most code points of the match before it."""

    words: frozenset[str]
    before: int


_NOTHING = Need(frozenset(), 0)


def find_need(tree: Any) -> Need:
    """Give what tells best where a parsed pattern may match; no words if nothing does."""
    words, before = max(_needs(tree), key=_worth, default=_NOTHING)
    if _worth(Need(words, before))[0] < LEAST:
        return _NOTHING
    #  A Han word that holds another of the set adds nothing; "january" does not go with "jan", which may
    # count as a whole word only.
    few = {word for word in words if word.isascii() or not any(other in word for other in words - {word})}
    return Need(frozenset(few), before + max(map(len, words)) - min(map(len, few)))


def _worth(need: Need) -> tuple[int, int]:
    """Rank sets of words: a Han character weighs two letters, punctuation nothing; few are better than many.

    Beyond six letters longer words are hardly rarer.
    """
    weights = [sum(1 if char.isascii() else 2 for char in word if char.isalnum()) for word in need.words]
    return min(min(weights, default=0), 6), -len(need.words)


def _needs(tree: Any) -> list[Need]:
    """Give sets of strings; a match of the sequence ``tree`` holds one string of every set."""
    needs: list[Need] = []
    run, before, width = _EMPTY, 0, 0
    for item in tree:
        operator, argument = item
        pieces = _pieces(operator, argument)
        start, width = width, width + sre_parse.SubPattern(tree.state, [item]).getwidth()[1]
        if pieces is not None and len(run) * len(pieces) <= MOST:
            run = frozenset(first + piece for first in run for piece in pieces)
            continue
        needs.append(Need(run, before))
        run, before = (pieces, start) if pieces is not None and len(pieces) <= MOST else (_EMPTY, width)
        if pieces is None or len(pieces) > MOST:
            needs.extend(Need(words, start + inner) for words, inner in _inner_needs(operator, argument))
    needs.append(Need(run, before))
    return [need for need in needs if need.words and all(need.words) and len(need.words) <= MOST]


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


def _inner_needs(operator: Any, argument: Any) -> list[Need]:
    if operator is sre.SUBPATTERN:
        return _needs(argument[3])
    if operator is sre.ATOMIC_GROUP:
        return _needs(argument)
    if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT) and argument[0] > 0:
        return _needs(argument[2])
    if operator is sre.BRANCH:
        best = [max(_needs(branch), key=_worth, default=_NOTHING) for branch in argument[1]]
        if all(need.words for need in best):
            words = frozenset().union(*(need.words for need in best))
            return [Need(words, max(need.before for need in best))]
    return []


class Triggers:
    """Sets of words, compiled into one scan.

    Args:
        sets: the words of each set; where a set is empty, ``fallback`` stands for it.
        reaches: code points before and behind a word of each set that count.
        fallback: where sets without words are found.
        whole: words that count only where no ASCII letter follows (``mar`` but not ``market``).
        refused: where no word in digits counts (``2025年`` for rules of English).

    >>> sets, whole = [frozenset({"月"}), frozenset({"mar"})], frozenset({"mar"})
    >>> triggers = Triggers(sets, [(2, 2), (3, 3)], re.compile("x"), whole)
    >>> list(triggers.windows("market 3月, 4月, 5 Mar"))
    [(0, [(6, 15)]), (1, [(14, 20)])]
    """

    def __init__(
        self,
        sets: Sequence[frozenset[str]],
        reaches: Sequence[tuple[int, int]],
        fallback: re.Pattern[str],
        whole: frozenset[str],
        refused: re.Pattern[str] | None = None,
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
        self._refused = refused
        self._digits = [refused is not None and word.isdigit() for word in self._words]
        self._automaton = (
            CharwiseDoubleArrayAhoCorasick(self._words, MATCH_KIND_STANDARD) if self._words else None
        )

    def windows(self, text: str) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """Give the index of each set of which a word stands in ``text``, and the stretches around its words."""
        hits: dict[int, list[tuple[int, int]]] = {}
        if self._always:
            spans = [match.span() for match in self._fallback.finditer(text)]
            hits = dict.fromkeys(self._always, spans) if spans else {}
        lowered = text.lower()
        if len(lowered) != len(text):
            lowered = text.translate(_ASCII_LOWER)
        latin, whole, digits, refused = self._latin, self._whole, self._digits, self._refused
        for start, end, key in self._automaton.find_overlapping(lowered) if self._automaton else ():
            if latin[key]:
                if (start and lowered[start - 1] in _LETTERS) or (
                    whole[key] and lowered[end : end + 1] in _LETTERS
                ):
                    continue
            elif digits[key] and refused is not None and refused.match(text, start):
                continue
            for index in self._owners[key]:
                hits.setdefault(index, []).append((start, end))
        for index, spans in hits.items():
            yield index, _widen(spans, *self._reaches[index], len(text))


def _widen(spans: Sequence[tuple[int, int]], before: int, behind: int, length: int) -> list[tuple[int, int]]:
    """Give the stretches around spans, those that touch joined.

    >>> _widen([(5, 6), (9, 10), (30, 31)], 3, 3, 32)
    [(2, 13), (27, 32)]
    """
    first, last = spans[0]
    low, high = max(first - before, 0), last + behind
    wide: list[tuple[int, int]] = []
    for start, end in spans:
        if start - before > high:
            wide.append((low, high))
            low = start - before
        high = end + behind
    wide.append((low, min(high, length)))
    return wide
