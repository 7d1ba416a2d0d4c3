"""What to decide next: mentions by what a decision is worth.

A decision is worth the mentions it settles times the chance that the rule is wrong there: the rule's record so far with one
deviation for what is unknown, disagreement between rules on the same words, weak evidence, rarity.
"""

import heapq
import sqlite3
from typing import NamedTuple

import msgspec

from medai_extract.review.filters import Filters, make_condition

PAGE = 30
CERTAIN = 0.3
"""What a decision is worth where the rule is surely right: it counts as done, and as a test of the rule."""


WORTH = f"grp.weight * ({CERTAIN} + rule.risk + grp.doubt)"
FEW = 5_000
"""Mentions that are quicker sorted than looked for among all groups."""


class Entry(NamedTuple):
    """A row of the queue: a mention, how many a decision on it can settle, and what that is worth."""

    mention: sqlite3.Row
    open: int
    worth: float


def list_queue(
    connection: sqlite3.Connection, filters: Filters, user: str, *, limit: int = PAGE, offset: int = 0
) -> list[Entry]:
    """Give a page of the queue, what is worth most first; what is to be decided has one row for all that are alike."""
    condition, values = make_condition(filters, user)
    if filters.by_group:
        return _list_groups(connection, filters, condition, values, limit + offset)[offset:]
    if filters.skipped:
        condition += f" AND mention.id NOT IN ({', '.join('?' * len(filters.skipped))})"
    # Sorted by id alone: rows with their sentences would make the sorter copy the whole table.
    rows = connection.execute(
        f"SELECT mention.id, grp.open AS alike, {WORTH} AS worth"
        " FROM mention LEFT JOIN grp ON grp.id = group_id LEFT JOIN rule ON rule.row = grp.rule"
        f" WHERE {condition} ORDER BY worth DESC, group_id, mention.position LIMIT ? OFFSET ?",
        (*values, *filters.skipped, limit, offset),
    ).fetchall()
    # A second look is blind: it does not tell what others made of a mention.
    table = "found" if filters.status == "second" else "mention"
    return [
        Entry(
            connection.execute(f"SELECT * FROM {table} WHERE id = ?", (row["id"],)).fetchone(),
            row["alike"] or 0,
            row["worth"] or 0.0,
        )
        for row in rows
    ]


def _list_groups(
    connection: sqlite3.Connection, filters: Filters, condition: str, values: list[object], wanted: int
) -> list[Entry]:
    """Give the groups that are worth most, each by its first mention under the filters."""
    first = f"SELECT * FROM mention WHERE group_id = ? AND {condition} ORDER BY position LIMIT 1"
    entries: list[Entry] = []
    looked_at, reach = 0, wanted
    while True:
        groups = find_worthiest(connection, filters, reach)
        for worth, group_id, number in groups[looked_at:]:
            row = connection.execute(first, (group_id, *values)).fetchone()
            if row is not None:
                entries.append(Entry(row, number, worth))
        if len(entries) >= wanted or len(groups) < reach:
            return entries[:wanted]
        if not looked_at and _count_up_to(connection, condition, values, FEW) < FEW:
            return _sort_groups(connection, filters, condition, values, wanted)
        looked_at, reach = len(groups), 4 * reach


def _count_up_to(connection: sqlite3.Connection, condition: str, values: list[object], most: int) -> int:
    query = f"SELECT count(*) FROM (SELECT 1 FROM mention WHERE {condition} LIMIT ?)"
    return int(connection.execute(query, (*values, most)).fetchone()[0])


