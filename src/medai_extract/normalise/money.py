"""Values of amounts: currencies of words and signs, numbers with vagueness, ranges that share a scale, coins.

Amounts are ``Decimal`` in units of the currency (50 cents are 0.5 USD) and leave as plain decimal strings,
never with an exponent.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from medai_extract.model import Modifier, MoneyValue
from medai_extract.normalise.numbers import NumberParser
from medai_extract.patterns import Patterns

LARGEST = Decimal(10) ** 20
"""No amount of the news is as great as this; such a number is a code."""

_MORE = re.compile(r"[多余餘来來幾](?![十百千])|几(?=[^几]*$)(?<=\d几)")
_ABOUT = re.compile(r"[来來]")
_PLAIN = re.compile(
    r"((?:[0-9]{1,3}(?:,[0-9]{3})++|[0-9]{1,12}+)(?:\.[0-9]{1,8}+)?)"
    r"(?: ?(?:([多余](?![百千]))?([百千万亿萬億]{1,3})|([a-z]{1,8})))?"
)
"""A number in digits and one scale, as nearly all are; read without asking for all the others."""
_SPACE = re.compile(r"[ \u00a0\u2009\u202f\u3000]+")
_NEIGHBOURS = re.compile(r"([一二三四五六七八九两兩])([二三四五六七八九两兩])(?=[十百千万萬亿億])")
_SCALE_ZH = re.compile(r"(?<=[\d一二三四五六七八九两兩几幾数數])[十百千拾佰仟万萬亿億兆]+\Z")
_BIG_ZH = re.compile(r"[万萬亿億兆]+\Z")
_SCALE_EN = re.compile(
    r"(?<=[\d.])[ \u00a0-]?([a-z]+(?: [a-z]+)?)\Z"
    r"|(?<=[a-z])[ -](hundred|thousand|million|billion|trillion|lakh|crore)s?[ -]*\Z"
)


class CurrencyWord(NamedTuple):
    """What a currency word says: an ISO code, a family that the article decides (``dollar``), or "".

    ``factor`` is how many units of the currency one of the word is: 0.01 for a cent.
    """

    currency: str
    factor: Decimal = Decimal(1)

    @property
    def family(self) -> str | None:
        """The family of an ambiguous word, None where the word itself decides."""
        return self.currency if self.currency.islower() else None


class Amount(NamedTuple):
    """A number as it stands in an amount: exact, or with bounds, or neither."""

    exact: Decimal | None = None
    least: Decimal | None = None
    greatest: Decimal | None = None
    modifier: Modifier | None = None

    def times(self, factor: Decimal) -> "Amount":
        """Give the amount in a unit ``factor`` times smaller."""
        if factor == 1:
            return self
        exact, least, greatest = (None if part is None else part * factor for part in self[:3])
        return Amount(exact, least, greatest, self.modifier)

    @property
    def low(self) -> Decimal | None:
        """The exact number or the least one."""
        return self.exact if self.exact is not None else self.least

    @property
    def high(self) -> Decimal | None:
        """The exact number or the greatest one."""
        return self.exact if self.exact is not None else self.greatest


def parse_currency(value: str) -> CurrencyWord:
    """Read the value column of a currency table.

    >>> parse_currency("GBP/100"), parse_currency("dollar").family, parse_currency("dollar*1000").factor
    (CurrencyWord(currency='GBP', factor=Decimal('0.01')), 'dollar', Decimal('1000'))
    """
    name, divided, factor = value.partition("/")
    if divided:
        return CurrencyWord(name, 1 / Decimal(factor))
    name, multiplied, factor = value.partition("*")
    return CurrencyWord(name, Decimal(factor)) if multiplied else CurrencyWord(name)


def format_amount(number: Decimal | None) -> str | None:
    """Write a number without exponent and without needless zeros.

    >>> format_amount(Decimal("6.620")), format_amount(Decimal("1E+9")), format_amount(None)
    ('6.62', '1000000000', None)
    """
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class MoneyReader:
    """Reads the parts of an amount with the words of ``patterns/money`` and ``patterns/numbers``.

    >>> from medai_extract.patterns import load_patterns
    >>> reader = MoneyReader(load_patterns())
    >>> reader.currency("us$"), reader.currency("块").family
    (CurrencyWord(currency='USD', factor=Decimal('1')), 'yuan')
    """

    def __init__(self, patterns: Patterns) -> None:
        self._numbers = NumberParser(patterns)
        self.codes = frozenset(patterns.table("money.codes"))
        self.words: dict[str, CurrencyWord] = {}
        for table in ("signs", "codes", "before", "after_en", "after_zh", "slang_en"):
            for word, value in patterns.table(f"money.{table}").items():
                self.words.setdefault(word, parse_currency(value))
        self._kept = lru_cache(maxsize=1_024)(self._amount)
        self._scales = {word: Decimal(value) for word, value in patterns.table("numbers.scales").items()}
        units = {
            word: Decimal(value)
            for word, value in patterns.table("numbers.chinese_units").items()
            if word in "百千万亿萬億"
        }
        self._scales |= units
        big = [word for word, value in units.items() if value > 1000]
        self._scales |= {a + b: units[a] * units[b] for a, b in product(units, big) if units[a] < units[b]}
        self._coins = {word: Decimal(value) for word, value in patterns.table("money.coins_en").items()}

    def currency(self, word: str) -> CurrencyWord | None:
        """Give what a currency word in small letters says, None for no such word."""
        word = word.strip(" -\u00a0\u2009\u202f\u3000")
        found = self.words.get(word)
        if found is None and word and word[-1] in "整正":
            found = self.words.get(word[:-1])
        return found

    def coin(self, word: str) -> Decimal:
        """Give the value of an American coin in dollars."""
        return self._coins[word]

    def amount(self, text: str) -> Amount | None:
        """Read one number with its scale, vague ones with bounds.

        >>> from medai_extract.patterns import load_patterns
        >>> reader = MoneyReader(load_patterns())
        >>> for text in ("1.5 billion", "200多亿", "200来亿", "数千万", "七八万", "小几个亿", "上亿", "1 万"):
        ...     amount = reader.amount(text)
        ...     print(text, amount.exact, amount.least, amount.greatest, amount.modifier)
        1.5 billion 1500000000 None None None
        200多亿 20000000000 None None more_than
        200来亿 20000000000 None None approx
        数千万 None 10000000 100000000 None
        七八万 None 70000 80000 None
        小几个亿 None None None approx
        上亿 100000000 None None more_than
        1 万 10000 None None None
        """
        return self._kept(text)

    def _amount(self, text: str) -> Amount | None:
        text = text.strip(" -\u00a0\u2009\u202f\u3000")
        plain = _PLAIN.fullmatch(text)
        if plain is not None:
            digits, more, han, latin = plain.groups()
            number, scale = Decimal(digits.replace(",", "")), self._scales.get(han or latin)
            if scale is not None:
                whole = (number := number * scale).to_integral_value()
                number = whole if whole == number else number
            if (scale is not None or not (han or latin)) and number < LARGEST:
                return Amount(number, modifier="more_than" if more else None)
        if not text.isascii():
            return self._amount_zh(_SPACE.sub("", text))
        return self._definite(text.replace("-", " "))

    def _definite(self, text: str) -> Amount | None:
        number = self._numbers.parse(text)
        if number is None and text.endswith("w"):
            number = self._numbers.parse(text[:-1] + "万")
        if number is not None:
            return Amount(number) if 0 <= number < LARGEST else None
        bounds = self._numbers.bounds(text)
        return Amount(None, *bounds) if bounds is not None and bounds[1] < LARGEST else None

    def _amount_zh(self, text: str) -> Amount | None:
        neighbours = _NEIGHBOURS.search(text)
        if neighbours is not None:
            ends = [
                self._definite(text[: neighbours.start()] + digit + text[neighbours.end() :])
                for digit in neighbours.groups()
            ]
            if (
                ends[0]
                and ends[1]
                and ends[0].exact is not None
                and ends[1].exact is not None
                and ends[0].exact < ends[1].exact
            ):
                return Amount(None, ends[0].exact, ends[1].exact)
        if text.startswith("小") and self._definite(text[1:]):
            return Amount(modifier="approx")
        plain = _MORE.sub("", text)
        more = plain != text or text[0] == "上"
        amount = self._definite(plain.removeprefix("上").removeprefix("大"))
        if amount is None or not more or amount.exact is None:
            return amount
        return amount._replace(modifier="approx" if _ABOUT.search(text) else "more_than")

    def list_items(self, texts: Sequence[str], last: str) -> list[Amount | None]:
        """Read the members of a list; those without a scale take that of the last."""
        return [self._scaled(text, last) or self.amount(text) for text in texts]

    def span(self, low: str, high: str) -> Amount | None:
        """Read a range; a low end without a scale takes that of the high end where the range stays in order.

        >>> from medai_extract.patterns import load_patterns
        >>> reader = MoneyReader(load_patterns())
        >>> for low, high in (("10", "15 million"), ("3", "5亿"), ("两", "三万"), ("500,000", "1 million"), ("1,000", "1,200 crore")):
        ...     amount = reader.span(low, high)
        ...     print(low, high, amount and (int(amount.least), int(amount.greatest)))
        10 15 million (10000000, 15000000)
        3 5亿 (300000000, 500000000)
        两 三万 (20000, 30000)
        500,000 1 million (500000, 1000000)
        1,000 1,200 crore (10000000000, 12000000000)
        """
        top = self.amount(high)
        if top is None or top.high is None:
            return None
        for bottom in (self._scaled(low, high), self.amount(low)):
            if bottom is not None and bottom.low is not None and bottom.low < top.high:
                return Amount(None, bottom.low, top.high)
        return None

    def _scaled(self, text: str, model: str) -> Amount | None:
        """Read ``text`` with the scale of ``model``; None where it has its own or there is none."""
        text = text.strip()
        if text.isascii() and model.isascii():
            scale = _SCALE_EN.search(model)
            bare = scale is not None and not _SCALE_EN.search(text)
            return self.amount(f"{text} {scale[1] or scale[2]}") if scale is not None and bare else None
        model = _SPACE.sub("", model)
        if _BIG_ZH.search(_MORE.sub("", text)):
            return None
        inner = _SCALE_ZH.search(text)
        shared = (_BIG_ZH if inner else _SCALE_ZH).search(model)
        return self.amount(text + shared[0]) if shared is not None else None

    def parts(self, groups: Mapping[str, str | None]) -> Decimal | None:
        """Add up 元, 角 and 分; a last digit without a unit counts the next smaller one.

        >>> from medai_extract.patterns import load_patterns
        >>> reader = MoneyReader(load_patterns())
        >>> str(reader.parts({"num": "一", "tenths": "二", "hundredths": None, "tail": "五"}))
        '1.25'
        """
        total, step = Decimal(0), Decimal(1)
        for name, worth in (("num", "1"), ("tenths", "0.1"), ("hundredths", "0.01")):
            if groups.get(name):
                amount = self.amount(str(groups[name]))
                if amount is None or amount.exact is None:
                    return None
                total, step = total + amount.exact * Decimal(worth), Decimal(worth)
        tail = groups.get("tail")
        if tail:
            amount = self.amount(tail)
            if amount is None or amount.exact is None:
                return None
            total += step / 2 if tail == "半" else amount.exact * step / 10
        return total


@lru_cache(maxsize=1_024)
def make_value(currency: str | None, amount: Amount, modifier: Modifier | None) -> MoneyValue:
    """Give the record of an amount; the hedge outside the mention goes before the one inside.

    >>> make_value("USD", Amount(Decimal("1.50")), "approx").amount
    '1.5'
    """
    return MoneyValue(
        currency=currency or None,
        amount=format_amount(amount.exact),
        amount_min=format_amount(amount.least),
        amount_max=format_amount(amount.greatest),
        modifier=modifier or amount.modifier,
    )
