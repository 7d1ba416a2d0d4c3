"""Prodigy: JSON Lines with tokens, and spans in code points."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from medai_extract.export.annotated import Annotated, make_annotation, make_article
from medai_extract.export.lines import make_facts, read_lines, write_lines
from medai_extract.export.tokens import cut_tokens


def write_prodigy(path: Path, articles: Iterable[Annotated]) -> None:
    """Write Prodigy JSON Lines with tokens; its spans count code points."""

    def rows() -> Iterator[dict[str, Any]]:
        for article in articles:
            tokens = cut_tokens(article.text, article.annotations)
            first = {token.start: number for number, token in enumerate(tokens)}
            last = {token.end: number for number, token in enumerate(tokens)}
            spans = [
                {
                    "start": one.start, "end": one.end, "label": one.label,
                    "token_start": first[one.start], "token_end": last[one.end],
                }
                for one in article.annotations
            ]  # fmt: skip
            shown = [
                {
                    "text": token.text, "start": token.start, "end": token.end, "id": number,
                    "ws": article.text[token.end : token.end + 1].isspace(),
                }
                for number, token in enumerate(tokens)
            ]  # fmt: skip
            answer = {"answer": "accept"} if article.complete else {}
            yield {
                "text": article.text,
                "tokens": shown,
                "spans": spans,
                "meta": make_facts(article),
            } | answer

    write_lines(path, rows())


def read_prodigy(path: Path) -> Iterator[Annotated]:
    """Read Prodigy JSON Lines; examples that were rejected or ignored say nothing."""
    for row in read_lines(path):
        if row.get("answer", "accept") == "accept":
            text = row["text"]
            spans = [
                make_annotation(path, text, one["start"], one["end"], one["label"])
                for one in row.get("spans") or ()
            ]
            yield make_article((row.get("meta") or {}).get("article_id"), text, spans)
