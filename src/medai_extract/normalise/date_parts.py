"""The parts that a date expression names, before anything is resolved."""

import msgspec


class Shift(msgspec.Struct, frozen=True):
    """How far from a date, and from which: publication, or with ``same`` the last date of the text."""

    count: int = 0
    same: bool = False


class Fields(msgspec.Struct, kw_only=True):
    """The parts of one date expression; None where it names no such part."""

    year: int | None = None
    short_year: bool = False
    year_shift: Shift | None = None
    month: int | None = None
    month_shift: Shift | None = None
    day: int | None = None
    weekday: int | None = None
    clock: str | None = None
    quarter: int | None = None
    quarters: int | None = None
    half: int | None = None
    season: str | None = None
    months: int | None = None
    months_last: bool = False
    decade: int | None = None
    century: int | None = None
    fiscal: int | None = None
    fiscal_split: bool = False
    fiscal_shift: Shift | None = None
    fiscal_quarter: bool = False
    part: str | None = None
    shift: Shift | None = None
    unit: str | None = None
    number: float | None = None
    back: bool = False
    from_text: bool = False
    year2: int | None = None
    month2: int | None = None
    day2: int | None = None
    same_period: str | None = None
    nearby: bool = False
    numbers: tuple[int, int] | None = None
    separator: str = ""
    extra: dict[str, str] = msgspec.field(default_factory=dict)
    ordinals: dict[str, int] = msgspec.field(default_factory=dict)

    @property
    def has_year(self) -> bool:
        """Whether the expression itself says which year."""
        return (
            self.year is not None
            or self.year_shift is not None
            or self.fiscal is not None
            or self.fiscal_shift is not None
            or self.decade is not None
        )


def read_shift(value: str) -> Shift:
    """Read a table value: a count from publication, or ``same`` with a count from the last date.

    >>> read_shift("-1"), read_shift("same"), read_shift("same+1")
    (Shift(count=-1, same=False), Shift(count=0, same=True), Shift(count=1, same=True))
    """
    if value.startswith("same"):
        return Shift(int(value[4:] or 0), True)
    return Shift(int(value))
