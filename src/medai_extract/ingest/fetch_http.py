"""One request: an address that may be fetched, the answer to it, and its body onto disk, each failure with its reason."""

import hashlib
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO

import httpcore
import httpx

from medai_extract.ingest.fetch_transport import ForbiddenAddressError

_CHUNK = 1 << 16
_TEMPORARY = {408, 425, 429, 500, 502, 503, 504}


class FetchFailure(Exception):  # noqa: N818 - it is the reason of a row, not an error of the run
    """Why a link gives nothing; ``temporary`` if another try may help, after ``wait`` seconds if the server says so."""

    def __init__(
        self, reason: str, detail: str, *, temporary: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail, self.temporary, self.wait = reason, detail, temporary, wait


def parse_link(link: str, base: httpx.URL | None = None) -> httpx.URL:
    """Give the address that a link, or a redirect from ``base``, means; what follows a ``#`` is not part of a request.

    Raises:
        FetchFailure: it is no address of the web.

    """
    try:
        url = httpx.URL(link) if base is None else base.join(link)
        url = url.copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise FetchFailure("bad_url", f"{link!r:.100}: {error}") from error
    if url.scheme not in ("http", "https"):
        raise FetchFailure("bad_scheme", f"{str(url)!r:.100}: only http and https are fetched")
    if not url.host:
        raise FetchFailure("bad_url", f"{str(url)!r:.100} names no host")
    return url


@contextmanager
def ask(client: httpx.Client, url: httpx.URL, headers: dict[str, str]) -> Iterator[httpx.Response]:
    """Send a request and give the answer, its body still to come.

    Raises:
        FetchFailure: no answer, or a body that breaks off.

    """
    try:
        with client.stream("GET", url, headers=headers, follow_redirects=False) as response:
            yield response
    except ForbiddenAddressError as error:
        raise FetchFailure("private_address", f"{error}; --allow-private fetches it all the same") from error
    except httpcore.TimeoutException as error:
        raise FetchFailure("timeout", _say(error, "the server is silent"), temporary=True) from error
    except httpcore.ConnectError as error:
        [why] = error.args or [None]
        if isinstance(why, ssl.SSLCertVerificationError):
            raise FetchFailure("bad_certificate", f"{url.host}: {why.verify_message}") from error
        raise FetchFailure("unreachable", _say(error, "no connection"), temporary=True) from error
    except (httpcore.RemoteProtocolError, httpcore.NetworkError) as error:
        raise FetchFailure("broken_answer", _say(error, "the connection broke"), temporary=True) from error
    except (httpcore.ProtocolError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise FetchFailure("bad_answer", _say(error, "the answer is not HTTP")) from error


def _say(error: Exception, otherwise: str) -> str:
    return (str(error) or otherwise).splitlines()[0][:200]


def refuse_status(response: httpx.Response, now: float) -> FetchFailure:
    """Give the failure that a status other than 200 is; ``now`` is the time in seconds since 1970."""
    status = response.status_code
    return FetchFailure(
        f"status_{status}",
        f"the server answers {status} {response.reason_phrase}".rstrip(),
        temporary=status in _TEMPORARY,
        wait=read_wait(response.headers.get("retry-after"), now),
    )


def read_wait(stated: str | None, now: float) -> float | None:
    """Give the seconds that a ``Retry-After`` means, or None where it means nothing.

    >>> read_wait("120", 0.0), read_wait("Thu, 01 Jan 1970 00:01:00 GMT", 45.0), read_wait("soon", 0.0)
    (120.0, 15.0, None)
    """
    if stated is None:
        return None
    if stated.strip().isdecimal():
        return float(stated)
    try:
        at = parsedate_to_datetime(stated)
    except ValueError:
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.fromtimestamp(now, UTC)).total_seconds())


def save_body(response: httpx.Response, part: BinaryIO, largest: int) -> str:
    """Write the unpacked body to a file as it comes and give its SHA-256; memory holds a chunk of it.

    Raises:
        FetchFailure: it has over ``largest`` bytes, packed or unpacked, or is packed in a way that was not asked for.

    """
    too_large = FetchFailure("too_large", f"over {largest:,} bytes")
    stated = response.headers.get("content-length", "")
    if stated.isdecimal() and int(stated[:20]) > largest:
        raise too_large
    digest, written = hashlib.sha256(), 0
    for chunk in _unpack(response, largest):
        written += len(chunk)
        if written > largest:
            raise too_large
        digest.update(chunk)
        part.write(chunk)
    return digest.hexdigest()


def _unpack(response: httpx.Response, largest: int) -> Iterator[bytes]:
    """Give the body in small pieces, however much a packed one unpacks to."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        yield from response.iter_raw()
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchFailure("bad_answer", f"packed as {encoding[:40]!r}, which was not asked for")
    unpacker, received = zlib.decompressobj(zlib.MAX_WBITS | 32), 0
    try:
        for packed in response.iter_raw():
            received += len(packed)
            if received > largest:
                raise FetchFailure("too_large", f"over {largest:,} bytes packed")
            while packed and not unpacker.eof:
                yield unpacker.decompress(packed, _CHUNK)
                packed = unpacker.unconsumed_tail
    except zlib.error as error:
        raise FetchFailure("bad_answer", f"not {encoding} as it says: {error}") from error
    if not unpacker.eof:
        raise FetchFailure("broken_answer", "the packed body breaks off", temporary=True)
