"""The store of a dataset: a hidden folder of immutable parts, and the SQLite file that knows them.

Parts are written beside, synced and renamed before the file that knows them is told, and removed after it has
forgotten them: whatever a run dies of, the store holds what it knows.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from medai_extract.batch.lock import hold_lock
from medai_extract.batch.packing import pack, unpack
from medai_extract.batch.results import Made, Part, Scanned, Stored
from medai_extract.errors import OutputError

FOLDER = ".store"
VERSION = 1
CLEAN = 0
"""``PRAGMA user_version`` of a file that nothing was written to yet."""


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where the bytes of a result are: its part, from where, how many, and how many unpacked."""

    part: str
    start: int
    length: int
    size: int


class Store:
    """The store in an output folder; ``path`` is its folder, ``connection`` its SQLite file.

    Raises:
        OutputError: the folder cannot be made or written, or holds a store of another version.
    """

    def __init__(self, out: Path, *, read_only: bool = False) -> None:
        self.out = out
        self.path = out / FOLDER
        file = self.path / "manifest.sqlite"
        self.connection = _open_to_read(file) if read_only else sqlite3.connect(file, isolation_level=None)
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if version != VERSION and (read_only or version != CLEAN):
            self.connection.close()
            raise OutputError(
                f"{file}: was written by another version (store {version}, not {VERSION});"
                f" use that version, or remove {self.path} to read everything again"
            )
        if read_only:
            return
        self.connection.execute("PRAGMA journal_mode = WAL")
        # What was committed is on the disk, whatever happens to the process or the machine.
        self.connection.execute("PRAGMA synchronous = FULL")
        if version == CLEAN:
            schema = Path(__file__).with_name("store.sql").read_text("utf-8")
            # All of it or nothing, and one wait for the disk instead of one for every table.
            self.connection.executescript(f"BEGIN; {schema} PRAGMA user_version = {VERSION}; COMMIT;")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit what is done inside, all or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
            self.connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")
            raise

    def get(self, name: str) -> str | None:
        """Give a value that the store keeps about itself."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set(self, name: str, value: str) -> None:
        """Keep a value; part of a transaction."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def count_change(self) -> None:
        """Note that what the dataset is made of has changed; part of a transaction."""
        self.set("change", str(int(self.get("change") or 0) + 1))

    def part_path(self, name: str) -> Path:
        """Give the file of a part."""
        return self.path / "parts" / name[:2] / name

    def write_part(self, content: bytes) -> str:
        """Write a part, for good, and give its name."""
        name = hashlib.sha256(content).hexdigest()[:32]
        path = self.part_path(name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            with partial.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(path)
            sync_folder(path.parent)
        return name

    def read_packed(self, places: Sequence[Place]) -> list[bytes]:
        """Give the packed bytes of some results."""
        packed: list[bytes] = []
        name, descriptor = "", -1
        try:
            for place in places:
                if place.part != name:
                    if descriptor >= 0:
                        os.close(descriptor)
                    name, descriptor = place.part, os.open(self.part_path(place.part), os.O_RDONLY)
                packed.append(os.pread(descriptor, place.length, place.start))
        finally:
            if descriptor >= 0:
                os.close(descriptor)
        return packed

    def read_results(self, places: Sequence[Place]) -> Iterator[Stored]:
        """Give some results, unpacked."""
        decoder = msgspec.msgpack.Decoder(Stored)
        for place, packed in zip(places, self.read_packed(places), strict=True):
            yield decoder.decode(unpack(packed, place.size))

    def read_scan(self, name: str, size: int, scan_size: int) -> list[Scanned]:
        """Give the scan of a part."""
        packed = self.part_path(name).read_bytes()[size:]
        return msgspec.msgpack.decode(unpack(packed, scan_size), type=list[Scanned])

    def keep_results(self, part: Part, making: int) -> int:
        """Keep the results of a part that are new, note that the others still hold, and give the number of new ones."""
        known = {
            key: (result, digest)
            for key, result, digest in self._ask_many(
                "SELECT latest.key, result.id, result.digest FROM latest JOIN result ON result.id = latest.result"
                " WHERE latest.key IN ({})",
                [made.key for made in part.made],
            )
        }
        new = [made.key not in known or known[made.key][1] != made.digest for made in part.made]
        content, scan_size = (b"", 0) if not any(new) else _choose(part, new)
        name = self.write_part(content) if content else ""
        with self.transaction() as connection:
            connection.executemany(
                "UPDATE latest SET making = ? WHERE key = ?",
                [(making, made.key) for made, is_new in zip(part.made, new, strict=True) if not is_new],
            )
            found = connection.executemany(
                "DELETE FROM lost WHERE key = ?", [(made.key,) for made in part.made]
            )
            if content:
                chosen = [made for made, is_new in zip(part.made, new, strict=True) if is_new]
                self._insert(connection, name, chosen, scan_size, making)
            if content or found.rowcount:
                self.count_change()
        return sum(new)

    def _insert(
        self, connection: sqlite3.Connection, name: str, chosen: Sequence[Made], scan_size: int, making: int
    ) -> None:
        part = add_part(connection, name, sum(made.length for made in chosen), scan_size)
        start = 0
        for place, made in enumerate(chosen):
            row = connection.execute(
                "INSERT INTO result (key, digest, part, place, start, length, size, characters, source_characters,"
                " published_at, publisher, signature, failed, making) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " RETURNING id",
                (
                    made.key, made.digest, part, place, start, made.length, made.size, made.characters,
                    made.source_characters, made.published_at, made.publisher, made.signature, made.failed, making,
                ),
            ).fetchone()  # fmt: skip
            connection.execute("INSERT OR REPLACE INTO latest VALUES (?, ?, ?)", (made.key, row[0], making))
            start += made.length

    def _ask_many(self, query: str, values: Sequence[str]) -> list[tuple[str, int, str]]:
        rows: list[tuple[str, int, str]] = self.connection.execute(
            query.format(",".join("?" * len(values))), values
        ).fetchall()
        return rows

    def remove_unknown_files(self) -> None:
        """Remove what a run that did not come to its end has left behind."""
        known = {name for (name,) in self.connection.execute("SELECT name FROM part")}
        for path in (self.path / "parts").glob("*/*"):
            if path.name not in known:
                path.unlink()

    def remove_parts(self, names: Iterable[str]) -> None:
        """Remove the files of parts that the store has forgotten."""
        for name in names:
            self.part_path(name).unlink(missing_ok=True)


def add_part(connection: sqlite3.Connection, name: str, size: int, scan_size: int) -> int:
    """Note a part that was written and give its number; the same bytes are the same part."""
    connection.execute(
        "INSERT OR IGNORE INTO part (name, size, scan_size) VALUES (?, ?, ?)", (name, size, scan_size)
    )
    return int(connection.execute("SELECT id FROM part WHERE name = ?", (name,)).fetchone()[0])


def _choose(part: Part, chosen: Sequence[bool]) -> tuple[bytes, int]:
    """Give the contents of a part file that holds some of the results of a part, and the size of its scan."""
    if all(chosen):
        return part.block + part.scan, part.scan_size
    block, start = bytearray(), 0
    for made, is_chosen in zip(part.made, chosen, strict=True):
        if is_chosen:
            block += part.block[start : start + made.length]
        start += made.length
    scanned = msgspec.msgpack.decode(unpack(part.scan, part.scan_size), type=list[Scanned])
    scan = msgspec.msgpack.encode([one for one, is_chosen in zip(scanned, chosen, strict=True) if is_chosen])
    return bytes(block) + pack(scan), len(scan)


def sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open_to_read(file: Path) -> sqlite3.Connection:
    """Open a file that others may be writing, or that stands where nobody can write."""
    where = file.resolve().as_uri()
    connection = sqlite3.connect(f"{where}?mode=ro", uri=True, isolation_level=None, timeout=30)
    try:
        connection.execute("SELECT 1 FROM meta").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        connection = sqlite3.connect(f"{where}?immutable=1", uri=True, isolation_level=None)
    return connection


@contextmanager
def open_store(out: Path) -> Iterator[Store]:
    """Open the store of an output folder for a run, alone.

    Raises:
        OutputError: the folder cannot be written, another run holds it, or the disk is full.
    """
    try:
        (out / FOLDER / "parts").mkdir(parents=True, exist_ok=True)
        with hold_lock(out / FOLDER):
            store = Store(out)
            try:
                yield store
            finally:
                store.close()
    except (sqlite3.Error, OSError) as error:
        raise make_output_error(out, error) from error


def make_output_error(out: Path, error: sqlite3.Error | OSError) -> OutputError:
    """Give the one line that says why an output folder cannot be written."""
    if "malformed" in str(error) or "not a database" in str(error):
        return OutputError(
            f"{out / FOLDER}: is damaged: {error}; restore it, or remove it to read everything again"
        )
    reason = getattr(error, "strerror", None) or error
    return OutputError(f"{out}: cannot be written: {reason}; free space or choose another --out")
