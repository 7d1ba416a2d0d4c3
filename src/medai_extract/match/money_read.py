"""From a match of a money rule to amounts: the named groups say which part is what.

``cur``, ``cur2`` and ``cur3`` are currencies, ``num`` and ``num2`` numbers, ``cents`` hundredths, ``tenths``,
``hundredths`` and ``tail`` the small change of Chinese prices, ``items`` the earlier members of a list,
``anchor`` an amount nearby that lends its currency.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from medai_extract.match.alternation import Hit
from medai_extract.match.money_context import MoneyContext
from medai_extract.normalise.money import Amount, CurrencyWord, MoneyReader
from medai_extract.patterns import Rule

Groups = Mapping[str, str | None]

_SHOWN = ("cur", "num", "num2", "cents")
"""Groups that ``explain`` shows."""
_ITEM = re.compile(r"\d[\d,，.．]*+(?:[ \u00a0]?[a-z]++|[ \u00a0]?[多余]?[十百千]?[万亿萬億]*+)?")
_ITEM_BEFORE = re.compile(r"[^\s,\d]++ ?\d(?:[\d,.]*\d)?")
_LENT = re.compile(r"[^\d.万亿多余百千]+\Z")
_LEVELS = ("级", "級", "量级", "量級")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BARE = re.compile(r"[十百千万萬亿億]+")
_CONNECTOR = re.compile(r"\b(to|and|or)\b")
_FRONT = frozenset({"", "a", "an", "and", "of", "some", "many", "few", "point"})
"""Words that do not begin a number, or are none alone."""
_COUNTED_BY_A = frozenset(
    {"few", "couple", "dozen", "hundred", "thousand", "million", "billion", "trillion", "half", "quarter"}
    | {"lakh", "crore"}
)
"""Words that make one number with an article before them; a one-yen bid is no such thing."""


class Found(NamedTuple):
    """An amount before its currency is settled."""

    start: int
    end: int
    rule: Rule
    amount: Amount
    word: CurrencyWord
    evidence: tuple[str, ...]


class MatchReader:
    """Reads the matches of money rules.

    Args:
        reader: the words and numbers.
        context: hedges and refusals.
        rules: all money rules; the parts of a range of Chinese prices are read by the rule ``money.parts``.

    """

    def __init__(self, reader: MoneyReader, context: MoneyContext, rules: Mapping[str, Rule]) -> None:
        self._reader = reader
        self._context = context
        self._parts = rules["money.parts"].regex

    def read(self, hit: Hit, text: str) -> list[Found]:
        """Give the amounts of a match: none if it is no money, several for a list.

        Args:
            hit: the match in the text in small letters.
            text: the text as it is.

        """
        rule, groups = hit.rule, hit.groups
        word = self._currency(hit, text)
        if word is None:
            return []
        evidence = _show(*map(groups.get, _SHOWN))
        if "items" in groups:
            return list(self._read_list(hit, word, evidence))
        start, end = hit.span("money") if "money" in groups else hit.match.span()
        if rule.id == "money.words":
            start, amount = self._words(groups, start)
        else:
            amount = _as_level(self._amount(hit), hit, end)
        if amount is None or not self._context.is_plausible(hit.text, start, end, groups, amount.low):
            return []
        return [Found(start, end, rule, amount, word, evidence)]

    def read_cell(self, rule: Rule, match: re.Match[str]) -> Found | None:
        """Give the amount of a text that is nothing but one."""
        groups = match.groupdict()
        word = CurrencyWord("dollar" if rule.lang == "en" else "yuan")
        if groups.get("cur"):
            word = self._reader.currency(groups["cur"] or "") or word
        if rule.id == "money.cell.cents":
            word = CurrencyWord("dollar", Decimal("0.01"))
        amount = self._cell_parts(groups) if "tail" in groups else self._cell_number(groups)
        return Found(*match.span(), rule, amount, word, ("cell",)) if amount is not None else None

    def _cell_parts(self, groups: Groups) -> Amount | None:
        """Read 元, 角 and 分; 五個 and 五分 alone may be anything."""
        whole = groups["unit"]
        if not (groups["tenths"] or (whole and (groups["tail"] or groups["hundredths"]))):
            return None
        total = self._reader.parts({**groups, "num": (groups["num"] or "一") if whole else None})
        return None if total is None else Amount(total)

    def _cell_number(self, groups: Groups) -> Amount | None:
        number = groups["num"] or ""
        amount = self._reader.amount("one" if number.strip(" -") in ("", "a", "an") else number)
        if amount is not None and groups.get("coin"):
            amount = amount.times(self._reader.coin(groups["coin"] or ""))
        return self._with_cents(amount, groups)

    def _currency(self, hit: Hit, text: str) -> CurrencyWord | None:
        """Give the currency that the signs and words of a match agree on, None where they clash."""
        groups = hit.groups
        if "anchor" in groups:
            lent = _LENT.search(groups["anchor"] or "")
            return self._reader.currency(lent[0]) if lent else None
        chosen: CurrencyWord | None = None
        for name in ("cur", "cur3", "cur2"):
            surface = (groups.get(name) or "").strip(" -")
            if not surface:
                continue
            word = self._reader.currency(surface)
            if word is None or (surface in self._reader.codes and not text[slice(*hit.span(name))].isupper()):
                return None
            if chosen is None or (chosen.family and not word.family):
                chosen = word
            elif not word.family and word.currency != chosen.currency:
                return None
        if chosen is None:
            return CurrencyWord("dollar" if hit.rule.lang == "en" else "yuan")
        return chosen

    def _amount(self, hit: Hit) -> Amount | None:
        """Read a number, a range, small change or cents."""
        groups = hit.groups
        if "low" in groups:
            return self._parts_range(groups)
        if "tenths" in groups:
            if not (groups["tenths"] or groups["hundredths"] or groups["tail"]):
                return None
            total = self._reader.parts(groups)
            return None if total is None else Amount(total)
        if groups.get("num2"):
            return self._range(hit)
        if groups.get("cents") and self._context.is_between(hit.text, hit.match.start()):
            return None
        number = groups["num"] or ""
        return self._with_cents(self._reader.amount("one" if number in ("a", "an") else number), groups)

    def _with_cents(self, amount: Amount | None, groups: Groups) -> Amount | None:
        if amount is None or not groups.get("cents"):
            return amount
        cents = self._reader.amount(groups["cents"] or "")
        if cents is None or cents.exact is None or cents.exact >= 100 or amount.exact is None:
            return None
        return Amount(amount.exact + cents.exact / 100)

    def _range(self, hit: Hit) -> Amount | None:
        """Read a range unless its ends are two amounts of their own."""
        groups, (start, end) = hit.groups, hit.match.span()
        low, high = groups["num"] or "", groups["num2"] or ""
        if hit.rule.kind == "after" and _YEAR.fullmatch(low) and not high.isdigit():
            return None  # from March 2024 to 290 billion yen
        joint = hit.text[hit.span("num")[1] : hit.span("num2")[0]]
        found = _CONNECTOR.search(joint)
        connector = found[1] if found else next((sign for sign in "至到" if sign in joint), "-")
        same_sign = bool(groups.get("cur3")) or bool(joint.strip("-–—－~～〜至到 ").removeprefix(connector))
        unsigned = found is not None and "cur3" in groups and not same_sign and high.isdigit()
        # $10 to 15 patients: only a sign, a scale or a "between" makes the second number money.
        if unsigned and not self._context.is_between(hit.text, start):
            return None
        if not self._context.is_range(hit.text, start, end, connector, same_sign=same_sign):
            return None
        return self._reader.span(low, high)

    def _parts_range(self, groups: Groups) -> Amount | None:
        ends: list[Decimal | None] = []
        for name in ("low", "high"):
            match = self._parts.fullmatch(groups[name] or "")
            ends.append(self._reader.parts(match.groupdict()) if match else None)
        low, high = ends
        return Amount(None, low, high) if low is not None and high is not None and low < high else None

    def _words(self, groups: Groups, start: int) -> tuple[int, Amount | None]:
        """Read a number in words, leaving out what stands before it, and give where it starts."""
        words = re.split(r"(?<=[ -])", groups["num"] or "")
        for index, word in enumerate(words):
            rest = "".join(words[index:]).strip(" -")
            front = word.strip(" -")
            following = words[index + 1].strip(" -") if index + 1 < len(words) else ""
            counts = (
                following in _COUNTED_BY_A if front in ("a", "an") else front not in _FRONT or front == "few"
            )
            if front in ("a", "an") and counts and (groups["num"] or "").endswith("-"):
                break  # a trillion-dollar market is an order of magnitude, no amount
            if rest not in _FRONT and counts:
                amount = self._reader.amount(rest)
                if amount is not None:
                    return start, amount
            start += len(word)
        return start, None

    def _read_list(self, hit: Hit, word: CurrencyWord, evidence: tuple[str, ...]) -> Iterator[Found]:
        """Give each member of a list that shares its unit; the last member brings it."""
        rule, number, listed = hit.rule, hit.groups["num"] or "", hit.groups["items"] or ""
        pattern = _ITEM if rule.kind == "after" else _ITEM_BEFORE
        items = list(pattern.finditer(hit.text, *hit.span("items")))
        texts = [re.sub(r"^[^\d]+", "", item[0]) for item in items]
        single = len(texts) == 1 and "/" not in listed
        if not texts or (single and not re.search(r"[万亿.]" if rule.kind == "after" else r"\.", texts[0])):
            return
        amounts = self._reader.list_items(texts, number)
        evidence = (*evidence, "shares the unit of the list")
        for item, amount in zip(items, amounts, strict=True):
            if amount is not None:
                yield Found(*item.span(), rule, amount, word, evidence)
        last = self._reader.amount(number)
        if last is not None:
            start = hit.span("num" if rule.kind == "after" else "cur")[0]
            yield Found(start, hit.match.end(), rule, last, word, evidence)


@lru_cache(maxsize=4096)
def _show(*values: str | None) -> tuple[str, ...]:
    return tuple(f"{name}:{value.strip()}" for name, value in zip(_SHOWN, values, strict=True) if value)


def _as_level(amount: Amount | None, hit: Hit, end: int) -> Amount | None:
    """Give 千万元级 the bounds of its order of magnitude."""
    if amount is None or amount.exact is None or not hit.text.startswith(_LEVELS, end):
        return amount
    bare = _BARE.fullmatch(hit.groups.get("num") or "")
    return Amount(None, amount.exact, amount.exact * 10) if bare else amount
