"""What a reviewer does: decide, decide for many at once, mark what was missed, and take back; each is one transaction."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from medai_extract.decisions import Decided, Decision, Values, Verdict, make_context
from medai_extract.model import Label
from medai_extract.review.load import ADDED, insert_marked
from medai_extract.review.settle import (
    Seen,
    Step,
    outcome,
    read_steps,
    rename_entities,
    settle,
    settle_entities,
)
from medai_extract.review.store import Store

Clock = Callable[[], datetime]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a reviewer wants a mention to be; what is None stays as it is."""

    verdict: Verdict
    label: Label | None = None
    start: int | None = None
    end: int | None = None
    value: Values | None = None
    entity_id: str | None = None
    reason: str = ""


class ConflictError(Exception):
    """Somebody else has decided the mention since it was shown; ``step`` is their decision."""

    def __init__(self, step: Step) -> None:
        super().__init__(f"decided by {step.decision.user}")
        self.step = step


class NotThereError(Exception):
    """What should be decided, marked or taken back does not exist (any more)."""


def utc_now() -> datetime:
    """Give the time; tests give another clock."""
    return datetime.now(UTC)


def decide(
    store: Store,
    user: str,
    mention_id: str,
    wanted: Wanted,
    *,
    known: int | None = None,
    settles: bool = False,
    clock: Clock = utc_now,
) -> int:
    """Decide one mention; give the number of the action.

    Args:
        store: the desk's file.
        user: who decides.
        mention_id: the mention.
        wanted: the decision.
        known: the number of the last decision that the reviewer was shown, 0 for none; None asks for no check.
        settles: whether this ends a disagreement.
        clock: gives the time.

    Raises:
        ConflictError: somebody else decided it in the meantime, otherwise than wanted.
        NotThereError: there is no such mention, or the edges make no span.
    """
    with store.write() as connection:
        row = _mention(connection, mention_id)
        decision = make_decision(connection, row, wanted, user, _time(clock))
        _check_known(connection, mention_id, decision, known)
        action_id = act(connection, user, decision.at, "decide", _note(decision))
        add_step(connection, action_id, decision, mention_id, settles=settles)
        settle(connection, mention_id)
    return action_id


def _check_known(
    connection: sqlite3.Connection, mention_id: str, decision: Decision, known: int | None
) -> None:
    steps = read_steps(connection, mention_id)
    if known is None or not steps or steps[-1].id == known:
        return
    last = steps[-1]
    if last.decision.user != decision.user and outcome(last.decision) != outcome(decision):
        raise ConflictError(last)


def find_alike(connection: sqlite3.Connection, mention_id: str) -> list[sqlite3.Row]:
    """Give the mentions that one decision may settle: the same surface, rule and label, undecided, and the mention itself."""
    row = _mention(connection, mention_id)
    return connection.execute(
        "SELECT mention.*, article.title, article.source FROM mention JOIN article ON article.id = article_id"
        " WHERE mention.id = ? OR (group_id = ? AND status IN ('unreviewed', 'unsure')) ORDER BY mention.position",
        (mention_id, row["group_id"]),
    ).fetchall()


def decide_many(
    store: Store,
    user: str,
    mention_id: str,
    wanted: Wanted,
    *,
    chosen: Sequence[str],
    clock: Clock = utc_now,
) -> tuple[int, int]:
    """Decide a mention and all of its like among ``chosen`` as one action; give its number and how many it settled.

    Edges move by as many characters as on the mention itself, and only where the same words come out. A mention that is not
    alike, or that somebody decided since it was shown, is left alone.
    """
    with store.write() as connection:
        first = _mention(connection, mention_id)
        at = _time(clock)
        example = make_decision(connection, first, wanted, user, at)
        alike = {row["id"]: row for row in find_alike(connection, mention_id)}
        decisions = [
            (row["id"], decision)
            for row in (alike[one] for one in dict.fromkeys(chosen) if one in alike)
            if (decision := _carry_over(connection, row, example, user, at)) is not None
        ]
        if not decisions:
            raise NotThereError("nothing was chosen")
        action_id = act(connection, user, at, "decide_many", f"{_note(example)} ×{len(decisions)}")
        for one, decision in decisions:
            add_step(connection, action_id, decision, one)
            settle(connection, one)
    return action_id, len(decisions)


