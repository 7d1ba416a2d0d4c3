"""JSON Lines, and the facts of an article that every format carries beside its text."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from medai_extract.export.annotated import Annotated


def write_lines(path: Path, rows: Iterable[object]) -> None:
    """Write one JSON object a line."""
    encoder = msgspec.json.Encoder()
    with path.open("wb") as stream:
        for row in rows:
            stream.write(encoder.encode(row) + b"\n")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read one JSON object a line."""
    with path.open("rb") as stream:
        for line in stream:
            if line.strip():
                yield msgspec.json.decode(line)


def make_facts(article: Annotated) -> dict[str, Any]:
    """Give what is known of an article but its text."""
    return {
        "article_id": article.id, "source": article.source, "url": article.url, "title": article.title,
        "lang": article.lang, "published_at": article.published_at,
    }  # fmt: skip
