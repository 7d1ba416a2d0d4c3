"""Near duplicates: recall and precision on generated articles with planted reprints, and what a million signatures cost.

Recall is the share of planted reprints that are found to be of one story with their original; precision the share of articles
marked as copies whose leader is of their own story. The generated signatures are those of texts of 600 shingles; one in four is a
reprint in which one shingle in ten is another. Run: ``python benchmarks/near.py [--articles 2000] [--signatures 1000000]``.
"""

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from medai_extract.dedupe import SIGNATURE_BYTES, Signer, find_copies
from medai_extract.dedupe.near import Entry
from medai_extract.dedupe.signature import HEAD_HASHES, SIGNATURE, WHOLE_HASHES
from medai_extract.patterns import load_patterns

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from reprints import KINDS, Newsroom, make_stories, reprint

KEPT = 0.9
REPRINTS = 4


def measure_quality(articles: int, seed: int) -> None:
    """Print recall by kind of reprint, precision and speed."""
    simplified = load_patterns(None).table("script.traditional")
    traditional = {new: old for old, new in simplified.items()}
    newsroom = Newsroom(seed)
    stories = make_stories(newsroom, articles * 2 // 3)
    origins, kinds, texts = list(range(len(stories))), [""] * len(stories), [story.text for story in stories]
    while len(texts) < articles:
        origin, kind = newsroom.random.randrange(len(stories)), newsroom.random.choice(KINDS)
        origins.append(origin)
        kinds.append(kind)
        texts.append(reprint(newsroom, stories[origin], kind, traditional).text)
    signer = Signer(simplified)
    started = time.process_time()
    signatures = [signer.sign(text) for text in texts]
    speed = len(texts) / (time.process_time() - started)
    print(f"{speed:,.0f} signatures a second, of {sum(map(len, texts)) / len(texts):,.0f} characters each\n")
    copies = find_copies((str(row), None, row, signature) for row, signature in enumerate(signatures))
    leaders = [int(copies.get(str(row), row)) for row in range(len(texts))]
    right = [origins[int(copy)] == origins[int(leader)] for copy, leader in copies.items()]
    planted, found = Counter(kinds[len(stories) :]), Counter[str]()
    for row in range(len(stories), len(texts)):
        found[kinds[row]] += leaders[row] == leaders[origins[row]]
    print("| reprint | planted | recall |\n| --- | --- | --- |")
    for kind in KINDS:
        print(f"| {kind} | {planted[kind]} | {found[kind] / planted[kind]:.3f} |")
    print(f"| all | {planted.total()} | {found.total() / planted.total():.4f} |")
    print(f"\nprecision {sum(right) / len(right):.4f} of {len(right)} marked\n")


def make_entries(count: int) -> Iterator[Entry]:
    """Give ``count`` signatures as of unrelated texts; every ``REPRINTS``-th repeats most of the one before it."""
    chance = np.random.default_rng(1)
    signature = np.zeros((), SIGNATURE)
    for row in range(count):
        kept = KEPT if row % REPRINTS == REPRINTS - 1 else 0.0
        for sketch, size in (("whole", WHOLE_HASHES), ("head", HEAD_HASHES)):
            fresh = chance.random(size) >= kept
            signature[sketch][fresh] = chance.integers(0, 1 << 16, int(fresh.sum()), np.uint16)
        signature["text"] = row
        signature["shingles"] = 600
        yield f"{row:016x}", f"2025-{row % 12 + 1:02}-01", row, signature.tobytes()


def measure_size(count: int) -> None:
    """Print seconds and peak memory of finding the copies among ``count`` signatures."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.process_time()
    for _ in make_entries(count):
        pass
    making = time.process_time() - started
    started = time.process_time()
    copies = find_copies(make_entries(count))
    seconds = time.process_time() - started - making
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:,} signatures of {SIGNATURE_BYTES} bytes: {len(copies):,} copies among them in {seconds:.0f} s,"
    )
    print(f"peak memory {peak:,.0f} MB ({before:,.0f} MB before)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--signatures", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    measure_quality(options.articles, options.seed)
    measure_size(options.signatures)


if __name__ == "__main__":
    main()
