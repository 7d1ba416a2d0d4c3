"""The day on which a page says that it was published, told from the other days that it speaks of.

Only dates with a year count, and only where a page puts its date: on a short line near the top or bottom, in
a dateline, after 发布时间. A download date is never a publication date.
"""

import re
from datetime import date

from medai_extract.months import MONTH, month_number

DATE = re.compile(
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
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[-/]?(\d\d)[-/]?(\d\d)?(?=[/._-]|$|\D)")
_DIGITS_OF_DATE = re.compile(r"[\d〇○零](?:(?<=1)9\d\d|(?<=2)0\d\d|(?<=\d)/\d\d|(?<=[〇○零]))")
_HAN_DIGITS = {digit: number for number, digit in enumerate("〇一二三四五六七八九十")} | {"零": 0, "○": 0}
SHORT_LINE = 120
DATELINE = 100
"""Code points at the start of a paragraph in which its dateline ends."""


def find_date(top: list[str], bottom: list[str], text: str) -> tuple[str | None, bool]:
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
        for match in DATE.finditer(place):
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


def date_in_url(url: str) -> str | None:
    """Give the date that an address holds.

    >>> date_in_url("https://news.example/2025/02/13/afu.html"), date_in_url("https://news.example/20250213-afu")
    ('2025-02-13', '2025-02-13')
    """
    match = _URL_DATE.search(url)
    if match is None or match[3] is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None
