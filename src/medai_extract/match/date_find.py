"""Finds date expressions: rules are tried where they may begin, and the longest match stands."""

import re
from collections.abc import Iterable
from functools import lru_cache
from operator import attrgetter

from medai_extract.match.date_expression import Found, Reading, inherit_years, join_ranges, make_reading
from medai_extract.match.openings import Openings
from medai_extract.normalise.date_fields import FieldReader
from medai_extract.patterns import Rule

LONGEST = 90
"""Code points of the longest date expression."""

_KEPT = 8192
"""Readings that are kept: the news names the same days again and again."""

Match = tuple[int, int, tuple[float, str], Rule, re.Match[str]]
"""Where a match begins and, negative, where it ends; the rank of its rule; the rule and the match.

Of matches that begin at one place the first in order is the longest, then the one of the best rule.
"""


class DateFinder:
    """The date rules and the places where they may match.

    Args:
        rules: the rules; those whose id begins with ``date.ask.`` are for requests only.
        reader: reads the groups of a match.

    """

    def __init__(self, rules: Iterable[Rule], reader: FieldReader) -> None:
        self._rules = {rule.id: rule for rule in rules}
        self._ranks = {rule.id: (-rule.score, rule.id) for rule in self._rules.values()}
        self._openings = Openings(
            rule for rule in self._rules.values() if not rule.id.startswith("date.ask.")
        )
        self._reader = reader
        self._reading = lru_cache(maxsize=_KEPT)(self._read_groups)

    def find(self, text: str, lowered: str) -> list[Found]:
        """Give the expressions of a text, which is given in small letters too, ranges joined."""
        return self._join(text, self._match_openings(text, lowered), asked=False)

    def find_asked(self, text: str) -> list[Found]:
        """Give the expressions of what may be a request."""
        return self._join(text, self._match_anywhere(text), asked=True)

    def _join(self, text: str, matches: list[Match], *, asked: bool) -> list[Found]:
        joined = join_ranges(text, self._keep_longest(matches), asked)
        inherit_years(text, joined)
        return joined

    def _match_openings(self, text: str, lowered: str) -> list[Match]:
        """Try each rule where it may begin."""
        matches: list[Match] = []
        ranks = self._ranks
        for at, rules in self._openings.places(lowered):
            for rule, match_at in rules:
                match = match_at(text, at)
                if match is not None:
                    matches.append((at, -match.end(), ranks[rule.id], rule, match))
        return matches

    def _match_anywhere(self, text: str) -> list[Match]:
        """Try every rule everywhere: the text is short."""
        return [
            (match.start(), -match.end(), self._ranks[rule.id], rule, match)
            for rule in self._rules.values()
            for match in rule.regex.finditer(text)
        ]

    def _keep_longest(self, matches: list[Match]) -> list[Found]:
        """Keep the expressions that no longer one overlaps, in text order."""
        matches.sort()
        kept: list[Found] = []
        rivals: list[Match] = []
        reach = 0
        for match in matches:
            if match[0] >= reach:
                self._choose(rivals, kept, reach)
                rivals = [match]
                reach = -match[1]
            else:
                rivals.append(match)
                if -match[1] > reach:
                    reach = -match[1]
        self._choose(rivals, kept, reach)
        return kept

    def _choose(self, rivals: list[Match], kept: list[Found], reach: int) -> None:
        """Read the longest of the matches that run into each other up to ``reach``, and those that stand beside it."""
        if rivals and rivals[0][1] == -reach:  # the first holds all the others
            found = self._read(rivals[0])
            if found is not None:
                kept.append(found)
                return
        rivals.sort(key=lambda rival: (rival[0] + rival[1], rival[2][0], rival[0], rival[2][1]))
        first = len(kept)
        taken: set[int] = set()
        for rival in rivals:
            start, end = rival[0], -rival[1]
            if start not in taken and end - 1 not in taken:
                found = self._read(rival)
                if found is not None:
                    kept.append(found)
                    taken.update(range(start, end))
        kept[first:] = sorted(kept[first:], key=attrgetter("start"))

    def _read(self, match: Match) -> Found | None:
        start, negative, _, rule, groups = match
        end = -negative
        reading = self._reading(rule.id, groups.groups())
        if reading is None or not 0 < end - start <= LONGEST:
            return None
        # An abbreviation takes its full stop along, a whole word does not.
        stop = groups.string[end - 1] == "."
        return Found(start, end - stop, rule, reading, reading.fields, reading.tensed)

    def _read_groups(self, rule_id: str, values: tuple[str | None, ...]) -> Reading | None:
        """Read the groups of a match, None if one holds what it may not (a year of 0)."""
        rule = self._rules[rule_id]
        names = rule.regex.groupindex
        groups = {name: value for name in names if (value := values[names[name] - 1]) is not None}
        fields = self._reader.read(groups)
        return None if fields is None else make_reading(rule, groups, fields)
