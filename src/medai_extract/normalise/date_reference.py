"""What a date is counted from.

Nothing here knows today's date. Without a date of publication, what would need one keeps a TIMEX3 value and no dates.
"""

from bisect import bisect_right
from datetime import date
from functools import lru_cache

import msgspec

from medai_extract.normalise.date import Period
from medai_extract.normalise.date_neighbours import around, in_year, part_of
from medai_extract.normalise.date_parts import Fields, Shift

NEAR, MEMORY = 400, 64
"""How far back 当日 looks, in code points, and how many dates later ones count from."""

FAR = 5.0
"""The weight of a cue that always sends a date ahead (will, 将于)."""

UNSAID = 0.1
"""The weight where no words say whether a date is past or to come: one soon to come needs no word, within the year."""

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


def with_part(period: Period | None, fields: Fields) -> Period | None:
    """Take the third of a period, or two, that the parts name, if they name one."""
    if period is None or fields.part is None or fields.part in ("earlier", "later"):
        return period
    return part_of(period, fields.part)
