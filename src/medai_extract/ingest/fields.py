"""What a row of a table, front matter or a page states about its article."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from medai_extract.months import MONTH, month_number

COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("text", "content", "body", "fulltext", "full_text", "正文", "全文", "内容", "內容", "文本"),
    "html": ("html", "content_html", "raw_html"),
    "id": ("id", "guid", "编号", "編號"),
    "title": ("title", "headline", "标题", "標題", "题目"),
    "url": ("url", "link", "链接", "网址", "連結", "網址"),
    "author": ("author", "byline", "作者", "记者", "記者"),
    "publisher": ("publisher", "source", "site", "media", "来源", "來源", "媒体", "媒體"),
    "published_at": (
        "published_at", "published", "date", "pub_date", "publishedat", "pubdate", "publish_date", "datepublished",
        "发布时间", "發布時間", "发布日期", "發布日期", "日期",
    ),
    "lang": ("lang", "language", "语言", "語言"),
}  # fmt: skip
"""The names that tables and front matter give to what is known of an article, the usual one first; case does not matter."""
_TEXT_COLUMNS = frozenset((*COLUMNS["text"], *COLUMNS["html"]))
_COLUMN_OF = {name: (column, rank) for column, names in COLUMNS.items() for rank, name in enumerate(names)}
_ISO = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_IN_WORDS = re.compile(
    rf"""(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?
         (?:(?P<m1>{MONTH})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+
          | (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?P<m2>{MONTH})\.?,?[\s-]+)(?P<year>\d{{4}})(?!\d)""",
    re.X | re.I,
)
_IN_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")


class Fields(NamedTuple):
    """What a row or front matter states about its article."""

    title: str | None
    url: str | None
    author: str | None
    publisher: str | None
    published_at: str | None
    lang: str | None
    warnings: tuple[str, ...]


NOTHING_STATED = Fields(None, None, None, None, None, None, ())


def is_text_column(name: str) -> bool:
    """Say whether a column of this name holds the text of an article.

    >>> is_text_column("Text"), is_text_column("正文"), is_text_column("title")
    (True, True, False)
    """
    return name.strip().lower() in _TEXT_COLUMNS


def rename_columns(row: Mapping[str, object]) -> dict[str, object]:
    """Give the known columns of a row under their usual names; of two that mean the same the more usual one that is filled counts.

    >>> rename_columns({"标题": "阿福", "正文": "", "Content": "蚂蚁阿福上线。", "clicks": 7})
    {'title': '阿福', 'text': '蚂蚁阿福上线。'}
    """
    known: dict[str, object] = {}
    ranks: dict[str, int] = {}
    for name, value in row.items():
        column, rank = _COLUMN_OF.get(name) or _COLUMN_OF.get(str(name).strip().lower()) or ("", 0)
        if column and value not in (None, "") and (column not in known or rank < ranks[column]):
            known[column], ranks[column] = value, rank
    return known


def read_fields(row: Mapping[str, object]) -> Fields:
    """Read the known fields of a row; values of other types than expected are turned into text or left out.

    >>> read_fields({"title": " 阿福 ", "日期": "2026/6/9 12:01", "lang": "zh"})[:6]
    ('阿福', None, None, None, '2026-06-09', 'zh')
    """
    known = rename_columns(row)
    stated = known.get("published_at")
    published_at = parse_date(stated) if stated is not None else None
    return Fields(
        title=to_text(known.get("title")),
        url=to_text(known.get("url")),
        author=to_text(known.get("author")),
        publisher=to_text(known.get("publisher")),
        published_at=published_at,
        lang=to_text(known.get("lang")),
        warnings=("unreadable_date",) if stated is not None and published_at is None else (),
    )


def parse_date(stated: object) -> str | None:
    """Give the day of a stated date in ISO form, or None where it cannot be told.

    >>> parse_date("2025年2月13日"), parse_date("Thu, 13 Feb 2025 09:00:00 +0800"), parse_date("Feb. 13, 2025")
    ('2025-02-13', '2025-02-13', '2025-02-13')
    >>> parse_date("13/02/2025"), parse_date("3/4/2025"), parse_date("soon")
    ('2025-02-13', None, None)
    """
    if isinstance(stated, datetime | date):
        return stated.isoformat()[:10]
    text = str(stated).strip()
    match = _ISO.match(text)
    try:
        if match is not None:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        if (match := _IN_WORDS.match(text)) is not None:
            month = month_number(match["m1"] or match["m2"])
            return date(int(match["year"]), month, int(match["d1"] or match["d2"])).isoformat()
        if (match := _IN_NUMBERS.match(text)) is not None:
            first, second = int(match[1]), int(match[3])
            if first <= 12 and second <= 12 and first != second:
                return None
            return date(int(match[4]), min(first, second), max(first, second)).isoformat()
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return None


def to_text(value: object) -> str | None:
    """Give a stated value as text that can be written, None where it is none."""
    if value is None or isinstance(value, dict | list):
        return None
    # A lone surrogate (half of an emoji cut by some program) cannot be written as UTF-8.
    return str(value).encode("utf-8", "replace").decode("utf-8").strip() or None
