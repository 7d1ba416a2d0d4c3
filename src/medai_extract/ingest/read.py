"""A file to its articles, whatever its format."""

import gzip
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from medai_extract.ingest.encoding import decode_bytes
from medai_extract.ingest.html import read_html
from medai_extract.ingest.paths import STANDARD_INPUT
from medai_extract.ingest.tables import read_csv, read_jsonl
from medai_extract.ingest.text import read_markdown, read_text
from medai_extract.model import Article, Rejected

LARGEST = 20_000_000
"""Bytes above which one article is refused (about ten long novels; a row of a table counts by itself)."""
HEAD = 4096
_BINARY = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip, docx or xlsx"),
    (b"PAR1", "parquet"),
    (b"\xd0\xcf\x11\xe0", "doc or xls"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"SQLite format 3", "sqlite"),
    (b"\x7fELF", "program"),
)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|div|meta|p|h1)\b",
    re.I | re.S,
)
_COLUMNS = re.compile(r"""(?:^|[,;\t"])(?:text|html)(?:$|[,;\t"\r])""", re.I)

Source = Article | Rejected


def read_articles(sources: Iterable[str]) -> Iterator[Source]:
    """Read every file of ``sources`` in order; ``-`` is standard input."""
    for source in sources:
        yield from read_file(source)


def read_file(source: str) -> Iterator[Source]:
    """Read the articles of one file; whatever goes wrong becomes a ``Rejected``."""
    try:
        if source == STANDARD_INPUT:
            yield from _read_stream(source, BytesIO(sys.stdin.buffer.read()))
        elif "://" in source:
            yield Rejected(
                source=source,
                stage="read",
                reason="unsupported_source",
                detail="addresses are not fetched; save the page and give the file",
            )
        else:
            with Path(source).open("rb") as stream:
                yield from _read_stream(source, stream)
    except (OSError, EOFError, zlib.error) as error:
        yield Rejected(source=source, stage="read", reason="unreadable", detail=_first_line(error))


def _first_line(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0]


def _read_stream(source: str, stream: BinaryIO) -> Iterator[Source]:
    head = stream.read(HEAD)
    stream.seek(0)
    if head.startswith(b"\x1f\x8b"):
        with gzip.open(stream) as unzipped:
            head = unzipped.read(HEAD)
            unzipped.seek(0)
            yield from _read_format(source, source.removesuffix(".gz"), head, unzipped)
    else:
        yield from _read_format(source, source, head, stream)


def _read_format(source: str, name: str, head: bytes, stream: BinaryIO | gzip.GzipFile) -> Iterator[Source]:
    kind = next((kind for magic, kind in _BINARY if head.startswith(magic)), None)
    if kind is not None:
        yield Rejected(source=source, stage="read", reason="unsupported_format", detail=f"looks like {kind}")
        return
    form = detect_format(name, head)
    if form == "jsonl":
        yield from read_jsonl(source, stream)
        return
    if form == "csv":
        yield from read_csv(source, stream)
        return
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        yield Rejected(
            source=source,
            stage="read",
            reason="too_large",
            detail=f"over {LARGEST:,} bytes; split it into articles, one JSON object a line",
        )
        return
    decoded = decode_bytes(content, declared=form == "html")
    if decoded is None:
        yield Rejected(source=source, stage="decode", reason="binary", detail="holds bytes that no text has")
    elif not decoded.text.strip("\ufeff\0 \t\r\n\u3000"):
        yield Rejected(source=source, stage="read", reason="empty", detail="holds no text")
    else:
        yield from _READERS[form](source, decoded.text, decoded.encoding, decoded.warnings)


_READERS: dict[str, Callable[[str, str, str, tuple[str, ...]], Iterator[Source]]] = {
    "html": read_html,
    "markdown": read_markdown,
    "text": read_text,
}


def detect_format(name: str, head: bytes) -> str:
    r"""Say by first bytes, then by name, what a file holds: a key of ``_READERS``, ``jsonl`` or ``csv``.

    >>> detect_format("page.txt", b"<!DOCTYPE html><html>"), detect_format("rows", b'{"text": "..."}\n')
    ('html', 'jsonl')
    """
    suffix = Path(name).suffix.lower()
    if _HTML.match(head):
        return "html"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{") and (
        suffix in (".jsonl", ".ndjson", ".json") or re.match(rb'\{\s*"[^"\n]{1,60}"\s*:', start)
    ):
        return "jsonl"
    decoded = decode_bytes(head[: len(head) // 4 * 4 or None])
    first_line = decoded.text.lstrip("\ufeff").split("\n", 1)[0] if decoded is not None else ""
    if suffix in (".csv", ".tsv") or (
        re.search(r"[,;\t]", first_line) and _COLUMNS.search(first_line.strip()) and len(first_line) < 400
    ):
        return "csv"
    if suffix in (".md", ".markdown") or first_line.rstrip() in ("---", "+++"):
        return "markdown"
    return "html" if suffix in (".html", ".htm", ".xhtml") else "text"
