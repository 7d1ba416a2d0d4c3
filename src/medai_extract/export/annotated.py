"""What all formats carry: an article's text and the mentions in it."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec

from medai_extract.dataset import make_mention, read_rows
from medai_extract.decisions import apply_to_mentions, move_mention, read_decisions
from medai_extract.errors import InputError
from medai_extract.model import LABELS, Label, Mention, Value


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

    Decisions that were made since the last run count already; one that was taken back since then counts until the next run.
    """
    decisions = read_decisions(out)
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for row in read_rows(out, "mentions"):
        mentions[row["article_id"]].append(make_mention(row))
    for row in read_rows(out, "articles"):
        found = mentions.pop(row["id"], [])
        own = decisions.of(row["id"], row["source"], row["source_id"])
        if own:
            found = apply_to_mentions(row["id"], row["text"], found, own, lambda _start, _end: (None, None))
        standing = [move_mention(mention, decisions) for mention in found if mention.status != "rejected"]
        yield Annotated(
            id=row["id"],
            text=row["text"],
            title=row["title"],
            url=row["url"],
            source=row["source"],
            lang=row["lang"],
            published_at=row["published_at"],
            complete=bool(found) and all(mention.status != "unreviewed" for mention in found),
            annotations=tuple(map(_annotate, standing)),
        )


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


def to_utf16(text: str) -> list[int]:
    """Give the UTF-16 offset of every code point of a text, and of its end.

    >>> to_utf16("a🩺b")
    [0, 1, 3, 4]
    """
    offsets = [0]
    for char in text:
        offsets.append(offsets[-1] + (2 if ord(char) > 0xFFFF else 1))
    return offsets


def from_utf16(text: str) -> dict[int, int]:
    """Give the code point offset of every UTF-16 offset that falls between characters."""
    return {units: points for points, units in enumerate(to_utf16(text))}
