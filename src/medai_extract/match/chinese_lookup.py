"""Word tables asked for their longest words at a place of a text."""

from collections.abc import Mapping
from typing import NamedTuple

from medai_extract.match.chinese_lexicon import sizes_by


class Found(NamedTuple):
    """The values of the longest words of two tables at a place, both as evidence, and a name for the pair."""

    org: str = ""
    product: str = ""
    evidence: tuple[str, ...] = ()
    key: str = ""


NOTHING = Found()


class Lookup:
    """Two word tables asked for their longest words that begin or end at a place.

    >>> table = Lookup("after", {"宣布": "act", "宣布完成": "fund", "由": "by"}, {"宣布": "told"})
    >>> table.after("推想宣布完成融资", 2).evidence, table.before("由推想", 1).org, table.after("推想", 1).org
    (('after.org.fund', 'after.product.told'), 'by', '')
    """

    def __init__(self, name: str, org: Mapping[str, str], product: Mapping[str, str]) -> None:
        self._name = name
        words = {*org, *product}
        # The longest word of either table that fits has the longest ones of both tables as its parts.
        self._begins = {word: self._found(_heads(word), org, product) for word in words}
        self._ends = {word: self._found(_tails(word), org, product) for word in words}
        self._first, self._last = sizes_by(words, 0), sizes_by(words, -1)

    def _found(self, parts: list[str], org: Mapping[str, str], product: Mapping[str, str]) -> Found:
        of_org, of_product = [
            next((table[part] for part in parts if part in table), "") for table in (org, product)
        ]
        labels = (("org", of_org), ("product", of_product))
        evidence = tuple(f"{self._name}.{label}.{value}" for label, value in labels if value)
        return Found(of_org, of_product, evidence, f"{of_org} {of_product}")

    def after(self, text: str, at: int) -> Found:
        """Give the values of the longest words that begin at ``at``, or nothing."""
        for size in self._first.get(text[at : at + 1], ()):
            found = self._begins.get(text[at : at + size])
            if found is not None:
                return found
        return NOTHING

    def before(self, text: str, at: int) -> Found:
        """Give the values of the longest words that end at ``at``, or nothing."""
        for size in self._last.get(text[at - 1 : at], ()) if at else ():
            found = self._ends.get(text[max(at - size, 0) : at])
            if found is not None:
                return found
        return NOTHING


class Head(NamedTuple):
    """The head of a form: its size, the kind of body it names, its evidence, and whether the form ends like no name."""

    size: int = 0
    kind: str = ""
    evidence: tuple[str, ...] = ()
    refused: bool = False


NO_HEAD = Head()


class Heads:
    """The words that names of bodies and products end with, and those that no name does.

    >>> heads = Heads({"医院": "hospital", "人民医院": "hospital"}, {"系统": "software"}, frozenset({"人民医院"}))
    >>> heads.of("越州市第二人民医院").size, heads.of("小墨系统").evidence, heads.of("小墨")
    (4, ('ends.software',), Head(size=0, kind='', evidence=(), refused=False))
    """

    def __init__(self, org: Mapping[str, str], product: Mapping[str, str], refused: frozenset[str]) -> None:
        words = {*org, *product, *refused}
        self._known = {word: _head(_tails(word), org, product, refused) for word in words}
        self._sizes = sizes_by(words, -1)

    def of(self, form: str) -> Head:
        """Give the longest head of a form."""
        for size in self._sizes.get(form[-1], ()):
            head = self._known.get(form[-size:])
            if head is not None:
                return head
        return NO_HEAD


def _head(
    parts: list[str], org: Mapping[str, str], product: Mapping[str, str], refused: frozenset[str]
) -> Head:
    org_head = next((part for part in parts if part in org), "")
    product_head = next((part for part in parts if part in product), "")
    evidence = [f"head.{org[org_head]}"] if org_head else []
    if product_head:
        evidence.append(f"ends.{product[product_head]}")
    size = max(len(org_head), len(product_head))
    return Head(size, org.get(org_head, ""), tuple(evidence), not refused.isdisjoint(parts))


def _heads(word: str) -> list[str]:
    return [word[:size] for size in range(len(word), 0, -1)]


def _tails(word: str) -> list[str]:
    return [word[at:] for at in range(len(word))]


def longest_suffix(word: str, table: Mapping[str, str] | frozenset[str], longest: int) -> str:
    """Give the longest end of ``word`` that stands in ``table``, or nothing.

    >>> longest_suffix("越州市第二人民医院", {"医院": "", "人民医院": ""}, 4)
    '人民医院'
    """
    return next((word[-size:] for size in range(min(longest, len(word)), 0, -1) if word[-size:] in table), "")
