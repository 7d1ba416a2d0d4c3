"""What a row of a table, front matter or a page states about its article."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

DATE_FIELDS = ("published_at", "published", "date", "pub_date")
_ISO = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")


class Fields(NamedTuple):
    """What a row or front matter states about its article."""

    title: str | None
    url: str | None
    author: str | None
    publisher: str | None
    published_at: str | None
    lang: str | None
    warnings: tuple[str, ...]


def read_fields(row: Mapping[str, object]) -> Fields:
    """Read the known fields of a row; values of other types than expected are turned into text or left out.

    >>> read_fields({"title": " 阿福 ", "date": "2026/6/9 12:01", "lang": "zh"})[:6]
    ('阿福', None, None, None, '2026-06-09', 'zh')
    """
    stated = next((row[name] for name in DATE_FIELDS if row.get(name)), None)
    published_at = parse_date(stated) if stated is not None else None
    return Fields(
        title=to_text(row.get("title")),
        url=to_text(row.get("url")),
        author=to_text(row.get("author")),
        publisher=to_text(row.get("publisher")),
        published_at=published_at,
        lang=to_text(row.get("lang")),
        warnings=("unreadable_date",) if stated is not None and published_at is None else (),
    )


def parse_date(stated: object) -> str | None:
    """Give the day of a stated date in ISO form, or None where it cannot be told.

    >>> parse_date("2025年2月13日"), parse_date("Thu, 13 Feb 2025 09:00:00 +0800"), parse_date("soon")
    ('2025-02-13', '2025-02-13', None)
    """
    if isinstance(stated, datetime | date):
        return stated.isoformat()[:10]
    text = str(stated).strip()
    match = _ISO.match(text)
    try:
        if match is not None:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return None


def to_text(value: object) -> str | None:
    """Give a stated value as text that can be written, None where it is none."""
    if value is None or isinstance(value, dict | list):
        return None
    # A lone surrogate (half of an emoji cut by some program) cannot be written as UTF-8.
    return str(value).encode("utf-8", "replace").decode("utf-8").strip() or None
