"""Pages that a browser saved as one file (MHTML): a message whose parts are the page, its frames, pictures and styles."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message

import msgspec

from medai_extract.ingest.encoding import Decoded, decode_bytes
from medai_extract.ingest.html import read_html
from medai_extract.ingest.inputs import Input, RefusedError, read_whole
from medai_extract.ingest.limits import LARGEST_ARTICLE, LARGEST_DOCUMENT
from medai_extract.model import Article, Rejected

_PAGES = ("text/html", "application/xhtml+xml")
_ADDRESS = re.compile(r"https?://\S+", re.I)


def read_mhtml(given: Input) -> Iterator[Article | Rejected]:
    """Give the article of a saved page; frames, pictures and the day of saving are left aside.

    Raises:
        RefusedError: the file holds no page, or one too large.

    """
    message = message_from_bytes(read_whole(given, LARGEST_DOCUMENT), policy=policy.compat32)
    part = _find_page(message)
    if part is None:
        raise RefusedError("no_text", "the saved page has no part that is HTML; save it again as one file")
    decoded = _decode(part)
    address = _find_address(message, part)
    page = (given.source, decoded.text, decoded.encoding, decoded.warnings)
    for found in read_html(*page, stated=given.stated, address=address):
        if isinstance(found, Article):
            yield msgspec.structs.replace(found, format="mhtml", encoding_runner_up=decoded.runner_up)
        else:
            yield found


def _find_page(message: Message) -> Message | None:
    """Give the part that is the page: the one that ``start`` names, else the first of HTML."""
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    start = message.get_param("start")
    named = (page for page in pages if isinstance(start, str) and page.get("Content-ID") == start)
    return next(named, pages[0] if pages else None)


def _decode(part: Message) -> Decoded:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    if len(content) > LARGEST_ARTICLE:
        raise RefusedError("too_large", f"the saved page is over {LARGEST_ARTICLE:,} bytes")
    decoded = decode_bytes(content, declared=part.get_content_charset() or True)
    if decoded is None:
        raise RefusedError("binary", "holds bytes that no text has", stage="decode")
    return decoded


def _find_address(message: Message, part: Message) -> str | None:
    """Give the address that the page was saved from."""
    headers = (
        message.get("Snapshot-Content-Location"),
        part.get("Content-Location"),
        message.get("Content-Location"),
    )
    return next(
        (str(header).strip() for header in headers if header and _ADDRESS.fullmatch(str(header).strip())),
        None,
    )
