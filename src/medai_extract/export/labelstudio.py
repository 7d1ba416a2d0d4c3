"""Label Studio: a JSON array of tasks, with spans in UTF-16 units."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from medai_extract.export.annotated import Annotated, make_annotation, make_article
from medai_extract.export.lines import make_facts
from medai_extract.export.utf16 import from_utf16, to_utf16


def write_labelstudio(path: Path, articles: Iterable[Annotated]) -> None:
    """Write Label Studio tasks; its spans count UTF-16 units. Articles reviewed in full are annotations, others predictions."""
    encoder = msgspec.json.Encoder()
    with path.open("wb") as stream:
        stream.write(b"[")
        for number, article in enumerate(articles):
            units = to_utf16(article.text)
            result = [
                {
                    "id": one.id, "from_name": "label", "to_name": "text", "type": "labels",
                    "value": {
                        "start": units[one.start], "end": units[one.end],
                        "text": article.text[one.start : one.end], "labels": [one.label],
                    },
                    "meta": {"rule_id": one.rule_id, "status": one.status, "entity_id": one.entity_id},
                }
                for one in article.annotations
            ]  # fmt: skip
            task: dict[str, Any] = {
                "data": {"text": article.text, **make_facts(article)},
                ("annotations" if article.complete else "predictions"): [{"result": result}],
            }
            stream.write((b",\n" if number else b"\n") + encoder.encode(task))
        stream.write(b"\n]\n")


def read_labelstudio(path: Path) -> Iterator[Annotated]:
    """Read Label Studio tasks; of several annotations the last counts, and a task without one, which nobody has looked at, says nothing."""
    for task in msgspec.json.decode(path.read_bytes()):
        text = task["data"]["text"]
        given = [one for one in task.get("annotations") or () if not one.get("was_cancelled")]
        if not given:
            continue
        points = from_utf16(text)
        spans = []
        for region in given[-1]["result"]:
            value = region["value"]
            if region.get("type") != "labels" or not value.get("labels"):
                continue
            start, end = value["start"], value["end"]
            said = value.get("text")
            # Versions of the tool differ in what they count; the words they repeat tell which it is.
            if said is None or text[points.get(start, start) : points.get(end, end)] == said:
                start, end = points.get(start, -1), points.get(end, -1)
            spans.append(make_annotation(path, text, start, end, value["labels"][0]))
        yield make_article(task["data"].get("article_id"), text, spans)
