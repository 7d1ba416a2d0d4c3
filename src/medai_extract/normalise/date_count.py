"""Dates of short requests that count units (in 10 days, next 3 weeks, 3年半以来), from publication or from another day."""

from datetime import date, timedelta

import msgspec

from medai_extract.normalise.date import Period, make_day
from medai_extract.normalise.date_calendar import resolve_calendar
from medai_extract.normalise.date_neighbours import add_months, around
from medai_extract.normalise.date_parts import Fields
from medai_extract.normalise.date_reference import Reference
from medai_extract.normalise.date_relative import resolve_word
from medai_extract.normalise.date_request import ONE_DAY, resolve_numbers


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


def resolve_offset(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``two days after today``, ``2 months before 02/02``."""
    plain = msgspec.structs.replace(fields, number=None)
    base = resolve_word(fields, reference) if fields.shift else resolve_numbers(plain, reference)
    if base is None or base.start is None or fields.number is None or fields.unit is None:
        return None
    return make_day(_move(base.start, fields.unit, -fields.number if fields.back else fields.number))


def resolve_duration(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``from 18th Dec for 10 days``."""
    first = resolve_calendar(msgspec.structs.replace(fields, number=None), reference)
    if first is None or first.start is None or fields.number is None or fields.unit is None:
        return None
    return _span(first.start, _move(first.start, fields.unit, fields.number))


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
