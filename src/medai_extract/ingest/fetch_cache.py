"""What was fetched, kept on disk: bodies as files, beside each what the server said of it."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec


class Cached(msgspec.Struct, frozen=True, kw_only=True):
    """An answer on disk: the link, the address it came from in the end, what proves it fresh, its charset and its body's hash."""

    link: str
    url: str
    etag: str | None
    last_modified: str | None
    charset: str | None
    sha256: str

    def locate(self, folder: Path) -> Path:
        """Give the path of the body."""
        return _stem(folder, self.link).with_suffix(f".{self.sha256[:16]}")


def _stem(folder: Path, link: str) -> Path:
    key = hashlib.sha256(link.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return folder / key[:2] / key


def load_cached(folder: Path, link: str) -> Cached | None:
    """Give what is kept of a link; nothing where it was never fetched or the files are damaged."""
    try:
        cached = msgspec.json.decode(_stem(folder, link).with_suffix(".json").read_bytes(), type=Cached)
    except (OSError, msgspec.DecodeError):
        return None
    return cached if cached.link == link and cached.locate(folder).is_file() else None


@contextmanager
def open_part(folder: Path, link: str) -> Iterator[BinaryIO]:
    """Open a file for the body of a link while it comes; it is gone afterwards unless ``keep`` has taken it."""
    path = _stem(folder, link).with_suffix(".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("w+b") as stream:
            yield stream
    finally:
        path.unlink(missing_ok=True)


def keep(folder: Path, cached: Cached, part: BinaryIO) -> None:
    """Put a whole body and what belongs to it in place of what was there before; a reader sees the one or the other."""
    part.flush()
    os.fsync(part.fileno())
    body = cached.locate(folder)
    Path(part.name).replace(body)
    stem = _stem(folder, cached.link)
    fresh = stem.with_suffix(".json.part")
    fresh.write_bytes(msgspec.json.encode(cached))
    fresh.replace(stem.with_suffix(".json"))
    for old in stem.parent.glob(f"{stem.name}.*"):
        if old not in (body, stem.with_suffix(".json")):
            old.unlink(missing_ok=True)
