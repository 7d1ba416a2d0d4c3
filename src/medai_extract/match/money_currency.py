"""Which currency an ambiguous sign or word means: ¥, a bare $, 元.

The rules of ``patterns/money/ambiguous.toml`` are asked in their order; the first that answers decides and
names itself, so that every presumed currency says why.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from medai_extract.model import Document
from medai_extract.patterns import Rule
from medai_extract.segment import SegmentedText

HEAD = 300
"""Code points at the start of an article in which a dateline stands."""
_BYLINE = 40
"""The longest line of the head that may name the publisher."""
_NEAR = 40
"""Code points before an amount in which the words of a share price stand."""
DEAREST = 10_000
"""No share costs as much: such an amount beside words of the stock market is no price."""
_FAMILIES = ("dollar", "yen", "yuan")


class Decision(NamedTuple):
    """A currency, the rule that chose it and what it saw."""

    currency: str | None
    rule_id: str
    evidence: str


def group_by_family(rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    """Sort out the rules that decide, by the family that their id names."""
    families: dict[str, list[Rule]] = {family: [] for family in _FAMILIES}
    for rule in rules:
        family = rule.id.split(".")[1]
        if family in families:
            families[family].append(rule)
    return families


class ArticleCurrency:
    """Decides for one article; what depends on the article alone is found out once.

    Args:
        families: the rules of each family in their order.
        stated: how often other amounts of the article state a currency.

    """

    def __init__(
        self,
        families: dict[str, list[Rule]],
        segmented: SegmentedText,
        document: Document,
        stated: Counter[str],
    ) -> None:
        self._families = families
        self._segmented = segmented
        self._document = document
        self._stated = stated
        self._found: dict[str, tuple[str, str] | None] = {}
        self._listings: dict[str, tuple[list[int], list[str]]] = {}

    def decide(self, family: str, start: int, amount: Decimal | None) -> Decision:
        """Give the currency of ``amount`` at ``start``, whose sign belongs to ``family``."""
        for rule in self._families[family]:
            if rule.kind == "price":
                answer = self._price(rule, start) if amount is not None and amount < DEAREST else None
            else:
                answer = self._of_article(rule)
            if answer is None or (family == "dollar" and self._is_written_out(answer[0])):
                continue
            return Decision(answer[0], rule.id, f"{rule.kind}:{answer[1]}" if answer[1] else "default")
        return Decision(None, f"money.{family}.unknown", "undecided")

    def _is_written_out(self, currency: str) -> bool:
        """Say whether the article marks this dollar where it means it (A$): a bare sign is another."""
        return currency != "USD" and self._stated[currency] > 0

    def _of_article(self, rule: Rule) -> tuple[str, str] | None:
        if rule.id not in self._found:
            self._found[rule.id] = self._search(rule)
        return self._found[rule.id]

    def _search(self, rule: Rule) -> tuple[str, str] | None:
        """Ask one rule; text and amounts are decided by the majority, the others by the first hit."""
        if rule.kind in ("text", "amounts"):
            haystack = self._haystack(rule)
            counts = Counter(match.lastgroup for match in rule.regex.finditer(haystack))
            group = max(sorted(filter(None, counts)), key=lambda name: counts[name], default="")
            if not group.isupper():
                return None
            first = next(match for match in rule.regex.finditer(haystack) if match.lastgroup == group)
            return group, first[0]
        hit = rule.regex.search(self._haystack(rule))
        return (hit.lastgroup, hit[0].strip()) if hit and hit.lastgroup else None

    def _haystack(self, rule: Rule) -> str:
        document = self._document
        if rule.kind == "publisher":
            lines = document.text[:HEAD].split("\n")
            byline = "\n".join(line for line in lines if len(line) <= _BYLINE)
            return f"{document.publisher or ''}\n{document.url or ''}/\n{byline}"
        if rule.kind == "head":
            return f"{document.title or ''}\n{document.text[:HEAD]}"
        if rule.kind == "amounts":
            return " ".join(self._stated.elements())
        return "" if rule.kind == "default" else document.text

    def _price(self, rule: Rule, start: int) -> tuple[str, str] | None:
        """Give the currency of the exchange named last before a share price."""
        begin = max(self._segmented.sentence_at(start).start, start - _NEAR)
        text = self._document.text
        words = [match[0] for match in rule.regex.finditer(text, begin, start) if match.lastgroup == "price"]
        if not words:
            return None
        if rule.id not in self._listings:
            hits = [
                (match.start(), match.lastgroup)
                for match in rule.regex.finditer(text)
                if match.lastgroup and match.lastgroup != "price"
            ]
            self._listings[rule.id] = ([at for at, _ in hits], [group for _, group in hits])
        places, groups = self._listings[rule.id]
        if not places:
            return None
        return groups[max(bisect_right(places, start) - 1, 0)], words[-1]
