"""Since when a dataset has a mention, by which rule, and what became of it from run to run."""

from typing import Any

import msgspec

from medai_extract.batch.history import Lived, Rows, find_lived, list_runs, read_member_rows
from medai_extract.batch.store import Store
from medai_extract.errors import InputError

OF_EVIDENCE = "evidence"
"""What stands for the version of a rule that is no pattern: the tables and lists that it weighs."""
MOST_CANDIDATES = 5
"""Mentions that are named where it is not clear which is meant."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What a mention was from a run on; ``rule_version`` is a hash of the rule, ``patterns`` and ``code`` those of all."""

    run: int
    or_before: bool
    change: str
    article_id: str
    rule: str | None = None
    rule_version: str | None = None
    value: dict[str, Any] | None = None
    entity_id: str | None = None
    status: str | None = None
    patterns: str | None = None
    code: str | None = None


class Blame(msgspec.Struct, frozen=True, kw_only=True):
    """The story of one mention, oldest step first."""

    id: str
    label: str
    text: str
    source: str
    source_id: str | None
    steps: list[Step]


def find_blame(store: Store, given: str) -> Blame:
    """Give the story of a mention in any run that is kept, by its id or a beginning of it that no other mention has.

    Raises:
        InputError: no run has it, or several mentions begin so.
    """
    lived, mention = _find_mention(store, given)
    member = lived.member
    history = find_lived(store, "source = ? AND source_id IS ?", (member.source, member.source_id))
    if all(one.member.article != member.article for one in history):
        history.append(lived)
    history.sort(key=lambda one: one.since)
    first_kept = list_runs(store)[0]
    steps: list[Step] = []
    rows = read_member_rows(store, [one.member for one in history])
    last: dict[str, Any] | None = None
    for one, found in zip(history, rows, strict=True):
        row = _find_like(found, mention)
        if row is None and last is None:
            continue
        change = _name_change(last, row)
        if change is not None:
            steps.append(_make_step(store, one, row, change, first_kept))
        last = row
    if last is not None and history[-1].until is not None:
        gone = history[-1]
        assert gone.until is not None
        steps.append(Step(run=gone.until, or_before=False, change="gone", article_id=gone.member.article))
    return Blame(
        id=mention["id"],
        label=mention["label"],
        text=mention["text"],
        source=member.source.decode(),
        source_id=member.source_id,
        steps=steps,
    )


def _find_mention(store: Store, given: str) -> tuple[Lived, dict[str, Any]]:
    """Look through the articles of all runs, the newest first, to the end where only the beginning of an id is given."""
    lived = find_lived(store, "1", ())
    lived.sort(key=lambda one: -one.since)
    found: dict[str, tuple[Lived, dict[str, Any]]] = {}
    for one, rows in zip(lived, read_member_rows(store, [one.member for one in lived]), strict=True):
        for row in rows.mentions:
            if row["id"] == given:
                return one, row
            if row["id"].startswith(given):
                found.setdefault(row["id"], (one, row))
    if not found:
        raise InputError(
            f"{store.out}: no run that is kept has a mention {given}; give an id of mentions.jsonl, or its beginning"
        )
    if len(found) > 1:
        named = [f"{name} ({row['label']} {row['text']})" for name, (_, row) in sorted(found.items())]
        shown = ", ".join(named[:MOST_CANDIDATES]) + (" …" if len(named) > MOST_CANDIDATES else "")
        raise InputError(
            f"{store.out}: {given} begins the ids of {len(found):,} mentions: {shown}; give more of it"
        )
    return found.popitem()[1]


def _find_like(rows: Rows, mention: dict[str, Any]) -> dict[str, Any] | None:
    """Give the mention itself, or in another text of the same source the nearest one with the same words."""
    like = [
        row for row in rows.mentions if (row["label"], row["text"]) == (mention["label"], mention["text"])
    ]
    return min(
        like, key=lambda row: (row["id"] != mention["id"], abs(row["start"] - mention["start"])), default=None
    )


def _name_change(last: dict[str, Any] | None, row: dict[str, Any] | None) -> str | None:
    if last is None:
        return "first seen"
    if row is None:
        return "gone"
    changed = [name for name in ("value", "entity_id", "rule_id", "status") if last[name] != row[name]]
    if changed:
        return f"{', '.join(changed)} changed"
    return "text of the article changed" if last["article_id"] != row["article_id"] else None


def _make_step(store: Store, lived: Lived, row: dict[str, Any] | None, change: str, first_kept: int) -> Step:
    patterns, code, rules = store.connection.execute(
        "SELECT patterns, code, rules FROM making JOIN result ON result.making = making.id WHERE result.id = ?",
        (lived.member.result,),
    ).fetchone()
    versions: dict[str, str] = msgspec.json.decode(rules)
    return Step(
        run=lived.since,
        or_before=lived.since <= first_kept and change == "first seen" and first_kept > 1,
        change=change,
        article_id=lived.member.article,
        rule=None if row is None else row["rule_id"],
        rule_version=None if row is None else versions.get(row["rule_id"], OF_EVIDENCE),
        value=None if row is None else row["value"],
        entity_id=None if row is None else row["entity_id"],
        status=None if row is None else row["status"],
        patterns=patterns,
        code=code,
    )
