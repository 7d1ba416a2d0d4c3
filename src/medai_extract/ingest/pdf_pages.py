"""The process that reads one PDF: bytes on standard input, JSON of a ``PdfText`` on standard output.

``python -m medai_extract.ingest.pdf_pages < report.pdf``. PDFium gives characters with their places; ``pdf_layout`` makes text of them.
"""

import ctypes
import math
import resource
import sys
from collections import Counter
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
_ASLANT = 0.06
"""Quarter turns; text further from an upright or lying line is a watermark."""
_SAMPLE = 200
"""Characters of a page that are asked how they stand."""
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
        pages_broken=broken,
    )


def _read_page(page: Any, raw: Any) -> Page:
    textpage = page.get_textpage()  # closed with its last reference
    text = _Characters(textpage.raw, raw, page.get_cropbox())
    lines = list(_read_lines(text))
    # Objects are counted only where there is no text: it takes longer than to read the text.
    has_picture = not lines and raw.FPDFPage_CountObjects(page.raw) > 0
    return Page(*text.size, lines, has_picture)


class _Characters:
    """The characters of a page and their places, which are asked for one by one: most are never needed.

    Places are given as if the page were turned so that most of its text stands upright.
    """

    def __init__(self, textpage: Any, raw: Any, edges: tuple[float, float, float, float]) -> None:
        self._textpage, self._raw, self._edges, self._rect = textpage, raw, edges, raw.FS_RECTF()
        count = raw.FPDFText_CountChars(textpage)
        get_unicode = raw.FPDFText_GetUnicode
        self.codes = [get_unicode(textpage, index) for index in range(count)]
        sample = map(self._turn, range(0, count, max(count // _SAMPLE, 1)))
        turns = Counter(turn for turn in sample if turn is not None)
        self._page_turn = turns.most_common(1)[0][0] if turns else 0

    def _turn(self, index: int) -> int | None:
        """Give the quarter turns, clockwise, at which a character stands, None for one that stands aslant."""
        if self.codes[index] in _SPACES or self.codes[index] in _BREAKS:
            return None
        turns = self._raw.FPDFText_GetCharAngle(self._textpage, index) / (math.pi / 2)
        return round(turns) % 4 if abs(turns - round(turns)) < _ASLANT else None

    def is_upright(self, index: int) -> bool:
        """Say whether a character stands as most of the page does."""
        return self._turn(index) == self._page_turn

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page."""
        left, bottom, right, top = self._edges
        width, height = right - left, top - bottom
        return (height, width) if self._page_turn % 2 else (width, height)

    def box(self, index: int) -> tuple[float, float, float, float]:
        """Give left, bottom, right and top of a character, its font's height rather than its ink's."""
        rect = self._rect
        self._raw.FPDFText_GetLooseCharBox(self._textpage, index, ctypes.byref(rect))
        left, bottom, right, top = self._edges
        if self._page_turn == 0:
            return rect.left - left, rect.bottom - bottom, rect.right - left, rect.top - bottom
        if self._page_turn == 3:
            return rect.bottom - bottom, right - rect.right, rect.top - bottom, right - rect.left
        if self._page_turn == 2:
            return right - rect.right, top - rect.top, right - rect.left, top - rect.bottom
        return top - rect.top, rect.left - left, top - rect.bottom, rect.right - left


def _read_lines(text: _Characters) -> Iterator[Line]:
    """Give the pieces of lines of a page: a line is cut where a gap is as wide as a column or cell may leave."""
    start = 0
    for index, code in enumerate((*text.codes, 0x0A)):
        is_hyphen = code in _HYPHENS
        if code in _BREAKS or is_hyphen:
            yield from _cut(text, start, index, ends_in_hyphen=is_hyphen)
            start = index + 1


def _cut(text: _Characters, start: int, end: int, *, ends_in_hyphen: bool) -> Iterator[Line]:
    codes, box = text.codes, text.box
    while start < end and codes[start] in _SPACES:
        start += 1
    while end > start and codes[end - 1] in _SPACES:
        end -= 1
    if start == end or not text.is_upright(start):
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
