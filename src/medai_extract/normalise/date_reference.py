"""What a date is counted from, and the choice between the past and the coming one.

Nothing here knows today's date. Without a date of publication, what would need one keeps a TIMEX3 value and
no dates.
"""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import msgspec

from medai_extract.normalise.date import (
    SEASONS,
    Period,
    add_months,
    around,
    make_half,
    make_month,
    make_quarter,
    make_season,
    make_year,
    part_of,
)
from medai_extract.normalise.date_parts import Fields, Shift

NEAR, MEMORY = 400, 64
"""How far back 当日 looks, in code points, and how many dates later ones count from."""

FAR = 5.0
"""The weight of a cue that always sends a date ahead (will, 将于)."""

SIZES = {
    "day": 1,
    "weekend": 2,
    "week": 7,
    "month": 31,
    "quarter": 92,
    "season": 92,
    "half": 184,
    "year": 366,
    "fiscal": 366,
}

TENSE = {-1: "PAST_REF", 0: "PRESENT_REF", 1: "FUTURE_REF"}


class Reference(msgspec.Struct, kw_only=True):
    """What the dates of a text are counted from; it goes along from date to date.

    Args:
        published: the date of publication, which is all that a first date can be counted from.
        question: the text is a request rather than news: it looks at the current year and the next weekday.
        day_first: of two numbers the first is the day where nothing else decides.
        fiscal_end: the month a fiscal year ends with.
        fiscal_by_start: whether fiscal years are named by the calendar year they begin in.
        past: the periods named before in the text, in order; ``ends`` says where.
        announced: those of them that begin after publication.
        at: where the date stands that is resolved now.
        ahead: weighs the words that say it is to come: 0 none, 1 as likely as not, ``FAR`` certain.
        used: what it was counted from, for ``explain``.

    """

    published: date | None = None
    question: bool = False
    day_first: bool = False
    fiscal_end: int = 12
    fiscal_by_start: bool = False
    past: list[Period] = msgspec.field(default_factory=list)
    ends: list[int] = msgspec.field(default_factory=list)
    announced: list[Period] = msgspec.field(default_factory=list)
    at: int = 0
    ahead: float = 0.0
    used: list[str] = msgspec.field(default_factory=list)

    def move_to(self, at: int, ahead: float) -> None:
        """Go on to the date at ``at``."""
        self.at, self.ahead, self.used = at, ahead, []

    def add(self, period: Period, end: int) -> None:
        """Remember the period of a date that ends at ``end``: later ones may count from it."""
        self.past.append(period)
        self.ends.append(end)
        if self.published and period.start and period.start > self.published:
            self.announced.append(period)
        if len(self.past) > MEMORY:
            if self.announced[:1] == self.past[:1]:
                del self.announced[0]
            del self.past[0], self.ends[0]

    def near(self) -> list[Period]:
        """Give the periods named in the last few sentences."""
        return self.past[bisect_right(self.ends, self.at - NEAR) :]

    def note(self, text: str) -> None:
        """Record what a date is counted from."""
        if text not in self.used:
            self.used.append(text)

    def note_publication(self) -> None:
        """Record that a date is counted from publication."""
        self.note(_resolved_against(self.published))


@lru_cache(maxsize=64)
def _resolved_against(published: date | None) -> str:
    return f"resolved against {published}"


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


