"""The log of what people did: actions, each of one or more steps; nothing in it is ever changed but the mark that it was undone."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from medai_extract.decisions import WRITTEN, Decision, Decisions, Move, Reading, Standing, make_decisions

Clock = Callable[[], datetime]


class Step(msgspec.Struct, frozen=True):
    """A decision in force on a mention, with the number of its row; ``settles`` when it ends a disagreement."""

    id: int
    decision: Decision
    settles: bool


def utc_now() -> datetime:
    """Give the time; tests give another clock."""
    return datetime.now(UTC)


def write_time(clock: Clock) -> str:
    """Give the time as the log keeps it: ISO 8601, UTC, to the millisecond."""
    return clock().isoformat(timespec="milliseconds")


def act(connection: sqlite3.Connection, user: str, at: str, kind: str, note: str) -> int:
    """Write the head of an action; give its number."""
    cursor = connection.execute(
        "INSERT INTO action (user, at, kind, note) VALUES (?, ?, ?, ?)", (user, at, kind, note)
    )
    return int(cursor.lastrowid or 0)


def add_decision(
    connection: sqlite3.Connection,
    action_id: int,
    decision: Decision,
    mention_id: str,
    *,
    settles: bool = False,
) -> None:
    """Write a decision on a mention as part of an action; ``settle`` makes it count."""
    connection.execute(
        "INSERT INTO step (action_id, kind, content, article_id, mention_id, settles) VALUES (?, 'decision', ?, ?, ?, ?)",
        (action_id, msgspec.json.encode(decision).decode(), decision.article_id, mention_id, settles),
    )


def add_step(connection: sqlite3.Connection, action_id: int, kind: str, content: object) -> int:
    """Write what is no decision on a single mention as part of an action; give its number."""
    cursor = connection.execute(
        "INSERT INTO step (action_id, kind, content) VALUES (?, ?, ?)",
        (action_id, kind, msgspec.json.encode(content).decode()),
    )
    return int(cursor.lastrowid or 0)


def read_steps(connection: sqlite3.Connection, mention_id: str) -> list[Step]:
    """Give the decisions in force on a mention, oldest first."""
    rows = connection.execute(
        "SELECT id, content, settles FROM in_force WHERE mention_id = ? AND kind = 'decision' ORDER BY id",
        (mention_id,),
    )
    return [
        Step(row["id"], msgspec.json.decode(row["content"], type=Decision), bool(row["settles"]))
        for row in rows
    ]


def read_moves(connection: sqlite3.Connection) -> Decisions:
    """Give the merges and splits in force."""
    rows = connection.execute("SELECT content FROM in_force WHERE kind = 'move' ORDER BY id")
    return Decisions(moves=[msgspec.json.decode(row["content"], type=Move) for row in rows])


def read_standing(connection: sqlite3.Connection, seen: Reading, rule_id: str) -> list[tuple[int, Standing]]:
    """Give the decisions in force for all that are like a mention, newest first, with the numbers of their steps."""
    rows = connection.execute(
        "SELECT id, content FROM in_force WHERE kind = 'standing' AND json_extract(content, '$.example.quote') = ?"
        " ORDER BY id DESC",
        (seen.quote,),
    )
    found = [(row["id"], msgspec.json.decode(row["content"], type=Standing)) for row in rows]
    return [
        (step_id, standing)
        for step_id, standing in found
        if (standing.example.rule_id, standing.example.label) == (rule_id, seen.label)
    ]


def read_log(connection: sqlite3.Connection, written_at: str) -> Decisions:
    """Give what a dataset written at a time may show."""
    rows = connection.execute(
        "SELECT step.kind, step.content FROM step JOIN action ON action.id = step.action_id"
        f" WHERE {WRITTEN} ORDER BY step.id",
        {"written": written_at},
    )
    return make_decisions((row["kind"], row["content"]) for row in rows)
