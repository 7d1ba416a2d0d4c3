"""Entities on the desk: what is known of one, and which one a reviewer means."""

import sqlite3
from typing import NamedTuple

from medai_extract.normalise.names import make_slug
from medai_extract.review.log import read_moves
from medai_extract.review.problems import NotThereError

SHOWN = 60
STANDING = "mention.status NOT IN ('rejected', 'displaced')"
"""What counts for an entity: all but what was rejected, or gave way to what was decided across it."""


class Entity(NamedTuple):
    """An entity with what the articles say of it; ``merged_into`` is where its mentions are now."""

    row: sqlite3.Row
    aliases: list[tuple[str, int]]
    mentions: list[sqlite3.Row]
    articles: list[sqlite3.Row]
    months: list[tuple[str, int]]
    total: int
    merged_into: str | None


def list_entities(
    connection: sqlite3.Connection, query: str, label: str, *, limit: int = 100, offset: int = 0
) -> list[sqlite3.Row]:
    """Give entities with their numbers of mentions and articles, the most frequent first."""
    like = f"%{query.replace('%', '').replace('_', '')}%"
    return connection.execute(
        "SELECT entity.*, count(*) AS mentions, count(DISTINCT article_id) AS articles FROM entity"
        f" JOIN mention ON mention.entity_id = entity.id WHERE {STANDING}"
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
    row = read_row(connection, entity_id)
    where = f"FROM mention WHERE entity_id = ? AND {STANDING}"
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
        f" JOIN article ON article.id = article_id WHERE entity_id = ? AND {STANDING} GROUP BY article.id"
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
        _merged_into(connection, entity_id),
    )


def _merged_into(connection: sqlite3.Connection, entity_id: str) -> str | None:
    now = read_moves(connection).entity_of(entity_id, "")
    return None if now == entity_id else now


def read_row(connection: sqlite3.Connection, entity_id: str) -> sqlite3.Row:
    """Give the row of an entity.

    Raises:
        NotThereError: there is no such entity.
    """
    row: sqlite3.Row | None = connection.execute("SELECT * FROM entity WHERE id = ?", (entity_id,)).fetchone()
    if row is None:
        raise NotThereError("error.entity")
    return row


def read_names(connection: sqlite3.Connection, entity_id: str) -> list[str]:
    """Give the surface forms of an entity, the most frequent first."""
    rows = connection.execute(
        "SELECT text FROM mention WHERE entity_id = ? GROUP BY text ORDER BY count(*) DESC, text",
        (entity_id,),
    )
    return [row["text"] for row in rows]


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
    """Give the id of the entity a reviewer means by an id or a name; a new id, made from the name, where there is none.

    What was merged into another leads to that one.
    """
    words = words.strip()
    if not words:
        return None
    return read_moves(connection).entity_of(_find_id(connection, words, label), "")


def _find_id(connection: sqlite3.Connection, words: str, label: str) -> str:
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
    low = text[: max(2, len(text) // 2)]
    # A range finds by the index what begins so; LIKE would look at every entity.
    return connection.execute(
        "SELECT id, name_zh, name_en FROM entity WHERE label = :label AND (name_zh BETWEEN :low AND :high"
        " OR name_en BETWEEN :low AND :high) LIMIT 12",
        {"label": label, "low": low, "high": f"{low}\U0010ffff"},
    ).fetchall()
