"""What reviewers decided, and how it holds on whatever the rules find next.

A decision knows its mention by the article and by the quote with its context, never by a row number. It attaches again where
the same words stand in the same surroundings, in the same article or in a changed one from the same source; where they
do not, it is an orphan that changes nothing and is listed for a look. Nothing here writes; the review desk does.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Literal

import msgspec

from medai_extract.dataset import make_value
from medai_extract.errors import InputError
from medai_extract.fragments import PageLinks
from medai_extract.model import Entity, Extraction, Label, Mention
from medai_extract.pipeline import Pipeline
from medai_extract.segment import SegmentedText

FILE = "review.sqlite"
"""Where the decisions of a dataset stand, beside its tables."""
CONTEXT = 24
"""Characters kept on each side of a quote; enough to tell neighbours apart, few enough to outlive an edit nearby."""

ENOUGH = 12
"""Characters of both sides together that must still be the same where an article has changed around a quote."""
EDGE = "\0"

Verdict = Literal["accept", "reject", "unsure", "correct", "add"]
STATUS: Mapping[Verdict, str] = {
    "accept": "accepted", "reject": "rejected", "unsure": "unreviewed", "correct": "corrected", "add": "added",
}  # fmt: skip
Values = dict[str, str | None]
Place = Callable[[int, int], tuple[int | None, int | None]]


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What should stand: ``start`` is in the text that the reviewer saw."""

    start: int
    quote: str
    label: Label
    value: Values | None = None
    entity_id: str | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One reviewer's word on one mention.

    ``quote`` with its context, ``label``, ``value``, ``entity_id``, ``rule_id`` and ``score`` are what the reviewer was shown;
    ``decided`` is what should come out instead (the same, for an accepted mention), and is absent for rejected and unsure.
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
    decided: Decided | None = None
    user: str = ""
    at: str = ""
    reason: str = ""


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """Mentions of one entity that belong to another: all of them (a merge), or those of one surface form (a split).

    ``aliases`` are the forms that were moved when it was decided, so that a written dataset can be read back.
    """

    entity_id: str
    to: str
    surface: str | None = None
    aliases: tuple[str, ...] = ()


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """The names that a reviewer gave an entity."""

    entity_id: str
    name_zh: str | None
    name_en: str | None


class Located(msgspec.Struct, frozen=True):
    """Where a decision's quote stands now; ``moved`` when the place or its surroundings are not the old ones."""

    start: int
    moved: bool


class Decisions:
    """All decisions in force, oldest first, found by article.

    >>> Decisions().of("d36e1718ef8be8c7", "a.txt", None)
    []
    """

    def __init__(
        self,
        decisions: Iterable[Decision] = (),
        moves: Iterable[Move] = (),
        namings: Iterable[Naming] = (),
    ) -> None:
        self.all = tuple(decisions)
        self.moves = tuple(moves)
        self.namings = {naming.entity_id: naming for naming in namings}
        self._by_article: dict[str, list[int]] = {}
        self._by_source: dict[tuple[str, str | None], list[int]] = {}
        self._moved: dict[tuple[str, str], str] = {}
        for number, decision in enumerate(self.all):
            self._by_article.setdefault(decision.article_id, []).append(number)
            if decision.source != "-":
                self._by_source.setdefault((decision.source, decision.source_id), []).append(number)

    def __bool__(self) -> bool:
        return bool(self.all or self.moves or self.namings)

    @property
    def digest(self) -> str:
        """Give a short hash of all that may change records; two equal digests give equal bytes."""
        return _hash(msgspec.json.encode([self.all, self.moves, list(self.namings.values())]))

    def of(self, article_id: str, source: str, source_id: str | None) -> list[Decision]:
        """Give the decisions on an article: on this very text, and on earlier texts of the same source."""
        numbers = {*self._by_article.get(article_id, ()), *self._by_source.get((source, source_id), ())}
        return [self.all[number] for number in sorted(numbers)]

    def digest_of(self, article_id: str, source: str, source_id: str | None) -> str:
        """Give a short hash of what may change the records of one article."""
        return _hash(msgspec.json.encode([self.of(article_id, source, source_id), self.moves]))

    def entity_of(self, entity_id: str | None, surface: str) -> str | None:
        """Give the entity a mention belongs to after all merges and splits, in the order in which they were made.

        >>> merge = Move(entity_id="ant-health", to="ant-group")
        >>> Decisions(moves=[merge]).entity_of("ant-health", "蚂蚁健康")
        'ant-group'
        """
        if entity_id is None or not self.moves:
            return entity_id
        key = entity_id, surface
        if key not in self._moved:
            for move in self.moves:
                if move.entity_id == entity_id and move.surface in (None, surface):
                    entity_id = move.to
            self._moved[key] = entity_id
        return self._moved[key]

    def name_entities(self, entities: Iterable[Entity]) -> list[Entity]:
        """Give the entities under the names that reviewers gave them."""
        return [
            msgspec.structs.replace(
                entity,
                parent_id=self.entity_of(entity.parent_id, ""),
                **({} if naming is None else {"name_zh": naming.name_zh, "name_en": naming.name_en}),
            )
            for entity in entities
            for naming in (self.namings.get(entity.id),)
        ]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def read_decisions(out: Path) -> Decisions:
    """Read the decisions in force beside a dataset; none where nobody has reviewed it.

    Raises:
        InputError: the file is there and cannot be read.
    """
    path = out / FILE
    if not path.is_file():
        return Decisions()
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
        try:
            rows = connection.execute(
                "SELECT step.kind, step.content FROM step JOIN action ON action.id = step.action_id"
                " WHERE action.undone_at IS NULL ORDER BY step.id"
            ).fetchall()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise InputError(
            f"{path}: cannot be read: {error}; restore it from a copy, or run with --ignore-review"
        ) from error
    return make_decisions(rows)


