"""What the very characters of a span and those beside it say, learned one by one from annotated articles.

Tables of words tell what their author thought of; that 携手 stands before firms and 上线 before products, that 康 is in the names of firms
and 灵 in those of products, the articles tell. Their weights stand in ``patterns/words/zh_wording*.csv``.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from medai_extract.match.chinese.weights import Weights
from medai_extract.model import Label

PREFIX = "text."
BESIDE = 3
"""Characters on either side; strings are of up to so many."""
TOLD = 0.4
"""The least weight that is told of a mention."""
_KEPT = 1_024
_NOTHING = (0.0, 0.0)
_LATER: tuple[tuple[Label, int], ...] = (("ORG", 2), ("PRODUCT", 3))
Sums = tuple[float, float, float, float]
"""Weights for ORG and for PRODUCT in the first reading and in the second one."""
_SIZES = range(1, BESIDE + 1)


def _prefixes(text: str) -> Iterable[str]:
    return [text[:size] for size in _SIZES[: len(text)]]


def _suffixes(text: str) -> Iterable[str]:
    return [text[-size:] for size in _SIZES[: len(text)]]


def _han(text: str) -> Iterable[str]:
    """Give the Chinese characters of a name; of Latin letters all names have the same."""
    return [char for char in dict.fromkeys(text) if char > "\u2e80"]


_STRINGS: dict[str, Callable[[str], Iterable[str]]] = {
    "before": _suffixes, "after": _prefixes, "begins": _prefixes, "ends": _suffixes, "holds": _han,
}  # fmt: skip
"""The strings that are looked up of a text, by what it is to the span."""
_SIDE_BEFORE, _INSIDE, _SIDE_AFTER = ("before",), ("begins", "ends", "holds"), ("after",)


def without_wording(weights: Weights) -> Weights:
    """Give the weights of all other evidence.

    >>> without_wording({"bias": (-3.0, -3.5), "text.ends.康": (0.5, 0.25)})
    {'bias': (-3.0, -3.5)}
    """
    return {item: weight for item, weight in weights.items() if not item.startswith(PREFIX)}


class Wording:
    """Weighs the characters in and beside spans, for both readings at once.

    >>> wording = Wording({"text.before.携手": (1.5, -0.5)}, {"text.before.携手": (1.0, 0.0), "text.ends.康": (0.5, 0.25)})
    >>> wording.weigh("公司携手安康", 4, 6), wording.tell("公司携手安康", 4, 6, "ORG")
    ((1.5, -0.5, 1.5, 0.25), ('text.before.携手 +1.0', 'text.ends.康 +0.5'))
    """

    def __init__(self, first: Weights, second: Weights) -> None:
        self._sums: dict[str, dict[str, Sums]] = {kind: {} for kind in _STRINGS}
        self._told: dict[Label, dict[str, tuple[float, str]]] = {"ORG": {}, "PRODUCT": {}}
        for item in sorted(item for item in {*first, *second} if item.startswith(PREFIX)):
            _, kind, string = item.split(".", 2)
            sums = self._sums[kind][string] = *first.get(item, _NOTHING), *second.get(item, _NOTHING)
            for label, at in _LATER:
                if abs(sums[at]) >= TOLD:
                    self._told[label][item] = -abs(sums[at]), f"{item} {sums[at]:+.1f}"
        self._of = lru_cache(maxsize=_KEPT)(self._add)

    def weigh(self, folded: str, start: int, end: int) -> Sums:
        """Give what the characters add to the log-odds."""
        before = self._of(_SIDE_BEFORE, folded[max(start - BESIDE, 0) : start])
        form = self._of(_INSIDE, folded[start:end])
        after = self._of(_SIDE_AFTER, folded[end : end + BESIDE])
        return (
            before[0] + form[0] + after[0],
            before[1] + form[1] + after[1],
            before[2] + form[2] + after[2],
            before[3] + form[3] + after[3],
        )

    def _add(self, kinds: tuple[str, ...], text: str) -> Sums:
        org = product = later_org = later_product = 0.0
        for kind in kinds:
            get = self._sums[kind].get
            for string in _STRINGS[kind](text):
                more = get(string)
                if more is not None:
                    org += more[0]
                    product += more[1]
                    later_org += more[2]
                    later_product += more[3]
        return org, product, later_org, later_product

    def tell(self, folded: str, start: int, end: int, label: Label) -> tuple[str, ...]:
        """Give the pieces of evidence that say much for or against a label in the second reading, the strongest first."""
        told = self._told[label]
        found = sorted([told[item] for item in spell(folded, start, end) if item in told])
        return tuple([line for _, line in found])


def spell(folded: str, start: int, end: int) -> Iterator[str]:
    """Give all pieces of evidence, those without a weight too; none has white space.

    >>> list(spell("由灵犀 ", 1, 3))
    ['text.before.由', 'text.begins.灵', 'text.begins.灵犀', 'text.ends.犀', 'text.ends.灵犀', 'text.holds.灵', 'text.holds.犀']
    """
    form = folded[start:end]
    before, after = folded[max(start - BESIDE, 0) : start], folded[end : end + BESIDE]
    for kind, strings in _STRINGS.items():
        text = before if kind == "before" else after if kind == "after" else form
        for string in strings(text):
            if string.split() == [string]:
                yield f"{PREFIX}{kind}.{string}"
