"""The dataset read into the desk's file: articles, the mentions as the rules found them, entities, and the groups of the queue."""

import sqlite3
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from medai_extract.batch.found import open_found
from medai_extract.dataset import make_mention, read_rows
from medai_extract.decisions import Decisions, make_reading, written_at
from medai_extract.model import Mention
from medai_extract.review.attach import attach_all
from medai_extract.review.facets import make_tally
from medai_extract.review.log import read_log
from medai_extract.review.settle import set_risk


def load_dataset(connection: sqlite3.Connection, out: Path) -> None:
    """Replace the copy of the dataset by what is there now and attach all decisions to it; part of one transaction."""
    _run_statements(connection, "copy.sql")
    log = read_log(connection, written_at(out))
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for row in read_rows(out, "mentions"):
        mentions[row["article_id"]].append(make_mention(row))
    with open_found(out, log) as find:
        for position, row in enumerate(read_rows(out, "articles")):
            _insert_article(connection, position, row)
            _insert_mentions(connection, position, row, find(row, mentions.pop(row["id"], [])))
    _insert_entities(connection, out, log)
    _run_statements(connection, "copy_ready.sql")
    make_tally(connection)
    _make_groups(connection)
    attach_all(connection)


def _run_statements(connection: sqlite3.Connection, name: str) -> None:
    """Run the statements of a file one by one: ``executescript`` would end the transaction."""
    statement = ""
    for line in files("medai_extract.review").joinpath(name).read_text("utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


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
        " sentence_at, source_start, source_end, rule_id, score, seen, by_rules, lang, publisher, month)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
        (
            (
                mention.id, (position << 32) + mention.start, mention.article_id, mention.label, mention.text,
                mention.start, mention.end,
                None if mention.value is None else msgspec.json.encode(mention.value).decode(),
                mention.entity_id, mention.sentence, _find_sentence(article["text"], mention),
                mention.source_start, mention.source_end, mention.rule_id, mention.score,
                msgspec.json.encode(make_reading(mention)).decode(),
                article["lang"], article["publisher"], (article["published_at"] or "")[:7] or None,
            )
            for mention in mentions
        ),
    )  # fmt: skip


def _find_sentence(text: str, mention: Mention) -> int:
    """Give where a mention's sentence begins: the last place at or before the mention where its words stand."""
    at = text.rfind(mention.sentence, 0, mention.start + len(mention.sentence))
    return mention.start if at < 0 else at


def _insert_entities(connection: sqlite3.Connection, out: Path, log: Decisions) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO entity (id, label, name_zh, name_en, parent_id, found_zh, found_en)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (row["id"], row["label"], row["name_zh"], row["name_en"], row["parent_id"], row["name_zh"], row["name_en"])
            for row in read_rows(out, "entities")
        ),
    )  # fmt: skip
    # A name that a reviewer gave is in the dataset already; taken back, it gives way to what was there before.
    for naming in log.namings.values():
        connection.execute(
            "UPDATE entity SET found_zh = ?, found_en = ? WHERE id = ? AND name_zh IS ? AND name_en IS ?",
            (naming.found_zh, naming.found_en, naming.entity_id, naming.name_zh, naming.name_en),
        )


def _make_groups(connection: sqlite3.Connection) -> None:
    """Give every surface form under one rule and label a group, and every rule its expected share of errors."""
    connection.execute(
        "INSERT INTO rule (id, prior, risk)"
        " SELECT rule_id, max(0.05, min(0.5, 1 - avg(score))), 0 FROM mention GROUP BY rule_id"
    )
    connection.execute(
        "INSERT INTO grp (text, rule_id, rule, label, open, doubt)"
        " SELECT text, rule_id, min(rule.row), label, count(*),"
        "  (1 - avg(score)) / 2 + (count(DISTINCT entity_id) > 1) * 0.2 + (count(DISTINCT article_id) = 1) * 0.1"
        " FROM mention JOIN rule ON rule.id = rule_id GROUP BY text, rule_id, label ORDER BY min(position)"
    )
    connection.execute(
        "UPDATE grp SET doubt = doubt + 0.4 WHERE text IN"
        " (SELECT text FROM grp GROUP BY text HAVING count(DISTINCT label) > 1)"
    )
    connection.execute("UPDATE rule SET doubt = (SELECT max(doubt) FROM grp WHERE grp.rule = rule.row)")
    connection.execute(
        "UPDATE mention SET group_id = grp.id FROM grp"
        " WHERE grp.text = mention.text AND grp.rule_id = mention.rule_id AND grp.label = mention.label"
    )
    for row in connection.execute("SELECT id FROM rule").fetchall():
        set_risk(connection, row["id"])
