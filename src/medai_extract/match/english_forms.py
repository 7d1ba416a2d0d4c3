"""Forms: all mentions of one surface form in an article, with the evidence for and against its being a name.

Weights stand in ``patterns/words/en_evidence.csv``. Evidence named ``org.*`` speaks for an organisation,
``product.*`` for a product, ``not.*`` against both, and any other name for both.
"""

import math
from collections.abc import Iterable, Mapping

from medai_extract.match.english_context import Context
from medai_extract.match.english_edges import Run

ELSEWHERE = 0.7
"""What the words around one mention are worth for the other mentions of the form."""
WITHOUT_GENRE = 0.4
"""What the words around a mention are worth in an article about other things: people announce too."""
_PERSONAL = frozenset((
    "org.said", "org.possessive", "org.owned_by", "org.possessor", "org.staff", "org.deal_with",
    "product.launched", "product.works",
))  # fmt: skip
"""What is said of persons as well, and so says nothing of a form that looks like one."""


class Form:
    """One surface form.

    ``inside`` is evidence in the name itself, ``around`` that of the words beside any of its mentions,
    ``related`` what other forms say about it, with its share. ``base`` and ``surroundings`` are the sums of
    it all once it is settled.
    """

    def __init__(self, text: str, words: tuple[str, ...]) -> None:
        self.text = text
        self.words = words
        self.runs: list[Run] = []
        self.inside: set[str] = set()
        self.around: set[str] = set()
        self.related: dict[str, float] = {}
        self.same_as: str | None = None
        self.settled = False
        self.base = (0.0, 0.0)
        self.surroundings = (0.0, 0.0)
        self.memory: dict[tuple[Context, str], tuple[str, tuple[str, ...]]] = {}

    def add(self, run: Run, context: Context) -> None:
        """Add a mention."""
        self.runs.append(run)
        self.around.update(context.before, context.after)

    def relate(self, evidence: str, share: float = 1.0) -> None:
        """Add what another form says, keeping the strongest."""
        if share > self.related.get(evidence, 0.0):
            self.related[evidence] = share
            self.settled = False

    def doubt(self, evidence: str) -> None:
        """Add evidence to the form itself, late."""
        self.inside.add(evidence)
        self.settled = False

    @property
    def is_person(self) -> bool:
        """Whether the form itself looks like a person's name."""
        return "not.person" in self.inside or "not.person_shape" in self.inside

    @property
    def is_listed(self) -> bool:
        """Whether a name list has the form."""
        return "org.list" in self.inside or "product.list" in self.inside


class Weights:
    """The table of evidence; sums are pairs, for an organisation and for a product."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._weights = {name: float(weight) for name, weight in table.items()}
        self._pairs = {
            name: (0.0 if name.startswith("product.") else weight, 0.0 if name.startswith("org.") else weight)
            for name, weight in self._weights.items()
        }

    def settle(self, form: Form, genre: float) -> None:
        """Sum the evidence of a form; that around its mentions stays apart."""
        start = self._weights["bias"] + self._weights["genre"] * genre
        org, product = start + self._weights["org.prior"], start + self._weights["product.prior"]
        for name in form.inside:
            pair = self._pairs[name]
            org, product = org + pair[0], product + pair[1]
        for name, share in form.related.items():
            if name not in form.around:
                pair = self._pairs[name]
                org, product = org + pair[0] * share, product + pair[1] * share
        form.base = (org, product)
        form.surroundings = self._around(form, form.around, genre)
        form.settled = True

    def _around(self, form: Form, names: Iterable[str], genre: float) -> tuple[float, float]:
        org = product = 0.0
        trust = WITHOUT_GENRE + (1 - WITHOUT_GENRE) * genre
        person, caps = form.is_person, "caps_inside" in form.inside
        for name in names:
            if person and name in _PERSONAL:
                continue
            pair = self._pairs["product.in" if caps and name == "not.in_place" else name]
            share = 1.0 if name.startswith("not.") else trust
            org, product = org + pair[0] * share, product + pair[1] * share
        return org, product

    def sums(self, form: Form, context: Context | None, genre: float) -> tuple[float, float]:
        """Give the sums of a form, or of one mention, whose own words count in full, those elsewhere less."""
        if not form.settled:
            self.settle(form, genre)
        (org, product), (org_around, product_around) = form.base, form.surroundings
        if context is None:
            return org + org_around, product + product_around
        if context.before or context.after:
            org_here, product_here = self._around(form, {*context.before, *context.after}, genre)
            org, product = org + (1 - ELSEWHERE) * org_here, product + (1 - ELSEWHERE) * product_here
        if context.quoted and "proper_word" not in form.inside:
            product += self._weights["product.quoted"]
        return org + ELSEWHERE * org_around, product + ELSEWHERE * product_around

    def explain(
        self, form: Form, context: Context | None, label: str, genre: float
    ) -> tuple[str, tuple[str, ...]]:
        """Give the rule id, from what weighs most for a label, and all evidence with its weight."""
        weights = self._weights
        parts = {name: weights[name] for name in ("bias", *form.inside)}
        parts["genre"] = weights["genre"] * genre
        here = form.around if context is None else {*context.before, *context.after}
        for name in form.around:
            if not (form.is_person and name in _PERSONAL):
                read = "product.in" if name == "not.in_place" and "caps_inside" in form.inside else name
                parts[read] = weights[read] * (1.0 if name in here else ELSEWHERE)
        parts |= {
            name: weights[name] * share for name, share in form.related.items() if name not in form.around
        }
        if context is not None and context.quoted and "proper_word" not in form.inside:
            parts["product.quoted"] = weights["product.quoted"]
        ranked = sorted(parts.items(), key=lambda item: (-abs(item[1]), item[0]))
        best = next(
            (name for name, weight in ranked if weight > 0 and name.startswith(f"{label}.")), "proper"
        )
        evidence = tuple(f"{name} {weight:+.1f}" for name, weight in ranked if weight)
        return f"{label}.en.{best.rpartition('.')[2]}", evidence


def score_of(value: float) -> float:
    """Give the score in (0, 1) of a sum of evidence.

    >>> score_of(0.0), round(score_of(2.0), 2)
    (0.5, 0.88)
    """
    return 1.0 / (1.0 + math.exp(-max(-9.0, min(9.0, value))))
