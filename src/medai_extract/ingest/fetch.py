"""Links to files on disk, politely: one request at a time to a host and a pause after it, robots.txt obeyed, nothing asked twice.

Only http and https, only public addresses, every redirect checked anew. A body goes to disk as it comes; what is kept there
is asked for again by its ETag or its date alone.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import httpx
import msgspec
from protego import Protego

import medai_extract
from medai_extract.errors import OutputError
from medai_extract.ingest.fetch_cache import Cached, keep, load_cached, open_part
from medai_extract.ingest.fetch_http import FetchFailure, ask, parse_link, refuse_status, save_body
from medai_extract.ingest.fetch_robots import AGENT, check_robots, read_robots
from medai_extract.ingest.fetch_settings import FetchSettings
from medai_extract.ingest.fetch_transport import CheckedTransport
from medai_extract.model import Rejected

MOST_REDIRECTS = 10
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A link whose body is on disk, at ``path``.

    ``url`` is where redirects led, ``charset`` what the server says of the body, ``sha256`` its hash. ``stale`` says that the server
    could not be asked and that an earlier answer stands in.
    """

    link: str
    url: str
    path: Path
    charset: str | None
    sha256: str
    stale: bool = False


class _Host:
    """A host: whose turn it is, when it may be asked again (by ``time.monotonic``), and the rules of its sites."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.free_at = 0.0
        self.rules: dict[str, Protego] = {}


class Fetcher:
    """Fetches links into a folder; several threads may share one."""

    def __init__(self, folder: Path, settings: FetchSettings) -> None:
        self._folder, self._settings = folder, settings
        self._hosts: dict[str, _Host] = {}
        self._stopped = threading.Event()
        self._client = httpx.Client(
            transport=CheckedTransport(settings.allow, settings.resolve, settings.deadline),
            timeout=settings.timeout,
            trust_env=False,
            headers={
                "User-Agent": f"{AGENT}/{medai_extract.__version__}",
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip",
            },
        )

    def stop(self) -> None:
        """End all waiting; what is not yet fetched fails."""
        self._stopped.set()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _pause(self, seconds: float) -> None:
        if self._stopped.wait(max(0.0, seconds)):
            raise FetchFailure("stopped", "the run was stopped")

    def fetch(self, link: str) -> Fetched | Rejected:
        """Fetch a link; while its server cannot be asked, an earlier answer stands in."""
        cached = load_cached(self._folder, link)
        for attempt in count(1):
            try:
                return self._follow(link, cached)
            except FetchFailure as error:
                failure = error
            except OSError as error:
                raise OutputError(f"{self._folder}: cannot keep {link}: {error.strerror or error}") from error
            wait = self._settings.wait * 2 ** (attempt - 1) if failure.wait is None else failure.wait
            if not failure.temporary or attempt >= self._settings.tries or wait > self._settings.longest_wait:
                break
            if self._stopped.wait(wait):
                break
        if failure.temporary and cached is not None:
            return self._give(cached, stale=True)
        return Rejected(source=link, stage="fetch", reason=failure.reason, detail=failure.detail)

    def _follow(self, link: str, cached: Cached | None) -> Fetched:
        url, seen = parse_link(link), set[str]()
        while str(url) not in seen and len(seen) <= MOST_REDIRECTS:
            seen.add(str(url))
            conditions = _make_conditions(cached, url)
            with self._take_turn(url), ask(self._client, url, conditions) as response:
                if response.status_code == 304 and cached is not None and conditions:
                    return self._give(cached)
                if response.status_code == 200:
                    return self._give(self._save(link, url, response))
                if not response.has_redirect_location:
                    raise refuse_status(response, time.time())
                url = parse_link(response.headers["location"], url)
        reason = "redirect_loop" if str(url) in seen else "too_many_redirects"
        raise FetchFailure(reason, f"redirected {len(seen)} times, at last to {url}")

    @contextmanager
    def _take_turn(self, url: httpx.URL) -> Iterator[None]:
        """Wait until the host of ``url`` may be asked, see whether its site allows it, and let the next one wait."""
        host = self._hosts.setdefault(url.host, _Host())
        pause = self._settings.delay
        with host.turn:
            self._pause(host.free_at - time.monotonic())
            try:
                site = str(url.copy_with(raw_path=b"/"))
                if site not in host.rules:
                    host.rules[site] = read_robots(self._client, url, time.time())
                pause = max(pause, check_robots(host.rules[site], url))
                yield
            finally:
                host.free_at = time.monotonic() + pause

    def _save(self, link: str, url: httpx.URL, response: httpx.Response) -> Cached:
        with open_part(self._folder, link) as part:
            cached = Cached(
                link=link,
                url=str(url),
                etag=response.headers.get("etag"),
                last_modified=response.headers.get("last-modified"),
                charset=response.charset_encoding,
                sha256=save_body(response, part, self._settings.largest),
            )
            keep(self._folder, cached, part)
        return cached

    def _give(self, cached: Cached, *, stale: bool = False) -> Fetched:
        return Fetched(
            link=cached.link,
            url=cached.url,
            path=cached.locate(self._folder),
            charset=cached.charset,
            sha256=cached.sha256,
            stale=stale,
        )


def _make_conditions(cached: Cached | None, url: httpx.URL) -> dict[str, str]:
    """Give the headers that ask for an answer only if it is another than the one we have."""
    if cached is None or cached.url != str(url):
        return {}
    conditions = {"If-None-Match": cached.etag, "If-Modified-Since": cached.last_modified}
    return {name: stated for name, stated in conditions.items() if stated}


def fetch_links(links: Sequence[str], folder: Path, settings: FetchSettings) -> Iterator[Fetched | Rejected]:
    """Fetch links into ``folder`` and give what became of each, in their order; some hosts are asked at the same time."""
    fetcher = Fetcher(folder, settings)
    with ThreadPoolExecutor(settings.hosts, "fetch") as pool:
        try:
            # Hosts take turns, or those that come first would keep all threads waiting for them.
            under_way = {place: pool.submit(fetcher.fetch, links[place]) for place in _mix_hosts(links)}
            for place in range(len(links)):
                yield under_way.pop(place).result()
        finally:
            fetcher.stop()
            pool.shutdown(cancel_futures=True)
            fetcher.close()


def _mix_hosts(links: Sequence[str]) -> list[int]:
    """Give the places of links so that hosts take turns.

    >>> _mix_hosts(["https://a.cn/1", "https://a.cn/2", "https://b.cn/1"])
    [0, 2, 1]
    """
    met = Counter[str]()
    turns: list[tuple[int, int]] = []
    for place, link in enumerate(links):
        host = "/".join(link.split("/", 3)[:3])
        met[host] += 1
        turns.append((met[host], place))
    return [place for _, place in sorted(turns)]
