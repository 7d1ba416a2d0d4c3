"""Links as a user gives them to what is to be read: the page of each, and of a feed the pages that it links."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec

from medai_extract.errors import InputError, MissingExtraError
from medai_extract.ingest.encoding import decode_bytes
from medai_extract.ingest.fetch_settings import FetchSettings
from medai_extract.ingest.fields import NOTHING_STATED, Fields
from medai_extract.ingest.kinds import HEAD, detect_kind
from medai_extract.ingest.limits import LARGEST_ARTICLE
from medai_extract.ingest.read import read_file, read_stream
from medai_extract.language import contains_han
from medai_extract.model import Article, Rejected

if TYPE_CHECKING:
    from medai_extract.ingest.fetch import Fetched

_LINK = re.compile(r"https?://", re.I)
_WHOLE = 1500
"""Letters, a Han character counting as three, from which on an entry of a feed is taken for the whole article."""
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|阅读全文|閱讀全文|read more|continue reading)\W*\Z", re.I)


class Page(NamedTuple):
    """A link that was fetched; ``stated`` is what a feed says of its article, ``followed`` that it is a feed whose links were fetched too."""

    fetched: "Fetched"
    stated: Fields = NOTHING_STATED
    followed: bool = False


def is_link(source: str) -> bool:
    """Say whether a source is to be fetched from the web.

    >>> is_link("https://example.com/a"), is_link("news/https.txt"), is_link("s3://bucket/news")
    (True, False, False)
    """
    return _LINK.match(source) is not None


def read_links(path: str) -> list[str]:
    """Give the links of a file that has one on a line; empty lines and those that begin with ``#`` are left out.

    Whatever else a line holds is taken for a link, which fetching refuses: nothing in such a file names a file of this machine.

    Raises:
        InputError: the file cannot be read.

    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; give a file of links, one on a line") from error
    decoded = decode_bytes(content) if len(content) <= LARGEST_ARTICLE else None
    if decoded is None:
        raise InputError(f"{path}: is no text; give a file of links, one on a line")
    lines = (line.strip() for line in decoded.text.lstrip("\ufeff").splitlines())
    return list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def read_sources(
    paths: Iterable[str], links: Iterable[str], folder: Path, settings: FetchSettings
) -> Iterator[Article | Rejected]:
    """Read files and what links lead to, in the order of their names; addresses of the web among ``paths`` are links too.

    All is fetched before anything is read, so that no thread is left when worker processes are started.

    Args:
        paths: files and addresses, as ``expand_paths`` gives them.
        links: what is to be fetched, whatever it looks like.
        folder: where fetched pages are kept, so that the next time only what has changed is sent.
        settings: how to fetch.

    Raises:
        MissingExtraError: there are links, and what fetching needs is not installed.
        OutputError: ``folder`` cannot be written.

    """
    sources = [*paths]
    to_fetch = sorted({*links, *filter(is_link, sources)})
    pages = {name_page(page): page for page in fetch_pages(to_fetch, folder, settings)} if to_fetch else {}
    for source in sorted({*sources, *pages}):
        page = pages.get(source)
        if page is None:
            yield from read_file(source)
        elif isinstance(page, Rejected):
            yield page
        else:
            yield from read_page(page)


def name_page(page: Page | Rejected) -> str:
    """Give the link of what was, or could not be, fetched."""
    return page.source if isinstance(page, Rejected) else page.fetched.link


def fetch_pages(links: Iterable[str], folder: Path, settings: FetchSettings) -> Iterator[Page | Rejected]:
    """Fetch links, and the links of the feeds among them, into ``folder`` and give what became of each.

    The order is that of the links, then that of the feeds' entries. A page in ``folder`` that has not changed is not sent again.

    Raises:
        MissingExtraError: what fetching needs is not installed.

    """
    try:
        from medai_extract.ingest.fetch import Fetched, fetch_links
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"links: fetching needs {error.name}; pip install 'medai-extract[web]'"
        ) from error
    given = list(dict.fromkeys(links))
    linked: dict[str, Fields] = {}
    for found in fetch_links(given, folder, settings):
        if not isinstance(found, Fetched):
            yield found
        elif _is_feed(found.path):
            for entry in _read(Page(found)):
                if isinstance(entry, Article) and _is_teaser(entry):
                    linked.setdefault(urljoin(found.url, entry.url or ""), _state(entry))
            yield Page(found, followed=True)
        else:
            yield Page(found)
    further = [link for link in linked if link not in given]
    for found in fetch_links(further, folder, settings):
        yield Page(found, linked[found.link]) if isinstance(found, Fetched) else found


def read_page(page: Page) -> Iterator[Article | Rejected]:
    """Read the articles of a fetched page by its content; of a feed those whose whole text it holds."""
    for found in _read(page):
        if not (page.followed and isinstance(found, Article) and _is_teaser(found)):
            yield found


def _read(page: Page) -> Iterator[Article | Rejected]:
    fetched = page.fetched
    stated = page.stated._replace(url=fetched.url)
    name = PurePosixPath(urlsplit(fetched.url).path).name
    with fetched.path.open("rb") as stream:
        for found in read_stream(fetched.link, stream, name=name, stated=stated, charset=fetched.charset):
            if isinstance(found, Article) and fetched.stale:
                yield msgspec.structs.replace(found, warnings=(*found.warnings, "stale_copy"))
            else:
                yield found


def _is_feed(path: Path) -> bool:
    with path.open("rb") as stream:
        return detect_kind("", stream.read(HEAD)) == "feed"


def _is_teaser(entry: Article) -> bool:
    """Say whether an entry of a feed is only the beginning of the article that it links."""
    letters = len(entry.text) * (3 if contains_han(entry.text) else 1)
    return entry.url is not None and (letters < _WHOLE or _CUT_OFF.search(entry.text) is not None)


def _state(entry: Article) -> Fields:
    return NOTHING_STATED._replace(
        title=entry.title,
        author=entry.author,
        publisher=entry.publisher,
        published_at=entry.published_at,
        lang=entry.lang,
    )
