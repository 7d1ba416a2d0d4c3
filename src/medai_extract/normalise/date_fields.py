"""From the named groups of a date rule to the parts of a date.

A group is named after the part it holds; a trailing underscore only keeps two groups of one pattern apart. ``year``, ``month``,
``day``, ``quarter``, ``half``, ``season``, ``decade``, ``fiscal`` are absolute; ``ryear``, ``rmonth``, ``rfiscal``, ``rel``, ``word``
are words that count from another date (``去年``, ``last``); ``year2``, ``month2`` and ``day2`` end a range; ``part`` is a third.
"""

import re
from collections.abc import Mapping
from copy import copy
from functools import lru_cache

from medai_extract.normalise.date_parts import Fields, Shift, read_shift
from medai_extract.normalise.numbers import NumberParser
from medai_extract.patterns import Patterns

_FISCAL_YEAR = re.compile(r"(\d{4}|\d{2})(?:[/–-](\d{2,4}))?(?:\s?$|\D*$)")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?P<rest>:\d{2}(?::\d{2}(?:\.\d+)?)?)\s?(?:(?P<half>[AaPp])\.?[Mm]\.?)?Z?(?P<zone>[+-][\d:]+)?"
)
_HOURS = re.compile(r"(\d{1,2})[时時](?:(\d{1,2})分)?")
_LAST_HOUR = 24
_HALVES = {
    "上": 1, "前": 1, "first": 1, "1st": 1, "1": 1,
    "下": 2, "后": 2, "後": 2, "second": 2, "2nd": 2, "latter": 2, "last": 2, "back": 2, "2": 2,
}  # fmt: skip
_BARE_PARTS = {"年": "year", "岁": "year", "歲": "year", "月": "month", "y": "year", "m": "year"}


def _write_hours(match: re.Match[str]) -> str:
    """Write 9时5分 as 9:05.

    >>> _HOURS.sub(_write_hours, "24时"), _HOURS.sub(_write_hours, "9时5分")
    ('24:00', '9:05')
    """
    return f"{match[1]}:{int(match[2] or 0):02}"


