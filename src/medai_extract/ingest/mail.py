"""E-mail (.eml): the newsletter itself, and the documents attached to it."""

import io
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr
from pathlib import PurePosixPath

from medai_extract.ingest.archives import Read, count_layer
from medai_extract.ingest.encoding import Decoded, decode_bytes
from medai_extract.ingest.fields import parse_date, to_text
from medai_extract.ingest.html_text import read_html_text
from medai_extract.ingest.inputs import Input, RefusedError, read_whole
from medai_extract.ingest.limits import LARGEST_ARTICLE, LARGEST_DOCUMENT
from medai_extract.model import Article, Rejected

_LONGEST_HEADER = 2_000
_READ = frozenset(
    (
        ".pdf",
        ".docx",
        ".xlsx",
        ".csv",
        ".tsv",
        ".html",
        ".htm",
        ".mhtml",
        ".txt",
        ".md",
        ".epub",
        ".eml",
        ".zip",
        ".json",
        ".jsonl",
    )
)
"""Suffixes of attachments that are read; others are pictures, signatures and calendars."""


def read_mail(given: Input, read: Read) -> Iterator[Article | Rejected]:
    """Give the article of a message, then what is attached to it, known as ``letter.eml!/report.pdf``."""
    message = message_from_bytes(read_whole(given, LARGEST_DOCUMENT))
    parts = [part for part in message.walk() if not part.is_multipart()]
    attached = [part for part in parts if _is_attached(part)]
    body = _body([part for part in parts if not _is_attached(part)])
    if body is None and not attached:
        raise RefusedError("no_text", "the message has no text")
    if body is not None:
        stated = _header(message, "Date")
        published_at = parse_date(stated) if stated else None
        yield Article(
            source=given.source,
            source_id=_header(message, "Message-ID"),
            text=body.text,
            plain=False,
            format="mail",
            encoding=body.encoding,
            encoding_runner_up=body.runner_up,
            title=_header(message, "Subject"),
            publisher=parseaddr(_header(message, "From") or "")[0] or None,
            published_at=published_at,
            published_from="metadata" if published_at else None,
            warnings=(*body.warnings, "unreadable_date") if stated and not published_at else body.warnings,
        )
    for part in attached:
        name = _decode(str(part.get_filename()))
        if PurePosixPath(name).suffix.lower() in _READ:
            content = io.BytesIO(_payload(part))
            yield from read(Input(f"{given.source}!/{name}", name, content, given.budget, count_layer(given)))


def _is_attached(part: Message) -> bool:
    return part.get_filename() is not None or part.get_content_disposition() == "attachment"


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _body(parts: list[Message]) -> Decoded | None:
    """Give the text of a letter: of its HTML, or of its plain part where the HTML says less than half as much."""
    texts: dict[str, Decoded] = {}
    for part in parts:
        kind = part.get_content_type()
        if kind not in ("text/html", "text/plain") or kind in texts:
            continue
        payload = _payload(part)
        if len(payload) > LARGEST_ARTICLE:
            raise RefusedError("too_large", f"a part of the message is over {LARGEST_ARTICLE:,} bytes")
        decoded = decode_bytes(payload, declared=part.get_content_charset() or kind == "text/html")
        if decoded is None:
            continue
        text = read_html_text(decoded.text).text if kind == "text/html" else decoded.text.strip()
        if text:
            texts[kind] = decoded._replace(text=text)
    html, plain = texts.get("text/html"), texts.get("text/plain")
    if html is not None and plain is not None:
        return html if 2 * len(html.text) >= len(plain.text) else plain
    return html or plain


def _header(message: Message, name: str) -> str | None:
    raw = next((value for field, value in message.raw_items() if field.lower() == name.lower()), None)
    return to_text(" ".join(_decode(str(raw)[:_LONGEST_HEADER]).split())) if raw is not None else None


def _decode(value: str) -> str:
    """Give a header as text; bytes that are not encoded as headers must be are read by the ladder.

    >>> _decode("=?utf-8?B?5Yy755aX?= AI weekly"), _decode("推想医疗".encode("gb18030").decode("ascii", "surrogateescape"))
    ('医疗 AI weekly', '推想医疗')
    """
    if not value.isascii():
        decoded = decode_bytes(value.encode("utf-8", "surrogateescape"))
        return decoded.text if decoded is not None else value
    pieces: list[str] = []
    try:
        for piece, charset in decode_header(value):
            if isinstance(piece, str):
                pieces.append(piece)
            elif (decoded := decode_bytes(piece, declared=charset or False)) is not None:
                pieces.append(decoded.text)
    except (LookupError, ValueError):
        return value
    return "".join(pieces)
