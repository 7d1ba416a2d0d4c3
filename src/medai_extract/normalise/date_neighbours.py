"""From one period of the calendar to others: its thirds, its neighbours, the like one of another year."""

import calendar
from datetime import date, timedelta

from medai_extract.normalise.date import (
    SEASONS,
    Period,
    make_day,
    make_decade,
    make_half,
    make_month,
    make_quarter,
    make_range,
    make_season,
    make_week,
    make_weekend,
    make_year,
)

_THIRDS = {
    "year": ((1, 4), (5, 8), (9, 12)),
    "half": ((1, 2), (3, 4), (5, 6)),
    "quarter": ((1, 1), (2, 2), (3, 3)),
    "season": ((1, 1), (2, 2), (3, 3)),
}
_PART_INDEX = {"early": 0, "mid": 1, "late": 2}


def part_of(period: Period, part: str) -> Period:
    """Give a third (``early``, ``mid``, ``late``) of a period, or two (``mid-late``), under the period's own TIMEX3 value.

    >>> part_of(make_year(2026), "early").value()
    DateValue(timex='2026', start='2026-01-01', end='2026-04-30')
    >>> part_of(make_month(2025, 2), "late").value()
    DateValue(timex='2025-02', start='2025-02-21', end='2025-02-28')
    >>> part_of(make_month(2025, 2), "mid-late").start
    datetime.date(2025, 2, 11)
    """
    start, end = period.start, period.end
    if start is None or end is None or period.unit == "day":
        return period
    first_part, _, last_part = part.partition("-")
    if last_part:
        return part_of(period, first_part)._replace(end=part_of(period, last_part).end)
    index = _PART_INDEX[part]
    if period.unit == "month":
        days = ((1, 10), (11, 20), (21, end.day))[index]
        return period._replace(start=start.replace(day=days[0]), end=start.replace(day=days[1]))
    if period.unit in ("week", "weekend"):
        days = ((0, 2), (2, 4), (4, 6))[index]
        return period._replace(start=start + timedelta(days=days[0]), end=start + timedelta(days=days[1]))
    if period.unit == "decade":
        years = ((0, 2), (3, 6), (7, 9))[index]
        return period._replace(
            start=date(start.year + years[0], 1, 1), end=date(start.year + years[1], 12, 31)
        )
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    first, last = _THIRDS.get(period.unit, ((0, 0),) * 3)[index]
    if not first:
        first, last = index * months // 3 + 1, (index + 1) * months // 3
    offset = start.month - 1
    return period._replace(
        start=make_month(start.year, offset + first).start, end=make_month(start.year, offset + last).end
    )


def add_months(day: date, months: int) -> date:
    """Give the same day ``months`` later, or the last of that month where it has no such day.

    >>> add_months(date(2025, 1, 31), 1), add_months(date(2025, 3, 15), -12)
    (datetime.date(2025, 2, 28), datetime.date(2024, 3, 15))
    """
    year, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, index + 1, min(day.day, calendar.monthrange(year, index + 1)[1]))


def around(day: date, unit: str, count: int) -> Period:
    """Give the ``unit`` that lies ``count`` units from the one that holds ``day``.

    >>> around(date(2026, 1, 25), "week", -2).timex, around(date(2025, 6, 30), "year", -3).timex
    ('2026-W02', '2022')
    """
    if unit == "day":
        return make_day(day + timedelta(days=count))
    if unit == "week":
        return make_week(day + timedelta(weeks=count))
    if unit == "fortnight":
        return make_week(day + timedelta(weeks=2 * count))
    if unit == "weekend":
        return make_weekend(day + timedelta(weeks=count))
    if unit == "month":
        return make_month(day.year, day.month + count)
    if unit == "quarter":
        return make_quarter(day.year, (day.month + 2) // 3 + count)
    if unit == "half":
        return make_half(day.year, (day.month + 5) // 6 + count)
    if unit == "season":
        return _season_around(day, count)
    if unit == "decade":
        return make_decade((day.year // 10 + count) * 10)
    return make_year(day.year + count)


def _season_around(day: date, count: int) -> Period:
    year, index = divmod(day.year * 4 + day.month // 3 - 1 + count, 4)
    return make_season(year, list(SEASONS)[index])


def in_year(period: Period, year: int) -> Period | None:
    """Give the like period of another year.

    >>> in_year(make_range(make_month(2025, 1), make_month(2025, 10)), 2024).timex
    '2024-01/2024-10'
    """
    assert period.start is not None
    assert period.end is not None
    start, end = period.start, period.end
    if period.unit == "quarter" and start.month % 3 == 1:
        return make_quarter(year, (start.month + 2) // 3)
    if period.unit == "half" and start.month % 6 == 1:
        return make_half(year, (start.month + 5) // 6)
    if period.unit == "month":
        return make_month(year, start.month)
    if period.unit == "year":
        return make_year(year)
    if period.unit == "season":
        season = next(name for name, first in SEASONS.items() if first == start.month)
        return make_season(year, season)
    months = 12 * (year - start.year)
    first, last = add_months(start, months), add_months(end, months)
    if (
        period.unit in ("range", "quarter", "half")
        and start.day == 1
        and end == make_month(end.year, end.month).end
    ):
        count = 12 * (end.year - start.year) + end.month - start.month + 1
        return make_range(make_month(year, start.month), make_month(year, start.month + count - 1))
    timex = first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
    return Period(timex, first, last, period.unit)


def find_weekday(day: date, weekday: int, weeks: int = 0) -> date:
    """Give the ``weekday`` (Monday is 1) of the week ``weeks`` after the one that holds ``day``.

    >>> find_weekday(date(2025, 8, 20), 5, -1)
    datetime.date(2025, 8, 15)
    """
    return day - timedelta(days=day.weekday()) + timedelta(days=weekday - 1, weeks=weeks)
