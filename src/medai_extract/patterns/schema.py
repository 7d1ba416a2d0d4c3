"""What a pattern file may hold: rows of names and words, and rules with the examples that prove them."""

import hashlib
import re
from functools import cached_property
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parse  # type: ignore[attr-defined]
from typing import Any, Literal, NamedTuple

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from medai_extract.model import Label

NAME_COLUMNS = (
    "entity_id", "name", "lang", "role", "boundary", "context", "parent_id", "maker_id", "status", "note",
)  # fmt: skip
WORD_COLUMNS = ("word", "value", "note")
ROLES = ("canonical", "full", "short", "acronym", "alias", "former", "translation")
LANGS = ("zh", "en")
BOUNDARIES = ("", "word")
STATUSES = ("active", "retired")


class NameRow(NamedTuple):
    """One surface form of one entity.

    ``context`` holds words of which one must stand in the same sentence, unless the article establishes the entity
    elsewhere; ``boundary`` "word" drops a hit whose edge falls inside a Chinese token. ``parent_id`` and ``maker_id`` stand in
    canonical rows only.
    """

    label: Label
    entity_id: str
    name: str
    lang: str
    role: str
    boundary: str
    context: tuple[str, ...]
    parent_id: str | None
    maker_id: str | None
    note: str


class Example(BaseModel):
    """A sentence with ``[span]`` brackets around what the rule finds, and the value in short form."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    text: str
    value: str | None = None
    published_at: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")


class RuleModel(BaseModel):
    """One ``[[rule]]`` as written."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    id: str = Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")
    pattern: str
    lang: Literal["zh", "en", "any"] = "any"
    label: Label | None = None
    kind: str | None = None
    until: str | None = None
    score: float = Field(default=0.9, gt=0, le=1)
    note: str | None = None
    examples: tuple[Example, ...] = Field(min_length=1)
    counter_examples: tuple[str, ...] = ()


class RuleFile(BaseModel):
    """A file of rules: named fragments and the rules that refer to them as ``{name}``."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    fragments: dict[str, str] = {}
    rule: tuple[RuleModel, ...] = ()


class Rule(msgspec.Struct, frozen=True, dict=True, kw_only=True):
    """A rule whose references are filled in; ``where`` is ``file:line`` for messages and ``explain``."""

    id: str
    pattern: str
    lang: str
    label: Label | None
    kind: str | None
    until: str | None
    score: float
    where: str
    examples: tuple[Example, ...]
    counter_examples: tuple[str, ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Give the compiled pattern; compiled at its first use, for most runs need only one language's rules."""
        return re.compile(self.pattern)

    def fingerprint(self) -> str:
        """Give a short hash of all that changes what the rule finds."""
        told = (self.id, self.pattern, self.lang, self.label, self.kind, self.until, self.score)
        return hashlib.sha256(msgspec.msgpack.encode(told)).hexdigest()[:16]


def check_pattern(pattern: str) -> None:
    """See that a pattern compiles, at a third of the cost of compiling it.

    Raises:
        re.error: it does not.

    >>> check_pattern("(?<=a+)b")
    Traceback (most recent call last):
    re.error: look-behind requires fixed-width pattern

    """
    _check_look_behinds(sre_parse.parse(pattern))


def _check_look_behinds(part: Any) -> None:
    """Raise ``re.error`` for a look-behind of no fixed width, which the parser lets pass."""
    if isinstance(part, sre_parse.SubPattern):
        for operator, argument in part:
            if operator is sre.ASSERT or operator is sre.ASSERT_NOT:
                least, most = argument[1].getwidth()
                if argument[0] < 0 and least != most:
                    raise re.error("look-behind requires fixed-width pattern")
            if operator is not sre.LITERAL and operator is not sre.IN:
                _check_look_behinds(argument)
    elif isinstance(part, list | tuple):
        for inner in part:
            _check_look_behinds(inner)
