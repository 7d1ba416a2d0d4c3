"""Lines of a page, with their places, to running text: furniture left out, columns in order, lines joined to paragraphs.

Nothing here knows a PDF: lines come from any source that can say where they stand (points, from the lower left corner).
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from statistics import median
from typing import NamedTuple

HYPHEN = "\u00ad"
"""The sign that a line ends in a hyphen which only parts a word."""
CELLS = " | "
_EDGE_ZONE = 0.12
"""Share of a page's height, at the top and at the bottom, in which furniture stands."""
_PAGE_NUMBER = re.compile(
    r"[-–—~·.|\s]*(?:第\s*\d{1,4}\s*页(?:\s*[/,，|]?\s*共\s*\d{1,4}\s*页)?|(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
    r"|\d{1,4}(?:\s*/\s*\d{1,4})?|[ivxl]{1,6})[-–—~·.|\s]*",
    re.I,
)
_DIGITS = re.compile(r"\d+")
_BULLET = re.compile(
    r"[•●■◆▪▶➢✓·–—-]\s*(?=\S)|[（(]?\d{1,2}[)）.、](?!\d)\s*|[（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、"
)
_BULLET_SIGN = re.compile(r"\A[•●■◆▪▶➢✓]\s*")
_SENTENCE_END = re.compile(r"""[。！？!?.：:；;…]["”’』」）)]*$""")
_GOES_ON = re.compile(r"[a-z\u4e00-\u9fff，、；：,;:)）”’0-9]")
_HAN = r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef“”‘’…]"
_NO_SPACE = re.compile(rf"{_HAN}\n|\n{_HAN}")
_FIRST_WORD = re.compile(r"[!-~]+")
_FEWEST_LINES = 4
"""Lines that a column has at least."""
_TERMS = str.maketrans(
    {code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0x2F00, 0x2FD6), *range(0xFB00, 0xFB07))}
    # Radicals that the standard does not fold and that fonts give for the character itself.
    | dict(zip(map(ord, "⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻤⻥⻦⻨⻩⻬⻮⻰⻳⺠⺟"), "西见角贝车长门青页风飞食马鬼鱼鸟麦黄齐齿龙龟民母", strict=True))
    | dict.fromkeys((0xF0B7, 0xF06C, 0xF06E, 0xF0A7, 0xF0D8, 0xF0FC), "•")
    | {0: None, 0xFFFF: None}
)  # fmt: skip


class Line(NamedTuple):
    """A piece of text on one line and its box; where a line is cut by wide gaps, each part is one."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def height(self) -> float:
        """The height of its font."""
        return max(self.top - self.bottom, 1.0)

    @property
    def middle(self) -> float:
        """Half way between its lower and its upper edge."""
        return (self.top + self.bottom) / 2


class Page(NamedTuple):
    """The size of a page, its lines, and whether it shows anything else where it has none."""

    width: float
    height: float
    lines: list[Line]
    has_picture: bool = False


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


def mend_characters(text: str) -> str:
    r"""Give the characters that a font's tables mean: radicals, ligatures and pictures of bullets.

    >>> mend_characters("⼈⼯智能⻓期 ﬁnance \uf0b7")
    '人工智能长期 finance •'
    """
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_TERMS)
    return text


def lay_out(pages: list[Page]) -> str:
    """Give the text of pages: a paragraph, heading, list item or table row on each line."""
    furniture = find_furniture(pages)
    paragraphs: list[_Paragraph] = []
    words = _Words(pages)
    for page in pages:
        body = [line for line in page.lines if not _is_furniture(line, page, furniture)]
        for region in order_regions(body):
            found = list(_join_paragraphs(region, words))
            if paragraphs and found and _continues(paragraphs[-1], found[0]):
                joined = words.join(paragraphs.pop().text, found[0].text)
                found[0] = found[0]._replace(text=joined)
            paragraphs.extend(found)
    return "\n".join(paragraph.text.replace(HYPHEN, "") for paragraph in paragraphs)


def find_furniture(pages: list[Page]) -> frozenset[str]:
    """Give the running headers and footers: what stands at an edge of two pages and of a quarter of all, digits aside."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line.text) for line in page.lines if _is_at_edge(line, page)})
    return frozenset(shape for shape, count in seen.items() if count >= max(2, len(pages) / 4))


