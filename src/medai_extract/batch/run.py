"""A run over many articles: what is new is read and extracted, and the dataset put together and published."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from medai_extract.batch.choice import Choice
from medai_extract.batch.compiled import find_fingerprints, load_pipeline
from medai_extract.batch.engines import make_engine
from medai_extract.batch.event import Event
from medai_extract.batch.executor import PATIENCE
from medai_extract.batch.publish import switch
from medai_extract.batch.report import RunReport
from medai_extract.batch.stages import Stages
from medai_extract.batch.store import FOLDER, Store, open_store
from medai_extract.decisions import Decisions, read_decisions
from medai_extract.ingest.fetch_settings import FetchSettings
from medai_extract.ingest.paths import check_paths, is_there
from medai_extract.memory import give_back
from medai_extract.patterns import Patterns
from medai_extract.pipeline import Pipeline
from medai_extract.settings import Settings
from medai_extract.writers import FORMATS

KEEP = 10
UNFINISHED = "unfinished"
"""A file in the store while a run is under way; where it is still there, a run did not come to its end."""


def run_batch(
    paths: Iterable[str],
    out: Path,
    *,
    settings: Settings,
    links: bool = False,
    fetching: FetchSettings | None = None,
    formats: Sequence[str] = ("jsonl", "parquet"),
    workers: int = 1,
    engine: str | None = None,
    scheduler: str | None = None,
    patience: float = PATIENCE,
    force: bool = False,
    keep_gone: bool = False,
    keep: int = KEEP,
    count_duplicates: bool = False,
    ignore_review: bool = False,
    pipeline: Pipeline | None = None,
    progress: Callable[[Event], None] | None = None,
) -> RunReport:
    """Extract from everything under ``paths`` that is new or changed and leave the whole dataset in ``out``.

    Args:
        paths: files, folders, globs, addresses of the web or ``-``; what else ``out`` held of other inputs goes.
        out: the output folder.
        settings: what is extracted.
        links: whether ``paths`` are text files of links, which are fetched.
        fetching: how it is fetched.
        formats: of ``jsonl``, ``parquet``, ``csv``.
        workers: processes; the records do not depend on it.
        engine: ``inline``, ``processes`` or ``dask``; by the number of workers where none is named.
        scheduler: the address of a Dask cluster; one on this machine where none is given.
        patience: seconds after which a worker hangs.
        force: read and extract everything again.
        keep_gone: keep the articles of inputs that are not there any more.
        keep: how many runs can be looked back at.
        count_duplicates: count the mentions of copies for their entities too.
        ignore_review: leave the decisions of reviewers in ``out`` aside.
        pipeline: one that was compiled before from these settings, for a program that runs often.
        progress: called with what happens.

    Raises:
        InputError: nothing at all could be read.
        OutputError: the folder cannot be written, or another run writes it.
        PatternError: a pattern file is wrong; found before the first article is read.
    """
    choice = Choice(
        paths=tuple(paths),
        links=links,
        fetching=fetching or FetchSettings(),
        formats=tuple(form for form in FORMATS if form in formats),
        settings=settings,
        engine=engine or ("inline" if workers <= 1 else "processes"),
        workers=workers,
        force=force,
        keep_gone=keep_gone,
        keep=keep,
        count_duplicates=count_duplicates,
    )

    fingerprints = find_fingerprints(settings, None if pipeline is None else pipeline.patterns)

    @cache
    def get_pipeline() -> Pipeline:
        return load_pipeline(settings, fingerprints) if pipeline is None else pipeline

    @cache
    def get_patterns() -> Patterns:
        return get_pipeline().patterns

    def let_go() -> None:
        if get_pipeline.cache_info().currsize and pipeline is None:
            get_patterns()
            get_pipeline.cache_clear()
            give_back()

    tell = progress or _say_nothing
    if not is_there(out / FOLDER):
        check_paths(choice.paths)
    with open_store(out) as store:
        decisions = Decisions() if ignore_review else read_decisions(out)
        _recover(store)
        unfinished = store.path / UNFINISHED
        unfinished.touch()
        with make_engine(choice.engine, get_pipeline, workers, scheduler, patience) as running:
            report = Stages(store, running, choice, decisions, get_patterns, let_go, fingerprints, tell).go()
        unfinished.unlink()
    tell(Event("finished", articles=report.articles, detail={"seconds": round(report.seconds, 3)}))
    return report


def _say_nothing(_: Event) -> None:
    """Leave events aside."""


def _recover(store: Store) -> None:
    """Take up what a run left that did not come to its end: nothing of what it had finished is lost."""
    if (store.path / UNFINISHED).exists():
        store.remove_unknown_files()
        with store.transaction() as connection:
            # What it had read of an input that it did not read to the end.
            connection.execute("DELETE FROM item WHERE reading NOT IN (SELECT reading FROM input)")
        switch(store)