def make_decisions(rows: Iterable[tuple[str, str]]) -> Decisions:
    """Give the decisions from rows of kind and JSON, oldest first."""
    kinds = {"decision": Decision, "move": Move, "naming": Naming}
    steps = [msgspec.json.decode(content, type=kinds[kind]) for kind, content in rows if kind in kinds]
    return Decisions(
        [step for step in steps if isinstance(step, Decision)],
        [step for step in steps if isinstance(step, Move)],
        [step for step in steps if isinstance(step, Naming)],
    )


def make_context(text: str, start: int, end: int) -> tuple[str, str]:
    """Give the characters before and after a span that tell it from its like."""
    return text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT]


def locate(text: str, decision: Decision) -> Located | None:
    """Find a decision's quote in a text, by the surroundings that fit best; None where too little of them is left.

    >>> seen = Decision(verdict="accept", article_id="", source="", source_id=None, start=0, quote="阿福", prefix="", suffix="上线。", label="PRODUCT", rule_id="")
    >>> locate("阿福上线。", seen), locate("昨日，阿福上线。", seen), locate("昨日，阿福病了。", seen)
    (Located(start=0, moved=False), Located(start=3, moved=True), None)
    """
    quote, prefix, suffix, start = decision.quote, decision.prefix, decision.suffix, decision.start
    end = start + len(quote)
    if text[start:end] == quote and make_context(text, start, end) == (prefix, suffix):
        return Located(start, False)
    best: tuple[int, int, int] | None = None
    at = text.find(quote)
    while at >= 0:
        before, after = make_context(text, at, at + len(quote))
        # The edge of a text is as good a surrounding as words are.
        alike = _common(before.rjust(CONTEXT, EDGE)[::-1], prefix.rjust(CONTEXT, EDGE)[::-1])
        alike += _common(after.ljust(CONTEXT, EDGE), suffix.ljust(CONTEXT, EDGE))
        rank = (alike, -abs(at - start), at)
        if alike >= ENOUGH and (best is None or rank > best):
            best = rank
        at = text.find(quote, at + 1)
    return None if best is None else Located(best[2], True)


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def make_mention_id(article_id: str, label: str, start: int, end: int) -> str:
    """Give the id of a mention, as the pipeline does."""
    return _hash(f"{article_id}\0{label}\0{start}\0{end}".encode())


def find_last(text: str, decisions: Iterable[Decision]) -> list[tuple[int, Decision]]:
    """Give the decision in force on every mention that still stands in a text, with where it starts."""
    last: dict[tuple[int, int, Label], tuple[int, Decision]] = {}
    for decision in decisions:
        located = locate(text, decision)
        if located is not None:
            seen = located.start, located.start + len(decision.quote), decision.label
            last.pop(seen, None)
            last[seen] = located.start, decision
    return list(last.values())


def apply_to_mentions(
    article_id: str,
    text: str,
    mentions: Sequence[Mention],
    decisions: Sequence[Decision],
    place: Place,
    segmented: SegmentedText | None = None,
) -> list[Mention]:
    """Give the mentions of an article as its reviewers decided them, in order.

    Of several decisions on one mention the last holds. What was accepted, corrected or added stands even where the rules no
    longer find it, and displaces what they find across it; what was rejected keeps its row with the status ``rejected``.
    """
    standing = {(mention.start, mention.end, mention.label): mention for mention in mentions}
    decided: dict[tuple[int, int], Mention] = {}
    segmented = segmented or SegmentedText(text)
    for start, decision in find_last(text, decisions):
        seen = start, start + len(decision.quote), decision.label
        if decision.verdict == "reject" and seen in standing:
            standing[seen] = msgspec.structs.replace(
                standing[seen], status="rejected", reviewed_by=decision.user
            )
        elif decision.decided is not None:
            made = _make_decided(article_id, segmented, start, decision, place)
            if made is not None:
                standing.pop(seen, None)
                decided[made.start, made.end] = made
    kept = [
        mention
        for mention in standing.values()
        if mention.status == "rejected" or not _overlaps(mention, decided)
    ]
    return sorted([*kept, *decided.values()], key=lambda mention: (mention.start, mention.end, mention.label))


