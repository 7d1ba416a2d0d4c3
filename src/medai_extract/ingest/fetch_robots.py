"""What a site's robots.txt allows."""

from io import BytesIO

import httpx
from protego import Protego

from medai_extract.ingest.fetch_http import FetchFailure, ask, parse_link, refuse_status, save_body

AGENT = "medai-extract"
"""The name that robots.txt may address us by."""

MOST_REDIRECTS = 5
LARGEST = 500_000
LONGEST_DELAY = 30.0
"""Seconds between two requests that a ``Crawl-delay`` can ask for."""


def read_robots(client: httpx.Client, url: httpx.URL, now: float) -> Protego:
    """Fetch and read the rules of the site of ``url``; a site that has none allows everything.

    Raises:
        FetchFailure: the server cannot say what it allows, so nothing may be asked of it for the time being.

    """
    place = url.copy_with(raw_path=b"/robots.txt")
    for _ in range(MOST_REDIRECTS + 1):
        with ask(client, place, {}) as response:
            if response.status_code == 200:
                return Protego.parse(_read(response))
            if response.status_code == 429 or response.status_code >= 500:
                failure = refuse_status(response, now)
                raise FetchFailure(
                    "robots_unreachable", f"robots.txt: {failure.detail}", temporary=True, wait=failure.wait
                )
            if not response.has_redirect_location:
                return Protego.parse("")
            place = parse_link(response.headers["location"], place)
    return Protego.parse("")


def _read(response: httpx.Response) -> str:
    """Give the text of robots.txt; of one that has no end, its beginning counts."""
    text = BytesIO()
    try:
        save_body(response, text, LARGEST)
    except FetchFailure as failure:
        if failure.reason != "too_large":
            raise
    return text.getvalue().decode("utf-8-sig", "replace")


def check_robots(rules: Protego, url: httpx.URL) -> float:
    """Give the pause in seconds that a site asks for.

    Raises:
        FetchFailure: the site does not want the address to be fetched.

    """
    if not rules.can_fetch(str(url), AGENT):
        raise FetchFailure("robots", f"robots.txt of {url.host} does not allow {AGENT} to fetch it")
    return min(LONGEST_DELAY, float(rules.crawl_delay(AGENT) or 0.0))
