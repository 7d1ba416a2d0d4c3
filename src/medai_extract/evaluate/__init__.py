"""How right the extraction is: gold articles read, spans and values compared, scores by label and language."""

from medai_extract.evaluate.gold import GoldArticle, GoldSpan, parse_markup, read_gold
from medai_extract.evaluate.run import check_floors, evaluate_gold, write_scores
from medai_extract.evaluate.score import Score, ScoreTable, score_articles

__all__ = [
    "GoldArticle", "GoldSpan", "Score", "ScoreTable", "check_floors", "evaluate_gold", "parse_markup", "read_gold",
    "score_articles", "write_scores",
]  # fmt: skip
