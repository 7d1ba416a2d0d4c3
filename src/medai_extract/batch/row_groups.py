"""Parquet files put together from row groups that were encoded apart, byte for byte.

A row group is the same bytes wherever it stands in a file; only the footer says where. Encoding is what costs, so a row
group is encoded once, and a file of the next run is joined from those of the last one and new ones. Arrow can write row groups but not
move them, so the few numbers of the footer that must change (Thrift, compact protocol) are changed here.
"""

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.json
import pyarrow.parquet as pq

MAGIC = b"PAR1"
STOP, TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(13)
ROWS, GROUPS = (3,), (4,)
"""Where the footer says how many rows there are, and where the list of row groups is."""
OFFSETS = frozenset({(2,), (5,), (4,), (6,), (3, 9), (3, 10), (3, 11), (3, 14)})
"""Where a column chunk says where its bytes are: itself, and its metadata."""
ORDINAL, GROUP_OFFSET, GROUP_ROWS, COLUMNS = (7,), (5,), (3,), 1


_Value = tuple[tuple[int, ...], int, int, Any]
"""A value of the footer: path of field numbers and list places, start, end, and the number if it is one."""


class RowGroup(msgspec.Struct, frozen=True, array_like=True):
    """The footer's entry of one row group, cut where it tells places: between ``pieces`` stand ``places``.

    A place counts from the first byte of the row group; a negative one stands for the group's number in its file.
    """

    rows: int
    pieces: tuple[bytes, ...]
    places: tuple[int, ...]


def encode_rows(lines: bytes, schema: pa.Schema) -> tuple[bytes, RowGroup | None]:
    """Give rows (JSON Lines) as the bytes of one row group, and its entry; no rows are no row group."""
    if not lines:
        return b"", None
    # One block: a row is never cut, and the reader keeps the order of the rows.
    options = pa.json.ReadOptions(use_threads=False, block_size=len(lines) + 1)
    explicit = pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    table = pa.json.read_json(pa.BufferReader(lines), read_options=options, parse_options=explicit)
    content = _write(table.select(schema.names), table.num_rows)
    footer = _read_footer(content)
    start, end = footer.groups[0]
    return content[len(MAGIC) : footer.start], _cut_group(content[start:end], table.num_rows)


def join_groups(groups: Sequence[tuple[RowGroup, int]], schema: pa.Schema) -> bytes:
    """Give the end of a Parquet file (footer and all) whose row groups stand at the given places."""
    empty = _write(pa.Table.from_batches([], schema), 1)
    footer = _read_footer(empty)
    entries = [_spell_group(group, place, number) for number, (group, place) in enumerate(groups)]
    spelt = b"".join(
        (
            empty[footer.start : footer.rows[0]],
            _spell_number(sum(group.rows for group, _ in groups)),
            empty[footer.rows[1] : footer.list_start],
            _spell_list(len(entries)),
            *entries,
            empty[footer.list_end : footer.end],
        )
    )
    return spelt + len(spelt).to_bytes(4, "little") + MAGIC


def _write(table: pa.Table, rows: int) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd", row_group_size=max(rows, 1))
    return stream.getvalue()


class _Footer(NamedTuple):
    """Where the parts of a footer are in the file."""

    start: int
    end: int
    rows: tuple[int, int]
    list_start: int
    list_end: int
    groups: list[tuple[int, int]]


def _read_footer(content: bytes) -> _Footer:
    end = len(content) - 8
    start = end - int.from_bytes(content[end : end + 4], "little")
    rows, groups, span = (0, 0), [], (0, 0)
    for path, first, last, _ in _walk(content, start, STRUCT):
        if path == ROWS:
            rows = first, last
        elif path == GROUPS:
            span = first, last
        elif path[:-1] == GROUPS:
            groups.append((first, last))
    return _Footer(start, end, rows, *span, groups)


def _cut_group(entry: bytes, rows: int) -> RowGroup:
    pieces: list[bytes] = []
    places: list[int] = []
    at = 0
    for path, first, last, value in _walk(entry, 0, STRUCT):
        if path == ORDINAL:
            place = -1
        elif path == GROUP_OFFSET or (path[:1] == (COLUMNS,) and path[2:] in OFFSETS and value):
            place = value - len(MAGIC)
        else:
            continue
        pieces.append(entry[at:first])
        places.append(place)
        at = last
    return RowGroup(rows, (*pieces, entry[at:]), tuple(places))


def _spell_group(group: RowGroup, start: int, number: int) -> bytes:
    spelt = [group.pieces[0]]
    for place, piece in zip(group.places, group.pieces[1:], strict=True):
        spelt.append(_spell_number(number if place < 0 else start + place))
        spelt.append(piece)
    return b"".join(spelt)


def _spell_list(size: int) -> bytes:
    return bytes([size << 4 | STRUCT]) if size < 15 else bytes([0xF0 | STRUCT]) + _spell_varint(size)


def _spell_number(number: int) -> bytes:
    """Give a number that is not negative as Thrift spells it: zigzag, seven bits a byte."""
    return _spell_varint(number << 1)


def _spell_varint(number: int) -> bytes:
    spelt = bytearray()
    while number > 0x7F:
        spelt.append(number & 0x7F | 0x80)
        number >>= 7
    spelt.append(number)
    return bytes(spelt)


def _read_varint(content: bytes, at: int) -> tuple[int, int]:
    if (number := content[at]) < 0x80:
        return number, at + 1
    number = shift = 0
    while True:
        byte = content[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7


def _walk(content: bytes, at: int, kind: int) -> list[_Value]:
    """Give all values of a Thrift value, the inner ones first."""
    found: list[_Value] = []
    _read_value(content, at, kind, (), found)
    return found


def _read_value(content: bytes, at: int, kind: int, path: tuple[int, ...], found: list[_Value]) -> int:
    """Add a value and those within it to ``found``; give where it ends."""
    start, value = at, None
    if kind in (I16, I32, I64):
        number, at = _read_varint(content, at)
        value = number >> 1 ^ -(number & 1)
    elif kind == BINARY:
        size, at = _read_varint(content, at)
        at += size
    elif kind == STRUCT:
        field = 0
        while (header := content[at]) != STOP:
            at += 1
            if header >> 4:
                field += header >> 4
            else:
                number, at = _read_varint(content, at)
                field = number >> 1 ^ -(number & 1)
            at = _read_value(content, at, header & 0xF, (*path, field), found)
        at += 1
    elif kind in (LIST, SET):
        header, at = content[at], at + 1
        size, inner = header >> 4, header & 0xF
        if size == 15:
            size, at = _read_varint(content, at)
        if inner in (TRUE, FALSE):
            inner = BYTE  # in a list a truth value is a byte; as a field it is in the field's header
        for place in range(size):
            at = _read_value(content, at, inner, (*path, place), found)
    else:
        at += {BYTE: 1, DOUBLE: 8}.get(kind, 0)
    found.append((path, start, at, value))
    return at
