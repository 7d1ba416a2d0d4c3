"""What a page states about its article in its head: address, headline, author, publisher, date and language.

JSON-LD goes first, then OpenGraph and the other ``meta`` names, then ``time``. When the page was fetched or saved says nothing.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec
import orjson

from medai_extract.ingest.fields import parse_date, to_text

if TYPE_CHECKING:
    from lxml import etree

_TITLES = ("og:title", "twitter:title", "dc.title", "citation_title", "articletitle", "headline")
_AUTHORS = (
    "author",
    "byl",
    "article:author",
    "og:article:author",
    "dc.creator",
    "parsely-author",
    "sailthru.author",
    "citation_author",
)
_SITES = (
    "og:site_name",
    "application-name",
    "dc.publisher",
    "copyright",
    "source",
    "mediaid",
    "contentsource",
)
_DATES = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished", "publishdate",
    "publish_date", "publish-date", "pubdate", "publication_date", "published_time", "published_at", "dc.date.issued", "dcterms.created",
    "dc.date", "citation_publication_date", "parsely-pub-date", "sailthru.date", "weibo:article:create_at", "article:create_at", "firstpublishedtime",
    "_pubtime", "pubtime", "date",
)  # fmt: skip
_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|PressRelease)$")
_LARGEST_JSON_LD = 500_000
_NO_AUTHOR = re.compile(
    r"https?:|www\.|^(?:admin|administrator|editor|root|小编|编辑|佚名|本站|网络|匿名)$", re.I
)
_BY = re.compile(r"^(?:by|作者|记者|文)[\s:：/|｜]+", re.I)
# A site's name after a headline in <title>; a dash inside a headline has a longer rest.
_SITE_TAIL = re.compile(
    r"\s*(?:[_|｜–—]|\s-\s|-(?=[\u4e00-\u9fff]{2,8}$))\s*(?=[A-Z0-9\u4e00-\u9fff])[^_|｜–—?!？！]{1,40}$"
)
_EDGE = re.compile(r"[\W_]+")


class PageMetadata(msgspec.Struct):
    """What a page states; ``titles`` and ``dates`` hold every statement, the most trusted first."""

    url: str | None = None
    titles: list[str] = []
    author: str | None = None
    publisher: str | None = None
    dates: list[str] = []
    lang: str | None = None
    body: str | None = None


def read_page_metadata(root: "etree._Element", base: str | None) -> PageMetadata:
    """Read the metadata of a page; ``base`` is the address it was fetched from, where that is known."""
    metas: dict[str, str] = {}
    canonical = window_title = None
    times: list[str] = []
    statements: list[dict[str, object]] = []
    for element in root.iter("meta", "link", "title", "time", "script"):
        tag = element.tag
        if tag == "meta":
            name = (
                element.get("property")
                or element.get("name")
                or element.get("itemprop")
                or element.get("http-equiv")
            )
            content = (element.get("content") or "").strip()
            if name and content:
                metas.setdefault(name.strip().lower(), content)
        elif tag == "link":
            if canonical is None and "canonical" in (element.get("rel") or "").lower().split():
                canonical = element.get("href")
        elif tag == "script":
            if "ld+json" in (element.get("type") or ""):
                statements.extend(_read_json_ld(element.text or ""))
        elif tag == "time":
            times.append(element.get("datetime") or element.text or "")
        elif window_title is None and element.text:
            window_title = " ".join(element.text.split())
    stated = next((statement for statement in statements if _is_article(statement)), {})
    titles = [stated.get("headline"), *(metas.get(name) for name in _TITLES), window_title]
    dates = [stated.get("datePublished"), *(metas.get(name) for name in _DATES)]
    names = [_names(stated.get("author")), *(metas.get(name) for name in _AUTHORS)]
    return PageMetadata(
        url=_first_url(base, (canonical, metas.get("og:url"), to_text(stated.get("url")), base)),
        titles=list(dict.fromkeys(cleaned for title in titles if (cleaned := clean_title(title)))),
        author=next((cleaned for name in names if (cleaned := _clean_author(name))), None),
        publisher=_names(stated.get("publisher"))
        or next((metas[name] for name in _SITES[:1] if name in metas), None),
        dates=[day for date in (*dates, *times[:1]) if date and (day := parse_date(date))],
        lang=root.get("lang") or metas.get("og:locale") or metas.get("content-language"),
        body=to_text(stated.get("articleBody")),
    )


def _read_json_ld(text: str) -> Iterator[dict[str, object]]:
    """Give the objects of a JSON-LD script, those of its graph and lists too; a broken one states nothing."""
    if len(text) > _LARGEST_JSON_LD:
        return
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return
    waiting = [found]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            yield value
            waiting.extend(
                value[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if name in value
            )


def _is_article(statement: dict[str, object]) -> bool:
    kinds = statement.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLE_TYPES.search(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _names(value: object) -> str | None:
    """Give the names of people or organisations as JSON-LD has them: a text, an object, or a list of either."""
    values = value if isinstance(value, list) else [value]
    names = (to_text(one.get("name") if isinstance(one, dict) else one) for one in values)
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _clean_author(name: str | None) -> str | None:
    """Give a name without its label; None where it is an address or says nothing."""
    cleaned = _BY.sub("", " ".join((name or "").split()))
    return cleaned if 1 < len(cleaned) <= 80 and not _NO_AUTHOR.search(cleaned) else None


def clean_title(title: object) -> str | None:
    """Give a headline on one line, without the name of the site behind it.

    >>> clean_title("推想医疗完成融资 - 动脉网"), clean_title("Owkin signs | Example News"), clean_title("AI-driven - or not?")
    ('推想医疗完成融资', 'Owkin signs', 'AI-driven - or not?')
    """
    text = " ".join((to_text(title) or "").split())
    shorter = _SITE_TAIL.sub("", text)
    return (shorter if len(shorter) >= 6 and len(shorter) > len(text) // 3 else text) or None


def is_same_title(one: str, other: str) -> bool:
    """Say whether two headlines are one: signs and spaces aside, either holds the other, or they share most of their pieces.

    >>> is_same_title("推想医疗完成融资", "推想医疗：完成融资！"), is_same_title("Owkin signs", "A night shift")
    (True, False)
    """
    first, second = _letters(one), _letters(other)
    return first in second or second in first or _share(first, second) >= 0.5


def is_headline(line: str, title: str) -> bool:
    """Say whether a line is the headline that a page states, or near enough; a sentence that tells the same news is longer.

    >>> is_headline("推想医疗：完成融资", "推想医疗完成融资"), is_headline("推想医疗上周宣布完成数亿美元融资，资金将用于研发。", "推想医疗完成融资")
    (True, False)
    """
    first, second = _letters(line), _letters(title)
    shorter, longer = sorted((len(first), len(second)))
    return 2 * shorter >= longer > 0 and (first in second or second in first or _share(first, second) >= 0.7)


def _letters(text: str) -> str:
    return _EDGE.sub("", text).lower()


def _share(first: str, second: str) -> float:
    """Give the share of the shorter text's pairs of letters that are in the longer one."""
    pairs, others = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (first, second))
    return len(pairs & others) / max(min(len(pairs), len(others)), 1)


def _first_url(base: str | None, urls: Iterable[str | None]) -> str | None:
    """Give the first address of the web that leads to a page and not to a site's front door."""
    for url in urls:
        if not url:
            continue
        try:
            absolute = urljoin(base or "", url.strip())
            parts = urlsplit(absolute)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc and (parts.path.strip("/") or parts.query):
            return absolute
    return None
