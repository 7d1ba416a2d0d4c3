"""Fit the weights of Chinese evidence on annotated articles and write them as readable tables.

``medai-extract patterns fit corpora/gold`` runs it. A softmax regression over none, ORG and PRODUCT; each weight is
drawn to what ``patterns/words/zh_prior.csv`` says of it (0 where it is silent), so that a few dozen articles are enough
and a linguist's word counts. The second reading is fitted on first readings by weights that have not seen the article. The outcome depends
on the articles and the prior alone, not on the tables that it replaces.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from medai_extract.evaluate.gold import GoldArticle, read_gold
from medai_extract.language import detect_language
from medai_extract.match.chinese import ChineseNames
from medai_extract.match.chinese.weights import BIAS, Weights, read_weights
from medai_extract.match.chinese.wording import without_wording
from medai_extract.normalise.names import make_folding
from medai_extract.patterns import load_patterns
from medai_extract.patterns.edit import canonical_csv, replace_file
from medai_extract.segment import SegmentedText

CLASSES = ("", "ORG", "PRODUCT")
FOLDS, STRENGTH, ROUNDS, RATE, SEEN = 10, 0.0001, 300, 0.1, 2
LEAST = 0.1
"""Weights of characters that say less for either label are left out; many small ones say something together."""
EAGERNESS = 0.5, 0.9
"""Added to the bias of the second reading, for ORG and for PRODUCT: a missed name costs more than a false one, which the F-measure shows."""
Row = tuple[tuple[str, ...], int]


def fit(rows: Sequence[Row], prior: Weights) -> dict[str, tuple[float, float]]:
    """Give the weights that explain rows of (evidence, class), drawn to ``prior``; Adam with bias correction."""
    counts = Counter(item for found, _ in rows for item in found)
    names = [BIAS, *sorted({item for item, count in counts.items() if count >= SEEN} | set(prior) - {BIAS})]
    index = {name: at for at, name in enumerate(names)}
    cells = [[0, *(index[item] for item in found if item in index)] for found, _ in rows]
    sizes = np.array([len(cell) for cell in cells])
    columns, firsts = np.array(list(chain.from_iterable(cells))), np.cumsum(sizes) - sizes
    # The same cells in the order of the names, for sums over the rows of each.
    by_name = np.argsort(columns, kind="stable")
    rows_by_name = np.repeat(np.arange(len(rows)), sizes)[by_name]
    present, name_firsts = np.unique(columns[by_name], return_index=True)
    target = np.eye(3)[[kind for _, kind in rows]]
    start = np.zeros((len(names), 3))
    for name, weight in prior.items():
        if name in index:
            start[index[name], 1:] = weight
    weights, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, ROUNDS + 1):
        logits = np.add.reduceat(weights[columns], firsts)
        odds = np.exp(logits - logits.max(1, keepdims=True))
        error = odds / odds.sum(1, keepdims=True) - target
        gradient = np.zeros_like(weights)
        gradient[present] = np.add.reduceat(error[rows_by_name], name_firsts)
        gradient = gradient / len(rows) + STRENGTH * (weights - start)
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        # A rate that falls lets the weights come to rest, so that few articles more or less change little.
        rate = RATE * (1 - (step - 1) / ROUNDS)
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    weights -= weights[:, :1]
    return {name: (float(weights[at, 1]), float(weights[at, 2])) for name, at in index.items()}


class Trainer:
    """Annotated articles, and the two readings of each."""

    def __init__(self, names: ChineseNames, gold: Iterable[GoldArticle], prior: Weights) -> None:
        self.names, self.prior = names, prior
        self.gold = [item for item in gold if detect_language(item.article.text) != "en"]

    def first_rows(self, item: GoldArticle) -> list[Row]:
        """Give the rows of the first reading of an article; boilerplate teaches nothing."""
        reading = self.names.read(SegmentedText(item.article.text), self.names.tools(self.prior, self.prior))
        return list(
            _rows(item, (((guess.start, guess.end), reading.found(guess)) for guess in reading.guesses))
        )

    def second_rows(self, item: GoldArticle, weights: Weights) -> list[Row]:
        """Give the rows of the second reading after a first one by ``weights``."""
        again = self.names.read(
            SegmentedText(item.article.text), self.names.tools(weights, self.prior)
        ).look_again()
        return list(_rows(item, (((guess.start, guess.end), found) for guess, found in again)))

    def train(self) -> tuple[Weights, Weights]:
        """Give the weights of both readings."""
        firsts = [self.first_rows(item) for item in self.gold]
        second: list[Row] = []
        for fold in range(FOLDS):
            seen = fit(
                [row for at, rows in enumerate(firsts) if at % FOLDS != fold for row in rows], self.prior
            )
            for item in self.gold[fold::FOLDS]:
                second.extend(self.second_rows(item, seen))
        final = fit(second, self.prior)
        final[BIAS] = (final[BIAS][0] + EAGERNESS[0], final[BIAS][1] + EAGERNESS[1])
        return fit([row for rows in firsts for row in rows], self.prior), final


def _rows(item: GoldArticle, weighed: Iterable[tuple[tuple[int, int], tuple[str, ...]]]) -> Iterable[Row]:
    labels = {
        (span.start, span.end): CLASSES.index(span.label) for span in item.spans if span.label in CLASSES
    }
    for (start, end), found in weighed:
        if not any(waste.start <= start < waste.end for waste in item.boilerplate):
            yield found, labels.get((start, end), 0)


def write_weights(path: Path, weights: Weights, notes: Mapping[str, str]) -> None:
    """Write a table of weights; the note says what the evidence is."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(("word", "value", "note"))
    for name, (org, product) in weights.items():
        writer.writerow((name, f"{org:+.2f} {product:+.2f}", notes.get(name.split(".")[0], "")))
    replace_file(path, canonical_csv(lines.getvalue()))


def fit_chinese(paths: Sequence[Path], root: Path | None = None) -> tuple[int, int, Path]:
    """Fit on the gold at ``paths`` and write the four tables; give the numbers of articles and weights, and the folder."""
    patterns = load_patterns(root)
    folding = make_folding(patterns.table("script.traditional"))
    folder = patterns.root / "words"
    with (folder / "zh_prior.csv").open(encoding="utf-8", newline="") as file:
        notes = {row["word"].split(".")[0]: row["note"] for row in csv.DictReader(file)}
    gold = [item for path in paths for item in read_gold(path)]
    trainer = Trainer(ChineseNames(patterns, folding), gold, read_weights(patterns.table("words.zh_prior")))
    first, second = trainer.train()
    written = 0
    for reading, weights in (("", first), ("_article", second)):
        evidence = without_wording(weights)
        wording = {
            item: weight
            for item, weight in weights.items()
            if item not in evidence and max(map(abs, weight)) >= LEAST
        }
        write_weights(folder / f"zh_evidence{reading}.csv", evidence, notes)
        write_weights(folder / f"zh_wording{reading}.csv", wording, notes)
        written += len(evidence) + len(wording)
    return len(trainer.gold), written, folder
