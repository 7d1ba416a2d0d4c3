"""The choice among overlapping candidates: flat mentions, none inside another."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter

from medai_extract.model import Candidate, Dropped

THRESHOLD = 0.5
"""Evidence below this is not enough for a mention."""


REFUSAL = "not."
"""A rule id that begins so names what a span is instead (a person, an index): no listed name stands inside it."""


def select_candidates(
    candidates: Iterable[Candidate], seams: Sequence[int] = ()
) -> tuple[list[Candidate], list[Dropped]]:
    """Keep the candidates that stand and give those that fell with the reason.

    ``seams`` are the places where cleaning parted glued words: no name runs over one.

    The longer one wins (a name inside a longer name is not annotated on its own), then the better evidence, then the
    order of label and rule, so that the result never depends on the order of the input.

    >>> date = Candidate(start=3, end=8, label="DATE", rule_id="date.zh.year", score=0.9)
    >>> name = Candidate(start=0, end=12, label="PRODUCT", rule_id="product.list", score=0.95)
    >>> kept, dropped = select_candidates([date, name])
    >>> [c.rule_id for c in kept], dropped[0].reason
    (['product.list'], 'inside product.list')
    """
    ranked = sorted(candidates, key=_rank)
    length = max([candidate.end for candidate in ranked], default=0)
    taken: list[Candidate | None] = [None] * length
    refused: dict[int, Candidate] = {}
    for candidate in ranked:
        if candidate.rule_id.startswith(REFUSAL):
            refused |= dict.fromkeys(range(candidate.start, candidate.end), candidate)
    kept: list[Candidate] = []
    dropped: list[Dropped] = []
    for candidate in ranked:
        start, end = candidate.start, candidate.end
        reason: str | None = None
        if candidate.score < THRESHOLD:
            reason = f"score {candidate.score:.2f} below {THRESHOLD}"
        elif start in refused and candidate.rule_id.endswith(".list") and _holds(refused[start], candidate):
            reason = f"inside {refused[start].rule_id}"
        # Candidates come longest first, so whatever overlaps this one covers its first or its last character.
        elif (winner := taken[start] or taken[end - 1]) is not None:
            reason = _why_loses(candidate, winner)
        elif seams and candidate.value is None and _crosses(seams, candidate):
            reason = "crosses a seam of glued words"
        if reason is not None:
            dropped.append(Dropped(candidate=candidate, reason=reason))
            continue
        kept.append(candidate)
        taken[start:end] = [candidate] * (end - start)
    return sorted(kept, key=attrgetter("start")), dropped


def _why_loses(candidate: Candidate, winner: Candidate) -> str:
    """Say why a candidate falls to one that was taken before and has a character of it."""
    if (winner.start, winner.end) == (candidate.start, candidate.end):
        return f"same span as {winner.rule_id}"
    return f"{'inside' if _holds(winner, candidate) else 'overlaps'} {winner.rule_id}"


def _crosses(seams: Sequence[int], candidate: Candidate) -> bool:
    at = bisect_right(seams, candidate.start)
    return at < len(seams) and seams[at] < candidate.end


def _holds(outer: Candidate, inner: Candidate) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _rank(candidate: Candidate) -> tuple[int, float, int, str, str, str]:
    return (
        candidate.start - candidate.end,
        -candidate.score,
        candidate.start,
        candidate.label,
        candidate.rule_id,
        candidate.entity_id or "",
    )
