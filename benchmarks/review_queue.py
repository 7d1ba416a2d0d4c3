"""What the order of the queue is worth: a simulated reviewer against gold, in queue order and in corpus order.

The reviewer knows the gold. Each decision is made once for all alike, as on the desk: it settles the undecided mentions of the
same surface, rule and label for which the gold says the same; the others are its exceptions. Run with a gold file or folder:

    python benchmarks/review_queue.py corpora/gold
"""

import argparse
import json
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from medai_extract.batch import run_batch
from medai_extract.evaluate.gold import GoldArticle, read_gold
from medai_extract.evaluate.score import trim_span
from medai_extract.review.actions.alike import decide_many, find_alike
from medai_extract.review.actions.decide import Wanted
from medai_extract.review.filters import Filters
from medai_extract.review.queue import next_mention
from medai_extract.review.store import Store
from medai_extract.settings import Settings

DECISIONS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("--decisions", type=int, default=DECISIONS)
    arguments = parser.parse_args()
    gold = read_gold(arguments.gold)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        right = write_articles(gold, Path(folder) / "news")
        run_batch([str(Path(folder) / "news")], out, settings=Settings())
        judged = judge(out, right)
        settled = {order: review(out, judged, order, arguments.decisions) for order in ("corpus", "queue")}
    settled["perfect"] = choose_perfectly(judged, arguments.decisions)
    for order, (mentions, wrong) in settled.items():
        print(
            f"{order} order: {arguments.decisions} decisions settle {mentions} of {len(judged)} mentions, {wrong} of them wrong"
        )
    corpus = settled["corpus"][0]
    print(
        f"queue / corpus: {settled['queue'][0] / corpus:.2f}, perfect / corpus: {settled['perfect'][0] / corpus:.2f}"
    )


class Judged:
    """A mention with its group, and whether the gold has it."""

    def __init__(self, row: dict[str, object], right: bool) -> None:
        self.group = row["text"], row["rule_id"], row["label"]
        self.right = right


def judge(out: Path, right: dict[str, set[tuple[int, int, str]]]) -> dict[str, Judged]:
    """Give every mention with what the gold says of it."""
    with (out / "articles.jsonl").open(encoding="utf-8") as lines:
        sources = {row["id"]: Path(row["source"]).name for row in map(json.loads, lines)}
    with (out / "mentions.jsonl").open(encoding="utf-8") as lines:
        rows = list(map(json.loads, lines))
    return {
        row["id"]: Judged(
            row, (row["source_start"], row["source_end"], row["label"]) in right[sources[row["article_id"]]]
        )
        for row in rows
    }


def review(out: Path, judged: dict[str, Judged], order: str, decisions: int) -> tuple[int, int]:
    """Give how many mentions so many decisions settle, and how many of those the rules had wrong."""
    copy = Path(shutil.copytree(out, out.with_name(order), symlinks=True))
    store = Store(copy)
    settled = wrong = 0
    for _ in range(decisions):
        mention_id = choose(store, order)
        if mention_id is None:
            break
        verdict = judged[mention_id].right
        chosen = [
            row["id"] for row in find_alike(store.read, mention_id) if judged[row["id"]].right == verdict
        ]
        wanted = Wanted(verdict="accept" if verdict else "reject")
        settled += decide_many(store, "gold", mention_id, wanted, chosen=chosen)[1]
        wrong += 0 if verdict else len(chosen)
    store.close()
    return settled, wrong


def choose(store: Store, order: str) -> str | None:
    """Give the mention to decide next."""
    if order == "queue":
        return next_mention(store.read, Filters(), "gold")
    row = store.read.execute(
        "SELECT id FROM mention WHERE status = 'unreviewed' ORDER BY position LIMIT 1"
    ).fetchone()
    return None if row is None else str(row["id"])


def choose_perfectly(judged: dict[str, Judged], decisions: int) -> tuple[int, int]:
    """Give the most that so many decisions can settle: an order that knew the gold would take the largest first."""
    sizes = Counter((one.group, one.right) for one in judged.values()).most_common(decisions)
    return sum(size for _, size in sizes), sum(size for (_, right), size in sizes if not right)


def write_articles(gold: list[GoldArticle], folder: Path) -> dict[str, set[tuple[int, int, str]]]:
    """Write the articles as text files; give the gold spans of each by file name."""
    folder.mkdir()
    right = {}
    for number, article in enumerate(gold):
        name = f"{number:05}.txt"
        (folder / name).write_bytes(article.article.text.encode())
        spans = {
            (*trim_span(article.article.text, span.start, span.end), span.label) for span in article.spans
        }
        right[name] = spans
    return right


if __name__ == "__main__":
    main()
