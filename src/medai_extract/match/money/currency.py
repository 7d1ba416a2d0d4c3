"""Which currency an ambiguous sign or word means: ¥, a bare $, 元.

The rules of ``patterns/money/ambiguous.toml`` are asked in their order; the first that answers decides and
names itself, so that every presumed currency says why.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from medai_extract.match.alternation import guard
from medai_extract.model import Document
from medai_extract.patterns import Rule
from medai_extract.segment import SegmentedText

HEAD = 300
"""Code points at the start of an article in which a dateline stands."""
_BYLINE = 40
"""The longest line of the head that may name the publisher."""
_NEAR = 40
"""Code points before an amount in which the words of a share price stand."""
_TURNED = 6
"""Code points before an amount in which 成交 makes it the turnover of a share."""
DEAREST = 10_000
"""No share costs as much: such an amount beside words of the stock market is no price."""
_NOTE = 52
"""Code points before ``in Canadian dollars`` in which a note says of what it speaks."""
_NOTED = re.compile(r"(?:[Ff]igures|[Aa]mounts|[Pp]rices|[Dd]ollars|[Ss]ums|[Cc]urrency)[^.\n]{0,40}\Z")
_DECIDING = frozenset({"amounts", "default", "head", "note", "price", "publisher", "text"})
"""Kinds of the rules that decide."""


class Decision(NamedTuple):
    """A currency, the rule that chose it, and the currency with what the rule saw."""

    currency: str | None
    rule_id: str
    evidence: str


class CurrencyRule:
    """A rule that decides, with its expressions made ready for searching a whole article.

    Args:
        rule: the rule; the names of its groups are currencies.

    """

    def __init__(self, rule: Rule) -> None:
        self.id = rule.id
        self.kind = rule.kind or ""
        self.family = rule.id.split(".")[1]
        self._rule = rule

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Give the expression, which looks at the first characters of all its words before any of them."""
        return guard(self._rule.pattern)

    @cached_property
    def groups(self) -> dict[str, re.Pattern[str]]:
        """Give the expressions of the groups, each on its own."""
        groups = (re.match(r"\(\?P<(\w+)>", piece) for piece in split_alternatives(self._rule.pattern))
        return {group[1]: guard(group.string) for group in groups if group is not None}

    def count(self, text: str) -> tuple[str, str] | None:
        """Give the group that matches most often in ``text``, and its first match; None for a group in small letters."""
        first = {name: hit for name, regex in self.groups.items() if (hit := regex.search(text)) is not None}
        if not first:
            return None
        names = sorted(first)
        if len(names) > 1:
            names.sort(key=lambda name: -len(self.groups[name].findall(text)))
        return (names[0], first[names[0]][0]) if names[0].isupper() else None


