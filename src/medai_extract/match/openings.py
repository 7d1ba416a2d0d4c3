"""Where rules may begin to match: what the matches of each open with, and one scan of a text for all of that.

A hundred rules over a whole text are slow, and at most places none can match. From its parsed pattern each rule
tells what every match of it begins with. One Aho-Corasick pass finds the words (``last m``, 去年) and one expression
the numbers where some rule may begin; what stands there and just behind it (``0000|年0月``, ``march|0``) tells which.
"""

import re
import string
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import itemgetter
from re import _parser as sre_parse  # type: ignore[attr-defined]
from typing import Any

from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.opening_words import (
    BEHIND,
    NUMBERS,
    SYMBOLS,
    find_openings,
    find_words,
    spell_numbers,
)
from medai_extract.patterns import Rule

_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_LETTERS = frozenset(string.ascii_letters)
_HEAD = re.compile(rf"([a-z]++|.)[ ,./-]*+(.{{,{BEHIND}}}+)", re.S)
"""A word (of Chinese the first character) and the next characters behind it."""
_PLACE = itemgetter(0)
_MANY, _HAN = NUMBERS.index("00000"), NUMBERS.index("一")
_KEPT = 4_096
"""First words, and sets of rules, that are kept: the news opens its dates alike again and again."""


Opening = tuple[Rule, Callable[[str, int], re.Match[str] | None]]
"""A rule that may match and the function that matches it at a place."""


class Openings:
    """Rules by what their matches open with.

    >>> from medai_extract.patterns import load_patterns
    >>> rules = {rule.id: rule for rule in load_patterns().rules["date"]}
    >>> openings = Openings([rules["date.zh.month"], rules["date.en.relative"]])
    >>> lowered = "自3月起，last year 3人"
    >>> for at, number in openings.places(lowered):
    ...     print(at, [rule.id for rule, _ in openings.rules_at(lowered, at, number)])
    1 ['date.zh.month']
    5 ['date.en.relative']
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(sorted(rules, key=lambda rule: (-rule.score, rule.id)))
        trees = [sre_parse.parse(rule.pattern) for rule in self._rules]
        words = _shortest(set().union(*map(find_words, trees)))
        self._latin = [word[0] in _LETTERS for word in words]
        self._words = CharwiseDoubleArrayAhoCorasick(words, MATCH_KIND_STANDARD)
        openings = [find_openings(tree) for tree in trees]
        self._numbers = re.compile(spell_numbers(set().union(*openings)), re.S)
        owners: dict[str, int] = {}
        for index, spelt in enumerate(openings):
            for opening in spelt:
                owners[opening] = owners.get(opening, 0) | 1 << index
        self._tree = _Tree(owners)
        self._counted = [self._tree.after(f"{number}|") for number in NUMBERS]
        self._headed = lru_cache(maxsize=_KEPT)(self._after_head)
        self._owned = lru_cache(maxsize=_KEPT)(self._list_rules)

    def places(self, lowered: str) -> list[tuple[int, re.Match[str] | None]]:
        """Give each place of a text in small letters where rules may begin to match, in text order; a match is a number."""
        latin = self._latin
        found: dict[int, re.Match[str] | None] = {
            start: None
            for start, _, key in self._words.find_overlapping(lowered)
            if not (latin[key] and start and lowered[start - 1] in _LETTERS)
        }
        for number in self._numbers.finditer(lowered):
            found[number.start()] = number
        return sorted(found.items(), key=_PLACE)

    def rules_at(self, lowered: str, at: int, number: re.Match[str] | None) -> tuple[Opening, ...]:
        """Give the rules of which a match may begin at one of the places, the best first."""
        if number is None:
            head, behind = _HEAD.match(lowered, at).groups()  # type: ignore[union-attr]  # any character is a head
            node = self._headed(head)
        else:
            rest, behind, behind_han = number.groups()
            node = self._counted[_HAN if rest is None else min(len(rest), _MANY)]
            behind = behind or behind_han or ""
        return self._owned(self._tree.owners(node, behind))

    def _after_head(self, head: str) -> "_Node":
        return self._tree.after(f"{SYMBOLS.get(head, head)}|")

    def _list_rules(self, owners: int) -> tuple[Opening, ...]:
        return tuple(
            (rule, rule.regex.match) for index, rule in enumerate(self._rules) if owners >> index & 1
        )


_Node = int | dict[str, Any]
"""What is known after the first characters of an opening: the number of a set of rules, or by the next symbol what is known then.

