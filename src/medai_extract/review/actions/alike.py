"""One decision for all mentions alike: the same surface, rule and label."""

import sqlite3
from collections.abc import Collection, Sequence

import msgspec

from medai_extract.decisions import ArticleKey, Decision, Reading, Standing, carry_over, make_quote
from medai_extract.review.actions.decide import Wanted, check_known, find_mention, make_decision, make_note
from medai_extract.review.log import Clock, act, add_decision, add_step, read_moves, utc_now, write_time
from medai_extract.review.problems import ConflictError, NotThereError
from medai_extract.review.settle import OPEN, settle, settle_alike
from medai_extract.review.store import Store

_UNDECIDED = "(status IN ('unreviewed', 'unsure') OR standing IS NOT NULL)"


def count_alike(connection: sqlite3.Connection, row: sqlite3.Row) -> int:
    """Give how many mentions one decision may settle, a mention itself among them."""
    # Three counts by three indexes: of a frequent name there are thousands.
    found = connection.execute(
        "SELECT (SELECT open FROM grp WHERE id = :group)"
        " + (SELECT count(*) FROM mention WHERE group_id = :group AND status = 'unsure')"
        " + (SELECT count(*) FROM mention WHERE group_id = :group AND standing IS NOT NULL)",
        {"group": row["group_id"]},
    ).fetchone()
    is_open = row["status"] in OPEN or row["standing"] is not None
    return int(found[0] or 0) + (not is_open)


def find_alike(connection: sqlite3.Connection, mention_id: str) -> list[sqlite3.Row]:
    """Give the mentions that one decision may settle: those alike that nobody decided by themselves, and the mention."""
    row = find_mention(connection, mention_id)
    return connection.execute(
        "SELECT mention.*, article.title, article.source FROM mention JOIN article ON article.id = article_id"
        f" WHERE mention.id = ? OR (group_id = ? AND {_UNDECIDED}) ORDER BY mention.position",
        (mention_id, row["group_id"]),
    ).fetchall()


def decide_many(
    store: Store,
    user: str,
    mention_id: str,
    wanted: Wanted,
    *,
    chosen: Sequence[str],
    later: bool = False,
    known: int | None = None,
    clock: Clock = utc_now,
) -> tuple[int, int]:
    """Decide a mention and all of its like among ``chosen`` as one action; give its number and how many it settled.

    Edges move by as many characters as on the mention itself, and only where the same words come out. A mention that is not
    alike, or that somebody decided since it was shown, is left alone.

    Args:
        store: the desk's file.
        user: who decides.
        mention_id: the example.
        wanted: what it should be.
        chosen: the mentions to decide.
        later: whether the decision also stands for those that later runs find; what is alike and not chosen is excepted.
        known: the number of the last decision on the example that the reviewer was shown.
        clock: gives the time.

    Raises:
        NotThereError: nothing that was chosen is there, and undecided.
    """
    with store.write() as connection:
        first = find_mention(connection, mention_id)
        at = write_time(clock)
        example = make_decision(connection, first, wanted, user, at)
        alike = {row["id"]: row for row in find_alike(connection, mention_id)}
        try:
            check_known(connection, mention_id, example, known)
        except ConflictError:
            del alike[mention_id]
        decisions = [
            (row["id"], decision)
            for row in (alike[one] for one in dict.fromkeys(chosen) if one in alike)
            if (decision := _carry_over(connection, row, example)) is not None
        ]
        if not decisions:
            raise NotThereError("many.none")
        note = f"{make_note(example)} ×{len(decisions)}"
        action_id = act(connection, user, at, example.verdict, note)
        moves = read_moves(connection)
        for one, decision in decisions:
            add_decision(connection, action_id, decision, one)
            settle(connection, one, moves)
        if later and example.verdict in ("accept", "reject", "correct"):
            _stand(connection, action_id, example, alike.values(), {one for one, _ in decisions})
    return action_id, len(decisions)


def _stand(
    connection: sqlite3.Connection,
    action_id: int,
    example: Decision,
    alike: Collection[sqlite3.Row],
    decided: set[str],
) -> None:
    """Write that a decision holds for later mentions, but not for those that were shown and left out."""
    excepted = []
    for row in alike:
        if row["id"] not in decided:
            key, text = _article(connection, row)
            seen = msgspec.json.decode(row["seen"], type=Reading)
            excepted.append(make_quote(key, text, seen.start, seen.start + len(seen.quote)))
    step_id = add_step(connection, action_id, "standing", Standing(example=example, excepted=tuple(excepted)))
    # It may hold for mentions that gave way to others too, which nobody is shown.
    settle_alike(connection, step_id)


def _carry_over(connection: sqlite3.Connection, row: sqlite3.Row, example: Decision) -> Decision | None:
    """Give the example's decision on another mention; None where it cannot hold there."""
    key, text = _article(connection, row)
    seen = msgspec.json.decode(row["seen"], type=Reading)
    return carry_over(example, seen, key, text, row["score"])


def _article(connection: sqlite3.Connection, row: sqlite3.Row) -> tuple[ArticleKey, str]:
    article = connection.execute(
        "SELECT id, source, source_id, text FROM article WHERE id = ?", (row["article_id"],)
    ).fetchone()
    return ArticleKey(article["id"], article["source"], article["source_id"]), article["text"]
