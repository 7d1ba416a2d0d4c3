"""Several rules as one regular expression: the engine, not a loop, finds the first that matches somewhere."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

from medai_extract.patterns import Rule

_GROUP = re.compile(r"\(\?P<(\w+)>")
_HEAD = re.compile(r"\(\?:(?:\(\?<!(?:\[[^\]]*\]|[^()\[\]])*\))+\)")
_BACK = re.compile(r"\(\?P=(\w+)\)")
_CATEGORIES = {sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_WORD: r"\w"}


class Alternation:
    """Rules that are tried at the same places.

    >>> from medai_extract.patterns import load_patterns
    >>> rules = {rule.id: rule for rule in load_patterns().rules["date"]}
    >>> dates = Alternation([rules["date.zh.day"], rules["date.zh.month"]])
    >>> hit = dates.regex.search("截至3月底")
    >>> [(rule.id, match[0]) for rule, match in dates.matches(hit, "截至3月底", 5)]
    [('date.zh.month', '3月底')]
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Give the expression that matches where a rule does.

        What all rules look back at and the characters they begin with are looked at once, before all of them.
        """
        heads = {head_of(rule.pattern) for rule in self.rules}
        shared = heads.pop() if len(heads) == 1 else ""
        firsts = [first_chars(rule.tree) for rule in self.rules]
        known = sorted(frozenset().union(*(first for first in firsts if first is not None)))
        guard = "" if None in firsts or not known else f"(?=[{''.join(known)}])"
        branches = (f"(?P<rule{at}>{_rename(rule.pattern, at)})" for at, rule in enumerate(self.rules))
        return re.compile(f"{shared}{guard}(?:{'|'.join(branches)})")

    def matches(self, hit: re.Match[str], text: str, end: int) -> Iterator[tuple[Rule, re.Match[str]]]:
        """Give each rule that matches where ``hit``, a match of ``regex``, begins, in their order."""
        at = hit.start()
        for rule in self.rules[int((hit.lastgroup or "rule0")[4:]) :]:
            match = rule.regex.match(text, at, end)
            if match is not None:
                yield rule, match


def head_of(pattern: str) -> str:
    """Give what a pattern looks back at before anything else, as a pattern.

    >>> head_of(r"(?:(?<![a-z]))May"), head_of("May")
    ('(?:(?<![a-z]))', '')
    """
    head = _HEAD.match(pattern)
    return head[0] if head else ""


def _rename(pattern: str, number: int) -> str:
    """Take the names off groups, but for those a pattern refers back to, which must not clash.

    >>> _rename("(?P<year>2026)(?P<sep>[-/])7(?P=sep)8", 3)
    '(?:2026)(?P<sep_3>[-/])7(?P=sep_3)8'
    """
    back = set(_BACK.findall(pattern))
    named = _GROUP.sub(lambda group: f"(?P<{group[1]}_{number}>" if group[1] in back else "(?:", pattern)
    return _BACK.sub(rf"(?P=\1_{number})", named)


def first_chars(tree: Any) -> frozenset[str] | None:
    r"""Give the characters that a match may begin with, as members of a character class; None if any may.

    >>> sorted(first_chars(re._parser.parse(r"(?<!x)(?:[1-9]|\d\d)?(?i:May)")))
    ['1-9', 'M', '\\d', 'm']
    """
    found, empty = _first(tree, False)
    return None if empty or found is None else found


def _first(tree: Any, ignore_case: bool) -> tuple[frozenset[str] | None, bool]:
    """Give the first characters of a sequence, and whether it may match nothing."""
    found: frozenset[str] = frozenset()
    for operator, argument in tree:
        first, empty = _first_of_item(operator, argument, ignore_case)
        if first is None:
            return None, empty
        found |= first
        if not empty:
            return found, False
    return found, True


def _first_of_item(operator: Any, argument: Any, ignore_case: bool) -> tuple[frozenset[str] | None, bool]:
    if operator in (sre.ASSERT, sre.ASSERT_NOT, sre.AT):
        return frozenset(), True
    if operator is sre.LITERAL:
        return _cased([chr(argument)], ignore_case), False
    if operator is sre.IN:
        return _first_of_class(argument, ignore_case), False
    if operator is sre.SUBPATTERN:
        return _first(argument[3], bool(argument[1] & re.I) or ignore_case)
    if operator is sre.ATOMIC_GROUP:
        return _first(argument, ignore_case)
    if operator is sre.BRANCH:
        branches = [_first(branch, ignore_case) for branch in argument[1]]
        if any(first is None for first, _ in branches):
            return None, False
        return frozenset().union(*(first or () for first, _ in branches)), any(empty for _, empty in branches)
    if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        first, empty = _first(argument[2], ignore_case)
        return first, empty or argument[0] == 0
    return None, False


def _first_of_class(members: Any, ignore_case: bool) -> frozenset[str] | None:
    chars: list[str] = []
    for kind, value in members:
        if kind is sre.LITERAL:
            chars.append(chr(value))
        elif kind is sre.RANGE and not ignore_case:
            chars.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        elif kind is sre.CATEGORY and value in _CATEGORIES:
            chars.append(_CATEGORIES[value])
        else:
            return None
    return frozenset(char for char in chars if len(char) > 1) | _cased(
        [char for char in chars if len(char) == 1], ignore_case
    )


def _cased(chars: Sequence[str], ignore_case: bool) -> frozenset[str]:
    both = {*chars, *(char.swapcase() for char in chars)} if ignore_case else {*chars}
    return frozenset(map(re.escape, both))
