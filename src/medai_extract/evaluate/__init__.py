"""How right the extraction is: gold articles read, spans and values compared, scores by label and language."""

from medai_extract.evaluate.gold import GoldArticle, GoldSpan, read_gold
from medai_extract.evaluate.score import Score, ScoreTable, score_articles

__all__ = ["GoldArticle", "GoldSpan", "Score", "ScoreTable", "read_gold", "score_articles"]
