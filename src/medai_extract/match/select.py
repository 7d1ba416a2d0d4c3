"""The choice among overlapping candidates: flat mentions, none inside another."""

from collections.abc import Iterable

from medai_extract.model import Candidate, Dropped

THRESHOLD = 0.5
"""Evidence below this is not enough for a mention."""


def select_candidates(candidates: Iterable[Candidate]) -> tuple[list[Candidate], list[Dropped]]:
    """Keep the candidates that stand and give those that fell with the reason.

    The longer one wins (a name inside a longer name is not annotated on its own), then the better evidence, then the
    order of label and rule, so that the result never depends on the order of the input.

    >>> date = Candidate(start=3, end=8, label="DATE", rule_id="date.zh.year", score=0.9)
    >>> name = Candidate(start=0, end=12, label="PRODUCT", rule_id="product.list", score=0.95)
    >>> kept, dropped = select_candidates([date, name])
    >>> [c.rule_id for c in kept], dropped[0].reason
    (['product.list'], 'inside product.list')
    """
    taken: dict[int, Candidate] = {}
    kept: list[Candidate] = []
    dropped: list[Dropped] = []
    for candidate in sorted(candidates, key=_rank):
        if candidate.score < THRESHOLD:
            dropped.append(
                Dropped(candidate=candidate, reason=f"score {candidate.score:.2f} below {THRESHOLD}")
            )
            continue
        # Candidates come longest first, so whatever overlaps this one covers its first or its last character.
        winner = taken.get(candidate.start) or taken.get(candidate.end - 1)
        if winner is not None:
            same = (winner.start, winner.end) == (candidate.start, candidate.end)
            verb = (
                "same span as"
                if same
                else "inside"
                if winner.end >= candidate.end and winner.start <= candidate.start
                else "overlaps"
            )
            dropped.append(Dropped(candidate=candidate, reason=f"{verb} {winner.rule_id}"))
            continue
        kept.append(candidate)
        taken |= dict.fromkeys(range(candidate.start, candidate.end), candidate)
    return sorted(kept, key=lambda candidate: candidate.start), dropped


def _rank(candidate: Candidate) -> tuple[int, float, int, str, str, str]:
    length = candidate.end - candidate.start
    return (
        -length,
        -candidate.score,
        candidate.start,
        candidate.label,
        candidate.rule_id,
        candidate.entity_id or "",
    )
