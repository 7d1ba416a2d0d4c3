"""Extractions of many articles, one after another, for a program that goes on with them; nothing is kept on disk."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from medai_extract.batch.executor import GetPipeline, Inline, Lost, Processes, in_order
from medai_extract.batch.extract import PART_ARTICLES, PART_CHARACTERS
from medai_extract.dedupe import mark_copies
from medai_extract.ingest import expand_paths
from medai_extract.ingest.fetch_settings import FetchSettings
from medai_extract.ingest.links import read_sources
from medai_extract.model import Article, Extraction, Rejected
from medai_extract.pipeline import Pipeline
from medai_extract.settings import Settings


def run(
    paths: str | Iterable[str], *, settings: Settings | None = None, workers: int = 1
) -> Iterator[Extraction]:
    """Extract from the articles of files, folders, globs or links and give the extractions in order.

    What cannot be read, and what a stage fails on, is left out; ``run_batch`` records it.
    """

    @cache
    def get_pipeline() -> Pipeline:
        return Pipeline(settings=settings)

    files = expand_paths([paths] if isinstance(paths, str) else paths)
    with (
        TemporaryDirectory(prefix="medai-extract-") as web,
        Inline(get_pipeline) if workers <= 1 else Processes(get_pipeline, workers) as engine,
    ):
        engine.prepare()
        parts = _split(mark_copies(read_sources(files, (), Path(web), FetchSettings())))
        for done in in_order(engine.map(_extract, parts)):
            if not isinstance(done.result, Lost):
                yield from done.result


def _split(sources: Iterable[Article | Rejected]) -> Iterator[tuple[Article, ...]]:
    part: list[Article] = []
    characters = 0
    for source in sources:
        if isinstance(source, Article):
            part.append(source)
            characters += len(source.text)
        if len(part) >= PART_ARTICLES or characters >= PART_CHARACTERS:
            yield tuple(part)
            part, characters = [], 0
    if part:
        yield tuple(part)


def _extract(get_pipeline: GetPipeline, articles: tuple[Article, ...]) -> list[Extraction]:
    """Extract from every article of a part; one on which a stage fails is left out, the others go on."""
    extractions: list[Extraction] = []
    pipeline = get_pipeline()
    for article in articles:
        try:
            extractions.append(pipeline.extract(article))
        except Exception:
            continue
    return extractions
