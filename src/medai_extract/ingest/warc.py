"""WARC by ``fastwarc``: the pages that a crawl fetched, each with the address it came from."""

import io
from collections.abc import Iterator
from typing import Any

from medai_extract.ingest.archives import Read, count_layer
from medai_extract.ingest.fields import NOTHING_STATED
from medai_extract.ingest.inputs import Input
from medai_extract.ingest.limits import LARGEST_ARTICLE
from medai_extract.model import Article, Rejected

_PAGES = {"text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf"}
_TEXT = {"text/plain": ".txt"}
"""What a conversion record holds: a page whose text a crawler has taken out already."""


def read_warc(given: Input, read: Read) -> Iterator[Article | Rejected]:
    """Read the pages of a crawl; redirects, errors, pictures and scripts are passed over."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    layers = count_layer(given)
    kinds = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    for record in ArchiveIterator(given.stream, record_types=kinds, parse_http=True, auto_decode="all"):
        suffix = _suffix(record, WarcRecordType)
        if suffix is None:
            continue
        url = str(record.headers.get("WARC-Target-URI") or record.record_id)
        source = f"{given.source}!/{url}"
        content = record.reader.read(LARGEST_ARTICLE + 1)
        # What is left is read too: the next record begins where a packed one ends.
        rest = content
        while rest:
            given.budget.spend(len(rest))
            rest = record.reader.read(1 << 20)
        yield from read(
            Input(
                source,
                f"page{suffix}",
                io.BytesIO(content),
                given.budget,
                layers,
                NOTHING_STATED._replace(url=url if "://" in url else None),
                record.http_charset,
            )
        )


def _suffix(record: Any, kinds: Any) -> str | None:
    """Give the suffix of what a record holds, None where it is no page that was found."""
    if record.record_type == kinds.conversion:
        return _TEXT.get(_media_type(record.headers.get("Content-Type")))
    if record.is_http:
        found = record.http_headers is not None and record.http_headers.status_code == 200
        return _PAGES.get(_media_type(record.http_content_type)) if found else None
    return _PAGES.get(_media_type(record.headers.get("Content-Type")))


def _media_type(stated: str | None) -> str:
    return (stated or "").split(";")[0].strip().lower()