def split_alternatives(pattern: str) -> list[str]:
    r"""Cut a pattern at the bars that are in no group and no character class.

    >>> split_alternatives(r"(?P<CNY>元|[块)|])|(?P<USD>\||\$)")
    ['(?P<CNY>元|[块)|])', '(?P<USD>\\||\\$)']
    """
    pieces, depth = [""], 0
    for part in re.findall(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", pattern, re.S):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if part == "|" and not depth:
            pieces.append("")
        else:
            pieces[-1] += part
    return pieces


def group_by_family(rules: Sequence[Rule]) -> dict[str, list[CurrencyRule]]:
    """Sort out the rules that decide, by the family that their id names."""
    families: dict[str, list[CurrencyRule]] = {}
    for rule in rules:
        if rule.kind in _DECIDING:
            families.setdefault(rule.id.split(".")[1], []).append(CurrencyRule(rule))
    return families


class ArticleCurrency:
    """Decides for one article; what depends on the article alone is found out once.

    Args:
        families: the rules of each family in their order.
        stated: how often other amounts of the article state a currency.

    """

    def __init__(
        self,
        families: Mapping[str, Sequence[CurrencyRule]],
        segmented: SegmentedText,
        document: Document,
        stated: Counter[str],
    ) -> None:
        self._families = families
        self._segmented = segmented
        self._document = document
        self._stated = stated
        self._steps: dict[str, list[CurrencyRule | Decision]] = {}
        self._listings: dict[str, tuple[list[int], list[str]]] = {}
        self._priced = -_NEAR

    def decide(self, family: str, start: int, amount: Decimal | None) -> Decision:
        """Give the currency of ``amount`` at ``start``, whose sign belongs to ``family``."""
        steps = self._steps.get(family)
        if steps is None:
            steps = self._steps[family] = self._list_steps(family)
        for step in steps:
            if isinstance(step, Decision):
                return step
            if amount is not None and (amount < DEAREST or self._is_turnover(step, start)):
                decision = self._make_decision(step, self._price(step, start))
                if decision is not None:
                    self._priced = start
                    return decision
        return Decision(None, f"money.{family}.unknown", "? undecided")

    def _list_steps(self, family: str) -> list[CurrencyRule | Decision]:
        """Give the rules that each amount has to be asked for, and what the article itself decides behind them."""
        steps: list[CurrencyRule | Decision] = []
        for rule in self._families[family]:
            if rule.kind == "price":
                steps.append(rule)
                continue
            decision = self._make_decision(rule, self._search(rule))
            if decision is not None:
                return [*steps, decision]
        return steps

    def _make_decision(self, rule: CurrencyRule, answer: tuple[str, str] | None) -> Decision | None:
        """Put an answer into words; an article that writes A$ where it means it means another dollar by $."""
        if answer is None:
            return None
        currency, word = answer
        if rule.family == "dollar" and currency != "USD" and self._stated[currency] > 0:
            return None
        return Decision(
            currency,
            rule.id,
            f"{currency or '?'} {rule.kind}:{word}" if word else f"{currency or '?'} default",
        )

    def _search(self, rule: CurrencyRule) -> tuple[str, str] | None:
        """Ask one rule; text and amounts are decided by the majority, the others by the first hit."""
        if rule.kind == "text":
            return rule.count(self._document.text)
        if rule.kind == "amounts":
            return rule.count(" ".join(self._stated.elements()))
        for hit in rule.regex.finditer(self._haystack(rule)):
            if rule.kind != "note" or _NOTED.search(hit.string, max(hit.start() - _NOTE, 0), hit.start()):
                return (hit.lastgroup, hit[0].strip()) if hit.lastgroup else None
        return None

    def _haystack(self, rule: CurrencyRule) -> str:
        document = self._document
        if rule.kind == "publisher":
            lines = document.text[:HEAD].split("\n")
            byline = "\n".join(line for line in lines if len(line) <= _BYLINE)
            return f"{document.publisher or ''}\n{document.url or ''}/\n{byline}"
        if rule.kind == "head":
            return f"{document.title or ''}\n{document.text[:HEAD]}"
        return "" if rule.kind == "default" else document.text

    def _is_turnover(self, rule: CurrencyRule, start: int) -> bool:
        """Say whether an amount, close behind the price of a share, is what was turned over of it, which may be great."""
        turnover = start - self._priced < _NEAR and rule.groups["turnover"]
        return bool(turnover and turnover.search(self._document.text, max(start - _TURNED, 0), start))

    def _price(self, rule: CurrencyRule, start: int) -> tuple[str, str] | None:
        """Give the currency of the exchange named last before a share price."""
        text, find = self._document.text, rule.groups["price"].findall
        if not find(text, max(start - _NEAR, 0), start):
            return None
        words = find(text, max(self._segmented.sentence_at(start).start, start - _NEAR), start)
        if not words:
            return None
        if rule.id not in self._listings:
            hits = sorted(
                (hit.start(), name)
                for name, regex in rule.groups.items()
                if name.isupper()
                for hit in regex.finditer(self._document.text)
            )
            self._listings[rule.id] = ([at for at, _ in hits], [name for _, name in hits])
        places, groups = self._listings[rule.id]
        before = bisect_right(places, start) - 1
        if before >= 0:
            return groups[before], words[-1]
        # A headline may give the price before the text names the exchange, which elsewhere stands in the same line.
        line_end = text.find("\n", start)
        in_reach = places and (text.rfind("\n", 0, start) < 0 or places[0] < line_end or line_end < 0)
        return (groups[0], words[-1]) if in_reach else None
