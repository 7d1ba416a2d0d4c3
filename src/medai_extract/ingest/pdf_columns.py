"""What of a page is its text, and in which order: furniture left out, columns one after the other."""

import re
from bisect import bisect_left
from collections import Counter

from medai_extract.ingest.pdf_lines import Line, Page, group_rows

_EDGE_ZONE = 0.12
"""Share of a page's height, at the top and at the bottom, in which furniture stands."""
_PAGE_NUMBER = re.compile(
    r"[-–—~·.|\s]*(?:第\s*\d{1,4}\s*页(?:\s*[/,，|]?\s*共\s*\d{1,4}\s*页)?|(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
    r"|\d{1,4}(?:\s*/\s*\d{1,4})?|[ivxl]{1,6})[-–—~·.|\s]*",
    re.I,
)
_DIGITS = re.compile(r"\d+")
_FEWEST_LINES = 4
"""Lines that a column has at least."""


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


def is_furniture(line: Line, page: Page, furniture: frozenset[str]) -> bool:
    """Say whether a line at an edge is one of the running headers and footers, or a page number."""
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
    rows = group_rows(sorted(lines, key=lambda line: (-line.middle, line.left)))
    if len(rows) < _FEWEST_LINES:
        return False
    width = max(line.right for line in lines) - min(line.left for line in lines)
    full = sum(row[-1].right - row[0].left >= 0.7 * width for row in rows)
    whole = sum(len(row) == 1 for row in rows)
    return width >= 0.2 * page_width and min(full, whole) >= len(rows) / 2