def _carry_over(
    connection: sqlite3.Connection, row: sqlite3.Row, example: Decision, user: str, at: str
) -> Decision | None:
    if example.decided is None:
        wanted = Wanted(verdict=example.verdict, reason=example.reason)
        return make_decision(connection, row, wanted, user, at)
    seen = msgspec.json.decode(row["seen"], type=Seen)
    start = seen.start + example.decided.start - example.start
    # A value is carried only where the example's was changed: 去年 means another year in another article.
    changed_value = example.decided.value != example.value
    changed_entity = example.decided.entity_id != example.entity_id
    wanted = Wanted(
        verdict="accept",
        label=example.decided.label,
        start=start,
        end=start + len(example.decided.quote),
        value=example.decided.value if changed_value and seen.value == example.value else seen.value,
        entity_id=example.decided.entity_id if changed_entity else seen.entity_id,
        reason=example.reason,
    )
    decision = make_decision(connection, row, wanted, user, at)
    same = decision.decided is not None and decision.decided.quote == example.decided.quote
    return decision if same else None


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
            raise NotThereError("no such place in an article")
        start, end = _trim(article["text"], start, end)
        quote = article["text"][start:end]
        if not quote:
            raise NotThereError("no such place in an article")
        there = connection.execute(
            "SELECT * FROM mention WHERE article_id = ? AND start = ? AND end = ? AND label = ?",
            (article_id, start, end, label),
        ).fetchone()
        at = _time(clock)
        if there is not None:
            wanted = Wanted(verdict="accept", value=value, entity_id=entity_id, reason=reason)
            decision = make_decision(connection, there, wanted, user, at)
            mention_id = str(there["id"])
        else:
            decision = make_marked(article, start, quote, label, value, entity_id, reason, user, at)
            mention_id = insert_marked(connection, article, decision, start)
        action_id = act(connection, user, at, "add", _note(decision))
        add_step(connection, action_id, decision, mention_id)
        settle(connection, mention_id)
    return mention_id


def make_marked(
    article: sqlite3.Row,
    start: int,
    quote: str,
    label: Label,
    value: Values | None,
    entity_id: str | None,
    reason: str,
    user: str,
    at: str,
) -> Decision:
    """Give the decision that words of an article are a mention."""
    prefix, suffix = make_context(article["text"], start, start + len(quote))
    return Decision(
        verdict="add",
        article_id=article["id"],
        source=article["source"],
        source_id=article["source_id"],
        start=start,
        quote=quote,
        prefix=prefix,
        suffix=suffix,
        label=label,
        rule_id=ADDED,
        value=value,
        entity_id=entity_id,
        decided=Decided(start=start, quote=quote, label=label, value=value, entity_id=entity_id),
        user=user,
        at=at,
        reason=reason,
    )


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def make_decision(
    connection: sqlite3.Connection, row: sqlite3.Row, wanted: Wanted, user: str, at: str
) -> Decision:
    """Give the decision that makes a mention what is wanted, with the quote and context by which it is known.

    Raises:
        NotThereError: the edges make no span.
    """
    article = connection.execute(
        "SELECT id, source, source_id, text FROM article WHERE id = ?", (row["article_id"],)
    ).fetchone()
    text = article["text"]
    seen = msgspec.json.decode(row["seen"], type=Seen)
    prefix, suffix = make_context(text, seen.start, seen.start + len(seen.quote))
    verdict, decided = wanted.verdict, None
    if verdict not in ("reject", "unsure"):
        decided = _make_decided(row, text, wanted)
        unchanged = Decided(**msgspec.structs.asdict(seen)) == decided
        verdict = "add" if row["rule_id"] == ADDED else "accept" if unchanged else "correct"
    return Decision(
        verdict=verdict,
        article_id=article["id"],
        source=article["source"],
        source_id=article["source_id"],
        start=seen.start,
        quote=seen.quote,
        prefix=prefix,
        suffix=suffix,
        label=seen.label,
        rule_id=row["rule_id"],
        score=row["score"],
        value=seen.value,
        entity_id=seen.entity_id,
        decided=decided,
        user=user,
        at=at,
        reason=wanted.reason,
    )


