"""Excel by ``openpyxl``: every sheet that has a column of texts is a table of articles, read row by row.

Values are those that Excel had computed; formulas and macros are not run, links to other files are not followed.
"""

import io
import warnings
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import msgspec

from medai_extract.ingest.archives import open_zip
from medai_extract.ingest.fields import is_text_column
from medai_extract.ingest.inputs import Input, read_whole
from medai_extract.ingest.limits import (
    LARGEST_DOCUMENT,
    LARGEST_SHEET,
    LARGEST_STRINGS,
    LARGEST_WORKBOOK_PART,
    MOST_BAD_ROWS,
    MOST_COLUMNS,
)
from medai_extract.ingest.safe_xml import check_parts
from medai_extract.ingest.tables import check_columns, read_row, stop_when_hopeless
from medai_extract.model import Article, Rejected

_LIMITS = {
    "": LARGEST_WORKBOOK_PART,
    "xl/worksheets/": LARGEST_SHEET,
    "xl/sharedStrings": LARGEST_STRINGS,
    # Not loaded in the read-only mode.
    "xl/drawings/": LARGEST_SHEET,
    "xl/charts/": LARGEST_SHEET,
    "xl/pivotCache/": LARGEST_SHEET,
    "xl/calcChain": LARGEST_SHEET,
}
_HEADER_WITHIN = 10
"""Rows at the top of a sheet among which the one with the names of columns is looked for; titles stand above it."""


def read_excel(given: Input) -> Iterator[Article | Rejected]:
    """Give the rows of all sheets; one without an id is known as ``table.xlsx#Sheet1!5``."""
    content = io.BytesIO(read_whole(given, LARGEST_DOCUMENT))
    with open_zip(content) as archive:
        check_parts(archive, _LIMITS)
        has_macros = any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())
    content.seek(0)
    for found in stop_when_hopeless(given.source, _read_book(given.source, content)):
        if has_macros and isinstance(found, Article):
            yield msgspec.structs.replace(found, warnings=(*found.warnings, "macros_ignored"))
        else:
            yield found


def _read_book(source: str, content: io.BytesIO) -> Iterator[Article | Rejected]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(content, read_only=True, data_only=True, keep_links=False)
    first_rows: list[str] = []
    is_table = False
    for sheet in book.worksheets:
        # The size that a sheet states is often wrong, sometimes by a million rows.
        sheet.reset_dimensions()
        rows = _values(sheet)
        top = list(islice(rows, _HEADER_WITHIN))
        header = next((at for at, row in enumerate(top) if any(map(is_text_column, map(str, row)))), None)
        if header is None:
            first_rows.extend(str(name) for name in (top[0] if top else ()) if name is not None)
        else:
            is_table = True
            names = [str(name) for name in top[header]]
            numbered = enumerate(chain(top[header + 1 :], rows), header + 2)
            yield from _read_rows(source, sheet.title, names, numbered)
    book.close()
    if not is_table:
        check_columns(first_rows)


def _read_rows(
    source: str, sheet: str, names: list[str], rows: Iterator[tuple[int, tuple[object, ...]]]
) -> Iterator[Article | Rejected]:
    empty = 0
    for number, cells in rows:
        if any(cell is not None for cell in cells):
            empty = 0
            row = dict(zip(names, cells, strict=False))
            yield from read_row(source, f"{sheet}!{number}", row, "utf-8")
            continue
        # A frame around a whole column makes a million rows of nothing.
        empty += 1
        if empty >= MOST_BAD_ROWS:
            detail = f"{empty:,} empty rows one after the other; what may stand below them is not looked at"
            yield Rejected(
                source=f"{source}#{sheet}!{number}", stage="read", reason="empty_rows", detail=detail
            )
            return


def _values(sheet: Any) -> Iterator[tuple[object, ...]]:
    """Give the values of the cells of each row, without the parser's warnings (styles and dates it cannot read)."""
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            row = next(rows, None)
        if row is None:
            return
        yield row
