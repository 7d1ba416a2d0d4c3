"""Records to files: JSON Lines, Parquet and CSV of the same columns, written beside and renamed.

A reader sees the dataset of the last finished run or of this one, never half a file: everything is written into a hidden folder
in the output folder, synced, and renamed into place when all of it is there.
"""

import csv
import io
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from medai_extract.errors import OutputError
from medai_extract.records import Record

FORMATS = ("jsonl", "parquet", "csv")
ROW_GROUP = 5_000
"""Rows gathered before a row group is written: memory stays flat, and a group's size does not depend on workers."""

_TEXT = pa.string()
_VALUE = pa.struct(
    [
        (name, _TEXT)
        for name in ("currency", "amount", "amount_min", "amount_max", "modifier", "timex", "start", "end")
    ]
)
_MONEY = pa.struct([(name, _TEXT) for name in ("currency", "amount", "amount_min", "amount_max", "modifier")])
_DATE = pa.struct([(name, _TEXT) for name in ("timex", "start", "end")])
SCHEMAS: Mapping[str, pa.Schema] = {
    "articles": pa.schema(
        [(name, _TEXT) for name in ("id", "source", "source_id", "url", "title", "author", "publisher")]
        + [(name, _TEXT) for name in ("published_at", "published_from", "lang", "text")]
        + [("kept", pa.list_(pa.list_(pa.int64()))), ("encoding", _TEXT), ("duplicate_of", _TEXT)]
        + [("warnings", pa.list_(_TEXT))]
    ),
    "mentions": pa.schema(
        [
            ("id", _TEXT),
            ("article_id", _TEXT),
            ("label", _TEXT),
            ("text", _TEXT),
            ("start", pa.int64()),
            ("end", pa.int64()),
        ]
        + [("source_start", pa.int64()), ("source_end", pa.int64()), ("sentence", _TEXT), ("value", _VALUE)]
        + [
            ("entity_id", _TEXT),
            ("rule_id", _TEXT),
            ("score", pa.float64()),
            ("status", _TEXT),
            ("reviewed_by", _TEXT),
        ]
    ),
    "entities": pa.schema(
        [(name, _TEXT) for name in ("id", "label", "name_zh", "name_en")]
        + [
            ("aliases", pa.list_(_TEXT)),
            ("parent_id", _TEXT),
            ("mentions", pa.int64()),
            ("articles", pa.int64()),
        ]
        + [("first_published", _TEXT), ("last_published", _TEXT)]
    ),
    "relations": pa.schema(
        [(name, _TEXT) for name in ("id", "article_id", "type", "subject_id", "object_id")]
        + [
            ("date", _DATE),
            ("money", _MONEY),
            ("evidence", pa.list_(_TEXT)),
            ("sentence", _TEXT),
            ("rule_id", _TEXT),
        ]
    ),
    "rejected": pa.schema([(name, _TEXT) for name in ("source", "source_id", "stage", "reason", "detail")]),
}


class TableWriter:
    """One table in every chosen format."""

    def __init__(self, folder: Path, table: str, formats: Sequence[str]) -> None:
        self._schema = SCHEMAS[table]
        self._rows: list[dict[str, Any]] = []
        self._jsonl = (folder / f"{table}.jsonl").open("wb") if "jsonl" in formats else None
        self._csv = (
            (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") if "csv" in formats else None
        )
        self._parquet = (
            pq.ParquetWriter(folder / f"{table}.parquet", self._schema, compression="zstd")
            if "parquet" in formats
            else None
        )
        self._encoder = msgspec.json.Encoder()
        if self._csv is not None:
            self._csv.write(",".join(self._schema.names) + "\n")

    def write(self, records: Sequence[Record]) -> None:
        """Write some rows."""
        if self._jsonl is not None:
            self._jsonl.write(self._encoder.encode_lines(records))
        if self._parquet is None and self._csv is None:
            return
        self._rows.extend(msgspec.to_builtins(record) for record in records)
        while len(self._rows) >= ROW_GROUP:
            self._write_group(self._rows[:ROW_GROUP])
            del self._rows[:ROW_GROUP]

    def _write_group(self, rows: list[dict[str, Any]]) -> None:
        if self._parquet is not None:
            self._parquet.write_table(pa.Table.from_pylist(rows, schema=self._schema))
        if self._csv is not None:
            self._csv.write(_to_csv(rows, self._schema.names))

    def close(self) -> None:
        """Write what is left and close the files."""
        if self._rows:
            self._write_group(self._rows)
            self._rows = []
        for stream in (self._jsonl, self._csv):
            if stream is not None:
                stream.flush()
                os.fsync(stream.fileno())
                stream.close()
        if self._parquet is not None:
            self._parquet.close()


def _to_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
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
