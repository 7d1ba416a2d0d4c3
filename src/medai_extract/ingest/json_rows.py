"""JSON: an article a line, an array of articles, or one article.

Each row is parsed by itself, so that a bad one spoils no other and none needs the memory of all.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

import orjson

from medai_extract.ingest.encoding import decode_bytes
from medai_extract.ingest.inputs import Input, RefusedError, read_whole
from medai_extract.ingest.limits import LARGEST_ARTICLE, LARGEST_JSON
from medai_extract.ingest.tables import read_row, reject_row, stop_when_hopeless
from medai_extract.model import Article, Rejected

# A string as a whole, so that brackets in it do not count, or a bracket or comma.
_JSON_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{},]', re.S)

Source = Article | Rejected


def read_jsonl(given: Input) -> Iterator[Source]:
    """Read JSON Lines; a bad line is rejected by its number and the others are read."""
    yield from stop_when_hopeless(given.source, _read_lines(given.source, given.stream))


def _read_lines(source: str, stream: BinaryIO) -> Iterator[Source]:
    number = 0
    while line := stream.readline(LARGEST_ARTICLE):
        number += 1
        if len(line) >= LARGEST_ARTICLE and not line.endswith(b"\n"):
            while (rest := stream.readline(LARGEST_ARTICLE)) and not rest.endswith(b"\n"):
                pass
            yield reject_row(source, number, "too_large", f"line is over {LARGEST_ARTICLE:,} bytes")
        elif line.strip():
            yield from _read_json_row(source, number, line)


def read_json(given: Input) -> Iterator[Source]:
    """Read one JSON value: a row, an array of rows, or an object whose ``articles`` is one."""
    content = read_whole(given, LARGEST_JSON)
    decoded = decode_bytes(content)
    if decoded is None:
        raise RefusedError("binary", "holds bytes that no text has", stage="decode")
    if decoded.encoding != "utf-8":
        content = decoded.text.lstrip("\ufeff").encode("utf-8", "replace")
    rows = enumerate(split_json(content), 1)
    yield from stop_when_hopeless(
        given.source,
        (found for number, row in rows for found in _read_json_row(given.source, number, row)),
    )


def split_json(content: bytes) -> Iterator[bytes]:
    """Give the rows of a JSON value as they are written; each is parsed by itself, so that a bad one spoils no other.

    >>> list(split_json(b'[{"text": "a, b"}, {"text": "c"}]'))
    [b'{"text": "a, b"}', b'{"text": "c"}']
    >>> list(split_json(b'{"total": 1, "articles": [{"text": "a"}]}')), list(split_json(b'{"text": "a"}'))
    ([b'{"text": "a"}'], [b'{"text": "a"}'])
    """
    start = _array_start(content)
    if start is None:
        yield content
        return
    depth = 0
    for token in _JSON_TOKEN.finditer(content, start):
        sign = token[0]
        if sign in b"[{":
            depth += 1
        elif depth and sign in b"]}":
            depth -= 1
        elif depth == 0 and sign in b",]}":
            if (row := content[start : token.start()].strip()) or sign == b",":
                yield row
            start = token.end()
            if sign != b",":
                return
    if row := content[start:].strip():
        yield row


def _array_start(content: bytes) -> int | None:
    """Give the place after the bracket that opens the rows, None for a value that is one row."""
    depth, key = 0, b""
    for token in _JSON_TOKEN.finditer(content):
        sign = token[0]
        if sign == b"[" and (depth == 0 or (depth == 1 and key == b'"articles"')):
            return token.end()
        if sign in b"[{":
            depth += 1
        elif sign in b"]}":
            depth -= 1
        elif depth == 1:
            key = sign
    return None


def _read_json_row(source: str, number: int, line: bytes) -> Iterator[Source]:
    try:
        row = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        row = _load_lenient(line)
        if row is None:
            yield reject_row(source, number, "bad_json", str(error))
            return
    if isinstance(row, dict):
        yield from read_row(source, number, row, "utf-8")
    else:
        yield reject_row(source, number, "bad_json", "is not an object")


def _load_lenient(line: bytes) -> object | None:
    """Read what the strict parser refuses but others write: lone surrogates, NaN, another encoding."""
    import json

    decoded = decode_bytes(line)
    try:
        row: object = json.loads(decoded.text) if decoded is not None else None
    except (ValueError, RecursionError):
        return None
    return row
