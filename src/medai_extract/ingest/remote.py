"""Files of other storages (``s3://``, ``gs://``, ``memory://`` …): found, told apart by version, and opened through ``fsspec``.

Whatever a storage needs to be reached (keys, an endpoint) comes from its own environment variables and files, as its other users
give it; nothing of it stands in our settings.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple

from medai_extract.errors import MissingExtraError

_SCHEME = re.compile(r"(?!https?:|file:)[a-z][a-z0-9+.-]*://")
_MAGIC = re.compile(r"[*?\[]")
_HIDDEN = re.compile(r"(?:^|/)\.")


class Stat(NamedTuple):
    """The size of a remote file in bytes, and a key that changes with its content."""

    size: int
    version: str


def is_remote(path: str) -> bool:
    """Say whether a path is an address of a storage; pages of the web are fetched, not opened.

    >>> [is_remote(path) for path in ("s3://news/2025", "https://example.com/a", "news/a.txt", "-")]
    [True, False, False, False]
    """
    return _SCHEME.match(path) is not None


def open_storage(url: str) -> tuple[Any, str]:
    """Give the file system of an address and the path in it.

    Raises:
        MissingExtraError: ``fsspec``, or what it needs for this kind of storage, is not installed.
        OSError: there is no such kind of storage, or it cannot be reached.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise MissingExtraError(f"{url}: needs fsspec; pip install 'medai-extract[remote]'") from error
    try:
        filesystem, path = url_to_fs(url)
    except ImportError as error:
        raise MissingExtraError(f"{url}: {error}; pip install 'medai-extract[remote]'") from error
    except ValueError as error:
        raise OSError(f"is in no storage that can be read: {error}") from error
    return filesystem, path


@contextmanager
def _one_kind_of_error() -> Iterator[None]:
    """Turn the exceptions that each storage has of its own into ``OSError``."""
    try:
        yield
    except (OSError, MissingExtraError):
        raise
    except Exception as error:
        raise OSError(str(error) or type(error).__name__) from error


def find_remote(url: str) -> list[str]:
    """Give the files that an address (of a file, a folder or with ``*``) means, hidden ones left out.

    An address that cannot be reached, or under which nothing is, stays in the list: reading it says why it cannot be read.
    """
    try:
        with _one_kind_of_error():
            filesystem, path = open_storage(url)
            return [filesystem.unstrip_protocol(one) for one in _find(filesystem, path)] or [url]
    except OSError:
        return [url]


def _find(filesystem: Any, path: str) -> list[str]:
    if _MAGIC.search(path):
        return [one for one in filesystem.glob(path) if filesystem.isfile(one)]
    if not filesystem.isdir(path):
        return [path]
    folder = path.rstrip("/") + "/"
    return [one for one in filesystem.find(path) if not _HIDDEN.search(one.removeprefix(folder))]


def stat_remote(url: str) -> Stat:
    """Give size and version of a file.

    Raises:
        OSError: it is not there or cannot be reached.
    """
    with _one_kind_of_error():
        filesystem, path = open_storage(url)
        # The listing that found the file may be hours old.
        filesystem.invalidate_cache(filesystem._parent(path))
        return Stat(int(filesystem.size(path) or 0), str(filesystem.ukey(path)))


def open_remote(url: str) -> BinaryIO:
    """Open a file for reading from any place.

    Raises:
        OSError: it is not there or cannot be reached.
    """
    with _one_kind_of_error():
        filesystem, path = open_storage(url)
        # Its own lines cannot be limited in length, as our readers want them.
        return io.BufferedReader(filesystem.open(path, "rb"), 1 << 20)
