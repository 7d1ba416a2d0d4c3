"""Title, author, publisher and date: as the input states, else by the text, else by the address.

The rows of a table in the article state none of them.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from medai_extract.clean.page_date import DATE, SHORT_LINE, date_in_url, find_date
from medai_extract.model import Article

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
# A byline may stand beside lines with as many bars as it has itself, and a table may be about the article.
_OF_THE_ARTICLE = re.compile(
    r"""(?:来源|來源|稿源|作者|撰文|记者|記者|编辑|編輯|发布时间|發布時間|发布日期|發布日期|[Ss]ource|[Aa]uthor)\s*[:：]
      | (?:^\s*By|\b(?:Posted|Published|Updated))\s(?!\|)
      | ^[|\s]*(?:来源|來源|作者|记者|記者|发布时间|發布時間|发布日期|發布日期|日期|Source|Author|Published|Date)\s*\|[^|]+[|\s]*$""",
    re.X,
)
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
    top = [line[: SHORT_LINE * 2] for line in (*header, *_leave_out_tables(lines)[:TOP_LINES]) if line]
    last = _leave_out_tables(text[-600:].split("\n"))[-BOTTOM_LINES:]
    bottom = [line.strip() for line in last if line.strip()]
    short = [line for line in top if len(line) <= SHORT_LINE]
    in_text, doubtful = find_date(top, bottom, text)
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
        published_from, published_at = "url", date_in_url(article.url)
    if published_at is None:
        published_from, published_at = "option", default_date
    named = _first(_PUBLISHER, [*short, *(line for line in bottom if len(line) <= SHORT_LINE)])
    if article.publisher and named and named not in article.publisher and article.publisher not in named:
        warnings.append(f"publisher_disagrees: the input states “{article.publisher}”, the text “{named}”")
    return Metadata(
        title=article.title or _title(_leave_out_tables(lines)),
        author=_NEXT_ROLE.sub("", article.author) if article.author else _first(_AUTHOR, short),
        publisher=article.publisher or named or _first(_PUBLISHER_FROM, bottom),
        published_at=published_at,
        published_from=published_from if published_at is not None else None,
        warnings=tuple(warnings),
    )


def _leave_out_tables(lines: Sequence[str]) -> list[str]:
    """Give lines without the rows of tables, each an empty one: those beside another with as many bars, or two others with one.

    >>> _leave_out_tables(["产品 | 公司 | 获批", "肺结节AI | 推想 | 2026-03-01", "来源：新华社 | 2026-03-02"])
    ['', '', '来源：新华社 | 2026-03-02']
    """
    kept: list[str] = []
    for bars, group in groupby(lines, lambda line: line.count("|")):
        run = list(group)
        is_table = len(run) >= (2 if bars > 1 else 3) and bars > 0
        kept += ["" if is_table and not _OF_THE_ARTICLE.search(line) else line for line in run]
    return kept


def _title(lines: list[str]) -> str | None:
    """Give the first line if it reads like a headline: short, with text after it, no date or source line."""
    if len(lines) < 2:
        return None
    line = lines[0].strip().lstrip("# ").strip()
    if (
        not 4 <= len(line) <= SHORT_LINE
        or line.endswith(("。", ".", "，", ",", ":", "："))
        or DATE.fullmatch(line)
    ):
        return None
    return None if _PUBLISHER.match(line) or _AUTHOR.match(line) else line


def _first(pattern: re.Pattern[str], lines: list[str]) -> str | None:
    match = pattern.search("\n".join(lines))
    return next((name.strip() for name in match.groups() if name), None) if match else None
