"""doccano: JSON Lines for sequence labelling, with spans in UTF-16 units."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from medai_extract.export.annotated import Annotated, make_annotation, make_article
from medai_extract.export.lines import make_facts, read_lines, write_lines
from medai_extract.export.utf16 import from_utf16, to_utf16


def write_doccano(path: Path, articles: Iterable[Annotated]) -> None:
    """Write doccano JSON Lines for sequence labelling; its spans count UTF-16 units."""

    def rows() -> Iterator[dict[str, Any]]:
        for article in articles:
            units = to_utf16(article.text)
            labels = [[units[one.start], units[one.end], one.label] for one in article.annotations]
            yield {"text": article.text, "label": labels, **make_facts(article)}

    write_lines(path, rows())


def read_doccano(path: Path) -> Iterator[Annotated]:
    """Read doccano JSON Lines, of version 1 (``label``) or later (``entities``)."""
    for row in read_lines(path):
        text = row["text"]
        points = from_utf16(text)
        spans = (
            row.get("label")
            or row.get("labels")
            or [[one["start_offset"], one["end_offset"], one["label"]] for one in row.get("entities") or ()]
        )
        facts = row.get("meta") or row
        yield make_article(
            facts.get("article_id"),
            text,
            [
                make_annotation(path, text, points.get(start), points.get(end), label)
                for start, end, label in spans
            ],
        )
