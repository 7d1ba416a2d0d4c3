"""Names in rows that are alike, the cells of a table, the items of a list, the headings of entries: what heads them, what their like are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from medai_extract.match.english.context import Reading
from medai_extract.match.english.edges import Run
from medai_extract.match.english.lists import DECIDED
from medai_extract.match.english.sides import Nouns
from medai_extract.match.english.weights import CERTAIN, Weights
from medai_extract.match.english.words import EnglishWords
from medai_extract.model import Label

FEWEST = 3
"""How many rows make a column."""
_ROW = re.compile(r"^(?:[^|\n]+\|[^|\n]+\|[^\n]+|\|[^|\n]+\|[^\n]+|[^|\n]+\| ?[\d$€£¥][^|\n]*)$", re.M)
_CELL = re.compile(r" ?\| ?")
_ITEM = re.compile(r"\n[ \t]*(?:[-–—*•·▪◦‣]|\(?\d{1,2}[.)])[ \t]+")
_ENTRY = re.compile(r"\n(?:(?:#{1,6} |\*\*)(?:\d{1,2}[.)]? )?|\d{1,2}[.)] )")
"""The heading of an entry with a text of its own below it: **2. Zelvora — best value**."""
_ENTRY_ENDS = frozenset(("", "\n", "(", ":", "–", "—", "*", ","))
_ITEM_ENDS = _ENTRY_ENDS | {".", "-", "|"}
_HEAD = re.compile(r"([A-Za-z]+?)s?\s*$")


class Column(NamedTuple):
    """The numbers of the runs that open the cells of a column, and the noun that heads it."""

    members: list[int]
    noun: str


def find_columns(text: str, runs: Sequence[Run]) -> list[Column]:
    """Give the columns of an article's tables, its lists whose items open with a name, and its entries that one heads."""
    if len(runs) < FEWEST:
        return []
    has_table = text.count("|") >= 2 * FEWEST
    tables = _neighbours(text, [match.span() for match in _ROW.finditer(text)]) if has_table else []
    lists = _neighbours(text, [(match.start() + 1, match.end()) for match in _ITEM.finditer(text)])
    entries = [match.end() for match in _ENTRY.finditer(text)]
    if not (tables or lists or len(entries) >= FEWEST):
        return []
    by_start = {run.start: index for index, run in enumerate(runs)}
    columns = [column for rows in tables for column in _columns_of(text, rows, runs, by_start)]
    opened = [([end for _, end in items], _ITEM_ENDS) for items in lists]
    for openings, ends in (*opened, (entries, _ENTRY_ENDS)):
        members = [by_start[at] for at in openings if at in by_start]
        members = [index for index in members if _following(text, runs[index].end) in ends]
        if len(members) >= FEWEST:
            columns.append(Column(members, ""))
    return columns


def _neighbours(text: str, spans: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Give the spans that begin lines one below the other, together."""
    groups: list[list[tuple[int, int]]] = []
    below = -1
    for span in spans:
        if span[0] == below:
            groups[-1].append(span)
        else:
            groups.append([span])
        below = text.find("\n", span[1]) + 1
    return [group for group in groups if len(group) >= FEWEST]


def _following(text: str, end: int) -> str:
    """Give the sign behind a name, one space left out.

    >>> _following("Zelvora — best value", 7), _following("Zelvora", 7)
    ('—', '')
    """
    return text[end : end + 2].lstrip(" ")[:1]


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Give where the cells of a line stand.

    >>> _cells("A | B | C", 0, 9)
    [(0, 1), (4, 5), (8, 9)]
    """
    cells, at = [], start
    for mark in _CELL.finditer(text, start, end):
        cells.append((at, mark.start()))
        at = mark.end()
    return [*cells, (at, end)]


def _columns_of(
    text: str, rows: Sequence[tuple[int, int]], runs: Sequence[Run], by_start: Mapping[int, int]
) -> Iterator[Column]:
    """Give the columns of a table whose rows have equally many cells."""
    cells = [_cells(text, *row) for row in rows]
    if len({*map(len, cells)}) > 1:
        return
    for head, *below in zip(*cells, strict=True):
        members = [
            by_start[start] for start, end in below if start in by_start and runs[by_start[start]].end <= end
        ]
        noun = _HEAD.search(text, *head)
        if members:
            yield Column(members, noun[1].lower() if noun else "")


class ColumnReader:
    """The reader of columns."""

    def __init__(self, words: EnglishWords, weights: Weights) -> None:
        self._nouns = Nouns(words, weights)
        self._beside: Mapping[Label, int] = {
            "ORG": weights.mask("org.column"),
            "PRODUCT": weights.mask("product.column"),
        }

    def relate(self, column: Column, reading: Reading) -> None:
        """Let the head of a column and its other members speak for each of them."""
        members = [reading.forms[index] for index in column.members]
        head = self._nouns.before.get(column.noun, 0)
        names: dict[Label, set[str]] = {"ORG": set(), "PRODUCT": set()}
        for form in members:
            if form.verdict.value >= CERTAIN and form.verdict.margin >= DECIDED:
                names[form.verdict.label].add(form.text)
        for form in members:
            if form.facts.place:
                continue
            if head:
                form.relate(head)
            orgs, products = (len(names[label] - {form.text}) for label in names)
            if orgs != products:
                form.relate(self._beside["ORG" if orgs > products else "PRODUCT"])
