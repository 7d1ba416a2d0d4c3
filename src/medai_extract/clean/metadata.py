"""Title, author, publisher and date: as the input states, else by the text, else by the address.

Only dates with a year count, and only where a page puts its date: on a short line near the top or bottom, in
a dateline, after 发布时间. A download date is never a publication date.
"""

import re
from datetime import date
from typing import NamedTuple

from medai_extract.model import Article
from medai_extract.months import MONTH, month_number

_DATE = re.compile(
    rf"""(?<!\d)(?P<y1>(?:19|20)\d\d)\s?[-/.年]\s?(?P<m1>\d{{1,2}})\s?[-/.月]\s?(?P<d1>\d{{1,2}})(?!\d)
       | (?P<m2>{MONTH}\.?)\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y2>(?:19|20)\d\d)
       | (?<!\d)(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<m3>{MONTH}\.?),?\s(?P<y3>(?:19|20)\d\d)
       | (?P<y5>[〇○零一二三四五六七八九]{{4}})年
         (?P<m5>[一二三四五六七八九十]{{1,2}})月(?P<d5>[一二三四五六七八九十]{{1,3}})日
       | (?<![\d/])(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/(?P<y4>(?:20)?\d\d)(?![\d/])""",
    re.X | re.I,
)
_DATELINE = re.compile(
    r"(?:[A-Z][A-Z .'&/-]{2,40}(?:,\s?[A-Z][\w. ]{1,24}){0,2}|[A-Z][A-Z .,'&/-]{2,40}"
    r"|[（(【]?[\u4e00-\u9fff]{0,14}?)"
    r"\s*(?:\([^)]{1,30}\)\s*)?[,，（(—–-]*\s*"
)
_BRACKETED = re.compile(r"\s*[（(][\u4e00-\u9fff]{2,8}[,，]\s*")
"""（香港，2025年6月25日）"""
_IN_SMALL = re.compile(
    r"[A-Z][a-z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}(?:,\s?[A-Z][\w. ]{1,24}){1,2}\s*[,–—-]+\s*(?:\([^)]{1,30}\)\s*)?"
)
_IN_SMALL_AFTER = re.compile(r"\s*(?:\([^)\n]{1,30}\)|/[^/\n]{1,30}/)?\s*[-–—]")
"""Boston, Mass. – June 15, 2022 – : a place in small letters needs its state or country, and a dash."""
_STOP = re.compile("[。！？；]")
_DATELINE_AFTER = re.compile(
    r"\s*(?:[（(/][^）)\n]{1,30}[）)/]?)?\s*(?:[-–—:.,】]|，[\u4e00-\u9fff]{2,8}[）)】]|消息|讯|訊|电|電|报道|報導|Prnewswire|PRNewswire|\(GLOBE|/)",
    re.I,
)
_LABELS = (
    "发布时间", "發布時間", "发布日期", "發布日期", "公告日期", "更新时间", "更新時間", "日期", "published", "posted", "updated", "date",
)  # fmt: skip
_LABELLED = re.compile(rf"{'|'.join(_LABELS[:-5])}|(?:^|[\s|｜])日期|{'|'.join(_LABELS[-4:-1])}|^date", re.I)
# A short line may state another date than that of its publication.
_OTHER_LABEL = re.compile(
    r"(?:(?:成立|注册|登记|开标|截止|截標|会议|會議|活动|活動|签订|投标|举办|开幕|上市|到期|生效|合同|实施|递交|提交)[^:：]{0,8}"
    r"|(?:^|\s)(?:时间|時間)\s*"
    r"|founded|established|deadline|due(?: by)?|closing date|expires?|ends|opens|incorporated)\s*[:：]?\s*$",
    re.I,
)
_SAVED = re.compile(r"保存|下载|下載|收录|采集|抓取|访问|目录日期|retrieved|accessed|downloaded|saved", re.I)
_NAME_END = r"\s\d|｜,，。:：;；/()（）"
_HAN_NAME = rf"(?:\d{{1,3}}[\u4e00-\u9fff]|[\u4e00-\u9fff][^{_NAME_END}])[^{_NAME_END}]{{0,17}}"
_LATIN_NAME = r"[A-Z][\w.&'’-]*(?:[ ](?:[A-Z][\w.&'’-]*|of|the|de|van|von|and|&)){0,5}"
_GAP = r"[^\S\n]"
_PUBLISHER = re.compile(
    rf"(?:来源|來源|源自|文章来源|稿源|转自|轉自|[Ss]ource){_GAP}*[:：|｜]{_GAP}*(?P<name>{_HAN_NAME}|{_LATIN_NAME})"
)
_PUBLISHER_FROM = re.compile(r"本文(?:转载自|來自|来自|首发于)[“「《]?(?P<name>[^\s,，。)）」”》]{2,20})")
_AUTHOR = re.compile(
    rf"""(?:^|[\s|｜(（【])(?:
        (?:作者|撰文|撰稿|记者|記者|文|文字|编译|編譯|Author){_GAP}*(?:[:：|｜/]{_GAP}*|(?<=[记記]者){_GAP}+)
            (?:[^\n|｜]{{0,8}}[记記]者{_GAP}+)?(?P<name>{_HAN_NAME}|{_LATIN_NAME})
      | [Bb]y{_GAP}+(?P<by>{_LATIN_NAME}|the\ [a-z]+\ desk))""",
    re.X | re.M,
)
# A reader of pages may take the next role for a part of the name ("陆十三 编辑").
_NEXT_ROLE = re.compile(r"\s+(?:编辑|責編|责编|来源|來源|记者|記者|审核|时间|发布).*$")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[-/]?(\d\d)[-/]?(\d\d)?(?=[/._-]|$|\D)")
_DIGITS_OF_DATE = re.compile(r"(?:19|20)\d\d|\d/\d\d|[〇○零]")
_HAN_DIGITS = {digit: number for number, digit in enumerate("〇一二三四五六七八九十")} | {"零": 0, "○": 0}
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
    r"""Give the metadata of an article whose clean text is ``text``; what the input states goes first.

    >>> text = "Owkin signs\nBy Ann Lee | June 15, 2022 | 2 min read\nOwkin has…"
    >>> read_metadata(Article(source="-", text=text), text)[:5]
    ('Owkin signs', 'Ann Lee', None, '2022-06-15', 'text')
    """
    lines = [line for line in text.split("\n", 60)[:60] if line.strip()]
    header = [line for line in article.header.split("\n") if line.strip()]
    top = [line[: SHORT_LINE * 2] for line in (*header, *lines[:TOP_LINES])]
    bottom = [line.strip() for line in text[-600:].split("\n")[-BOTTOM_LINES:] if line.strip()]
    short = [line for line in top if len(line) <= SHORT_LINE]
    in_text, doubtful = _date_in_text(top, bottom, text)
    published_at, published_from = article.published_at, article.published_from or "row"
    warnings: list[str] = []
    if published_at is None:
        published_from = "text"
        published_at = in_text
        if doubtful and in_text:
            warnings.append(f"ambiguous_date: read as {in_text}, but day and month could change places")
    elif in_text is not None and not doubtful and in_text != published_at:
        warnings.append(f"date_disagrees: {published_at} in the {published_from}, {in_text} in the text")
    if published_at is None and article.url is not None:
        published_from, published_at = "url", _date_in_url(article.url)
    if published_at is None:
        published_from, published_at = "option", default_date
    named = _first(_PUBLISHER, [*short, *(line for line in bottom if len(line) <= SHORT_LINE)])
    if article.publisher and named and named not in article.publisher and article.publisher not in named:
        warnings.append(f"publisher_disagrees: the input states “{article.publisher}”, the text “{named}”")
    return Metadata(
        title=article.title or _title(lines),
        author=_NEXT_ROLE.sub("", article.author) if article.author else _first(_AUTHOR, short),
        publisher=article.publisher or named or _first(_PUBLISHER_FROM, bottom),
        published_at=published_at,
        published_from=published_from if published_at is not None else None,
        warnings=tuple(warnings),
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
    match = pattern.search("\n".join(lines))
    return next((name.strip() for name in match.groups() if name), None) if match else None


def _date_in_text(top: list[str], bottom: list[str], text: str) -> tuple[str | None, bool]:
    """Give the date where a page puts it, and whether day and month could change places."""
    for line in (*top, *bottom):
        is_short = len(line) <= SHORT_LINE
        place = line if is_short else line[:DATELINE]
        year = _DIGITS_OF_DATE.search(place)
        if year is None:
            continue
        # A paragraph shows a date of its own only behind a label, or where it begins.
        is_apart = is_short and not _STOP.search(line)
        if not (is_apart or _may_begin_with_date(place, year.start()) or _has_label(place)):
            continue
        for match in _DATE.finditer(place):
            before = line[: match.start()]
            if _SAVED.search(before) or _OTHER_LABEL.search(before):
                continue
            if (
                (is_apart and _stands_apart(line, match))
                or _LABELLED.search(line[max(match.start() - 12, 0) : match.start()])
                or _is_dateline(line, match)
            ):
                found = _to_date(match, day_first=re.search(r"GMT|UTC|HKT|£|€", text[:400]) is not None)
                if found is not None:
                    return found
    return None, False


def _may_begin_with_date(line: str, year: int) -> bool:
    """Say whether a paragraph whose first year stands at ``year`` may open with a dateline."""
    if line[0] >= "\u3000":
        return _DATELINE.fullmatch(line, 0, year) is not None
    return not line[0].islower()


def _has_label(line: str) -> bool:
    lowered = line.lower()
    return any(label in lowered for label in _LABELS)


def _stands_apart(line: str, match: re.Match[str]) -> bool:
    """Say whether a short line is about its date (byline, time stamp) and no sentence or headline."""
    rest = line[: match.start()] + " " + line[match.end() :]
    return not re.search(r"[a-z]{2,}[.!?](?:\s|$)", rest) and (
        len(rest.strip()) <= 24
        or re.search(
            r"[|｜·•]|^\s*(?:By|Posted|Published|Updated)\s|:\d\d|GMT|来源|來源|作者|记者|Source", rest
        )
        is not None
    )


def _is_dateline(line: str, match: re.Match[str]) -> bool:
    if _BRACKETED.fullmatch(line, 0, match.start()) is not None:
        return line[match.end() :].lstrip("日").startswith(("）", ")"))
    if _IN_SMALL.fullmatch(line, 0, match.start()) and _IN_SMALL_AFTER.match(line, match.end()):
        return True
    return (
        _DATELINE.fullmatch(line[: match.start()]) is not None
        and _DATELINE_AFTER.match(line[match.end() :].lstrip("日")) is not None
    )


def _to_date(match: re.Match[str], *, day_first: bool) -> tuple[str | None, bool] | None:
    doubtful = False
    if match["y1"]:
        year, month, day = int(match["y1"]), int(match["m1"]), int(match["d1"])
    elif match["y5"]:
        year = int("".join(str(_HAN_DIGITS[digit]) for digit in match["y5"]))
        month, day = _han_number(match["m5"]), _han_number(match["d5"])
    elif match["y2"] or match["y3"]:
        year, day = int(match["y2"] or match["y3"]), int(match["d2"] or match["d3"])
        month = month_number(match["m2"] or match["m3"])
    else:
        first, second, year = int(match["a"]), int(match["b"]), int(match["y4"])
        year += 2000 if year < 100 else 0
        doubtful = first <= 12 and second <= 12 and first != second
        day, month = (first, second) if first > 12 or (doubtful and day_first) else (second, first)
    try:
        return date(year, month, day).isoformat(), doubtful
    except ValueError:
        return None


def _han_number(text: str) -> int:
    """Give a number up to 99 in Chinese characters.

    >>> _han_number("三十一"), _han_number("十"), _han_number("九")
    (31, 10, 9)
    """
    tens, ten, ones = text.rpartition("十")
    return (10 * _HAN_DIGITS.get(tens, 1) if ten else 0) + _HAN_DIGITS.get(ones, 0)


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
