"""RSS and Atom by ``feedparser``: each entry is an article with its own title, address, author and date."""

import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from medai_extract.ingest.encoding import decode_bytes
from medai_extract.ingest.fields import parse_date, to_text
from medai_extract.ingest.html_text import is_markup, read_html_text
from medai_extract.ingest.inputs import Input, RefusedError, read_whole
from medai_extract.ingest.limits import LARGEST_FEED
from medai_extract.ingest.safe_xml import parse_xml
from medai_extract.model import Article, Rejected

_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]*>")


def read_feed(given: Input) -> Iterator[Article | Rejected]:
    """Give the entries of a feed in order; one that is only a headline is an article of one line."""
    import feedparser
    from lxml import etree

    decoded = decode_bytes(read_whole(given, LARGEST_FEED), declared=given.charset or True)
    if decoded is None:
        raise RefusedError("binary", "holds bytes that no text has", stage="decode")
    # Mended first: the parser's own way through broken XML takes time that grows with the square of its length.
    root = parse_xml("the feed", _DECLARATION.sub("", decoded.text, count=1))
    feed = feedparser.parse(
        io.BytesIO(etree.tostring(root, encoding="utf-8")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    site = _plain(feed.feed.get("title"))
    for number, entry in enumerate(feed.entries, 1):
        source_id = to_text(entry.get("id"))
        source = given.source if source_id else f"{given.source}#{number}"
        title = _plain(entry.get("title"))
        text = _text(entry, title)
        stated = entry.get("published") or entry.get("updated")
        published_at = parse_date(stated) if stated else None
        if not text:
            detail = f"entry {number} has neither text nor title"
            yield Rejected(source=source, source_id=source_id, stage="read", reason="empty", detail=detail)
            continue
        yield Article(
            source=source,
            source_id=source_id,
            text=text,
            plain=False,
            encoding=decoded.encoding,
            encoding_runner_up=decoded.runner_up,
            title=title,
            url=to_text(entry.get("link")),
            author=to_text(entry.get("author")),
            publisher=_plain((entry.get("source") or {}).get("title")) or site,
            published_at=published_at,
            published_from="metadata" if published_at else None,
            warnings=(*decoded.warnings, "unreadable_date")
            if stated and not published_at
            else decoded.warnings,
        )


def _text(entry: Any, title: str | None) -> str:
    """Give the longest text of an entry (the whole rather than a summary) under its title, unless it begins with it."""
    contents = [content.get("value") or "" for content in entry.get("content", ())]
    longest = max((*contents, entry.get("summary") or ""), key=len)
    body = read_html_text(longest).text if is_markup(longest) else unescape(longest).strip()
    return body if title is None or body.startswith(title) else f"{title}\n\n{body}".strip()


def _plain(stated: object) -> str | None:
    """Give a title without tags and references.

    >>> _plain("R&amp;D <b>投入</b>"), _plain("p < 0.05")
    ('R&D 投入', 'p < 0.05')
    """
    text = to_text(stated)
    if text is None:
        return None
    return (read_html_text(text).text if is_markup(text) else unescape(text)).strip() or None
