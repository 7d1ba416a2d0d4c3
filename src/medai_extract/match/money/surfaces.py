"""What the groups of a money match say by themselves, wherever it stands; ``money_read`` names the groups."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from medai_extract.match.alternation import name_groups
from medai_extract.match.money.context import Doubts, MoneyContext
from medai_extract.normalise.money import Amount, CurrencyWord, MoneyReader
from medai_extract.patterns import Rule

Groups = Mapping[str, str | None]

_SHOWN = ("cur", "num", "num2", "cents")
"""Groups that ``explain`` shows."""
_CURRENCIES = ("cur", "cur3", "cur2")
_KEPT = 1_024
"""Readings that are kept: the news names the same amounts again and again."""
_LENT = re.compile(r"[^\d.万亿多余百千]+\Z")
_BARE = re.compile(r"[十百千万萬亿億]+")


class Reading(NamedTuple):
    """What the groups of a match say, wherever it stands.

    ``amount`` is None for a list. ``coded`` names the groups that are codes and stand in capital letters, ``skipped``
    counts what stands before the number; ``level`` is the amount before 级. ``is_range`` and ``has_cents``: the words before may tell
    that the two numbers do not belong together. ``doubts`` says what else it may be.
    """

    word: CurrencyWord
    evidence: tuple[str, ...]
    coded: tuple[str, ...]
    amount: Amount | None
    skipped: int = 0
    level: Amount | None = None
    is_range: bool = False
    has_cents: bool = False
    is_part: bool = False
    doubts: Doubts | None = None


class SurfaceReader:
    """Reads what all of a match and its groups are, and keeps what it has read.

    Args:
        numbers: the words and numbers.
        context: hedges and refusals.
        rules: all money rules; the parts of a range of Chinese prices are read by the rule ``money.parts``.

    """

    def __init__(self, numbers: MoneyReader, context: MoneyContext, rules: Mapping[str, Rule]) -> None:
        self._numbers = numbers
        self._context = context
        self._rules = rules
        self._prices = rules["money.parts"].regex
        self._kept = lru_cache(maxsize=_KEPT)(self._read)

    def read(self, rule_id: str, surfaces: tuple[str | None, ...]) -> Reading | None:
        """Read what a match says by itself, None where it is no money wherever it stands.

        >>> from medai_extract.patterns import load_patterns
        >>> patterns = load_patterns()
        >>> rules = {rule.id: rule for rule in patterns.rules["money"]}
        >>> reader = SurfaceReader(MoneyReader(patterns), MoneyContext(patterns), rules)
        >>> reading = reader.read("money.after", ("3亿欧元", "3亿", "欧元"))
        >>> reading.word.currency, str(reading.amount.exact), reading.evidence
        ('EUR', '300000000', ('cur:欧元', 'num:3亿'))
        """
        return self._kept(rule_id, surfaces)

    def _read(self, rule_id: str, surfaces: tuple[str | None, ...]) -> Reading | None:
        rule = self._rules[rule_id]
        groups = name_groups(rule, surfaces)
        word = self._currency(groups, rule)
        if word is None:
            return None
        coded: list[str] = []
        for name in _CURRENCIES:
            surface = groups.get(name)
            if surface and surface.strip(" -") in self._numbers.codes:
                coded.append(name)
        shown = [f"{name}:{value.strip()}" for name in _SHOWN if (value := groups.get(name))]
        if "items" in groups:
            return Reading(word, tuple(shown), tuple(coded), None)
        skipped = 0
        if rule_id == "money.words":
            skipped, amount = self._words(groups)
        else:
            amount = self._amount(groups)
        if amount is None or not self._context.is_enough(groups, amount.low):
            return None
        numbers = "low" not in groups and "tenths" not in groups and rule_id != "money.words"
        doubts = self._context.doubts(groups, amount.low)
        return Reading(
            word,
            tuple(shown),
            () if "anchor" in groups else tuple(coded),
            amount,
            skipped,
            None if rule_id == "money.words" else _as_level(amount, groups),
            numbers and bool(groups.get("num2")),
            numbers and bool(groups.get("cents")) and not groups.get("num2"),
            "money" in groups,
            doubts if any(doubts) else None,
        )

    def read_cell(self, rule: Rule, groups: Groups) -> Reading | None:
        """Read the groups of a text that is nothing but an amount."""
        word = CurrencyWord("dollar" if rule.lang == "en" else "yuan")
        if groups.get("cur"):
            word = self._numbers.currency(groups["cur"] or "") or word
        if rule.id == "money.cell.cents":
            word = CurrencyWord("dollar", Decimal("0.01"))
        amount = self._cell_parts(groups) if "tail" in groups else self._cell_number(groups)
        return None if amount is None else Reading(word, ("cell",), (), amount)

    def _cell_parts(self, groups: Groups) -> Amount | None:
        """Read 元, 角 and 分; 五個 and 五分 alone may be anything."""
        whole = groups["unit"]
        if not (groups["tenths"] or (whole and (groups["tail"] or groups["hundredths"]))):
            return None
        total = self._numbers.parts({**groups, "num": (groups["num"] or "一") if whole else None})
        return None if total is None else Amount(total)

    def _cell_number(self, groups: Groups) -> Amount | None:
        number = groups["num"] or ""
        amount = self._numbers.amount("one" if number.strip(" -") in ("", "a", "an") else number)
        if amount is not None and groups.get("coin"):
            amount = amount.times(self._numbers.coin(groups["coin"] or ""))
        return self._with_cents(amount, groups)

    def _currency(self, groups: Groups, rule: Rule) -> CurrencyWord | None:
        """Give the currency that the signs and words of a match agree on, None where they clash."""
        if "anchor" in groups:
            lent = _LENT.search(groups["anchor"] or "")
            return self._numbers.currency(lent[0]) if lent else None
        chosen: CurrencyWord | None = None
        for name in _CURRENCIES:
            surface = (groups.get(name) or "").strip(" -")
            if not surface:
                continue
            word = self._numbers.currency(surface)
            if word is None:
                return None
            if chosen is None or (chosen.family and not word.family):
                chosen = word
            elif not word.family and word.currency != chosen.currency:
                return None
        if chosen is None:
            return CurrencyWord("dollar" if rule.lang == "en" else "yuan")
        return chosen

    def _amount(self, groups: Groups) -> Amount | None:
        """Read a number, a range, small change or cents."""
        if "low" in groups:
            return self._parts_range(groups)
        if "tenths" in groups:
            if not (groups["tenths"] or groups["hundredths"] or groups["tail"]):
                return None
            total = self._numbers.parts(groups)
            return None if total is None else Amount(total)
        number = (groups["num"] or "").replace(")", "")
        if groups.get("num2"):
            return self._numbers.span(number, groups["num2"] or "")
        return self._with_cents(self._numbers.amount("one" if number in ("a", "an") else number), groups)

    def _with_cents(self, amount: Amount | None, groups: Groups) -> Amount | None:
        if amount is None or not groups.get("cents"):
            return amount
        cents = self._numbers.amount(groups["cents"] or "")
        if cents is None or cents.exact is None or cents.exact >= 100 or amount.exact is None:
            return None
        return Amount(amount.exact + cents.exact / 100)

    def _parts_range(self, groups: Groups) -> Amount | None:
        ends: list[Decimal | None] = []
        for name in ("low", "high"):
            match = self._prices.fullmatch(groups[name] or "")
            ends.append(self._numbers.parts(match.groupdict()) if match else None)
        low, high = ends
        return Amount(None, low, high) if low is not None and high is not None and low < high else None

    def _words(self, groups: Groups) -> tuple[int, Amount | None]:
        """Read a number in words, leaving out what stands before it, and give how long that is."""
        fronts, counted = self._context.fronts, self._context.counted
        start = 0
        words = re.split(r"(?<=[ -])", groups["num"] or "")
        for index, word in enumerate(words):
            rest = "".join(words[index:]).strip(" -")
            front = word.strip(" -")
            following = words[index + 1].strip(" -") if index + 1 < len(words) else ""
            counts = following in counted if front in ("a", "an") else front not in fronts or front == "few"
            if front in ("a", "an") and counts and (groups["num"] or "").endswith("-"):
                break  # a trillion-dollar market is an order of magnitude, no amount
            if rest not in fronts and counts:
                amount = self._numbers.amount(rest)
                if amount is not None:
                    return start, amount
            start += len(word)
        return start, None


def _as_level(amount: Amount, groups: Groups) -> Amount | None:
    """Give 千万 before 元级 the bounds of its order of magnitude."""
    number = groups.get("num") or ""
    if amount.exact is None or number[:1].isdigit() or not _BARE.fullmatch(number):
        return None
    return Amount(None, amount.exact, amount.exact * 10)
