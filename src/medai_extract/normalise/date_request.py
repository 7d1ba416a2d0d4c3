"""Dates of short requests (in 10 days, by tomorrow), which count to the day and look ahead."""

from datetime import date, timedelta

import msgspec

from medai_extract.normalise.date import (
    Period,
    add_months,
    around,
    make_date,
    make_day,
    make_week,
    part_of,
    vague,
)
from medai_extract.normalise.date_calendar import resolve_calendar
from medai_extract.normalise.date_parts import Fields, Shift
from medai_extract.normalise.date_reference import Reference, shifted
from medai_extract.normalise.date_relative import resolve_word

ONE_DAY = timedelta(days=1)


def resolve_count(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``in 10 days`` and ``three weeks ago`` to the day."""
    today = reference.published
    if today is None or fields.number is None or fields.unit is None:
        return None
    reference.note_publication()
    number = -fields.number if fields.back else fields.number
    if fields.unit == "year" and ("hence" in fields.extra or fields.back):
        return around(today, "month", int(number * 12))
    return make_day(_move(today, fields.unit, number))


def _move(day: date, unit: str, number: float) -> date:
    """Give the day a number of units away; parts of a month count thirty days to it."""
    if unit in ("day", "week", "fortnight"):
        return day + timedelta(days=int(number * {"day": 1, "week": 7, "fortnight": 14}[unit]))
    months = number * {"month": 1, "quarter": 3, "season": 3, "year": 12}.get(unit, 120)
    return add_months(day, int(months)) + timedelta(days=round((months - int(months)) * 30))


def resolve_span(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``next 3 weeks``, ``前两个月``: whole units beside the current one."""
    today = reference.published
    if today is None or not fields.number or fields.shift is None or fields.unit is None:
        return None
    reference.note_publication()
    count = int(fields.number)
    unit = "day" if fields.unit == "week" and fields.number != count else fields.unit
    near, far = (1, count) if fields.shift.count > 0 else (-1, -count)
    first, last = sorted(
        (around(today, unit, near), around(today, unit, far)), key=lambda p: p.start or date.min
    )
    return Period(f"{first.timex}/{last.timex}", first.start, last.end, "range")


def resolve_upcoming(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``upcoming two weeks`` to the last of them."""
    if reference.published is None or fields.number is None or fields.unit is None:
        return None
    return around(reference.published, fields.unit, int(fields.number))


def resolve_rolling(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``近三个月``, ``未来两个月``: the time up to or from the reference date."""
    today = reference.published
    if today is None or fields.number is None or fields.unit is None:
        return None
    if "future" in fields.extra:
        return _span(today, _move(today, fields.unit, fields.number) - ONE_DAY)
    return _span(_move(today, fields.unit, -fields.number), today)


def _span(first: date, last: date) -> Period:
    return Period(f"{first}/{last}", first, last, "range")


def resolve_within(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``五日内`` to the day by which it is up."""
    if reference.published is None or fields.number is None or fields.unit is None:
        return None
    return make_day(_move(reference.published, fields.unit, fields.number))


def resolve_zh_count(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``20天后`` to the day, ``4周后`` to the week, ``七年后`` to the year."""
    today = reference.published
    if today is None or fields.number is None or fields.unit is None:
        return None
    sign = -1 if fields.back else 1
    if fields.number != int(fields.number):
        period = make_day(_move(today, fields.unit, sign * fields.number))
    else:
        period = around(today, fields.unit, sign * int(fields.number))
    if "since" in fields.extra:
        return period._replace(end=None)
    return period._replace(start=None) if "until" in fields.extra else period


def resolve_zh_since(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``3年半以来`` to the time from then on."""
    today = reference.published
    if today is None or fields.number is None or fields.unit is None:
        return None
    if fields.number != int(fields.number) and fields.unit == "year":
        start = around(today, "month", -int(fields.number * 12)).start
    else:
        start = around(today, fields.unit, -int(fields.number)).start
    return _span(start, today) if start else None


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


def resolve_offset(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``two days after today``, ``2 months before 02/02``."""
    plain = msgspec.structs.replace(fields, number=None)
    base = resolve_word(fields, reference) if fields.shift else resolve_numbers(plain, reference)
    if base is None or base.start is None or fields.number is None or fields.unit is None:
        return None
    return make_day(_move(base.start, fields.unit, -fields.number if fields.back else fields.number))


def resolve_numbers(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``2/15``, ``22/04``, ``6·30``: a month and a day in either order."""
    if fields.numbers:
        first, second = fields.numbers
        month, day = (first, second) if first <= 12 else (second, first)
        if month > 12:
            return None
        fields = msgspec.structs.replace(fields, numbers=None, month=month, day=day)
    return resolve_calendar(fields, reference)


def resolve_duration(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``from 18th Dec for 10 days``."""
    first = resolve_calendar(msgspec.structs.replace(fields, number=None), reference)
    if first is None or first.start is None or fields.number is None or fields.unit is None:
        return None
    return _span(first.start, _move(first.start, fields.unit, fields.number))


def resolve_closest(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``the closest Monday to Oct 5th``."""
    near = resolve_calendar(msgspec.structs.replace(fields, weekday=None), reference)
    if near is None or near.start is None or fields.weekday is None:
        return None
    return make_day(near.start + timedelta(days=(fields.weekday - near.start.isoweekday() + 3) % 7 - 3))


def resolve_compound(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``next 2 weeks 3 days`` to the day."""
    today = reference.published
    if today is None or fields.number is None or fields.unit is None:
        return None
    return make_day(
        _move(today, fields.unit, fields.number) + timedelta(days=int(fields.extra.get("days", 0)))
    )


def resolve_month_away(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``March in 1 year``."""
    if reference.published is None or fields.number is None:
        return None
    return resolve_calendar(
        Fields(month=fields.month, year=reference.published.year + int(fields.number)), reference
    )


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
