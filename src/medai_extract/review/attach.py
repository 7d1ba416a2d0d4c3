"""Decisions attached to the mentions of the dataset as it is now."""

import sqlite3

import msgspec

from medai_extract.decisions import Decision, locate
from medai_extract.pipeline import make_mention_id
from medai_extract.review.log import read_moves
from medai_extract.review.settle import add_entity, rename_entities, settle, settle_alike
from medai_extract.segment import SegmentedText


def attach_all(connection: sqlite3.Connection) -> None:
    """Attach every decision, undone ones too, to the mention that stands where its quote is, and make all of them count."""
    steps = connection.execute("SELECT id, content FROM step WHERE kind = 'decision' ORDER BY id").fetchall()
    touched: dict[str, None] = {}
    for step in steps:
        decision = msgspec.json.decode(step["content"], type=Decision)
        state, mention_id = _attach(connection, decision)
        connection.execute(
            "UPDATE step SET state = ?, mention_id = ? WHERE id = ?", (state, mention_id, step["id"])
        )
        if mention_id is not None:
            touched[mention_id] = None
    moves = read_moves(connection)
    moved = connection.execute(
        "SELECT mention.id FROM mention JOIN (SELECT DISTINCT json_extract(content, '$.entity_id') AS entity_id"
        " FROM in_force WHERE kind = 'move') USING (entity_id)"
    ).fetchall()
    for mention_id in dict.fromkeys([*touched, *(row["id"] for row in moved)]):
        settle(connection, mention_id, moves)
    for row in connection.execute("SELECT id FROM in_force WHERE kind = 'standing'").fetchall():
        settle_alike(connection, row["id"])
    # What reviewers made has no row of the dataset before the next run.
    unknown = connection.execute(
        "SELECT entity_id, min(label) AS label FROM mention"
        " WHERE entity_id IS NOT NULL AND entity_id NOT IN (SELECT id FROM entity) GROUP BY entity_id"
    ).fetchall()
    for row in unknown:
        add_entity(connection, row["entity_id"], row["label"])
    rename_entities(connection)


def _attach(connection: sqlite3.Connection, decision: Decision) -> tuple[str, str | None]:
    """Give where a decision's words stand now: the state of the step, and the mention."""
    article = connection.execute("SELECT * FROM article WHERE id = ?", (decision.article_id,)).fetchone()
    if article is None and decision.source != "-":
        article = connection.execute(
            "SELECT * FROM article WHERE source = ? AND source_id IS ?", (decision.source, decision.source_id)
        ).fetchone()
    located = None if article is None else locate(article["text"], decision)
    if located is None:
        return "orphan", None
    mention_id = make_mention_id(
        article["id"], decision.label, located.start, located.start + len(decision.quote)
    )
    there = connection.execute("SELECT by_rules FROM mention WHERE id = ?", (mention_id,)).fetchone()
    state = "moved" if located.moved or article["id"] != decision.article_id else "here"
    if there is None:
        if decision.decided is None:
            return "absent", None
        insert_marked(connection, article, decision, located.start)
    if decision.verdict != "add" and (there is None or not there["by_rules"]):
        state = "absent"
    return state, mention_id


def insert_marked(
    connection: sqlite3.Connection, article: sqlite3.Row, decision: Decision, start: int
) -> str:
    """Make the row of a mention that people decided and the rules do not find; give its id."""
    seen = msgspec.structs.replace(decision.seen, start=start)
    end = start + len(seen.quote)
    mention_id = make_mention_id(article["id"], seen.label, start, end)
    sentence = SegmentedText(article["text"]).sentence_at(start)
    connection.execute(
        "INSERT OR IGNORE INTO mention (id, position, article_id, label, text, start, end, value, entity_id, sentence,"
        " sentence_at, rule_id, score, seen, by_rules, lang, publisher, month)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 0, ?, ?, ?)",
        (
            mention_id, (article["position"] << 32) + start, article["id"], seen.label, seen.quote, start, end,
            None if seen.value is None else msgspec.json.encode(seen.value).decode(), seen.entity_id,
            article["text"][sentence.start : sentence.end], sentence.start, decision.rule_id,
            msgspec.json.encode(seen).decode(), article["lang"], article["publisher"],
            (article["published_at"] or "")[:7] or None,
        ),
    )  # fmt: skip
    return mention_id
