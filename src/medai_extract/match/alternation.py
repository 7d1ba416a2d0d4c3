"""Several rules as one regular expression: the engine, not a loop, finds the first that matches somewhere."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parse  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from medai_extract.patterns import Rule

_GROUP = re.compile(r"\(\?P<(\w+)>")
_HEAD = re.compile(r"\(\?:(?:\(\?<!(?:\[[^\]]*\]|[^()\[\]])*\))+\)")
_BACK = re.compile(r"\(\?P=(\w+)\)")
_CATEGORIES = {sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_WORD: r"\w"}


class Hit(NamedTuple):
    """A match of a rule, alone or as a part of an alternation.

    ``surfaces`` are all of the match and its groups, in their order in the rule.
    """

    rule: Rule
    match: re.Match[str]
    surfaces: tuple[str | None, ...]
    suffix: str

    @property
    def groups(self) -> dict[str, str | None]:
        """The groups under their own names."""
        return name_groups(self.rule, self.surfaces)

    @property
    def text(self) -> str:
        """The text that was searched."""
        return self.match.string

    def span(self, name: str) -> tuple[int, int]:
        """Give where a group begins and ends."""
        return self.match.span(name + self.suffix)


def name_groups(rule: Rule, surfaces: Sequence[str | None]) -> dict[str, str | None]:
    """Give the groups of a match, without the first surface, which is all of it, under their names."""
    return dict(zip(rule.regex.groupindex, surfaces[1:], strict=True))


class Alternation:
    """Rules that are tried at the same places.

    >>> from medai_extract.patterns import load_patterns
    >>> rules = {rule.id: rule for rule in load_patterns().rules["date"]}
    >>> dates = Alternation([rules["date.zh.day"], rules["date.zh.month"]])
    >>> hit = dates.hit("截至3月底", 2)
    >>> hit.rule.id, hit.groups["month"], hit.span("part"), list(dates.later_hits(hit))
    ('date.zh.month', '3', (4, 5), [])
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(rules)

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        """Give the expression that matches where a rule does.

        What all rules look back at and the characters they begin with are looked at once, before all of them.
        """
        heads = {head_of(rule.pattern) for rule in self._rules}
        shared = heads.pop() if len(heads) == 1 else ""
        firsts = [first_chars(sre_parse.parse(rule.pattern)) for rule in self._rules]
        known = sorted(frozenset().union(*(first for first in firsts if first is not None)))
        guard = "" if None in firsts or not known else f"(?=[{''.join(known)}])"
        branches = (f"(?P<rule_{at}>{_rename(rule.pattern, at)})" for at, rule in enumerate(self._rules))
        return re.compile(f"{shared}{guard}(?:{'|'.join(branches)})")

    @cached_property
    def _branches(self) -> dict[str, tuple[Rule, str, list[int]]]:
        """Give each rule by the group that is all of it, with the numbers of this and its own groups in the one expression."""
        groups: list[list[int]] = [[0] for _ in self._rules]
        for name, number in self._regex.groupindex.items():
            own, _, at = name.rpartition("_")
            if own != "rule":
                groups[int(at)].append(number)
        return {f"rule_{at}": (rule, f"_{at}", groups[at]) for at, rule in enumerate(self._rules)}

    def hit(self, text: str, at: int) -> Hit | None:
        """Give the first rule that matches at a place."""
        match = self._regex.match(text, at)
        if match is None:
            return None
        rule, suffix, groups = self._branches[match.lastgroup or ""]
        return Hit(rule, match, match.group(*groups) if len(groups) > 1 else (match[0],), suffix)

    def later_hits(self, first: Hit) -> Iterator[Hit]:
        """Give each rule behind the first that matches at the same place, in their order."""
        text, at = first.text, first.match.start()
        for rule in self._rules[self._rules.index(first.rule) + 1 :]:
            alone = rule.regex.match(text, at)
            if alone is not None:
                yield Hit(rule, alone, (alone[0], *alone.groups()), "")


def guard(pattern: str) -> re.Pattern[str]:
    """Compile a pattern behind a look at the first characters of all its words, where they are known.

    One that begins with a character or a class, or of which all branches begin with a character, is left as it is: the engine looks
    for that by itself.

    >>> guard("[报報]价|港币").pattern, guard("元|港币").pattern, guard(".元").pattern, guard(" in US").pattern
    ('(?=[報报港])(?:[报報]价|港币)', '元|港币', '.元', ' in US')
    """
    tree = sre_parse.parse(pattern)
    firsts = None if _begins_plainly(tree) else first_chars(tree)
    return re.compile(f"(?=[{''.join(sorted(firsts))}])(?:{pattern})" if firsts else pattern)


def _begins_plainly(tree: Any) -> bool:
    """Say whether a pattern begins with a character, a class or branches of which each begins with a character, maybe in a group."""
    for operator, argument in tree:
        if operator is sre.SUBPATTERN:
            return _begins_plainly(argument[3])
        if operator is sre.BRANCH:
            return all(branch and branch[0][0] is sre.LITERAL for branch in argument[1])
        return operator in (sre.LITERAL, sre.IN)
    return False


def head_of(pattern: str) -> str:
    """Give what a pattern looks back at before anything else, as a pattern.

    >>> head_of(r"(?:(?<![a-z]))May"), head_of("May")
    ('(?:(?<![a-z]))', '')
    """
    head = _HEAD.match(pattern)
    return head[0] if head else ""


def _rename(pattern: str, number: int) -> str:
    """Give the groups of a pattern, and what refers back to them, names that no other pattern has.

    >>> _rename("(?P<year>2026)(?P<sep>[-/])7(?P=sep)8", 3)
    '(?P<year_3>2026)(?P<sep_3>[-/])7(?P=sep_3)8'
    """
    return _BACK.sub(rf"(?P=\1_{number})", _GROUP.sub(rf"(?P<\1_{number}>", pattern))


def first_chars(tree: Any) -> frozenset[str] | None:
    r"""Give the characters that a match may begin with, as members of a character class; None if any may.

    >>> sorted(first_chars(sre_parse.parse(r"(?<!x)(?:[1-9]|\d\d)?(?i:May)")))
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
