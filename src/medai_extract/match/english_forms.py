"""Forms: all mentions of one surface form in an article, with the evidence for and against its being a name.

Weights stand in ``patterns/words/en_evidence.csv``. Evidence named ``org.*`` speaks for an organisation,
``product.*`` for a product, ``not.*`` against both, and any other name for both.
"""

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from medai_extract.match.english_context import Context
from medai_extract.match.english_edges import Run
from medai_extract.match.english_words import REMEMBERED

ELSEWHERE = 0.7
"""What the words around one mention are worth for the other mentions of the form."""
WITHOUT_GENRE = 0.4
"""What the words around a mention are worth in an article about other things: people announce too."""
_PERSONAL = frozenset((
    "org.said", "org.possessive", "org.owned_by", "org.possessor", "org.staff", "org.deal_with",
    "product.launched", "product.works",
))  # fmt: skip
"""What is said of persons as well, and so says nothing of a form that looks like one."""


_Shown = tuple[float, str, str]


class Facts(NamedTuple):
    """What a form says by itself, in any article: its evidence, with the sums, and what it is."""

    evidence: frozenset[str]
    sums: tuple[float, float]
    common: bool
    refused: bool


class Form:
    """One surface form.

    ``inside`` is evidence in the name itself, ``around`` that of the words beside any of its mentions,
    ``related`` what other forms say about it, with its share. ``base`` and ``surroundings`` are the sums of
    it all once it is settled.
    """

    __slots__ = (
        "around", "base", "facts", "inside", "inside_sums", "related", "runs", "same_as", "settled",
        "surroundings", "text", "words",
    )  # fmt: skip

    def __init__(self, text: str, words: tuple[str, ...], facts: Facts) -> None:
        self.text = text
        self.words = words
        self.facts = facts
        self.runs: list[Run] = []
        self.inside = set(facts.evidence)
        self.inside_sums = facts.sums
        self.around: set[str] = set()
        self.related: dict[str, float] = {}
        self.same_as: str | None = None
        self.settled = False
        self.base = (0.0, 0.0)
        self.surroundings: tuple[float, float] | None = None

    def relate(self, evidence: str, share: float = 1.0) -> None:
        """Add what another form says, keeping the strongest."""
        if share > self.related.get(evidence, 0.0):
            self.related[evidence] = share
            self.settled = False

    @property
    def is_refused(self) -> bool:
        """Whether the form is no name: a place, a month, a technology, unless brackets taught it."""
        return self.facts.refused and self.same_as is None

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
        self._memory: dict[tuple[str, float], _Shown] = {}
        self._full = {name: self._shown(name, 1.0) for name in self._weights}
        self._part = {name: self._shown(name, ELSEWHERE) for name in self._weights}

    def total(self, names: Iterable[str]) -> tuple[float, float]:
        """Sum evidence."""
        org = product = 0.0
        for name in names:
            pair = self._pairs[name]
            org, product = org + pair[0], product + pair[1]
        return org, product

    def add_inside(self, form: Form, names: Iterable[str]) -> None:
        """Add evidence to a form itself."""
        inside = form.inside
        org, product = form.inside_sums
        for name in names:
            if name not in inside:
                inside.add(name)
                pair = self._pairs[name]
                org, product = org + pair[0], product + pair[1]
        form.inside_sums = (org, product)
        form.settled = False

    def remove_inside(self, form: Form, name: str) -> None:
        """Take evidence of a form back."""
        if name in form.inside:
            org, product = self._pairs[name]
            form.inside.discard(name)
            form.inside_sums = (form.inside_sums[0] - org, form.inside_sums[1] - product)
            form.settled = False

    def settle(self, form: Form, genre: float) -> None:
        """Sum the evidence of a form; that around its mentions stays apart."""
        start = self._weights["bias"] + self._weights["genre"] * genre
        org, product = form.inside_sums
        org, product = (
            org + start + self._weights["org.prior"],
            product + start + self._weights["product.prior"],
        )
        for name, share in form.related.items():
            if name not in form.around:
                pair = self._pairs[name]
                org, product = org + pair[0] * share, product + pair[1] * share
        form.base = (org, product)
        if form.surroundings is None:
            form.surroundings = self._around(form, form.around, genre) if form.around else (0.0, 0.0)
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
        (org, product), (org_around, product_around) = form.base, form.surroundings or (0.0, 0.0)
        said = context is not None and (context.before or context.after)
        if context is None or (said and len(form.runs) == 1 and not context.quoted):
            return org + org_around, product + product_around
        if said:
            org_here, product_here = self._around(form, {*context.before, *context.after}, genre)
            org, product = org + (1 - ELSEWHERE) * org_here, product + (1 - ELSEWHERE) * product_here
        if context.quoted and "proper_word" not in form.inside:
            product += self._weights["product.quoted"]
        return org + ELSEWHERE * org_around, product + ELSEWHERE * product_around

    def explain(
        self, form: Form, context: Context | None, label: str, genre: float
    ) -> tuple[str, tuple[str, ...]]:
        """Give the rule id, from what weighs most for a label, and all evidence with its weight."""
        here = form.around if context is None else {*context.before, *context.after}
        parts = [self._full["bias"], self._shown("genre", genre)]
        parts += [self._full[name] for name in form.inside]
        for name in form.around:
            if not (form.is_person and name in _PERSONAL):
                read = "product.in" if name == "not.in_place" and "caps_inside" in form.inside else name
                parts.append(self._full[read] if name in here else self._part[read])
        parts += [self._shown(name, share) for name, share in form.related.items() if name not in form.around]
        if context is not None and context.quoted and "proper_word" not in form.inside:
            parts.append(self._full["product.quoted"])
        parts.sort()
        prefix = f"{label}."
        best = next((name for _, name, text in parts if name.startswith(prefix) and "+" in text), "proper")
        return f"{label}.en.{best.rpartition('.')[2]}", tuple([text for size, _, text in parts if size])

    def _shown(self, name: str, share: float) -> _Shown:
        """Give a piece of evidence as it is sorted and shown: the heaviest first, then by name."""
        shown = self._memory.get((name, share))
        if shown is None:
            weight = self._weights[name] * share
            shown = (-abs(weight), name, f"{name} {weight:+.1f}")
            if len(self._memory) < REMEMBERED:
                self._memory[name, share] = shown
        return shown


def score_of(value: float) -> float:
    """Give the score in (0, 1) of a sum of evidence.

    >>> score_of(0.0), round(score_of(2.0), 2)
    (0.5, 0.88)
    """
    return 1.0 / (1.0 + math.exp(-max(-9.0, min(9.0, value))))
