"""Taking back: an action is marked as undone, never removed, and all that it touched is settled again."""

import sqlite3

import msgspec

from medai_extract.review.log import Clock, utc_now, write_time
from medai_extract.review.problems import NotThereError
from medai_extract.review.settle import rename_entities, settle, settle_alike, settle_entities
from medai_extract.review.store import Store


def undo(store: Store, user: str, action_id: int | None = None, *, clock: Clock = utc_now) -> sqlite3.Row:
    """Take back an action of a reviewer's own, the last one that stands unless another is named; give its row.

    Raises:
        NotThereError: there is none, or it is not theirs.
    """
    with store.write() as connection:
        row: sqlite3.Row | None = connection.execute(
            "SELECT * FROM action WHERE user = ? AND undone_at IS NULL AND (? IS NULL OR id = ?) ORDER BY id DESC LIMIT 1",
            (user, action_id, action_id),
        ).fetchone()
        if row is None:
            raise NotThereError("app.nothing_to_undo")
        connection.execute(
            "UPDATE action SET undone_at = ?, undone_by = ? WHERE id = ?",
            (write_time(clock), user, row["id"]),
        )
        steps = connection.execute("SELECT * FROM step WHERE action_id = ?", (row["id"],)).fetchall()
        for step in steps:
            if step["kind"] == "decision" and step["mention_id"] is not None:
                settle(connection, step["mention_id"])
            elif step["kind"] == "standing":
                settle_alike(connection, step["id"])
            elif step["kind"] == "move":
                move = msgspec.json.decode(step["content"])
                settle_entities(connection, {move["entity_id"], move["to"]})
        if any(step["kind"] in ("naming", "move") for step in steps):
            rename_entities(connection)
    return row
