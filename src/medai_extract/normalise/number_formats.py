"""Numbers written out: the inverses of ``numbers``, for messages and for the laws that tests check."""

from collections.abc import Mapping
from decimal import Decimal

_HAN_DIGITS = "零一二三四五六七八九"

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
