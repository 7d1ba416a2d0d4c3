"""Entities on the desk: what is known of one, which others may be the same and why, and renaming, merging and splitting.

A merge never deletes: it is a step like any decision, can be taken back, and holds for every later run.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from medai_extract.decisions import Move, Naming
from medai_extract.normalise.names import make_slug
from medai_extract.review.desk import Clock, NotThereError, utc_now
from medai_extract.review.settle import rename_entities, settle_entities
from medai_extract.review.store import Store

SHOWN = 60
_STANDING = "mention.status != 'rejected'"
_SEPARATORS = re.compile(r"[\s·・•\-‐‑–_'’‘.,()（）]+")


class Entity(NamedTuple):
    """An entity with what the articles say of it."""

    row: sqlite3.Row
    aliases: list[tuple[str, int]]
    mentions: list[sqlite3.Row]
    articles: list[sqlite3.Row]
    months: list[tuple[str, int]]
    total: int


class Evidence(NamedTuple):
    """One reason to think that two entities are the same: its kind, and the words that say so."""

    kind: str
    words: str


class Twin(NamedTuple):
    """An entity that may be the same as another, with the evidence."""

    row: sqlite3.Row
    evidence: list[Evidence]


def list_entities(
    connection: sqlite3.Connection, query: str, label: str, *, limit: int = 100, offset: int = 0
) -> list[sqlite3.Row]:
    """Give entities with their numbers of mentions and articles, the most frequent first."""
    like = f"%{query.replace('%', '').replace('_', '')}%"
    return connection.execute(
        "SELECT entity.*, count(*) AS mentions, count(DISTINCT article_id) AS articles FROM entity"
        f" JOIN mention ON mention.entity_id = entity.id WHERE {_STANDING}"
        " AND (? = '' OR entity.label = ?) AND (? = '%%' OR entity.id LIKE ? OR name_zh LIKE ? OR name_en LIKE ?"
        " OR entity.id IN (SELECT entity_id FROM mention WHERE text LIKE ?))"
        " GROUP BY entity.id ORDER BY mentions DESC, entity.id LIMIT ? OFFSET ?",
        (label, label, like, like, like, like, like, limit, offset),
    ).fetchall()


def read_entity(connection: sqlite3.Connection, entity_id: str) -> Entity:
    """Give all that is known of an entity.

    Raises:
        NotThereError: there is no such entity.
    """
    row = _row(connection, entity_id)
    where = f"FROM mention WHERE entity_id = ? AND {_STANDING}"
    aliases = connection.execute(
        f"SELECT text, count(*) AS number {where} GROUP BY text ORDER BY number DESC, text", (entity_id,)
    ).fetchall()
    mentions = connection.execute(
        f"SELECT mention.*, article.title, article.published_at {where.replace('mention', 'mention JOIN article ON article.id = article_id', 1)}"
        f" ORDER BY article.published_at DESC, mention.position LIMIT {SHOWN}",
        (entity_id,),
    ).fetchall()
    articles = connection.execute(
        "SELECT article.id, article.title, article.source, article.published_at, count(*) AS number FROM mention"
        f" JOIN article ON article.id = article_id WHERE entity_id = ? AND {_STANDING} GROUP BY article.id"
        f" ORDER BY article.published_at DESC, article.position LIMIT {SHOWN}",
        (entity_id,),
    ).fetchall()
    months = connection.execute(
        f"SELECT coalesce(month, '') AS month, count(*) AS number {where} GROUP BY month ORDER BY month",
        (entity_id,),
    ).fetchall()
    return Entity(
        row,
        [(alias["text"], alias["number"]) for alias in aliases],
        mentions,
        articles,
        [(month["month"], month["number"]) for month in months],
        sum(alias["number"] for alias in aliases),
    )


def _row(connection: sqlite3.Connection, entity_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute("SELECT * FROM entity WHERE id = ?", (entity_id,)).fetchone()
    if row is not None:
        return row
    first = connection.execute(
        "SELECT label FROM mention WHERE entity_id = ? LIMIT 1", (entity_id,)
    ).fetchone()
    if first is None:
        raise NotThereError("no such entity")
    # A reviewer made it; it has no row of the dataset before the next run.
    made: sqlite3.Row = connection.execute(
        "SELECT ? AS id, ? AS label, NULL AS name_zh, NULL AS name_en, NULL AS parent_id,"
        " NULL AS found_zh, NULL AS found_en",
        (entity_id, first["label"]),
    ).fetchone()
    return made


def find_twins(connection: sqlite3.Connection, entity_id: str) -> list[Twin]:
    """Give the entities that may be the same, with the evidence, the best supported first."""
    entity = read_entity(connection, entity_id)
    aliases, label = [name for name, _ in entity.aliases], entity.row["label"]
    others: Counter[str] = Counter()
    for name in aliases[:20]:
        rows = connection.execute(
            "SELECT DISTINCT entity_id FROM mention WHERE entity_id IS NOT NULL AND entity_id != ? AND text = ?",
            (entity_id, name),
        ).fetchall()
        others.update({row["entity_id"]: 3 for row in rows})
        if len(name) >= 3:
            rows = connection.execute(
                # A range finds what begins with the name by the index; LIKE would look at every mention.
                "SELECT DISTINCT entity_id FROM mention WHERE text > ? AND text < ? AND entity_id != ? LIMIT 20",
                (name, f"{name}\U0010ffff", entity_id),
            ).fetchall()
            others.update({row["entity_id"]: 1 for row in rows})
    rows = connection.execute(
        "SELECT other.entity_id, count(*) AS number FROM mention JOIN mention AS other"
        " ON other.article_id = mention.article_id AND other.entity_id != mention.entity_id"
        " AND other.start BETWEEN mention.start - 60 AND mention.end + 3 AND other.label = mention.label"
        " WHERE mention.entity_id = ? AND (mention.sentence LIKE '%（%' OR mention.sentence LIKE '%(%')"
        " GROUP BY other.entity_id ORDER BY number DESC LIMIT 30",
        (entity_id,),
    ).fetchall()
    others.update({row["entity_id"]: row["number"] for row in rows})
    twins = []
    for other, _ in others.most_common(30):
        evidence = find_evidence(connection, entity_id, other)
        row = _row(connection, other)
        if row["label"] == label and any(one.kind != "together" for one in evidence):
            twins.append(Twin(row, evidence))
    return sorted(twins, key=lambda twin: -len(twin.evidence))[:8]


def find_evidence(connection: sqlite3.Connection, one: str, other: str) -> list[Evidence]:
    """Give what speaks for two entities being the same: appositions, shared names, names alike, and standing together."""
    ours, theirs = _names(connection, one), _names(connection, other)
    evidence = [Evidence("alias", name) for name in sorted({*map(_fold, ours)} & {*map(_fold, theirs)})]
    if not evidence:
        evidence += [
            Evidence("alike", f"{short} / {long}")
            for mine in ours
            for yours in theirs
            for short, long in (sorted((mine, yours), key=len),)
            if len(short) >= 3 and _fold(long).startswith(_fold(short))
        ][:2]
    rows = connection.execute(
        "SELECT mention.sentence, mention.text AS mine, other.text AS yours FROM mention JOIN mention AS other"
        " ON other.article_id = mention.article_id AND other.sentence = mention.sentence"
        f" WHERE mention.entity_id = ? AND other.entity_id = ? AND {_STANDING} LIMIT 50",
        (one, other),
    ).fetchall()
    for row in rows:
        for first, second in ((row["mine"], row["yours"]), (row["yours"], row["mine"])):
            match = re.search(
                rf"{re.escape(first)}\s*[（(][^（()）]{{0,12}}{re.escape(second)}", row["sentence"]
            )
            if match is not None and Evidence("apposition", f"{match[0]}") not in evidence:
                evidence.append(Evidence("apposition", f"{match[0]}"))
    if rows:
        evidence.append(Evidence("together", rows[0]["sentence"][:200]))
    return evidence


def _names(connection: sqlite3.Connection, entity_id: str) -> list[str]:
    rows = connection.execute(
        "SELECT text FROM mention WHERE entity_id = ? GROUP BY text ORDER BY count(*) DESC LIMIT 20",
        (entity_id,),
    )
    return [row["text"] for row in rows]


def _fold(name: str) -> str:
    return _SEPARATORS.sub("", name.casefold())


def find_alarms(connection: sqlite3.Connection, one: str, other: str) -> list[str]:
    """Give what speaks against a merge: ``labels``, ``parent``, ``apart`` (somebody said so), ``named`` (two entries of the name lists)."""
    mine, yours = _row(connection, one), _row(connection, other)
    alarms = []
    if mine["label"] != yours["label"]:
        alarms.append("labels")
    if mine["parent_id"] == other or yours["parent_id"] == one:
        alarms.append("parent")
    if any({step["one"], step["other"]} == {one, other} for step in _read_apart(connection)):
        alarms.append("apart")
    if _is_listed(connection, one) and _is_listed(connection, other):
        alarms.append("named")
    return alarms


def _is_listed(connection: sqlite3.Connection, entity_id: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM mention WHERE entity_id = ? AND rule_id IN ('org.list', 'org.en.list', 'product.list', 'product.en.list')"
        " LIMIT 1",
        (entity_id,),
    ).fetchone()
    return row is not None


def _read_apart(connection: sqlite3.Connection) -> list[dict[str, str]]:
    rows = connection.execute(
        "SELECT content FROM step JOIN action ON action.id = step.action_id"
        " WHERE step.kind = 'apart' AND action.undone_at IS NULL"
    )
    return [msgspec.json.decode(row["content"]) for row in rows]


def read_history(connection: sqlite3.Connection, entity_id: str) -> list[sqlite3.Row]:
    """Give the actions on an entity, newest first."""
    return connection.execute(
        "SELECT DISTINCT action.* FROM action JOIN step ON step.action_id = action.id"
        " WHERE step.kind IN ('move', 'naming', 'apart') AND ? IN (json_extract(step.content, '$.entity_id'),"
        " json_extract(step.content, '$.to'), json_extract(step.content, '$.one'), json_extract(step.content, '$.other'))"
        " ORDER BY action.id DESC",
        (entity_id,),
    ).fetchall()


def find_entity(connection: sqlite3.Connection, words: str, label: str) -> str | None:
    """Give the id of the entity a reviewer means by an id or a name; a new id, made from the name, where there is none."""
    words = words.strip()
    if not words:
        return None
    for condition in ("id = ?", "name_zh = ? AND label = ?", "name_en = ? AND label = ?"):
        rows = connection.execute(
            f"SELECT id FROM entity WHERE {condition} LIMIT 2", (words, label)[: condition.count("?")]
        ).fetchall()
        if len(rows) == 1:
            return str(rows[0]["id"])
    rows = connection.execute(
        "SELECT DISTINCT entity_id FROM mention WHERE text = ? AND label = ? AND entity_id IS NOT NULL LIMIT 2",
        (words, label),
    ).fetchall()
    return str(rows[0]["entity_id"]) if len(rows) == 1 else make_slug(words)


def suggest_entities(connection: sqlite3.Connection, text: str, label: str) -> list[sqlite3.Row]:
    """Give entities that a mention may belong to: those that bear its name or begin like it."""
    beginning = f"{text[: max(2, len(text) // 2)].replace('%', '').replace('_', '')}%"
    return connection.execute(
        "SELECT id, name_zh, name_en FROM entity WHERE label = ? AND (name_zh LIKE ? OR name_en LIKE ?) LIMIT 12",
        (label, beginning, beginning),
    ).fetchall()


def rename(
    store: Store,
    user: str,
    entity_id: str,
    name_zh: str | None,
    name_en: str | None,
    *,
    clock: Clock = utc_now,
) -> int:
    """Give an entity its names; give the number of the action."""
    with store.write() as connection:
        row = _row(connection, entity_id)
        connection.execute(
            "INSERT OR IGNORE INTO entity (id, label) VALUES (?, ?)", (entity_id, row["label"])
        )
        naming = Naming(entity_id=entity_id, name_zh=name_zh, name_en=name_en)
        note = f"{entity_id}: {' / '.join(filter(None, (name_zh, name_en)))}"
        action_id = _write(connection, user, "rename", note, "naming", [naming], clock)
        rename_entities(connection)
    return action_id


def merge(store: Store, user: str, entity_id: str, to: str, *, clock: Clock = utc_now) -> int:
    """Make all mentions of an entity mentions of another; give the number of the action.

    Raises:
        NotThereError: one of them does not exist, or they are one.
    """
    with store.write() as connection:
        if entity_id == to:
            raise NotThereError("an entity cannot be merged with itself")
        _row(connection, entity_id)
        _row(connection, to)
        move = Move(entity_id=entity_id, to=to, aliases=tuple(_names(connection, entity_id)))
        action_id = _write(connection, user, "merge", f"{entity_id} → {to}", "move", [move], clock)
        settle_entities(connection, [entity_id])
    return action_id


def split(
    store: Store,
    user: str,
    entity_id: str,
    surfaces: Sequence[str],
    name: str,
    *,
    clock: Clock = utc_now,
) -> str:
    """Give some names of an entity to another, a new one where none is called so; give its id.

    Raises:
        NotThereError: none of the names is the entity's, or the other is the entity itself.
    """
    with store.write() as connection:
        row = _row(connection, entity_id)
        to = find_entity(connection, name, row["label"])
        if to == entity_id:
            # A name that still leads to the entity itself is to lead to a new one.
            to = next(
                slug
                for number in range(2, 100)
                if (slug := f"{make_slug(name)}-{number}")
                and connection.execute("SELECT 1 FROM entity WHERE id = ?", (slug,)).fetchone() is None
            )
        own = [surface for surface in surfaces if surface in _all_names(connection, entity_id)]
        if not own or to is None:
            raise NotThereError("choose names to split off, and a name for the new entity")
        connection.execute("INSERT OR IGNORE INTO entity (id, label) VALUES (?, ?)", (to, row["label"]))
        moves = [Move(entity_id=entity_id, to=to, surface=surface, aliases=(surface,)) for surface in own]
        _write(connection, user, "split", f"{entity_id}: {'、'.join(own)} → {to}", "move", moves, clock)
        settle_entities(connection, [entity_id])
    return to


def _all_names(connection: sqlite3.Connection, entity_id: str) -> set[str]:
    rows = connection.execute("SELECT DISTINCT text FROM mention WHERE entity_id = ?", (entity_id,))
    return {row["text"] for row in rows}


def keep_apart(store: Store, user: str, one: str, other: str, *, clock: Clock = utc_now) -> int:
    """Write down that two entities are not the same; a later merge of them raises an alarm."""
    with store.write() as connection:
        _row(connection, one)
        _row(connection, other)
        return _write(
            connection, user, "apart", f"{one} ≠ {other}", "apart", [{"one": one, "other": other}], clock
        )


def _write(
    connection: sqlite3.Connection,
    user: str,
    kind: str,
    note: str,
    step_kind: str,
    contents: Sequence[object],
    clock: Clock,
) -> int:
    cursor = connection.execute(
        "INSERT INTO action (user, at, kind, note) VALUES (?, ?, ?, ?)",
        (user, clock().isoformat(timespec="milliseconds"), kind, note),
    )
    action_id = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO step (action_id, kind, content) VALUES (?, ?, ?)",
        [(action_id, step_kind, msgspec.json.encode(content).decode()) for content in contents],
    )
    return action_id
