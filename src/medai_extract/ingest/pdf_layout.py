"""Lines of pages to running text: a paragraph, heading, list item or table row on each line."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from medai_extract.ingest.pdf_columns import find_furniture, is_furniture, order_regions
from medai_extract.ingest.pdf_lines import HYPHEN, Line, Page, group_rows

CELLS = " | "
_BULLET = re.compile(
    r"[•●■◆▪▶➢✓·–—-]\s*(?=\S)|[（(]?\d{1,2}[)）.、](?!\d)\s*|[（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、"
)
_BULLET_SIGN = re.compile(r"\A[•●■◆▪▶➢✓]\s*")
_SENTENCE_END = re.compile(r"""[。！？!?.：:；;…]["”’』」）)]*$""")
_GOES_ON = re.compile(r"[a-z\u4e00-\u9fff，、；：,;:)）”’0-9]")
_HAN = r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef“”‘’…]"
_NO_SPACE = re.compile(rf"{_HAN}\n|\n{_HAN}")
_FIRST_WORD = re.compile(r"[!-~]+")


class _Column(NamedTuple):
    """The edges of a column, the usual height of its rows, and the usual step from one to the next."""

    left: float
    right: float
    height: float
    step: float


class _Paragraph(NamedTuple):
    text: str
    height: float
    is_open: bool
    """Whether its last line is full and ends no sentence, so that the next column may go on with it."""


def lay_out(pages: list[Page]) -> str:
    """Give the text of pages: a paragraph, heading, list item or table row on each line."""
    furniture = find_furniture(pages)
    paragraphs: list[_Paragraph] = []
    words = _Words(pages)
    for page in pages:
        body = [line for line in page.lines if not is_furniture(line, page, furniture)]
        for region in order_regions(body):
            found = list(_join_paragraphs(region, words))
            if paragraphs and found and _continues(paragraphs[-1], found[0]):
                joined = words.join(paragraphs.pop().text, found[0].text)
                found[0] = found[0]._replace(text=joined)
            paragraphs.extend(found)
    return "\n".join(paragraph.text.replace(HYPHEN, "") for paragraph in paragraphs)


def _join_paragraphs(region: list[Line], words: "_Words") -> Iterator[_Paragraph]:
    """Give the paragraphs of a region of one column."""
    rows = list(_join_rows(region))
    steps = [above.middle - below.middle for above, below in pairwise(rows)]
    column = _Column(
        left=min(row.left for row in rows),
        right=max(row.right for row in rows),
        height=median(row.height for row in rows),
        step=median(steps) if steps else 0.0,
    )
    text, last, first = "", None, rows[0]
    for row in rows:
        if last is None:
            text, first = row.text, row
        elif _begins_paragraph(row, last, first, column):
            yield _close(text, last, column)
            text, first = row.text, row
        else:
            text = words.join(text, row.text)
        last = row
    if last is not None:
        yield _close(text, last, column)


def _close(text: str, last: Line, column: _Column) -> _Paragraph:
    text = _BULLET_SIGN.sub("", text)
    is_full = last.right > column.right - 0.25 * (column.right - column.left)
    is_open = text.endswith(HYPHEN) or (is_full and not _SENTENCE_END.search(text) and CELLS not in text)
    return _Paragraph(text, last.height, is_open)


def _join_rows(region: Iterable[Line]) -> Iterator[Line]:
    """Give each row as one line; in a table, gaps part cells."""
    rows = group_rows(region)
    for index, row in enumerate(rows):
        beside = (*rows[max(index - 1, 0) : index], *rows[index + 1 : index + 2])
        yield _join_row(row, in_table=any(len(other) > 1 for other in beside))


def _join_row(row: list[Line], *, in_table: bool) -> Line:
    """Join pieces from left to right; in running text a gap is a wide space, unless it is very wide."""
    text = row[0].text
    for before, piece in pairwise(row):
        is_cell = in_table or piece.left - before.right > 2.5 * before.height
        text += (CELLS if is_cell else " ") + piece.text
    top, bottom = max(piece.top for piece in row), min(piece.bottom for piece in row)
    return Line(row[0].left, top, row[-1].right, bottom, text)


def _begins_paragraph(row: Line, last: Line, first: Line, column: _Column) -> bool:
    """Say whether a row begins a paragraph: by size, space, sign, indent, or the short line before it.

    ``first`` is the first row of the paragraph that ``last`` ends.
    """
    left, right, height, step = column
    em = last.height
    usual = step if em < 1.12 * height else 1.25 * em
    if CELLS in row.text or CELLS in last.text or abs(row.height - last.height) > 0.12 * em:
        return True
    if last.middle - row.middle > 1.3 * usual:
        return True
    if last.text.endswith(HYPHEN):
        return False
    if _BULLET.match(row.text):
        return True
    indented = row.left > left + 0.8 * em
    hangs = _BULLET.match(first.text) is not None and row.left > first.left + 0.3 * em
    if indented and not hangs and last.left < row.left - 0.8 * em:
        return True
    # A line that its next word did not fit into is not short.
    short = right - last.right - _first_word_width(row)
    return short > 0.3 * (right - left) or (short > em and _SENTENCE_END.search(last.text) is not None)


def _first_word_width(row: Line) -> float:
    match = _FIRST_WORD.match(row.text)
    return row.height * (0.45 * len(match[0]) if match is not None else 1.0)


def _continues(before: _Paragraph, after: _Paragraph) -> bool:
    """Say whether a column or page goes on with the paragraph that the one before left open."""
    return (
        before.is_open
        and abs(before.height - after.height) < 0.06 * before.height
        and CELLS not in after.text
        and not _BULLET.match(after.text)
        and _GOES_ON.match(after.text) is not None
    )


class _Words:
    """Joins lines; whether a word parted by a hyphen keeps it, the other pages may tell."""

    def __init__(self, pages: list[Page]) -> None:
        self._words = Counter(
            word
            for page in pages
            for line in page.lines
            for word in re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", line.text)
        )

    def join(self, text: str, following: str) -> str:
        r"""Give ``text`` going on with ``following``: Chinese without a space, a parted word without its hyphen.

        >>> words = _Words([])
        >>> words.join("人工智能医", "疗"), words.join("an AI", "model"), words.join("hospi\u00ad", "tal")
        ('人工智能医疗', 'an AI model', 'hospital')
        >>> words.join("the GPT-", "5 model"), words.join("AI-", "powered")
        ('the GPT-5 model', 'AI-powered')
        """
        if text.endswith((HYPHEN, "-")):
            stem = text[:-1]
            keeps = self._keeps_hyphen(stem, following)
            return f"{stem}-{following}" if keeps else stem + following
        # After a Chinese sentence an English one begins with a space.
        begins = _SENTENCE_END.search(text[-3:]) is not None and following[:1].isascii()
        glued = not begins and _NO_SPACE.search(f"{text[-1:]}\n{following[:1]}") is not None
        return text + ("" if glued else " ") + following

    def _keeps_hyphen(self, stem: str, following: str) -> bool:
        before, after = re.search(r"[\w-]*$", stem), re.match(r"[\w-]*", following)
        head, tail = before[0] if before else "", after[0] if after else ""
        if not (head.isalpha() and tail[:1].islower()) or not head[-1:].islower():
            return True
        parted, whole = self._words[f"{head}-{tail}"], self._words[head + tail]
        return parted > whole
