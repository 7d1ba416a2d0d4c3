"""Body F1 and pages a second of our HTML reader and three others, on pages of our corpus in fifteen layouts.

F1 is over the words (Latin) and characters (Han) of the body, as bags; the title counts for nobody. The systems take turns page
set by page set in one run, so that a busy machine is busy for all. Run: ``python benchmarks/cleaning.py [--rounds 5]``.
"""

import argparse
import logging
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable

from medai_extract.clean import Cleaner
from medai_extract.ingest.html import read_html
from medai_extract.model import Article
from medai_extract.patterns import load_patterns
from pages import HELD_OUT, LAYOUTS, Page, make_pages

_TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
System = Callable[[str], str]


def make_systems() -> dict[str, System]:
    """Give the systems, each from a page to its text."""
    import trafilatura
    from lxml import html as lxml_html
    from readability import Document
    from resiliparse.extract.html2text import extract_plain_text

    for name in ("trafilatura", "readability.readability"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    cleaner = Cleaner(load_patterns())

    def ours(page: str) -> str:
        [article] = read_html("-", page, "utf-8", ())
        return cleaner.clean(article).text if isinstance(article, Article) else ""

    def readability(page: str) -> str:
        summary = Document(page).summary()
        return "\n".join(lxml_html.fromstring(summary).itertext())

    return {
        "medai-extract": ours,
        "trafilatura": lambda page: trafilatura.extract(page, include_comments=False) or "",
        "resiliparse": lambda page: extract_plain_text(
            page, main_content=True, comments=False, alt_texts=False
        ),
        "readability-lxml": readability,
    }


def count_tokens(text: str, title: str) -> Counter[str]:
    lines = (line for line in text.split("\n") if line.strip("# ") != title)
    return Counter(_TOKEN.findall("\n".join(lines).lower()))


def score(page: Page, text: str) -> tuple[float, float]:
    """Give precision and recall of a system's text."""
    wanted, given = count_tokens(page.body, page.title), count_tokens(text, page.title)
    right = (wanted & given).total()
    return right / max(given.total(), 1), right / wanted.total()


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--layouts", nargs="+", help="only these")
    parser.add_argument("--every", type=int, default=1, help="only every n-th page")
    options = parser.parse_args()
    layouts = options.layouts or sorted(
        {path.name.removesuffix(".html.j2") for path in LAYOUTS.glob("*.html.j2")} - {"parts"}
    )
    pages = make_pages(layouts)[:: options.every]
    systems = make_systems()
    texts = {name: [system(page.html) for page in pages] for name, system in systems.items()}
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(options.rounds):
        for name, system in systems.items():
            started = time.process_time()
            for page in pages:
                system(page.html)
            seconds[name].append(time.process_time() - started)
    print_table(pages, layouts, texts)
    print("\n| system | pages a second (median) | times trafilatura |\n| --- | --- | --- |")
    for name, spent in seconds.items():
        ratios = [other / own for other, own in zip(seconds["trafilatura"], spent, strict=True)]
        print(f"| {name} | {len(pages) / statistics.median(spent):.0f} | {statistics.median(ratios):.2f} |")


def print_table(pages: list[Page], layouts: list[str], texts: dict[str, list[str]]) -> None:
    print(f"| layout | {' | '.join(texts)} |\n|{' --- |' * (len(texts) + 1)}")
    groups = {
        **{layout + ("*" if layout in HELD_OUT else ""): {layout} for layout in layouts},
        "known": set(layouts) - set(HELD_OUT), "held out*": set(layouts) & set(HELD_OUT), "all": set(layouts),
    }  # fmt: skip
    for group, members in groups.items():
        cells = []
        for outputs in texts.values():
            shares = [
                score(page, text) for page, text in zip(pages, outputs, strict=True) if page.layout in members
            ]
            if shares:
                mean = statistics.mean(f1(*share) for share in shares)
                precision, recall = (statistics.mean(column) for column in zip(*shares, strict=True))
                cells.append(f"{mean:.4f} ({precision:.3f} / {recall:.3f})")
        if cells:
            print(f"| {group} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
