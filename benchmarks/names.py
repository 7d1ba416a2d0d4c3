"""What name lists cost: time to load and compile them, time of the scan and of the whole pipeline with more of them.

The scan is the stages that find listed names, money and dates. Every size finds the same: the names that the text holds come first,
then our other ones, then generated ones (fresh words whose beginnings the text holds). Processor time, rounds interleaved, medians
of the ratios. Run: ``python benchmarks/names.py [--rounds 7]``.
"""

import argparse
import random
import statistics
import time
from collections.abc import Sequence, Set
from pathlib import Path

import msgspec

from medai_extract.evaluate import read_gold
from medai_extract.match.gazetteer import Gazetteer
from medai_extract.model import Article, Document
from medai_extract.normalise.names import make_folding
from medai_extract.patterns import NameRow, find_patterns, load_patterns
from medai_extract.patterns.load import read_names
from medai_extract.pipeline import Pipeline
from medai_extract.segment import SegmentedText

GOLD = Path(__file__).parents[1] / "corpora" / "gold"
SIZES = (2_000, 20_000, 200_000)


def make_names(rows: Sequence[NameRow], held: Set[str], size: int, seed: int = 7) -> tuple[NameRow, ...]:
    """Give ``size`` names: those in ``held`` first, then our other ones, then generated ones in both scripts."""
    shuffled = random.Random(seed)
    others = [row for row in rows if row.name not in held]
    shuffled.shuffle(others)
    rows = [row for row in rows if row.name in held] + others
    han = [row.name for row in rows if row.lang == "zh" and len(row.name) > 3]
    latin = [row.name for row in rows if row.lang == "en"]
    while len(rows) < size:
        made = (
            shuffled.choice(han)[:2] + shuffled.choice(han)[-3:]
            if len(rows) % 2
            else f"{shuffled.choice(latin).split()[0]} {shuffled.choice(latin)[::-1].title()}"
        )
        rows.append(
            rows[0]._replace(
                entity_id=f"made-{len(rows)}", name=made, context=(), boundary="", role="canonical"
            )
        )
    return tuple(rows[:size])


def scan_seconds(pipeline: Pipeline, documents: Sequence[tuple[Document, SegmentedText]]) -> float:
    started = time.process_time()
    for document, segmented in documents:
        pipeline.gazetteer.find(segmented)
        pipeline.money.find(segmented, document)
        pipeline.dates.find(segmented, document)
    return time.process_time() - started


def whole_seconds(pipeline: Pipeline, articles: Sequence[Article]) -> float:
    started = time.process_time()
    for article in articles:
        pipeline.extract(article)
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    patterns = load_patterns()
    folding = make_folding(patterns.table("script.traditional"))
    articles = [gold.article for gold in read_gold(GOLD)]
    lists = [path for area in ("org", "product") for path in sorted((find_patterns() / area).glob("*.csv"))]
    lists = [path for path in lists if path.read_text(encoding="utf-8").startswith("entity_id,")]
    loading = []
    for _ in range(rounds):
        started = time.perf_counter()
        rows = [row for path in lists for row in read_names(path, path.read_text(encoding="utf-8"), "ORG")]
        Gazetteer(rows, folding)
        loading.append(time.perf_counter() - started)
    print(
        f"{len(rows):,} names read and compiled in {statistics.median(loading):.3f} s (median of {rounds})\n"
    )
    everything = Pipeline(patterns)
    documents = [everything.cleaner.clean(article) for article in articles]
    texts = [(document, SegmentedText(document.text)) for document in documents]
    held = {
        evidence.removeprefix("name:")
        for _, segmented in texts
        for candidate in everything.gazetteer.find(segmented)
        for evidence in candidate.evidence[:1]
    }
    pipelines = {
        size: Pipeline(msgspec.structs.replace(patterns, names=make_names(patterns.names, held, size)))
        for size in SIZES
    }
    scans: dict[int, list[float]] = {size: [] for size in SIZES}
    wholes: dict[int, list[float]] = {size: [] for size in SIZES}
    for pipeline in pipelines.values():
        scan_seconds(pipeline, texts)
        whole_seconds(pipeline, articles)
    for _ in range(rounds):
        for size, pipeline in pipelines.items():
            scans[size].append(min(scan_seconds(pipeline, texts) for _ in range(3)))
            wholes[size].append(whole_seconds(pipeline, articles))
    print(f"{len(held)} of the names stand in the {len(articles)} articles.\n")
    print("| names | scan, s | of 2,000 names | whole pipeline, s | of 2,000 names |")
    print("| --- | --- | --- | --- | --- |")
    for size in SIZES:
        cells = [
            f"{statistics.median(times[size]):.3f} | "
            f"{statistics.median(own / base for own, base in zip(times[size], times[SIZES[0]], strict=True)):.2f}"
            for times in (scans, wholes)
        ]
        print(f"| {size:,} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
