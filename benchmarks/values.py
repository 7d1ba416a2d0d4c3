"""Money and dates against JioNLP, dateparser and a plain scan, on the same text in one run.

Rounds are interleaved and the median of the ratios of a round is given, so that a slow minute of the machine touches all alike.
Rivals are the dependency group ``bench``: ``pip install --group bench``. Run: ``python benchmarks/values.py [--rounds 5]``.

JioNLP reads Chinese only and finds and parses; dateparser reads both languages and is given a few paragraphs (it takes ten seconds a
100 KB); the plain scan is one regular expression for digits with a unit and says how far from the floor we are.
"""

import argparse
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from medai_extract.evaluate import read_gold
from medai_extract.model import Document
from medai_extract.patterns import load_patterns
from medai_extract.pipeline import Pipeline
from medai_extract.segment import SegmentedText

GOLD = Path(__file__).parents[1] / "corpora" / "gold"
PLAIN = re.compile(
    r"[\d.,]+\s?(?:万|亿|元|美元|年|月|日|million|billion|thousand|dollars|yuan)?|January|February|March|April"
)


def seconds(function: Callable[[str], object], texts: Sequence[str]) -> float:
    """Give the processor time of ``function`` over ``texts``, in seconds a megabyte of UTF-8."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    started = time.process_time()
    for text in texts:
        function(text)
    return (time.process_time() - started) / size


def make_ours() -> Callable[[Document], object]:
    """Give our two stages as one function of a clean document: segmentation, finding, values."""
    pipeline = Pipeline(load_patterns())

    def extract(document: Document) -> object:
        segmented = SegmentedText(document.text)
        return [*pipeline.money.find(segmented, document), *pipeline.dates.find(segmented, document)]

    return extract


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    try:
        import dateparser.search
        import jionlp
    except ImportError as error:
        sys.exit(f"{error}; install the rivals: pip install --group bench")
    pipeline = Pipeline(load_patterns())
    documents = [pipeline.cleaner.clean(gold.article) for gold in read_gold(GOLD)]
    by_text = {document.text: document for document in documents}
    ours = make_ours()
    chinese = [document.text for document in documents if document.lang.startswith("zh")]
    english = [document.text for document in documents if document.lang == "en"]

    def extract(text: str) -> object:
        return ours(by_text[text])

    def jio(text: str) -> object:
        return jionlp.ner.extract_time(text, with_parsing=True), jionlp.ner.extract_money(
            text, with_parsing=True
        )

    def parse_dates(text: str) -> object:
        return dateparser.search.search_dates(
            text[:600], languages=["zh" if any("\u4e00" <= char <= "\u9fff" for char in text[:80]) else "en"]
        )

    cases = [
        ("jionlp time + money", "zh", chinese, jio, chinese[:4]),
        ("dateparser.search", "zh", chinese, parse_dates, chinese[:3]),
        ("dateparser.search", "en", english, parse_dates, english[:2]),
        ("plain re scan", "zh", chinese, PLAIN.findall, chinese),
        ("plain re scan", "en", english, PLAIN.findall, english),
    ]
    for text in (*chinese, *english):
        extract(text)  # rules are compiled at their first use
    parse_dates(chinese[0]), parse_dates(english[0]), jio(chinese[0])
    print(f"{len(chinese)} Chinese and {len(english)} English articles of corpora/gold, {rounds} rounds\n")
    print("| rival | text | ours MB/s | rival MB/s | times its speed (median) | range |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, lang, texts, rival, sample in cases:
        pairs = []
        for _ in range(rounds):
            own = seconds(extract, texts)
            cut = [text[:600] for text in sample] if rival is parse_dates else sample
            pairs.append((own, seconds(rival, cut)))
        ratios = sorted(theirs / own for own, theirs in pairs)
        own, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(
            f"| {name} | {lang} | {1 / own:.2f} | {1 / theirs:.3f} | {statistics.median(ratios):.1f} | {ratios[0]:.1f}–{ratios[-1]:.1f} |"
        )


if __name__ == "__main__":
    main()
