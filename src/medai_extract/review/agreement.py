"""How far reviewers agree: Cohen's kappa for every pair, by label and by rule."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import msgspec

from medai_extract.decisions import Decision
from medai_extract.review.settle import outcome


class Agreement(NamedTuple):
    """Two reviewers on the mentions that both decided; ``kappa`` is None where chance alone would agree on all."""

    users: tuple[str, str]
    by: str
    value: str
    both: int
    same: int
    kappa: float | None


def cohen_kappa(pairs: Sequence[tuple[object, object]]) -> float | None:
    """Give Cohen's kappa of two raters: agreement beyond what their habits alone would bring.

    >>> cohen_kappa([("keep", "keep")] * 20 + [("keep", "drop")] * 5 + [("drop", "keep")] * 10 + [("drop", "drop")] * 15)
    0.4
    """
    total = len(pairs)
    if not total:
        return None
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    observed = sum(one == other for one, other in pairs) / total
    expected = sum(first[kind] * second[kind] for kind in first) / total**2
    return None if expected == 1 else round((observed - expected) / (1 - expected), 6)


def measure_agreement(connection: sqlite3.Connection) -> list[Agreement]:
    """Give the agreement of every pair of reviewers, in all, by label and by rule; unsure decisions say nothing."""
    rows = connection.execute(
        "SELECT mention_id, content, user FROM in_force WHERE kind = 'decision' AND mention_id IS NOT NULL"
        " AND NOT settles ORDER BY id"
    )
    last: dict[str, dict[str, Decision]] = defaultdict(dict)
    for row in rows:
        decision = msgspec.json.decode(row["content"], type=Decision)
        if decision.verdict != "unsure":
            last[row["mention_id"]][row["user"]] = decision
    pairs: dict[tuple[tuple[str, str], str, str], list[tuple[tuple[object, ...], tuple[object, ...]]]] = (
        defaultdict(list)
    )
    for by_user in last.values():
        for one, other in combinations(sorted(by_user), 2):
            kinds = outcome(by_user[one]), outcome(by_user[other])
            decision = by_user[one]
            for by, value in (("all", ""), ("label", decision.label), ("rule", decision.rule_id)):
                pairs[(one, other), by, value].append(kinds)
    return [
        Agreement(users, by, value, len(found), sum(one == other for one, other in found), _kappa(found))
        for (users, by, value), found in sorted(pairs.items())
    ]


def _kappa(found: Sequence[tuple[tuple[object, ...], tuple[object, ...]]]) -> float | None:
    """Two who keep a mention agree if they keep it alike; the words it has are no kind of their own."""
    kinds = [
        ("keep", "keep otherwise") if one[0] == other[0] and one != other else (one[0], other[0])
        for one, other in found
    ]
    return cohen_kappa(kinds)
