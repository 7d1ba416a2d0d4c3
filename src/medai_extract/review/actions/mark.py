"""A mention that the rules missed, marked by a reviewer."""

import sqlite3

import msgspec

from medai_extract.decisions import ArticleKey, Decision, Reading, Values, make_quote
from medai_extract.model import Label
from medai_extract.review.actions.decide import Wanted, make_decision, make_note
from medai_extract.review.attach import insert_marked
from medai_extract.review.log import Clock, act, add_decision, utc_now, write_time
from medai_extract.review.problems import NotThereError
from medai_extract.review.settle import ADDED, settle
from medai_extract.review.store import Store


def mark(
    store: Store,
    user: str,
    article_id: str,
    start: int,
    end: int,
    label: Label,
    *,
    value: Values | None = None,
    entity_id: str | None = None,
    reason: str = "",
    clock: Clock = utc_now,
) -> str:
    """Mark a mention that the rules missed; give its id. What stands there already is decided instead.

    Raises:
        NotThereError: the span is empty or outside the article.
    """
    with store.write() as connection:
        article = connection.execute("SELECT * FROM article WHERE id = ?", (article_id,)).fetchone()
        if article is None or not 0 <= start < end <= len(article["text"]):
            raise NotThereError("error.span")
        start, end = _trim(article["text"], start, end)
        if start >= end:
            raise NotThereError("error.span")
        there = connection.execute(
            "SELECT * FROM mention WHERE article_id = ? AND start = ? AND end = ? AND label = ?",
            (article_id, start, end, label),
        ).fetchone()
        at = write_time(clock)
        if there is not None:
            wanted = Wanted(verdict="accept", value=value, entity_id=entity_id, reason=reason)
            decision = make_decision(connection, there, wanted, user, at)
            mention_id = str(there["id"])
        else:
            reading = Reading(
                start=start,
                quote=article["text"][start:end],
                label=label,
                value=value,
                entity_id=entity_id,
            )
            decision = make_marked(article, reading, user, at, reason)
            mention_id = insert_marked(connection, article, decision, start)
        action_id = act(connection, user, at, decision.verdict, make_note(decision))
        add_decision(connection, action_id, decision, mention_id)
        settle(connection, mention_id)
    return mention_id


def make_marked(article: sqlite3.Row, reading: Reading, user: str, at: str, reason: str = "") -> Decision:
    """Give the decision that words of an article are a mention."""
    key = ArticleKey(article["id"], article["source"], article["source_id"])
    quoted = make_quote(key, article["text"], reading.start, reading.start + len(reading.quote))
    return Decision(
        verdict="add",
        **msgspec.structs.asdict(quoted),
        label=reading.label,
        rule_id=ADDED,
        value=reading.value,
        entity_id=reading.entity_id,
        decided=reading,
        chosen=reading.entity_id is not None,
        user=user,
        at=at,
        reason=reason,
    )


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
