"""Source text to clean text."""

import hashlib

from medai_extract.language import detect_language
from medai_extract.model import Article, Document, Span
from medai_extract.offsets import identity
from medai_extract.patterns import Patterns
from medai_extract.settings import Settings


def clean_article(article: Article, patterns: Patterns, settings: Settings) -> Document:
    """Clean an article."""
    return Document(
        id=hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        source=article.source,
        source_id=article.source_id,
        text=article.text,
        offsets=identity(len(article.text)),
        kept=(Span(0, len(article.text)),),
        lang=article.lang or detect_language(article.text),
        plain=article.plain,
        title=article.title,
        published_at=article.published_at or settings.published_at,
    )
