"""Extractions as a tidy table for pandas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from medai_extract.model import DateValue, Extraction, Mention, MoneyValue

if TYPE_CHECKING:
    import pandas as pd


def to_frame(extractions: Iterable[Extraction]) -> pd.DataFrame:
    """Give one row a mention: its record, its article's source, title and date, and the parts of its value in columns.

    Amounts are ``Decimal``, dates ``datetime64``; what a mention has not is missing.

    >>> from medai_extract import Pipeline
    >>> frame = to_frame([Pipeline()("推想医疗宣布完成融资。", published_at="2024-03-16")])
    >>> list(frame.columns[:8])
    ['article_id', 'source', 'title', 'published_at', 'lang', 'label', 'text', 'entity_id']
    """
    from decimal import Decimal

    import pandas as pd

    def decimal(text: str | None) -> Decimal | None:
        return Decimal(text) if text is not None else None

    rows = []
    for extraction in extractions:
        document = extraction.document
        for mention in extraction.mentions:
            money = mention.value if isinstance(mention.value, MoneyValue) else MoneyValue()
            day = mention.value if isinstance(mention.value, DateValue) else DateValue()
            rows.append(
                {
                    "article_id": document.id,
                    "source": document.source,
                    "title": document.title,
                    "published_at": document.published_at,
                    "lang": document.lang,
                    "label": mention.label,
                    "text": mention.text,
                    "entity_id": mention.entity_id,
                    "currency": money.currency,
                    "amount": decimal(money.amount),
                    "amount_min": decimal(money.amount_min),
                    "amount_max": decimal(money.amount_max),
                    "modifier": money.modifier,
                    "timex": day.timex,
                    "date_start": day.start,
                    "date_end": day.end,
                    **{name: getattr(mention, name) for name in _REST},
                }
            )
    frame = pd.DataFrame(rows, columns=[*_COLUMNS, *_REST])
    for column in ("published_at", "date_start", "date_end"):
        frame[column] = pd.to_datetime(frame[column], errors="coerce")
    return frame


_COLUMNS = (
    "article_id", "source", "title", "published_at", "lang", "label", "text", "entity_id",
    "currency", "amount", "amount_min", "amount_max", "modifier", "timex", "date_start", "date_end",
)  # fmt: skip
_REST = tuple(field for field in Mention.__struct_fields__ if field not in (*_COLUMNS, "value"))