def _make_decided(row: sqlite3.Row, text: str, wanted: Wanted) -> Decided:
    start = row["start"] if wanted.start is None else wanted.start
    end = row["end"] if wanted.end is None else wanted.end
    if not 0 <= start < end <= len(text):
        raise NotThereError("the edges make no span")
    label: Label = wanted.label or row["label"]
    named = label in ("ORG", "PRODUCT")
    kept = msgspec.json.decode(row["value"]) if row["value"] and label == row["label"] else None
    return Decided(
        start=start,
        quote=text[start:end],
        label=label,
        value=None if named else wanted.value if wanted.value is not None else kept,
        entity_id=(wanted.entity_id or row["entity_id"]) if named else None,
    )


def undo(store: Store, user: str, action_id: int | None = None, *, clock: Clock = utc_now) -> sqlite3.Row:
    """Take back an action of a reviewer's own, the last one that stands unless another is named; give its row.

    Raises:
        NotThereError: there is none, or it is not theirs.
    """
    with store.write() as connection:
        row: sqlite3.Row | None = connection.execute(
            "SELECT * FROM action WHERE user = ? AND undone_at IS NULL AND (? IS NULL OR id = ?) ORDER BY id DESC",
            (user, action_id, action_id),
        ).fetchone()
        if row is None:
            raise NotThereError("nothing to take back")
        connection.execute(
            "UPDATE action SET undone_at = ?, undone_by = ? WHERE id = ?", (_time(clock), user, row["id"])
        )
        steps = connection.execute("SELECT * FROM step WHERE action_id = ?", (row["id"],)).fetchall()
        for step in steps:
            if step["kind"] == "decision" and step["mention_id"] is not None:
                settle(connection, step["mention_id"])
            elif step["kind"] == "move":
                move = msgspec.json.decode(step["content"])
                settle_entities(connection, {move["entity_id"], move["to"]})
        if any(step["kind"] == "naming" for step in steps):
            rename_entities(connection)
    return row


def _mention(connection: sqlite3.Connection, mention_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM mention WHERE id = ?", (mention_id,)
    ).fetchone()
    if row is None:
        raise NotThereError("no such mention")
    return row


def _time(clock: Clock) -> str:
    return clock().isoformat(timespec="milliseconds")


def _note(decision: Decision) -> str:
    decided = decision.decided
    if decided is not None and decided.quote != decision.quote:
        return f"{decision.verdict} {decision.quote} → {decided.quote}"
    return f"{decision.verdict} {decision.quote}"


def act(connection: sqlite3.Connection, user: str, at: str, kind: str, note: str) -> int:
    """Write the head of an action; give its number."""
    cursor = connection.execute(
        "INSERT INTO action (user, at, kind, note) VALUES (?, ?, ?, ?)", (user, at, kind, note)
    )
    return int(cursor.lastrowid or 0)


def add_step(
    connection: sqlite3.Connection,
    action_id: int,
    decision: Decision,
    mention_id: str,
    *,
    settles: bool = False,
) -> None:
    """Write a decision as part of an action; ``settle`` makes it count."""
    connection.execute(
        "INSERT INTO step (action_id, kind, content, article_id, mention_id, settles) VALUES (?, 'decision', ?, ?, ?, ?)",
        (action_id, msgspec.json.encode(decision).decode(), decision.article_id, mention_id, settles),
    )
