"""What differs between the datasets of two runs: articles, mentions, entities and values, and by which rule."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from medai_extract.batch.history import Lived, Rows, find_lived, members_of, read_member_rows
from medai_extract.batch.members import Member
from medai_extract.batch.store import Store

COMPARED = ("value", "entity_id", "rule_id", "status")


class RuleChange(msgspec.Struct):
    """What became of the mentions of a rule."""

    rule: str
    added: int = 0
    gone: int = 0
    changed: int = 0


class MentionChange(msgspec.Struct, frozen=True):
    """A mention that one run has and the other has not, or has otherwise: ``before`` and ``now`` hold what differs."""

    source: str
    source_id: str | None
    id: str
    label: str
    text: str
    change: str
    rule: str
    before: dict[str, Any] = {}
    now: dict[str, Any] = {}


class Difference(msgspec.Struct, kw_only=True):
    """What differs between run ``before`` and run ``now``; articles by what became of their text."""

    before: int
    now: int
    articles: dict[str, int]
    mentions: dict[str, int]
    values_changed: int
    entities_added: list[str]
    entities_gone: list[str]
    rules: list[RuleChange]
    changes: list[MentionChange]


def find_difference(store: Store, before: int, now: int) -> Difference:
    """Compare two runs; articles that are the same in both are not looked at."""
    old = find_lived(store, "since <= ?1 AND until > ?1 AND until <= ?2", (before, now))
    new = find_lived(store, "since > ?1 AND since <= ?2 AND (until IS NULL OR until > ?2)", (before, now))
    old_rows, new_rows = _read(store, old), _read(store, new)
    changes: list[MentionChange] = []
    articles: Counter[str] = Counter()
    for place in sorted(
        old_rows.keys() | new_rows.keys(), key=lambda place: (place[0], place[1] or "", place[2])
    ):
        was, is_now = old_rows.get(place), new_rows.get(place)
        articles[_compare(was, is_now)] += 1
        changes += _compare_mentions(was, is_now)
    entities = _entities_of(old_rows.values()), _entities_of(new_rows.values())
    staying = _entities_that_stay(store, before, now)
    return Difference(
        before=before,
        now=now,
        articles=dict(sorted(articles.items())),
        mentions=dict(sorted(Counter(change.change for change in changes).items())),
        values_changed=sum("value" in change.now for change in changes if change.change == "changed"),
        entities_added=sorted(entities[1] - entities[0] - staying),
        entities_gone=sorted(entities[0] - entities[1] - staying),
        rules=_count_by_rule(changes),
        changes=changes,
    )


Place = tuple[str, str | None, int]


def _read(store: Store, lived: list[Lived]) -> dict[Place, Rows]:
    """Give the rows of articles by where they come from; of several from one place the first, the second and so on."""
    members: list[Member] = [one.member for one in lived]
    seen: Counter[tuple[str, str | None]] = Counter()
    rows: dict[Place, Rows] = {}
    for member, found in zip(members, read_member_rows(store, members), strict=True):
        where = (member.source.decode(), member.source_id)
        rows[*where, seen[where]] = found
        seen[where] += 1
    return rows


def _compare(was: Rows | None, is_now: Rows | None) -> str:
    if was is None:
        return "added"
    if is_now is None:
        return "gone"
    return "same text" if was.article["text"] == is_now.article["text"] else "changed"


def _compare_mentions(was: Rows | None, is_now: Rows | None) -> Iterator[MentionChange]:
    same_text = was is not None and is_now is not None and was.article["text"] == is_now.article["text"]
    before = _name_mentions(was, same_text)
    now = _name_mentions(is_now, same_text)
    found = is_now or was
    assert found is not None
    source, source_id = found.article["source"], found.article["source_id"]
    for name in [*before, *(name for name in now if name not in before)]:
        old, new = before.get(name), now.get(name)
        row = new or old
        assert row is not None
        told = (source, source_id, row["id"], row["label"], row["text"])
        if old is None:
            yield MentionChange(*told, "added", row["rule_id"], now=_shown(row))
        elif new is None:
            yield MentionChange(*told, "gone", row["rule_id"], before=_shown(row))
        elif differing := [field for field in COMPARED if old[field] != new[field]]:
            parts = {field: old[field] for field in differing}, {field: new[field] for field in differing}
            yield MentionChange(*told, "changed", row["rule_id"], *parts)


def _name_mentions(rows: Rows | None, same_text: bool) -> dict[tuple[object, ...], dict[str, Any]]:
    """Give mentions by what tells them apart: their place in a text that is the same, else their words and which of these it is."""
    named: dict[tuple[object, ...], dict[str, Any]] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows.mentions if rows is not None else ():
        words = (row["label"], row["text"])
        named[(row["label"], row["start"], row["end"]) if same_text else (*words, seen[words])] = row
        seen[words] += 1
    return named


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {field: row[field] for field in ("value", "entity_id") if row[field] is not None}


def _entities_of(rows: Iterable[Rows]) -> set[str]:
    return {row["entity_id"] for one in rows for row in one.mentions if row["entity_id"] is not None}


def _entities_that_stay(store: Store, before: int, now: int) -> set[str]:
    """Give the entities in the articles that both runs have as they are."""
    both = {member.result for member in members_of(store, before)} & {
        member.result for member in members_of(store, now)
    }
    staying: set[str] = set()
    for name, size, scan_size, results in store.connection.execute(
        "SELECT part.name, part.size, part.scan_size, json_group_array(json_array(result.place, result.id))"
        " FROM result JOIN part ON part.id = result.part GROUP BY part.id"
    ).fetchall():
        places = [place for place, result in msgspec.json.decode(results) if result in both]
        scanned = store.read_scan(name, size, scan_size) if places else []
        staying.update(entity for place in places for entity in scanned[place].entities)
    return staying


def _count_by_rule(changes: Iterable[MentionChange]) -> list[RuleChange]:
    rules: dict[str, RuleChange] = {}
    for change in changes:
        counted = rules.setdefault(change.rule, RuleChange(change.rule))
        setattr(counted, change.change, getattr(counted, change.change) + 1)
    return sorted(rules.values(), key=lambda rule: (-rule.added - rule.gone - rule.changed, rule.rule))
