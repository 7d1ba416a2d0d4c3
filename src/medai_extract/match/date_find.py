"""Date expressions in a text: rules are tried where they may begin, the longest match stands, ranges join."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter, itemgetter

import msgspec

from medai_extract.match.openings import Openings
from medai_extract.normalise.date import Period
from medai_extract.normalise.date_calendar import resolve_calendar
from medai_extract.normalise.date_fields import FieldReader
from medai_extract.normalise.date_parts import Fields
from medai_extract.normalise.date_reference import Reference
from medai_extract.patterns import Rule

LONGEST = 90
"""Code points of the longest date expression."""

_KEPT = 8192
"""Readings that are kept: the news names the same days again and again."""

_JOIN = re.compile(
    r"\s?(?:至|到|起至|[-–—－~～─ー]{1,2})\s?|\s{1,2}(?:to|through|thru|until)\s{1,2}(?:the\s)?"
)
_AND, _BETWEEN = re.compile(r" and (?:the )?"), re.compile(r"\b[Bb]etween (?:the )?$")
_LIST = re.compile(r"\s?(?:、|和|及|与|與|以及|,|，|/)\s?|,?\s(?:and|or)\s")
_JOINT, _COMMA = 12, 6
"""The most code points between the dates of a range, and between those of a list."""
_JOINABLE = frozenset({"calendar", "numeric", "relative", "word", "weekday", "ask.numbers"})


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What the groups of a match say: the parts of a date, the groups, and words for ``explain``.

    ``fixed`` is the period of an expression that says all by itself.
    """

    fields: Fields
    groups: dict[str, str]
    evidence: tuple[str, ...]
    fixed: Period | None


class Found(msgspec.Struct, gc=False):
    """A date expression before its value is known; ``last`` is the second date of a joined range.

    ``fields`` are those of the reading until a neighbour lends its year. ``bound`` is since, after or before where
    a request leaves one side open.
    """

    start: int
    end: int
    rule: Rule
    reading: Reading
    fields: Fields
    last: "Found | None" = None
    bound: str = ""

    @property
    def groups(self) -> dict[str, str]:
        """The named groups of the match."""
        return self.reading.groups


Match = tuple[int, int, Rule, re.Match[str]]
"""Where a match begins and ends, the rule that matched, and the match."""


class DateFinder:
    """The date rules and the places where they may match.

    Args:
        rules: the rules; those whose id begins with ``date.ask.`` are for requests only.
        reader: reads the groups of a match.

    """

    def __init__(self, rules: Iterable[Rule], reader: FieldReader) -> None:
        self._rules = {rule.id: rule for rule in rules}
        self._openings = Openings(
            rule for rule in self._rules.values() if not rule.id.startswith("date.ask.")
        )
        self._reader = reader
        self._read = lru_cache(maxsize=_KEPT)(self._read_groups)

    def find(self, text: str, lowered: str) -> list[Found]:
        """Give the expressions of a text, which is given in small letters too, ranges joined."""
        return self._join(text, self._match_openings(text, lowered), asked=False)

    def find_asked(self, text: str) -> list[Found]:
        """Give the expressions of what may be a request."""
        return self._join(text, self._match_anywhere(text), asked=True)

    def _join(self, text: str, matches: Iterable[Match], *, asked: bool) -> list[Found]:
        joined = join_ranges(text, self._keep_longest(list(matches)), asked)
        inherit_years(text, joined)
        return joined

    def _match_openings(self, text: str, lowered: str) -> Iterator[Match]:
        """Try each rule where it may begin."""
        for at, rules in self._openings.places(lowered):
            for rule, match_at in rules:
                match = match_at(text, at)
                if match is not None:
                    yield at, match.end(), rule, match

    def _match_anywhere(self, text: str) -> Iterator[Match]:
        """Try every rule everywhere: the text is short."""
        for rule in self._rules.values():
            for match in rule.regex.finditer(text):
                yield match.start(), match.end(), rule, match

    def _keep_longest(self, matches: list[Match]) -> list[Found]:
        """Keep the expressions that no longer one overlaps, in text order."""
        matches.sort(key=itemgetter(0))
        kept: list[Found] = []
        first, count = 0, len(matches)
        while first < count:
            after, reach = first + 1, matches[first][1]
            while after < count and matches[after][0] < reach:
                reach = max(reach, matches[after][1])
                after += 1
            kept.extend(self._choose(matches[first:after]))
            first = after
        return kept

    def _choose(self, rivals: list[Match]) -> list[Found]:
        """Read the longest of the matches that run into each other, and those that stand beside it."""
        if len(rivals) > 1:
            rivals.sort(key=lambda rival: (rival[0] - rival[1], -rival[2].score, rival[0], rival[2].id))
        chosen: list[Found] = []
        taken: set[int] = set()
        for start, end, rule, match in rivals:
            if start in taken or end - 1 in taken or not 0 < end - start <= LONGEST:
                continue
            reading = self._read(rule.id, match.groups())
            if reading is not None:
                # An abbreviation takes its full stop along, a whole word does not.
                stop = match.string[end - 1] == "."
                chosen.append(Found(start, end - stop, rule, reading, reading.fields))
                if len(rivals) > 1:
                    taken.update(range(start, end))
        return sorted(chosen, key=attrgetter("start")) if len(chosen) > 1 else chosen

    def _read_groups(self, rule_id: str, values: tuple[str | None, ...]) -> Reading | None:
        """Read the groups of a match, None if one holds what it may not (a year of 0)."""
        rule = self._rules[rule_id]
        names = rule.regex.groupindex
        groups = {name: value for name in names if (value := values[names[name] - 1]) is not None}
        fields = self._reader.read(groups)
        if fields is None:
            return None
        parts = {name: name.rstrip("_") for name in groups}
        evidence = tuple(f"{parts[name]}:{value}" for name, value in groups.items() if parts[name] != "sep")
        fixed = resolve_calendar(fields, Reference()) if _is_absolute(rule, fields) else None
        return Reading(fields, groups, evidence, fixed)


