"""Microseconds a kilobyte of every stage, in Chinese and in English, over the gold articles of our own (13 mentions a kilobyte).

The least of several rounds, for the machine is shared. Run: ``python benchmarks/stages.py [--rounds 7]``.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from medai_extract.evaluate import read_gold
from medai_extract.match.select import select_candidates
from medai_extract.pipeline import Pipeline
from medai_extract.records import article_rows
from medai_extract.segment import SegmentedText

GOLD = Path(__file__).parents[1] / "corpora" / "gold"


def least(function: Callable[[], object], rounds: int) -> float:
    """Give the least processor time of several rounds, in seconds."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        function()
        times.append(time.process_time() - started)
    return min(times)


def measure(pipeline: Pipeline, lang: str, rounds: int) -> tuple[dict[str, float], int]:
    """Give seconds by stage, and the bytes they were spent on."""
    articles = [gold.article for gold in read_gold(GOLD) if (gold.article.lang or "").startswith(lang)]
    size = sum(len(article.text.encode()) for article in articles)
    documents = [pipeline.cleaner.clean(article) for article in articles]
    texts = [SegmentedText(document.text) for document in documents]
    known = [pipeline.gazetteer.find(text) for text in texts]
    found = [
        pipeline.find_candidates(text, document) for text, document in zip(texts, documents, strict=True)
    ]
    kept = [select_candidates(candidates)[0] for candidates in found]
    results = [pipeline.extract(article) for article in articles]
    encode = msgspec.json.Encoder().encode_lines

    def each(function: Callable[..., object], *columns: Sequence[object]) -> Callable[[], object]:
        return lambda: [function(*row) for row in zip(*columns, strict=True)]

    def fresh() -> list[SegmentedText]:
        return [SegmentedText(document.text) for document in documents]

    stages: dict[str, Callable[[], object]] = {
        "clean": each(pipeline.cleaner.clean, articles),
        "segment": fresh,
        "names of the lists": each(pipeline.gazetteer.find, texts),
        "money": each(pipeline.money.find, texts, documents),
        "dates": each(pipeline.dates.find, texts, documents),
        "Chinese names": each(pipeline.chinese.find, texts, documents, known),
        "English names": each(pipeline.english.find, texts, documents, known),
        "select": each(select_candidates, found),
        "link": each(pipeline.linker.link, [document.text for document in documents], kept),
        "relate": each(pipeline.relator.relate, documents, texts, [result.mentions for result in results]),
        "records": lambda: [encode(rows) for rows in article_rows(results).values()],
        "whole": each(pipeline.extract, articles),
    }
    return {name: least(stage, rounds) for name, stage in stages.items()}, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    pipeline = Pipeline()
    columns = {lang: measure(pipeline, lang, rounds) for lang in ("zh", "en")}
    print("| stage | zh, µs/KB | en, µs/KB |")
    print("| --- | --- | --- |")
    for stage in columns["zh"][0]:
        cells = [f"{times[stage] / size * 1e9:.0f}" for times, size in columns.values()]
        print(f"| {stage} | {' | '.join(cells)} |")
    for lang, (times, size) in columns.items():
        print(f"\n{lang}: {size / 1e6 / times['whole']:.2f} MB/s over {size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
