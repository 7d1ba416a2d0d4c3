"""A run over many articles, in one process or several, in constant memory and always in the same order."""

import hashlib
import platform
import resource
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import msgspec

import medai_extract
from medai_extract.batch.copies import CopyAware
from medai_extract.decisions import Decisions, apply_decisions, read_decisions
from medai_extract.dedupe import mark_copies
from medai_extract.errors import InputError
from medai_extract.ingest import expand_paths
from medai_extract.ingest.fetch_settings import FetchSettings
from medai_extract.ingest.links import read_links, read_sources
from medai_extract.model import Article, Extraction, Rejected
from medai_extract.patterns import Patterns, load_patterns
from medai_extract.pipeline import Pipeline
from medai_extract.records import (
    EntityCounts,
    Record,
    add_counts,
    article_rows,
    count_entities,
    make_entities,
)
from medai_extract.settings import Settings
from medai_extract.writers import DatasetWriter

Result = TypeVar("Result")
WEB_FOLDER = ".store/web"
"""Where fetched pages are kept in the output folder."""
PART_ARTICLES = 64
PART_CHARACTERS = 400_000
"""A part of a run ends with the article that reaches either limit; parts depend on the input alone."""


class Part(msgspec.Struct, frozen=True):
    """What one part of a run gives: rows by table, entity counts, and mentions by language and label."""

    rows: dict[str, list[Record]]
    entities: EntityCounts
    mentions: Counter[tuple[str, str]]
    last_source: str


class RunReport(msgspec.Struct, kw_only=True):
    """The counts and times of a run."""

    articles: int = 0
    duplicates: int = 0
    rejected: int = 0
    entities: int = 0
    relations: int = 0
    characters: int = 0
    seconds: float = 0.0
    mentions: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    reasons: Counter[str] = msgspec.field(default_factory=Counter)


def run(
    paths: str | Iterable[str], *, settings: Settings | None = None, workers: int = 1
) -> Iterator[Extraction]:
    """Extract from the articles of files, folders, globs or links and give the extractions in order; nothing is kept on disk.

    What cannot be read is left out; ``run_batch`` records it.
    """
    pipeline = Pipeline(settings=settings)
    files = expand_paths([paths] if isinstance(paths, str) else paths)
    with TemporaryDirectory(prefix="medai-extract-") as web:
        parts = _split_parts(mark_copies(read_sources(files, (), Path(web), FetchSettings())))
        for extractions, _ in _map_parts(_extract_part, parts, pipeline, workers):
            yield from extractions


def run_batch(
    paths: Iterable[str],
    out: Path,
    *,
    settings: Settings,
    links: bool = False,
    fetching: FetchSettings | None = None,
    formats: Sequence[str] = ("jsonl", "parquet"),
    workers: int = 1,
    ignore_review: bool = False,
    progress: Callable[[Part, int, int], None] | None = None,
) -> RunReport:
    """Extract from everything under ``paths`` and write the dataset to ``out``.

    Args:
        paths: files, folders, globs, addresses of the web or ``-``.
        out: the output folder.
        settings: what is extracted.
        links: whether ``paths`` are text files of links, which are fetched.
        fetching: how it is fetched.
        formats: of ``jsonl``, ``parquet``, ``csv``.
        workers: processes; the records do not depend on it.
        ignore_review: leave the decisions of reviewers in ``out`` aside.
        progress: called after each part with the part, the number of files done and of all.

    Raises:
        InputError: nothing at all could be read.
        OutputError: the folder cannot be written.
        PatternError: a pattern file is wrong; found before the first article is read.
    """
    started = time.perf_counter()
    patterns = load_patterns(settings.patterns)
    pipeline = Pipeline(patterns, settings)
    decisions = Decisions() if ignore_review else read_decisions(out)
    given = list(paths)
    to_fetch = [link for path in given for link in read_links(path)] if links else []
    sources = [] if links else expand_paths(given)
    order = {source: index for index, source in enumerate(sources, 1)}
    report = RunReport()
    counts: EntityCounts = {}
    with DatasetWriter(out, formats) as writer:
        parts = _split_parts(
            mark_copies(read_sources(sources, to_fetch, out / WEB_FOLDER, fetching or FetchSettings()))
        )
        for part in _map_parts(partial(_make_part, decisions=decisions), parts, pipeline, workers):
            for table, rows in part.rows.items():
                writer.tables[table].write(rows)
            add_counts(counts, part.entities)
            _count(report, part)
            if progress is not None:
                progress(part, order.get(part.last_source.split("#")[0], 0), len(sources))
        entities = decisions.name_entities(make_entities(counts, patterns.names))
        writer.tables["entities"].write(entities)
        report.entities = len(entities)
        report.seconds = time.perf_counter() - started
        writer.write_run(_describe(report, settings, patterns, given, workers, formats))
    if not report.articles:
        reasons = (
            ", ".join(f"{reason} {number}" for reason, number in report.reasons.most_common()) or "no files"
        )
        raise InputError(f"{' '.join(given)}: nothing readable ({reasons}); see {out / 'rejected.jsonl'}")
    return report