class FieldReader:
    """Reads the groups of a match with the words of ``patterns/date``."""

    def __init__(self, patterns: Patterns, numbers: NumberParser) -> None:
        self._numbers = numbers
        tables = {
            name.removeprefix("date."): words
            for name, words in patterns.tables.items()
            if name.startswith("date.")
        }
        self._months = tables["months"] | {"首": "1"}
        self._eras = tables["eras"]
        self._holidays = tables["holidays"]
        self._weekdays = {**tables["weekdays"], **tables["weekdays_zh"]}
        self._seasons = {**tables["seasons"], **tables["seasons_zh"]}
        self._parts = {**tables["parts"], **tables["parts_zh"]}
        self._units = {**tables["units"], **tables["units_zh"]}
        self._shifts = {
            name: {word: read_shift(value) for word, value in words.items()}
            for name, words in (
                ("year", {**tables["years_zh"], "年": "0"}),
                ("month", tables["months_zh"]),
                (
                    "relative",
                    {**tables["relatives"], **tables["relatives_zh"], **tables["relatives_request"]},
                ),
                ("day", {**tables["days"], **tables["days_zh"], **tables["days_request"]}),
            )
        }

        self._read_kept = lru_cache(maxsize=1_024)(self._read)

    def read(self, groups: Mapping[str, str]) -> Fields | None:
        """Give the fields of a match, None if a group holds what it may not (a year of 0)."""
        fields = self._read_kept(tuple(groups.items()))
        return None if fields is None else copy(fields)

    def _read(self, groups: tuple[tuple[str, str], ...]) -> Fields | None:
        fields = Fields()
        for name, text in groups:
            name = name.rstrip("_")
            reader = getattr(self, f"_read_{name}", None)
            if reader is None:
                fields.extra[name] = text.strip().lower()
            elif not reader(fields, text.strip()):
                return None
        return fields

    def _integer(self, text: str) -> int | None:
        value = self._numbers.parse(text)
        return int(value) if value is not None and value == int(value) and abs(value) < 100_000 else None

    def _read_year(self, fields: Fields, text: str) -> bool:
        era = self._eras.get(text[:2])
        if era is not None:
            word = text[2:].rstrip("年度 ")
            count = 1 if word == "元" else self._integer(word)
            fields.year = None if count is None else int(era) + count
            return fields.year is not None
        text = text.rstrip("年度 ").lstrip("’‘'")
        fields.year = self._integer(text)
        fields.short_year = len(text) == 2
        return fields.year is not None and (fields.short_year or 100 <= fields.year <= 3000)

    def _read_minguo(self, fields: Fields, text: str) -> bool:
        """Read a year of the Republic of China; the matcher asks whether the text is from Taiwan."""
        fields.year = int(text) + int(self._eras["民國"])
        return True

    def _read_ryear(self, fields: Fields, text: str) -> bool:
        words = text.lower().replace("-", " ").split()
        if words[0].isascii():
            word = " ".join(words[:-1]) or "the"
            if words[-1] in ("ago", "earlier", "before") or (words == ["prior", "year"] and "-" in text):
                fields.year_shift = Shift(-1, True)
                return True
            if words[-1] not in ("year", "yr"):
                return False
            # "the previous year" counts from the date before, as "previous" does.
            word = word.removeprefix("the ") if word not in ("the same", "the") else word
            fields.year_shift = self._shifts["relative"].get(word)
        else:
            fields.year_shift = self._shifts["year"].get(text) or self._shifts["year"].get(f"{text}年")
        return fields.year_shift is not None

    def _read_same_year(self, fields: Fields, text: str) -> bool:
        fields.year_shift = Shift(0, bool(text))
        return True

    def _read_year2(self, fields: Fields, text: str) -> bool:
        fields.year2 = self._integer(text.rstrip("年度 "))
        if fields.year2 is not None and fields.year2 < 100 and fields.year:
            fields.year2 += fields.year // 100 * 100
            fields.fiscal_split = fields.year2 == fields.year + 1 and text.isdigit()
        return fields.year2 is not None and (fields.year or 0) <= fields.year2

    def _read_following(self, fields: Fields, text: str) -> bool:
        """Read the second year of 2024/25; in 2012-14 it is none."""
        fields.year2, fields.fiscal_split = (fields.year or 0) + 1, True
        return fields.year2 % 100 == int(text)

    def _read_month(self, fields: Fields, text: str) -> bool:
        fields.month = self._month(text)
        return fields.month is not None

    def _read_month2(self, fields: Fields, text: str) -> bool:
        fields.month2 = self._month(text)
        return fields.month2 is not None

    def _month(self, text: str) -> int | None:
        word = self._months.get(text.lower().rstrip("."))
        value = int(word) if word else self._integer(text)
        return value if value and 1 <= value <= 12 else None

    def _read_rmonth(self, fields: Fields, text: str) -> bool:
        fields.month_shift = self._shifts["month"].get(text)
        return fields.month_shift is not None

    def _read_day(self, fields: Fields, text: str) -> bool:
        fields.day = self._integer(text.lower())
        return fields.day is not None and 1 <= fields.day <= 31

    def _read_day2(self, fields: Fields, text: str) -> bool:
        fields.day2 = self._integer(text.lower())
        return fields.day2 is not None and 1 <= fields.day2 <= 31

    def _read_weekday(self, fields: Fields, text: str) -> bool:
        fields.weekday = int(self._weekdays.get(text.lower().rstrip("."), 0)) or None
        return fields.weekday is not None

    def _read_clock(self, fields: Fields, text: str) -> bool:
        match = _CLOCK.match(_HOURS.sub(_write_hours, text.replace("：", ":")))
        if match is None:
            return False
        hour = int(match["hour"])
        if match["half"]:
            hour = hour % 12 + 12 * (match["half"] in "Pp")
        fields.clock = f"{hour:02}{match['rest']}{match['zone'] or ''}"
        return hour <= _LAST_HOUR

    def _read_quarter(self, fields: Fields, text: str) -> bool:
        if text.isascii() and text.lower() in self._months:
            fields.quarter = int(self._months[text.lower()]) // 3
            return True
        word = text.lower()
        fields.quarter = 4 if word in ("final", "last") else 1 if text == "首" else self._integer(word)
        return fields.quarter is not None and 1 <= fields.quarter <= 4

    def _read_quarters(self, fields: Fields, text: str) -> bool:
        fields.quarters = self._integer(text)
        return fields.quarters is not None

    def _read_fq(self, fields: Fields, text: str) -> bool:
        fields.fiscal_quarter = bool(text)
        return True

    def _read_half(self, fields: Fields, text: str) -> bool:
        if text in ("半", "and a half"):
            fields.number = (fields.number or 0) + 0.5
            return True
        fields.half = _HALVES.get(text.lower().removesuffix("半年").removesuffix("半月"))
        return fields.half is not None

    def _read_season(self, fields: Fields, text: str) -> bool:
        fields.season = self._seasons.get(text.lower())
        return fields.season is not None

    def _read_months(self, fields: Fields, text: str) -> bool:
        fields.months = self._integer(text)
        return fields.months is not None and 1 <= fields.months <= 12

    def _read_months_of(self, fields: Fields, text: str) -> bool:
        fields.months_last = text.lower() != "first"
        return True

    def _read_decade(self, fields: Fields, text: str) -> bool:
        fields.decade = self._integer(text)
        return fields.decade is not None

    def _read_century(self, fields: Fields, text: str) -> bool:
        if text[0] in "上":
            fields.century = 0
        else:
            fields.century = self._integer(re.sub("世.", "", text))
        return fields.century is not None

    def _read_fiscal(self, fields: Fields, text: str) -> bool:
        match = _FISCAL_YEAR.search(text)
        if match is None:
            return False
        year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
        fields.fiscal, fields.fiscal_split = (year + 1, True) if match[2] else (year, False)
        return True

    def _read_rfiscal(self, fields: Fields, text: str) -> bool:
        fields.fiscal_shift = self._shifts["relative"].get(text.lower())
        return fields.fiscal_shift is not None

    def _read_part(self, fields: Fields, text: str) -> bool:
        word = re.sub(r"[\s-]+(?:of|in)?\s?(?:the)?$", "", text.lower())
        fields.part = self._parts.get(word) or self._parts.get(f"{word} of")
        if word == "中":
            fields.part = "mid"
            return True
        if fields.part is None and ("year" in word or word[0] in _BARE_PARTS):
            fields.part = "mid" if "mid" in word else "late"
        if fields.unit is None and word[0] in _BARE_PARTS and ("year" in word or not word.isascii()):
            fields.unit = _BARE_PARTS[word[0]]
        return fields.part is not None

    def _read_rel(self, fields: Fields, text: str) -> bool:
        fields.shift = self._shifts["relative"].get(text.lower())
        fields.nearby = text.lower().endswith("coming")
        if not text.isascii():
            # 上周五 is the Friday of last week, "last Friday" the one just gone.
            fields.unit = "week"
        return fields.shift is not None

    def _read_wrel(self, fields: Fields, text: str) -> bool:
        self._read_rel(fields, text)
        fields.unit = "week"
        return fields.shift is not None

    def _read_unit(self, fields: Fields, text: str) -> bool:
        fields.unit = self._units.get(text.lower())
        return fields.unit is not None

    def _read_weekend(self, fields: Fields, text: str) -> bool:
        fields.unit = "weekend" if text else fields.unit
        return True

    def _read_n(self, fields: Fields, text: str) -> bool:
        text = text.lower()
        value = self._numbers.parse(
            "one" if text in ("a", "an", "the") else "three" if text in ("a few", "几", "幾") else text
        )
        if value is None:
            value = self._numbers.parse(text.replace("half a", "0.5").removesuffix("n").strip())
        fields.number = None if value is None else float(value) + (fields.number or 0)
        return fields.number is not None and fields.number <= 5000

    def _read_ago(self, fields: Fields, text: str) -> bool:
        fields.back = bool(text)
        return True

    def _read_earlier(self, fields: Fields, text: str) -> bool:
        fields.back = fields.from_text = bool(text)
        return True

    def _read_later(self, fields: Fields, text: str) -> bool:
        fields.from_text = bool(text)
        return True

    def _read_word(self, fields: Fields, text: str) -> bool:
        shifts = self._shifts["day"]
        fields.shift = shifts.get(text.lower()) or shifts.get(f"{text[0]}日")
        return fields.shift is not None

    def _read_same_day(self, fields: Fields, text: str) -> bool:
        fields.shift, fields.unit = Shift(0, bool(text)), "day"
        fields.nearby = text[0] in "当當"
        return True

    def _read_next_day(self, fields: Fields, text: str) -> bool:
        fields.shift, fields.unit = Shift(1, bool(text)), "day"
        fields.nearby = not text.isascii()
        return True

    def _read_previous_day(self, fields: Fields, text: str) -> bool:
        fields.shift, fields.unit = Shift(-1, bool(text)), "day"
        return True

    def _read_same_period(self, fields: Fields, text: str) -> bool:
        fields.same_period = text.lower() if text.isascii() else "period"
        return True

    def _read_nth(self, fields: Fields, text: str) -> bool:
        fields.extra["nth"] = text.lower()
        fields.ordinals["nth"] = self._integer(text.lower()) or 1
        return True

    def _read_first_days(self, fields: Fields, text: str) -> bool:
        fields.extra["first_days"] = text
        fields.ordinals["first_days"] = self._integer(text) or 0
        return 1 <= fields.ordinals["first_days"] <= 31

    def _read_of(self, fields: Fields, text: str) -> bool:
        fields.extra["of"] = text.lower()
        word = text.lower() if text.isascii() else text[-1]
        fields.weekday = int(self._weekdays.get(word, 0)) or None
        return True

    def _read_holiday(self, fields: Fields, text: str) -> bool:
        month, day = self._holidays[text].split("-")
        fields.month, fields.day = int(month), int(day)
        return True

    def _read_a(self, fields: Fields, text: str) -> bool:
        fields.numbers = (int(text), 0)
        return True

    def _read_b(self, fields: Fields, text: str) -> bool:
        fields.numbers = (fields.numbers[0] if fields.numbers else 0, int(text))
        return True

    def _read_sep(self, fields: Fields, text: str) -> bool:
        fields.separator = text
        return True
