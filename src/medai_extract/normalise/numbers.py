"""Numbers as people write them, in Chinese, English, digits and mixtures, as ``Decimal``.

``NumberParser`` reads a whole expression (it does not search in a text) and answers None for what is no
number. Its words stand in ``patterns/numbers``; the ``format_`` functions are its inverses.
"""

import re
from decimal import Decimal
from fractions import Fraction

from medai_extract.normalise.number_digits import FULL_WIDTH, LONGEST, read_digits
from medai_extract.normalise.number_english import EnglishNumbers
from medai_extract.normalise.number_formats import format_chinese, format_digits, format_english
from medai_extract.patterns import Patterns

__all__ = ["NumberParser", "format_chinese", "format_digits", "format_english", "read_digits"]


_ORDINAL = re.compile(r"(\d++)(?:st|nd|rd|th)")
_WORD = re.compile(r"[a-z]++|[\d.,]*\d")


class NumberParser:
    """Reads numbers in both languages with the words of ``patterns/numbers``.

    >>> from medai_extract.patterns import load_patterns
    >>> numbers = NumberParser(load_patterns())
    >>> [str(numbers.parse(text)) for text in ("二十三亿五千万", "3亿5千万", "1.2万亿", "半", "三分之二")]
    ['2350000000', '350000000', '1200000000000', '0.5', '0.6666666666666666666666666667']
    >>> [str(numbers.parse(text)) for text in ("two and a half million", "half a billion", "1.5bn", "21st")]
    ['2500000', '500000000', '1500000000', '21']
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
        self._english = EnglishNumbers(self._cardinals, self._ordinals, self._scales, self._fractions)
        vague = patterns.table("numbers.vague")
        self._vague_words = {word: Decimal(value or 1) for word, value in vague.items() if word.isascii()}
        vague_han = "".join(word for word in vague if not word.isascii())
        self._chinese = re.compile(f"[\\d.,{''.join(digits)}{''.join(self._units)}点點半个個第负負又分之]++")
        self._vague = re.compile(f"(?P<before>.*?)小?[{vague_han}]个?(?P<unit>.*)", re.S)

    def parse(self, text: str) -> Decimal | None:
        """Give the value of a number expression, None if it is none or a vague one."""
        text = text.translate(FULL_WIDTH).strip().lower()
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
        >>> for text in ("数亿", "几十万", "十几亿", "三十几万", "小几个亿", "hundreds of millions"):
        ...     print(text, *numbers.bounds(text) or ())
        数亿 100000000 1000000000
        几十万 100000 1000000
        十几亿 1000000000 2000000000
        三十几万 300000 400000
        小几个亿 100000000 1000000000
        hundreds of millions 100000000 1000000000
        """
        text = text.translate(FULL_WIDTH).strip().lower()
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
        """Split at the last of the greatest units: what is before multiplies it, what is after is added."""
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
        return self._english.read(words)


def _to_decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
