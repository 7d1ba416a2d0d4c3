"""What is kept of a decision: the words it is about, what the reviewer saw there, and what should stand instead."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

from medai_extract.model import Label

Verdict = Literal["accept", "reject", "unsure", "correct", "add"]
STATUS: Mapping[Verdict, str] = {
    "accept": "accepted", "reject": "rejected", "unsure": "unreviewed", "correct": "corrected", "add": "added",
}  # fmt: skip
Values = dict[str, str | None]


class ArticleKey(NamedTuple):
    """By what decisions know an article: its content's id, and the source it came from (``-`` is no source)."""

    id: str
    source: str
    source_id: str | None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A mention as the rules or a reviewer read it; ``start`` is in the text they read."""

    start: int
    quote: str
    label: Label
    value: Values | None = None
    entity_id: str | None = None


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """Words of an article with what stood around them, by which they are found again."""

    article_id: str
    source: str
    source_id: str | None
    start: int
    quote: str
    prefix: str
    suffix: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One reviewer's word on one mention.

    ``quote`` with its context, ``label``, ``value``, ``entity_id``, ``rule_id`` and ``score`` are what the reviewer was shown;
    ``decided`` is what should come out instead (the same, for an accepted mention), and is absent for rejected and unsure;
    ``chosen`` when the reviewer chose its entity, instead of leaving what was found and what that was merged into.
    """

    verdict: Verdict
    article_id: str
    source: str
    source_id: str | None
    start: int
    quote: str
    prefix: str
    suffix: str
    label: Label
    rule_id: str
    score: float = 1.0
    value: Values | None = None
    entity_id: str | None = None
    decided: Reading | None = None
    chosen: bool = False
    user: str = ""
    at: str = ""
    reason: str = ""

    @property
    def seen(self) -> Reading:
        """What the reviewer was shown."""
        return Reading(
            start=self.start, quote=self.quote, label=self.label, value=self.value, entity_id=self.entity_id
        )

    @property
    def chosen_at(self) -> str:
        """When the reviewer chose the entity, empty otherwise; what was merged or split before was known then."""
        return self.at if self.chosen else ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A decision for all alike: it holds for every mention of its example's surface, rule and label, in later runs too.

    What ``excepted`` names, and what somebody decided on its own, it leaves alone.
    """

    example: Decision
    excepted: tuple[Quote, ...] = ()


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """Mentions of one entity that belong to another: all of them (a merge), or those of one surface form (a split).

    ``aliases`` are the forms that were moved when it was decided, and ``kept`` the mentions of these forms that were the other
    entity's already, so that a written dataset can be read back; ``name_zh`` and ``name_en`` are the names that the entity had,
    which a dataset without it does not tell.
    """

    entity_id: str
    to: str
    surface: str | None = None
    aliases: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    name_zh: str | None = None
    name_en: str | None = None
    at: str = ""


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """The names that a reviewer gave an entity; ``found_zh`` and ``found_en`` are those that it had by the lists and articles."""

    entity_id: str
    name_zh: str | None
    name_en: str | None
    found_zh: str | None = None
    found_en: str | None = None