def _is_absolute(rule: Rule, fields: Fields) -> bool:
    """Say whether the value hangs on nothing but the parts themselves."""
    return (
        rule.kind == "calendar"
        and fields.year is not None
        and not fields.short_year
        and not fields.fiscal_quarter
        and fields.fiscal is None
        and fields.decade is None
        and fields.shift is None
        and fields.month_shift is None
    )


def join_ranges(text: str, found: list[Found], asked: bool = False) -> list[Found]:
    """Join two dates with only a dash, ``to``, 至 or 到 between them; in a request, ``between … and`` too."""
    joined: list[Found] = []
    for one in found:
        before = joined[-1] if joined else None
        if (
            before is not None
            and one.start - before.end <= _JOINT
            and _may_join(before, one)
            and (
                _JOIN.fullmatch(text, before.end, one.start)
                or (
                    asked
                    and _AND.fullmatch(text, before.end, one.start)
                    and _BETWEEN.search(text, 0, before.start)
                )
            )
        ):
            before.last, before.end = one, one.end
            _share_year(before, one)
        else:
            joined.append(one)
    return joined


def _may_join(before: Found, one: Found) -> bool:
    fields = before.fields
    return (
        before.last is None
        and before.rule.kind in _JOINABLE
        and one.rule.kind in _JOINABLE
        and not (fields.month2 or fields.day2 or fields.year2 or fields.clock)
    )


def inherit_years(text: str, found: list[Found]) -> None:
    """Give its neighbour's year to a month in a list that names none (``2024年3月、6月``)."""
    for before, one in pairwise(found):
        if one.start - before.end > _COMMA or not _LIST.fullmatch(text, before.end, one.start):
            continue
        months = before.fields.month and one.fields.month and before.rule.kind == one.rule.kind == "calendar"
        if months and one.fields.has_year != before.fields.has_year:
            _share_year(before, one)


def _share_year(before: Found, one: Found) -> None:
    """Give the year that one of two dates names to the other."""
    first, last = before.fields, one.fields
    wraps = bool(first.month and last.month and first.month > last.month)
    if last.has_year and not first.has_year:
        before.fields = _with_year(first, last, -wraps)
    elif first.has_year and not last.has_year and not last.shift:
        one.fields = _with_year(last, first, wraps)


def _with_year(fields: Fields, model: Fields, years: int) -> Fields:
    return msgspec.structs.replace(
        fields,
        year=model.year + years if model.year else model.year,
        year_shift=model.year_shift,
        short_year=model.short_year,
    )
