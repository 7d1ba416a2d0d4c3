"""What to decide next: mentions by what a decision is worth, filtered, with a count for every facet.

A decision is worth the mentions it settles times the chance that the rule is wrong there: the rule's record so far with one
deviation for what is unknown, disagreement between rules on the same words, weak evidence, rarity.
"""

import sqlite3
from collections import Counter
from typing import NamedTuple, Self
from urllib.parse import urlencode

import msgspec

PAGE = 30
FACET = 12
"""Values shown of a facet, the most frequent first."""
CERTAIN = 0.3
"""What a decision is worth where the rule is surely right: it counts as done, and as a test of the rule."""
WORTH = f"grp.open * ({CERTAIN} + rule.risk + grp.doubt) / (1 + 2 * grp.decided)"
FACETS = {
    "status": "mention.status", "label": "mention.label", "rule": "mention.rule_id", "lang": "mention.lang",
    "publisher": "mention.publisher", "month": "mention.month", "entity": "mention.entity_id",
}  # fmt: skip


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a reviewer wants to see; what is empty filters nothing, an empty ``status`` means not yet decided.

    ``status`` may also be ``all``, ``disputed``, and ``second``: what others decided and this reviewer did not, for a blind
    second look. ``skip`` names the mentions passed over, newest last.
    """

    status: str = ""
    label: str = ""
    rule: str = ""
    lang: str = ""
    publisher: str = ""
    month: str = ""
    entity: str = ""
    article: str = ""
    q: str = ""
    skip: str = ""

    @classmethod
    def read(cls, query: dict[str, str]) -> Self:
        """Take from a query string what is a filter.

        >>> Filters.read({"label": "ORG", "page": "2"}).to_query(lang="zh")
        'label=ORG&lang=zh'
        """
        return cls(**{name: query[name][:400] for name in cls.__struct_fields__ if query.get(name)})

    def to_query(self, **changes: str) -> str:
        """Give the query string of these filters, some of them changed."""
        values = msgspec.structs.asdict(self) | changes
        return urlencode({name: value for name, value in values.items() if value})

    def passing(self, mention_id: str) -> "Filters":
        """Give the same filters without a mention; only the last twenty are kept in mind."""
        skipped = [one for one in self.skip.split(".") if one and one != mention_id]
        return msgspec.structs.replace(self, skip=".".join([*skipped, mention_id][-20:]))

    @property
    def by_group(self) -> bool:
        """Whether one row a group says it all: only what all mentions of a group share is filtered."""
        return not (self.status or self.publisher or self.month or self.entity or self.article or self.q)


class Entry(NamedTuple):
    """A row of the queue: a mention, how many a decision on it can settle, and what that is worth."""

    mention: sqlite3.Row
    open: int
    worth: float


def _conditions(
    filters: Filters, user: str, *, without: str = "", table: str = "mention"
) -> tuple[str, list[object]]:
    wanted: list[str] = ["1"]
    values: list[object] = []
    status = "all" if without == "status" else filters.status
    if status == "disputed":
        wanted.append("mention.disputed")
    elif status == "second":
        wanted.append("mention.reviewed_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM step JOIN action ON action.id = action_id"
                      " WHERE mention_id = mention.id AND action.user = ? AND undone_at IS NULL)")  # fmt: skip
        values.append(user)
    elif status != "all":
        wanted.append("mention.status = ?")
        values.append(status or "unreviewed")
    for name, column in FACETS.items():
        value = getattr(filters, name)
        if value and name != "status":
            wanted.append(f"{column.replace('mention', table)} = ?")
            values.append(value)
    if filters.article:
        wanted.append("mention.article_id = ?")
        values.append(filters.article)
    if filters.q:
        wanted.append("(instr(mention.text, ?) OR instr(mention.sentence, ?))")
        values += [filters.q, filters.q]
    return " AND ".join(wanted), values


def list_queue(
    connection: sqlite3.Connection, filters: Filters, user: str, *, limit: int = PAGE, offset: int = 0
) -> list[Entry]:
    """Give a page of the queue, what is worth most first."""
    skip = [one for one in filters.skip.split(".") if one]
    holes = ", ".join("?" * len(skip))
    if filters.by_group:
        wanted, values = ["grp.open > 0"], list[object]()
        for name, column in (("label", "grp.label"), ("rule", "grp.rule_id"), ("lang", "grp.lang")):
            if getattr(filters, name):
                wanted.append(f"{column} = ?")
                values.append(getattr(filters, name))
        if skip:
            wanted.append(f"grp.id NOT IN (SELECT group_id FROM mention WHERE id IN ({holes}))")
        groups = connection.execute(
            f"SELECT grp.id, grp.open, {WORTH} AS worth FROM grp JOIN rule ON rule.row = grp.rule"
            f" WHERE {' AND '.join(wanted)} ORDER BY worth DESC, grp.id LIMIT ? OFFSET ?",
            (*values, *skip, limit, offset),
        ).fetchall()
        return [
            Entry(mention, group["open"], group["worth"])
            for group in groups
            if (mention := _first_open(connection, group["id"])) is not None
        ]
    condition, values = _conditions(filters, user)
    if skip:
        condition += f" AND mention.id NOT IN ({holes})"
    rows = connection.execute(
        f"SELECT mention.*, grp.open AS alike, {WORTH} AS worth FROM mention"
        " LEFT JOIN grp ON grp.id = group_id LEFT JOIN rule ON rule.row = grp.rule"
        f" WHERE {condition} ORDER BY worth DESC, group_id, mention.position LIMIT ? OFFSET ?",
        (*values, *skip, limit, offset),
    ).fetchall()
    return [Entry(row, row["alike"] or 0, row["worth"] or 0.0) for row in rows]


def _first_open(connection: sqlite3.Connection, group_id: int) -> sqlite3.Row | None:
    for status in ("unreviewed", "unsure"):
        row: sqlite3.Row | None = connection.execute(
            "SELECT * FROM mention WHERE group_id = ? AND status = ? ORDER BY position LIMIT 1",
            (group_id, status),
        ).fetchone()
        if row is not None:
            return row
    return None


def next_mention(connection: sqlite3.Connection, filters: Filters, user: str) -> str | None:
    """Give the mention to look at next, or None at the end; what was passed over comes again when nothing else is left."""
    entries = list_queue(connection, filters, user, limit=1)
    if not entries and filters.skip:
        entries = list_queue(connection, msgspec.structs.replace(filters, skip=""), user, limit=1)
    return entries[0].mention["id"] if entries else None


def count_queue(connection: sqlite3.Connection, filters: Filters, user: str) -> int:
    """Give the number of mentions that the filters leave."""
    condition, values = _conditions(filters, user)
    row = connection.execute(f"SELECT count(*) FROM mention WHERE {condition}", values).fetchone()
    return int(row[0])


def count_facets(
    connection: sqlite3.Connection, filters: Filters, user: str
) -> dict[str, list[tuple[str, int]]]:
    """Give the values of every facet with the number of mentions under the filters, the most frequent first."""
    if filters.q:
        return _count_found(connection, filters, user)
    facets: dict[str, list[tuple[str, int]]] = {}
    for name, column in FACETS.items():
        condition, values = _conditions(filters, user, without="status" if name == "status" else "")
        order = f"{column} DESC" if name == "month" else "number DESC"
        rows = connection.execute(
            f"SELECT {column} AS value, count(*) AS number FROM mention WHERE {condition} AND {column} IS NOT NULL"
            f" GROUP BY {column} ORDER BY {order} LIMIT {FACET}",
            values,
        )
        facets[name] = [(row["value"], row["number"]) for row in rows]
    return facets


def _count_found(
    connection: sqlite3.Connection, filters: Filters, user: str
) -> dict[str, list[tuple[str, int]]]:
    """Count the facets of a search in one pass: looking into every sentence is what takes long."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    condition, values = _conditions(filters, user, without="status")
    found = connection.execute(f"SELECT {', '.join(FACETS.values())} FROM mention WHERE {condition}", values)
    wanted = filters.status or "unreviewed"
    for row in found:
        counts["status"][row["status"]] += 1
        if wanted in ("all", "disputed", "second", row["status"]):
            for name, value in zip(FACETS, row, strict=True):
                if name != "status" and value is not None:
                    counts[name][value] += 1
    facets = {name: counter.most_common(FACET) for name, counter in counts.items()}
    facets["month"] = sorted(counts["month"].items(), reverse=True)[:FACET]
    return facets


def count_progress(connection: sqlite3.Connection) -> tuple[int, int]:
    """Give how many mentions are decided, and of how many."""
    rows = connection.execute("SELECT status, count(*) AS number FROM mention GROUP BY status").fetchall()
    total = sum(row["number"] for row in rows)
    return total - sum(row["number"] for row in rows if row["status"] in ("unreviewed", "unsure")), total
