"""What became of every input of a run, a line each: how it was read, what was kept, when it was published, why it was refused."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.console import Console

from medai_extract.cli.terminal import is_narrow
from medai_extract.dataset import read_rows

_COLUMNS = {"id": 16, "format": 8, "encoding": 20, "kept": 5, "published": 20}
_SOURCE = (20, 60)
"""Fewest and most cells of the column of sources."""
_NARROWEST = 108


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an input; ``kept`` is the share of its text that is in the clean text, ``rejected`` why there is none."""

    source: str
    source_id: str | None
    id: str | None = None
    format: str | None = None
    encoding: str | None = None
    encoding_runner_up: str | None = None
    kept: float | None = None
    published_at: str | None = None
    published_from: str | None = None
    duplicate_of: str | None = None
    warnings: list[str] = []
    rejected: str | None = None


def read_intake(out: Path) -> Iterator[Intake]:
    """Give every article and every refused input of a dataset, one by one.

    Raises:
        InputError: the folder holds no finished run.

    """
    for row in read_rows(out, "articles"):
        # A dataset of an older run lacks the later columns.
        yield Intake(
            source=row["source"],
            source_id=row["source_id"],
            id=row["id"],
            format=row.get("format"),
            encoding=row["encoding"],
            encoding_runner_up=row.get("encoding_runner_up"),
            kept=_share(row),
            published_at=row["published_at"],
            published_from=row["published_from"],
            duplicate_of=row["duplicate_of"],
            warnings=list(row["warnings"]),
        )
    for row in read_rows(out, "rejected"):
        reason = f"{row['reason']}: {row['detail']}" if row["detail"] else row["reason"]
        yield Intake(source=row["source"], source_id=row["source_id"], rejected=reason)


def _share(row: dict[str, Any]) -> float | None:
    """Give the share of a source's code points that the clean text comes from.

    >>> _share({"kept": [[10, 40], [50, 70]], "source_length": 100}), _share({"kept": []})
    (0.5, None)
    """
    length = row.get("source_length")
    return round(sum(end - start for start, end in row["kept"]) / length, 3) if length else None


def print_intake(out: Path, *, as_json: bool) -> None:
    """Print what became of every input, as a table, or as JSON Lines for programs."""
    if as_json:
        for intake in read_intake(out):
            sys.stdout.write(msgspec.json.encode(intake).decode() + "\n")
        return
    console = Console(highlight=False, markup=False)
    width = max(console.width, _NARROWEST) - sum(_COLUMNS.values()) - 2 * len(_COLUMNS)
    source_cells = min(max(width * 2 // 3, _SOURCE[0]), _SOURCE[1])
    widths = [_COLUMNS["id"], source_cells, *list(_COLUMNS.values())[1:]]
    console.print(_line(["id", "source", *list(_COLUMNS)[1:], "notes"], widths), style="bold", soft_wrap=True)
    for intake in read_intake(out):
        style = "red" if intake.rejected else "dim" if intake.duplicate_of else None
        console.print(_line(_cells(intake, source_cells), widths), style=style, soft_wrap=True)


def _cells(intake: Intake, source_cells: int) -> list[str]:
    runner_up = f" ({intake.encoding_runner_up}?)" if intake.encoding_runner_up else ""
    notes = [
        *([f"rejected: {intake.rejected}"] if intake.rejected else []),
        *([f"copy of {intake.duplicate_of}"] if intake.duplicate_of else []),
        *intake.warnings,
    ]
    source = intake.source if intake.source_id is None else f"{intake.source} [{intake.source_id}]"
    return [
        intake.id or "-",
        _cut_left(source, source_cells) if is_narrow() else source,
        intake.format or "-",
        f"{intake.encoding or '-'}{runner_up}",
        "-" if intake.kept is None else f"{intake.kept:.0%}",
        f"{intake.published_at} {intake.published_from}" if intake.published_at else "-",
        "; ".join(notes),
    ]


def _line(cells: list[str], widths: list[int]) -> str:
    padded = [
        set_cell_size(cell, max(width, cell_len(cell))) for cell, width in zip(cells, widths, strict=False)
    ]
    return "  ".join([*padded, cells[-1]]).rstrip()


def _cut_left(text: str, cells: int) -> str:
    """Shorten a path from its beginning: its end is what tells it from its like.

    >>> _cut_left("/home/lina/articles/zh-014.html", 16), _cut_left("a.txt", 16)
    ('…les/zh-014.html', 'a.txt')
    """
    if cell_len(text) <= cells:
        return text
    while cell_len(text) >= cells:
        text = text[max((cell_len(text) - cells) // 2, 1) :]
    return f"…{text}"
