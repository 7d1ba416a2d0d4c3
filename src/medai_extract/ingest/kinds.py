"""What a file holds, told by its first bytes and its structure; its name is only a hint."""

import re
from pathlib import PurePosixPath

import orjson

from medai_extract.ingest.encoding import decode_bytes
from medai_extract.ingest.fields import is_text_column

HEAD = 4096
"""Bytes at the start that tell the kind."""

_SIGNATURES = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PAR1", "parquet"),
    (b"WARC/", "warc"),
)
_NOT_READ = (
    (
        b"\xd0\xcf\x11\xe0",
        "doc, xls, msg or an encrypted Office file; save it as docx or xlsx without password",
    ),
    (b"{\\rtf", "rtf; save it as docx"),
    (b"7z\xbc\xaf\x27\x1c", "7z; pack it as zip"),
    (b"Rar!\x1a\x07", "rar; pack it as zip"),
    (b"BZh", "bzip2; pack it as gzip"),
    (b"\xfd7zXZ\x00", "xz; pack it as gzip"),
    (b"\x89PNG", "png, a picture"),
    (b"\xff\xd8\xff", "jpeg, a picture"),
    (b"GIF8", "gif, a picture"),
    (b"SQLite format 3", "sqlite; export a table as CSV"),
    (b"\x7fELF", "elf, a program"),
    (b"MZ\x90\x00", "exe, a program"),
)
_PROLOG = rb"\s*(?:<\?[^>]*>\s*|<!--.*?-->\s*|<!doctype\s+(?!html)[^>\[]*(?:\[.*?\])?\s*>\s*)*"
_HTML = re.compile(_PROLOG + rb"<(?:!doctype\s+html|html|head|body|article|div|meta|p|h1)\b", re.I | re.S)
_FEED = re.compile(_PROLOG + rb"<(?:rss|(?:\w+:)?feed|rdf:RDF)[\s>]", re.I | re.S)
_XML = re.compile(rb"\s*<(?:\?xml\s|!doctype\s+(?!html))", re.I)
_JSON_OBJECT = re.compile(rb'\{\s*(?:"[^"\n]{1,60}"\s*:|\}\s*\Z)')
_JSON_ARRAY = re.compile(rb"\[\s*(?:\{|\]\s*\Z)")
_HEADER_LINE = re.compile(rb"(?:From |[!-9;-~]+:[ \t\r]|[!-9;-~]+:$|[ \t])")
_MAIL_FIELD = re.compile(rb"^(?:mime-version|message-id|received|return-path|delivered-to):", re.I | re.M)
_ENVELOPE_FIELD = re.compile(rb"^(?:from|to|subject|date|content-type):", re.I | re.M)
_MHTML = re.compile(rb"^content-type:\s*multipart/related|^from:\s*<saved by", re.I | re.M)
_LONGEST_HEADER = 400
"""Characters of the first line of a table; a sentence that holds the word text is longer or has no columns."""


def detect_kind(name: str, head: bytes) -> str:
    r"""Say by first bytes, then by name, what a file holds.

    A zip archive may be a document: ``detect_zip`` tells. What is no format of articles begins with ``not read:``.

    >>> detect_kind("page.txt", b"<!DOCTYPE html><html>"), detect_kind("rows", b'{"text": "..."}\n')
    ('html', 'jsonl')
    >>> detect_kind("report.html", b"%PDF-1.7\n"), detect_kind("photo.txt", b"\x89PNG\r\n")
    ('pdf', 'not read: png, a picture')
    """
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.lstrip(b"\xef\xbb\xbf\0 \t\r\n").startswith(b"%PDF-"):
        return "pdf"
    if head[257:262] == b"ustar":
        return "tar"
    for signature, kind in _NOT_READ:
        if head.startswith(signature):
            return f"not read: {kind}"
    return _detect_text(PurePosixPath(name).suffix.lower(), _to_utf8(head))


