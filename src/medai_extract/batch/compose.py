"""A published run from a listing of articles: the files of a snapshot, what is told of it, and the switch that lets readers see it."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from medai_extract.batch.assemble import (
    Assembled,
    Snapshot,
    assemble,
    read_counts,
    sync,
    write_index,
    write_table,
)
from medai_extract.batch.choice import Choice
from medai_extract.batch.compact import compact
from medai_extract.batch.counts import add_up
from medai_extract.batch.executor import Engine
from medai_extract.batch.inputs import make_writable
from medai_extract.batch.members import Listing, name_origin
from medai_extract.batch.publish import RUN_FILE, current_folder, file_names, last_run, make_folder, switch
from medai_extract.batch.report import (
    Clock,
    Description,
    Drift,
    RunReport,
    describe,
    find_moved_rules,
    find_shrunk_sources,
    split_label,
)
from medai_extract.batch.snapshots import forget, note_run
from medai_extract.batch.store import Store, sync_folder
from medai_extract.decisions import Decisions
from medai_extract.patterns import Patterns
from medai_extract.records import make_entities

VALUE_AREAS = ("money", "date")
"""Areas whose rules stand in the records under their own ids."""


class Composer:
    """What a run needs to put a dataset together and publish it.

    Args:
        store: the store of the output folder.
        engine: where new pages are encoded.
        choice: what the user chose.
        get_patterns: gives the patterns, for the names of entities.
        decisions: those of reviewers, for the names of entities.
        fingerprints: of settings, patterns and code.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        choice: Choice,
        *,
        get_patterns: Callable[[], Patterns],
        decisions: Decisions,
        fingerprints: Mapping[str, str],
    ) -> None:
        self._store, self._engine, self._choice = store, engine, choice
        self._get_patterns, self._decisions, self._fingerprints = get_patterns, decisions, fingerprints

    def publish(self, listing: Listing, making: int, state: str, report: RunReport, clock: Clock) -> int:
        """Write a snapshot, note it in the store, and switch readers to it; give the number of pages that were encoded.

        The report is completed with the counts of the dataset.
        """
        store, choice = self._store, self._choice
        last = last_run(store)
        report.run = (last or 0) + 1
        folder = make_folder(store, report.run)
        before = current_folder(store)
        snapshot = None if before is None or choice.force else Snapshot(before)
        assembled = assemble(store, listing.members, self._engine, folder, choice.formats, snapshot)
        clock.end("assemble")
        report.entities = self._write_tables(folder, assembled, listing)
        self._count(report, assembled, listing, last)
        clock.end("entities")
        report.seconds, report.stages = clock.seconds, clock.stages
        description = msgspec.json.encode(self._describe(report))
        with (folder / RUN_FILE).open("wb") as stream:
            stream.write(msgspec.json.format(description, indent=2) + b"\n")
            sync(stream)
        write_index(folder, assembled.pages, file_names(choice.formats))
        sync_folder(folder)
        with store.transaction():
            note_run(
                store,
                report.run,
                listing.members,
                listing.rejected,
                making=making,
                state=state,
                description=description,
            )
            forgotten = forget(store, choice.keep)
        switch(store)
        store.remove_parts([*forgotten, *compact(store)])
        return assembled.encoded

    def _write_tables(self, folder: Path, assembled: Assembled, listing: Listing) -> int:
        names, formats = self._get_patterns().names, self._choice.formats
        counts = add_up(read_counts(folder, assembled.pages), names)
        write_table(folder, "rejected", listing.rejected, formats)
        entities = self._decisions.name_entities(make_entities(counts, names))
        return write_table(folder, "entities", entities, formats)

    def _count(self, report: RunReport, assembled: Assembled, listing: Listing, last: int | None) -> None:
        tally = assembled.tally
        report.articles, report.duplicates = tally.articles, tally.duplicates
        report.characters, report.relations = tally.characters, tally.relations
        report.rejected = len(listing.rejected)
        report.reasons = Counter(rejected.reason for rejected in listing.rejected)
        report.lost = report.reasons["died"] + report.reasons["hung"]
        report.mentions = Counter({split_label(key): number for key, number in tally.labels.items()})
        report.rules = tally.rules
        report.drift = self._find_drift(listing, tally.rules, last)

    def _find_drift(self, listing: Listing, rules: Mapping[str, int], last: int | None) -> Drift:
        """Give what is not as the last run left it; called before the store knows of this one."""
        known = (rule for area in VALUE_AREAS for rule in self._get_patterns().rules.get(area, ()))
        dead = tuple(sorted({rule.id for rule in known} - rules.keys()))
        if last is None:
            return Drift(dead=dead)
        connection = self._store.connection
        row = connection.execute("SELECT description FROM run WHERE id = ?", (last,)).fetchone()
        before = msgspec.json.decode(row[0], type=Description).rules
        shown = connection.execute(
            "SELECT article, publisher, path, characters, member.result FROM member JOIN result ON result.id = member.result"
            " WHERE until IS NULL"
        ).fetchall()
        results = {(article, result) for article, *_, result in shown}
        return Drift(
            rules=find_moved_rules(before, rules),
            sources=find_shrunk_sources(
                ((name_origin(publisher, path), characters) for _, publisher, path, characters, _ in shown),
                (
                    (member.origin, member.characters)
                    for member in listing.members
                    if (member.article, member.result) not in results
                ),
            ),
            died=tuple(sorted(rule for rule in before if rule not in rules)),
            dead=dead,
        )

    def _describe(self, report: RunReport) -> dict[str, object]:
        choice = self._choice
        return describe(
            report,
            paths=[make_writable(path) for path in choice.paths],
            settings=choice.settings.model_dump(mode="json"),
            fingerprints=self._fingerprints,
            formats=choice.formats,
            engine=choice.engine,
            workers=choice.workers,
        )
