"""A decision on one mention."""

import sqlite3

import msgspec

from medai_extract.decisions import Decision, Reading, Values, Verdict, make_context
from medai_extract.model import Label
from medai_extract.review.log import Clock, act, add_decision, read_moves, read_steps, utc_now, write_time
from medai_extract.review.problems import ConflictError, NotThereError
from medai_extract.review.settle import ADDED, outcome, settle
from medai_extract.review.store import Store


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a reviewer wants a mention to be; what is None stays as it is."""

    verdict: Verdict
    label: Label | None = None
    start: int | None = None
    end: int | None = None
    value: Values | None = None
    entity_id: str | None = None
    reason: str = ""


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
        row = find_mention(connection, mention_id)
        decision = make_decision(connection, row, wanted, user, write_time(clock))
        check_known(connection, mention_id, decision, known)
        action_id = act(connection, user, decision.at, decision.verdict, make_note(decision))
        add_decision(connection, action_id, decision, mention_id, settles=settles)
        settle(connection, mention_id)
    return action_id


def check_known(
    connection: sqlite3.Connection, mention_id: str, decision: Decision, known: int | None
) -> None:
    """Refuse a decision where somebody else has decided otherwise since ``known``.

    Raises:
        ConflictError: with that decision.
    """
    steps = read_steps(connection, mention_id)
    if known is None or not steps or steps[-1].id == known:
        return
    last = steps[-1]
    if last.decision.user != decision.user and outcome(last.decision) != outcome(decision):
        raise ConflictError(last)


def find_mention(connection: sqlite3.Connection, mention_id: str) -> sqlite3.Row:
    """Give the row of a mention.

    Raises:
        NotThereError: there is none.
    """
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM mention WHERE id = ?", (mention_id,)
    ).fetchone()
    if row is None:
        raise NotThereError("mention.gone")
    return row


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
    seen = msgspec.json.decode(row["seen"], type=Reading)
    prefix, suffix = make_context(text, seen.start, seen.start + len(seen.quote))
    verdict, decided, chosen = wanted.verdict, None, False
    if verdict not in ("reject", "unsure"):
        decided, chosen = _make_reading(connection, row, seen, text, wanted)
        same = decided == seen and not chosen
        verdict = "add" if row["rule_id"] == ADDED else "accept" if same else "correct"
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
        chosen=chosen,
        user=user,
        at=at,
        reason=wanted.reason,
    )


def _make_reading(
    connection: sqlite3.Connection, row: sqlite3.Row, seen: Reading, text: str, wanted: Wanted
) -> tuple[Reading, bool]:
    """Give what a mention should be, and whether its entity was chosen."""
    start = row["start"] if wanted.start is None else wanted.start
    end = row["end"] if wanted.end is None else wanted.end
    if not 0 <= start < end <= len(text):
        raise NotThereError("error.span")
    label: Label = wanted.label or row["label"]
    named = label in ("ORG", "PRODUCT")
    kept = msgspec.json.decode(row["value"]) if row["value"] and label == row["label"] else None
    entity_id = (wanted.entity_id or row["entity_id"]) if named else None
    chosen = named
    if named and label == seen.label:
        # To agree with a merge is no choice of an entity: if it is taken back, so is what it did here.
        merged = read_moves(connection).entity_of(seen.entity_id, text[start:end])
        chosen = merged != entity_id
        entity_id = entity_id if chosen else seen.entity_id
    value = None if named else wanted.value if wanted.value is not None else kept
    return Reading(start=start, quote=text[start:end], label=label, value=value, entity_id=entity_id), chosen


def make_note(decision: Decision) -> str:
    """Give what the history says of a decision: the words, and what they became."""
    decided = decision.decided
    if decided is None or decided.quote == decision.quote:
        return decision.quote
    return f"{decision.quote} → {decided.quote}"
