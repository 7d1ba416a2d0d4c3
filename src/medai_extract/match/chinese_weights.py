"""Weights of evidence: log-odds that add up to the chance of each label."""

from collections.abc import Mapping, Sequence
from math import exp
from typing import NamedTuple

from medai_extract.model import Label

BIAS = "bias"
_TELLING = ("head", "ends", "before", "after", "taught", "listed", "again", "short", "maker", "owner", "latin", "version", "right.code",
            "right.taught", "left.quote", "root", "whole")  # fmt: skip
Weights = Mapping[str, tuple[float, float]]


class Chance(NamedTuple):
    """How likely a span is the name of an organisation, how likely of a product."""

    org: float
    product: float


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


def chance_of(weights: Weights, found: Sequence[str]) -> Chance:
    """Give the chances that the evidence adds up to.

    >>> chance = chance_of({"bias": (-2.0, -2.0), "head.hospital": (4.0, -1.0)}, ["head.hospital", "unknown"])
    >>> round(chance.org, 2), round(chance.product, 2)
    (0.88, 0.01)
    """
    org, product = weights[BIAS]
    for item in found:
        weight = weights.get(item)
        if weight is not None:
            org += weight[0]
            product += weight[1]
    return chance_from(org, product)


def chance_from(org: float, product: float) -> Chance:
    """Give the chances from log-odds.

    >>> chance_from(0.0, -40.0).org
    0.5
    """
    odds_org, odds_product = exp(min(org, 300.0)), exp(min(product, 300.0))
    total = odds_org + odds_product + 1.0
    return Chance(odds_org / total, odds_product / total)


class Teller:
    """Puts evidence and its weights into words.

    >>> teller = Teller({"head.hospital": (4.0, -1.0), "edges.free.free": (5.0, 0.0)})
    >>> teller.strongest(["head.hospital", "edges.free.free"], "ORG")
    'head.hospital'
    >>> teller.explain(["head.hospital", "edges.free.free"], "PRODUCT")
    ('head.hospital -1.0', 'edges.free.free +0.0')
    """

    def __init__(self, weights: Weights) -> None:
        self._lines: dict[Label, dict[str, tuple[float, str]]] = {}
        self._ranks: dict[Label, dict[str, tuple[float, str]]] = {}
        labels: tuple[Label, Label] = "ORG", "PRODUCT"
        for side, label in enumerate(labels):
            rows = [(item, weight[side]) for item, weight in weights.items()]
            self._lines[label] = {item: (-abs(weight), f"{item} {weight:+.1f}") for item, weight in rows}
            self._ranks[label] = {item: (weight, item) for item, weight in rows if item.startswith(_TELLING)}

    def strongest(self, found: Sequence[str], label: Label) -> str:
        """Give the piece of evidence that says most for a label, as part of a rule id."""
        ranks = self._ranks[label]
        return max([ranks[item] for item in found if item in ranks], default=(0.0, "shape"))[1]

    def explain(self, found: Sequence[str], label: Label) -> tuple[str, ...]:
        """Give the evidence with its weights for a label, the strongest first."""
        lines = self._lines[label]
        return tuple([line for _, line in sorted([lines[item] for item in found if item in lines])])
