"""A dataset from its articles: pages taken over from the last one, new pages encoded, and the tables that are made of all of them."""

import os
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

import msgspec

from medai_extract.batch.executor import Done, Engine, Lost, in_order
from medai_extract.batch.members import Member
from medai_extract.batch.pages import (
    COUNTS,
    TABLES,
    Page,
    PageTask,
    Tally,
    add_numbers,
    cut_pages,
    describe_page,
    encode_page,
)
from medai_extract.batch.row_groups import MAGIC, RowGroup, encode_rows, join_groups
from medai_extract.batch.store import Store
from medai_extract.pipeline import Pipeline
from medai_extract.records import Record
from medai_extract.writers import SCHEMAS, write_csv, write_csv_header, write_lines

INDEX = ".pages"
"""The file in a snapshot that says where its pages are."""
GROUP_ROWS = 5_000


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """Where a page is: the place and the size of its bytes in each file."""

    key: str
    spans: dict[str, tuple[int, int]]
    groups: dict[str, RowGroup]
    tally: msgspec.Raw


class Index(msgspec.Struct, frozen=True):
    """The pages of a snapshot, the size and time of each of its files, which say whether they are still as they were written, and its columns."""

    pages: list[Entry]
    files: dict[str, tuple[int, int]]
    columns: str = ""


class Assembled(NamedTuple):
    """What was put together: its pages, those of them that were encoded now, and the counts of all."""

    pages: list[Entry]
    encoded: int
    tally: Tally


