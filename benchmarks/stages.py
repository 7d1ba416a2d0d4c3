"""Where the time goes: microseconds a kilobyte of every stage in Chinese and English, and the functions that take most of it.

``make profile``, or ``python benchmarks/stages.py [--articles 24] [--rounds 5] [--top 8]``; half a minute. Every round reads articles
that no other has, so that no memory flatters. Words are cut where a matcher first asks for them; here that is a stage before them.
"""

import argparse
import cProfile
import io
import pstats
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from measure import make_batches, megabytes, only, write_rows
from medai_extract.ingest.encoding import decode_bytes
from medai_extract.match.select import select_candidates
from medai_extract.model import Article
from medai_extract.pipeline import Pipeline
from medai_extract.segment import SegmentedText

Budget = dict[str, dict[str, float]]
"""Microseconds a kilobyte by language and stage."""
Clock = Callable[[str, Callable[[], Any]], Any]
"""Calls a stage by its name and gives what it gives."""


def run_stages(pipeline: Pipeline, articles: Sequence[Article], clock: Clock) -> None:
    """Do stage after stage with all articles what ``Pipeline.extract`` does with each."""
    raw = [article.text.encode() for article in articles]
    clock("decode", lambda: [decode_bytes(content) for content in raw])
    documents = clock("clean", lambda: [pipeline.cleaner.clean(article) for article in articles])
    texts = clock("segmentation", lambda: [_segment(document.text) for document in documents])
    pairs = list(zip(texts, documents, strict=True))
    known = clock("scan for listed names", lambda: [pipeline.gazetteer.find(text) for text in texts])
    money = clock("money rules", lambda: [pipeline.money.find(*pair) for pair in pairs])
    dates = clock("date rules", lambda: [pipeline.dates.find(*pair) for pair in pairs])
    chinese = clock(
        "Chinese names",
        lambda: [pipeline.chinese.find(text, listed) for text, listed in zip(texts, known, strict=True)],
    )
    english = clock(
        "English names",
        lambda: [pipeline.english.find(text, listed) for text, listed in zip(texts, known, strict=True)],
    )
    found = [list(chain(*lists)) for lists in zip(known, money, dates, chinese, english, strict=True)]
    kept = clock("selection", lambda: [select_candidates(candidates)[0] for candidates in found])
    clock(
        "linking",
        lambda: [
            pipeline.linker.link(document.text, candidates)
            for document, candidates in zip(documents, kept, strict=True)
        ],
    )
    results = [pipeline.extract(article) for article in articles]
    clock(
        "relations",
        lambda: [
            list(pipeline.relator.relate(document, text, result.mentions))
            for (text, document), result in zip(pairs, results, strict=True)
        ],
    )
    clock("records", lambda: [write_rows(result) for result in results])


def _segment(text: str) -> SegmentedText:
    segmented = SegmentedText(text)
    # The first question for words cuts them.
    _ = segmented.chinese
    return segmented


def measure_all(pipeline: Pipeline, rounds: int, articles: int = 24) -> Budget:
    """Give the budget: the middle of the rounds."""
    batches = make_batches(rounds + 1, articles)
    return {lang: _measure(pipeline, [only(lang, batch) for batch in batches]) for lang in ("zh", "en")}


def _measure(pipeline: Pipeline, batches: Sequence[Sequence[Article]]) -> dict[str, float]:
    taken: dict[str, list[float]] = {}
    for batch in batches:
        size = megabytes(batch)

        def clock(name: str, stage: Callable[[], Any], size: float = size) -> Any:
            started = time.process_time()
            given = stage()
            taken.setdefault(name, []).append((time.process_time() - started) / size * 1e3)
            return given

        run_stages(pipeline, batch, clock)
        clock("the whole pipeline", lambda batch=batch: [pipeline.extract(article) for article in batch])
    # In the first round everything is compiled that waits for its first use.
    return {name: statistics.median(times[1:]) for name, times in taken.items()}


def print_hot(pipeline: Pipeline, lang: str, articles: Sequence[Article], top: int) -> None:
    """Print the functions of every stage that take most time by themselves."""

    def clock(name: str, stage: Callable[[], Any]) -> Any:
        profile = cProfile.Profile()
        given = profile.runcall(stage)
        told = io.StringIO()
        statistics_of = pstats.Stats(profile, stream=told).strip_dirs().sort_stats("tottime")
        statistics_of.print_stats(top)
        lines = [line for line in told.getvalue().splitlines() if line[:9].strip()[:1].isdigit()]
        print(f"\n{lang}: {name}, {statistics_of.total_tt:.3f} s", *lines[1:], sep="\n")
        return given

    run_stages(pipeline, articles, clock)


def budget_rows(budget: Budget) -> list[str]:
    """Give the budget as the lines of a table."""
    return [
        "| stage | Chinese, µs/KB | English, µs/KB |",
        "| --- | ---: | ---: |",
        *(f"| {stage} | {budget['zh'][stage]:.0f} | {budget['en'][stage]:.0f} |" for stage in budget["zh"]),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--top", type=int, default=8)
    options = parser.parse_args()
    pipeline = Pipeline()
    print(*budget_rows(measure_all(pipeline, options.rounds, options.articles)), sep="\n")
    (articles,) = make_batches(1, options.articles)
    for lang in ("zh", "en"):
        print_hot(pipeline, lang, only(lang, articles), options.top)


if __name__ == "__main__":
    main()
