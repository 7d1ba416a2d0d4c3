"""Files that are kept between runs in the user's cache folder; they may be deleted at any time.

A file is read only if it is this user's own and nobody else can write it, as with the compiled modules of Python, and if it is
byte for byte as it was written.
"""

import os
import sys
import zlib
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir
from typing import TypeVar

Kept = TypeVar("Kept")

_CHECKSUM, _BUFFER = 4, 1 << 18


def cache_folder() -> Path:
    """Give the folder for what may be deleted at any time: ``XDG_CACHE_HOME``, or where the system has such things."""
    if given := os.environ.get("XDG_CACHE_HOME"):
        return Path(given) / "medai-extract"
    try:
        home = Path.home()
    except RuntimeError:  # a user whom the system does not know, as in a container
        return Path(gettempdir()) / f"medai-extract-{os.getuid()}"
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "medai-extract"


def read_kept(path: Path, load: Callable[[BufferedReader], Kept]) -> Kept | None:
    """Give what ``load`` reads from a file, or nothing where it is not there, not ours, or not as it was written.

    The file is gone through twice, and never held whole: what is made of it is larger still.
    """
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if status.st_uid != os.getuid() or status.st_mode & 0o022:
                return None
            written, found = stream.read(_CHECKSUM), 0
            buffer = memoryview(bytearray(_BUFFER))
            while size := stream.readinto(buffer):
                found = zlib.crc32(buffer[:size], found)
            if written != _spell(found):
                return None
            stream.seek(_CHECKSUM)
            return load(stream)
    except OSError:
        return None


def write_kept(path: Path, payload: bytes | memoryview) -> None:
    """Keep something under a name, whole or not at all; the folder is made where it is missing.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=path.suffix, delete=False) as file:
        try:
            # To tell damage, and nothing else: who may write a file is asked of the system.
            file.write(_spell(zlib.crc32(payload)))
            file.write(payload)
            file.flush()
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _spell(checksum: int) -> bytes:
    return checksum.to_bytes(_CHECKSUM, "little")
