"""Finds date expressions: rules are tried where they may begin; the first stands, and of those the longest."""

import re
from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter

from medai_extract.match.date.expression import Found, Reading, join_dates, make_reading
from medai_extract.match.openings import Openings, to_lower
from medai_extract.normalise.date_fields import FieldReader
from medai_extract.patterns import Rule

LONGEST = 90
"""Code points of the longest date expression."""

_KEPT = 1_024
"""Readings that are kept: the news names the same days again and again."""

_Hit = tuple[int, Rule, re.Match[str]]
"""Where a match ends, its rule, and the match."""
_END = itemgetter(0)


class DateFinder:
    """The date rules and the places where they may match.

    Args:
        rules: the rules; those whose id begins with ``date.ask.`` are for requests only.
        reader: reads the groups of a match.

    """

    def __init__(self, rules: Iterable[Rule], reader: FieldReader) -> None:
        self._rules = {rule.id: rule for rule in sorted(rules, key=lambda rule: (-rule.score, rule.id))}
        self._openings = Openings(
            rule for rule in self._rules.values() if not rule.id.startswith("date.ask.")
        )
        self._reader = reader
        self._reading = lru_cache(maxsize=_KEPT)(self._read_groups)

    def find(self, text: str) -> list[Found]:
        """Give the expressions of a text: each rule is tried where it may begin."""
        lowered = to_lower(text).replace("\xa0", " ")
        rules_at = self._openings.rules_at
        found: list[Found] = []
        reach = 0
        for at, number in self._openings.places(lowered):
            if at < reach:
                continue
            hits: list[_Hit] = []
            for rule, match_at in rules_at(lowered, at, number):
                match = match_at(text, at)
                if match is not None:
                    hits.append((match.end(), rule, match))
            one = self._choose(hits) if hits else None
            if one is not None:
                found.append(one)
                reach = one.end
        return join_dates(text, found, asked=False)

    def find_asked(self, text: str) -> list[Found]:
        """Give the expressions of what may be a request: every rule is tried everywhere, for the text is short."""
        by_start: dict[int, list[_Hit]] = {}
        for rule in self._rules.values():
            for match in rule.regex.finditer(text):
                by_start.setdefault(match.start(), []).append((match.end(), rule, match))
        found: list[Found] = []
        for at in sorted(by_start):
            one = self._choose(by_start[at]) if not found or at >= found[-1].end else None
            if one is not None:
                found.append(one)
        return join_dates(text, found, asked=True)

    def _choose(self, hits: list[_Hit]) -> Found | None:
        """Give the longest of the matches that begin at one place, the best first; of equal ones the first."""
        if len(hits) > 1:
            hits.sort(key=_END, reverse=True)
        for end, rule, match in hits:
            reading = self._reading(rule.id, match.groups())
            start = match.start()
            if reading is not None and 0 < end - start <= LONGEST:
                # An abbreviation takes its full stop along, a whole word does not.
                stop = match.string[end - 1] == "."
                return Found(start, end - stop, rule, reading, reading.fields, reading.tensed)
        return None

    def _read_groups(self, rule_id: str, values: tuple[str | None, ...]) -> Reading | None:
        """Read the groups of a match, None if one holds what it may not (a year of 0)."""
        rule = self._rules[rule_id]
        names = rule.regex.groupindex
        groups = {name: value for name in names if (value := values[names[name] - 1]) is not None}
        fields = self._reader.read(groups)
        return None if fields is None else make_reading(rule, groups, fields)
