"""Where rules may begin to match: what the matches of each open with, and one scan of a text for all of that.

A hundred rules over a whole text are slow, and at most places none can match. From its parsed pattern each rule
tells what every match of it begins with. One Aho-Corasick pass finds the words (``last m``, 去年) and one expression
the numbers where some rule may begin; what stands there and just behind it (``0000|年0月``, ``march|0``) tells which.
"""

import re
import string
from collections.abc import Callable, Iterable
from functools import lru_cache, reduce
from operator import itemgetter, or_
from re import _parser as sre_parse  # type: ignore[attr-defined]

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


Opening = tuple[Rule, Callable[[str, int], re.Match[str] | None]]
"""A rule that may match and the function that matches it at a place."""


class Openings:
    """Rules by what their matches open with.

    >>> from medai_extract.patterns import load_patterns
    >>> rules = {rule.id: rule for rule in load_patterns().rules["date"]}
    >>> openings = Openings([rules["date.zh.month"], rules["date.en.relative"]])
    >>> [(at, [rule.id for rule, _ in rules]) for at, rules in openings.places("自3月起，last year 3人")]
    [(1, ['date.zh.month']), (5, ['date.en.relative'])]
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        trees = [sre_parse.parse(rule.pattern) for rule in self._rules]
        words = _shortest(set().union(*map(find_words, trees)))
        self._latin = [word[0] in _LETTERS for word in words]
        self._words = CharwiseDoubleArrayAhoCorasick(words, MATCH_KIND_STANDARD)
        self._owners: dict[str, int] = {}
        for index, tree in enumerate(trees):
            for opening in find_openings(tree):
                self._owners[opening] = self._owners.get(opening, 0) | 1 << index
        self._numbers = re.compile(spell_numbers(self._owners), re.S)
        self._rules_at = lru_cache(maxsize=8192)(self._find_rules)

    def _find_rules(self, head: str, behind: str) -> tuple[Opening, ...]:
        """Give the rules of which a match may open so, with the functions that match them."""
        symbols = [SYMBOLS.get(char, char) for char in behind if char != " "]
        key = f"{SYMBOLS.get(head, head)}|{''.join(symbols)}"
        owners = reduce(or_, (self._owners.get(key[:end], 0) for end in range(1, len(key) + 1)))
        return tuple(
            (rule, rule.regex.match) for index, rule in enumerate(self._rules) if owners >> index & 1
        )

    def places(self, lowered: str) -> list[tuple[int, tuple[Opening, ...]]]:
        """Give each place of a text in small letters where rules may begin to match, with these rules, in text order."""
        lowered = lowered.replace("\xa0", " ")
        latin, rules_at, read_head = self._latin, self._rules_at, _HEAD.match
        found: dict[int, tuple[Opening, ...]] = {}
        for start, _, key in self._words.find_overlapping(lowered):
            if not (start in found or (latin[key] and start and lowered[start - 1] in _LETTERS)):
                found[start] = rules_at(*read_head(lowered, start).groups())  # type: ignore[union-attr]  # any character is a head
        for match in self._numbers.finditer(lowered):
            rest, behind, behind_han = match.groups()
            number = "一" if rest is None else NUMBERS[min(len(rest), 4)]
            found[match.start()] = rules_at(number, behind_han or behind)
        return sorted([(at, rules) for at, rules in found.items() if rules], key=_PLACE)


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
