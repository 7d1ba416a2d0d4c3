"""Date expressions: what a match of a rule says, and what expressions beside each other lend one another."""

import re
from itertools import pairwise

import msgspec

from medai_extract.normalise.date import Period
from medai_extract.normalise.date_calendar import resolve_calendar
from medai_extract.normalise.date_parts import Fields
from medai_extract.normalise.date_reference import Reference
from medai_extract.patterns import Rule

_TENSELESS = frozenset({"relative", "ago", "word", "same", "past", "future", "school"})
"""Kinds of which the words themselves say whether they are to come."""

_COUNTED = frozenset({"calendar", "relative", "ago", "weekday", "word"})
"""Kinds that may count from publication alone."""

_JOIN = re.compile(
    r"\s?(?:至|到|起至|[-–—－~～─ー]{1,2})\s?|-to-|\s{1,2}(?:to|through|thru|until)\s{1,2}(?:the\s)?"
)
_AND, _BETWEEN = re.compile(r" and (?:the )?"), re.compile(r"\b[Bb]etween (?:the )?$")
_LIST = re.compile(r"\s?(?:、|和|及|与|與|以及|,|，|/)\s?|,?\s(?:and|or)\s")
_BRACKET, _AFTER_NAMED = re.compile(r"[ \xa0]?[（(]"), frozenset("）),，、;； ")
"""What stands before and behind the date in brackets that says which day a relative one is."""
_OPENING, _JOINT, _COMMA = 2, 12, 6
"""The most code points between a date and one in brackets, those of a range, and those of a list."""
_POINTING = frozenset({"same", "weekday", "word"})
_JOINABLE = frozenset({"calendar", "numeric", "relative", "word", "weekday", "ask.numbers"})


class Reading(msgspec.Struct, frozen=True, gc=False, eq=False):
    """What the groups of a match say, wherever it stands; one that is kept is equal to itself alone.

    Args:
        fields: the parts of a date.
        groups: the named groups.
        evidence: words for ``explain``.
        fixed: the period of an expression that says all by itself.
        from_publication: it counts from publication; other dates of the text only tell whether it is to come.
        tensed: whether the sentence decides if the date is past or to come: it has no year.
        fiscal: whether it counts by the years of a company.

    """

    fields: Fields
    groups: dict[str, str]
    evidence: tuple[str, ...]
    fixed: Period | None
    from_publication: bool
    tensed: bool
    fiscal: bool


class Found(msgspec.Struct, gc=False):
    """A date expression before its value is known; ``last`` is the second date of a joined range.

    ``fields`` and ``tensed`` are those of the reading until a neighbour lends its year. ``bound`` is since, after or
    before where a request leaves one side open. ``named`` is the date in brackets that says which day it is, and
    ``settled`` what such a date means once that is known.
    """

    start: int
    end: int
    rule: Rule
    reading: Reading
    fields: Fields
    tensed: bool
    last: "Found | None" = None
    bound: str = ""
    named: "Found | None" = None
    settled: Period | None = None

    @property
    def groups(self) -> dict[str, str]:
        """The named groups of the match."""
        return self.reading.groups


def make_reading(rule: Rule, groups: dict[str, str], fields: Fields) -> Reading:
    """Give what a match of a rule says."""
    names = {name: name.rstrip("_") for name in groups}
    fiscal = (
        fields.fiscal is not None
        or fields.fiscal_shift is not None
        or fields.fiscal_quarter
        or fields.fiscal_split
    )
    absolute = (
        rule.kind == "calendar"
        and fields.year is not None
        and not fields.short_year
        and not fiscal
        and fields.decade is None
        and fields.shift is None
        and fields.month_shift is None
    )
    fixed = resolve_calendar(fields, Reference()) if absolute else None
    return Reading(
        fields=fields,
        groups=groups,
        evidence=tuple(f"{names[name]}:{value}" for name, value in groups.items() if names[name] != "sep"),
        fixed=fixed if fixed is not None and fixed.start is not None else None,
        from_publication=rule.kind in _COUNTED and not fiscal and not _asks_text(fields),
        tensed=rule.kind not in _TENSELESS and not fields.has_year,
        fiscal=fiscal,
    )


def _asks_text(fields: Fields) -> bool:
    """Say whether an expression may count from the dates before it, or from the language of the text."""
    shifts = (fields.year_shift, fields.month_shift, fields.shift)
    return (
        fields.from_text
        or fields.numbers is not None
        or (fields.day is not None and not (fields.month or fields.month_shift))
        or any(shift is not None and shift.same for shift in shifts)
    )


def join_dates(text: str, found: list[Found], *, asked: bool) -> list[Found]:
    """Join ranges and let the dates of a list share their year; ``asked`` for a request."""
    joined = join_ranges(text, found, asked)
    inherit_years(text, joined)
    link_brackets(text, joined)
    return joined


def link_brackets(text: str, found: list[Found]) -> None:
    """Tell a relative date which one stands in brackets behind it: 次日（8月1日）, ``Friday (Nov. 21)``."""
    for before, one in pairwise(found):
        if (
            0 < one.start - before.end <= _OPENING
            and before.rule.kind in _POINTING
            and one.rule.kind == "calendar"
            and (one.fields.day or before.fields.same_period)
            and _BRACKET.fullmatch(text, before.end, one.start)
            and text[one.end : one.end + 1] in _AFTER_NAMED
        ):
            before.named = one


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
            before.tensed = before.tensed or one.tensed
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
    """Give its neighbour's year to a month or quarter in a list that names none (``2024年3月、6月``), and its month to a day."""
    for before, one in pairwise(found):
        if one.start - before.end > _COMMA or not _LIST.fullmatch(text, before.end, one.start):
            continue
        if not before.rule.kind == one.rule.kind == "calendar":
            continue
        first, last = before.fields, one.fields
        if first.day and last.day and first.month and not last.month and not last.month_shift:
            one.fields = msgspec.structs.replace(last, month=first.month)
            one.tensed = before.tensed
            last = one.fields
        alike = any(getattr(first, part) and getattr(last, part) for part in ("month", "quarter", "season"))
        if alike and last.has_year != first.has_year:
            _share_year(before, one)


def _share_year(before: Found, one: Found) -> None:
    """Give the year that one of two dates names to the other."""
    first, last = before.fields, one.fields
    wraps = bool(first.month and last.month and first.month > last.month)
    if last.has_year and not first.has_year:
        before.fields, before.tensed = _with_year(first, last, -wraps), False
    elif first.has_year and not last.has_year and not last.shift:
        one.fields, one.tensed = _with_year(last, first, wraps), False


def _with_year(fields: Fields, model: Fields, years: int) -> Fields:
    return msgspec.structs.replace(
        fields,
        year=model.year + years if model.year else model.year,
        year_shift=model.year_shift,
        short_year=model.short_year,
    )
