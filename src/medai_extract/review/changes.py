"""What an action changed, read from its steps: what was there before, and what is there after it."""

import sqlite3
from typing import NamedTuple

import msgspec

from medai_extract.decisions import Decision, Naming, Values
from medai_extract.review.view import describe_value

MOST = 5
"""Changes of an action that are told."""
_LOOKED_AT = 200
"""Steps of an action that are looked at: one decision for thousands of mentions changes all of them alike."""


class Change(NamedTuple):
    """What was changed (``mention``, ``words``, ``label``, ``value``, ``entity``, ``name_zh``, ``name_en``), and how.

    Of a mention, before and after are its label; None is nothing.
    """

    what: str
    before: str | None
    after: str | None


def read_changes(connection: sqlite3.Connection, action: sqlite3.Row) -> list[Change]:
    """Give what an action changed, each change once, and not more than ``MOST``; of merges and splits its note says it."""
    found: dict[Change, None] = {}
    steps = connection.execute(
        "SELECT id, kind, content FROM step WHERE action_id = ? ORDER BY id LIMIT ?",
        (action["id"], _LOOKED_AT),
    )
    for step_id, kind, content in steps:
        if kind == "decision":
            changes = compare(msgspec.json.decode(content, type=Decision))
        elif kind == "naming":
            naming = msgspec.json.decode(content, type=Naming)
            changes = _compare_names(_last_names(connection, naming, step_id, action["at"]), naming)
        else:
            continue
        found.update(dict.fromkeys(changes))
    return list(found)[:MOST]


def compare(decision: Decision) -> list[Change]:
    """Give what a decision makes of what was found; nothing where it accepts it or is unsure.

    >>> from medai_extract.decisions import Reading
    >>> found = dict(article_id="a", source="a.txt", source_id=None, start=0, quote="慧影", prefix="", suffix="科技", rule_id="org.list")
    >>> compare(Decision(**found, verdict="reject", label="ORG"))
    [Change(what='mention', before='ORG', after=None)]
    >>> compare(Decision(**found, verdict="correct", label="ORG", decided=Reading(start=0, quote="慧影科技", label="PRODUCT")))
    [Change(what='words', before='慧影', after='慧影科技'), Change(what='label', before='ORG', after='PRODUCT')]
    """
    if decision.verdict in ("accept", "unsure"):
        return []
    seen, decided = decision.seen, decision.decided
    if decided is None:
        return [Change("mention", seen.label, None)]
    if decision.verdict == "add":
        meaning = Change("value", None, _describe(decided.value)), Change("entity", None, decided.entity_id)
        return [Change("mention", None, decided.label), *(change for change in meaning if change.after)]
    changes = (
        Change("words", seen.quote, decided.quote),
        Change("label", seen.label, decided.label),
        Change("value", _describe(seen.value), _describe(decided.value)),
        Change("entity", seen.entity_id, decided.entity_id),
    )
    return [change for change in changes if change.before != change.after]


def _describe(value: Values | None) -> str | None:
    return None if value is None else describe_value(msgspec.json.encode(value).decode())


def _last_names(connection: sqlite3.Connection, naming: Naming, step_id: int, at: str) -> Naming:
    """Give the names that an entity had before it was renamed: those of the renaming before, or those that were found."""
    row = connection.execute(
        "SELECT content FROM step JOIN action ON action.id = step.action_id WHERE step.kind = 'naming' AND step.id < ?"
        " AND json_extract(content, '$.entity_id') = ? AND (undone_at IS NULL OR undone_at > ?)"
        " ORDER BY step.id DESC LIMIT 1",
        (step_id, naming.entity_id, at),
    ).fetchone()
    if row is not None:
        return msgspec.json.decode(row["content"], type=Naming)
    return Naming(entity_id=naming.entity_id, name_zh=naming.found_zh, name_en=naming.found_en)


def _compare_names(before: Naming, after: Naming) -> list[Change]:
    changes = (
        Change("name_zh", before.name_zh, after.name_zh),
        Change("name_en", before.name_en, after.name_en),
    )
    return [change for change in changes if change.before != change.after]