def _split_parts(sources: Iterable[Article | Rejected]) -> Iterator[list[Article | Rejected]]:
    part: list[Article | Rejected] = []
    characters = 0
    for source in sources:
        part.append(source)
        characters += len(source.text) if isinstance(source, Article) else 0
        if len(part) >= PART_ARTICLES or characters >= PART_CHARACTERS:
            yield part
            part, characters = [], 0
    if part:
        yield part


def _map_parts(
    function: Callable[[CopyAware, list[Article | Rejected]], Result],
    parts: Iterator[list[Article | Rejected]],
    pipeline: Pipeline,
    workers: int,
) -> Iterator[Result]:
    """Give ``function`` of every part, in order; with workers, a bounded number of parts is under way."""
    if workers <= 1:
        copy_aware = CopyAware(pipeline)
        for part in parts:
            yield function(copy_aware, part)
        return
    context = get_context("fork")
    with ProcessPoolExecutor(workers, context, _set_pipeline, (pipeline,)) as pool:
        waiting: deque[Future[Result]] = deque()
        for part in parts:
            waiting.append(pool.submit(_call_in_worker, function, part))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_pipeline_of_worker: CopyAware | None = None


def _set_pipeline(pipeline: Pipeline) -> None:
    """Keep the compiled pipeline in a worker process; it came with the fork, nothing was copied."""
    global _pipeline_of_worker
    _pipeline_of_worker = CopyAware(pipeline)


def _call_in_worker(
    function: Callable[[CopyAware, list[Article | Rejected]], Result], part: list[Article | Rejected]
) -> Result:
    if _pipeline_of_worker is None:
        raise RuntimeError("the worker was started without a pipeline")
    return function(_pipeline_of_worker, part)


def _extract_part(
    pipeline: CopyAware, part: Sequence[Article | Rejected]
) -> tuple[list[Extraction], list[Rejected]]:
    """Extract from every article of a part; an article on which a stage fails is rejected, the others go on."""
    extractions: list[Extraction] = []
    rejected: list[Rejected] = []
    for source in part:
        if isinstance(source, Rejected):
            rejected.append(source)
            continue
        try:
            extractions.append(pipeline.extract(source))
        except Exception as error:
            detail = f"{type(error).__name__}: {error}"[:200]
            rejected.append(
                Rejected(
                    source=source.source,
                    source_id=source.source_id,
                    stage="extract",
                    reason="failed",
                    detail=detail,
                )
            )
    return extractions, rejected


def _make_part(pipeline: CopyAware, sources: Sequence[Article | Rejected], *, decisions: Decisions) -> Part:
    extractions, rejected = _extract_part(pipeline, sources)
    if decisions:
        extractions = [
            apply_decisions(pipeline.pipeline, extraction, decisions) for extraction in extractions
        ]
    entities: EntityCounts = {}
    mentions: Counter[tuple[str, str]] = Counter()
    for extraction in extractions:
        add_counts(entities, count_entities(extraction))
        mentions.update((extraction.document.lang, mention.label) for mention in extraction.mentions)
    rows = {**article_rows(extractions), "rejected": list[Record](rejected)}
    return Part(rows, entities, mentions, sources[-1].source)


def _count(report: RunReport, part: Part) -> None:
    articles = part.rows["articles"]
    report.articles += len(articles)
    report.relations += len(part.rows["relations"])
    report.rejected += len(part.rows["rejected"])
    report.duplicates += sum(getattr(row, "duplicate_of", None) is not None for row in articles)
    report.characters += sum(len(getattr(row, "text", "")) for row in articles)
    report.reasons.update(getattr(row, "reason", "") for row in part.rows["rejected"])
    report.mentions.update(part.mentions)


def _describe(
    report: RunReport,
    settings: Settings,
    patterns: Patterns,
    paths: Sequence[str],
    workers: int,
    formats: Sequence[str],
) -> dict[str, object]:
    """Give the contents of ``run.json``, the only file that carries a clock time."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "paths": list(paths),
        "settings": settings.model_dump(mode="json"),
        "formats": list(formats),
        "workers": workers,
        "fingerprints": {
            "settings": settings.fingerprint(),
            "patterns": patterns.fingerprint,
            "code": code_fingerprint(),
        },
        "versions": {"medai_extract": medai_extract.__version__, "python": platform.python_version()},
        "counts": {
            "articles": report.articles,
            "duplicates": report.duplicates,
            "rejected": report.rejected,
            "entities": report.entities,
            "relations": report.relations,
            "mentions": {
                f"{lang} {label}": number for (lang, label), number in sorted(report.mentions.items())
            },
            "rejected_by_reason": dict(sorted(report.reasons.items())),
        },
        "timings": {
            "seconds": round(report.seconds, 3),
            "characters_per_second": round(report.characters / report.seconds) if report.seconds else 0,
        },
        "peak_memory_mb": round(peak / 1024, 1),
    }


def code_fingerprint() -> str:
    """Give a short hash of the package's own source files."""
    root = Path(medai_extract.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
