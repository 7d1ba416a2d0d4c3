"""What the store remembers of runs: which articles each one had, shared between them, and what can be forgotten."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from medai_extract.batch.members import Member
from medai_extract.batch.packing import pack
from medai_extract.batch.store import Store
from medai_extract.model import Rejected
from medai_extract.writers import write_lines

_NOW = """
CREATE TEMP TABLE IF NOT EXISTS now (
    article TEXT PRIMARY KEY, path BLOB, place INTEGER, source BLOB, source_id TEXT, duplicate_of TEXT, counted INTEGER,
    own INTEGER, result INTEGER
) WITHOUT ROWID
"""
_SAME = (
    "now.article = member.article AND now.result = member.result AND now.source = member.source"
    " AND now.source_id IS member.source_id AND now.duplicate_of IS member.duplicate_of"
    " AND now.counted = member.counted AND now.own = member.own"
)


def note_run(
    store: Store,
    run: int,
    members: Collection[Member],
    rejected: Sequence[Rejected],
    *,
    making: int,
    state: str,
    description: bytes,
) -> None:
    """Note what a run has published; part of a transaction."""
    connection = store.connection
    connection.execute(_NOW)
    connection.execute("DELETE FROM now")
    connection.executemany(
        "INSERT INTO now VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                member.article, member.path, member.place, member.source, member.source_id,
                member.duplicate_of, member.counted, member.own, member.result,
            )
            for member in members
        ),
    )  # fmt: skip
    connection.execute(
        f"UPDATE member SET until = ? WHERE until IS NULL AND NOT EXISTS (SELECT 1 FROM now WHERE {_SAME})",
        (run,),
    )
    connection.execute(
        "UPDATE member SET path = now.path, place = now.place FROM now"
        " WHERE until IS NULL AND now.article = member.article"
        " AND (now.path != member.path OR now.place != member.place)"
    )
    connection.execute(
        "INSERT INTO member (path, place, source, source_id, article, duplicate_of, counted, own, result, since)"
        " SELECT path, place, source, source_id, article, duplicate_of, counted, own, result, ? FROM now"
        " WHERE NOT EXISTS (SELECT 1 FROM member WHERE until IS NULL AND member.article = now.article)",
        (run,),
    )
    lines = write_lines(rejected)
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(
        "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)",
        (run, finished, making, state, description, pack(lines), len(lines)),
    )


def forget(store: Store, keep: int) -> list[str]:
    """Forget all but the last ``keep`` runs, what has gone from the inputs, and the results that nothing shows any more.

    Part of a transaction; gives the parts whose files can be removed after it.
    """
    connection = store.connection
    connection.execute(
        "DELETE FROM run WHERE id NOT IN (SELECT id FROM run ORDER BY id DESC LIMIT ?)", (max(keep, 1),)
    )
    first = connection.execute("SELECT min(id) FROM run").fetchone()[0]
    connection.execute("DELETE FROM member WHERE until <= ?", (first,))
    connection.execute(
        "DELETE FROM item WHERE reading IN (SELECT reading FROM input WHERE path NOT IN present)"
    )
    connection.execute("DELETE FROM input WHERE path NOT IN present")
    connection.execute(
        "DELETE FROM latest WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.key = latest.key)"
        " AND NOT EXISTS (SELECT 1 FROM member WHERE member.result = latest.result AND until IS NULL)"
    )
    connection.execute("DELETE FROM lost WHERE key NOT IN (SELECT key FROM item WHERE key IS NOT NULL)")
    connection.execute(
        "DELETE FROM result WHERE NOT EXISTS (SELECT 1 FROM latest WHERE latest.result = result.id)"
        " AND NOT EXISTS (SELECT 1 FROM member WHERE member.result = result.id)"
    )
    connection.execute(
        "DELETE FROM making WHERE id NOT IN (SELECT making FROM latest) AND id NOT IN (SELECT making FROM result)"
        " AND id NOT IN (SELECT making FROM run)"
    )
    forgotten = connection.execute(
        "DELETE FROM part WHERE NOT EXISTS (SELECT 1 FROM result WHERE result.part = part.id) RETURNING name"
    ).fetchall()
    return [name for (name,) in forgotten]
