"""Renaming, merging and splitting entities; nothing is deleted: each is a step like any decision and holds for every later run."""

import sqlite3
from collections.abc import Sequence

from medai_extract.decisions import Move, Naming
from medai_extract.normalise.names import make_slug
from medai_extract.review.entities import find_entity, read_names, read_row
from medai_extract.review.log import Clock, act, add_step, read_moves, utc_now, write_time
from medai_extract.review.problems import NotThereError
from medai_extract.review.settle import rename_entities, settle_entities
from medai_extract.review.store import Store


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
        row = read_row(connection, entity_id)
        note = f"{entity_id}: {' / '.join(filter(None, (name_zh, name_en)))}"
        action_id = act(connection, user, write_time(clock), "rename", note)
        naming = Naming(
            entity_id=entity_id,
            name_zh=name_zh,
            name_en=name_en,
            found_zh=row["found_zh"],
            found_en=row["found_en"],
        )
        add_step(connection, action_id, "naming", naming)
        rename_entities(connection)
    return action_id


def merge(store: Store, user: str, entity_id: str, to: str, *, clock: Clock = utc_now) -> str:
    """Make all mentions of an entity mentions of another, or of what that one was merged into; give the id they have now.

    Raises:
        NotThereError: one of them does not exist, or they are one.
    """
    with store.write() as connection:
        to = read_moves(connection).entity_of(to, "") or to
        if entity_id == to:
            raise NotThereError("error.itself")
        row = read_row(connection, entity_id)
        read_row(connection, to)
        aliases = read_names(connection, entity_id)
        at = write_time(clock)
        action_id = act(connection, user, at, "merge", f"{entity_id} → {to}")
        _move(connection, action_id, at, row, to, aliases)
        settle_entities(connection, [entity_id])
    return to


def _move(
    connection: sqlite3.Connection,
    action_id: int,
    at: str,
    row: sqlite3.Row,
    to: str,
    names: Sequence[str],
    surface: str | None = None,
) -> None:
    """Write down the step that gives the mentions of some names of an entity to another."""
    move = Move(
        entity_id=row["id"],
        to=to,
        surface=surface,
        aliases=tuple(names),
        kept=_bearing(connection, to, names),
        name_zh=row["found_zh"],
        name_en=row["found_en"],
        at=at,
    )
    add_step(connection, action_id, "move", move)


def _bearing(connection: sqlite3.Connection, entity_id: str, names: Sequence[str]) -> tuple[str, ...]:
    """Give the mentions that bear one of some names and that the rules, and merges so far, leave with an entity already."""
    moves = read_moves(connection)
    return tuple(
        row["id"]
        for name in names
        for row in connection.execute(
            "SELECT id, json_extract(seen, '$.entity_id') AS found FROM mention WHERE text = ? ORDER BY id",
            (name,),
        )
        if moves.entity_of(row["found"], name) == entity_id
    )


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
        NotThereError: none of the names is the entity's, or there is no name for the other.
    """
    with store.write() as connection:
        row = read_row(connection, entity_id)
        label = row["label"]
        to = find_entity(connection, name, label)
        if to == entity_id:
            # A name that still leads to the entity itself is to lead to a new one.
            to = _free_id(connection, make_slug(name))
        names = set(read_names(connection, entity_id))
        own = [surface for surface in surfaces if surface in names]
        if not own or to is None:
            raise NotThereError("error.split")
        connection.execute("INSERT OR IGNORE INTO entity (id, label) VALUES (?, ?)", (to, label))
        at = write_time(clock)
        action_id = act(connection, user, at, "split", f"{entity_id}: {'、'.join(own)} → {to}")
        for surface in own:
            _move(connection, action_id, at, row, to, [surface], surface)
        settle_entities(connection, [entity_id])
    return to


def _free_id(connection: sqlite3.Connection, slug: str) -> str:
    number = 2
    while connection.execute(
        "SELECT 1 FROM entity WHERE id = :id UNION SELECT 1 FROM mention WHERE entity_id = :id",
        {"id": f"{slug}-{number}"},
    ).fetchone():
        number += 1
    return f"{slug}-{number}"


def keep_apart(store: Store, user: str, one: str, other: str, *, clock: Clock = utc_now) -> int:
    """Write down that two entities are not the same; a later merge of them raises an alarm."""
    with store.write() as connection:
        read_row(connection, one)
        read_row(connection, other)
        action_id = act(connection, user, write_time(clock), "apart", f"{one} ≠ {other}")
        add_step(connection, action_id, "apart", {"one": one, "other": other})
    return action_id
