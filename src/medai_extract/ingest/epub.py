"""EPUB: each chapter (item of the spine) that has text is an article of its own, as an issue of a journal has many.

The package states title, author, publisher and date of the whole; a chapter's own heading goes before the title. Covers, tables of
contents and empty pages are passed over.
"""

import io
import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from medai_extract.ingest.archives import open_zip, read_zip_part
from medai_extract.ingest.encoding import decode_bytes
from medai_extract.ingest.fields import Fields, parse_date
from medai_extract.ingest.html_text import read_html_text
from medai_extract.ingest.inputs import Input, RefusedError, read_whole
from medai_extract.ingest.limits import LARGEST_ARTICLE, LARGEST_DOCUMENT, LARGEST_XML
from medai_extract.ingest.safe_xml import parse_xml, refuse_entities
from medai_extract.model import Article, Rejected

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PROLOG = re.compile(r"\A\ufeff?\s*<\?xml[^>]*>")
_PAGES = ("application/xhtml+xml", "text/html")


def read_epub(given: Input) -> Iterator[Article | Rejected]:
    """Give the chapters of a book in the order in which they are read."""
    with open_zip(io.BytesIO(read_whole(given, LARGEST_DOCUMENT))) as archive:
        package_name = _package_name(archive)
        package = _parse(archive, package_name)
        chapters = _chapters(package, dirname(package_name))
        if not chapters:
            raise RefusedError("damaged", "its package names no chapters; get the file again")
        stated = _fields(package)
        protected = _protected(archive)
        found = [_read_chapter(given, archive, name, stated) for name in chapters if name not in protected]
        if protected.intersection(chapters):
            raise RefusedError("encrypted", "its chapters are protected and cannot be read without a key")
        if not any(found):
            raise RefusedError("no_text", "none of its chapters has text")
        yield from (chapter for chapter in found if chapter is not None)


def _read_chapter(given: Input, archive: ZipFile, name: str, stated: Fields) -> Article | Rejected | None:
    """Give the article of a chapter, None where it has no text: a cover or a half title."""
    source = f"{given.source}!/{name}"
    try:
        content = read_zip_part(archive, name, LARGEST_ARTICLE)
        given.budget.spend(len(content))
        refuse_entities(name, content)
    except RefusedError as refusal:
        return Rejected(source=source, stage=refusal.stage, reason=refusal.reason, detail=refusal.detail)
    decoded = decode_bytes(content, declared=True)
    chapter = read_html_text(_PROLOG.sub("", decoded.text)) if decoded is not None else None
    if decoded is None or chapter is None or not chapter.text:
        return None
    return Article(
        source=source,
        text=chapter.text,
        plain=False,
        encoding=decoded.encoding,
        encoding_runner_up=decoded.runner_up,
        title=chapter.heading or stated.title,
        author=stated.author,
        publisher=stated.publisher,
        published_at=stated.published_at,
        published_from="metadata" if stated.published_at else None,
        warnings=decoded.warnings,
    )


def _parse(archive: ZipFile, name: str) -> Any:
    decoded = decode_bytes(read_zip_part(archive, name, LARGEST_XML), declared=True)
    if decoded is None:
        raise RefusedError("damaged", f"its part {name} is no text; get the file again")
    return parse_xml(name, decoded.text)


def _package_name(archive: ZipFile) -> str:
    container = _parse(archive, _CONTAINER)
    path = next((root.get("full-path") for root in container.iter("{*}rootfile")), None)
    if not path:
        raise RefusedError("damaged", f"{_CONTAINER} names no package; get the file again")
    return normpath(unquote(path))


def _chapters(package: Any, folder: str) -> list[str]:
    """Give the names of the parts that hold the chapters, in order, without the table of contents."""
    pages = {
        item.get("id"): item.get("href", "")
        for item in package.iter("{*}item")
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    }
    hrefs = [pages[ref.get("idref")] for ref in package.iter("{*}itemref") if ref.get("idref") in pages]
    return list(dict.fromkeys(normpath(join(folder, unquote(href.split("#")[0]))) for href in hrefs))


def _protected(archive: ZipFile) -> set[str]:
    """Give the parts that are encrypted; fonts often are, and nobody minds."""
    if _ENCRYPTION not in archive.namelist():
        return set()
    listed = _parse(archive, _ENCRYPTION)
    return {unquote(part.get("URI", "")) for part in listed.iter("{*}CipherReference")}


def _fields(package: Any) -> Fields:
    def first(name: str) -> str | None:
        texts = ("".join(element.itertext()).strip() for element in package.iter(f"{{*}}{name}"))
        return next((text for text in texts if text), None)

    date = first("date")
    return Fields(
        title=first("title"),
        url=None,
        author=first("creator"),
        publisher=first("publisher"),
        published_at=parse_date(date) if date else None,
        lang=None,
        warnings=(),
    )
