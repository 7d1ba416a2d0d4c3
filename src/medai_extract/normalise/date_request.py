"""Dates of short requests that name a day or a period (week 31, friday after next, EOM), and periods open on one side."""

from datetime import date, timedelta

import msgspec

from medai_extract.normalise.date import Period, make_date, make_day, make_week, vague
from medai_extract.normalise.date_calendar import resolve_calendar
from medai_extract.normalise.date_neighbours import add_months, around, part_of
from medai_extract.normalise.date_parts import Fields, Shift
from medai_extract.normalise.date_reference import Reference, shifted

ONE_DAY = timedelta(days=1)


def resolve_today(_fields: Fields, reference: Reference) -> Period | None:
    """Resolve what falls on the reference date (``一個鐘之內``)."""
    return make_day(reference.published) if reference.published else None


def resolve_week(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``week 31`` of the current year."""
    if reference.published is None:
        return None
    try:
        return make_week(date.fromisocalendar(reference.published.year, int(fields.extra.get("week", 0)), 1))
    except ValueError:
        return None


def resolve_era(fields: Fields, _reference: Reference) -> Period | None:
    """Resolve a day of the first centuries; what lies before them has no ISO date."""
    if fields.extra.get("era", "").startswith("b"):
        return vague("PAST_REF")
    day = make_date(int(fields.extra["count"]), fields.month or 1, fields.day or 1)
    return make_day(day) if day else None


def resolve_edge(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``EOM``, ``BOY``."""
    edge = fields.extra.get("edge", "eom").upper()
    period = shifted(Shift(0), {"M": "month", "Y": "year", "W": "week"}[edge[-1]], reference)
    return part_of(period, "late" if edge[0] == "E" else "early") if period else None


def resolve_after_next(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``friday after next``, ``March after next``."""
    today = reference.published
    if today is None:
        return None
    if fields.weekday:
        ahead = (fields.weekday - today.isoweekday() - 1) % 7 + 1
        return make_day(today + timedelta(days=ahead + 7))
    if fields.month:
        following = today.year + (fields.month <= today.month)
        return resolve_calendar(Fields(month=fields.month, year=following + 1), reference)
    return around(today, fields.unit or "week", 2)


def resolve_weekdays(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``3 fridays from now``, ``2 thursdays ago``."""
    today = reference.published
    if today is None or fields.number is None or fields.weekday is None:
        return None
    weeks = timedelta(weeks=int(fields.number) - 1)
    if fields.back:
        return make_day(today - timedelta(days=(today.isoweekday() - fields.weekday - 1) % 7 + 1) - weeks)
    return make_day(today + timedelta(days=(fields.weekday - today.isoweekday() - 1) % 7 + 1) + weeks)


def resolve_weekday_day(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``tuesday the eleventh``: the nearest month in which the day is that weekday."""
    today = reference.published
    if today is None or fields.day is None:
        return None
    options = []
    for months in range(-7, 8):
        first = add_months(today.replace(day=1), months)
        last = add_months(first, 1) - ONE_DAY
        if fields.day <= last.day and first.replace(day=fields.day).isoweekday() == fields.weekday:
            options.append(first.replace(day=fields.day))
    best = min(options, key=lambda day: (abs((day - today).days), day < today), default=None)
    return make_day(best) if best else None


def resolve_of_month(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``20th of next month``."""
    month = shifted(fields.shift or Shift(0), "month", reference)
    if (
        month is None
        or month.start is None
        or month.end is None
        or not fields.day
        or fields.day > month.end.day
    ):
        return None
    return make_day(month.start.replace(day=fields.day))


def resolve_numbers(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``2/15``, ``22/04``, ``6·30``: a month and a day in either order."""
    if fields.numbers:
        first, second = fields.numbers
        month, day = (first, second) if first <= 12 else (second, first)
        if month > 12:
            return None
        fields = msgspec.structs.replace(fields, numbers=None, month=month, day=day)
    return resolve_calendar(fields, reference)


def resolve_closest(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``the closest Monday to Oct 5th``."""
    near = resolve_calendar(msgspec.structs.replace(fields, weekday=None), reference)
    if near is None or near.start is None or fields.weekday is None:
        return None
    return make_day(near.start + timedelta(days=(fields.weekday - near.start.isoweekday() + 3) % 7 - 3))


def bound(period: Period, how: str, part: str | None, today: date | None = None) -> Period:
    """Open a period on one side: ``since`` it, ``after`` it or ``before`` it.

    >>> bound(make_day(date(2016, 11, 8)), "before", None).value().end
    '2016-11-07'
    """
    if how == "so far":
        return Period(f"{period.timex}/{today}", period.start, today, "range")
    over = bool(today and period.end and period.end < today)
    if how == "up to" and (today is None or over or period.unit in ("range", "days")):
        return period
    if how == "up to":
        return Period(f"{today}/{period.timex}", today, period.end, "range")
    if how == "since":
        return Period(f"{period.timex}/..", period.start, None, "range")
    if how == "after":
        return Period(f"{period.timex}/..", period.end + ONE_DAY if period.end else None, None, "range")
    end = period.end if part == "late" else period.start - ONE_DAY if period.start else None
    return Period(f"../{period.timex}", None, end, "range")
