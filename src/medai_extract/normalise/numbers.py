"""Numbers as people write them, in Chinese, English, digits and mixtures, as ``Decimal``.

``NumberParser`` reads a whole expression (it does not search in a text) and answers None for what is no number. Its words
stand in ``patterns/numbers``. ``format_chinese``, ``format_english`` and ``format_digits`` are its inverses.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from medai_extract.patterns import Patterns

LONGEST = 250
"""Code points of the longest number read; a longer run of digits is no number of the news."""

_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0xA0: " ",
    0x2009: " ",
    0x202F: " ",
}
_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅛": "1/8"}
_PLAIN = re.compile(r"\d++(?:\.\d++)?+|\.\d++")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d++)?+|\d{1,3}(?:[ '’]\d{3})++(?:\.\d++)?+")
_CONTINENTAL = re.compile(r"\d{1,3}(?:\.\d{3}){2,}+(?:,\d++)?+|\d{1,3}\.\d{3},\d{1,2}|\d++,\d{1,2}")
_RATIO = re.compile(r"(?:(?P<whole>\d++)[ -])?+(?P<top>\d{1,9})[/⁄](?P<bottom>\d{1,9})")
_ORDINAL = re.compile(r"(\d++)(?:st|nd|rd|th)")
_WORD = re.compile(r"[a-z]++|[\d.,]*\d")


def read_digits(text: str) -> Decimal | None:
    """Read a number in digits: plain, grouped by either comma style or the Indian one, or a ratio.

    A single point is a decimal point (``1.234``), a single comma before three digits groups (``1,234``).

    >>> [str(read_digits(text)) for text in ("1,234,567.8", "1.234.567,8", "12,34,567", "１２．５", "3,5", "2 1/2", "1,23,4")]
    ['1234567.8', '1234567.8', '1234567', '12.5', '3.5', '2.5', 'None']
    """
    text = text.translate(_FULL_WIDTH).strip()
    if len(text) > LONGEST:
        return None
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if _GROUPED.fullmatch(text):
        return Decimal(re.sub(r"[, '’]", "", text))
    if _CONTINENTAL.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if text in _VULGAR:
        text = _VULGAR[text]
    elif text and text[-1] in _VULGAR:
        text = f"{text[:-1].strip()} {_VULGAR[text[-1]]}"
    ratio = _RATIO.fullmatch(text)
    if ratio and int(ratio["bottom"]):
        return Decimal(ratio["whole"] or 0) + Decimal(ratio["top"]) / Decimal(ratio["bottom"])
    return None


class NumberParser:
    """Reads numbers in both languages with the words of ``patterns/numbers``.

    >>> from medai_extract.patterns import load_patterns
    >>> numbers = NumberParser(load_patterns())
    >>> [str(numbers.parse(text)) for text in ("二十三亿五千万", "3亿5千万", "1.2万亿", "半", "三分之二")]
    ['2350000000', '350000000', '1200000000000', '0.5', '0.6666666666666666666666666667']
    >>> [str(numbers.parse(text)) for text in ("two and a half million", "half a billion", "1.5bn", "3 crore", "a dozen", "21st")]
    ['2500000', '500000000', '1500000000', '30000000', '12', '21']
    """

    def __init__(self, patterns: Patterns) -> None:
        digits = patterns.table("numbers.chinese_digits")
        self._digits = str.maketrans(digits)
        self._units = {
            word: Decimal(value) for word, value in patterns.table("numbers.chinese_units").items()
        }
        self._short = str.maketrans(patterns.table("numbers.chinese_short"))
        self._cardinals = {word: Decimal(value) for word, value in patterns.table("numbers.english").items()}
        self._ordinals = {
            word: Decimal(value) for word, value in patterns.table("numbers.english_ordinals").items()
        }
        self._scales = {word: Decimal(value) for word, value in patterns.table("numbers.scales").items()}
        self._fractions = {
            word: _to_decimal(Fraction(value)) for word, value in patterns.table("numbers.fractions").items()
        }
        vague = patterns.table("numbers.vague")
        self._vague_words = {word: Decimal(value or 1) for word, value in vague.items() if word.isascii()}
        vague_han = "".join(word for word in vague if not word.isascii())
        self._chinese = re.compile(f"[\\d.,{''.join(digits)}{''.join(self._units)}点點半个個第负負又分之]++")
        self._vague = re.compile(f"(?P<before>.*?)小?[{vague_han}]个?(?P<unit>.*)", re.S)

    def parse(self, text: str) -> Decimal | None:
        """Give the value of a number expression, None if it is none or a vague one."""
        text = text.translate(_FULL_WIDTH).strip().lower()
        if not text or len(text) > LONGEST:
            return None
        if text[0] in "-−+" and len(text) > 1:
            value = self.parse(text[1:])
            return -value if value is not None and text[0] != "+" else value
        value = read_digits(text)
        if value is not None:
            return value
        value = (
            self._parse_english(text) if text.isascii() else self._parse_chinese(text.translate(self._short))
        )
        return value.to_integral_value() if value is not None and value % 1 == 0 else value

    def bounds(self, text: str) -> tuple[Decimal, Decimal] | None:
        """Give the least and the greatest value of a vague number, None for a definite one.

        >>> from medai_extract.patterns import load_patterns
        >>> numbers = NumberParser(load_patterns())
        >>> for text in ("数亿", "几十万", "十几亿", "三十几万", "小几个亿", "hundreds of millions", "several thousand"):
        ...     print(text, *numbers.bounds(text) or ())
        数亿 100000000 1000000000
        几十万 100000 1000000
        十几亿 1000000000 2000000000
        三十几万 300000 400000
        小几个亿 100000000 1000000000
        hundreds of millions 100000000 1000000000
        several thousand 1000 10000
        """
        text = text.translate(_FULL_WIDTH).strip().lower()
        if len(text) > LONGEST:
            return None
        return self._bounds_english(text) if text.isascii() else self._bounds_chinese(text)

    def _bounds_chinese(self, text: str) -> tuple[Decimal, Decimal] | None:
        match = self._vague.fullmatch(text)
        if match is None:
            return None
        unit = self._parse_chinese(match["unit"]) if match["unit"] else Decimal(1)
        if unit is None:
            return None
        if not match["before"]:
            return unit, unit * 10
        before = self._parse_chinese(match["before"].translate(self._short))
        if before is None or before % 10:
            return None
        step = max(power for power in (10, 100, 1000) if before % power == 0) // 10
        return before * unit, (before + 10 * step) * unit

    def _bounds_english(self, text: str) -> tuple[Decimal, Decimal] | None:
        words = [word for word in text.replace("-", " ").split() if word not in ("a", "of", "the")]
        if not words:
            return None
        first, low = words[0], Decimal(1)
        if first in self._vague_words or (first.endswith("s") and first in self._scales):
            for word in words:
                factor = self._vague_words.get(word) or self._scales.get(word)
                if factor is None:
                    return None
                low *= factor
            return low, low * 10
        return None

    def _parse_chinese(self, text: str) -> Decimal | None:
        if not self._chinese.fullmatch(text):
            return None
        text = text.translate({ord("个"): None, ord("個"): None, ord("點"): "点"}).removeprefix("第")
        if text[:1] in ("负", "負"):
            value = self._parse_chinese(text[1:])
            return None if value is None else -value
        if "分之" in text:
            return self._parse_chinese_fraction(text)
        return self._parse_scaled(text)

    def _parse_chinese_fraction(self, text: str) -> Decimal | None:
        bottom, _, top = text.partition("分之")
        whole, _, bottom = bottom.rpartition("又")
        parts = [self._parse_scaled(part) for part in (whole or "0", bottom, top)]
        if any(part is None for part in parts) or not parts[1]:
            return None
        whole_value, bottom_value, top_value = (part or Decimal(0) for part in parts)
        return whole_value + top_value / bottom_value

    def _parse_scaled(self, text: str) -> Decimal | None:
        """Split at the last of the greatest units: what stands before multiplies it, what stands after is added."""
        if not text:
            return None
        units = [(self._units[char], index) for index, char in enumerate(text) if char in self._units]
        if not units:
            return self._parse_unscaled(text)
        unit, at = max(units)
        left = self._parse_scaled(text[:at]) if at else Decimal(1)
        rest = text[at + 1 :]
        if left is None:
            return None
        if not rest:
            return left * unit
        if rest == "半":
            return left * unit + unit / 2
        right = self._parse_scaled(rest)
        if right is None or right >= unit:
            return None
        # 三千五 is 3500 and 1万5 is 15000, but 三千零五 is 3005.
        return left * unit + (right * unit / 10 if len(rest) == 1 and right else right)

    def _parse_unscaled(self, text: str) -> Decimal | None:
        if text.endswith("半"):
            whole = self._parse_unscaled(text[:-1]) if len(text) > 1 else Decimal(0)
            return None if whole is None else whole + Decimal("0.5")
        return read_digits(text.translate(self._digits).replace("点", "."))

    def _parse_english(self, text: str) -> Decimal | None:
        ordinal = _ORDINAL.fullmatch(text)
        if ordinal:
            return Decimal(ordinal[1])
        if re.search(r"[^a-z\d.,\s-]", text):
            return None
        words = [word for word in _WORD.findall(text.replace("-", " ")) if word != "of"]
        if words[:1] == ["minus"]:
            value = self._sum(words[1:])
            return None if value is None else -value
        return self._sum(words)

    def _sum(self, words: Sequence[str]) -> Decimal | None:
        """Read cardinals, scales, ordinals and fractions from left to right."""
        total = group = Decimal(0)
        seen = scaled = False
        last_scale = Decimal(1)
        for index, word in enumerate(words):
            before = words[index - 1] if index else ""
            if word in ("a", "an"):
                following = words[index + 1] if index + 1 < len(words) else ""
                if following in self._fractions or following in self._cardinals or seen:
                    continue
                group, seen = group + 1, True
            elif word == "and":
                if not seen:
                    return None
            elif word == "point":
                return self._with_decimals(total + group, words[index + 1 :])
            elif word in self._fractions and self._is_fraction(word, before, words, index):
                part = self._fractions[word]
                after_article = before in ("a", "an", "and", "")
                if scaled and not group:
                    total += part * last_scale
                else:
                    group = group + part if after_article else group * part
                seen = True
            elif word in self._scales:
                if not seen and word.endswith("s"):
                    return None
                if not seen:
                    group, seen = Decimal(1), True
                scale = last_scale = self._scales[word]
                scaled = True
                if scale < 1000:
                    group = (group or 1) * scale
                elif total and not group:
                    total *= scale
                else:
                    total, group = total + group * scale, Decimal(0)
            else:
                value = self._cardinals.get(word, self._ordinals.get(word))
                value = read_digits(word) if value is None else value
                if value is None or _clash(group, value):
                    return None
                group, seen = group + value, True
        return total + group if seen else None

    def _is_fraction(self, word: str, before: str, words: Sequence[str], index: int) -> bool:
        """Say whether ``third`` is a part: after a count or an article, not as the end of ``twenty third``."""
        if word not in self._ordinals:
            return True
        value = self._cardinals.get(before)
        return before in ("a", "an") or (value is not None and value < 20 and index == 1 and len(words) > 1)

    def _with_decimals(self, whole: Decimal, words: Sequence[str]) -> Decimal | None:
        digits = ""
        for index, word in enumerate(words):
            if word in self._scales:
                tail = self._sum(["one", *words[index:]])
                return None if tail is None or not digits else (whole + Decimal(f"0.{digits}")) * tail
            value = self._cardinals.get(word)
            if value is None or value > 9:
                return None
            digits += str(value)
        return whole + Decimal(f"0.{digits}") if digits else None


def _clash(group: Decimal, value: Decimal) -> bool:
    """Say whether ``value`` cannot follow ``group``, as in two twenty."""
    return bool(group) and (value >= 100 or (value >= 10 and group % 100 > 0) or group % 10 > 0)


def _to_decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


_HAN_DIGITS = "零一二三四五六七八九"
_HAN_SECTIONS = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, ""))
_HAN_PLACES = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))


def format_chinese(number: int) -> str:
    """Write a whole number below 10**16 in Chinese.

    >>> format_chinese(2350000000), format_chinese(10020), format_chinese(12)
    ('二十三亿五千万', '一万零二十', '十二')
    """
    if number == 0:
        return "零"
    text, gap = "", False
    for size, word in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section, number = divmod(number, size)
        if not section:
            gap = gap or bool(text)
            continue
        if text and (gap or section < 1000):
            text += "零"
        written = format_chinese(section) if section >= 10**4 else _format_section(section)
        text, gap = text + written + word, False
    return text.removeprefix("一") if text.startswith("一十") else text


def _format_section(section: int) -> str:
    text, gap = "", False
    for size, word in _HAN_PLACES:
        digit, section = divmod(section, size)
        if digit:
            text += ("零" if gap and text else "") + _HAN_DIGITS[digit] + word
        gap = not digit
    return text


_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_THOUSANDS: Mapping[int, str] = {10**12: "trillion", 10**9: "billion", 10**6: "million", 10**3: "thousand"}


def format_english(number: int) -> str:
    """Write a whole number below 10**15 in English words.

    >>> format_english(2_500_021), format_english(315)
    ('two million five hundred thousand twenty-one', 'three hundred and fifteen')
    """
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_ONES[hundreds]} hundred" + (f" and {format_english(rest)}" if rest else "")
    size = next(size for size in _THOUSANDS if number >= size)
    count, rest = divmod(number, size)
    return f"{format_english(count)} {_THOUSANDS[size]}" + (f" {format_english(rest)}" if rest else "")


def format_digits(number: Decimal) -> str:
    """Write a number in digits with grouping commas and no exponent.

    >>> format_digits(Decimal("1234567.50")), format_digits(Decimal("1E+6"))
    ('1,234,567.50', '1,000,000')
    """
    return f"{number:,f}"
