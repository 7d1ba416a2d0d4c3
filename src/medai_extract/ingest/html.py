"""HTML pages by ``trafilatura``: body text, title, author, site and date."""

import logging
import re
from collections.abc import Iterator
from html import unescape

from medai_extract.ingest.fields import Fields
from medai_extract.model import Article, Rejected

# A fixed bound instead of today: the same page gives the same record on any day.
_DATE_BOUNDS = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
_DEEPEST = 2_000
_HEAD = 20_000
_AUTHOR = re.compile(r"""<meta\s+name=["']author["']\s+content=["'](?P<name>[^"'<>]{2,60})["']""", re.I)
# Tags that hold others; those that have no content or that the next of their kind closes do not nest.
_TAG = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"
    r"|p|li|dt|dd|option|tr|td|th|thead|tbody|tfoot)\b)[a-z][^\s/>]*(?![^<>]*/>)",
    re.I,
)


def read_html(
    source: str,
    html: str,
    encoding: str,
    warnings: tuple[str, ...],
    *,
    stated: Fields | None = None,
    source_id: str | None = None,
) -> Iterator[Article | Rejected]:
    """Give the article of a page; what a row states about it goes before what the page states.

    Offsets into the extracted text mean nothing in the page, so the article is not plain.
    """
    import trafilatura
    from trafilatura.settings import Document

    # What it would warn about is told by the row of ``rejected``.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    if _is_nested_deep(html):
        yield Rejected(
            source=source,
            source_id=source_id,
            stage="read",
            reason="too_deep",
            detail=f"elements nest over {_DEEPEST:,} deep",
        )
        return
    try:
        page = trafilatura.bare_extraction(
            html,
            with_metadata=True,
            include_comments=False,
            include_tables=True,
            date_extraction_params=_DATE_BOUNDS,
        )
    except Exception as error:  # the parser meets the whole web; one page must not stop a run
        yield Rejected(
            source=source,
            source_id=source_id,
            stage="read",
            reason="bad_html",
            detail=f"{type(error).__name__}: {error}"[:200],
        )
        return
    text = page.text if isinstance(page, Document) else None
    if not isinstance(page, Document) or text is None or not text.strip():
        yield Rejected(
            source=source,
            source_id=source_id,
            stage="read",
            reason="no_text",
            detail="the page has no article text",
        )
        return
    published_at = (stated.published_at if stated else None) or page.date
    yield Article(
        source=source,
        source_id=source_id,
        text=text,
        plain=False,
        encoding=encoding,
        title=(stated.title if stated else None) or page.title,
        url=(stated.url if stated else None) or page.url,
        author=(stated.author if stated else None) or page.author or _stated_author(html),
        publisher=(stated.publisher if stated else None) or page.sitename,
        published_at=published_at,
        published_from=("row" if stated and stated.published_at else "metadata") if published_at else None,
        lang=stated.lang if stated else None,
        warnings=warnings,
    )


def _stated_author(html: str) -> str | None:
    """Give the author that a page states; the parser leaves out names of one word, as Chinese ones are."""
    match = _AUTHOR.search(html, 0, _HEAD)
    name = unescape(match["name"]).strip() if match is not None else ""
    return name if 1 < len(name) <= 40 and "http" not in name else None


def _is_nested_deep(html: str) -> bool:
    """Say whether open tags run far ahead of closing ones; parsers recurse and would overflow the stack."""
    depth = deepest = 0
    for match in _TAG.finditer(html):
        depth = max(depth - 1, 0) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest > _DEEPEST
