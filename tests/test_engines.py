"""Fast engines and the plain ones that serve where they have no wheel: both find the same."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from medai_extract.evaluate import read_gold
from medai_extract.pipeline import Pipeline

GOLD = Path(__file__).parents[1] / "corpora" / "gold"
WITHOUT_RJIEBA = """
import sys
sys.modules["rjieba"] = None
import msgspec
from medai_extract.pipeline import Pipeline
pipeline = Pipeline()
texts = msgspec.json.decode(sys.stdin.buffer.read())
found = [[[m.label, m.start, m.end, m.value] for m in pipeline(text).mentions] for text in texts]
assert "jieba" in sys.modules
sys.stdout.buffer.write(msgspec.json.encode(found))
"""


def test_without_rjieba_jieba_serves_and_finds_the_same(pipeline: Pipeline) -> None:
    pytest.importorskip("rjieba")
    texts = [gold.article.text for gold in read_gold(GOLD) if (gold.article.lang or "").startswith("zh")][:30]
    plain = subprocess.run(
        [sys.executable, "-c", WITHOUT_RJIEBA],
        input=msgspec.json.encode(texts),
        capture_output=True,
        check=True,
    ).stdout
    shared = total = 0
    for text, reference in zip(texts, msgspec.json.decode(plain), strict=True):
        mentions = [[m.label, m.start, m.end, m.value] for m in pipeline(text).mentions]
        fast = {msgspec.json.encode(mention) for mention in mentions}
        slow = {msgspec.json.encode(mention) for mention in reference}
        shared, total = shared + len(fast & slow), total + len(fast) + len(slow)
    assert total > 2_000
    # Their models part now and then on a word that no dictionary has, and on Latin names with hyphens.
    assert 2 * shared / total >= 0.99
