"""Dates that count within a period: the first Monday of October, 本月第2周, the week of November 17."""

from datetime import date, timedelta

import msgspec

from medai_extract.normalise.date import Period, make_day, make_week
from medai_extract.normalise.date_calendar import resolve_calendar
from medai_extract.normalise.date_neighbours import find_weekday
from medai_extract.normalise.date_parts import Fields
from medai_extract.normalise.date_reference import Reference, shifted
from medai_extract.normalise.date_request import ONE_DAY


def resolve_nth(fields: Fields, reference: Reference) -> Period | None:
    """Resolve the nth day, week or weekday of a month, quarter or year."""
    container = _container(fields, reference)
    if container is None or container.start is None or container.end is None:
        return None
    first_days = fields.extra.get("first_days")
    if first_days is not None:
        days = int(fields.ordinals.get("first_days", 1))
        last = container.start + timedelta(days=days - 1)
        return Period(f"{container.start}/{last}", container.start, last, "days")
    nth, of = fields.ordinals.get("nth", 1), fields.extra.get("of", "")
    from_end = "from_end" in fields.extra or fields.extra.get("nth") == "last"
    if of in ("day", "日", "天"):
        day = (
            container.end - timedelta(days=nth - 1) if from_end else container.start + timedelta(days=nth - 1)
        )
        return make_day(day)
    if fields.weekday:
        return _within(_nth_weekday(container, fields.weekday, nth, from_end), container)
    if container.unit == "year" and not from_end:
        return make_week(date(container.start.year, 1, 4) + timedelta(weeks=nth - 1))
    monday = _nth_weekday(container, 1, nth, False)
    if from_end:
        monday = find_weekday(container.end + ONE_DAY, 1, -nth)
    return make_week(monday)


def _container(fields: Fields, reference: Reference) -> Period | None:
    if fields.shift is not None:
        return shifted(fields.shift, fields.unit or "month", reference)
    return resolve_calendar(msgspec.structs.replace(fields, weekday=None, day=None, part=None), reference)


def _nth_weekday(container: Period, weekday: int, nth: int, from_end: bool) -> date:
    assert container.start is not None
    assert container.end is not None
    if from_end:
        return container.end - timedelta(days=(container.end.isoweekday() - weekday) % 7 + 7 * (nth - 1))
    return container.start + timedelta(days=(weekday - container.start.isoweekday()) % 7 + 7 * (nth - 1))


def _within(day: date, container: Period) -> Period | None:
    assert container.start is not None
    assert container.end is not None
    return make_day(day) if container.start <= day <= container.end else None


def resolve_week_of(fields: Fields, reference: Reference) -> Period | None:
    """Resolve ``the week of November 17``."""
    day = resolve_calendar(fields, reference)
    return make_week(day.start) if day and day.start else day
