"""The articles of a run that need it to their results, by whatever engine; what an engine loses is tried once more, alone."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from medai_extract.batch.event import Event
from medai_extract.batch.executor import Engine, Lost
from medai_extract.batch.results import Job, Part, make_results
from medai_extract.batch.store import Place, Store

PART_ARTICLES = 64
PART_CHARACTERS = 400_000
"""A part ends with the article that reaches either limit."""


class Extracted(NamedTuple):
    """What became of one part: its jobs, the results, and how many of them the store had not known."""

    jobs: tuple[Job, ...]
    part: Part
    new: int


class Extraction:
    """The extraction of one run.

    Args:
        store: where results are kept.
        engine: where the work is done.
        making: the number of the patterns, settings and code of the run.
        tell: hears of articles that are lost.
        force: extract from every article, whatever is known of it.
    """

    def __init__(
        self, store: Store, engine: Engine, making: int, tell: Callable[[Event], None], *, force: bool = False
    ) -> None:
        self._store, self._engine, self._making = store, engine, making
        self._tell, self._force = tell, force
        self._given: set[str] = set()

    def extract(self, jobs: Iterable[Job]) -> Iterator[Extracted]:
        """Extract from the articles whose results are missing or do not hold any more; every part is kept as it is given."""
        lost: list[Job] = []
        for done in self._engine.map(make_results, self._split(self._needed(jobs))):
            if isinstance(done.result, Lost):
                lost.extend(done.task)
                self._tell(Event("retried", articles=len(done.task), detail={"reason": done.result.reason}))
            else:
                yield self._keep(done.task, done.result)
        for alone in self._engine.map(make_results, ((job,) for job in lost)):
            if isinstance(alone.result, Lost):
                self._note_lost(alone.task[0], alone.result.reason)
            else:
                yield self._keep(alone.task, alone.result)

    def _note_lost(self, job: Job, reason: str) -> None:
        self._tell(Event("lost", articles=1, detail={"reason": reason, "source": job.article.source}))
        with self._store.transaction() as connection:
            known = connection.execute(
                "SELECT 1 FROM lost WHERE (key, reason) = (?, ?)", (job.key, reason)
            ).fetchone()
            if known is None:
                connection.execute("INSERT OR REPLACE INTO lost VALUES (?, ?)", (job.key, reason))
                self._store.count_change()

    def _keep(self, jobs: tuple[Job, ...], part: Part) -> Extracted:
        return Extracted(jobs, part, self._store.keep_results(part, self._making))

    def _needed(self, jobs: Iterable[Job]) -> Iterator[Job]:
        prepared = False
        for job in jobs:
            if job.key in self._given or (not self._force and self._holds(job.key)):
                continue
            self._given.add(job.key)
            if not prepared:
                prepared = True
                self._engine.prepare()
            yield job

    def _holds(self, key: str) -> bool:
        row = self._store.connection.execute(
            "SELECT making FROM latest WHERE key = ? AND key NOT IN (SELECT key FROM lost)", (key,)
        ).fetchone()
        return row is not None and row[0] == self._making

    @staticmethod
    def _split(jobs: Iterable[Job]) -> Iterator[tuple[Job, ...]]:
        part: list[Job] = []
        characters = 0
        for job in jobs:
            part.append(job)
            characters += len(job.article.text)
            if len(part) >= PART_ARTICLES or characters >= PART_CHARACTERS:
                yield tuple(part)
                part, characters = [], 0
        if part:
            yield tuple(part)

    def stale_jobs(self) -> Iterator[Job]:
        """Give the articles of unchanged inputs (the table ``present``) whose results do not hold any more, from the store."""
        rows = self._store.connection.execute(
            "SELECT item.key, min(item.text_id), part.name, result.start, result.length, result.size"
            " FROM present JOIN input USING (path) JOIN item USING (reading) JOIN latest USING (key)"
            " JOIN result ON result.id = latest.result JOIN part ON part.id = result.part"
            " WHERE latest.making != ? OR item.key IN (SELECT key FROM lost) GROUP BY item.key ORDER BY part.id, result.place",
            (self._making,),
        ).fetchall()
        for first in range(0, len(rows), PART_ARTICLES):
            chunk = [row for row in rows[first : first + PART_ARTICLES] if row[0] not in self._given]
            stored = self._store.read_results([Place(*row[2:]) for row in chunk])
            for row, result in zip(chunk, stored, strict=True):
                yield Job(row[0], replace(result.to_article(), id=row[1]))
