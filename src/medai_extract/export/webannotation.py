"""W3C Web Annotations: JSON-LD with quote and position selectors in code points."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from medai_extract.export.annotated import Annotated
from medai_extract.export.lines import write_lines


def write_webannotation(path: Path, articles: Iterable[Annotated]) -> None:
    """Write W3C Web Annotations, one JSON-LD object a line, with quote and position selectors in code points."""

    def rows() -> Iterator[dict[str, Any]]:
        for article in articles:
            for one in article.annotations:
                bodies: list[dict[str, Any]] = [
                    {"type": "TextualBody", "purpose": "tagging", "value": one.label},
                ]
                if one.entity_id:
                    bodies.append({"type": "TextualBody", "purpose": "identifying", "value": one.entity_id})
                if one.value is not None:
                    value = msgspec.json.encode(one.value).decode()
                    bodies.append(
                        {
                            "type": "TextualBody",
                            "purpose": "describing",
                            "format": "application/json",
                            "value": value,
                        }
                    )
                yield {
                    "@context": "http://www.w3.org/ns/anno.jsonld",
                    "id": f"urn:medai-extract:{one.id}",
                    "type": "Annotation",
                    "motivation": "tagging" if one.status == "unreviewed" else "assessing",
                    "body": bodies,
                    "target": {
                        "source": article.url or f"urn:medai-extract:{article.id}",
                        "selector": [
                            {
                                "type": "TextQuoteSelector",
                                "exact": article.text[one.start : one.end],
                                "prefix": article.text[max(one.start - 32, 0) : one.start],
                                "suffix": article.text[one.end : one.end + 32],
                            },
                            {"type": "TextPositionSelector", "start": one.start, "end": one.end},
                        ],
                    },
                }

    write_lines(path, rows())
