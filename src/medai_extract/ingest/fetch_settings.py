"""How links are fetched."""

import msgspec

from medai_extract.ingest.fetch_address import Allow, Resolve, is_public, resolve_host
from medai_extract.ingest.limits import LARGEST_DOCUMENT


class FetchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How links are fetched; times are seconds, sizes bytes.

    ``timeout`` is how long a server may be silent, ``deadline`` how long one answer may take. A failure that may pass is tried
    ``tries`` times, after ``wait``, twice that and so on, or when the server says, if that is within ``longest_wait``. ``delay`` lies
    between two requests to one host; so many ``hosts`` are asked at a time. ``allow`` says whether an address may be asked.
    """

    timeout: float = 20.0
    deadline: float = 120.0
    largest: int = LARGEST_DOCUMENT
    tries: int = 3
    wait: float = 1.0
    longest_wait: float = 60.0
    delay: float = 1.0
    hosts: int = 8
    allow: Allow = is_public
    resolve: Resolve = resolve_host


def allow_all(address: str) -> bool:  # noqa: ARG001 - the type is that of ``is_public``
    """Allow every address, of this machine and of local networks too (``--allow-private``)."""
    return True
