"""Title, author, publisher and publication date, from what the input states, then from the text, then from the address.

Only dates with a year count, and only where a page puts its date: on a short line near the top or bottom, in a
dateline, after 发布时间. A download date is never a publication date.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from medai_extract.model import Article

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE = re.compile(
    rf"""(?<!\d)(?P<y1>(?:19|20)\d\d)\s?[-/.年]\s?(?P<m1>\d{{1,2}})\s?[-/.月]\s?(?P<d1>\d{{1,2}})(?!\d)
       | (?P<m2>{_MONTH})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y2>(?:19|20)\d\d)
       | (?<!\d)(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<m3>{_MONTH}),?\s(?P<y3>(?:19|20)\d\d)
       | (?<![\d/])(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/(?P<y4>(?:20)?\d\d)(?![\d/])""",
    re.X | re.I,
)
_DATELINE = re.compile(
    r"(?:[A-Z][A-Z .,'&/-]{2,40}|[（(【]?[\u4e00-\u9fff]{0,14}?)\s*(?:\([^)]{1,30}\)\s*)?[,，（(—–-]*\s*"
)
_DATELINE_AFTER = re.compile(
    r"\s*(?:[（(/][^）)\n]{1,30}[）)/]?)?\s*(?:[-–—:.,]|消息|讯|訊|电|電|报道|報導|Prnewswire|PRNewswire|\(GLOBE|/)",
    re.I,
)
_LABELLED = re.compile(r"发布时间|發布時間|发布日期|更新时间|日期|时间|Published|Posted|Updated|Date", re.I)
_SAVED = re.compile(r"保存|下载|下載|收录|采集|抓取|访问|目录日期|retrieved|accessed|downloaded|saved", re.I)
_PUBLISHER = re.compile(
    r"(?:来源|來源|源自|文章来源|稿源|转自|轉自|Source)\s*[:：|｜]\s*(?P<name>[^\s|｜,，。()（）\d][^\n|｜,，。()（）\d]{0,38})",
    re.I,
)
_PUBLISHER_FROM = re.compile(r"本文(?:转载自|來自|来自|首发于)[“「《]?(?P<name>[^\s,，。)）」”》]{2,20})")
_AUTHOR = re.compile(
    r"(?:^|[\s|｜(（])(?:作者|撰文|记者|記者|文|文字|编译|By|Author)\s*(?:[:：|｜/]\s*|(?<=By)\s+|(?<=记者)\s+|(?<=記者)\s+)(?:[^\n|｜]{0,8}(?:记者|記者)\s+)?(?P<name>[^\n|｜,，。:：/()（）\d]{2,40})"
)
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[-/]?(\d\d)[-/]?(\d\d)?(?=[/._-]|$|\D)")
_DIGITS_OF_DATE = re.compile(r"(?:19|20)\d\d|\d/\d\d")
SHORT_LINE = 120
DATELINE = 100
"""Code points at the start of a paragraph in which its dateline ends."""
TOP_LINES, BOTTOM_LINES = 14, 4


class Metadata(NamedTuple):
    """What is known about an article besides its text; ``published_from`` says where the date comes from."""

    title: str | None
    author: str | None
    publisher: str | None
    published_at: str | None
    published_from: str | None
    warnings: tuple[str, ...]


def read_metadata(article: Article, text: str, default_date: str | None = None) -> Metadata:
    """Give the metadata of an article whose clean text is ``text``; what the input states goes first.

    >>> read_metadata(Article(source="-", text=""), "Owkin signs\\nBy Ann Lee | June 15, 2022 | 2 min read\\nOwkin has…")[:5]
    ('Owkin signs', 'Ann Lee', None, '2022-06-15', 'text')
    """
    lines = [line for line in text.split("\n", 60)[:60] if line.strip()]
    top = [line[: SHORT_LINE * 2] for line in lines[:TOP_LINES]]
    bottom = [line.strip() for line in text[-600:].split("\n")[-BOTTOM_LINES:] if line.strip()]
    in_text, doubtful = _date_in_text(top, bottom, text)
    published_at, published_from = article.published_at, article.published_from or "row"
    warnings: tuple[str, ...] = ()
    if published_at is None:
        published_from = "text"
        published_at = in_text
        warnings = ("ambiguous_date",) if doubtful and in_text else ()
    elif in_text is not None and not doubtful and in_text != published_at:
        warnings = ("date_disagrees",)
    if published_at is None and article.url is not None:
        published_from, published_at = "url", _date_in_url(article.url)
    if published_at is None:
        published_from, published_at = "option", default_date
    return Metadata(
        title=article.title or _title(lines),
        author=article.author or _first(_AUTHOR, [line for line in top if len(line) <= SHORT_LINE]),
        publisher=article.publisher
        or _first(_PUBLISHER, [line for line in (*top, *bottom) if len(line) <= SHORT_LINE])
        or _first(_PUBLISHER_FROM, bottom),
        published_at=published_at,
        published_from=published_from if published_at is not None else None,
        warnings=warnings,
    )


def _title(lines: list[str]) -> str | None:
    """Give the first line if it reads like a headline: short, with text after it, no date or source line."""
    if len(lines) < 2:
        return None
    line = lines[0].strip().lstrip("# ").strip()
    if (
        not 4 <= len(line) <= SHORT_LINE
        or line.endswith(("。", ".", "，", ",", ":", "："))
        or _DATE.fullmatch(line)
    ):
        return None
    return None if _PUBLISHER.match(line) or _AUTHOR.match(line) else line


def _first(pattern: re.Pattern[str], lines: list[str]) -> str | None:
    match = next((match for line in lines if (match := pattern.search(line))), None)
    return match["name"].strip() if match else None


def _date_in_text(top: list[str], bottom: list[str], text: str) -> tuple[str | None, bool]:
    """Give the date where a page puts it, and whether day and month could change places."""
    for line in (*top, *bottom):
        if not _DIGITS_OF_DATE.search(line):
            continue
        for match in _DATE.finditer(line if len(line) <= SHORT_LINE else line[:DATELINE]):
            if _SAVED.search(line[: match.start()]):
                continue
            short = len(line.strip()) <= SHORT_LINE and _stands_apart(line, match)
            if (
                short
                or _LABELLED.search(line[max(match.start() - 12, 0) : match.start()])
                or _is_dateline(line, match)
            ):
                found = _to_date(match, day_first=re.search(r"GMT|UTC|HKT|£|€", text[:400]) is not None)
                if found is not None:
                    return found
    return None, False


def _stands_apart(line: str, match: re.Match[str]) -> bool:
    """Say whether a short line is about its date (byline, time stamp) rather than a sentence or headline holding one."""
    rest = line[: match.start()] + " " + line[match.end() :]
    return not re.search(r"[。！？；]|[a-z]{2,}[.!?](?:\s|$)", rest) and (
        len(rest.strip()) <= 24
        or re.search(r"[|｜·•]|^\s*By\s|:\d\d|GMT|来源|來源|作者|记者|Source", rest) is not None
    )


def _is_dateline(line: str, match: re.Match[str]) -> bool:
    return (
        _DATELINE.fullmatch(line[: match.start()]) is not None
        and _DATELINE_AFTER.match(line[match.end() :].lstrip("日")) is not None
    )


def _to_date(match: re.Match[str], *, day_first: bool) -> tuple[str | None, bool] | None:
    doubtful = False
    if match["y1"]:
        year, month, day = int(match["y1"]), int(match["m1"]), int(match["d1"])
    elif match["y2"] or match["y3"]:
        name = match["m2"] or match["m3"]
        year, month, day = (
            int(match["y2"] or match["y3"]),
            _MONTHS.index(name[:3].lower()) + 1,
            int(match["d2"] or match["d3"]),
        )
    else:
        first, second, year = int(match["a"]), int(match["b"]), int(match["y4"])
        year += 2000 if year < 100 else 0
        doubtful = first <= 12 and second <= 12 and first != second
        day, month = (first, second) if first > 12 or (doubtful and day_first) else (second, first)
    try:
        return date(year, month, day).isoformat(), doubtful
    except ValueError:
        return None


def _date_in_url(url: str) -> str | None:
    """Give the date that an address holds.

    >>> _date_in_url("https://news.example/2025/02/13/afu.html"), _date_in_url("https://news.example/20250213-afu")
    ('2025-02-13', '2025-02-13')
    """
    match = _URL_DATE.search(url)
    if match is None or match[3] is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None
