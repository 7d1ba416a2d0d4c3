r"""Tables in an article: under which head each of their cells stands, whose words say what the cell names."""

import re
from collections.abc import Iterator

from medai_extract.model import Span

LONGEST = 40
"""Characters of a cell that may be a name; longer ones are prose."""
_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"[ \u3000|｜:=—-]+")
"""The line between head and body: | --- | :-: |"""
_CELLS = {mark: re.compile(rf"[^{re.escape(mark)}\n]+") for mark in ("|", "｜")}
_BESIDE = " \u3000*"
Row = tuple[Span, ...]


def headed_cells(text: str) -> dict[Span, int]:
    r"""Give the cells of all tables, each with the place where the head of its column ends.

    A table is two or more lines that the same mark parts into as many cells.

    >>> text = "对比：\n| 公司 | 代表产品 |\n| --- | --- |\n| 观止 | 慧检 |\n"
    >>> {text[a:b]: text[head - 2 : head] for (a, b), head in headed_cells(text).items()}
    {'观止': '公司', '慧检': '产品'}
    """
    return {
        cell: column.end
        for mark in _CELLS
        if mark in text
        for head, rows in _tables(text, mark)
        for row in rows
        for column, cell in zip(head, row, strict=True)
        if 0 < cell.end - cell.start <= LONGEST
    }


def _tables(text: str, mark: str) -> Iterator[tuple[Row, list[Row]]]:
    """Give the tables that a mark makes: the cells of the head, and those of each row below it."""
    head: Row = ()
    rows: list[Row] = []
    for line in _LINE.finditer(text):
        row = _cells(text, line, mark) if mark in line[0] else ()
        if len(row) > 1 and len(row) == len(head):
            rows.append(row)
        elif not (head and _RULE.fullmatch(line[0])):
            if rows:
                yield head, rows
            head, rows = row, []
    if rows:
        yield head, rows


def _cells(text: str, line: re.Match[str], mark: str) -> Row:
    """Give the cells of a line, the empty ones too."""
    if _RULE.fullmatch(line[0]):
        return ()
    start, end = _trim(text, *line.span())
    return tuple(_trim(text, *match.span()) for match in _CELLS[mark].finditer(text, start, end))


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in _BESIDE:
        start += 1
    while end > start and text[end - 1] in _BESIDE:
        end -= 1
    return Span(start, end)
