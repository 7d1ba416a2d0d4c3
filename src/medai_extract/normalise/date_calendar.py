"""From the parts of a calendar date (year, month, quarter, third) to the period it means."""

from collections.abc import Callable

import msgspec

from medai_extract.normalise.date import (
    Period,
    make_date,
    make_day,
    make_decade,
    make_fiscal,
    make_half,
    make_half_month,
    make_month,
    make_months,
    make_quarter,
    make_range,
    make_season,
    make_year,
    vague,
)
from medai_extract.normalise.date_choice import choose, pick_year
from medai_extract.normalise.date_fiscal import resolve_fiscal
from medai_extract.normalise.date_neighbours import add_months
from medai_extract.normalise.date_parts import Fields, Shift
from medai_extract.normalise.date_reference import (
    TENSE,
    Reference,
    full_year,
    shifted,
    sign_of,
    unknown_timex,
    with_part,
    year_of,
)

_SPLIT_YEARS = (3, False)
"""Where fiscal years end in March and are named by both calendar years, as in India and Britain, 2024-25 is one of them."""


def resolve_calendar(fields: Fields, reference: Reference) -> Period | None:
    """Resolve the parts of a calendar date; None where there is no such day."""
    if (
        fields.year2
        and fields.fiscal_split
        and (reference.fiscal_end, reference.fiscal_by_start) == _SPLIT_YEARS
    ):
        return make_fiscal(fields.year2, _SPLIT_YEARS[0])
    first = _resolve_single(fields, reference)
    if first is None or not (fields.year2 or fields.month2 or fields.day2):
        return first
    if fields.day2 and first.start and not (fields.month or fields.month_shift):
        following = add_months(first.start.replace(day=1), int(fields.day2 < first.start.day))
        day = make_date(following.year, following.month, fields.day2)
        return make_range(first, make_day(day)) if day else None
    last_fields = msgspec.structs.replace(
        fields,
        year=fields.year2 or fields.year,
        month=fields.month2 or fields.month,
        day=fields.day2 or (None if fields.month2 or fields.year2 else fields.day),
        year2=None,
        month2=None,
        day2=None,
        weekday=None,
    )
    if not fields.has_year and first.start:
        wraps = bool(fields.month and fields.month2 and fields.month2 < fields.month)
        last_fields.year = first.start.year + wraps
    last = _resolve_single(last_fields, reference)
    if last is None:
        return None
    return make_range(first, last)


def _resolve_single(fields: Fields, reference: Reference) -> Period | None:
    if fields.numbers:
        return _resolve_numeric(fields, reference)
    if fields.decade is not None:
        return with_part(_resolve_decade(fields, reference), fields)
    if fields.fiscal or fields.fiscal_shift or fields.fiscal_quarter:
        return resolve_fiscal(fields, reference)
    if fields.month_shift is not None:
        return _resolve_relative_month(fields, reference)
    if fields.shift is not None and (fields.month or fields.season):
        return with_part(_resolve_named(fields, reference), fields)
    year = year_of(fields, reference)
    if fields.has_year and year is None:
        return vague(unknown_timex(fields))
    if _is_bare(fields):
        return _resolve_bare(fields, year, reference)
    make = _make_in(fields)
    period = (
        make(year) if year is not None else pick_year(make, reference, fields.weekday if fields.day else None)
    )
    if period is None:
        return vague(unknown_timex(fields)) if reference.published is None and make(2024) else None
    if fields.clock and period.unit == "day":
        return period._replace(timex=f"{period.timex}T{fields.clock}")
    return with_part(period, fields)


def _is_bare(fields: Fields) -> bool:
    """Whether nothing but a year, a third or a day of the month is named."""
    return not (
        fields.month or fields.quarter or fields.quarters or fields.half or fields.season or fields.months
    )


def _resolve_bare(fields: Fields, year: int | None, reference: Reference) -> Period | None:
    if year is not None:
        return with_part(make_year(year), fields)
    if fields.day:
        return _resolve_day_of_month(fields.day, reference)
    period = shifted(Shift(0), fields.unit or "year", reference)
    return with_part(period, fields) if period else vague("PRESENT_REF")


