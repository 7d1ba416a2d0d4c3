"""What name lists cost: time to load and compile them, and time of the whole pipeline with more of them.

The lists of ``patterns/`` are cut to 2,000 names or filled up with generated ones (fresh syllables and words that the text does not
hold, and whose beginnings it does). Rounds are interleaved; medians. Run: ``python benchmarks/names.py [--rounds 7]``.
"""

import argparse
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from medai_extract.evaluate import read_gold
from medai_extract.match.gazetteer import Gazetteer
from medai_extract.model import Article
from medai_extract.normalise.names import make_folding
from medai_extract.patterns import NameRow, Patterns, find_patterns, load_patterns
from medai_extract.patterns.load import read_names
from medai_extract.pipeline import Pipeline

GOLD = Path(__file__).parents[1] / "corpora" / "gold"
SIZES = (2_000, 20_000, 200_000)


def make_names(patterns: Patterns, size: int, seed: int = 7) -> tuple[NameRow, ...]:
    """Give ``size`` names: our own first, then generated ones in both scripts."""
    shuffled = random.Random(seed)
    rows = list(patterns.names)
    shuffled.shuffle(rows)
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


def seconds(pipeline: Pipeline, articles: Sequence[Article]) -> float:
    started = time.perf_counter()
    for article in articles:
        pipeline.extract(article)
    return time.perf_counter() - started


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
    pipelines = {
        size: Pipeline(msgspec.structs.replace(patterns, names=make_names(patterns, size))) for size in SIZES
    }
    times: dict[int, list[float]] = {size: [] for size in SIZES}
    for pipeline in pipelines.values():
        seconds(pipeline, articles)
    for _ in range(rounds):
        for size, pipeline in pipelines.items():
            times[size].append(seconds(pipeline, articles))
    print("| names | whole pipeline, s | of 2,000 names (median of ratios) |")
    print("| --- | --- | --- |")
    for size in SIZES:
        ratio = statistics.median(own / base for own, base in zip(times[size], times[SIZES[0]], strict=True))
        print(f"| {size:,} | {statistics.median(times[size]):.3f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
