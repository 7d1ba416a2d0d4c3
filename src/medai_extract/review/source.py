"""The source of an article: its page in the browser, and its text with what cleaning dropped."""

import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec

from medai_extract.dedupe import make_article_id
from medai_extract.fragments import PageLinks
from medai_extract.ingest import file_of, read_file
from medai_extract.model import Article, Span
from medai_extract.review.view import Piece, make_pieces


class Part(NamedTuple):
    """A stretch of the source: kept or dropped by cleaning, and whether the mention that is looked at stands in it."""

    kept: bool
    here: bool
    pieces: list[Piece]


def make_source_link(article: sqlite3.Row, span: Span) -> str | None:
    """Give the address that opens the article's page at a span; None where it has no page."""
    return PageLinks(article["url"], article["text"], article["title"]).link(span.start, span.end)


def read_source(out: Path, article: sqlite3.Row) -> Article | None:
    """Read an article's source text again, from the inputs of the run alone; None where it is gone or has changed."""
    path = Path(file_of(article["source"]))
    try:
        paths = msgspec.json.decode((out / "run.json").read_bytes())["paths"]
        allowed = any(path.resolve().is_relative_to(Path(root).resolve()) for root in paths)
        if not allowed or not path.is_file():
            return None
        for found in read_file(str(path)):
            if isinstance(found, Article) and _is_source_of(found, article):
                return found
    except (OSError, KeyError, ValueError, msgspec.DecodeError):
        return None
    return None


def _is_source_of(found: Article, article: sqlite3.Row) -> bool:
    """Say whether this is the row that an article was made from, its text unchanged: an article's id is a hash of that."""
    if found.source_id != article["source_id"] or Path(found.source) != Path(article["source"]):
        return False
    name = make_article_id(found.text)
    copy = make_article_id(f"{name}\0{article['source']}\0{article['source_id'] or ''}")
    return article["id"] in (name, copy)


def find_source_span(article: sqlite3.Row, mention: sqlite3.Row | None) -> Span | None:
    """Give where a mention stands in the source: exactly in plain text, else as far into what was kept as into the clean text."""
    if mention is None:
        return None
    if mention["source_start"] is not None:
        return Span(mention["source_start"], mention["source_end"])
    left, length = int(mention["start"]), int(mention["end"] - mention["start"])
    for start, end in msgspec.json.decode(article["kept"]):
        if left < end - start:
            return Span(start + left, min(start + left + length, end))
        left -= end - start
    return None


def split_source(text: str, kept: str, here: Span | None, window: Span) -> list[Part]:
    """Cut a stretch of a source text into what cleaning kept and what it dropped, and at the edges of the mention.

    >>> parts = split_source("广告 推想医疗", "[[3, 7]]", Span(3, 5), Span(0, 7))
    >>> [(part.kept, part.here, part.pieces[0].text) for part in parts]
    [(False, False, '广告 '), (True, True, '推想'), (True, False, '医疗')]
    """
    ranges = [(start, end) for start, end in msgspec.json.decode(kept) if start < end]
    if any(end > len(text) for _, end in ranges):
        # The ranges are of another text; nothing can be said of what was dropped.
        ranges, here = [(0, len(text))], None
    edges = {edge for one in (*ranges, here or ()) for edge in one if window.start < edge < window.end}
    parts = []
    for start, end in pairwise(sorted({*window, *edges})):
        is_kept = any(one <= start and end <= other for one, other in ranges)
        is_here = here is not None and here.start <= start and end <= here.end
        parts.append(Part(is_kept, is_here, make_pieces(text, start, end)))
    return parts
