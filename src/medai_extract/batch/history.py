"""What earlier runs had: their articles and rows, made again from the store."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec

from medai_extract.batch.assemble import assemble, read_counts, write_table
from medai_extract.batch.counts import add_up
from medai_extract.batch.executor import Inline
from medai_extract.batch.makings import read_names
from medai_extract.batch.members import Member
from medai_extract.batch.packing import unpack
from medai_extract.batch.pages import describe_page, give_rows
from medai_extract.batch.publish import CURRENT, last_run
from medai_extract.batch.store import FOLDER, Place, Store
from medai_extract.errors import InputError
from medai_extract.model import Rejected
from medai_extract.pipeline import Pipeline
from medai_extract.records import make_entities
from medai_extract.writers import SCHEMAS

_MEMBERS = """
SELECT member.path, member.place, source, source_id, article, result.key, duplicate_of, counted, own, result.id,
       result.digest, part.name, start, length, result.size, published_at, publisher, characters, since, until
FROM member JOIN result ON result.id = member.result JOIN part ON part.id = result.part
"""


class Lived(NamedTuple):
    """An article as it was from run ``since`` on, until before run ``until``."""

    member: Member
    since: int
    until: int | None


class Rows(NamedTuple):
    """The rows of an article."""

    article: dict[str, Any]
    mentions: list[dict[str, Any]]
    relations: list[dict[str, Any]]


@contextmanager
def open_history(out: Path) -> Iterator[Store]:
    """Open the store of a dataset to look back.

    Raises:
        InputError: there is none, or no run was finished.
    """
    if not (out / FOLDER / "manifest.sqlite").is_file():
        raise InputError(f"{out}: holds no store of a run; give the --out folder of a run")
    try:
        with closing(Store(out, read_only=True)) as store:
            if last_run(store) is None:
                raise InputError(f"{out}: holds no finished run; give the --out folder of one")
            yield store
    except sqlite3.Error as error:
        raise InputError(f"{out / FOLDER}: cannot be read: {error}; restore it from a copy") from error


def list_runs(store: Store) -> list[int]:
    """Give the runs that can be looked back at, oldest first."""
    return [run for (run,) in store.connection.execute("SELECT id FROM run ORDER BY id")]


def check_run(store: Store, run: int) -> int:
    """Give a run's number if it can be looked back at.

    Raises:
        InputError: it is not known, or was forgotten.
    """
    known = list_runs(store)
    if run not in known:
        raise InputError(
            f"{store.out}: run {run} is not kept; known are {', '.join(map(str, known))} (see medai-extract log)"
        )
    return run


def find_lived(store: Store, condition: str, values: Sequence[object]) -> list[Lived]:
    """Give articles of any run by a condition on the table ``member``, in the order of their sources."""
    return [
        Lived(
            Member(
                path, place, source, source_id, article, key, duplicate_of, bool(counted), bool(own), result, digest,
                Place(*at), published_at, publisher, characters,
            ),
            since,
            until,
        )
        for (
            path, place, source, source_id, article, key, duplicate_of, counted, own, result, digest, *at,
            published_at, publisher, characters, since, until,
        ) in store.connection.execute(f"{_MEMBERS} WHERE {condition} ORDER BY path, member.place, since", values)
    ]  # fmt: skip


def members_of(store: Store, run: int) -> list[Member]:
    """Give the articles of a run."""
    return [
        lived.member for lived in find_lived(store, "since <= ?1 AND (until IS NULL OR until > ?1)", (run,))
    ]


def read_member_rows(store: Store, members: Sequence[Member]) -> Iterator[Rows]:
    """Give the rows of some articles."""
    described, _ = describe_page(members)
    decoder = msgspec.json.Decoder()
    for member, stored in zip(described, store.read_results([member.at for member in members]), strict=True):
        given = give_rows(member, stored)
        (article,) = decoder.decode_lines(given["articles"])
        yield Rows(article, decoder.decode_lines(given["mentions"]), decoder.decode_lines(given["relations"]))


@contextmanager
def open_tables(store: Store, run: int) -> Iterator[Path]:
    """Give a folder with the tables of a run in Parquet; those of the last one as they are, where they have that format."""
    current = store.path / CURRENT
    if run == last_run(store) and all((current / f"{table}.parquet").exists() for table in SCHEMAS):
        yield current
        return
    with TemporaryDirectory(prefix=f"medai-extract-run-{run}-") as name:
        folder = Path(name)
        with Inline(_no_pipeline) as engine:
            pages = assemble(store, members_of(store, run), engine, folder, ("parquet",), None).pages
        making, rejected, size = store.connection.execute(
            "SELECT making, rejected, rejected_size FROM run WHERE id = ?", (run,)
        ).fetchone()
        names = read_names(store, making)
        entities = make_entities(add_up(read_counts(folder, pages), names), names)
        write_table(folder, "entities", entities, ("parquet",))
        rows = msgspec.json.Decoder(Rejected).decode_lines(unpack(rejected, size))
        write_table(folder, "rejected", rows, ("parquet",))
        yield folder


def _no_pipeline() -> Pipeline:
    raise AssertionError("tables are put together without a pipeline")
