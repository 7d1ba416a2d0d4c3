"""The process that reads one PDF: bytes on standard input, JSON of a ``PdfText`` on standard output.

``python -m medai_extract.ingest.pdf_pages < report.pdf``. PDFium gives characters with their places; ``pdf_layout`` makes text of them.
"""

import ctypes
import resource
import sys
from collections.abc import Iterator
from typing import Any

import msgspec

from medai_extract.ingest.limits import MOST_PAGES, PDF_BYTES, PDF_SECONDS, PDF_SECONDS_A_PAGE
from medai_extract.ingest.pdf import PdfText
from medai_extract.ingest.pdf_layout import lay_out
from medai_extract.ingest.pdf_lines import HYPHEN, Line, Page, mend_characters

_BREAKS = frozenset((0x0A, 0x0D))
_HYPHENS = frozenset((0x02, 0xFFFE, 0xAD))
"""What the parser gives for a hyphen that only parts a word at the end of a line."""
_SPACES = frozenset((0x20, 0xA0, 0x3000, 0x09))
_WIDE_GAP = 0.8
"""Heights of the font; a space is a quarter or half of one, in justified lines sometimes a whole."""
_STRAIGHT = 0.1
"""Radians; text at a steeper angle is a watermark or a label in the margin."""
_PASSWORD = 4
"""The parser's code for a file that needs a password."""


def main() -> None:
    """Read a PDF within limits on time and memory."""
    resource.setrlimit(resource.RLIMIT_AS, (PDF_BYTES, PDF_BYTES))
    content = sys.stdin.buffer.read()
    _limit_time(0)
    try:
        found = read_pages(content)
    except MemoryError:
        found = PdfText(refused=("too_large", f"needs over {PDF_BYTES:,} bytes of memory"))
    sys.stdout.buffer.write(msgspec.json.encode(found))


def _limit_time(pages: int) -> None:
    """Have the system end this process when it has used the time that so many pages may take."""
    seconds = int(PDF_SECONDS + PDF_SECONDS_A_PAGE * pages)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def read_pages(content: bytes) -> PdfText:
    """Give the text and properties of a PDF, or why it has none."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
            return PdfText(refused=("encrypted", "needs a password; save it without one"))
        return PdfText(refused=("damaged", f"{error}; get the file again"))
    count = len(document)
    if count > MOST_PAGES:
        return PdfText(refused=("too_many_pages", f"has over {MOST_PAGES:,} pages; split it"))
    # A page has hundreds of bytes; a small file that states many is lying.
    _limit_time(min(count, len(content) // 500))
    pages: list[Page] = []
    broken = 0
    for index in range(count):
        try:
            pages.append(_read_page(document[index], pypdfium2.raw))
        except pypdfium2.PdfiumError:
            broken += 1
    if broken == count:
        return PdfText(refused=("damaged", "none of its pages can be read; get the file again"))
    metadata = document.get_metadata_dict()
    return PdfText(
        text=lay_out(pages),
        title=" ".join(metadata.get("Title", "").split()),
        author=" ".join(metadata.get("Author", "").split()),
        pages=count,
        pages_without_text=sum(not page.lines and page.has_picture for page in pages),
    )


def _read_page(page: Any, raw: Any) -> Page:
    width, height = page.get_size()
    textpage = page.get_textpage()  # closed with its last reference
    lines = list(_read_lines(textpage.raw, raw))
    # Objects are counted only where there is no text: it takes longer than to read the text.
    has_picture = not lines and raw.FPDFPage_CountObjects(page.raw) > 0
    left, bottom = page.get_cropbox()[:2]
    placed = [
        line._replace(
            left=line.left - left, right=line.right - left, top=line.top - bottom, bottom=line.bottom - bottom
        )
        for line in lines
    ]
    return Page(width, height, placed, has_picture)


def _read_lines(textpage: Any, raw: Any) -> Iterator[Line]:
    """Give the pieces of lines of a page: a line is cut where a gap is as wide as a column or cell may leave."""
    count = raw.FPDFText_CountChars(textpage)
    get_unicode = raw.FPDFText_GetUnicode
    codes = [get_unicode(textpage, index) for index in range(count)]
    box = _Boxes(textpage, raw)
    start = 0
    for index, code in enumerate((*codes, 0x0A)):
        is_hyphen = code in _HYPHENS
        if code in _BREAKS or is_hyphen:
            yield from _cut(codes, start, index, box, ends_in_hyphen=is_hyphen)
            start = index + 1


class _Boxes:
    """The places of characters, asked for one by one: most are never needed."""

    def __init__(self, textpage: Any, raw: Any) -> None:
        self._textpage, self._raw, self._rect = textpage, raw, raw.FS_RECTF()

    def __call__(self, index: int) -> tuple[float, float, float, float]:
        """Give left, bottom, right and top of a character, its font's height rather than its ink's."""
        rect = self._rect
        self._raw.FPDFText_GetLooseCharBox(self._textpage, index, ctypes.byref(rect))
        return rect.left, rect.bottom, rect.right, rect.top

    def is_straight(self, index: int) -> bool:
        """Say whether a character stands upright."""
        angle = self._raw.FPDFText_GetCharAngle(self._textpage, index)
        return bool(angle < _STRAIGHT or angle > 6.2832 - _STRAIGHT)


def _cut(codes: list[int], start: int, end: int, box: _Boxes, *, ends_in_hyphen: bool) -> Iterator[Line]:
    while start < end and codes[start] in _SPACES:
        start += 1
    while end > start and codes[end - 1] in _SPACES:
        end -= 1
    if start == end or not box.is_straight(start):
        return
    piece, at = start, start
    while at < end:
        if codes[at] not in _SPACES:
            at += 1
            continue
        gap = at
        while codes[at] in _SPACES:
            at += 1
        before, after = box(gap - 1), box(at)
        if after[0] - before[2] > _WIDE_GAP * (before[3] - before[1]):
            yield _line(codes[piece:gap], box(piece), before, hyphen=False)
            piece = at
    yield _line(codes[piece:end], box(piece), box(end - 1), hyphen=ends_in_hyphen)


def _line(codes: list[int], first: tuple[float, ...], last: tuple[float, ...], *, hyphen: bool) -> Line:
    text = mend_characters("".join(map(chr, codes))) + (HYPHEN if hyphen else "")
    return Line(first[0], max(first[3], last[3]), last[2], min(first[1], last[1]), text)


if __name__ == "__main__":
    main()
