"""From words that count from another date (last week, 三年前, that day, 去年同期) to the period they mean."""

from datetime import date, timedelta

import msgspec

from medai_extract.normalise.date import Period, make_day, vague
from medai_extract.normalise.date_choice import choose
from medai_extract.normalise.date_neighbours import add_months, around, find_weekday, in_year, part_of
from medai_extract.normalise.date_parts import Fields, Shift
from medai_extract.normalise.date_reference import (
    SIZES,
    TENSE,
    Reference,
    last_of,
    shifted,
    sign_of,
    with_part,
    year_of,
)

_COMPARED = frozenset({"month", "quarter", "half", "range"})
"""What figures are given for beside those of a year earlier."""
_FRESH = timedelta(weeks=1)
"""How long before publication a day is news: 当天 means it however far before in the text it stands."""


def resolve_relative(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``last week``, ``earlier this month``, ``上季度末``."""
    shift, unit = fields.shift or Shift(0), fields.unit or "year"
    period = shifted(shift, unit, reference)
    if period is None:
        return vague(TENSE[sign_of(shift.count)])
    today = reference.published
    if today and period.start and period.end and period.start <= today <= period.end:
        if fields.part == "earlier":
            return period._replace(end=today)
        if fields.part == "later":
            return period._replace(start=today)
    if fields.part in ("earlier", "later"):
        return part_of(period, "early" if fields.part == "earlier" else "late")
    return with_part(period, fields)


def resolve_ago(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``three years ago`` from publication, ``a year earlier`` and 一周后 from the date before."""
    if fields.from_text and fields.back and fields.unit == "year" and fields.number == 1:
        like = _year_before(reference)
        if like is not None:
            return like
    if fields.number is None and fields.from_text:
        fields = msgspec.structs.replace(fields, number=1.0)  # the year before
    if fields.number is None or fields.unit is None:
        return None
    sign = -1 if fields.back else 1
    base = reference.published
    if fields.unit == "decade":
        fields = msgspec.structs.replace(fields, unit="year", number=fields.number * 10)
    assert fields.number is not None
    assert fields.unit is not None
    if fields.from_text:
        last = _last_as_fine(reference, fields.unit) or last_of(reference, "year")
        base = last.start if last else base
        if last:
            reference.note(f"counted from {last.timex}")
    if base is None:
        return vague(TENSE[sign])
    if base == reference.published:
        reference.note_publication()
    try:
        return _count(base, fields.unit, sign * fields.number)
    except (ValueError, OverflowError):
        return vague(TENSE[sign])


def _year_before(reference: Reference) -> Period | None:
    """Give the quarter, half or month a year before the one just named: a loss in the third quarter, less than a year earlier."""
    near = reference.near()
    if not near or near[-1].unit not in _COMPARED:
        return None
    # What is compared is the later one: of Q2 2025 and Q2 2024 the other has been compared already.
    starts = [(period.start, period) for period in near if period.start and period.unit == near[-1].unit]
    start, latest = max(starts)
    reference.note(f"counted from {latest.timex}")
    return in_year(latest, start.year - 1)


def _last_as_fine(reference: Reference, unit: str) -> Period | None:
    """Give the last period of the last few sentences that is no longer than a unit: two days are counted from a day."""
    near = (period for period in reversed(reference.near()) if period.start)
    return next(
        (period for period in near if SIZES.get(period.unit, SIZES["year"]) <= SIZES.get(unit, 0)), None
    )


def _count(base: date, unit: str, number: float) -> Period:
    if number == int(number):
        return around(base, unit, int(number))
    if unit == "year":
        return around(base, "month", int(number * 12))
    if unit == "month":
        return make_day(add_months(base, int(number)) + timedelta(days=15 if number > 0 else -15))
    return around(base, "day", int(number * SIZES.get(unit, 1)))


def resolve_weekday(fields: Fields, reference: Reference) -> Period | None:
    """Resolve a weekday: bare, the nearest not after publication; 上周五, ``next Friday`` in that week.

    ``coming Friday`` is the first one after publication.
    """
    assert fields.weekday is not None
    today = reference.published
    if today is None:
        return vague(f"XXXX-WXX-{fields.weekday}")
    reference.note_publication()
    if fields.shift is None or (fields.shift.same and fields.unit != "week"):
        back = (today.isoweekday() - fields.weekday) % 7
        previous, following = today - timedelta(days=back), today + timedelta(days=7 - back)
        if reference.question:
            return make_day(following)
        return choose(make_day(previous), make_day(following), reference)
    count = fields.shift.count
    if count == -1 and fields.unit != "week":
        return make_day(today - timedelta(days=(today.isoweekday() - fields.weekday - 1) % 7 + 1))
    if fields.nearby:
        return make_day(today + timedelta(days=(fields.weekday - today.isoweekday() - 1) % 7 + 1))
    return make_day(find_weekday(today, fields.weekday, count))


def resolve_word(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``yesterday``, ``明天``."""
    assert fields.shift is not None
    return shifted(fields.shift, "day", reference) or vague(TENSE[sign_of(fields.shift.count)])


def resolve_same(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``that day``, ``同日``, ``同期``, ``去年同期`` from the dates before."""
    if fields.same_period is None:
        assert fields.shift is not None
        if reference.published:
            past = [
                period for period in reference.past if period.start and period.start <= reference.published
            ]
            if fields.nearby:
                near, fresh = reference.near(), reference.published - _FRESH
                past = [
                    period
                    for period in past
                    if period in near or (period.unit == "day" and period.start and period.start >= fresh)
                ]
            reference = msgspec.structs.replace(reference, past=past)
        return shifted(fields.shift, "day", reference) or vague("PAST_REF")
    base = _base_period(fields.same_period, reference)
    if base is None or base.start is None:
        return vague("PAST_REF")
    reference.note(f"counted from {base.timex}")
    year = year_of(fields, reference)
    if year is None:
        return base if not fields.has_year else vague("PAST_REF")
    if fields.year_shift and fields.year_shift.same and fields.year_shift.count == -1:
        year = base.start.year - 1
    return in_year(base, year)


_LIKE_PERIODS = {"quarter": ("quarter",), "month": ("month",), "half": ("half",)}


def _base_period(word: str, reference: Reference) -> Period | None:
    dated = [period for period in reference.past if period.start and period.end]
    for units in (
        _LIKE_PERIODS.get(word, ("quarter", "half", "range", "month")),
        ("year", "fiscal", "season", "week"),
    ):
        near = [period for period in dated[-4:] if period.unit in units]
        if near:
            return near[-1]
    return dated[-1] if dated else None
