"""Weights of evidence: log-odds that add up to the chance of each label, and what is said of them."""

from collections.abc import Iterable, Mapping, Sequence
from math import exp

import msgspec

from medai_extract.match.chinese.kinds import KINDS, NO_RANK, OTHER, RANKS
from medai_extract.model import Label

BIAS = "bias"
_TELLING = ("head", "ends", "before", "after", "taught", "listed", "again", "short", "maker", "owner", "latin", "version", "right.code",
            "right.taught", "left.quote", "root", "whole",
            "mixed", "tail", "field", "sibling", "abbr", "comma", "row")  # fmt: skip
_CUTS = ("left.cut.", "right.cut.")
_TITLES = ("before.org.title", "left.cut.T", "person.")
_BODIES = frozenset(
    [f"head.{kind}" for kind in ("hospital", "school", "government", "association", "institute", "legal")]
)
_CUT, _PERSON, _BODY = 1, 2, 4
_MEMO_LIMIT = 5_000
_NOTHING = (0.0, 0.0)
Weights = Mapping[str, tuple[float, float]]


class Part(msgspec.Struct, gc=False):
    """Evidence of one kind with its weights for ORG and PRODUCT in the first reading and in the second one.

    ``cut`` says that the span ends inside a run of words, ``person`` that it looks like the name of a person or follows a title,
    ``body`` that it ends with the head of an institution or a legal form, ``kind`` what is told of it where two parts meet.
    """

    found: tuple[str, ...]
    org: float = 0.0
    product: float = 0.0
    later_org: float = 0.0
    later_product: float = 0.0
    cut: bool = False
    person: bool = False
    body: bool = False
    kind: str = OTHER


class Scale:
    """Weighs evidence in both readings; what was weighed once is kept, for there are few combinations.

    >>> scale = Scale({"head.hospital": (2.5, -3.0)}, {"head.hospital": (4.0, -1.0), "left.whole": (5.0, 0.0)})
    >>> part = scale.weigh(("head.hospital", "unknown"))
    >>> part.org, part.later_product
    (2.5, -1.0)
    >>> scale.tell([part, scale.weigh(("left.whole",))], "ORG")
    ('head.hospital', ('left.whole +5.0', 'head.hospital +4.0'))
    """

    def __init__(self, first: Weights, second: Weights) -> None:
        self._parts: dict[tuple[str, ...], Part] = {(): Part(())}
        self._pieces = {item: _piece(item, first, second) for item in {*first, *second, *RANKS, *_BODIES}}
        self._tellers = Teller(second, 0), Teller(second, 1)

    def weigh(self, found: tuple[str, ...]) -> Part:
        """Give pieces of evidence with the sums of their weights; what is found twice counts once."""
        part = self._parts.get(found)
        if part is None:
            if len(self._parts) > _MEMO_LIMIT:
                self._parts = {(): Part(())}
            once = tuple(dict.fromkeys(found))
            org = product = later_org = later_product = 0.0
            flags, rank = 0, NO_RANK
            for piece in map(self._pieces.get, once):
                # What has no weight and no meaning of its own says nothing.
                if piece is not None:
                    org += piece[0]
                    product += piece[1]
                    later_org += piece[2]
                    later_product += piece[3]
                    flags |= piece[4]
                    rank = min(rank, piece[5])
            part = self._parts[found] = Part(
                once, org, product, later_org, later_product,
                bool(flags & _CUT), bool(flags & _PERSON), bool(flags & _BODY), KINDS[rank],
            )  # fmt: skip
        return part

    def tell(self, parts: Sequence[Part], label: Label) -> tuple[str, tuple[str, ...]]:
        """Give the piece of evidence that says most for a label, and all with their weights, the strongest first."""
        return self._tellers[label == "PRODUCT"].tell([item for part in parts for item in part.found])


class Teller:
    """What is said of the pieces of evidence for one label, in order: lines with weights, and names of rules."""

    def __init__(self, weights: Weights, side: int) -> None:
        values = {item: weight[side] for item, weight in weights.items()}
        # What would be shown as 0.0 explains nothing.
        said = {item: f"{item} {value:+.1f}" for item, value in values.items() if round(value, 1)}
        by_force = sorted(said, key=lambda item: (-abs(values[item]), said[item]))
        telling = [item for item in values if item.startswith(_TELLING)]
        telling.sort(key=lambda item: (values[item], item), reverse=True)
        self._lines, self._names = [said[item] for item in by_force], [*telling, "shape"]
        names = {item: rank for rank, item in enumerate(telling)}
        self._ranks = {item: (rank, names.get(item, len(telling))) for rank, item in enumerate(by_force)}
        """Where a piece stands in the order of force, and among those that rules are named after."""

    def tell(self, found: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """Give the name of the rule, and the lines of what was found."""
        ranks = sorted([rank for rank in map(self._ranks.get, found) if rank is not None])
        name = min([rank[1] for rank in ranks], default=-1)
        return self._names[name], tuple([self._lines[rank[0]] for rank in ranks])


def _piece(item: str, first: Weights, second: Weights) -> tuple[float, float, float, float, int, int]:
    """Give the weights of a piece of evidence, whether it shows a cut run of words, a person or a body, and the rank of its kind."""
    flags = _CUT if item.startswith(_CUTS) and not item.endswith(".B") else 0
    flags |= _PERSON if item.startswith(_TITLES) else 0
    flags |= _BODY if item in _BODIES else 0
    return *first.get(item, _NOTHING), *second.get(item, _NOTHING), flags, RANKS.get(item, NO_RANK)


def read_weights(table: Mapping[str, str]) -> Weights:
    """Read a table whose values hold the weights for ORG and for PRODUCT.

    >>> read_weights({"head.hospital": "+2.5 -3.1"})
    {'head.hospital': (2.5, -3.1)}
    """
    weights: dict[str, tuple[float, float]] = {}
    for word, value in table.items():
        org, product = value.split()
        weights[word] = float(org), float(product)
    return weights


def chances(org: float, product: float) -> tuple[float, float]:
    """Give how likely a span is the name of an organisation and how likely of a product, from log-odds.

    >>> chances(0.0, -40.0)[0]
    0.5
    """
    odds_org, odds_product = exp(org), exp(product)
    total = odds_org + odds_product + 1.0
    return odds_org / total, odds_product / total
