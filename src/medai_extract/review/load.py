"""A dataset into the desk's copy of it, and every decision onto the mention it belongs to now."""

import sqlite3
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import msgspec

from medai_extract.dataset import make_mention, read_rows
from medai_extract.decisions import (
    Decision,
    Decisions,
    Move,
    locate,
    make_mention_id,
    restore_mentions,
)
from medai_extract.model import Mention
from medai_extract.review.settle import Seen, rename_entities, set_risk, settle

ADDED = "review.add"
"""The rule id of a mention that a reviewer marked."""


def load_dataset(connection: sqlite3.Connection, out: Path) -> None:
    """Replace the copy of the dataset by what is there now and attach all decisions to it; part of one transaction."""
    for table in ("article", "mention", "grp", "rule", "entity"):
        connection.execute(f"DELETE FROM {table}")
    log = _read_log(connection)
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for row in read_rows(out, "mentions"):
        mentions[row["article_id"]].append(make_mention(row))
    for position, row in enumerate(read_rows(out, "articles")):
        found = mentions.pop(row["id"], [])
        own = log.of(row["id"], row["source"], row["source_id"])
        if own or log.moves:
            found = restore_mentions(row["text"], found, own, log.moves)
        _insert_article(connection, position, row)
        _insert_mentions(connection, position, row, found)
    _insert_entities(connection, out)
    _make_groups(connection)
    attach_all(connection)


def _read_log(connection: sqlite3.Connection) -> Decisions:
    """Give every decision and move that was ever made, undone ones too: a written dataset may still show them."""
    rows = connection.execute("SELECT kind, content FROM step WHERE kind IN ('decision', 'move') ORDER BY id")
    decisions: list[Decision] = []
    moves: list[Move] = []
    for kind, content in rows:
        if kind == "decision":
            decisions.append(msgspec.json.decode(content, type=Decision))
        else:
            moves.append(msgspec.json.decode(content, type=Move))
    return Decisions(decisions, moves)


def _insert_article(connection: sqlite3.Connection, position: int, row: dict[str, Any]) -> None:
    names = ("id", "source", "source_id", "url", "title", "publisher", "published_at", "lang", "text")
    connection.execute(
        "INSERT OR REPLACE INTO article (position, kept, id, source, source_id, url, title, publisher,"
        " published_at, lang, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (position, msgspec.json.encode(row["kept"]).decode(), *(_storable(row[name]) for name in names)),
    )


def _storable(text: str | None) -> str | None:
    """Half a surrogate pair cannot be stored; it stays one character wide, so that no offset moves."""
    return None if text is None else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _insert_mentions(
    connection: sqlite3.Connection, position: int, article: dict[str, Any], mentions: list[Mention]
) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO mention (id, position, article_id, label, text, start, end, value, entity_id, sentence,"
        " rule_id, score, seen, by_rules, status, reviewed_by, lang, publisher, month)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
        (
            (
                mention.id, (position << 32) + mention.start, mention.article_id, mention.label, mention.text,
                mention.start, mention.end, _json(mention.value), mention.entity_id, mention.sentence,
                mention.rule_id, mention.score, make_seen(mention), mention.status, mention.reviewed_by,
                article["lang"], article["publisher"], (article["published_at"] or "")[:7] or None,
            )
            for mention in mentions
        ),
    )  # fmt: skip


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def make_seen(mention: Mention) -> str:
    """Give what the rules found as the JSON that a mention keeps of it."""
    seen = Seen(
        label=mention.label,
        start=mention.start,
        quote=mention.text,
        value=None if mention.value is None else msgspec.to_builtins(mention.value),
        entity_id=mention.entity_id,
    )
    return msgspec.json.encode(seen).decode()


def _insert_entities(connection: sqlite3.Connection, out: Path) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO entity (id, label, name_zh, name_en, parent_id, found_zh, found_en)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (row["id"], row["label"], row["name_zh"], row["name_en"], row["parent_id"], row["name_zh"], row["name_en"])
            for row in read_rows(out, "entities")
        ),
    )  # fmt: skip


