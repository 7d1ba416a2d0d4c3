"""From the parts of a date to the period it means, counted from the publication date or from the dates before it.

Nothing here knows today's date. Without a date of publication, what would need one keeps a TIMEX3 value and no dates.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import msgspec

from medai_extract.normalise.date import (
    SEASONS, Period, add_months, around, find_weekday, make_date, make_day, make_decade, make_fiscal, make_half, make_month,
    make_months, make_quarter, make_range, make_season, make_year, part_of, vague,
)  # fmt: skip
from medai_extract.normalise.date_fields import Fields, Shift

FAR = 5.0
"""The weight of a cue that always sends a date ahead (will, 将于)."""

_SIZES = {"day": 1, "weekend": 2, "week": 7, "month": 31, "quarter": 92, "season": 92, "half": 184, "year": 366, "fiscal": 366}
_TENSE = {-1: "PAST_REF", 0: "PRESENT_REF", 1: "FUTURE_REF"}


class Reference(msgspec.Struct, kw_only=True):
    """What a date is counted from.

    ``past`` are the periods named before it in the text, in order, ``near`` those of the last few sentences. ``ahead`` weighs the words that say the date is to
    come: 0 none, 1 as likely as not, ``FAR`` certain. ``question`` is set for a text that is a request rather than news: it
    looks at the current year and at the next weekday. ``fiscal_end`` is the month a fiscal year ends with, and
    ``fiscal_by_start`` whether years are named by the calendar year they begin in.
    """

    published: date | None = None
    past: Sequence[Period] = ()
    near: Sequence[Period] = ()
    ahead: float = 0.0
    question: bool = False
    day_first: bool = False
    fiscal_end: int = 12
    fiscal_by_start: bool = False
    used: list[str] = msgspec.field(default_factory=list)

    def note(self, text: str) -> None:
        """Record evidence for ``explain``."""
        if text not in self.used:
            self.used.append(text)


def choose(previous: Period | None, following: Period | None, reference: Reference) -> Period | None:
    """Choose between the nearest period that began by publication and the one after it.

    >>> june = Reference(published=date(2025, 6, 1), ahead=1)
    >>> choose(make_month(2024, 8), make_month(2025, 8), june).timex
    '2025-08'
    """
    today = reference.published
    if previous is None or following is None or today is None:
        return previous or following
    if previous.end and previous.end >= today:
        return previous
    if not reference.ahead or not (previous.end and following.start):
        return previous
    if reference.ahead >= FAR:
        return following
    waiting, passed = (following.start - today).days, (today - previous.end).days
    return following if waiting <= reference.ahead * passed else previous


def pick_year(make: Callable[[int], Period | None], reference: Reference, weekday: int | None = None) -> Period | None:
    """Give the period of the year that makes it nearest to publication and not after, unless the sentence looks ahead."""
    today = reference.published
    if today is None:
        return None
    reference.note(f"resolved against {today}")
    options = [period for year in range(today.year - 8, today.year + 9) if (period := make(year)) is not None]
    if weekday:
        fitting = [period for period in options if period.start and period.start.isoweekday() == weekday]
        near = [period for period in fitting if period.start and -370 < (period.start - today).days < 550]
        if reference.ahead >= FAR:
            near = [period for period in near if period.start and period.start >= today]
        if near:
            return min(near, key=lambda period: abs((period.start - today).days) if period.start else 0)
    if reference.question:
        same = [period for period in options if period.start and period.start.year == today.year]
        if same:
            return same[0]
    previous = [period for period in options if period.start and period.start <= today]
    following = [period for period in options if period.start and period.start > today]
    if following and _is_announced(following[0], reference):
        return following[0]
    return choose(previous[-1] if previous else None, following[0] if following else None, reference)


def _is_announced(period: Period, reference: Reference) -> bool:
    """Whether the text has named a date to come that falls in the same month (the programme of a conference)."""
    today = reference.published
    return any(
        named.start and period.start and today and named.start > today
        and (named.start.year, named.start.month) == (period.start.year, period.start.month)
        and named.unit in ("day", "days", "range", "month")
        for named in reference.past
    )  # fmt: skip


def last_of(reference: Reference, unit: str) -> Period | None:
    """Give the nearest earlier period of the text that fits into ``unit``."""
    limit = _SIZES.get(unit, 366)
    for period in reversed(reference.past):
        if period.start and _SIZES.get(period.unit, 9999) <= limit:
            return period
    if unit == "year":
        return next((period for period in reversed(reference.past) if period.start and period.unit in ("range", "days")), None)
    return None


def shifted(shift: Shift, unit: str, reference: Reference) -> Period | None:
    """Give the ``unit`` a shift away from publication, or from the nearest earlier date."""
    if shift.same:
        base = last_of(reference, unit)
        if base is not None and base.start:
            reference.note(f"counted from {base.timex}")
            if unit == "year" and base.unit == "fiscal":
                return _in_year(base, base.start.year + shift.count)
            return around(base.start, unit, shift.count)
    if reference.published is None:
        return None
    reference.note(f"resolved against {reference.published}")
    return around(reference.published, unit, shift.count)


def resolve_calendar(fields: Fields, reference: Reference) -> Period | None:
    """Resolve the parts of a calendar date; None where there is no such day."""
    first = _resolve_single(fields, reference)
    if first is None or not (fields.year2 or fields.month2 or fields.day2):
        return first
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
        return _with_part(_resolve_decade(fields, reference), fields)
    if fields.fiscal or fields.fiscal_shift or fields.fiscal_quarter:
        return _resolve_fiscal(fields, reference)
    if fields.month_shift is not None:
        return _resolve_relative_month(fields, reference)
    if fields.shift is not None and (fields.month or fields.season):
        return _with_part(_resolve_named(fields, reference), fields)
    year = _year_of(fields, reference)
    if fields.has_year and year is None:
        return vague(_unknown(fields))
    if _is_bare(fields):
        return _resolve_bare(fields, year, reference)
    make = _maker(fields)
    period = make(year) if year is not None else pick_year(make, reference, fields.weekday if fields.day else None)
    if period is None:
        return vague(_unknown(fields)) if reference.published is None and make(2024) else None
    if fields.clock and period.unit == "day":
        return period._replace(timex=f"{period.timex}T{fields.clock}")
    return _with_part(period, fields)


def _is_bare(fields: Fields) -> bool:
    """Whether nothing but a year, a third or a day of the month is named."""
    return not (fields.month or fields.quarter or fields.quarters or fields.half or fields.season or fields.months)


def _resolve_bare(fields: Fields, year: int | None, reference: Reference) -> Period | None:
    if year is not None:
        return _with_part(make_year(year), fields)
    if fields.day:
        return _resolve_day_of_month(fields.day, reference)
    period = shifted(Shift(0), fields.unit or "year", reference)
    return _with_part(period, fields) if period else vague("PRESENT_REF")


def _year_of(fields: Fields, reference: Reference) -> int | None:
    if fields.year is not None:
        return _full_year(fields.year, reference) if fields.short_year else fields.year
    if fields.year_shift is None:
        return None
    period = shifted(fields.year_shift, "year", reference)
    return period.start.year if period and period.start else None


def _full_year(year: int, reference: Reference) -> int:
    """Give the century to a year of two digits: the nearest that is at most ten years ahead of publication."""
    if reference.published is None:
        return year + (2000 if year < 70 else 1900)
    options = [year + century for century in (1900, 2000) if year + century <= reference.published.year + 10]
    return min(options, key=lambda option: abs(option - (reference.published or date.min).year), default=year + 1900)


def _maker(fields: Fields) -> Callable[[int], Period | None]:
    """Give the function from a year to the period that the other parts name in it."""

    def make(year: int) -> Period | None:
        if fields.month and fields.day:
            day = make_date(year, fields.month, fields.day)
            return make_day(day) if day else None
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


def _with_part(period: Period | None, fields: Fields) -> Period | None:
    if period is None or fields.part is None or fields.part not in ("early", "mid", "late"):
        return period
    return part_of(period, fields.part)


def _resolve_day_of_month(day: int, reference: Reference) -> Period | None:
    """A day with no month is in the month of the date before in the sentence, or the nearest to publication."""
    today = reference.published
    if today is None:
        return vague(f"XXXX-XX-{day:02}")
    reference.note(f"resolved against {today}")
    options = []
    for month in range(-13, 14):
        first = add_months(today.replace(day=1), month)
        found = make_date(first.year, first.month, day)
        if found:
            options.append(make_day(found))
    if reference.question:
        return next((p for p in options if p.start and p.start >= today), None)
    for named in reversed(reference.near):
        inside = [p for p in options if p.start and named.start and named.end and named.start <= p.start <= named.end]
        if named.unit == "days" and inside:
            return inside[0]
    previous = [period for period in options if period.start and period.start <= today]
    following = [period for period in options if period.start and period.start > today]
    return choose(previous[-1], following[0], reference)


def _resolve_relative_month(fields: Fields, reference: Reference) -> Period | None:
    assert fields.month_shift is not None
    period = shifted(fields.month_shift, "month", reference)
    if period is None or period.start is None:
        return vague(_TENSE[_sign(fields.month_shift.count)])
    if fields.day:
        day = make_date(period.start.year, period.start.month, fields.day)
        return make_day(day) if day else None
    return _with_part(period, fields)


def _resolve_named(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``last July``, ``this spring``, ``next May``."""
    assert fields.shift is not None
    today, make = reference.published, _maker(fields)
    if today is None:
        return vague(_unknown(fields))
    reference.note(f"resolved against {today}")
    options = [period for year in range(today.year - 2, today.year + 3) if (period := make(year)) is not None]
    count = fields.shift.count
    if count < 0:
        return next(period for period in reversed(options) if period.end and period.end < today)
    if count > 0:
        return next(period for period in options if period.start and period.start > today)
    return next((p for p in options if p.start and p.end and p.start <= today <= p.end), None) or make(today.year)


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


