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

import msgspec
from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.opening_words import (
    BEHIND,
    DASHES,
    NUMBERS,
    NUMERALS,
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
_CHARS = {"0": string.digits, "一": NUMERALS, "-": f"-{DASHES}"}
"""What each symbol of an opening stands for."""
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
        self._root = _grow(owners)
        self._counted = [self._root.after(f"{number}|") for number in NUMBERS]
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
        for char in behind:
            if char != " ":
                longer = node.longer.get(char)
                if longer is None:
                    break
                node = longer
        return self._owned(node.owners)

    def _after_head(self, head: str) -> "_Node":
        return self._root.after(f"{head}|")

    def _list_rules(self, owners: int) -> tuple[Opening, ...]:
        return tuple(
            (rule, rule.regex.match) for index, rule in enumerate(self._rules) if owners >> index & 1
        )


class _Node(msgspec.Struct):
    """What is known after the first characters of an opening.

    Args:
        owners: the rules, as bits, of which a match may open so, whatever follows.
        longer: by one more character, what is known then.

    """

    owners: int
    longer: dict[str, "_Node"]

    def after(self, symbols: str) -> "_Node":
        """Give what is known after more characters, of which those that no opening goes on with end the walk."""
        node = self
        for symbol in symbols:
            if symbol not in node.longer:
                return _Node(node.owners, {})
            node = node.longer[symbol]
        return node


def _grow(owners: Mapping[str, int]) -> _Node:
    """Give openings with their owners as a tree, in which a character that a symbol stands for is as good as the symbol."""
    root = _Node(0, {})
    for opening in owners:
        node, owned = root, 0
        for end, symbol in enumerate(opening, 1):
            owned |= owners.get(opening[:end], 0)
            if symbol not in node.longer:
                node.longer |= dict.fromkeys(_CHARS.get(symbol, symbol), _Node(owned, {}))
            node = node.longer[symbol]
    return root


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
