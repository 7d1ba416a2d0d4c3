"""What a mention is after all that was decided on it: its last decision in force, or else what the rules found."""

import math
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from medai_extract.decisions import STATUS, ArticleKey, Decision, Decisions, Move, Reading, hold_over
from medai_extract.review.log import Step, read_moves, read_standing, read_steps

ADDED = "review.add"
"""The rule id of a mention that a reviewer marked."""
OPEN = ("unreviewed", "unsure")
KEPT = ("accepted", "corrected", "added")
"""What comes out of a run whatever the rules find across it."""


class Settled(NamedTuple):
    """What a mention is now, and by whom.

    ``standing`` is the step of a decision for all alike that it follows, ``chosen_at`` when somebody chose its entity.
    """

    reading: Reading
    status: str
    reviewed_by: str | None
    standing: int | None = None
    chosen_at: str = ""


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
    """Write what a mention is now, and those across it; a marked one that nobody stands behind any more goes."""
    row = connection.execute("SELECT * FROM mention WHERE id = ?", (mention_id,)).fetchone()
    if row is None:
        return
    steps = read_steps(connection, mention_id)
    moves = read_moves(connection) if moves is None else moves
    if not steps and not row["by_rules"]:
        connection.execute("DELETE FROM mention WHERE id = ?", (mention_id,))
        _settle_across(connection, row, row["start"], row["end"], moves)
        return
    seen = msgspec.json.decode(row["seen"], type=Reading)
    now = _settle_by(steps[-1].decision, row, seen) if steps else _follow(connection, row, seen)
    reading = now.reading
    entity_id = moves.entity_of(reading.entity_id, reading.quote, since=now.chosen_at)
    if entity_id is not None:
        add_entity(connection, entity_id, reading.label)
    connection.execute(
        "UPDATE mention SET label = ?, text = ?, start = ?, end = ?, value = ?, entity_id = ?, status = ?,"
        " reviewed_by = ?, standing = ?, disputed = ? WHERE id = ?",
        (
            reading.label,
            reading.quote,
            reading.start,
            reading.start + len(reading.quote),
            None if reading.value is None else msgspec.json.encode(reading.value).decode(),
            entity_id,
            now.status,
            now.reviewed_by,
            now.standing,
            is_disputed(steps),
            mention_id,
        ),
    )
    _count(connection, row, now)
    end = reading.start + len(reading.quote)
    before = row["status"] in KEPT and (row["start"], row["end"], row["standing"] is None)
    after = now.status in KEPT and (reading.start, end, now.standing is None)
    if before != after:
        _settle_across(connection, row, min(row["start"], reading.start), max(row["end"], end), moves)


def _settle_across(
    connection: sqlite3.Connection, row: sqlite3.Row, start: int, end: int, moves: Decisions
) -> None:
    """Write again what the mentions across a span are that nobody decided by themselves."""
    across = connection.execute(
        "SELECT id FROM mention WHERE article_id = ? AND id != ? AND start < ? AND end > ?"
        " AND (status IN ('unreviewed', 'displaced') OR standing IS NOT NULL)",
        (row["article_id"], row["id"], end, start),
    ).fetchall()
    for mention in across:
        settle(connection, mention["id"], moves)


def _is_displaced(connection: sqlite3.Connection, row: sqlite3.Row, now: Settled) -> bool:
    """Say whether a mention gives way to one across it: to what was decided by itself, an undecided one also to what follows."""
    start, end = now.reading.start, now.reading.start + len(now.reading.quote)
    stronger = "" if now.standing is None else " AND standing IS NULL"
    across = connection.execute(
        "SELECT 1 FROM mention WHERE article_id = ? AND id != ? AND start < ? AND end > ?"
        f" AND status IN ('accepted', 'corrected', 'added'){stronger} LIMIT 1",
        (row["article_id"], row["id"], end, start),
    )
    return across.fetchone() is not None


def _settle_by(decision: Decision, row: sqlite3.Row, seen: Reading, standing: int | None = None) -> Settled:
    decided = decision.decided
    reading = seen
    if decided is not None:
        reading = msgspec.structs.replace(decided, start=seen.start + decided.start - decision.start)
    status = "unsure" if decision.verdict == "unsure" else STATUS[decision.verdict]
    if status in ("accepted", "corrected") and row["rule_id"] == ADDED:
        status = "added"
    return Settled(reading, status, decision.user, standing, decision.chosen_at)


