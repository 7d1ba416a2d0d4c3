"""A run over many articles: what is new is read and extracted, and the dataset put together and published."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec

from medai_extract.batch.assemble import Assembled, Snapshot, assemble, write_index, write_table
from medai_extract.batch.executor import PATIENCE, Engine, Inline, Processes
from medai_extract.batch.extract import Extraction
from medai_extract.batch.fingerprints import code_fingerprint, patterns_fingerprint, reader_fingerprint
from medai_extract.batch.inputs import Inputs, encode_path, split_links
from medai_extract.batch.makings import carry_over, note_making
from medai_extract.batch.members import (
    Listing,
    decided_jobs,
    find_decided,
    list_members,
    set_present,
    take_own_results,
)
from medai_extract.batch.publish import (
    RUN_FILE,
    current_folder,
    file_names,
    is_published,
    last_run,
    make_folder,
    switch,
)
from medai_extract.batch.report import (
    Clock,
    Description,
    Drift,
    Event,
    RunReport,
    describe,
    find_moved_rules,
    note_slowest,
    read_report,
    split_label,
)
from medai_extract.batch.results import Job
from medai_extract.batch.snapshots import forget, note_run
from medai_extract.batch.store import FOLDER, Store, open_store, sync_folder
from medai_extract.decisions import Decisions, read_decisions
from medai_extract.errors import InputError, MissingExtraError, SettingsError
from medai_extract.ingest import expand_paths
from medai_extract.ingest.fetch_settings import FetchSettings
from medai_extract.ingest.links import read_links
from medai_extract.patterns import Patterns, load_patterns
from medai_extract.pipeline import Pipeline
from medai_extract.records import add_uncounted, make_entities
from medai_extract.settings import Settings
from medai_extract.writers import FORMATS

WEB_FOLDER = f"{FOLDER}/web"
"""Where fetched pages are kept in the output folder."""
KEEP = 10
ENGINES = ("inline", "processes", "dask")
UNFINISHED = "unfinished"
"""A file in the store while a run is under way; where it is still there, a run did not come to its end."""


class _Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What a user chose for a run, put in order."""

    paths: tuple[str, ...]
    links: bool
    fetching: FetchSettings
    formats: tuple[str, ...]
    settings: Settings
    engine: str
    workers: int
    force: bool
    keep_gone: bool
    keep: int
    count_duplicates: bool


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
        progress: called with what happens.

    Raises:
        InputError: nothing at all could be read.
        OutputError: the folder cannot be written, or another run writes it.
        PatternError: a pattern file is wrong; found before the first article is read.
    """
    choice = _Choice(
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

    @cache
    def get_patterns() -> Patterns:
        return load_patterns(settings.patterns)

    @cache
    def get_pipeline() -> Pipeline:
        return Pipeline(get_patterns(), settings)

    tell = progress or _say_nothing
    with open_store(out) as store:
        decisions = Decisions() if ignore_review else read_decisions(out)
        _recover(store)
        unfinished = store.path / UNFINISHED
        unfinished.touch()
        with make_engine(choice.engine, get_pipeline, workers, scheduler, patience) as running:
            report = _Run(store, running, choice, decisions, get_patterns, tell).go()
        unfinished.unlink()
    tell(Event("finished", articles=report.articles, detail={"seconds": round(report.seconds, 3)}))
    return report


def _say_nothing(_: Event) -> None:
    """Leave events aside."""


def make_engine(
    name: str, get_pipeline: Callable[[], Pipeline], workers: int, scheduler: str | None, patience: float
) -> Engine:
    """Give the engine of a name.

    Raises:
        SettingsError: there is none of that name.
        MissingExtraError: what it needs is not installed.
    """
    if name == "inline":
        return Inline(get_pipeline)
    if name == "processes":
        return Processes(get_pipeline, workers, patience)
    if name == "dask":
        try:
            from medai_extract.batch.cluster import Dask
        except ModuleNotFoundError as error:
            raise MissingExtraError(
                f"--engine dask: needs {error.name}; pip install 'medai-extract[cluster]'"
            ) from error
        return Dask(get_pipeline, workers, scheduler, patience)
    raise SettingsError(f"--engine {name}: is not known; choose from {', '.join(ENGINES)}")


def _recover(store: Store) -> None:
    """Take up what a run left that did not come to its end: nothing of what it had finished is lost."""
    if (store.path / UNFINISHED).exists():
        store.remove_unknown_files()
        with store.transaction() as connection:
            connection.execute("DELETE FROM item WHERE reading NOT IN (SELECT reading FROM input)")
        switch(store)


class _Run:
    """One run, stage after stage."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        choice: _Choice,
        decisions: Decisions,
        get_patterns: Callable[[], Patterns],
        tell: Callable[[Event], None],
    ) -> None:
        self._store, self._engine, self._choice, self._decisions = store, engine, choice, decisions
        self._get_patterns, self._tell = get_patterns, tell
        self._clock = Clock()
        self._report = RunReport()
        self._fingerprints = {
            "settings": choice.settings.fingerprint(),
            "patterns": patterns_fingerprint(choice.settings.patterns),
            "code": code_fingerprint(),
        }

    def go(self) -> RunReport:
        """Do everything."""
        names = self._fingerprints
        making = note_making(
            self._store, names["settings"], names["code"], names["patterns"], self._get_patterns
        )
        if not self._choice.force:
            carry_over(self._store, making, self._get_patterns)
        inputs = Inputs(
            self._store, reader_fingerprint(), force=self._choice.force, keep_gone=self._choice.keep_gone
        )
        extraction = Extraction(self._store, self._engine, making, force=self._choice.force)
        self._clock.end("prepare")
        self._extract(extraction, inputs)
        paths = inputs.all_paths()
        state = self._state(paths, making)
        if not self._choice.force and self._stands(state):
            return self._report_last()
        listing = list_members(self._store, count_duplicates=self._choice.count_duplicates)
        listing = self._decide(extraction, listing)
        self._clock.end("list")
        last = last_run(self._store)
        if not listing.members:
            self._refuse_empty(listing, last)
        self._publish(listing, making, state, last)
        if not listing.members:
            raise InputError(self._say_nothing_readable(listing))
        return self._report

    def _extract(self, extraction: Extraction, inputs: Inputs) -> None:
        paths = self._choice.paths
        files, links = split_links(() if self._choice.links else expand_paths(paths))
        links += [link for path in paths for link in read_links(path)] if self._choice.links else []
        total = len(files) + len(links)

        def jobs() -> Iterator[Job]:
            yield from inputs.read_changed(inputs.find_changed(files))
            folder = self._store.out / WEB_FOLDER
            pages = inputs.fetch_changed(links, folder, self._choice.fetching)
            yield from inputs.read_changed(pages)
            set_present(self._store, [encode_path(path) for path in inputs.all_paths()])
            yield from extraction.stale_jobs()

        report = self._report
        self._tell(Event("started", total=total))
        for extracted in extraction.extract(jobs()):
            report.extracted += len(extracted.jobs)
            report.slowest = note_slowest(report.slowest, extracted)
            self._tell(Event("extracted", len(inputs.paths), total, report.extracted))
        report.read = inputs.read
        self._clock.end("extract")
        self._clock.stages["read"] = round(inputs.seconds, 3)
        self._clock.stages["extract"] = round(self._clock.stages["extract"] - inputs.seconds, 3)

    def _decide(self, extraction: Extraction, listing: Listing) -> Listing:
        keys = find_decided(self._store, listing.members, self._decisions)
        jobs = decided_jobs(self._store, listing.members, keys, self._decisions)
        for extracted in extraction.extract(jobs):
            self._report.extracted += len(extracted.jobs)
        return take_own_results(self._store, listing, keys)

    def _state(self, paths: Sequence[str], making: int) -> str:
        """Give a hash of all that the dataset is made of."""
        choice = self._choice
        parts = [
            self._store.get("change"), making, choice.formats, self._decisions.digest, choice.count_duplicates,
            [encode_path(path) for path in paths],
        ]  # fmt: skip
        return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()[:32]

    def _stands(self, state: str) -> bool:
        """Say whether the last run published what this one would."""
        row = self._store.connection.execute("SELECT state FROM run ORDER BY id DESC LIMIT 1").fetchone()
        folder = current_folder(self._store)
        return (
            row is not None
            and row[0] == state
            and folder is not None
            and is_published(self._store, self._choice.formats)
            and bool(Snapshot(folder).formats)
        )

    def _report_last(self) -> RunReport:
        number, description = self._store.connection.execute(
            "SELECT id, description FROM run ORDER BY id DESC LIMIT 1"
        ).fetchone()
        report = read_report(description, number)
        report.read, report.extracted = self._report.read, self._report.extracted
        report.stages = self._clock.stages
        report.seconds = self._clock.seconds
        self._tell(Event("unchanged", articles=report.articles, detail={"run": number}))
        return report

    def _refuse_empty(self, listing: Listing, last: int | None) -> None:
        """Keep the last dataset where this run would leave none: a folder that is not mounted must not empty it."""
        if last is not None:
            row = self._store.connection.execute(
                "SELECT 1 FROM member WHERE until IS NULL LIMIT 1"
            ).fetchone()
            if row is not None:
                raise InputError(
                    f"{self._say_nothing_readable(listing)}; the dataset of run {last} stays as it is"
                )

    def _say_nothing_readable(self, listing: Listing) -> str:
        reasons = Counter(rejected.reason for rejected in listing.rejected).most_common()
        told = ", ".join(f"{reason} {number}" for reason, number in reasons) or "no files"
        return f"{' '.join(self._choice.paths)}: nothing readable ({told})"

    def _publish(self, listing: Listing, making: int, state: str, last: int | None) -> None:
        store, choice, report = self._store, self._choice, self._report
        run = (last or 0) + 1
        folder = make_folder(store, run)
        before = current_folder(store)
        snapshot = None if before is None or choice.force else Snapshot(before)
        assembled = assemble(store, listing.members, self._engine, folder, choice.formats, snapshot)
        self._clock.end("assemble")
        self._write_tables(folder, assembled, listing)
        self._clock.end("entities")
        report.run = run
        self._count(assembled, listing, last)
        description = msgspec.json.encode(
            describe(
                report,
                paths=choice.paths,
                settings=choice.settings.model_dump(mode="json"),
                fingerprints=self._fingerprints,
                formats=choice.formats,
                engine=choice.engine,
                workers=choice.workers,
            )
        )
        (folder / RUN_FILE).write_bytes(msgspec.json.format(description, indent=2) + b"\n")
        write_index(folder, assembled.pages, file_names(choice.formats))
        sync_folder(folder)
        with store.transaction():
            note_run(
                store,
                run,
                listing.members,
                listing.rejected,
                making=making,
                state=state,
                description=description,
            )
            forgotten = forget(store, choice.keep)
        switch(store)
        store.remove_parts(forgotten)
        self._tell(
            Event("published", articles=report.articles, detail={"run": run, "pages": assembled.encoded})
        )

    def _write_tables(self, folder: Path, assembled: Assembled, listing: Listing) -> None:
        tally, formats = assembled.tally, self._choice.formats
        add_uncounted(tally.entities, tally.uncounted)
        entities = self._decisions.name_entities(make_entities(tally.entities, self._get_patterns().names))
        write_table(folder, "entities", entities, formats)
        write_table(folder, "rejected", listing.rejected, formats)
        self._report.entities = len(entities)

    def _count(self, assembled: Assembled, listing: Listing, last: int | None) -> None:
        report, tally = self._report, assembled.tally
        report.articles, report.duplicates = tally.articles, tally.duplicates
        report.characters, report.relations = tally.characters, tally.relations
        report.rejected = len(listing.rejected)
        report.reasons = Counter(rejected.reason for rejected in listing.rejected)
        report.lost = report.reasons["died"] + report.reasons["hung"]
        report.mentions = Counter({split_label(key): number for key, number in tally.labels.items()})
        report.rules = tally.rules
        if last is not None:
            row = self._store.connection.execute(
                "SELECT description FROM run WHERE id = ?", (last,)
            ).fetchone()
            before = msgspec.json.decode(row[0], type=Description).rules
            dead = tuple(sorted(rule for rule in before if rule not in tally.rules))
            report.drift = Drift(find_moved_rules(before, tally.rules), (), dead)
        report.seconds = self._clock.seconds
        report.stages = self._clock.stages
