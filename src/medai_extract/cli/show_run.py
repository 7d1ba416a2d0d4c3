"""What a run shows on its way and at its end; programs get JSON of the same facts."""

import sys
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import msgspec
from rich.console import Console

from medai_extract.batch import Event, RunReport
from medai_extract.batch.report import Drift
from medai_extract.cli.show import count_of, mentions_table, print_json
from medai_extract.cli.terminal import make_console, make_table
from medai_extract.dataset import read_rows
from medai_extract.errors import InputError

MOST_REJECTED = 3
"""Rejected inputs that are named."""
MOST_MOVED = 10
"""Rules and sources of each kind that are told."""


class RunProgress:
    """A progress bar on standard error with rate and time left, for a terminal."""

    def __enter__(self) -> Self:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("inputs, {task.fields[articles]:,} articles, {task.fields[rate]:,.0f}/s"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("extracting", total=None, articles=0, rate=0.0)
        self._progress.start()
        return self

    def tell(self, event: Event) -> None:
        """Show how many inputs are behind, and how many articles were extracted."""
        if event.event in ("started", "extracted"):
            elapsed = self._progress.tasks[0].elapsed or 0.0
            self._progress.update(
                self._task,
                completed=event.done,
                total=event.total,
                articles=event.articles,
                rate=event.articles / elapsed if elapsed else 0.0,
            )
        else:
            self._progress.update(self._task, description=event.event)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


class NoProgress:
    """What stands for a progress bar where nobody looks."""

    def __enter__(self) -> Self:
        return self

    def tell(self, event: Event) -> None:
        """Show nothing."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is to be tidied up."""


class EventLog:
    """A line of JSON on standard error for every event."""

    def __enter__(self) -> Self:
        return self

    def tell(self, event: Event) -> None:
        """Write one event with its time."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = msgspec.json.encode({"at": at, **msgspec.to_builtins(event)})
        sys.stderr.write(line.decode() + "\n")
        sys.stderr.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.tell(Event("failed", detail={"error": str(error)}))


def make_progress(log: str | None) -> RunProgress | NoProgress | EventLog:
    """Give what tells of events: as a log if one is asked for, on a terminal as a bar."""
    if log is not None:
        return EventLog()
    return RunProgress() if sys.stderr.isatty() else NoProgress()


def print_run(report: RunReport, out: str, folder: Path, *, as_json: bool) -> None:
    """Print what a run did, what moved, and where it is; ``folder`` holds the files of ``out`` on this machine."""
    if as_json:
        print_json(
            {
                "run": report.run, "published": report.published, "extracted": report.extracted, "lost": report.lost,
                "articles": report.articles, "duplicates": report.duplicates, "rejected": report.rejected,
                "entities": report.entities, "relations": report.relations, "seconds": round(report.seconds, 3),
                "mentions": {f"{lang} {label}": number for (lang, label), number in sorted(report.mentions.items())},
                "drift": _bound(report.drift), "out": out,
            }
        )  # fmt: skip
        return
    console = make_console()
    console.print(mentions_table(report.mentions))
    copies = f" ({count_of(report.duplicates, 'copy')} among them)" if report.duplicates else ""
    reasons = ", ".join(f"{reason} {number}" for reason, number in sorted(report.reasons.items()))
    console.print(
        f"{count_of(report.articles, 'article')}{copies}, {count_of(report.entities, 'entity')}, "
        f"{count_of(report.relations, 'relation')}, "
        f"{report.rejected:,} rejected{f' ({reasons})' if reasons else ''}, {report.seconds:.1f} s"
    )
    if report.rejected:
        _print_rejected(console, folder)
    _print_drift(console, msgspec.to_builtins(report.drift))
    if not report.published:
        console.print(f"nothing has changed since run {report.run}; {out} is as it was", soft_wrap=True)
        return
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.suffix in (".jsonl", ".json", ".parquet", ".csv"))  # fmt: skip
    console.print(
        f"run {report.run}: {count_of(report.extracted, 'article')} extracted; written to {out}: {', '.join(names)}",
        soft_wrap=True,
    )


def _print_rejected(console: Console, folder: Path) -> None:
    """Name the first rejected inputs, and say why."""
    try:
        shown = list(islice(read_rows(folder, "rejected"), MOST_REJECTED + 1))
    except InputError:
        # Written as CSV alone, which is for other programs.
        return
    for row in shown[:MOST_REJECTED]:
        where = row["source"] if row["source_id"] is None else f"{row['source']} [{row['source_id']}]"
        told = f"rejected: {where}: {row['reason']}: {row['detail']}"
        console.print(told, soft_wrap=True, markup=False, highlight=False)
    if len(shown) > MOST_REJECTED:
        console.print("rejected: … (status --articles names all)")


def _bound(drift: Drift) -> dict[str, object]:
    """Give what moved most, and how many rules find nothing; ``run.json`` names all."""
    return {
        "rules": drift.rules[:MOST_MOVED],
        "sources": drift.sources[:MOST_MOVED],
        "died": drift.died[:MOST_MOVED],
        "dead": len(drift.dead),
    }


def _print_drift(console: Console, drift: dict[str, Any]) -> None:
    """Print what is not as it was in the run before."""
    moved = [("rule", one, "hits") for one in drift["rules"][:MOST_MOVED]]
    moved += [("source", one, "characters an article") for one in drift["sources"][:MOST_MOVED]]
    if moved:
        table = make_table("what", "name", "before", "now", "", title="Moved since the last run")
        for what, one, unit in moved:
            table.add_row(what, one["name"], f"{one['before']:,.0f}", f"{one['now']:,.0f}", unit)
        console.print(table)
    if drift["died"]:
        names = ", ".join(drift["died"][:MOST_MOVED]) + (" …" if len(drift["died"]) > MOST_MOVED else "")
        console.print(f"rules that find nothing any more: {names}", soft_wrap=True)


def _read_run(out: Path) -> dict[str, Any]:
    """Read the account that the last run left.

    Raises:
        InputError: no run has finished there.
    """
    path = out / "run.json"
    try:
        return cast(dict[str, Any], msgspec.json.decode(path.read_bytes()))
    except FileNotFoundError as error:
        from medai_extract.batch.store import FOLDER

        if (out / FOLDER).is_dir():
            raise InputError(
                f"{out}: its first run has not finished; run again, it goes on from there"
            ) from error
        raise InputError(f"{out}: holds no run; give the --out folder of a run") from error
    except (OSError, msgspec.DecodeError) as error:
        raise InputError(
            f"{path}: holds no finished run ({error}); give the --out folder of a run"
        ) from error


def print_status(out: Path, *, as_json: bool) -> None:
    """Print the run of an output folder."""
    run = _read_run(out)
    if as_json:
        print_json(run)
        return
    console = make_console()
    counts, timings = run["counts"], run["timings"]
    console.print(
        f"run {run['run']} of {', '.join(run['paths'])}, finished {run['finished_at']}", soft_wrap=True
    )
    mentions = {tuple(key.split(" ")): number for key, number in counts["mentions"].items()}
    console.print(mentions_table(mentions))
    facts = make_table("", "")
    facts.show_header = False
    for name in (
        "articles",
        "duplicates",
        "rejected",
        "entities",
        "relations",
        "inputs_read",
        "articles_extracted",
    ):
        facts.add_row(name.replace("_", " "), f"{counts[name]:,}")
        if name == "rejected":
            for reason, number in counts["rejected_by_reason"].items():
                facts.add_row(f"  {reason}", f"{number:,}")
    facts.add_row("seconds", f"{timings['seconds']:,}")
    for stage, seconds in timings["stages"].items():
        facts.add_row(f"  {stage}", f"{seconds:,}")
    facts.add_row("characters a second", f"{timings['characters_per_second']:,}")
    facts.add_row("articles a second", f"{timings['articles_per_second']:,}")
    facts.add_row(
        "peak memory", f"{run['peak_memory_mb']:,} MB, a worker {run['peak_memory_of_worker_mb']:,} MB"
    )
    for name, fingerprint in run["fingerprints"].items():
        facts.add_row(f"{name} fingerprint", fingerprint)
    console.print(facts)
    if timings["slowest"]:
        slowest = make_table("article", "characters", "seconds", title="Slowest articles")
        for one in timings["slowest"]:
            slowest.add_row(one["source"], f"{one['characters']:,}", f"{one['seconds']:,}")
        console.print(slowest)
    _print_drift(console, run["drift"])
    if dead := run["drift"]["dead"]:
        console.print(
            f"{count_of(len(dead), 'rule')} for money and dates found nothing in this dataset", soft_wrap=True
        )


def print_verified(out: Path, *, as_json: bool) -> None:
    """Check a dataset and its store, and print what was checked.

    Raises:
        OutputError: something is damaged; the first few faults are named.
    """
    from medai_extract.batch.verify import verify

    verified = verify(out)
    if as_json:
        print_json(verified)
    else:
        checked = ", ".join(count_of(number, noun) for noun, number in verified.checked.items())
        make_console().print(f"{out}: whole: {checked}", soft_wrap=True)
