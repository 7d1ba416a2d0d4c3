"""What all formats carry: an article's text and the mentions in it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from medai_extract.batch.found import open_found
from medai_extract.dataset import make_mention, read_rows
from medai_extract.decisions import (
    ArticleKey,
    apply_to_mentions,
    read_decisions,
    read_log,
)
from medai_extract.errors import InputError
from medai_extract.model import LABELS, Label, Mention, Value
from medai_extract.segment import SegmentedText


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """A mention as another tool knows it; ``start`` and ``end`` are code points."""

    start: int
    end: int
    label: Label
    id: str = ""
    value: Value | None = None
    entity_id: str | None = None
    status: str = "unreviewed"
    rule_id: str = ""
    reviewed_by: str | None = None


class Annotated(msgspec.Struct, frozen=True, kw_only=True):
    """An article with its mentions, in order, none across another."""

    id: str
    text: str
    annotations: tuple[Annotation, ...]
    title: str | None = None
    url: str | None = None
    source: str = ""
    lang: str = ""
    published_at: str | None = None
    complete: bool = False


def read_annotated(out: Path) -> Iterator[Annotated]:
    """Give the articles of a dataset with their mentions as they are decided now; rejected ones are left out.

    What the last run wrote is first taken back to what the rules found: decisions that were made or taken back since count already.
    """
    log, decisions = read_log(out), read_decisions(out)
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for row in read_rows(out, "mentions"):
        mentions[row["article_id"]].append(make_mention(row))
    with open_found(out, log) as find:
        for row in read_rows(out, "articles"):
            found = find(row, mentions.pop(row["id"], []))
            complete = False
            if log:
                key = ArticleKey(row["id"], row["source"], row["source_id"])
                segmented = SegmentedText(row["text"])
                now = apply_to_mentions(key, segmented, found, decisions, _no_place)
                # What only follows a decision for all alike nobody has looked at.
                looked_at = apply_to_mentions(key, segmented, found, decisions.one_by_one, _no_place)
                complete = bool(now) and all(mention.status != "unreviewed" for mention in looked_at)
                found = now
            yield Annotated(
                id=row["id"],
                text=row["text"],
                title=row["title"],
                url=row["url"],
                source=row["source"],
                lang=row["lang"],
                published_at=row["published_at"],
                complete=complete,
                annotations=tuple(_annotate(mention) for mention in found if mention.status != "rejected"),
            )


def _no_place(_start: int, _end: int) -> tuple[None, None, None]:
    return None, None, None


def _annotate(mention: Mention) -> Annotation:
    return Annotation(
        start=mention.start,
        end=mention.end,
        label=mention.label,
        id=mention.id,
        value=mention.value,
        entity_id=mention.entity_id,
        status=mention.status,
        rule_id=mention.rule_id,
        reviewed_by=mention.reviewed_by,
    )


def make_annotation(path: Path, text: str, start: object, end: object, label: object) -> Annotation:
    """Give an annotation read from a file.

    Raises:
        InputError: it is not one of ours, or not inside the text.
    """
    if label not in LABELS:
        raise InputError(f"{path}: label {label!r} is unknown; labels are {', '.join(LABELS)}")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
        raise InputError(f"{path}: a span {start!r} to {end!r} is outside its text of {len(text)} characters")
    return Annotation(start=start, end=end, label=label)


def make_article(article_id: object, text: str, spans: Sequence[Annotation]) -> Annotated:
    """Give an article read from a file, its annotations in order."""
    return Annotated(
        id=str(article_id or ""), text=text, annotations=tuple(sorted(spans, key=lambda one: one.start))
    )