def pick_year(
    make: Callable[[int], Period | None], reference: Reference, weekday: int | None = None
) -> Period | None:
    """Give the period of the year nearest to publication and not after, unless words look ahead."""
    today = reference.published
    if today is None:
        return None
    reference.note_publication()
    if weekday:
        options = [period for year in range(today.year - 8, today.year + 9) if (period := make(year))]
        fitting = [period for period in options if period.start and period.start.isoweekday() == weekday]
        near = [period for period in fitting if period.start and -370 < (period.start - today).days < 550]
        if reference.ahead >= FAR:
            near = [period for period in near if period.start and period.start >= today]
        if near:
            return min(near, key=lambda period: abs((period.start - today).days) if period.start else 0)
    if reference.question and (same := make(today.year)) is not None:
        return same
    # What is named for a year begins in it, so that no more years are tried than it takes.
    previous = following = None
    for year in range(today.year, today.year - 9, -1):
        previous = make(year)
        if previous is not None and previous.start is not None and previous.start <= today:
            break
    else:
        previous = None
    if previous is not None and not reference.ahead and not reference.announced:
        return previous
    for year in range(today.year, today.year + 9):
        following = make(year)
        if following is not None and following.start is not None and following.start > today:
            break
    else:
        following = None
    if following is not None and _is_announced(following, reference):
        return following
    return choose(previous, following, reference)


def _is_announced(period: Period, reference: Reference) -> bool:
    """Say whether the text has named a date to come in the same month (a conference's programme)."""
    return any(
        named.start and period.start and (named.start.year, named.start.month) == (period.start.year, period.start.month)
        and named.unit in ("day", "days", "range", "month")
        for named in reference.announced
    )  # fmt: skip


def last_of(reference: Reference, unit: str) -> Period | None:
    """Give the nearest earlier period of the text that fits into ``unit``."""
    limit = SIZES.get(unit, 366)
    for period in reversed(reference.past):
        if period.start and SIZES.get(period.unit, 9999) <= limit:
            return period
    if unit == "year":
        return next(
            (
                period
                for period in reversed(reference.past)
                if period.start and period.unit in ("range", "days")
            ),
            None,
        )
    return None


def shifted(shift: Shift, unit: str, reference: Reference) -> Period | None:
    """Give the ``unit`` a shift away from publication, or from the nearest earlier date."""
    if shift.same:
        base = last_of(reference, unit)
        if base is not None and base.start:
            reference.note(f"counted from {base.timex}")
            if unit == "year" and base.unit == "fiscal":
                return in_year(base, base.start.year + shift.count)
            return around(base.start, unit, shift.count)
    if reference.published is None:
        return None
    reference.note_publication()
    return around(reference.published, unit, shift.count)


def full_year(year: int, reference: Reference) -> int:
    """Give a year of two digits its century: the nearest at most ten years ahead of publication."""
    if reference.published is None:
        return year + (2000 if year < 70 else 1900)
    options = [year + century for century in (1900, 2000) if year + century <= reference.published.year + 10]
    return min(
        options, key=lambda option: abs(option - (reference.published or date.min).year), default=year + 1900
    )


def year_of(fields: Fields, reference: Reference) -> int | None:
    """Give the year that the parts name, counting from publication or from the text where they say so."""
    if fields.year is not None:
        return full_year(fields.year, reference) if fields.short_year else fields.year
    if fields.year_shift is None:
        return None
    period = shifted(fields.year_shift, "year", reference)
    return period.start.year if period and period.start else None


def unknown_timex(fields: Fields) -> str:
    """Give the TIMEX3 value of a date whose year nobody knows.

    >>> unknown_timex(Fields(month=2, day=19)), unknown_timex(Fields(year_shift=Shift(-1)))
    ('XXXX-02-19', 'PAST_REF')
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
    return TENSE[sign_of(shift.count)] if shift else "XXXX"


def sign_of(number: int) -> int:
    """Give -1, 0 or 1.

    >>> sign_of(-3)
    -1
    """
    return (number > 0) - (number < 0)


def in_year(period: Period, year: int) -> Period | None:
    """Give the like period of another year."""
    assert period.start is not None
    assert period.end is not None
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


def with_part(period: Period | None, fields: Fields) -> Period | None:
    """Take the third of a period, or two, that the parts name, if they name one."""
    if period is None or fields.part is None or fields.part in ("earlier", "later"):
        return period
    return part_of(period, fields.part)
