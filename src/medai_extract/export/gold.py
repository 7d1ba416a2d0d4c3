"""Gold for ``medai-extract evaluate``: articles that are reviewed in full."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from medai_extract.export.annotated import Annotated
from medai_extract.export.lines import write_lines


def write_gold(path: Path, articles: Iterable[Annotated]) -> None:
    """Write articles that are reviewed in full as gold for ``medai-extract evaluate``."""

    def rows() -> Iterator[dict[str, Any]]:
        for article in articles:
            entities = [
                {
                    "start": one.start, "end": one.end, "label": one.label,
                    "value": {"id": one.entity_id} if one.value is None else msgspec.to_builtins(one.value),
                }
                for one in article.annotations
            ]  # fmt: skip
            yield {
                "id": article.id, "text": article.text, "title": article.title, "lang": article.lang,
                "published_at": article.published_at, "entities": entities,
            }  # fmt: skip

    write_lines(path, rows())