def _shape(text: str) -> str:
    return _DIGITS.sub("#", text).strip()


def _is_at_edge(line: Line, page: Page) -> bool:
    zone = _EDGE_ZONE * page.height
    return line.bottom > page.height - zone or line.top < zone


def _is_furniture(line: Line, page: Page, furniture: frozenset[str]) -> bool:
    return _is_at_edge(line, page) and (
        _shape(line.text) in furniture or _PAGE_NUMBER.fullmatch(line.text) is not None
    )


def order_regions(lines: list[Line]) -> list[list[Line]]:
    """Give lines in reading order, in regions of one column each.

    Where the lines leave a gutter, what crosses it (a title, a wide table) parts the page into bands; in each the left column is
    read before the right one.
    """
    if not lines:
        return []
    gutter = _find_gutter(lines)
    if gutter is None:
        return [sorted(lines, key=lambda line: (-line.middle, line.left))]
    crossing = sorted(
        (line for line in lines if line.left < gutter < line.right), key=lambda line: -line.middle
    )
    regions: list[list[Line]] = []
    rest = [line for line in lines if not line.left < gutter < line.right]
    for line in (*crossing, None):
        floor = line.middle if line is not None else float("-inf")
        band = [other for other in rest if other.middle > floor]
        rest = [other for other in rest if other.middle <= floor]
        regions.extend(order_regions([other for other in band if other.right <= gutter]))
        regions.extend(order_regions([other for other in band if other.left >= gutter]))
        if line is not None:
            follows = regions and not band and regions[-1][-1] in crossing
            regions[-1].append(line) if follows else regions.append([line])
    return regions


def _find_gutter(lines: list[Line]) -> float | None:
    """Give the place of a gutter between two columns of running text, None where there is none.

    The cells of a table leave gutters too; but they are short, or do not fill their column.
    """
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    width = right - left
    starts, ends = sorted(line.left for line in lines), sorted(line.right for line in lines)
    best: tuple[int, float] | None = None
    for percent in range(15, 86):
        place = left + width * percent / 100
        crossing = bisect_left(starts, place) - bisect_left(ends, place)
        if best is None or (crossing, abs(percent - 50)) < (
            best[0],
            abs((best[1] - left) / width * 100 - 50),
        ):
            best = (crossing, place)
    if best is None or best[0] > 0.35 * len(lines):
        return None
    sides = [
        [line for line in lines if line.right <= best[1]],
        [line for line in lines if line.left >= best[1]],
    ]
    if not all(_is_running_text(side, width) for side in sides):
        return None
    return (max(line.right for line in sides[0]) + min(line.left for line in sides[1])) / 2


def _is_running_text(lines: list[Line], page_width: float) -> bool:
    """Say whether lines are a column: wide enough, most rows of one piece, most as long as the column is wide."""
    rows = _group_rows(sorted(lines, key=lambda line: (-line.middle, line.left)))
    if len(rows) < _FEWEST_LINES:
        return False
    width = max(line.right for line in lines) - min(line.left for line in lines)
    full = sum(row[-1].right - row[0].left >= 0.7 * width for row in rows)
    whole = sum(len(row) == 1 for row in rows)
    return width >= 0.2 * page_width and min(full, whole) >= len(rows) / 2


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


def _group_rows(lines: Iterable[Line]) -> list[list[Line]]:
    """Put together the pieces, ordered from the top, that stand on one line."""
    rows: list[list[Line]] = []
    for line in lines:
        if rows and rows[-1][0].middle - line.middle <= 0.5 * min(rows[-1][0].height, line.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort()
    return rows


def _join_rows(region: Iterable[Line]) -> Iterator[Line]:
    """Give each row as one line; in a table, gaps part cells."""
    rows = _group_rows(region)
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