def _resolve_fiscal(fields: Fields, reference: Reference) -> Period | None:
    """A fiscal year, quarter or half by the company's own months."""
    end, today = reference.fiscal_end, reference.published
    if fields.fiscal_split and end == 12:
        end = 3  # 2025/26 spans two calendar years; governments that write so mostly begin in April.
    named = int(reference.fiscal_by_start and end != 12)
    reference.note(f"fiscal year ends with month {end}")
    if fields.fiscal:
        year = fields.fiscal + named
    elif today is None:
        return vague("PRESENT_REF")
    else:
        current = today.year + (today.month > end)
        fiscal = [period for period in reference.past if period.unit == "fiscal" and period.end]
        if fields.fiscal_shift and fields.fiscal_shift.count < 0 and fiscal and fiscal[-1].end:
            current = max(period.end.year for period in fiscal if period.end)
        if fields.fiscal_shift is None and fields.year is None:
            return _latest_fiscal_quarter(fields, current, end, reference)
        year = fields.year if fields.year else current + (fields.fiscal_shift.count if fields.fiscal_shift else 0)
    return _fiscal_part(fields, year, end)


def _fiscal_part(fields: Fields, year: int, end: int) -> Period | None:
    first = end - 11 if end < 12 else 1
    if fields.quarter:
        return _months_named(year, first + 3 * (fields.quarter - 1), 3, "quarter")
    if fields.half:
        return _months_named(year, first + 6 * (fields.half - 1), 6, "half")
    if fields.months:
        return _months_named(year, first, fields.months, "range")
    return _with_part(make_fiscal(year, end), fields)


