"""The resolver of each kind of date rule."""

from collections.abc import Callable, Mapping

from medai_extract.normalise.date import Period, vague
from medai_extract.normalise.date_calendar import resolve_calendar
from medai_extract.normalise.date_count import (
    resolve_compound,
    resolve_count,
    resolve_duration,
    resolve_month_away,
    resolve_offset,
    resolve_rolling,
    resolve_span,
    resolve_upcoming,
    resolve_within,
    resolve_zh_count,
    resolve_zh_since,
)
from medai_extract.normalise.date_fiscal import resolve_school
from medai_extract.normalise.date_nth import resolve_nth, resolve_week_of
from medai_extract.normalise.date_parts import Fields
from medai_extract.normalise.date_reference import Reference
from medai_extract.normalise.date_relative import (
    resolve_ago,
    resolve_relative,
    resolve_same,
    resolve_weekday,
    resolve_word,
)
from medai_extract.normalise.date_request import (
    resolve_after_next,
    resolve_closest,
    resolve_edge,
    resolve_era,
    resolve_numbers,
    resolve_of_month,
    resolve_today,
    resolve_week,
    resolve_weekday_day,
    resolve_weekdays,
)

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

ALL_RESOLVERS: Mapping[str, Callable[[Fields, Reference], Period | None]] = {
    **RESOLVERS,
    "nth": resolve_nth,
    "week_of": resolve_week_of,
    "school": resolve_school,
    "ask.count": resolve_count,
    "ask.span": resolve_span,
    "ask.upcoming": resolve_upcoming,
    "ask.rolling": resolve_rolling,
    "ask.within": resolve_within,
    "ask.zh_count": resolve_zh_count,
    "ask.zh_since": resolve_zh_since,
    "ask.today": resolve_today,
    "ask.week": resolve_week,
    "ask.era": resolve_era,
    "ask.holiday": resolve_calendar,
    "ask.duration": resolve_duration,
    "ask.closest": resolve_closest,
    "ask.compound": resolve_compound,
    "ask.edge": resolve_edge,
    "ask.after_next": resolve_after_next,
    "ask.weekdays": resolve_weekdays,
    "ask.weekday": resolve_weekday,
    "ask.weekday_day": resolve_weekday_day,
    "ask.of_month": resolve_of_month,
    "ask.offset": resolve_offset,
    "ask.numbers": resolve_numbers,
    "ask.month_away": resolve_month_away,
}
"""The resolver of each kind of rule, those of requests among them."""
