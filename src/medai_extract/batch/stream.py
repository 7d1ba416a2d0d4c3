"""Extractions of many articles, one after another, for a program that goes on with them; nothing is kept on disk."""

import logging
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from medai_extract.batch.compiled import load_pipeline
from medai_extract.batch.executor import Inline, Lost, in_order
from medai_extract.batch.extract import PART_ARTICLES, PART_CHARACTERS
from medai_extract.batch.processes import Processes
from medai_extract.dedupe import mark_copies
from medai_extract.errors import InputError
from medai_extract.ingest import expand_paths
from medai_extract.ingest.fetch_settings import FetchSettings
from medai_extract.ingest.links import read_sources
from medai_extract.ingest.paths import find_missing
from medai_extract.model import Article, Extraction, Rejected
from medai_extract.pipeline import GetPipeline, Pipeline
from medai_extract.settings import Settings

LOGGER = logging.getLogger(__name__)


def run(
    paths: str | Iterable[str], *, settings: Settings | None = None, workers: int = 1
) -> Iterator[Extraction]:
    """Extract from the articles of files, folders, globs or links and give the extractions in order.

    What cannot be read, and what a stage fails on, is left out with a warning in the log; ``run_batch`` records it.

    Raises:
        InputError: a path is not there, or none holds a file; told at once, before the first article.

    >>> run("no-such-folder")
    Traceback (most recent call last):
    medai_extract.errors.InputError: no-such-folder: is not there; give a file, a folder, a glob or an address
    """
    paths = [paths] if isinstance(paths, str) else list(paths)
    if missing := find_missing(paths):
        raise InputError(f"{', '.join(missing)}: is not there; give a file, a folder, a glob or an address")
    files = expand_paths(paths)
    if not files:
        raise InputError(f"{', '.join(paths) or 'no path'}: holds no files; give a folder that does")
    return _stream(files, settings, workers)


def _stream(files: Iterable[str], settings: Settings | None, workers: int) -> Iterator[Extraction]:
    @cache
    def get_pipeline() -> Pipeline:
        return load_pipeline(settings or Settings())

    with (
        TemporaryDirectory(prefix="medai-extract-") as web,
        Inline(get_pipeline) if workers <= 1 else Processes(get_pipeline, workers) as engine,
    ):
        engine.prepare()
        parts = _split(mark_copies(read_sources(files, (), Path(web), FetchSettings())))
        for done in in_order(engine.map(_extract, parts)):
            if isinstance(done.result, Lost):
                yield from _extract_alone(get_pipeline, done.task)
            else:
                yield from done.result


def _extract_alone(get_pipeline: GetPipeline, articles: tuple[Article, ...]) -> Iterator[Extraction]:
    """Try the articles of a part whose worker was lost once more, each by itself."""
    with Processes(get_pipeline, 1) as engine:
        for done in in_order(engine.map(_extract, ((article,) for article in articles))):
            if isinstance(done.result, Lost):
                (article,) = done.task
                LOGGER.warning(
                    "%s: left out: its worker %s, alone and twice", article.source, done.result.reason
                )
            else:
                yield from done.result


def _split(sources: Iterable[Article | Rejected]) -> Iterator[tuple[Article, ...]]:
    part: list[Article] = []
    characters = 0
    for source in sources:
        if isinstance(source, Article):
            part.append(source)
            characters += len(source.text)
        else:
            LOGGER.warning("%s: %s: %s", source.source, source.reason, source.detail)
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
        except Exception as error:
            LOGGER.warning("%s: left out: %r", article.source, error)
    return extractions
