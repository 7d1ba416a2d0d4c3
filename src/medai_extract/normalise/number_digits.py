"""Numbers in digits, by any of the comma styles."""

import re
from decimal import Decimal

LONGEST = 250
"""Code points of the longest number read; a longer run of digits is no number of the news."""


FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
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


def read_digits(text: str) -> Decimal | None:
    """Read a number in digits: plain, grouped by either comma style or the Indian one, or a ratio.

    A single point is a decimal point (``1.234``), a single comma before three digits groups (``1,234``).

    >>> [str(read_digits(text)) for text in ("1,234,567.8", "1.234.567,8", "12,34,567", "3,5", "2 1/2")]
    ['1234567.8', '1234567.8', '1234567', '3.5', '2.5']
    """
    text = text.translate(FULL_WIDTH).strip()
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
