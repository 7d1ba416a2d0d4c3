"""Weights of evidence: log-odds that add up to the chance of each label, and what is said of them."""

from collections.abc import Iterable, Mapping
from math import exp
from typing import NamedTuple

import msgspec

from medai_extract.model import Label

BIAS = "bias"
_TELLING = ("head", "ends", "before", "after", "taught", "listed", "again", "short", "maker", "owner", "latin", "version", "right.code",
            "right.taught", "left.quote", "root", "whole")  # fmt: skip
_CUTS = ("left.cut.", "right.cut.")
_TITLES = ("before.org.title", "left.cut.T", "person.")
_MEMO_LIMIT = 100_000
_LAST = 1_000_000
Weights = Mapping[str, tuple[float, float]]


class Part(msgspec.Struct, frozen=True, gc=False):
    """Evidence of one kind with its weights for ORG and PRODUCT in the first reading and in the second one.

    ``cut`` says that the span ends inside a run of words, ``person`` that it looks like the name of a person or follows a title.
    ``lines`` say for ORG and for PRODUCT where its pieces stand in the order of their force, ``name`` where the best of those stands
    that rules are named after.
    """

    found: tuple[str, ...]
    org: float
    product: float
    later_org: float
    later_product: float
    cut: bool
    person: bool
    lines: tuple[tuple[int, ...], tuple[int, ...]]
    name: tuple[int, int]


class _Piece(NamedTuple):
    """What is known of one piece of evidence: its weights, what it shows, and for either label its line and its name."""

    org: float
    product: float
    later_org: float
    later_product: float
    cut: bool
    person: bool
    lines: tuple[int, int] | None
    name: tuple[int, int]


class Scale:
    """Weighs evidence in both readings; what was weighed once is kept, for there are few combinations.

    >>> scale = Scale({"head.hospital": (2.5, -3.0)}, {"head.hospital": (4.0, -1.0), "left.whole": (5.0, 0.0)})
    >>> part = scale.weigh(("head.hospital", "unknown"))
    >>> part.org, part.later_product
    (2.5, -1.0)
    >>> scale.explain([part, scale.weigh(("left.whole",))], "ORG")
    ('left.whole +5.0', 'head.hospital +4.0')
    >>> scale.strongest([part, scale.weigh(("left.whole",))], "ORG")
    'head.hospital'
    """

    def __init__(self, first: Weights, second: Weights) -> None:
        self._first, self._second = first, second
        self._parts: dict[tuple[str, ...], Part] = {}
        self._pieces: dict[str, _Piece] = {}
        self._lines = _rank_lines(second, 0), _rank_lines(second, 1)
        self._names = _rank_names(second, 0), _rank_names(second, 1)
        self._line_of = tuple(
            {line.split(" ")[0]: rank for rank, line in enumerate(lines)} for lines in self._lines
        )
        self._name_of = tuple({name: rank for rank, name in enumerate(names)} for names in self._names)

    def weigh(self, found: tuple[str, ...]) -> Part:
        """Give pieces of evidence with the sums of their weights; what is found twice counts once."""
        part = self._parts.get(found)
        if part is None:
            if len(self._parts) > _MEMO_LIMIT:
                self._parts.clear()
            part = self._parts[found] = self._weigh(tuple(dict.fromkeys(found)))
        return part

    def _weigh(self, found: tuple[str, ...]) -> Part:
        known = self._pieces
        pieces = [known.get(item) or self._learn(item) for item in found]
        lines = [piece.lines for piece in pieces if piece.lines is not None]
        names = [piece.name for piece in pieces]
        return Part(
            found,
            sum([piece.org for piece in pieces]),
            sum([piece.product for piece in pieces]),
            sum([piece.later_org for piece in pieces]),
            sum([piece.later_product for piece in pieces]),
            any(piece.cut for piece in pieces),
            any(piece.person for piece in pieces),
            (tuple([org for org, _ in lines]), tuple([product for _, product in lines])),
            (
                min([org for org, _ in names], default=_LAST),
                min([product for _, product in names], default=_LAST),
            ),
        )

    def _learn(self, item: str) -> _Piece:
        orgs, products = self._line_of
        org_names, product_names = self._name_of
        piece = self._pieces[item] = _Piece(
            *self._first.get(item, (0.0, 0.0)),
            *self._second.get(item, (0.0, 0.0)),
            item.startswith(_CUTS) and not item.endswith(".B"),
            item.startswith(_TITLES),
            (orgs[item], products[item]) if item in orgs else None,
            (org_names.get(item, _LAST), product_names.get(item, _LAST)),
        )
        return piece

    def strongest(self, parts: Iterable[Part], label: Label) -> str:
        """Give the piece of evidence that says most for a label, as part of a rule id."""
        side = label == "PRODUCT"
        rank = min([part.name[side] for part in parts])
        return "shape" if rank == _LAST else self._names[side][rank]

    def explain(self, parts: Iterable[Part], label: Label) -> tuple[str, ...]:
        """Give the evidence with its weights for a label, the strongest first."""
        side = label == "PRODUCT"
        lines = self._lines[side]
        return tuple([lines[rank] for rank in sorted([rank for part in parts for rank in part.lines[side]])])


def _rank_lines(weights: Weights, side: int) -> list[str]:
    """Give what is said of the pieces of evidence for one label, the strongest first."""
    return [
        f"{item} {weights[item][side]:+.1f}"
        for item in sorted(
            weights, key=lambda item: (-abs(weights[item][side]), f"{item} {weights[item][side]:+.1f}")
        )
    ]


def _rank_names(weights: Weights, side: int) -> list[str]:
    """Give the pieces of evidence that rules may be named after, those that say most for a label first."""
    telling = [item for item in weights if item.startswith(_TELLING)]
    return sorted(telling, key=lambda item: (weights[item][side], item), reverse=True)


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
    odds_org, odds_product = exp(org if org < 300.0 else 300.0), exp(product if product < 300.0 else 300.0)
    total = odds_org + odds_product + 1.0
    return odds_org / total, odds_product / total
