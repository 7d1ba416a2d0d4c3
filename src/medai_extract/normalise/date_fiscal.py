"""Fiscal years, halves and quarters, by the months of the company or country, and the years of schools."""

from medai_extract.normalise.date import (
    Period,
    make_fiscal,
    make_half,
    make_month,
    make_months,
    make_quarter,
    vague,
)
from medai_extract.normalise.date_parts import Fields
from medai_extract.normalise.date_reference import Reference, with_part

_SCHOOL_STARTS = 9
"""The month in which schools begin their year."""


def resolve_fiscal(fields: Fields, reference: Reference) -> Period | None:
    """Resolve a fiscal year, quarter or half by the company's own months."""
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
        year = (
            fields.year
            if fields.year
            else current + (fields.fiscal_shift.count if fields.fiscal_shift else 0)
        )
    return _fiscal_part(fields, year, end)


def resolve_school(fields: Fields, reference: Reference) -> Period | None:
    """Resolve a school year, which runs from September to August.

    >>> resolve_school(Fields(year=2023, year2=2024), Reference()).value()
    DateValue(timex='2023-09/2024-08', start='2023-09-01', end='2024-08-31')
    >>> from datetime import date
    >>> from medai_extract.normalise.date_parts import Shift
    >>> resolve_school(Fields(shift=Shift(-1)), Reference(published=date(2025, 10, 8))).timex
    '2024-09/2025-08'
    """
    today = reference.published
    if fields.year:
        first = fields.year
    elif today is None or fields.shift is None:
        return vague("PRESENT_REF")
    else:
        reference.note_publication()
        first = today.year - (today.month < _SCHOOL_STARTS) + fields.shift.count
    years = (fields.year2 or first + 1) - first
    return name_months(first, _SCHOOL_STARTS, 12 * years, "range") if years > 0 else None


def _fiscal_part(fields: Fields, year: int, end: int) -> Period | None:
    first = end - 11 if end < 12 else 1
    if fields.quarter:
        return name_months(year, first + 3 * (fields.quarter - 1), 3, "quarter")
    if fields.half:
        return name_months(year, first + 6 * (fields.half - 1), 6, "half")
    if fields.months:
        return name_months(year, first, fields.months, "range")
    return with_part(make_fiscal(year, end), fields)


def name_months(year: int, first: int, count: int, unit: str) -> Period:
    """Give a run of months under the name of the quarter or the half that it is.

    >>> name_months(2025, 1, 6, "half").timex, name_months(2025, 2, 3, "quarter").timex
    ('2025-H1', '2025-02/2025-04')
    """
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
