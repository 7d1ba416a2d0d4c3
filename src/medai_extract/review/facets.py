"""How many mentions there are of each kind: the facets beside the queue, and the progress on every page."""

import sqlite3
from collections import Counter
from typing import NamedTuple

from medai_extract.review.filters import FACETS, Filters, make_condition

SHOWN = 12
"""Values shown of a facet, the most frequent first."""
ALL = 300
"""Values shown of the facet that a reviewer asked to see in full."""

Counts = list[tuple[str, int]]

_TALLIED = {"": "''", **{name: column for name, column in FACETS.items() if name != "status"}}
_ADD = "ON CONFLICT DO UPDATE SET number = number + excluded.number"


def make_tally(connection: sqlite3.Connection) -> None:
    """Count the mentions of every status by every facet, and have triggers keep the counts: the first page counts nothing."""
    for name, column in _TALLIED.items():
        connection.execute(
            f"INSERT INTO tally SELECT '{name}', status, coalesce({column}, ''), count(*) FROM mention WHERE true"
            f" GROUP BY status, {column} {_ADD}"
        )
    added, gone = _tally_row("new", 1), _tally_row("old", -1)
    for trigger, event, statements in (
        ("tally_added", "INSERT ON mention", added),
        ("tally_gone", "DELETE ON mention", gone),
        (
            "tally_changed",
            "UPDATE OF status, label, entity_id ON mention"
            " WHEN (old.status, old.label, old.entity_id) IS NOT (new.status, new.label, new.entity_id)",
            gone + added,
        ),
    ):
        connection.execute(f"CREATE TRIGGER {trigger} AFTER {event} BEGIN {statements} END")


def _tally_row(row: str, step: int) -> str:
    """Give the statement that counts a row of a trigger, ``new`` or ``old``, under all its facets."""
    values = ", ".join(
        f"('{name}', {row}.status, coalesce({column.replace('mention.', f'{row}.')}, ''), {step})"
        for name, column in _TALLIED.items()
    )
    return f"INSERT INTO tally VALUES {values} {_ADD};"


class Facets(NamedTuple):
    """The values of every facet with their numbers of mentions, and how many mentions the filters leave."""

    values: dict[str, Counts]
    total: int


def count_facets(connection: sqlite3.Connection, filters: Filters, user: str, *, full: str = "") -> Facets:
    """Count the mentions under the filters by every facet, the most frequent first.

    Args:
        connection: the desk's file.
        filters: what is looked at.
        user: who looks.
        full: the facet of which (nearly) all values are wanted.
    """
    if filters.q and filters.status != "second":
        return _count_found(connection, filters, user, full)
    if filters.by_status:
        return _read_tally(connection, filters, user, full)
    values: dict[str, Counts] = {}
    for name, column in FACETS.items():
        condition, parameters = make_condition(filters, user, without="status" if name == "status" else "")
        order = f"{column} DESC" if name == "month" else f"number DESC, {column}"
        rows = connection.execute(
            f"SELECT {column} AS value, count(*) AS number FROM mention WHERE {condition} AND {column} IS NOT NULL"
            f" GROUP BY {column} ORDER BY {order} LIMIT {ALL if name == full else SHOWN}",
            parameters,
        )
        values[name] = [(row["value"], row["number"]) for row in rows]
    condition, parameters = make_condition(filters, user)
    total = connection.execute(f"SELECT count(*) FROM mention WHERE {condition}", parameters).fetchone()[0]
    values["status"] += _count_special(connection, filters, user)
    return Facets(values, total)


def _read_tally(connection: sqlite3.Connection, filters: Filters, user: str, full: str) -> Facets:
    """Give the facets where nothing but the status is filtered: they are counted already."""
    status = filters.status or "unreviewed"
    values: dict[str, Counts] = {}
    for name in FACETS:
        if name == "status":
            rows = connection.execute(
                "SELECT status AS value, number FROM tally WHERE facet = '' AND number ORDER BY number DESC, status"
            )
        else:
            order = "value DESC" if name == "month" else "number DESC, value"
            rows = connection.execute(
                "SELECT value, number FROM tally WHERE facet = ? AND status = ? AND number > 0 AND value != ''"
                f" ORDER BY {order} LIMIT ?",
                (name, status, ALL if name == full else SHOWN),
            )
        values[name] = [(row["value"], row["number"]) for row in rows]
    total = dict(values["status"]).get(status, 0)
    values["status"] += _count_special(connection, filters, user)
    return Facets(values, total)


def _count_found(connection: sqlite3.Connection, filters: Filters, user: str, full: str) -> Facets:
    """Count the facets of a search in one pass: looking into every sentence is what takes long."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    condition, parameters = make_condition(filters, user, without="status")
    found = connection.execute(
        f"SELECT {', '.join(FACETS.values())}, standing, disputed FROM mention WHERE {condition}", parameters
    )
    wanted, total = filters.status or "unreviewed", 0
    for row in found:
        kinds = {
            "all",
            row["status"],
            "followed" if row["standing"] else "",
            "disputed" if row["disputed"] else "",
        }
        counts["status"].update(kinds - {"", "all"})
        if wanted in kinds:
            total += 1
            for name, value in zip(FACETS, row, strict=False):
                if name != "status" and value is not None:
                    counts[name][value] += 1
    values = {name: counter.most_common(ALL if name == full else SHOWN) for name, counter in counts.items()}
    values["month"] = sorted(counts["month"].items(), reverse=True)[: ALL if full == "month" else SHOWN]
    return Facets(values, total)


def _count_special(connection: sqlite3.Connection, filters: Filters, user: str) -> Counts:
    """Count what is disputed and what only follows a decision for all alike, under the other filters."""
    condition, parameters = make_condition(filters, user, without="status")
    return [
        (name, connection.execute(f"SELECT count(*) FROM mention WHERE {flag} AND {condition}", parameters).fetchone()[0])
        for name, flag in (("disputed", "mention.disputed"), ("followed", "mention.standing IS NOT NULL"))
    ]  # fmt: skip


def count_progress(connection: sqlite3.Connection) -> tuple[int, int]:
    """Give how many mentions are decided, and of how many."""
    rows = connection.execute("SELECT status, number FROM tally WHERE facet = ''").fetchall()
    total = sum(row["number"] for row in rows)
    return total - sum(row["number"] for row in rows if row["status"] in ("unreviewed", "unsure")), total
