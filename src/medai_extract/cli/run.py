"""The commands that make a dataset and tell of it."""

from pathlib import Path
from typing import Annotated

import typer

PatternsOption = Annotated[
    Path | None,
    typer.Option("--patterns", metavar="DIR", help="Pattern folder to use instead of the packaged one."),
]
SettingsOption = Annotated[
    Path | None, typer.Option("--settings", metavar="FILE", help="TOML file of settings.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def run(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Files, folders, globs, web addresses, feeds, or - for standard input."
        ),
    ],
    out: Annotated[
        str, typer.Option(metavar="DIR", help="Output folder, here or in another storage (s3://…).")
    ] = "outputs",
    workers: Annotated[int, typer.Option(min=1, help="Processes; the records do not depend on it.")] = 1,
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="ENGINE", help="inline, processes or dask; inline for one worker, else processes."
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="A running Dask cluster, as tcp://host:8786; implies --engine dask."
        ),
    ] = None,
    formats: Annotated[
        list[str],
        typer.Option("--format", metavar="FORMAT", help="jsonl, parquet or csv; may be given several times."),
    ] = ["jsonl", "parquet"],  # noqa: B006 - typer copies it
    patterns: PatternsOption = None,
    settings: SettingsOption = None,
    published_at: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Publication date (YYYY-MM-DD) of articles that state none."),
    ] = None,
    no_boilerplate: Annotated[
        bool, typer.Option("--no-boilerplate", help="Keep all text, navigation and advertisements too.")
    ] = False,
    ignore_review: Annotated[
        bool, typer.Option("--ignore-review", help="Leave the decisions of reviewers in DIR aside.")
    ] = False,
    links: Annotated[
        bool, typer.Option("--links", help="PATHs are text files of links, one on a line, to be fetched.")
    ] = False,
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private", help="Fetch from addresses of this machine and of local networks too."
        ),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Read and extract everything again.")] = False,
    keep_gone: Annotated[
        bool, typer.Option("--keep-gone", help="Keep the articles of inputs that are not there any more.")
    ] = False,
    keep: Annotated[int, typer.Option(min=1, metavar="N", help="How many runs can be looked back at.")] = 10,
    count_duplicates: Annotated[
        bool, typer.Option("--count-duplicates", help="Count copies of a story for its entities too.")
    ] = False,
    max_rejected: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Exit with 9 where more articles than so many were rejected."),
    ] = None,
    log: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", help="json: a line of JSON on standard error for whatever happens."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read what is new or changed, extract, and leave the whole dataset. 读取新增与改动的文章，抽取，写出数据集。"""
    from medai_extract.expressions import recall_expressions

    recall_expressions()
    from medai_extract.batch import run_batch
    from medai_extract.batch.engines import ENGINES
    from medai_extract.batch.remote import open_out
    from medai_extract.cli.show import count_of
    from medai_extract.cli.show_run import make_progress, print_run
    from medai_extract.errors import RejectedError
    from medai_extract.ingest.fetch_settings import FetchSettings, allow_all
    from medai_extract.settings import load_settings
    from medai_extract.writers import FORMATS

    chosen_formats = tuple(dict.fromkeys(part for value in formats for part in value.split(",")))
    _choose_from("--format", chosen_formats, FORMATS)
    _choose_from("--engine", () if engine is None else (engine,), ENGINES)
    _choose_from("--log", () if log is None else (log,), ("json",))
    if scheduler is not None and engine not in (None, "dask"):
        raise typer.BadParameter(f"is for --engine dask, not {engine}", param_hint="--scheduler")
    chosen = load_settings(
        settings, patterns=patterns, published_at=published_at, boilerplate=False if no_boilerplate else None
    )
    with (
        open_out(out, write=True) as folder,
        make_progress(log) as progress,
    ):
        report = run_batch(
            paths,
            folder,
            settings=chosen,
            links=links,
            fetching=FetchSettings(allow=allow_all) if allow_private else None,
            formats=chosen_formats,
            workers=workers,
            engine="dask" if scheduler is not None else engine,
            scheduler=scheduler,
            force=force,
            keep_gone=keep_gone,
            keep=keep,
            count_duplicates=count_duplicates,
            ignore_review=ignore_review,
            progress=progress.tell,
        )
    print_run(report, out, folder, as_json=as_json)
    _tell_missing(paths, out, folder, as_file=f"rejected.{chosen_formats[0]}")
    if max_rejected is not None and report.rejected > max_rejected:
        raise RejectedError(
            f"{out}: {count_of(report.rejected, 'article')} rejected, more than --max-rejected {max_rejected:,};"
            f" see {out}/rejected.{chosen_formats[0]}"
        )


def _tell_missing(paths: list[str], out: str, folder: Path, *, as_file: str) -> None:
    """Name the paths that were given and are not there; the dataset of the others stands.

    Raises:
        InputError: there are such.
    """
    from medai_extract.dataset import read_rows
    from medai_extract.errors import InputError
    from medai_extract.ingest.paths import find_missing

    if missing := find_missing(paths):
        # What is gone and kept (--keep-gone) is not rejected.
        rejected = {row["source"] for row in read_rows(folder, "rejected")}
        if named := [path for path in missing if Path(path).as_posix() in rejected]:
            raise InputError(
                f"{', '.join(named)}: is not there; the rest was read and written; mend the path (see {out}/{as_file})"
            )


def _choose_from(option: str, given: tuple[str, ...], known: tuple[str, ...]) -> None:
    if unknown := [name for name in given if name not in known]:
        raise typer.BadParameter(f"{', '.join(unknown)}; choose from {', '.join(known)}", param_hint=option)


def status(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="Output folder of a run.")],
    articles: Annotated[
        bool, typer.Option("--articles", help="A line for every input: how it was read, or why it was not.")
    ] = False,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Check every part and every record; exit with 6 where one is damaged."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what the last run did: counts, rejected inputs, versions, times. 查看上次运行的情况。"""
    if articles:
        from medai_extract.cli.show_articles import print_intake

        print_intake(out, as_json=as_json)
        return
    from medai_extract.cli.show_run import print_status, print_verified

    if verify:
        print_verified(out, as_json=as_json)
    else:
        print_status(out, as_json=as_json)
