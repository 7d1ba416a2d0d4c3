"""What the order of the queue is worth: a simulated reviewer against gold, in queue order and in corpus order.

The reviewer knows the gold. Each decision is made once for all alike, as on the desk: it settles the undecided mentions of the
same surface, rule and label for which the gold says the same; the others are its exceptions. Run with a gold file or folder:

    python benchmarks/review_queue.py corpora/gold
"""

import argparse
import tempfile
from pathlib import Path

from medai_extract.batch import run_batch
from medai_extract.evaluate.gold import GoldArticle, read_gold
from medai_extract.evaluate.score import trim_span
from medai_extract.review.desk import Wanted, decide_many, find_alike
from medai_extract.review.queue import Filters, list_queue
from medai_extract.review.store import Store
from medai_extract.settings import Settings

DECISIONS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("--decisions", type=int, default=DECISIONS)
    arguments = parser.parse_args()
    gold = read_gold(arguments.gold)
    settled = {order: review(gold, order, arguments.decisions) for order in ("corpus", "queue")}
    for order, (mentions, wrong, total) in settled.items():
        print(
            f"{order} order: {arguments.decisions} decisions settle {mentions} of {total} mentions, {wrong} of them wrong"
        )
    print(f"queue / corpus: {settled['queue'][0] / settled['corpus'][0]:.2f}")


def review(gold: list[GoldArticle], order: str, decisions: int) -> tuple[int, int, int]:
    """Give how many mentions so many decisions settle, how many of those the rules had wrong, and how many there are."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        right = write_articles(gold, Path(folder) / "news")
        run_batch([str(Path(folder) / "news")], out, settings=Settings())
        store = Store(out)
        judged = {
            row["id"]: (row["source_start"], row["source_end"], row["label"])
            in right[Path(row["source"]).name]
            for row in _rows(store, out)
        }
        settled = wrong = 0
        for _ in range(decisions):
            mention_id = choose(store, order)
            if mention_id is None:
                break
            verdict = judged[mention_id]
            chosen = [row["id"] for row in find_alike(store.read, mention_id) if judged[row["id"]] == verdict]
            wanted = Wanted(verdict="accept" if verdict else "reject")
            settled += decide_many(store, "gold", mention_id, wanted, chosen=chosen)[1]
            wrong += 0 if verdict else len(chosen)
        store.close()
        return settled, wrong, len(judged)


def choose(store: Store, order: str) -> str | None:
    """Give the mention to decide next."""
    if order == "queue":
        entries = list_queue(store.read, Filters(), "gold", limit=1)
        return str(entries[0].mention["id"]) if entries else None
    row = store.read.execute(
        "SELECT id FROM mention WHERE status = 'unreviewed' ORDER BY position LIMIT 1"
    ).fetchone()
    return None if row is None else str(row["id"])


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


def _rows(store: Store, out: Path) -> list[dict[str, object]]:
    import json

    sources = {row["id"]: row["source"] for row in store.read.execute("SELECT id, source FROM article")}
    with (out / "mentions.jsonl").open(encoding="utf-8") as lines:
        return [row | {"source": sources[row["article_id"]]} for row in map(json.loads, lines)]


if __name__ == "__main__":
    main()
