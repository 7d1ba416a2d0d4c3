"""Periods of the calendar: their first and last day and their TIMEX3 value.

A ``Period`` is what a date expression points at once it is resolved. The functions here know the calendar and the TIMEX3 notation,
not the language.
"""

import calendar
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from medai_extract.model import DateValue

SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
"""The first month of each season; winter ends in February of the next year."""

KEPT = 1_024
"""Periods of each kind kept once they are made: the news names the same days again and again."""


class Period(NamedTuple):
    """A stretch of the calendar; ``start`` and ``end`` are inclusive, None where unknown or open.

    ``unit`` is day, days, week, weekend, month, season, quarter, half, year, fiscal, decade, range or vague.
    """

    timex: str
    start: date | None
    end: date | None
    unit: str

    def value(self) -> DateValue:
        """Give the period as it stands in the records."""
        return _value_of(self)


@lru_cache(maxsize=KEPT)
def _value_of(period: Period) -> DateValue:
    start, end = period.start, period.end
    return DateValue(
        timex=period.timex, start=start.isoformat() if start else None, end=end.isoformat() if end else None
    )


def vague(timex: str) -> Period:
    """Give a period without dates (``PAST_REF``, ``XXXX-02-19``).

    >>> vague("PAST_REF").start is None
    True
    """
    return Period(timex, None, None, "vague")


@lru_cache(maxsize=KEPT)
def make_day(day: date) -> Period:
    """Give a day.

    >>> make_day(date(2026, 2, 19)).timex
    '2026-02-19'
    """
    return Period(day.isoformat(), day, day, "day")


@lru_cache(maxsize=KEPT)
def make_week(day: date) -> Period:
    """Give the week, Monday to Sunday, that holds ``day``.

    >>> make_week(date(2026, 1, 25)).value()
    DateValue(timex='2026-W04', start='2026-01-19', end='2026-01-25')
    """
    monday = day - timedelta(days=day.weekday())
    year, week, _ = day.isocalendar()
    return Period(f"{year}-W{week:02}", monday, monday + timedelta(days=6), "week")


def make_weekend(day: date) -> Period:
    """Give the Saturday and Sunday of the week that holds ``day``.

    >>> make_weekend(date(2026, 1, 21)).value()
    DateValue(timex='2026-W04-WE', start='2026-01-24', end='2026-01-25')
    """
    week = make_week(day)
    assert week.start is not None
    return Period(f"{week.timex}-WE", week.start + timedelta(days=5), week.end, "weekend")


@lru_cache(maxsize=KEPT)
def make_month(year: int, month: int) -> Period:
    """Give a month; a month beyond 12 or below 1 counts into the next or the last year.

    >>> make_month(2024, 14).value()
    DateValue(timex='2025-02', start='2025-02-01', end='2025-02-28')
    """
    year, index = divmod(year * 12 + month - 1, 12)
    month = index + 1
    last = calendar.monthrange(year, month)[1]
    return Period(f"{year:04}-{month:02}", date(year, month, 1), date(year, month, last), "month")


def make_half_month(year: int, month: int, half: int) -> Period:
    """Give the first fifteen days of a month or the others, under the month's own TIMEX3 value.

    >>> make_half_month(2026, 2, 2).value()
    DateValue(timex='2026-02', start='2026-02-16', end='2026-02-28')
    """
    whole = make_month(year, month)
    middle = date(year, month, 15)
    start, end = (whole.start, middle) if half == 1 else (middle + timedelta(days=1), whole.end)
    return whole._replace(start=start, end=end, unit="days")


@lru_cache(maxsize=KEPT)
def make_months(year: int, first: int, last: int, timex: str, unit: str) -> Period:
    """Give a run of months of one year (a quarter, a half, a season, part of a fiscal year).

    >>> make_months(2024, 10, 15, "2024-10/2025-03", "half").end
    datetime.date(2025, 3, 31)
    """
    return Period(timex, make_month(year, first).start, make_month(year, last).end, unit)


@lru_cache(maxsize=KEPT)
def make_quarter(year: int, quarter: int) -> Period:
    """Give a quarter; the fifth is the first of the next year.

    >>> make_quarter(2025, 0).value()
    DateValue(timex='2024-Q4', start='2024-10-01', end='2024-12-31')
    """
    year, index = divmod(year * 4 + quarter - 1, 4)
    return make_months(year, index * 3 + 1, index * 3 + 3, f"{year:04}-Q{index + 1}", "quarter")


@lru_cache(maxsize=KEPT)
def make_half(year: int, half: int) -> Period:
    """Give a half year.

    >>> make_half(2025, 2).value()
    DateValue(timex='2025-H2', start='2025-07-01', end='2025-12-31')
    """
    year, index = divmod(year * 2 + half - 1, 2)
    return make_months(year, index * 6 + 1, index * 6 + 6, f"{year:04}-H{index + 1}", "half")


@lru_cache(maxsize=KEPT)
def make_season(year: int, season: str) -> Period:
    """Give a season (``SP``, ``SU``, ``FA``, ``WI``); winter is named by the year it begins in.

    >>> make_season(2025, "WI").value()
    DateValue(timex='2025-WI', start='2025-12-01', end='2026-02-28')
    """
    first = SEASONS[season]
    return make_months(year, first, first + 2, f"{year:04}-{season}", "season")


@lru_cache(maxsize=KEPT)
def make_year(year: int) -> Period:
    """Give a calendar year.

    >>> make_year(2026).value()
    DateValue(timex='2026', start='2026-01-01', end='2026-12-31')
    """
    return Period(f"{year:04}", date(year, 1, 1), date(year, 12, 31), "year")


def make_fiscal(year: int, end_month: int) -> Period:
    """Give the fiscal year named ``year`` that ends with ``end_month`` of it.

    >>> make_fiscal(2024, 3).value()
    DateValue(timex='2023-04/2024-03', start='2023-04-01', end='2024-03-31')
    """
    if end_month == 12:
        return make_year(year)
    first, last = make_month(year - 1, end_month + 1), make_month(year, end_month)
    return Period(f"{first.timex}/{last.timex}", first.start, last.end, "fiscal")


def make_decade(year: int) -> Period:
    """Give the decade that begins with ``year``.

    >>> make_decade(1990).value()
    DateValue(timex='199', start='1990-01-01', end='1999-12-31')
    """
    return Period(f"{year // 10:03}", date(year, 1, 1), date(year + 9, 12, 31), "decade")


def make_range(first: Period, last: Period) -> Period:
    """Give the period from the start of one to the end of another, which may be open or vague.

    >>> make_range(make_year(2016), make_year(2017)).value()
    DateValue(timex='2016/2017', start='2016-01-01', end='2017-12-31')
    """
    unit = "days" if first.unit == last.unit == "day" else "range"
    if not (first.start and last.end) or first.start > last.end:
        return Period(f"{first.timex}/{last.timex}", None, None, unit)
    return Period(f"{first.timex}/{last.timex}", first.start, last.end, unit)


def make_date(year: int, month: int, day: int) -> date | None:
    """Give a day of the calendar, None if there is none such.

    >>> make_date(2019, 2, 29) is None
    True
    """
    try:
        return date(year, month, day)
    except ValueError:
        return None
