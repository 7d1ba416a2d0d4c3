"""The stages of a run, one after another: prepare, read and extract, list, decide, compose."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from medai_extract.batch.assemble import Snapshot
from medai_extract.batch.choice import Choice
from medai_extract.batch.compose import Composer
from medai_extract.batch.event import Event
from medai_extract.batch.executor import Engine
from medai_extract.batch.extract import Extraction
from medai_extract.batch.fingerprints import reader_fingerprint
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
from medai_extract.batch.own_files import leave_out_own
from medai_extract.batch.publish import current_folder, is_published
from medai_extract.batch.report import Clock, RunReport, note_slowest, read_report
from medai_extract.batch.results import Job
from medai_extract.batch.store import FOLDER, Store
from medai_extract.decisions import Decisions
from medai_extract.errors import InputError
from medai_extract.ingest import expand_paths
from medai_extract.ingest.links import read_links
from medai_extract.ingest.paths import find_missing
from medai_extract.patterns import Patterns

WEB_FOLDER = f"{FOLDER}/web"
"""Where fetched pages are kept in the output folder."""
MANY = 100
"""Articles from which on the pipeline is let go before they are listed: 60 MB that would add up with their dataset. For fewer it takes too long."""


class Stages:
    """One run, stage after stage."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        choice: Choice,
        decisions: Decisions,
        get_patterns: Callable[[], Patterns],
        let_go: Callable[[], None],
        fingerprints: Mapping[str, str],
        tell: Callable[[Event], None],
    ) -> None:
        self._store, self._engine, self._choice, self._decisions = store, engine, choice, decisions
        self._get_patterns, self._let_go = get_patterns, let_go
        self._fingerprints, self._tell = fingerprints, tell
        self._clock = Clock()
        self._report = RunReport()

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
        extraction = Extraction(self._store, self._engine, making, self._tell, force=self._choice.force)
        self._clock.end("prepare")
        self._extract(extraction, inputs)
        paths = inputs.all_paths()
        state = self._state(paths, making)
        if not self._choice.force and self._stands(state):
            return self._report_last()
        self._make_room()
        found = list_members(self._store, count_duplicates=self._choice.count_duplicates)
        listing = self._decide(extraction, found)
        self._make_room()
        if len(listing.members) == len(found.members):
            # What was made on the way is part of it; what could not be decided is tried again by the next run.
            state = self._state(paths, making)
        self._clock.end("list")
        if not listing.members:
            self._refuse_empty(listing)
        composer = Composer(
            self._store,
            self._engine,
            self._choice,
            get_patterns=self._get_patterns,
            decisions=self._decisions,
            fingerprints=names,
        )
        pages = composer.publish(listing, making, state, self._report, self._clock)
        self._tell(
            Event(
                "published", articles=self._report.articles, detail={"run": self._report.run, "pages": pages}
            )
        )
        if not listing.members:
            told = self._say_nothing_readable(listing)
            rejected = self._store.out / f"rejected.{self._choice.formats[0]}"
            raise InputError(
                f"{told}; {f'see {rejected}' if listing.rejected else 'give a folder with files'}"
            )
        return self._report

    def _extract(self, extraction: Extraction, inputs: Inputs) -> None:
        paths = self._choice.paths
        files, links = split_links(() if self._choice.links else expand_paths(paths))
        files = leave_out_own(self._store, paths, files, self._choice.formats)
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
            report.memory = max(report.memory, extracted.part.memory)
            self._tell(Event("extracted", len(inputs.paths), total, report.extracted))
        report.read = inputs.read
        self._clock.end("extract")
        self._clock.stages["read"] = round(inputs.seconds, 3)
        self._clock.stages["extract"] = round(self._clock.stages["extract"] - inputs.seconds, 3)

    def _make_room(self) -> None:
        """Let go of the pipeline, which is needed no more or hardly ever, where there is much to list."""
        (known,) = self._store.connection.execute("SELECT count(*) FROM item").fetchone()
        if known >= MANY:
            self._let_go()

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

    def _refuse_empty(self, listing: Listing) -> None:
        """Keep the last dataset where this run would leave none: a folder that is not mounted must not empty it."""
        row = self._store.connection.execute("SELECT 1 FROM member WHERE until IS NULL LIMIT 1").fetchone()
        if row is not None:
            raise InputError(
                f"{self._say_nothing_readable(listing)}; the dataset of the last run stays as it is"
            )

    def _say_nothing_readable(self, listing: Listing) -> str:
        reasons = Counter(rejected.reason for rejected in listing.rejected).most_common()
        told = ", ".join(f"{reason} {number}" for reason, number in reasons) or "no files"
        if len(find_missing(self._choice.paths)) == len(self._choice.paths):
            told = "not there"
        return f"{' '.join(self._choice.paths)}: nothing readable ({told})"