def _make_in(fields: Fields) -> Callable[[int], Period | None]:
    """Give the function from a year to the period that the other parts name in it."""

    def make(year: int) -> Period | None:
        if fields.month and fields.day:
            day = make_date(year, fields.month, fields.day)
            return make_day(day) if day else None
        if fields.month and fields.half:
            return make_half_month(year, fields.month, fields.half)
        if fields.month:
            return make_month(year, fields.month)
        if fields.quarters:
            return make_range(make_quarter(year, 1), make_quarter(year, fields.quarters))
        if fields.quarter:
            return make_quarter(year, fields.quarter)
        if fields.half:
            return make_half(year, fields.half)
        if fields.season:
            return make_season(year, fields.season)
        return _first_months(year, 1, fields)

    return make


def _first_months(year: int, start: int, fields: Fields) -> Period:
    count = fields.months or 12
    first = start + 12 - count if fields.months_last else start
    if start == 1 and count == 6:
        return make_half(year, 2 if fields.months_last else 1)
    if count == 1:
        return make_month(year, first)
    timex = f"{make_month(year, first).timex}/{make_month(year, first + count - 1).timex}"
    return make_months(year, first, first + count - 1, timex, "range")


def _resolve_day_of_month(day: int, reference: Reference) -> Period | None:
    """Put a day with no month into a range named just before, or where it is nearest to publication."""
    today = reference.published
    if today is None:
        return vague(f"XXXX-XX-{day:02}")
    reference.note_publication()
    options = []
    for month in range(-13, 14):
        first = add_months(today.replace(day=1), month)
        found = make_date(first.year, first.month, day)
        if found:
            options.append(make_day(found))
    if reference.question:
        return next((p for p in options if p.start and p.start >= today), None)
    for named in reversed(reference.near()):
        inside = [
            p
            for p in options
            if p.start and named.start and named.end and named.start <= p.start <= named.end
        ]
        if named.unit == "days" and inside:
            return inside[0]
    previous = [period for period in options if period.start and period.start <= today]
    following = [period for period in options if period.start and period.start > today]
    return choose(previous[-1], following[0], reference)


def _resolve_relative_month(fields: Fields, reference: Reference) -> Period | None:
    assert fields.month_shift is not None
    period = shifted(fields.month_shift, "month", reference)
    if period is None or period.start is None:
        return vague(TENSE[sign_of(fields.month_shift.count)])
    if fields.day:
        day = make_date(period.start.year, period.start.month, fields.day)
        return make_day(day) if day else None
    return with_part(period, fields)


def _resolve_named(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``last July``, ``this spring``, ``next May``."""
    assert fields.shift is not None
    today, make = reference.published, _make_in(fields)
    if today is None:
        return vague(unknown_timex(fields))
    reference.note_publication()
    options = [period for year in range(today.year - 2, today.year + 3) if (period := make(year)) is not None]
    count = fields.shift.count
    if count < 0:
        return next(period for period in reversed(options) if period.end and period.end < today)
    if count > 0:
        return next(period for period in options if period.start and period.start > today)
    return next((p for p in options if p.start and p.end and p.start <= today <= p.end), None) or make(
        today.year
    )


def _resolve_decade(fields: Fields, reference: Reference) -> Period | None:
    assert fields.decade is not None
    if fields.decade >= 1000:
        return make_decade(fields.decade)
    if fields.century:
        return make_decade((fields.century - 1) * 100 + fields.decade)
    year = reference.published.year if reference.published else 2000
    century = year // 100 * 100 - (100 if fields.century == 0 else 0)
    if fields.century is None and century + fields.decade > year:
        century -= 100
    return make_decade(century + fields.decade)


def _resolve_numeric(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``3/7/2026``: dots put the day first, else a number over 12 tells, else publication decides."""
    assert fields.numbers is not None
    year = fields.year
    if year is None:
        return None
    if fields.short_year:
        year = full_year(year, reference)
    first, second = fields.numbers
    this_year = reference.published is not None and reference.published.year % 100 == first
    if reference.day_first and fields.short_year and (fields.separator == "-" or this_year):
        day = make_date(full_year(first, reference), second, fields.year or 1)
        return make_day(day) if day else None
    month_first, day_first = make_date(year, first, second), make_date(year, second, first)
    if fields.separator == "." or reference.day_first:
        best = day_first or month_first
    else:
        best = month_first or day_first
    today = reference.published
    if month_first and day_first and today and fields.separator != ".":
        if fields.weekday:
            best = next((d for d in (month_first, day_first) if d.isoweekday() == fields.weekday), best)
        elif day_first == today or (best and best > today >= day_first):
            best = day_first
        if month_first == today:
            best = month_first
    if best is None:
        return None
    period = make_day(best)
    return period._replace(timex=f"{period.timex}T{fields.clock}") if fields.clock else period
