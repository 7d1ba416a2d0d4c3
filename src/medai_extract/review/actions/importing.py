"""Another tool's annotations as decisions: what it kept is accepted, what it dropped rejected, what it drew elsewhere corrected or added."""

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from medai_extract.decisions import Decision, Reading
from medai_extract.model import Label
from medai_extract.review.actions.decide import Wanted, make_decision
from medai_extract.review.actions.mark import make_marked
from medai_extract.review.attach import insert_marked
from medai_extract.review.entities import find_entity
from medai_extract.review.log import Clock, act, add_decision, read_moves, utc_now, write_time
from medai_extract.review.settle import settle
from medai_extract.review.store import Store

Span = tuple[int, int, Label]


class ImportReport(msgspec.Struct):
    """What an import did; ``unknown`` articles are not in the dataset, or no longer with this text."""

    articles: int = 0
    unknown: int = 0
    decisions: int = 0
    rejected: int = 0
    corrected: int = 0
    added: int = 0


class Given(msgspec.Struct, frozen=True):
    """An article as the other tool gave it: its id, if it kept that, its text, and its spans."""

    id: str
    text: str
    spans: tuple[Span, ...]


def import_annotations(
    store: Store, articles: Iterable[Given], user: str, *, clock: Clock = utc_now
) -> ImportReport:
    """Take the annotations of whole articles as decisions of ``user``, as one action that can be taken back."""
    report = ImportReport()
    with store.write() as connection:
        at = write_time(clock)
        action_id = act(connection, user, at, "import", user)
        moves = read_moves(connection)
        for given in articles:
            article = _find_article(connection, given)
            if article is None:
                report.unknown += 1
                continue
            report.articles += 1
            for mention_id, decision in _decide_article(connection, article, given.spans, user, at):
                add_decision(connection, action_id, decision, mention_id)
                settle(connection, mention_id, moves)
                report.decisions += 1
                report.rejected += decision.verdict == "reject"
                report.corrected += decision.verdict == "correct"
                report.added += decision.verdict == "add"
        if not report.decisions:
            connection.execute("DELETE FROM action WHERE id = ?", (action_id,))
    return report


def _find_article(connection: sqlite3.Connection, given: Given) -> sqlite3.Row | None:
    """Give the article with exactly this text, by its id if that was kept."""
    for condition, value in (("id = ?", given.id), ("text = ?", given.text)):
        row: sqlite3.Row | None = connection.execute(
            f"SELECT * FROM article WHERE {condition} ORDER BY position LIMIT 1", (value,)
        ).fetchone()
        if row is not None and row["text"] == given.text:
            return row
    return None


def _decide_article(
    connection: sqlite3.Connection, article: sqlite3.Row, spans: Sequence[Span], user: str, at: str
) -> list[tuple[str, Decision]]:
    rows = connection.execute(
        "SELECT * FROM mention WHERE article_id = ? AND status != 'displaced' ORDER BY start",
        (article["id"],),
    ).fetchall()
    left = dict.fromkeys(spans)
    decisions: list[tuple[str, Decision]] = []
    unmatched: list[sqlite3.Row] = []
    for row in rows:
        span: Span = (row["start"], row["end"], row["label"])
        if span in left:
            del left[span]
            decisions.append((row["id"], make_decision(connection, row, Wanted(verdict="accept"), user, at)))
        else:
            unmatched.append(row)
    for row in unmatched:
        # One span across a mention is that mention drawn otherwise; of several the first.
        drawn = next((span for span in left if span[0] < row["end"] and row["start"] < span[1]), None)
        if drawn is None:
            wanted = Wanted(verdict="reject")
        else:
            del left[drawn]
            wanted = Wanted(
                verdict="accept",
                start=drawn[0],
                end=drawn[1],
                label=drawn[2],
                entity_id=_entity(connection, article, drawn) if drawn[2] != row["label"] else None,
            )
        decisions.append((row["id"], make_decision(connection, row, wanted, user, at)))
    for start, end, label in left:
        reading = Reading(
            start=start,
            quote=article["text"][start:end],
            label=label,
            entity_id=_entity(connection, article, (start, end, label)),
        )
        decision = make_marked(article, reading, user, at)
        decisions.append((insert_marked(connection, article, decision, start), decision))
    return decisions


def _entity(connection: sqlite3.Connection, article: sqlite3.Row, span: Span) -> str | None:
    start, end, label = span
    named = label in ("ORG", "PRODUCT")
    return find_entity(connection, article["text"][start:end], label) if named else None