def detect_zip(names: list[str]) -> str:
    """Say by the members what a zip archive is: ``docx``, ``xlsx``, ``epub`` or plain ``zip``.

    >>> detect_zip(["[Content_Types].xml", "word/document.xml"]), detect_zip(["a.txt", "b/c.html"])
    ('docx', 'zip')
    """
    members = set(names)
    if "META-INF/container.xml" in members:
        return "epub"
    if "[Content_Types].xml" in members:
        folders = {name.split("/", 1)[0] for name in members}
        for folder, kind in (("word", "docx"), ("xl", "xlsx")):
            if folder in folders:
                return kind
        return "not read: pptx or another Office file; save it as docx or PDF"
    if "mimetype" in members and "content.xml" in members:
        return "not read: an OpenDocument file; save it as docx or xlsx"
    return "zip"


def _to_utf8(head: bytes) -> bytes:
    """Give the head of UTF-16 text as UTF-8; of all others the ASCII signs are where they are."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        decoded = decode_bytes(head[: len(head) // 4 * 4])
        return decoded.text.lstrip("\ufeff").encode("utf-8", "replace") if decoded is not None else head
    return head.removeprefix(b"\xef\xbb\xbf")


def _detect_text(suffix: str, head: bytes) -> str:
    start = head.lstrip()
    if _FEED.match(head):
        return "feed"
    if _HTML.match(head):
        return "html"
    if _XML.match(head):
        # A prolog that is longer than the head defines entities; the reader of feeds says what is wrong with it.
        long = len(head) >= HEAD and b"<!entity" in head.lower()
        return "feed" if long else "not read: XML of a kind that is not known; save it as HTML"
    if (kind := _detect_json(suffix, start)) is not None:
        return kind
    if (kind := _detect_message(suffix, start)) is not None:
        return kind
    first_line = head.lstrip(b"\r\n").split(b"\n", 1)[0]
    if suffix in (".csv", ".tsv") or _is_table_header(first_line):
        return "csv"
    if suffix in (".md", ".markdown") or first_line.rstrip() in (b"---", b"+++"):
        return "markdown"
    return "html" if suffix in (".html", ".htm", ".xhtml") else "text"


def _detect_json(suffix: str, start: bytes) -> str | None:
    """Tell one JSON value from JSON Lines, whose first line is a whole object."""
    if suffix in (".jsonl", ".ndjson") and start.startswith((b"{", b"[")):
        return "jsonl"
    if _JSON_ARRAY.match(start) or (suffix == ".json" and start.startswith(b"[")):
        return "json"
    if not (_JSON_OBJECT.match(start) or (suffix == ".json" and start.startswith(b"{"))):
        return None
    line, end, _ = start.partition(b"\n")
    if not end:
        return "json" if suffix == ".json" else "jsonl"
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        # A whole but faulty line is a bad row; a line that leaves its object open is one value on many lines.
        return "jsonl" if line.rstrip().endswith(b"}") else "json"
    return "json" if isinstance(row, dict) and isinstance(row.get("articles"), list) else "jsonl"


def _detect_message(suffix: str, start: bytes) -> str | None:
    """Tell an e-mail or a page saved as MHTML by its block of header fields."""
    if not _HEADER_LINE.match(start):
        return None
    block = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    lines = block.splitlines()
    # The last line may be cut.
    if len(lines) < 2 or not all(
        _HEADER_LINE.match(line) for line in lines[: -1 if len(block) == len(start) else None]
    ):
        return None
    fields = len({match[0].lower() for match in _ENVELOPE_FIELD.finditer(block)})
    if not fields or not (_MAIL_FIELD.search(block) or (suffix == ".eml" and fields > 1)):
        return None
    return "mhtml" if _MHTML.search(block) else "mail"


def _is_table_header(line: bytes) -> bool:
    """Say whether a line names columns, of which one holds the text.

    >>> _is_table_header("id;正文;日期".encode("gb18030")), _is_table_header(b"Context, text and meaning: all matter.")
    (True, False)
    """
    if len(line) > _LONGEST_HEADER or not re.search(rb"[,;\t]", line):
        return False
    decoded = decode_bytes(line)
    if decoded is None:
        return False
    cells = re.split(r"[,;\t]", decoded.text.lstrip("\ufeff"))
    return any(is_text_column(cell.strip().strip('"')) for cell in cells)
