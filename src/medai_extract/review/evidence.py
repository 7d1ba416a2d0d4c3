"""Whether two entities are one: which may be, what speaks for it, and what against it."""

import re
import sqlite3
from collections import Counter
from typing import NamedTuple

import msgspec

from medai_extract.review.entities import STANDING, read_entity, read_names, read_row
from medai_extract.review.log import read_moves

LISTED = ("org.list", "org.en.list", "product.list", "product.en.list")
"""The rules by which a mention bears a name of the name lists."""
COMPARED = 20
"""Names of an entity that are compared, the most frequent first."""
_SEPARATORS = re.compile(r"[\s·・•\-‐‑–_'’‘.,()（）]+")


class Evidence(NamedTuple):
    """One reason to think that two entities are the same: its kind, and the words that say so."""

    kind: str
    words: str


class Twin(NamedTuple):
    """An entity that may be the same as another, with the evidence."""

    row: sqlite3.Row
    evidence: list[Evidence]


def find_twins(connection: sqlite3.Connection, entity_id: str) -> list[Twin]:
    """Give the entities that may be the same, with the evidence, the best supported first."""
    entity = read_entity(connection, entity_id)
    aliases, label = [name for name, _ in entity.aliases], entity.row["label"]
    others: Counter[str] = Counter()
    for name in aliases[:COMPARED]:
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
        row = read_row(connection, other)
        if row["label"] == label and any(one.kind != "together" for one in evidence):
            twins.append(Twin(row, evidence))
    return sorted(twins, key=lambda twin: -len(twin.evidence))[:8]


def find_evidence(connection: sqlite3.Connection, one: str, other: str) -> list[Evidence]:
    """Give what speaks for two entities being the same: appositions, shared names, names alike, and standing together."""
    ours, theirs = (read_names(connection, entity_id)[:COMPARED] for entity_id in (one, other))
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
        f" WHERE mention.entity_id = ? AND other.entity_id = ? AND {STANDING} LIMIT 50",
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


def _fold(name: str) -> str:
    return _SEPARATORS.sub("", name.casefold())


def find_alarms(connection: sqlite3.Connection, one: str, other: str) -> list[str]:
    """Give what speaks against a merge.

    ``labels`` differ; one is ``parent`` of the other; somebody keeps them ``apart``; both are ``named`` in the lists; one is
    ``merged`` already.
    """
    mine, yours = read_row(connection, one), read_row(connection, other)
    moves = read_moves(connection)
    alarms = []
    if mine["label"] != yours["label"]:
        alarms.append("labels")
    if mine["parent_id"] == other or yours["parent_id"] == one:
        alarms.append("parent")
    if any({step["one"], step["other"]} == {one, other} for step in _read_apart(connection)):
        alarms.append("apart")
    if _is_listed(connection, one) and _is_listed(connection, other):
        alarms.append("named")
    if any(moves.entity_of(entity_id, "") != entity_id for entity_id in (one, other)):
        alarms.append("merged")
    return alarms


def _is_listed(connection: sqlite3.Connection, entity_id: str) -> bool:
    found = connection.execute(
        f"SELECT 1 FROM mention WHERE entity_id = ? AND rule_id IN ({', '.join('?' * len(LISTED))}) LIMIT 1",
        (entity_id, *LISTED),
    ).fetchone()
    return found is not None


def _read_apart(connection: sqlite3.Connection) -> list[dict[str, str]]:
    rows = connection.execute("SELECT content FROM in_force WHERE kind = 'apart'")
    return [msgspec.json.decode(row["content"]) for row in rows]
