"""What a run is given: which inputs are new or changed since they were read last, and the articles of those.

An input that has not changed is not opened. What came of every reading is kept in the store, so that a run which
is cut short, and the next one, go on from there.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from medai_extract.batch.results import Job, make_key
from medai_extract.batch.store import Store
from medai_extract.dedupe import make_article_id
from medai_extract.ingest.fetch_settings import FetchSettings
from medai_extract.ingest.links import Page, fetch_pages, is_link, read_page
from medai_extract.ingest.paths import STANDARD_INPUT
from medai_extract.ingest.read import read_file
from medai_extract.ingest.remote import is_remote, stat_remote
from medai_extract.model import Article, Rejected

RECENT_NS = 2_000_000_000
"""A file that changed so short a time before it was read may change again within one tick of its clock; it is hashed next time."""
NEVER = -1
ROWS = 512
"""Items that are committed together."""

Source = Article | Rejected


class Known(NamedTuple):
    """What the store knows of an input."""

    size: int
    mtime_ns: int
    sha256: str
    reader: str
    reading: int
    digest: str


class Found(NamedTuple):
    """An input that must be read, its state, and how to read it."""

    path: str
    size: int
    mtime_ns: int
    sha256: str
    read: Callable[[], Iterator[Source]]


class Inputs:
    """The inputs of one run.

    Args:
        store: what earlier runs have read.
        reader: the fingerprint of the readers.
        force: read everything again.
        keep_gone: keep what has gone, or cannot be read any more.
    """

    def __init__(self, store: Store, reader: str, *, force: bool = False, keep_gone: bool = False) -> None:
        self._store = store
        self._reader = reader
        self._force = force
        self._keep_gone = keep_gone
        self.paths: list[str] = []
        self.read = 0
        self.seconds = 0.0
        self._known = {
            decode_path(path): Known(*row)
            for path, *row in store.connection.execute(
                "SELECT path, size, mtime_ns, sha256, reader, reading, digest FROM input"
            )
        }
        self._incomplete = {
            reading
            for (reading,) in store.connection.execute(
                "SELECT DISTINCT reading FROM item LEFT JOIN latest USING (key)"
                " WHERE item.key IS NOT NULL AND latest.key IS NULL"
            )
        }
        self._moved: list[tuple[int, bytes]] = []

    def find_changed(self, paths: Iterable[str]) -> Iterator[Found]:
        """Give the files that must be read, in order; what is the same by size and time, or else by its bytes, is not."""
        for path in paths:
            self.paths.append(path)
            known = self._known.get(path)
            if is_remote(path):
                yield from self._find_changed_remote(path, known)
                continue
            try:
                stat = Path(path).stat() if path != STANDARD_INPUT else None
            except (OSError, ValueError):
                stat = None
                if known is not None and self._keep_gone:
                    continue
            if stat is None:
                yield Found(path, 0, NEVER, "", self._reader_of(path))
                continue
            holds = known is not None and self._holds(known)
            if (
                holds
                and known is not None
                and (known.size, known.mtime_ns) == (stat.st_size, stat.st_mtime_ns)
            ):
                continue
            mtime_ns = NEVER if time.time_ns() - stat.st_mtime_ns < RECENT_NS else stat.st_mtime_ns
            sha256 = _hash_file(path)
            if holds and known is not None and sha256 == known.sha256:
                self._moved.append((mtime_ns, encode_path(path)))
                continue
            yield Found(path, stat.st_size, mtime_ns, sha256, self._reader_of(path))

    def _find_changed_remote(self, path: str, known: Known | None) -> Iterator[Found]:
        """Give a file of another storage if it must be read; its storage says which version it is of."""
        try:
            size, version = stat_remote(path)
        except OSError:
            if known is None or not self._keep_gone:
                yield Found(path, 0, NEVER, "", self._reader_of(path))
            return
        if known is None or known.sha256 != version or not self._holds(known):
            yield Found(path, size, 0, version, self._reader_of(path))

    def fetch_changed(self, links: Iterable[str], folder: Path, settings: FetchSettings) -> Iterator[Found]:
        """Give the pages of links, and of the feeds among them, that are new or have changed."""
        links = sorted(links)
        for page in fetch_pages(links, folder, settings) if links else ():
            if isinstance(page, Rejected):
                self.paths.append(page.source)
                if not (self._keep_gone and page.source in self._known):
                    yield Found(page.source, 0, NEVER, "", _once(page))
                continue
            path = page.fetched.link
            self.paths.append(path)
            known = self._known.get(path)
            state = _hash_page(page)
            if known is None or known.sha256 != state or not self._holds(known):
                yield Found(path, 0, 0, state, lambda page=page: read_page(page))  # type: ignore[misc]

    def _holds(self, known: Known) -> bool:
        return not self._force and known.reader == self._reader and known.reading not in self._incomplete

    @staticmethod
    def _reader_of(path: str) -> Callable[[], Iterator[Source]]:
        return lambda: read_file(path)

    def read_changed(self, changed: Iterable[Found]) -> Iterator[Job]:
        """Read inputs and note in the store what came of them; give every article once they are noted or will be."""
        reading = self._store.connection.execute(
            "SELECT max(coalesce((SELECT max(reading) FROM item), 0), coalesce((SELECT max(reading) FROM input), 0))"
        ).fetchone()[0]
        rows: list[tuple[object, ...]] = []
        finished: list[tuple[Found, int, str]] = []
        started = time.perf_counter()
        for found in changed:
            reading += 1
            self.read += 1
            digest = hashlib.sha256()
            for place, source in enumerate(found.read()):
                row, job = _make_item(source)
                digest.update(msgspec.msgpack.encode(row))
                rows.append((reading, place, *row))
                if job is not None:
                    self.seconds += time.perf_counter() - started
                    yield job
                    started = time.perf_counter()
                if len(rows) >= ROWS:
                    self._note(rows, finished)
            finished.append((found, reading, digest.hexdigest()))
            if len(finished) >= ROWS:
                self._note(rows, finished)
        self._note(rows, finished)
        self.seconds += time.perf_counter() - started

    def _note(self, rows: list[tuple[object, ...]], finished: list[tuple[Found, int, str]]) -> None:
        if not (rows or finished or self._moved):
            return
        with self._store.transaction() as connection:
            connection.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            connection.executemany("UPDATE input SET mtime_ns = ? WHERE path = ?", self._moved)
            for found, reading, digest in finished:
                self._finish(found, reading, digest)
        rows.clear()
        finished.clear()
        self._moved.clear()

    def _finish(self, found: Found, reading: int, digest: str) -> None:
        """Put a reading in the place of the last one of its input; part of a transaction."""
        known = self._known.get(found.path)
        connection = self._store.connection
        if known is not None and known.digest == digest:
            connection.execute("DELETE FROM item WHERE reading = ?", (reading,))
            reading = known.reading
        else:
            if known is not None:
                connection.execute("DELETE FROM item WHERE reading = ?", (known.reading,))
            self._store.count_change()
        row = (found.size, found.mtime_ns, found.sha256, self._reader, reading, digest)
        connection.execute(
            "INSERT OR REPLACE INTO input VALUES (?, ?, ?, ?, ?, ?, ?)", (encode_path(found.path), *row)
        )

    def all_paths(self) -> list[str]:
        """Give every input whose articles belong to the dataset, sorted."""
        return sorted({*self.paths, *self._known} if self._keep_gone else set(self.paths))


def _make_item(
    source: Source,
) -> tuple[tuple[bytes, str | None, str | None, str | None, bytes | None], Job | None]:
    where, source_id = encode_path(make_writable(source.source)), source.source_id
    source_id = None if source_id is None else make_writable(source_id)
    if isinstance(source, Rejected):
        refused = msgspec.structs.replace(source, source=where.decode(), source_id=source_id)
        return (where, source_id, None, None, msgspec.json.encode(refused)), None
    key, text_id = make_key(source), make_article_id(source.text)
    article = msgspec.structs.replace(source, id=text_id, source=where.decode(), source_id=source_id)
    return (where, source_id, text_id, key, None), Job(key, article)


def make_writable(text: str) -> str:
    r"""Give a name as records can carry it; a file name may hold bytes that are no text.

    >>> make_writable("阿福.txt"), make_writable("a\udcff.txt")
    ('阿福.txt', 'a\\udcff.txt')
    """
    return text.encode("utf-8", "backslashreplace").decode()


def encode_path(path: str) -> bytes:
    """Give a path as the store keeps it; bytes sort as the characters do."""
    return path.encode("utf-8", "surrogatepass")


def decode_path(path: bytes) -> str:
    """Give a path back."""
    return path.decode("utf-8", "surrogatepass")


def _once(source: Source) -> Callable[[], Iterator[Source]]:
    return lambda: iter((source,))


def _hash_file(path: str) -> str:
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _hash_page(page: Page) -> str:
    fetched = page.fetched
    state = [fetched.sha256, fetched.url, fetched.charset, fetched.stale, page.followed, page.stated]
    return hashlib.sha256(msgspec.msgpack.encode(state)).hexdigest()


def split_links(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Part what is read from what is fetched.

    >>> split_links(["a.txt", "https://example.com/a"])
    (['a.txt'], ['https://example.com/a'])
    """
    paths = list(paths)
    return [path for path in paths if not is_link(path)], [path for path in paths if is_link(path)]