def _sort_groups(
    connection: sqlite3.Connection, filters: Filters, condition: str, values: list[object], wanted: int
) -> list[Entry]:
    """Give the same from the other end, by the mentions under the filters, where these are few."""
    rows = connection.execute(
        f"SELECT group_id, min(mention.position) AS position, grp.open AS alike, {WORTH} AS worth FROM mention"
        f" JOIN grp ON grp.id = group_id JOIN rule ON rule.row = grp.rule WHERE {condition}"
        " GROUP BY group_id ORDER BY worth DESC, group_id",
        values,
    ).fetchall()
    skipped = _groups_of(connection, filters.skipped)
    chosen = [row for row in rows if row["group_id"] not in skipped][:wanted]
    first = "SELECT * FROM mention WHERE group_id = ? AND position = ?"
    return [
        Entry(
            connection.execute(first, (row["group_id"], row["position"])).fetchone(),
            row["alike"],
            row["worth"],
        )
        for row in chosen
    ]


def find_worthiest(
    connection: sqlite3.Connection, filters: Filters, limit: int
) -> list[tuple[float, int, int]]:
    """Give the groups that a decision is worth most for: what it is worth, the group, and its undecided mentions.

    Groups of one rule are read in the order of their weight, then of their doubt, and left as soon as nothing better can
    come: of a hundred thousand groups a few hundred are looked at.
    """
    skipped = _groups_of(connection, filters.skipped)
    best: list[tuple[float, int, int]] = []
    for bound, rule in _rank_rules(connection, filters.rule):
        if len(best) == limit and bound < best[0][0]:
            break
        below: float | None = float("inf")
        while below is not None:
            below = _take_best(connection, rule, below, limit, skipped, filters.label, best)
    return [(worth, -group, number) for worth, group, number in sorted(best, reverse=True)]


def _rank_rules(connection: sqlite3.Connection, rule_id: str) -> list[tuple[float, sqlite3.Row]]:
    """Give the rules, each with the most that one of its groups may be worth, the best first."""
    rows = connection.execute(
        "SELECT row, risk, doubt, (SELECT max(weight) FROM grp WHERE grp.rule = rule.row) AS weight FROM rule"
        " WHERE ? IN ('', id)",
        (rule_id,),
    ).fetchall()
    ranked = [(row["weight"] * (CERTAIN + row["risk"] + row["doubt"]), row) for row in rows if row["weight"]]
    return sorted(ranked, key=lambda one: -one[0])


def _take_best(
    connection: sqlite3.Connection,
    rule: sqlite3.Row,
    below: float,
    limit: int,
    skipped: set[int],
    label: str,
    best: list[tuple[float, int, int]],
) -> float | None:
    """Take into the heap what groups of a rule lighter than ``below`` are worth; give the weight to go on from, if any."""
    groups = connection.execute(
        "SELECT id, weight, doubt, open, label FROM grp WHERE rule = ? AND weight > 0 AND weight < ?"
        " ORDER BY weight DESC, doubt DESC, id",
        (rule["row"], below),
    )
    for group in groups:
        if group["id"] in skipped or label not in ("", group["label"]):
            continue
        worth = group["weight"] * (CERTAIN + rule["risk"] + group["doubt"])
        entry = worth, -group["id"], group["open"]
        if len(best) < limit:
            heapq.heappush(best, entry)
        elif entry > best[0]:
            heapq.heapreplace(best, entry)
        elif group["weight"] * (CERTAIN + rule["risk"] + rule["doubt"]) < best[0][0]:
            return None
        else:
            # The others of this weight are less doubtful still, or come later in the corpus.
            return float(group["weight"])
    return None


def _groups_of(connection: sqlite3.Connection, mention_ids: list[str]) -> set[int]:
    rows = connection.execute(
        f"SELECT group_id FROM mention WHERE id IN ({', '.join('?' * len(mention_ids))})", mention_ids
    )
    return {row["group_id"] for row in rows}


def next_mention(connection: sqlite3.Connection, filters: Filters, user: str) -> str | None:
    """Give the mention to look at next, or None at the end; what was passed over comes again when nothing else is left."""
    entries = list_queue(connection, filters, user, limit=1)
    if not entries and filters.skip:
        entries = list_queue(connection, msgspec.structs.replace(filters, skip=""), user, limit=1)
    return entries[0].mention["id"] if entries else None
