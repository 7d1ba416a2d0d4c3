"""Whether a dataset is whole: every part of its store, every file, every record that refers to another."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import msgspec

from medai_extract.batch.assemble import INDEX, Index, is_whole
from medai_extract.batch.pages import COUNTS
from medai_extract.batch.publish import CURRENT, RUN_FILE
from medai_extract.batch.store import FOLDER, Store
from medai_extract.dataset import read_rows
from medai_extract.errors import InputError, OutputError

TOLD = 5
"""Faults that are told."""


class Verified(msgspec.Struct, frozen=True):
    """What was checked, by what it is."""

    checked: dict[str, int]


def verify(out: Path) -> Verified:
    """Check a dataset and its store.

    Raises:
        InputError: there is no dataset with a store.
        OutputError: something is damaged.
    """
    if not (out / FOLDER / "manifest.sqlite").is_file():
        raise InputError(f"{out}: holds no store of a run; give the --out folder of a run")
    checked: dict[str, int] = {}
    faults: list[str] = []
    try:
        with closing(Store(out, read_only=True)) as store:
            faults.extend(islice(_find_faults(store, checked), TOLD + 1))
    except (sqlite3.DatabaseError, InputError) as error:
        faults.append(str(error))
    except (KeyError, TypeError) as error:
        faults.append(f"a row lacks what its table has: {error}")
    if faults:
        more = " and more" if len(faults) > TOLD else ""
        raise OutputError(
            f"{out}: is damaged: {'; '.join(faults[:TOLD])}{more}; run again with --force to make it anew"
        )
    return Verified(checked)


def _find_faults(store: Store, checked: dict[str, int]) -> Iterator[str]:
    yield from _check_store(store, checked)
    if store.connection.execute("SELECT 1 FROM run").fetchone() is None:
        return
    yield from _check_files(store)
    yield from _check_records(store.out, checked)


def _check_store(store: Store, checked: dict[str, int]) -> Iterator[str]:
    for (told,) in store.connection.execute("PRAGMA integrity_check"):
        if told != "ok":
            yield f"manifest.sqlite: {told}"
    for table, column, other in (
        ("latest", "result", "result"), ("member", "result", "result"), ("result", "part", "part"),
        ("result", "making", "making"), ("run", "making", "making"),
    ):  # fmt: skip
        query = f"SELECT count(*) FROM {table} WHERE {column} NOT IN (SELECT id FROM {other})"
        if missing := store.connection.execute(query).fetchone()[0]:
            yield f"manifest.sqlite: {missing} rows of {table} name a {other} that is not there"
    checked["part"] = 0
    for (name,) in store.connection.execute("SELECT name FROM part"):
        checked["part"] += 1
        try:
            digest = hashlib.sha256(store.part_path(name).read_bytes()).hexdigest()
        except OSError as error:
            yield f"part {name}: {error.strerror}"
            continue
        if not digest.startswith(name):
            yield f"part {name}: its bytes are not those that were written"


def _check_files(store: Store) -> Iterator[str]:
    folder = store.path / CURRENT
    try:
        index = msgspec.msgpack.decode((folder / INDEX).read_bytes(), type=Index)
    except (OSError, msgspec.MsgspecError) as error:
        yield f"{folder / INDEX}: {error}"
        return
    if not is_whole(folder, index):
        yield f"{folder}: its files are not as they were written"
    for name in index.files.keys() - {COUNTS}:
        path = store.out / name
        if not path.exists() or path.read_bytes() != (folder / name).read_bytes():
            yield f"{path}: is not the file of the last run"


def _check_records(out: Path, checked: dict[str, int]) -> Iterator[str]:
    texts = {row["id"]: row["text"] for row in read_rows(out, "articles")}
    entities = {row["id"] for row in read_rows(out, "entities")}
    checked["article"], checked["entity"] = 0, len(entities)
    for row in read_rows(out, "articles"):
        checked["article"] += 1
        if row["duplicate_of"] is not None and row["duplicate_of"] not in texts:
            yield f"article {row['id']}: is a copy of {row['duplicate_of']}, which is not there"
    mentions: set[str] = set()
    yield from _check_mentions(out, texts, entities, mentions)
    checked["mention"] = len(mentions)
    checked["relation"] = 0
    for row in read_rows(out, "relations"):
        checked["relation"] += 1
        if not mentions.issuperset(row["evidence"]):
            yield f"relation {row['id']}: its evidence is not there"
        if missing := {row["subject_id"], row["object_id"]} - entities - {"", None}:
            yield f"relation {row['id']}: its entity {missing.pop()} is not there"
    counts = msgspec.json.decode((out / RUN_FILE).read_bytes())["counts"]
    told = {
        "article": counts["articles"], "entity": counts["entities"], "relation": counts["relations"],
        "mention": sum(counts["mentions"].values()),
    }  # fmt: skip
    for noun, number in told.items():
        if number != checked[noun] or (noun == "article" and number != len(texts)):
            yield f"run.json: tells of {number} rows of a kind ({noun}), there are {checked[noun]}"


def _check_mentions(
    out: Path, texts: dict[str, str], entities: set[str], mentions: set[str]
) -> Iterator[str]:
    for row in read_rows(out, "mentions"):
        if row["id"] in mentions:
            yield f"mention {row['id']}: is there twice"
        mentions.add(row["id"])
        text = texts.get(row["article_id"])
        if text is None:
            yield f"mention {row['id']}: its article {row['article_id']} is not there"
        elif text[row["start"] : row["end"]] != row["text"]:
            yield f"mention {row['id']}: its text does not stand at its offsets"
        if row["entity_id"] is not None and row["status"] != "rejected" and row["entity_id"] not in entities:
            yield f"mention {row['id']}: its entity {row['entity_id']} is not there"
