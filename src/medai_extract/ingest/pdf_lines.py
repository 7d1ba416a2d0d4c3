"""Lines with their places, as a page shows them: what the reader of PDF gives and the layout takes.

Nothing from here on knows a PDF: places are points from the lower left corner of a page.
"""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

HYPHEN = "\u00ad"
"""The sign that a line ends in a hyphen which only parts a word."""
_MEANT = str.maketrans(
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


def mend_characters(text: str) -> str:
    r"""Give the characters that a font's tables mean: radicals, ligatures and pictures of bullets.

    >>> mend_characters("⼈⼯智能⻓期 ﬁnance \uf0b7")
    '人工智能长期 finance •'
    """
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_MEANT)
    return text


def group_rows(lines: Iterable[Line]) -> list[list[Line]]:
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
