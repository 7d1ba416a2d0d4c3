"""The dataset of a finished run, read back: rows of any table in whichever format the run wrote."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from medai_extract.errors import InputError
from medai_extract.model import DateValue, Mention, MoneyValue, Value


def find_table(out: Path, table: str) -> Path:
    """Give the file of a table.

    Raises:
        InputError: the folder holds no finished run with rows that can be read back.
    """
    for form in ("jsonl", "parquet"):
        path = out / f"{table}.{form}"
        if path.is_file():
            return path
    raise InputError(
        f"{out}: has neither {table}.jsonl nor {table}.parquet; give the --out folder of a run that wrote one"
    )


def read_rows(out: Path, table: str) -> Iterator[dict[str, Any]]:
    """Give the rows of a table as they stand in its columns."""
    path = find_table(out, table)
    try:
        if path.suffix == ".jsonl":
            decoder = msgspec.json.Decoder()
            with path.open("rb") as lines:
                yield from map(decoder.decode, lines)
            return
        import pyarrow.parquet as pq

        with pq.ParquetFile(path) as stored:
            for batch in stored.iter_batches(batch_size=2_000):
                yield from batch.to_pylist()
    except (
        OSError,
        ValueError,
        msgspec.DecodeError,
    ) as error:  # Arrow says ValueError of a file without its end
        raise InputError(f"{path}: cannot be read: {error}; run the extraction again") from error


def make_value(label: str, row: dict[str, Any] | None) -> Value | None:
    """Give the value of a row; Parquet has one column for both kinds, so the label says which it is.

    >>> make_value("DATE", {"currency": None, "timex": "2025-03", "start": "2025-03-01", "end": "2025-03-31"})
    DateValue(timex='2025-03', start='2025-03-01', end='2025-03-31')
    """
    if row is None or label not in ("MONEY", "DATE"):
        return None
    if label == "DATE":
        return DateValue(timex=row.get("timex"), start=row.get("start"), end=row.get("end"))
    return MoneyValue(**{name: row.get(name) for name in MoneyValue.__struct_fields__})


def make_mention(row: dict[str, Any]) -> Mention:
    """Give a row of ``mentions`` as the record it was written from."""
    return Mention(**{**row, "value": make_value(row["label"], row["value"])})