def _months_named(year: int, first: int, count: int, unit: str) -> Period:
    start = make_month(year, first).start
    assert start is not None
    if unit == "quarter" and start.month % 3 == 1:
        return make_quarter(start.year, start.month // 3 + 1)
    if unit == "half" and start.month in (1, 7):
        return make_half(start.year, start.month // 6 + 1)
    timex = f"{make_month(year, first).timex}/{make_month(year, first + count - 1).timex}"
    return make_months(year, first, first + count - 1, timex, unit)


def _latest_fiscal_quarter(fields: Fields, current: int, end: int, reference: Reference) -> Period | None:
    today = reference.published
    options = [_fiscal_part(fields, year, end) for year in (current - 1, current, current + 1)]
    ended = [period for period in options if period and period.end and today and period.end < today]
    return ended[-1] if ended else None


def _resolve_numeric(fields: Fields, reference: Reference) -> Period | None:
    """``3/7/2026``: dots and a first number over 12 put the day first, else the nearer to publication decides a tie."""
    assert fields.numbers is not None
    year = fields.year
    if year is None:
        return None
    if fields.short_year:
        year = _full_year(year, reference)
    first, second = fields.numbers
    if reference.day_first and fields.short_year and fields.separator == "-":
        day = make_date(_full_year(first, reference), second, fields.year or 1)
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


def resolve_relative(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``last week``, ``earlier this month``, ``上季度末``."""
    shift, unit = fields.shift or Shift(0), fields.unit or "year"
    period = shifted(shift, unit, reference)
    if period is None:
        return vague(_TENSE[_sign(shift.count)])
    today = reference.published
    if today and period.start and period.end and period.start <= today <= period.end:
        if fields.part == "earlier":
            return period._replace(end=today)
        if fields.part == "later":
            return period._replace(start=today)
    if fields.part in ("earlier", "later"):
        return part_of(period, "early" if fields.part == "earlier" else "late")
    return _with_part(period, fields)


def resolve_ago(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``three years ago`` from publication, ``a year earlier`` and ``一周后`` from the date before."""
    if fields.number is None or fields.unit is None:
        return None
    sign = -1 if fields.back else 1
    base = reference.published
    if fields.unit == "decade":
        fields = msgspec.structs.replace(fields, unit="year", number=fields.number * 10)
    assert fields.number is not None and fields.unit is not None
    if fields.from_text:
        last = last_of(reference, "year")
        base = last.start if last else base
        if last:
            reference.note(f"counted from {last.timex}")
    if base is None:
        return vague(_TENSE[sign])
    if base == reference.published:
        reference.note(f"resolved against {base}")
    try:
        return _count(base, fields.unit, sign * fields.number, fields.from_text)
    except (ValueError, OverflowError):
        return vague(_TENSE[sign])


def _count(base: date, unit: str, number: float, from_text: bool) -> Period:
    if number == int(number):
        return around(base, unit, int(number))
    if unit == "year":
        return around(base, "month", int(number * 12))
    if unit == "month":
        return make_day(add_months(base, int(number)) + timedelta(days=15 if number > 0 else -15))
    return around(base, "day", int(number * _SIZES.get(unit, 1)))


def resolve_weekday(fields: Fields, reference: Reference) -> Period | None:
    """Resolve a weekday: bare, the nearest not after publication; ``上周五`` and ``next Friday`` in that week."""
    assert fields.weekday is not None
    today = reference.published
    if today is None:
        return vague(f"XXXX-WXX-{fields.weekday}")
    reference.note(f"resolved against {today}")
    if fields.shift is None or (fields.shift.same and fields.unit != "week"):
        back = (today.isoweekday() - fields.weekday) % 7
        previous, following = today - timedelta(days=back), today + timedelta(days=7 - back)
        if reference.question:
            return make_day(following)
        return choose(make_day(previous), make_day(following), reference)
    count = fields.shift.count
    if count == -1 and fields.unit != "week":
        return make_day(today - timedelta(days=(today.isoweekday() - fields.weekday - 1) % 7 + 1))
    return make_day(find_weekday(today, fields.weekday, count))


def resolve_word(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``yesterday``, ``明天``."""
    assert fields.shift is not None
    return shifted(fields.shift, "day", reference) or vague(_TENSE[_sign(fields.shift.count)])


def resolve_same(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``that day``, ``同日``, ``同期``, ``去年同期`` from the dates before."""
    if fields.same_period is None:
        assert fields.shift is not None
        if reference.published:
            source = reference.near if fields.nearby else reference.past
            near = [period for period in source if period.start and period.start <= reference.published]
            reference = msgspec.structs.replace(reference, past=near)
        return shifted(fields.shift, "day", reference) or vague("PAST_REF")
    base = _base_period(fields.same_period, reference)
    if base is None or base.start is None:
        return vague("PAST_REF")
    reference.note(f"counted from {base.timex}")
    year = _year_of(fields, reference)
    if year is None:
        return base if not fields.has_year else vague("PAST_REF")
    if fields.year_shift and fields.year_shift.same and fields.year_shift.count == -1:
        year = base.start.year - 1
    return _in_year(base, year)


_LIKE_PERIODS = {"quarter": ("quarter",), "month": ("month",), "half": ("half",)}


def _base_period(word: str, reference: Reference) -> Period | None:
    dated = [period for period in reference.past if period.start and period.end]
    for units in (_LIKE_PERIODS.get(word, ("quarter", "half", "range", "month")), ("year", "fiscal", "season", "week")):
        near = [period for period in dated[-4:] if period.unit in units]
        if near:
            return near[-1]
    return dated[-1] if dated else None


def _in_year(period: Period, year: int) -> Period | None:
    """Give the like period of another year."""
    assert period.start and period.end
    start, end = period.start, period.end
    if period.unit == "quarter":
        return make_quarter(year, (start.month + 2) // 3)
    if period.unit == "half":
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
    timex = first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
    return Period(timex, first, last, period.unit)


def _unknown(fields: Fields) -> str:
    """Give the TIMEX3 value of a date whose year nobody knows.

    >>> _unknown(Fields(month=2, day=19)), _unknown(Fields(quarter=3)), _unknown(Fields(year_shift=Shift(-1)))
    ('XXXX-02-19', 'XXXX-Q3', 'PAST_REF')
    """
    if fields.month:
        return f"XXXX-{fields.month:02}" + (f"-{fields.day:02}" if fields.day else "")
    if fields.quarter:
        return f"XXXX-Q{fields.quarter}"
    if fields.half:
        return f"XXXX-H{fields.half}"
    if fields.season:
        return f"XXXX-{fields.season}"
    shift = fields.year_shift or fields.month_shift or fields.shift
    return _TENSE[_sign(shift.count)] if shift else "XXXX"


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


RESOLVERS: dict[str, Callable[[Fields, Reference], Period | None]] = {
    "calendar": resolve_calendar,
    "numeric": resolve_calendar,
    "relative": resolve_relative,
    "ago": resolve_ago,
    "weekday": resolve_weekday,
    "word": resolve_word,
    "same": resolve_same,
    "past": lambda _fields, _reference: vague("PAST_REF"),
    "future": lambda _fields, _reference: vague("FUTURE_REF"),
}
"""The resolver of each kind of rule."""
