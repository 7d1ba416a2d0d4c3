"""Tables of articles, a row each: JSON Lines and CSV.

A row has ``text`` or ``html`` and may have ``id``, ``title``, ``url``, ``author``, ``publisher``,
``published_at`` and ``lang``. Rows are read one by one, so a table of any length needs the memory of its
longest row.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from gzip import GzipFile
from typing import BinaryIO

import orjson

from medai_extract.ingest.encoding import SAMPLE, Decoded, decode_bytes
from medai_extract.ingest.fields import read_fields, to_text
from medai_extract.ingest.html import read_html
from medai_extract.model import Article, Rejected

LONGEST_ROW = 20_000_000


def read_jsonl(source: str, stream: BinaryIO | GzipFile) -> Iterator[Article | Rejected]:
    """Read JSON Lines; a bad line is rejected by its number and the others are read."""
    number = 0
    while line := stream.readline(LONGEST_ROW):
        number += 1
        if len(line) >= LONGEST_ROW and not line.endswith(b"\n"):
            while (rest := stream.readline(LONGEST_ROW)) and not rest.endswith(b"\n"):
                pass
            yield _rejected(source, number, "too_large", f"line is over {LONGEST_ROW:,} bytes")
        elif line.strip():
            yield from _read_json_row(source, number, line)


def _read_json_row(source: str, number: int, line: bytes) -> Iterator[Article | Rejected]:
    try:
        row = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        row = _load_lenient(line)
        if row is None:
            yield _rejected(source, number, "bad_json", str(error))
            return
    if isinstance(row, dict):
        yield from read_row(source, number, row, "utf-8")
    else:
        yield _rejected(source, number, "bad_json", "is not an object")


def _load_lenient(line: bytes) -> object | None:
    """Read what the strict parser refuses but others write: lone surrogates, NaN, another encoding."""
    import json

    decoded = decode_bytes(line)
    try:
        row: object = json.loads(decoded.text) if decoded is not None else None
    except (ValueError, RecursionError):
        return None
    return row


def read_csv(source: str, stream: BinaryIO | GzipFile) -> Iterator[Article | Rejected]:
    """Read CSV (comma, semicolon or tab) with a header row; its first part tells the encoding."""
    sample = stream.read(SAMPLE)
    stream.seek(0)
    decoded = decode_bytes(sample[: sample.rfind(b"\n") + 1] or sample)
    if decoded is None:
        yield Rejected(source=source, stage="decode", reason="binary", detail="holds bytes that no text has")
        return
    lines = io.TextIOWrapper(stream, encoding=decoded.encoding, errors="replace", newline="")
    try:
        yield from _read_csv_rows(source, lines, decoded)
    finally:
        lines.detach()


def _read_csv_rows(source: str, lines: io.TextIOWrapper, decoded: Decoded) -> Iterator[Article | Rejected]:
    header = decoded.text.lstrip("\ufeff").split("\n", 1)[0]
    # The module's limit on a field is a process-wide setting; our rows may hold whole articles.
    csv.field_size_limit(LONGEST_ROW)
    reader = csv.DictReader(lines, delimiter=max(",;\t", key=header.count))
    names = [(name or "").strip().lower().lstrip("\ufeff") for name in reader.fieldnames or ()]
    if "text" not in names and "html" not in names:
        yield Rejected(
            source=source,
            stage="read",
            reason="no_text_column",
            detail=f"columns are {', '.join(names)[:200]}; one must be text or html",
        )
        return
    reader.fieldnames = names
    number = 1
    try:
        for number, row in enumerate(reader, 2):
            yield from read_row(source, number, row, decoded.encoding)
    except csv.Error as error:
        yield _rejected(source, number + 1, "bad_csv", str(error))


def read_row(
    source: str, number: int, row: Mapping[str, object], encoding: str
) -> Iterator[Article | Rejected]:
    """Give the article of one row; a row without an id of its own is known by its line number."""
    source_id = to_text(row.get("id"))
    where = source if source_id is not None else f"{source}#{number}"
    text, html = row.get("text"), row.get("html")
    fields = read_fields(row)
    if isinstance(text, str) and text.strip():
        yield Article(
            source=where,
            source_id=source_id,
            text=text,
            encoding=encoding,
            title=fields.title,
            url=fields.url,
            author=fields.author,
            publisher=fields.publisher,
            published_at=fields.published_at,
            published_from="row" if fields.published_at else None,
            lang=fields.lang,
            warnings=fields.warnings,
        )
    elif isinstance(html, str) and html.strip():
        yield from read_html(where, html, encoding, fields.warnings, stated=fields, source_id=source_id)
    else:
        yield _rejected(source, number, "empty", "has neither text nor html", source_id)


def _rejected(source: str, number: int, reason: str, detail: str, source_id: str | None = None) -> Rejected:
    return Rejected(
        source=f"{source}#{number}",
        source_id=source_id,
        stage="read",
        reason=reason,
        detail=f"line {number}: {detail}",
    )