def _follow(connection: sqlite3.Connection, row: sqlite3.Row, seen: Reading) -> Settled:
    """Give what a mention is that nobody decided by itself: what a decision for all alike makes of it, or what was found."""
    now = Settled(seen, "unreviewed", None)
    standing = read_standing(connection, seen, row["rule_id"])
    if standing:
        article = connection.execute(
            "SELECT id, source, source_id, text FROM article WHERE id = ?", (row["article_id"],)
        ).fetchone()
        key = ArticleKey(article["id"], article["source"], article["source_id"])
        for step_id, one in standing:
            decision = hold_over(one, key, article["text"], seen, row["score"])
            if decision is not None:
                now = _settle_by(decision, row, seen, step_id)
                break
    if now.status != "rejected" and _is_displaced(connection, row, now):
        return Settled(seen, "displaced", None)
    return now


def _count(connection: sqlite3.Connection, before: sqlite3.Row, now: Settled) -> None:
    """Keep the counts by which the queue is ordered; what only follows another decision says nothing of its rule."""
    old, status = before["status"], now.status
    if old != status and before["group_id"] is not None:
        opened = (status == "unreviewed") - (old == "unreviewed")
        undecided = (*OPEN, "displaced")
        decided = (status not in undecided) - (old not in undecided)
        connection.execute(
            "UPDATE grp SET open = open + ?, decided = decided + ? WHERE id = ?",
            (opened, decided, before["group_id"]),
        )
    looked_at, was_looked_at = now.standing is None, before["standing"] is None
    good = (looked_at and status == "accepted") - (was_looked_at and old == "accepted")
    wrong = ("rejected", "corrected")
    bad = (looked_at and status in wrong) - (was_looked_at and old in wrong)
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


def settle_alike(connection: sqlite3.Connection, step_id: int) -> None:
    """Write again what the mentions are that follow a decision for all alike, and those that it may now hold for."""
    row = connection.execute("SELECT content FROM step WHERE id = ?", (step_id,)).fetchone()
    example = msgspec.json.decode(row["content"])["example"]
    rows = connection.execute(
        "SELECT mention.id FROM mention JOIN grp ON grp.id = group_id"
        " WHERE grp.text = ? AND grp.rule_id = ? AND grp.label = ?"
        " AND (standing IS NOT NULL OR status IN ('unreviewed', 'displaced'))",
        (example["quote"], example["rule_id"], example["label"]),
    ).fetchall()
    moves = read_moves(connection)
    for mention in rows:
        settle(connection, mention["id"], moves)


def settle_entities(connection: sqlite3.Connection, entity_ids: Iterable[str]) -> None:
    """Write again which entity each mention belongs to, for all mentions of some entities and of where these may have led."""
    reached = set(entity_ids)
    moves = read_moves(connection)
    for row in connection.execute("SELECT content FROM step WHERE kind = 'move' ORDER BY id").fetchall():
        move = msgspec.json.decode(row["content"], type=Move)
        if move.entity_id in reached:
            reached.add(move.to)
    for entity_id in sorted(reached):
        rows = connection.execute(
            "SELECT id, label, status, text, json_extract(seen, '$.entity_id') AS found FROM mention WHERE entity_id = ?",
            (entity_id,),
        ).fetchall()
        for row in rows:
            if row["status"] != "unreviewed":
                settle(connection, row["id"], moves)
            elif (now := moves.entity_of(row["found"], row["text"])) != entity_id and now is not None:
                add_entity(connection, now, row["label"])
                connection.execute("UPDATE mention SET entity_id = ? WHERE id = ?", (now, row["id"]))


def add_entity(connection: sqlite3.Connection, entity_id: str, label: str) -> None:
    """Make the row of an entity where it has none: the dataset does not know it, or no more since it was merged."""
    if connection.execute("SELECT 1 FROM entity WHERE id = ?", (entity_id,)).fetchone() is None:
        names = connection.execute(
            "SELECT json_extract(content, '$.name_zh'), json_extract(content, '$.name_en') FROM step WHERE kind = 'move'"
            " AND json_extract(content, '$.entity_id') = ? ORDER BY id DESC LIMIT 1",
            (entity_id,),
        ).fetchone() or (None, None)
        connection.execute(
            "INSERT INTO entity (id, label, name_zh, name_en, found_zh, found_en) VALUES (?, ?, ?, ?, ?, ?)",
            (entity_id, label, *names, *names),
        )


def rename_entities(connection: sqlite3.Connection) -> None:
    """Write the names of all entities as reviewers left them."""
    connection.execute("UPDATE entity SET name_zh = found_zh, name_en = found_en WHERE id IN (SELECT"
                       " json_extract(content, '$.entity_id') FROM step WHERE kind = 'naming')")  # fmt: skip
    rows = connection.execute("SELECT content FROM in_force WHERE kind = 'naming' ORDER BY id").fetchall()
    for row in rows:
        naming = msgspec.json.decode(row["content"])
        connection.execute(
            "UPDATE entity SET name_zh = ?, name_en = ? WHERE id = ?",
            (naming["name_zh"], naming["name_en"], naming["entity_id"]),
        )
