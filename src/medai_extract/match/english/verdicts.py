"""Verdicts on names: the likelier label, what was summed for it, and why."""

import math

import msgspec

from medai_extract.model import Label

Piece = tuple[float, str, str, str]
"""A piece of evidence: how heavy and which it is, by which it is sorted; how it is shown; the rule it may make."""


class Sum(msgspec.Struct, frozen=True, gc=False):
    """What a set of evidence comes to for an organisation and for a product."""

    org: float
    product: float
    pieces: tuple[Piece, ...]


class Reason(msgspec.Struct, frozen=True, gc=False):
    """Why a verdict is what it is.

    ``rule_id`` names what weighs most for the label; ``evidence`` shows everything that has a weight to show.
    """

    score: float
    rule_id: str
    evidence: tuple[str, ...]


class Verdict(msgspec.Struct, gc=False):
    """The likelier label of a form or a mention, the sum of the evidence for it, and what was summed.

    ``margin`` is by how much the label is likelier than the other.
    """

    label: Label
    value: float
    margin: float
    told: tuple[Sum, ...]
    _reason: Reason | None = None

    @property
    def reason(self) -> Reason:
        """Give the reason; it is made when first asked for, and nobody asks what is hopeless."""
        if self._reason is None:
            self._reason = self._explain()
        return self._reason

    def _explain(self) -> Reason:
        pieces = sorted([piece for told in self.told for piece in told.pieces])
        prefix = f"{self.label.lower()}.en."
        rule_id = f"{prefix}proper"
        for _, _, _, rule in pieces:
            if rule.startswith(prefix):
                rule_id = rule
                break
        return Reason(round(score_of(self.value), 4), rule_id, tuple([shown for _, _, shown, _ in pieces]))


_NO_NAME = Verdict("ORG", -9.0, 0.0, ())


def no_name() -> Verdict:
    """Give the verdict on a place, a month, a technology."""
    return _NO_NAME


Heard = tuple[int, int, int, bool, float, tuple[tuple[int, float], ...]]
"""All that is known of a mention: evidence inside the name, around all its mentions, beside this one, whether
quotation marks enclose it, the genre of the article, and what other names say, with its share."""


def score_of(value: float) -> float:
    """Give the score in (0, 1) of a sum of evidence.

    >>> score_of(0.0), round(score_of(2.0), 2)
    (0.5, 0.88)
    """
    return 1.0 / (1.0 + math.exp(-max(-9.0, min(9.0, value))))