class Snapshot:
    """A dataset that was put together earlier, to take pages from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages: dict[str, Entry] = {}
        self.formats: set[str] = set()
        try:
            index = msgspec.msgpack.decode((folder / INDEX).read_bytes(), type=Index)
            # An older version wrote other columns.
            if not is_whole(folder, index) or index.columns != _columns():
                return
        except (OSError, msgspec.MsgspecError):
            return
        self.pages = {entry.key: entry for entry in index.pages}
        self.formats = {Path(name).suffix[1:] for name in index.files if name != COUNTS}


def is_whole(folder: Path, index: Index) -> bool:
    """Say whether the files of a snapshot are as they were written."""
    return all(_is_same(_state(folder / name), *state) for name, state in index.files.items())


def _is_same(found: tuple[int, int] | None, size: int, mtime_ns: int) -> bool:
    # Archives keep whole seconds.
    return found is not None and found[0] == size and found[1] in (mtime_ns, mtime_ns // 10**9 * 10**9)


def _columns() -> str:
    """Give the columns of all tables, which differ where another version wrote a snapshot."""
    return "".join([write_csv_header(table).decode() for table in TABLES])


def _state(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def assemble(
    store: Store,
    members: Collection[Member],
    engine: Engine,
    folder: Path,
    formats: Sequence[str],
    last: Snapshot | None,
) -> Assembled:
    """Write ``articles``, ``mentions`` and ``relations`` of some articles into a folder, and the counts of their entities.

    Args:
        store: where the results are.
        members: the articles, in order.
        engine: where new pages are encoded.
        folder: where the files go.
        formats: of ``jsonl``, ``parquet``, ``csv``.
        last: a dataset whose pages are taken over where they are the same.
    """
    usable = last.pages if last is not None and set(formats) <= last.formats else {}
    plan: deque[Entry | str] = deque()

    def tasks() -> Iterator[PageTask]:
        for page in cut_pages(members):
            described, key = describe_page(page)
            if key in usable:
                plan.append(usable[key])
            else:
                plan.append(key)
                places = [member.at for member in page]
                packed = store.read_packed(places)
                yield PageTask(described, tuple(packed), tuple(at.size for at in places), tuple(formats))

    tally = Tally()
    encoded = 0
    with _Files(folder, formats, last.folder if last is not None else folder) as files:
        for done in in_order(engine.map(encode_page, tasks())):
            encoded += 1
            while isinstance(planned := plan.popleft(), Entry):
                files.copy(planned)
            files.write(planned, _take(done))
        for planned in plan:
            assert isinstance(planned, Entry)
            files.copy(planned)
        entries = files.entries
    for entry in entries:
        _add(tally, msgspec.msgpack.decode(entry.tally, type=Tally))
    return Assembled(entries, encoded, tally)


def _take(done: Done[PageTask, Page]) -> Page:
    """Give the page; where a worker was lost over it, it is made here."""
    return done.result if not isinstance(done.result, Lost) else encode_page(_no_pipeline, done.task)


def _no_pipeline() -> Pipeline:
    raise AssertionError("a page needs no pipeline")


def _add(total: Tally, page: Tally) -> None:
    total.articles += page.articles
    total.duplicates += page.duplicates
    total.characters += page.characters
    total.relations += page.relations
    add_numbers(total.labels, page.labels)
    add_numbers(total.rules, page.rules)


class _Files:
    """The files of the tables that consist of pages; neighbouring pages of the last dataset are copied in one go."""

    def __init__(self, folder: Path, formats: Sequence[str], last: Path) -> None:
        self._formats = formats
        self._last = last
        self._folder = folder
        self.entries: list[Entry] = []
        self._names = [COUNTS, *(f"{table}.{form}" for table in TABLES for form in formats)]
        self._streams: dict[str, BinaryIO] = {}
        self._old: dict[str, BinaryIO] = {}
        self._places: dict[str, int] = {}
        self._pending: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        for name in self._names:
            stream = self._streams[name] = (self._folder / name).open("wb")
            self._places[name] = stream.write(_begin(name))
        return self

    def write(self, key: str, page: Page) -> None:
        """Write a new page."""
        self._flush()
        spans = {}
        for name in self._names:
            self._streams[name].write(page.blocks[name])
            spans[name] = self._advance(name, len(page.blocks[name]))
        self.entries.append(Entry(key, spans, page.groups, msgspec.Raw(page.tally)))

    def copy(self, entry: Entry) -> None:
        """Take over a page of the last dataset."""
        spans = {}
        if any(
            sum(self._pending.get(name, entry.spans[name])) != entry.spans[name][0] for name in self._pending
        ):
            self._flush()
        for name in self._names:
            start, size = entry.spans[name]
            begin, length = self._pending.get(name, (start, 0))
            self._pending[name] = begin, length + size
            spans[name] = self._advance(name, size)
        self.entries.append(Entry(entry.key, spans, entry.groups, entry.tally))

    def _advance(self, name: str, size: int) -> tuple[int, int]:
        start = self._places[name]
        self._places[name] = start + size
        return start, size

    def _flush(self) -> None:
        for name, (start, size) in self._pending.items():
            if name not in self._old:
                self._old[name] = (self._last / name).open("rb")
            self._streams[name].flush()
            copy_bytes(self._old[name], self._streams[name], start, size)
        self._pending.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush()
                for table in TABLES if "parquet" in self._formats else ():
                    name = f"{table}.parquet"
                    groups = [
                        (entry.groups[table], entry.spans[name][0])
                        for entry in self.entries
                        if table in entry.groups
                    ]
                    self._streams[name].write(join_groups(groups, SCHEMAS[table]))
                for stream in self._streams.values():
                    sync(stream)
        finally:
            for stream in (*self._streams.values(), *self._old.values()):
                stream.close()


def _begin(name: str) -> bytes:
    """Give what a file of a dataset begins with."""
    table, _, form = name.partition(".")
    return MAGIC if form == "parquet" else write_csv_header(table) if form == "csv" else b""


def read_counts(folder: Path, pages: Iterable[Entry]) -> Iterator[bytes]:
    """Give the packed counts of entities of each page."""
    with (folder / COUNTS).open("rb") as stream:
        for page in pages:
            start, size = page.spans[COUNTS]
            stream.seek(start)
            yield stream.read(size)


def copy_bytes(source: BinaryIO, target: BinaryIO, start: int, size: int) -> None:
    """Copy a range of a file to the end of another, within the system where it can."""
    end = start + size
    while start < end:
        try:
            copied = os.copy_file_range(source.fileno(), target.fileno(), end - start, start)
        except (AttributeError, OSError):
            copied = target.write(os.pread(source.fileno(), min(end - start, 1 << 24), start))
            target.flush()
        if not copied:
            raise OSError(f"{source.name} is shorter than it was")
        start += copied


def sync(stream: BinaryIO) -> None:
    """Have a file on the disk."""
    stream.flush()
    os.fsync(stream.fileno())


def write_table(folder: Path, table: str, records: Iterable[Record], formats: Sequence[str]) -> int:
    """Write a table that is made whole by every run, some rows at a time; give their number."""
    rows = 0
    groups: list[tuple[RowGroup, int]] = []
    with ExitStack() as stack:
        streams = {form: stack.enter_context((folder / f"{table}.{form}").open("wb")) for form in formats}
        for form, stream in streams.items():
            stream.write(_begin(f"{table}.{form}"))
        remaining = iter(records)
        while some := list(islice(remaining, GROUP_ROWS)):
            rows += len(some)
            lines = write_lines(some)
            if "jsonl" in streams:
                streams["jsonl"].write(lines)
            if "csv" in streams:
                streams["csv"].write(write_csv(lines, table))
            if "parquet" in streams:
                block, group = encode_rows(lines, SCHEMAS[table])
                if group is not None:
                    groups.append((group, streams["parquet"].tell()))
                    streams["parquet"].write(block)
        if "parquet" in streams:
            streams["parquet"].write(join_groups(groups, SCHEMAS[table]))
        for stream in streams.values():
            sync(stream)
    return rows


def write_index(folder: Path, pages: list[Entry], names: Iterable[str]) -> None:
    """Write down where the pages of a snapshot are, and how its files look now."""
    files = {name: state for name in sorted([COUNTS, *names]) if (state := _state(folder / name)) is not None}
    with (folder / INDEX).open("wb") as stream:
        stream.write(msgspec.msgpack.encode(Index(pages, files, _columns())))
        sync(stream)
