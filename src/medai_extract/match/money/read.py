"""From a match of a money rule to amounts: the named groups say which part is what.

``cur``, ``cur2`` and ``cur3`` are currencies, ``num`` and ``num2`` numbers, ``cents`` hundredths, ``tenths``,
``hundredths`` and ``tail`` the small change of Chinese prices, ``items`` the earlier members of a list,
``anchor`` an amount nearby that lends its currency.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from medai_extract.match.alternation import Hit
from medai_extract.match.money.context import MoneyContext
from medai_extract.match.money.surfaces import SurfaceReader
from medai_extract.normalise.money import Amount, CurrencyWord, MoneyReader
from medai_extract.patterns import Rule

_ITEM = re.compile(r"\d[\d,，.．]*+(?:[ \u00a0]?[a-z]++|[ \u00a0]?[多余]?[十百千]?[万亿萬億]*+)?")
_ITEM_BEFORE = re.compile(r"[^\s,\d]++ ?\d(?:[\d,.]*\d)?")
_LEVELS = ("级", "級", "量级", "量級")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CONNECTOR = re.compile(r"\b(to|and|or)\b")


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
        rules: all money rules.

    """

    def __init__(self, reader: MoneyReader, context: MoneyContext, rules: Mapping[str, Rule]) -> None:
        self._reader = reader
        self._context = context
        self._surfaces = SurfaceReader(reader, context, rules)

    def read(self, hit: Hit, text: str) -> list[Found]:
        """Give the amounts of a match: none if it is no money, several for a list.

        Args:
            hit: the match in the text in small letters.
            text: the text as it is.

        """
        rule, match, surfaces, _ = hit
        reading = self._surfaces.read(rule.id, surfaces)
        if reading is None:
            return []
        word, evidence, coded, amount, skipped, level, is_range, has_cents, is_part, doubts = reading
        if coded and not all(text[slice(*hit.span(name))].isupper() for name in coded):
            return []
        if amount is None:
            return list(self._read_list(hit, word, evidence))
        start, end = hit.span("money") if is_part else match.span()
        if (is_range and not self._is_range(hit)) or (
            has_cents and self._context.is_between(hit.text, start)
        ):
            return []
        if level is not None and hit.text.startswith(_LEVELS, end):
            amount = level
        start += skipped
        if doubts is not None and self._context.is_refused(doubts, hit.text, start, end):
            return []
        return [Found(start, end, rule, amount, word, evidence)]

    def read_cell(self, rule: Rule, match: re.Match[str]) -> Found | None:
        """Give the amount of a text that is nothing but one."""
        reading = self._surfaces.read_cell(rule, match.groupdict())
        if reading is None or reading.amount is None:
            return None
        return Found(*match.span(), rule, reading.amount, reading.word, reading.evidence)

    def _is_range(self, hit: Hit) -> bool:
        """Say whether two numbers are a range and not two amounts of their own."""
        groups, (start, end) = hit.groups, hit.match.span()
        low, high = groups["num"] or "", groups["num2"] or ""
        if hit.rule.kind == "after" and _YEAR.fullmatch(low) and not high.isdigit():
            return False  # from March 2024 to 290 billion yen
        joint = hit.text[hit.span("num")[1] : hit.span("num2")[0]]
        found = _CONNECTOR.search(joint)
        connector = found[1] if found else next((sign for sign in "至到" if sign in joint), "-")
        same_sign = bool(groups.get("cur3")) or bool(joint.strip("-–—－~～〜至到 ").removeprefix(connector))
        unsigned = found is not None and "cur3" in groups and not same_sign and high.isdigit()
        # $10 to 15 patients: only a sign, a scale or a "between" makes the second number money.
        if unsigned and not self._context.is_between(hit.text, start):
            return False
        return self._context.is_range(hit.text, start, end, connector, same_sign=same_sign)

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
