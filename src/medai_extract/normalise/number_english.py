"""English number words, added up from left to right."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from medai_extract.normalise.number_digits import read_digits

_ARTICLES = ("a", "an")
_TWENTY = 20


class EnglishNumbers:
    """Reads lists of words such as ``two and a half million``.

    Args:
        cardinals: ``one`` to ``ninety``.
        ordinals: ``first`` to ``ninetieth``.
        scales: ``hundred``, ``bn``, ``crore``, ``dozen``.
        fractions: ``half``, ``thirds``.

    """

    def __init__(
        self,
        cardinals: Mapping[str, Decimal],
        ordinals: Mapping[str, Decimal],
        scales: Mapping[str, Decimal],
        fractions: Mapping[str, Decimal],
    ) -> None:
        self.cardinals, self.ordinals = cardinals, ordinals
        self.scales, self.fractions = scales, fractions

    def read(self, words: Sequence[str]) -> Decimal | None:
        """Give the value of number words, None if they are none.

        >>> one, million = {"two": Decimal(2)}, {"million": Decimal(10**6)}
        >>> EnglishNumbers(one, {}, million, {"half": Decimal("0.5")}).read("two and a half million".split())
        Decimal('2500000.0')
        """
        if words and words[0] == "minus":
            value = self.read(words[1:])
            return None if value is None else -value
        if "point" in words:
            return self._read_decimals(words)
        return _Sum(self, words).value()

    def _read_decimals(self, words: Sequence[str]) -> Decimal | None:
        """Read ``one point five billion``."""
        at = list(words).index("point")
        whole = self.read(words[:at]) if at else Decimal(0)
        digits = ""
        for index, word in enumerate(words[at + 1 :], at + 1):
            if word in self.scales and digits and whole is not None:
                factor = self.read(["one", *words[index:]]) if "one" in self.cardinals else None
                return None if factor is None else (whole + Decimal(f"0.{digits}")) * factor
            digit = self.cardinals.get(word)
            if digit is None or digit > 9:
                return None
            digits += str(digit)
        return whole + Decimal(f"0.{digits}") if digits and whole is not None else None


class _Sum:
    """The running value: what the scales have closed (``total``) and the group being read."""

    def __init__(self, numbers: EnglishNumbers, words: Sequence[str]) -> None:
        self.numbers, self.words = numbers, words
        self.total = self.group = Decimal(0)
        self.last_scale = Decimal(1)
        self.seen = False

    def value(self) -> Decimal | None:
        for index, word in enumerate(self.words):
            before = self.words[index - 1] if index else ""
            if not self._step_for(word, before, index)(index, before):
                return None
        return self.total + self.group if self.seen else None

    def _step_for(self, word: str, before: str, index: int) -> Callable[[int, str], bool]:
        if word in _ARTICLES:
            return self._add_article
        if word == "and":
            return lambda _index, _before: self.seen
        if word in self.numbers.fractions and self._is_fraction(word, before, index):
            return self._add_fraction
        return self._add_scale if word in self.numbers.scales else self._add_number

    def _add_article(self, index: int, _before: str) -> bool:
        following = self.words[index + 1] if index + 1 < len(self.words) else ""
        if not (following in self.numbers.fractions or following in self.numbers.cardinals or self.seen):
            self.group, self.seen = self.group + 1, True
        return True

    def _add_fraction(self, index: int, before: str) -> bool:
        part = self.numbers.fractions[self.words[index]]
        if self.last_scale > 1 and not self.group:
            self.total += part * self.last_scale
        else:
            self.group = self.group + part if before in (*_ARTICLES, "and", "") else self.group * part
        self.seen = True
        return True

    def _add_scale(self, index: int, _before: str) -> bool:
        if not self.seen:
            if self.words[index].endswith("s"):
                return False  # "hundreds of millions" is no definite number
            self.group, self.seen = Decimal(1), True
        scale = self.last_scale = self.numbers.scales[self.words[index]]
        if scale < 1000:
            self.group = (self.group or 1) * scale
        elif self.total and not self.group:
            self.total *= scale
        else:
            self.total, self.group = self.total + self.group * scale, Decimal(0)
        return True

    def _add_number(self, index: int, _before: str) -> bool:
        word = self.words[index]
        value = self.numbers.cardinals.get(word, self.numbers.ordinals.get(word))
        value = read_digits(word) if value is None else value
        if value is None or self._clashes(value):
            return False
        self.group, self.seen = self.group + value, True
        return True

    def _clashes(self, value: Decimal) -> bool:
        """Say whether ``value`` cannot follow the group, as in two twenty."""
        group = self.group
        return bool(group) and (value >= 100 or (value >= 10 and group % 100 > 0) or group % 10 > 0)

    def _is_fraction(self, word: str, before: str, index: int) -> bool:
        """Say whether ``third`` is a part: after a count or an article, not in ``twenty third``."""
        if word not in self.numbers.ordinals:
            return True
        value = self.numbers.cardinals.get(before)
        return before in _ARTICLES or (
            value is not None and value < _TWENTY and index == 1 and len(self.words) > 1
        )
