"""The tables of a dataset: their columns, and their rows as JSON Lines and CSV. Parquet has the same columns."""

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from types import SimpleNamespace

import msgspec
import pyarrow as pa

from medai_extract.model import DateValue, MoneyValue
from medai_extract.records import Record

FORMATS = ("jsonl", "parquet", "csv")


def _schema(*columns: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema([(name, kind) for names, kind in columns for name in names.split()])


_TEXT, _TEXTS, _NUMBER = pa.string(), pa.list_(pa.string()), pa.int64()
_MONEY = pa.struct([(name, _TEXT) for name in MoneyValue.__struct_fields__])
_DATE = pa.struct([(name, _TEXT) for name in DateValue.__struct_fields__])
_VALUE = pa.struct([*_MONEY, *_DATE])
SCHEMAS: Mapping[str, pa.Schema] = {
    "articles": _schema(
        ("id source source_id url title author publisher published_at published_from lang text", _TEXT),
        ("kept", pa.list_(pa.list_(_NUMBER))),
        ("encoding duplicate_of", _TEXT),
        ("warnings", _TEXTS),
        ("format encoding_runner_up", _TEXT),
        ("source_length", _NUMBER),
    ),
    "mentions": _schema(
        ("id article_id label text", _TEXT),
        ("start end source_start source_end", _NUMBER),
        ("sentence", _TEXT),
        ("value", _VALUE),
        ("entity_id rule_id", _TEXT),
        ("score", pa.float64()),
        ("status reviewed_by link", _TEXT),
    ),
    "entities": _schema(
        ("id label name_zh name_en", _TEXT),
        ("aliases", _TEXTS),
        ("parent_id", _TEXT),
        ("mentions articles", _NUMBER),
        ("first_published last_published", _TEXT),
    ),
    "relations": _schema(
        ("id article_id type subject_id object_id", _TEXT),
        ("date", _DATE),
        ("money", _MONEY),
        ("evidence", _TEXTS),
        ("sentence rule_id", _TEXT),
    ),
    "rejected": _schema(("source source_id stage reason detail", _TEXT)),
}
_PARTS = {
    table: [
        (field.name, part.name) for field in schema if pa.types.is_struct(field.type) for part in field.type
    ]
    for table, schema in SCHEMAS.items()
}
"""The parts of values, which a spreadsheet can sort and add up where they have columns of their own."""


def write_lines(records: Iterable[Record]) -> bytes:
    """Give records as JSON Lines."""
    lines: bytes = msgspec.json.Encoder().encode_lines(records)
    return lines


def write_csv_header(table: str) -> bytes:
    r"""Give what a table in CSV begins with: the mark of UTF-8, without which Excel reads no Chinese, and the names of its columns.

    >>> write_csv_header("rejected").decode("utf-8-sig")
    'source,source_id,stage,reason,detail\n'
    """
    parts = [f"{column}.{part}" for column, part in _PARTS[table]]
    return BOM_UTF8 + ",".join([*SCHEMAS[table].names, *parts]).encode() + b"\n"


def write_csv(lines: bytes, table: str) -> bytes:
    """Give JSON Lines as CSV; lists and values are JSON in their cell, so that nothing is lost, and a value's parts have cells of their own."""
    rows: list[str] = []
    # With this end of rows a cell that holds half of it is quoted too; alone, it would end the row for whoever reads it.
    writer = csv.writer(SimpleNamespace(write=rows.append), lineterminator="\r\n")
    columns, parts = SCHEMAS[table].names, _PARTS[table]
    for row in msgspec.json.Decoder().decode_lines(lines):
        cells = [row[column] for column in columns]
        writer.writerow(
            [msgspec.json.encode(cell).decode() if isinstance(cell, dict | list) else cell for cell in cells]
            + [row[column] and row[column].get(part) for column, part in parts]
        )
    return "".join(f"{row[:-2]}\n" for row in rows).encode()
