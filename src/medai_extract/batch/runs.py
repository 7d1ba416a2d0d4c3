"""The runs that can be looked back at: when each one ended, what its dataset held, and what it changed."""

from typing import Any

import msgspec

from medai_extract.batch.store import Store

_CHANGES = """
WITH moved AS (
    SELECT since AS run, source, source_id, 1 AS came, 0 AS went FROM member WHERE since > ?1
    UNION ALL SELECT until, source, source_id, 0, 1 FROM member WHERE until > ?1
), place AS (
    SELECT run, sum(came) AS came, sum(went) AS went FROM moved GROUP BY run, source, source_id
)
SELECT run, sum(max(came - went, 0)), sum(min(came, went)), sum(max(went - came, 0)) FROM place GROUP BY run
"""


class PastRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run, by its number, and its dataset.

    ``added``, ``changed`` and ``gone`` count articles against the run before (an article has changed where its text,
    or anything that was found in it, is another); ``other`` names what else differs: ``patterns``, ``settings``, ``code``,
    ``formats``. All four say nothing of the oldest run that is kept unless it is the first.
    """

    run: int
    finished_at: str
    articles: int
    mentions: int
    entities: int
    added: int | None
    changed: int | None
    gone: int | None
    other: list[str]


def describe_runs(store: Store) -> list[PastRun]:
    """Give all runs that are kept, oldest first."""
    described = store.connection.execute(
        "SELECT id, finished_at, description FROM run ORDER BY id"
    ).fetchall()
    first = described[0][0] if described else 0
    since = 0 if first == 1 else first
    changes = {run: counts for run, *counts in store.connection.execute(_CHANGES, (since,))}
    runs: list[PastRun] = []
    before: dict[str, Any] | None = None
    for run, finished_at, description in described:
        now = msgspec.json.decode(description)
        added, changed, gone = (None, None, None) if run == since else changes.get(run, (0, 0, 0))
        counts = now["counts"]
        runs.append(
            PastRun(
                run=run,
                finished_at=finished_at,
                articles=counts["articles"],
                mentions=sum(counts["mentions"].values()),
                entities=counts["entities"],
                added=added,
                changed=changed,
                gone=gone,
                other=[] if before is None else _compare(before, now),
            )
        )
        before = now
    return runs


def _compare(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Name what two runs were made with that is not the same.

    >>> old = {"fingerprints": {"settings": "a", "patterns": "b", "code": "c"}, "settings": {}, "formats": ["csv"]}
    >>> _compare(old, old | {"fingerprints": {"settings": "a", "patterns": "x", "code": "c"}, "formats": ["jsonl"]})
    ['patterns', 'formats']
    """
    prints, old = now["fingerprints"], before["fingerprints"]
    other = [name for name in ("patterns", "settings", "code") if prints[name] != old[name]]
    return [*other, "formats"] if now["formats"] != before["formats"] else other