Under the empty string stands the set of those of which a match may open so, whatever follows.
"""


class _Tree:
    """Openings by their symbols, and the sets of rules, as bits, of which a match may open so.

    >>> tree = _Tree({"00|月": 1, "00|月0": 2, "去|年": 4})
    >>> node = tree.after("00|")
    >>> tree.owners(node, "月"), tree.owners(node, " 月 7"), tree.owners(node, "年"), tree.owners(tree.after("去|"), "年")
    (1, 3, 0, 4)
    """

    def __init__(self, owners: Mapping[str, int]) -> None:
        self._sets = [0]
        numbers = {0: 0}
        self._root: dict[str, Any] = {"": 0}
        # The longer ones first, so that a leaf stays one.
        for opening in sorted(owners, key=len, reverse=True):
            node, owned = self._root, 0
            for end, symbol in enumerate(opening, 1):
                owned |= owners.get(opening[:end], 0)
                if owned not in numbers:
                    numbers[owned] = len(self._sets)
                    self._sets.append(owned)
                if symbol not in node:
                    node[symbol] = numbers[owned] if end == len(opening) else {"": numbers[owned]}
                if end < len(opening):
                    node = node[symbol]
        self._root = _share(self._root, {})

    def after(self, symbols: str) -> _Node:
        """Give what is known after some symbols; one that no opening goes on with ends the walk."""
        node: _Node = self._root
        for symbol in symbols:
            if isinstance(node, int):
                return node
            if symbol not in node:
                return int(node[""])
            node = node[symbol]
        return node

    def owners(self, node: _Node, behind: str) -> int:
        """Give the rules, as bits, of which a match may open so where these characters, without spaces, follow."""
        for char in behind:
            if type(node) is int:
                return self._sets[node]
            if char != " ":
                longer = node.get(SYMBOLS.get(char, char))  # type: ignore[union-attr]  # no number
                if longer is None:
                    break
                node = longer
        return self._sets[node if type(node) is int else node[""]]  # type: ignore[index]


def _share(node: dict[str, Any], shared: dict[frozenset[tuple[str, int]], dict[str, Any]]) -> dict[str, Any]:
    """Give a node of which equal parts are one, as nine tenths of a tree of dates are; ``shared`` are those that are known.

    >>> node = _share({"1": {"": 0, "月": 1}, "2": {"": 0, "月": 1}}, {})
    >>> node["1"] is node["2"]
    True
    """
    node = {symbol: below if type(below) is int else _share(below, shared) for symbol, below in node.items()}
    # What is below is known by its place in memory, of which the negative is the number of no set.
    told = ((symbol, below if type(below) is int else -id(below)) for symbol, below in node.items())
    return shared.setdefault(frozenset(told), node)


def _shortest(words: Iterable[str]) -> list[str]:
    """Give the words that begin with no other word.

    >>> _shortest({"last m", "last", "去年", "jan"})
    ['jan', 'last', '去年']
    """
    shortest: list[str] = []
    for word in sorted(words):
        if not (shortest and word.startswith(shortest[-1])):
            shortest.append(word)
    return shortest


def to_lower(text: str) -> str:
    """Give the text in small letters, of the same length.

    >>> to_lower("US$5 İ")
    'us$5 İ'
    """
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text.translate(_ASCII_LOWER)
