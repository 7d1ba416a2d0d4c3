"""The pipeline as a whole: what an article gives depends on it alone, not on what the pipeline has read before."""

from pathlib import Path

from medai_extract.evaluate.gold import read_gold
from medai_extract.model import Article, Extraction
from medai_extract.patterns import Patterns
from medai_extract.pipeline import Pipeline

ROOT = Path(__file__).parents[1]
# The words of traditional articles are kept under their simplified forms, and so are those of simplified ones.
TRADITIONAL = "康宜科技已於12月1日向江城市中級人民法院提交起訴材料，法院次日立案審查。"
SIMPLIFIED = "康宜科技已于12月1日向江城市中级人民法院提交起诉材料，法院次日立案审查。"


def extract_all(patterns: Patterns, articles: list[Article]) -> list[Extraction]:
    return list(Pipeline(patterns).stream(articles))


def test_what_was_read_before_changes_nothing(patterns: Patterns) -> None:
    articles = [Article(source="-", text=text) for text in (TRADITIONAL, SIMPLIFIED)]
    articles += [gold.article for gold in read_gold(ROOT / "corpora" / "gold")[::3]]
    forward = extract_all(patterns, articles)
    backward = extract_all(patterns, articles[::-1])[::-1]
    for there, back in zip(forward, backward, strict=True):
        assert (there.mentions, there.relations, there.dropped) == (
            back.mentions,
            back.relations,
            back.dropped,
        )
