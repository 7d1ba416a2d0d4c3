"""Decisions read from the desk's file beside a dataset."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from medai_extract.decisions.inforce import Decisions, make_decisions
from medai_extract.errors import InputError

FILE = "review.sqlite"
"""Where the decisions of a dataset stand, beside its tables."""
IN_FORCE = "action.undone_at IS NULL"
WRITTEN = (
    "(step.kind = 'decision' OR action.at <= :written"
    " AND (action.undone_at IS NULL OR action.undone_at >= :written))"
)
"""What a dataset written at a time may show: any decision, told by its words, and of the rest what was in force then."""


def read_decisions(out: Path) -> Decisions:
    """Read the decisions in force beside a dataset; none where nobody has reviewed it.

    Raises:
        InputError: the file is there and cannot be read.
    """
    return _read(out, IN_FORCE)


def read_log(out: Path) -> Decisions:
    """Read what a written dataset may show: every decision ever made, and merges, splits and standing decisions in force then.

    Raises:
        InputError: the file is there and cannot be read.
    """
    return _read(out, WRITTEN)


def written_at(out: Path) -> str:
    """Give when the dataset was written, as the log writes times; undone later means in force then."""
    path = out / "run.json"
    seconds = path.stat().st_mtime if path.is_file() else 0.0
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _read(out: Path, condition: str) -> Decisions:
    path = out / FILE
    if not path.is_file():
        return Decisions()
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
        try:
            rows = connection.execute(
                "SELECT step.kind, step.content FROM step JOIN action ON action.id = step.action_id"
                f" WHERE {condition} ORDER BY step.id",
                {"written": written_at(out)},
            ).fetchall()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise InputError(
            f"{path}: cannot be read: {error}; restore it from a copy, or run with --ignore-review"
        ) from error
    return make_decisions(rows)
