"""The choice between a period that has passed and one that is to come, where words name either."""

from collections.abc import Callable

from medai_extract.normalise.date import Period
from medai_extract.normalise.date_reference import FAR, UNSAID, Reference


def choose(previous: Period | None, following: Period | None, reference: Reference) -> Period | None:
    """Choose between the nearest period that began by publication and the one after it.

    >>> from datetime import date
    >>> from medai_extract.normalise.date import make_month
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
    if reference.ahead <= UNSAID and following.start.year > today.year:
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
