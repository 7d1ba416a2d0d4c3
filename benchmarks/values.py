"""Money and dates against JioNLP, dateparser and a plain scan, on the same text in one run.

In each round every contestant reads all articles of a language, the fast ones as often as fills a quarter of a second; the median
of the ratios of a round is given, so that a slow minute of the machine touches all alike.
Rivals are the dependency group ``bench``: ``pip install --group bench``. Run: ``python benchmarks/values.py [--rounds 5]``.

Ours are the two stages as the pipeline runs them: a segmented document in, candidates with values out; segmentation is a stage of its own.
The pipeline is the compiled one of the command, whose rules are ready; its memory of values is empty in the first round.
JioNLP reads Chinese only and finds and parses times and money. dateparser reads both languages and no money, so it stands against our
dates and, as well, against both our stages. The plain scan is one regular expression for digits with a unit and says how far from the
floor we are.
"""

import argparse
import logging
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from medai_extract.batch.compiled import load_pipeline
from medai_extract.evaluate import read_gold
from medai_extract.pipeline import Pipeline
from medai_extract.segment import SegmentedText
from medai_extract.settings import Settings

GOLD = Path(__file__).parents[1] / "corpora" / "gold"
PLAIN = re.compile(
    r"[\d.,]+\s?(?:万|亿|元|美元|年|月|日|million|billion|thousand|dollars|yuan)?|January|February|March|April"
)
LEAST = 0.25
"""Seconds of processor time that a contestant is measured for, at least."""

Contestant = Callable[[str], object]


def rate(read: Contestant, texts: Sequence[str]) -> float:
    """Give how many megabytes of UTF-8 a contestant reads in a second of processor time."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    passes, started = 0, time.process_time()
    while (elapsed := time.process_time() - started) < LEAST:
        for text in texts:
            read(text)
        passes += 1
    return size * passes / elapsed


def make_contestants(pipeline: Pipeline, lang: str, segmented: dict[str, tuple]) -> dict[str, Contestant]:
    """Give who reads the articles of a language, by name; our stages are ``dates`` and ``money + dates``."""
    import dateparser.search

    contestants: dict[str, Contestant] = {
        "dates": lambda text: pipeline.dates.find(*segmented[text]),
        "money + dates": lambda text: (
            pipeline.money.find(*segmented[text]),
            pipeline.dates.find(*segmented[text]),
        ),
        "plain re scan": PLAIN.findall,
        "dateparser.search": lambda text: dateparser.search.search_dates(text, languages=[lang]),
    }
    if lang == "zh":
        import jionlp

        contestants["jionlp time + money"] = lambda text: (
            jionlp.ner.extract_time(text, with_parsing=True),
            jionlp.ner.extract_money(text, with_parsing=True),
        )
    return contestants


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    pipeline = load_pipeline(Settings())
    documents = [pipeline.cleaner.clean(gold.article) for gold in read_gold(GOLD)]
    segmented = {document.text: (SegmentedText(document.text), document) for document in documents}
    print("| text | rival | our stages | ours MB/s | rival MB/s | times its speed (median) | range |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for lang in ("zh", "en"):
        texts = [document.text for document in documents if document.lang.startswith(lang)]
        try:
            contestants = make_contestants(pipeline, lang, segmented)
        except ImportError as error:
            sys.exit(f"{error}; install the rivals: pip install --group bench")
        logging.disable()  # JioNLP logs the texts it cannot parse
        for read in contestants.values():
            read(texts[0])  # rules are compiled, tables are read at the first use
        measured = [{name: rate(read, texts) for name, read in contestants.items()} for _ in range(rounds)]
        for rival in list(contestants)[2:]:
            for stages in ("dates", "money + dates"):
                if stages == "dates" and rival != "dateparser.search":
                    continue
                ratios = sorted(rates[stages] / rates[rival] for rates in measured)
                own, its = (statistics.median(rates[name] for rates in measured) for name in (stages, rival))
                print(
                    f"| {len(texts)} {lang} | {rival} | {stages} | {own:.2f} | {its:.3f} "
                    f"| {statistics.median(ratios):.1f} | {ratios[0]:.1f}–{ratios[-1]:.1f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
