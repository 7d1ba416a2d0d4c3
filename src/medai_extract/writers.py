"""Records to files: JSON Lines, Parquet and CSV of the same columns, written beside and renamed.

A reader sees the dataset of the last finished run or of this one, never half a file: everything is written into a
hidden folder in the output folder, synced, and renamed into place when all of it is there.
"""

import csv
import io
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import pyarrow as pa
import pyarrow.json
import pyarrow.parquet as pq

from medai_extract.errors import OutputError
from medai_extract.model import DateValue, MoneyValue
from medai_extract.records import Record

FORMATS = ("jsonl", "parquet", "csv")
GROUP_ROWS, GROUP_BYTES = 5_000, 8_000_000
"""A row group of Parquet ends at either limit: memory stays flat, and groups do not depend on workers."""


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


class TableWriter:
    """One table in every chosen format.

    Rows are encoded once, as JSON Lines; Parquet is made from those bytes by Arrow's own reader.
    """

    def __init__(self, folder: Path, table: str, formats: Sequence[str]) -> None:
        self._schema = SCHEMAS[table]
        self._jsonl = (folder / f"{table}.jsonl").open("wb") if "jsonl" in formats else None
        self._csv = (folder / f"{table}.csv").open("wb") if "csv" in formats else None
        self._parquet = (
            pq.ParquetWriter(folder / f"{table}.parquet", self._schema, compression="zstd")
            if "parquet" in formats
            else None
        )
        self._encoder = msgspec.json.Encoder()
        self._lines: list[bytes] = []
        self._bytes = 0
        if self._csv is not None:
            self._csv.write(",".join(self._schema.names).encode() + b"\n")

    def write(self, records: Sequence[Record]) -> None:
        """Write some rows."""
        if self._csv is not None:
            self._csv.write(_to_csv(map(msgspec.to_builtins, records), self._schema.names).encode())
        lines = [self._encoder.encode(record) for record in records]
        if self._jsonl is not None and lines:
            self._jsonl.write(b"\n".join(lines) + b"\n")
        if self._parquet is None:
            return
        for line in lines:
            self._lines.append(line)
            self._bytes += len(line)
            if len(self._lines) >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
                self._write_group(self._parquet)

    def _write_group(self, parquet: pq.ParquetWriter) -> None:
        block = b"\n".join(self._lines)
        self._lines, self._bytes = [], 0
        # One block a group: a row is never cut, and the reader keeps the order of the rows.
        options = pa.json.ReadOptions(use_threads=False, block_size=len(block) + 1)
        explicit = pa.json.ParseOptions(explicit_schema=self._schema, unexpected_field_behavior="error")
        table = pa.json.read_json(pa.BufferReader(block), read_options=options, parse_options=explicit)
        parquet.write_table(table.select(self._schema.names))

    def close(self) -> None:
        """Write what is left and close the files."""
        if self._parquet is not None:
            if self._lines:
                self._write_group(self._parquet)
            self._parquet.close()
        for stream in (self._jsonl, self._csv):
            if stream is not None:
                stream.flush()
                os.fsync(stream.fileno())
                stream.close()


def _to_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Give rows as CSV; lists and values are JSON in their cell, so that nothing is lost."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        cells = (row[column] for column in columns)
        writer.writerow(
            [
                msgspec.json.encode(cell).decode() if isinstance(cell, dict | list | tuple) else cell
                for cell in cells
            ]
        )
    return text.getvalue()


class DatasetWriter:
    """All tables of a run; on leaving without an error they replace those of the last run.

    Raises:
        OutputError: the folder cannot be made or written.
    """

    def __init__(self, out: Path, formats: Sequence[str]) -> None:
        self._out = out
        self._formats = formats
        self._partial = out / f".partial-{os.getpid()}"

    def __enter__(self) -> Self:
        try:
            self._partial.mkdir(parents=True)
            self.tables = {table: TableWriter(self._partial, table, self._formats) for table in SCHEMAS}
        except OSError as error:
            raise OutputError(
                f"{self._out}: cannot be written: {error.strerror}; choose another --out"
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for table in self.tables.values():
                table.close()
            if kind is None:
                for path in sorted(self._partial.iterdir()):
                    path.replace(self._out / path.name)
                self._drop_stale()
        except OSError as failure:
            raise OutputError(
                f"{self._out}: cannot be written: {failure.strerror}; free space or choose another --out"
            ) from failure
        finally:
            shutil.rmtree(self._partial, ignore_errors=True)

    def _drop_stale(self) -> None:
        """Remove tables of formats that this run does not write; they would tell of an older run."""
        for table in SCHEMAS:
            for form in FORMATS:
                if form not in self._formats:
                    (self._out / f"{table}.{form}").unlink(missing_ok=True)

    def write_run(self, run: Mapping[str, object]) -> None:
        """Write ``run.json``."""
        (self._partial / "run.json").write_bytes(
            msgspec.json.format(msgspec.json.encode(run), indent=2) + b"\n"
        )
