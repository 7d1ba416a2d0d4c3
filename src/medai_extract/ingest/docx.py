"""DOCX by ``python-docx``: headings, paragraphs, list items and table rows, each on a line of its own.

Only the text part and the properties are looked at: macros, fields that fetch, embedded objects and linked files are never touched.
The day on which a file was made is no publication date (a page printed to a file was made when it was saved), so none is stated.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

from medai_extract.ingest.archives import open_zip
from medai_extract.ingest.inputs import Input, RefusedError, read_whole
from medai_extract.ingest.limits import (
    LARGEST_ARTICLE,
    LARGEST_DOCUMENT,
    LARGEST_UNPACKED_DOCUMENT,
    LARGEST_XML,
)
from medai_extract.ingest.safe_xml import check_parts
from medai_extract.model import Article, Rejected

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CELLS = " | "
# What is deleted, what is drawn a second time for old programs, what stands in boxes beside the text, notes, fields' codes.
_NOT_SHOWN = {
    f"{_WORD}del",
    f"{_WORD}moveFrom",
    f"{_WORD}pPr",
    f"{_WORD}rPr",
    f"{_WORD}instrText",
    f"{_WORD}drawing",
    f"{_WORD}pict",
    f"{_WORD}object",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_SIGNS = {f"{_WORD}tab": "\t", f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}noBreakHyphen": "-"}
_MACROS = re.compile(r"(?:^|/)vbaProject\.bin$", re.I)
_PROGRAM_NAMES = frozenset(("", "python-docx", "administrator", "admin", "user", "apache poi", "unknown"))


def read_docx(given: Input) -> Iterator[Article | Rejected]:
    """Give the one article of a Word file."""
    from docx.opc.package import OpcPackage
    from docx.oxml import parse_xml

    content = read_whole(given, LARGEST_DOCUMENT)
    with open_zip(io.BytesIO(content)) as archive:
        check_parts(archive, {"": LARGEST_XML})
        has_macros = any(_MACROS.search(name) for name in archive.namelist())
        if sum(member.file_size for member in archive.infolist()) > LARGEST_UNPACKED_DOCUMENT:
            raise RefusedError(
                "archive_bomb", f"its parts unpack to over {LARGEST_UNPACKED_DOCUMENT:,} bytes"
            )
    package = OpcPackage.open(io.BytesIO(content))
    body = parse_xml(package.main_document_part.blob).find(f"{_WORD}body")
    text = "\n".join(_lines(body)) if body is not None else ""
    if not text.strip():
        raise RefusedError("no_text", "the document has no text")
    if len(text) > LARGEST_ARTICLE:
        raise RefusedError("too_large", f"its text is over {LARGEST_ARTICLE:,} characters")
    properties = package.core_properties
    yield Article(
        source=given.source,
        text=text,
        plain=False,
        title=(properties.title or "").strip() or None,
        author=_person(properties.author) or _person(properties.last_modified_by),
        warnings=("macros_ignored",) if has_macros else (),
    )


def _person(name: str | None) -> str | None:
    shown = (name or "").strip()
    return shown if shown.lower() not in _PROGRAM_NAMES else None


def _lines(parent: Any) -> Iterator[str]:
    """Give the lines below an element in order; boxes that only group paragraphs are opened."""
    for element in parent.iterchildren():
        if element.tag == f"{_WORD}p":
            if line := "".join(_runs(element)).strip():
                yield line
        elif element.tag == f"{_WORD}tbl":
            for row in element.iterchildren(f"{_WORD}tr"):
                if line := _CELLS.join(cell for cell in map(_cell, row.iterchildren(f"{_WORD}tc")) if cell):
                    yield line
        elif element.tag in (f"{_WORD}sdt", f"{_WORD}sdtContent", f"{_WORD}ins", f"{_WORD}customXml"):
            yield from _lines(element)


def _cell(cell: Any) -> str:
    return " ".join(_lines(cell)).replace("\n", " ")


def _runs(element: Any) -> Iterator[str]:
    # A stack of our own: how deep elements nest is for the file to say.
    stack = list(reversed(element))
    while stack:
        child = stack.pop()
        if child.tag == f"{_WORD}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif isinstance(child.tag, str) and child.tag not in _NOT_SHOWN:
            stack.extend(reversed(child))