def _make_groups(connection: sqlite3.Connection) -> None:
    """Give every surface form under one rule and label a group, and every rule its expected share of errors."""
    connection.execute(
        "INSERT INTO rule (id, total, prior, risk)"
        " SELECT rule_id, count(*), max(0.05, min(0.5, 1 - avg(score))), 0 FROM mention GROUP BY rule_id"
    )
    connection.execute(
        "INSERT INTO grp (text, rule_id, rule, label, lang, open, doubt)"
        " SELECT text, rule_id, min(rule.row), label, min(lang), count(*),"
        "  (1 - avg(score)) / 2 + (count(DISTINCT entity_id) > 1) * 0.2 + (count(DISTINCT article_id) = 1) * 0.1"
        " FROM mention JOIN rule ON rule.id = rule_id GROUP BY text, rule_id, label ORDER BY min(position)"
    )
    connection.execute(
        "UPDATE grp SET doubt = doubt + 0.4 WHERE text IN"
        " (SELECT text FROM grp GROUP BY text HAVING count(DISTINCT label) > 1)"
    )
    connection.execute(
        "UPDATE mention SET group_id = grp.id FROM grp"
        " WHERE grp.text = mention.text AND grp.rule_id = mention.rule_id AND grp.label = mention.label"
    )
    for row in connection.execute("SELECT id FROM rule").fetchall():
        set_risk(connection, row["id"])


def attach_all(connection: sqlite3.Connection) -> Counter[str]:
    """Attach every decision, undone ones too, to the mention that stands where its quote is; give the count of each state."""
    states: Counter[str] = Counter()
    steps = connection.execute("SELECT id, content FROM step WHERE kind = 'decision' ORDER BY id").fetchall()
    touched: dict[str, None] = {}
    for step in steps:
        decision = msgspec.json.decode(step["content"], type=Decision)
        state, mention_id = _attach(connection, decision)
        connection.execute(
            "UPDATE step SET state = ?, mention_id = ? WHERE id = ?", (state, mention_id, step["id"])
        )
        states[state] += 1
        if mention_id is not None:
            touched[mention_id] = None
    for mention_id in touched:
        settle(connection, mention_id)
    rename_entities(connection)
    moved = connection.execute(
        "SELECT mention.id FROM mention JOIN (SELECT json_extract(content, '$.entity_id') AS entity_id FROM step"
        " WHERE kind = 'move') USING (entity_id)"
    ).fetchall()
    for row in moved:
        settle(connection, row["id"])
    return states


def _attach(connection: sqlite3.Connection, decision: Decision) -> tuple[str, str | None]:
    article = connection.execute("SELECT * FROM article WHERE id = ?", (decision.article_id,)).fetchone()
    if article is None and decision.source != "-":
        article = connection.execute(
            "SELECT * FROM article WHERE source = ? AND source_id IS ?", (decision.source, decision.source_id)
        ).fetchone()
    located = None if article is None else locate(article["text"], decision)
    if located is None:
        return "orphan", None
    start, end = located.start, located.start + len(decision.quote)
    mention_id = make_mention_id(article["id"], decision.label, start, end)
    there = connection.execute("SELECT by_rules FROM mention WHERE id = ?", (mention_id,)).fetchone()
    state = "moved" if located.moved or article["id"] != decision.article_id else "here"
    if there is None:
        if decision.decided is None:
            return "absent", None
        insert_marked(connection, article, decision, start)
    if decision.verdict != "add" and (there is None or not there["by_rules"]):
        state = "absent"
    return state, mention_id


def insert_marked(
    connection: sqlite3.Connection, article: sqlite3.Row, decision: Decision, start: int
) -> str:
    """Make the row of a mention that people decided and the rules do not find; give its id."""
    from medai_extract.segment import SegmentedText

    end = start + len(decision.quote)
    mention_id = make_mention_id(article["id"], decision.label, start, end)
    sentence = SegmentedText(article["text"]).sentence_at(start)
    seen = Seen(
        label=decision.label,
        start=start,
        quote=decision.quote,
        value=decision.value,
        entity_id=decision.entity_id,
    )
    connection.execute(
        "INSERT OR IGNORE INTO mention (id, position, article_id, label, text, start, end, value, entity_id, sentence,"
        " rule_id, score, seen, by_rules, lang, publisher, month) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 0, ?, ?, ?)",
        (
            mention_id, (article["position"] << 32) + start, article["id"], decision.label, decision.quote, start, end,
            _json(decision.value), decision.entity_id, article["text"][sentence.start : sentence.end], decision.rule_id,
            msgspec.json.encode(seen).decode(), article["lang"], article["publisher"],
            (article["published_at"] or "")[:7] or None,
        ),
    )  # fmt: skip
    return mention_id
