"""The values that flow between the stages, all immutable.

Offsets are Unicode code points, half open, into the clean text of a document unless a name says ``source``.
Structs of ``msgspec`` rather than frozen dataclasses: building one costs a tenth, and they encode to JSON as they are. Those made by the
thousand are none of the garbage collector's business (``gc=False``): they hold no cycles.
"""

from typing import Literal, NamedTuple

import msgspec

from medai_extract.offsets import OffsetMap

Label = Literal["ORG", "PRODUCT", "MONEY", "DATE"]
LABELS: tuple[Label, ...] = ("ORG", "PRODUCT", "MONEY", "DATE")
Modifier = Literal["approx", "more_than", "less_than", "at_least", "at_most"]


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int


class Token(NamedTuple):
    """A word of a sentence; ``tag`` is jieba's part of speech for Chinese, empty for English."""

    text: str
    start: int
    end: int
    tag: str


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One article as a reader found it.

    ``text`` is the decoded source text; ``plain`` says whether offsets into it mean anything to a user (they do
    not where the text was pulled out of HTML, say). ``body_start`` is where the text begins after front matter, and
    ``markup`` says whether Markdown's signs are to be cleaned away. ``id`` and ``duplicate_of`` are given once copies are known.
    ``header`` are the lines a page shows between its headline and its text (byline, date, source); they are no part of ``text``.
    ``left_out`` are the lines that a reader of pages took for no article, each with its reason.
    ``source_length`` are the code points of all that the input shows, where that is more than ``text``.
    ``format`` is what the content was recognised as ("html", "pdf"); ``encoding_runner_up`` is the encoding that was nearly chosen, where
    the bytes left a choice. The other fields are what the input itself states.
    """

    id: str | None = None
    duplicate_of: str | None = None
    source: str
    text: str
    plain: bool = True
    body_start: int = 0
    markup: Literal["markdown"] | None = None
    source_id: str | None = None
    encoding: str = "utf-8"
    url: str | None = None
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published_at: str | None = None
    published_from: str | None = None
    lang: str | None = None
    warnings: tuple[str, ...] = ()
    header: str = ""
    left_out: tuple[tuple[str, str], ...] = ()
    format: str = "text"
    encoding_runner_up: str | None = None
    source_length: int | None = None


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """An input that could not be read: the stage that refused it, a short reason and the detail."""

    source: str
    source_id: str | None = None
    stage: str
    reason: str
    detail: str = ""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A cleaned article.

    ``offsets`` maps ``text`` to the source text and back; ``kept`` are the source ranges that ``text`` comes from.
    """

    id: str
    source: str
    text: str
    offsets: OffsetMap
    kept: tuple[Span, ...]
    lang: str
    duplicate_of: str | None = None
    plain: bool = True
    source_id: str | None = None
    encoding: str = "utf-8"
    url: str | None = None
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published_at: str | None = None
    published_from: str | None = None
    warnings: tuple[str, ...] = ()
    format: str = "text"
    encoding_runner_up: str | None = None
    source_length: int = 0


class MoneyValue(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An amount of money; amounts are decimal strings in units of ``currency`` (ISO 4217)."""

    currency: str | None = None
    amount: str | None = None
    amount_min: str | None = None
    amount_max: str | None = None
    modifier: Modifier | None = None


class DateValue(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A TIMEX3 value and the inclusive ISO dates it covers; both dates are null for a vague period."""

    timex: str | None = None
    start: str | None = None
    end: str | None = None


Value = MoneyValue | DateValue


class Candidate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A possible mention: what a rule found, before selection.

    ``score`` is the weight of the evidence in (0, 1]. ``entity_id`` is set where a name list or an apposition already says
    what is meant; ``same_as`` is another surface form of the article that names the same thing (简称, a parenthesis, an acronym).
    ``evidence`` holds short words for ``explain`` ("head:医院", "verb:宣布", "resolved against 2025-03-16").
    """

    start: int
    end: int
    label: Label
    rule_id: str
    score: float
    value: Value | None = None
    entity_id: str | None = None
    same_as: str | None = None
    evidence: tuple[str, ...] = ()


class Dropped(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A candidate that fell, and why."""

    candidate: Candidate
    reason: str


class Mention(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A selected candidate as it goes into the records; ``link`` opens the article's web page at it."""

    id: str
    article_id: str
    label: Label
    text: str
    start: int
    end: int
    source_start: int | None
    source_end: int | None
    sentence: str
    value: Value | None
    entity_id: str | None
    rule_id: str
    score: float
    status: str = "unreviewed"
    reviewed_by: str | None = None
    link: str | None = None


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """What mentions name. ``aliases`` are the surface forms seen, sorted; counts are over one article or a whole run."""

    id: str
    label: Label
    name_zh: str | None
    name_en: str | None
    aliases: tuple[str, ...]
    parent_id: str | None
    mentions: int = 0
    articles: int = 0
    first_published: str | None = None
    last_published: str | None = None


class Relation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A statement between two entities, with the mentions that carry it."""

    id: str
    article_id: str
    type: str
    subject_id: str
    object_id: str | None
    date: DateValue | None
    money: MoneyValue | None
    evidence: tuple[str, ...]
    sentence: str
    rule_id: str


class Extraction(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found in one document; ``dropped`` are the candidates that fell, with the reason."""

    document: Document
    mentions: tuple[Mention, ...]
    relations: tuple[Relation, ...]
    dropped: tuple[Dropped, ...] = ()
