"""What a mention is after all that was decided on it: its last decision in force, or else what the rules found."""

import math
import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from medai_extract.decisions import STATUS, Decided, Decision, Decisions, Move, Values
from medai_extract.model import Label

OPEN = ("unreviewed", "unsure")


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A mention as the rules found it."""

    label: Label
    start: int
    quote: str
    value: Values | None = None
    entity_id: str | None = None


class Step(msgspec.Struct, frozen=True):
    """A decision in force on a mention, with the number of its row."""

    id: int
    decision: Decision
    settles: bool


def read_steps(connection: sqlite3.Connection, mention_id: str) -> list[Step]:
    """Give the decisions in force on a mention, oldest first."""
    rows = connection.execute(
        "SELECT step.id, step.content, step.settles FROM step JOIN action ON action.id = step.action_id"
        " WHERE step.mention_id = ? AND step.kind = 'decision' AND action.undone_at IS NULL ORDER BY step.id",
        (mention_id,),
    )
    return [
        Step(row["id"], msgspec.json.decode(row["content"], type=Decision), bool(row["settles"]))
        for row in rows
    ]


def read_moves(connection: sqlite3.Connection) -> Decisions:
    """Give the merges and splits in force."""
    rows = connection.execute(
        "SELECT content FROM step JOIN action ON action.id = step.action_id"
        " WHERE step.kind = 'move' AND action.undone_at IS NULL ORDER BY step.id"
    )
    return Decisions(moves=[msgspec.json.decode(row["content"], type=Move) for row in rows])


def outcome(decision: Decision) -> tuple[object, ...]:
    """Give what two reviewers agree or disagree on; the mark added or accepted says only who came first.

    >>> seen = Decision(verdict="reject", article_id="", source="", source_id=None, start=0, quote="AI", prefix="", suffix="", label="ORG", rule_id="")
    >>> outcome(seen)
    ('reject',)
    """
    decided = decision.decided
    if decided is None:
        return (decision.verdict,)
    shift = decided.start - decision.start
    value = None if decided.value is None else tuple(sorted(decided.value.items()))
    return "keep", shift, decided.quote, decided.label, value, decided.entity_id


def is_disputed(steps: Sequence[Step]) -> bool:
    """Say whether reviewers' last words on a mention differ and nobody has settled it since; an unsure one says nothing."""
    last: dict[str, Step] = {}
    for step in steps:
        if step.decision.verdict == "unsure":
            continue
        if step.settles:
            last.clear()
        last[step.decision.user] = step
    return len({outcome(step.decision) for step in last.values()}) > 1


def settle(connection: sqlite3.Connection, mention_id: str, moves: Decisions | None = None) -> None:
    """Write what a mention is now; a marked one that nobody stands behind any more goes."""
    row = connection.execute("SELECT * FROM mention WHERE id = ?", (mention_id,)).fetchone()
    if row is None:
        return
    steps = read_steps(connection, mention_id)
    if not steps and not row["by_rules"]:
        connection.execute("DELETE FROM mention WHERE id = ?", (mention_id,))
        return
    seen = msgspec.json.decode(row["seen"], type=Seen)
    last = steps[-1].decision if steps else None
    now = _decided_now(seen, last)
    status, reviewed_by = "unreviewed", None
    if last is not None:
        status = "unsure" if last.verdict == "unsure" else STATUS[last.verdict]
        reviewed_by = last.user
    if last is not None and status in ("accepted", "corrected") and row["rule_id"] == "review.add":
        status = "added"
    entity_id = (moves or read_moves(connection)).entity_of(now.entity_id, now.quote)
    connection.execute(
        "UPDATE mention SET label = ?, text = ?, start = ?, end = ?, value = ?, entity_id = ?, status = ?,"
        " reviewed_by = ?, disputed = ? WHERE id = ?",
        (
            now.label,
            now.quote,
            now.start,
            now.start + len(now.quote),
            None if now.value is None else msgspec.json.encode(now.value).decode(),
            entity_id,
            status,
            reviewed_by,
            is_disputed(steps),
            mention_id,
        ),
    )
    _count(connection, row, status)


def _decided_now(seen: Seen, last: Decision | None) -> Seen:
    if last is None or last.decided is None:
        return seen
    decided: Decided = last.decided
    return Seen(
        label=decided.label,
        start=seen.start + decided.start - last.start,
        quote=decided.quote,
        value=decided.value,
        entity_id=decided.entity_id,
    )


def _count(connection: sqlite3.Connection, before: sqlite3.Row, status: str) -> None:
    """Keep the counts by which the queue is ordered."""
    old = before["status"]
    if old == status:
        return
    opened = (status in OPEN) - (old in OPEN)
    if opened and before["group_id"] is not None:
        connection.execute(
            "UPDATE grp SET open = open + ?, decided = decided - ? WHERE id = ?",
            (opened, opened, before["group_id"]),
        )
    good = (status == "accepted") - (old == "accepted")
    bad = (status in ("rejected", "corrected")) - (old in ("rejected", "corrected"))
    if good or bad:
        connection.execute(
            "UPDATE rule SET good = good + ?, bad = bad + ? WHERE id = ?", (good, bad, before["rule_id"])
        )
        set_risk(connection, before["rule_id"])


def set_risk(connection: sqlite3.Connection, rule_id: str) -> None:
    """Write how likely a mention of a rule is wrong: the mean of what is known, and one deviation for what is not."""
    row = connection.execute("SELECT good, bad, prior FROM rule WHERE id = ?", (rule_id,)).fetchone()
    if row is None:
        return
    weight = row["good"] + row["bad"] + 2
    mean = (row["bad"] + 2 * row["prior"]) / weight
    risk = mean + math.sqrt(mean * (1 - mean) / (weight + 1))
    connection.execute("UPDATE rule SET risk = ? WHERE id = ?", (risk, rule_id))


def settle_entities(connection: sqlite3.Connection, entity_ids: Iterable[str]) -> None:
    """Write again which entity each mention belongs to, for all mentions of some entities."""
    moves = read_moves(connection)
    for entity_id in entity_ids:
        rows = connection.execute(
            "SELECT id, status, text, json_extract(seen, '$.entity_id') AS found FROM mention WHERE entity_id = ?",
            (entity_id,),
        ).fetchall()
        for row in rows:
            if row["status"] != "unreviewed":
                settle(connection, row["id"], moves)
            elif (now := moves.entity_of(row["found"], row["text"])) != entity_id:
                connection.execute("UPDATE mention SET entity_id = ? WHERE id = ?", (now, row["id"]))


def rename_entities(connection: sqlite3.Connection) -> None:
    """Write the names of all entities as reviewers left them."""
    connection.execute("UPDATE entity SET name_zh = found_zh, name_en = found_en WHERE id IN (SELECT"
                       " json_extract(content, '$.entity_id') FROM step WHERE kind = 'naming')")  # fmt: skip
    rows = connection.execute(
        "SELECT content FROM step JOIN action ON action.id = step.action_id"
        " WHERE step.kind = 'naming' AND action.undone_at IS NULL ORDER BY step.id"
    ).fetchall()
    for row in rows:
        naming = msgspec.json.decode(row["content"])
        connection.execute(
            "UPDATE entity SET name_zh = ?, name_en = ? WHERE id = ?",
            (naming["name_zh"], naming["name_en"], naming["entity_id"]),
        )