def _overlaps(mention: Mention, spans: Iterable[tuple[int, int]]) -> bool:
    return any(mention.start < end and start < mention.end for start, end in spans)


def _make_decided(
    article_id: str, segmented: SegmentedText, seen_start: int, decision: Decision, place: Place
) -> Mention | None:
    """Give the decided mention, or None where the words it should cover are not there any more."""
    decided, text = decision.decided, segmented.text
    if decided is None:
        return None
    start = seen_start + decided.start - decision.start
    end = start + len(decided.quote)
    if start < 0 or text[start:end] != decided.quote:
        return None
    sentence = segmented.sentence_at(start)
    source_start, source_end = place(start, end)
    return Mention(
        id=make_mention_id(article_id, decided.label, start, end),
        article_id=article_id,
        label=decided.label,
        text=decided.quote,
        start=start,
        end=end,
        source_start=source_start,
        source_end=source_end,
        sentence=text[sentence.start : sentence.end],
        value=make_value(decided.label, decided.value),
        entity_id=decided.entity_id,
        rule_id=decision.rule_id,
        score=decision.score,
        status=STATUS[decision.verdict],
        reviewed_by=decision.user,
    )


def restore_mentions(
    text: str, mentions: Sequence[Mention], decisions: Sequence[Decision], moves: Sequence[Move] = ()
) -> list[Mention]:
    """Give the mentions of a written dataset as the rules had found them, before decisions were applied.

    Args:
        text: the clean text of the article.
        mentions: its rows in the dataset.
        decisions: every decision that was ever made on it, undone ones too.
        moves: every merge and split that was ever made.
    """
    made: dict[tuple[int, int, Label], tuple[int, Decision]] = {}
    for decision in decisions:
        decided = decision.decided
        if decided is not None and (located := locate(text, decision)) is not None:
            start = located.start + decided.start - decision.start
            made[start, start + len(decided.quote), decided.label] = located.start, decision
    restored = []
    for mention in mentions:
        place = made.get((mention.start, mention.end, mention.label))
        if mention.status == "unreviewed":
            restored.append(_move_back(mention, moves))
        elif mention.status == "rejected" or place is None:
            restored.append(
                _move_back(msgspec.structs.replace(mention, status="unreviewed", reviewed_by=None), moves)
            )
        elif place[1].verdict != "add":
            restored.append(_as_seen(mention, *place))
    return restored


def _as_seen(mention: Mention, start: int, decision: Decision) -> Mention:
    end = start + len(decision.quote)
    shift = None if mention.source_start is None else mention.source_start - mention.start
    return msgspec.structs.replace(
        mention,
        id=make_mention_id(mention.article_id, decision.label, start, end),
        label=decision.label,
        text=decision.quote,
        start=start,
        end=end,
        source_start=None if shift is None else start + shift,
        source_end=None if shift is None else end + shift,
        value=make_value(decision.label, decision.value),
        entity_id=decision.entity_id,
        status="unreviewed",
        reviewed_by=None,
        link=None,
    )


def _move_back(mention: Mention, moves: Sequence[Move]) -> Mention:
    entity_id = mention.entity_id
    for move in reversed(moves):
        if move.to == entity_id and mention.text in (*move.aliases, move.surface):
            entity_id = move.entity_id
    return (
        mention if entity_id == mention.entity_id else msgspec.structs.replace(mention, entity_id=entity_id)
    )


def apply_decisions(pipeline: Pipeline, extraction: Extraction, decisions: Decisions) -> Extraction:
    """Give an extraction as its reviewers decided it: mentions, their entities, and the relations that follow from them.

    Rejected mentions stay, with their status, and carry no relation.
    """
    document = extraction.document
    own = decisions.of(document.id, document.source, document.source_id)
    if not own and not decisions.moves:
        return extraction

    def place(start: int, end: int) -> tuple[int | None, int | None]:
        return document.offsets.to_source(start, end) if document.plain else (None, None)

    mentions = list(extraction.mentions)
    segmented = SegmentedText(document.text)
    if own:
        mentions = apply_to_mentions(document.id, document.text, mentions, own, place, segmented)
        links = PageLinks(document.url, document.text, document.title)
        mentions = [
            mention
            if mention.link is not None
            else msgspec.structs.replace(mention, link=links.link(mention.start, mention.end))
            for mention in mentions
        ]
    mentions = [move_mention(mention, decisions) for mention in mentions]
    if mentions == list(extraction.mentions):
        return extraction
    standing = [mention for mention in mentions if mention.status != "rejected"]
    return msgspec.structs.replace(
        extraction,
        mentions=tuple(mentions),
        relations=tuple(pipeline.relator.relate(document, segmented, standing)),
    )


def move_mention(mention: Mention, decisions: Decisions) -> Mention:
    """Give a mention under the entity that merges and splits leave it with."""
    entity_id = decisions.entity_of(mention.entity_id, mention.text)
    if entity_id == mention.entity_id:
        return mention
    return msgspec.structs.replace(mention, entity_id=entity_id)
