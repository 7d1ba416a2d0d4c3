"""Decisions as tests of the rules: what the present patterns find is scored against everything that reviewers decided.

A decision is *broken* where the rules had it right, a reviewer accepted it, and they find it no more. It is *not learned* where a
reviewer corrected the rules and they still say the same: decisions keep the dataset right all the same, but not an article yet unread.
"""

from pathlib import Path
from typing import Literal

import msgspec

from medai_extract.dataset import make_value, read_rows
from medai_extract.decisions import Decision, Decisions, find_last, read_decisions
from medai_extract.errors import InputError
from medai_extract.evaluate.score import Finding, Score, ScoreTable, values_equal
from medai_extract.model import Article, Mention
from medai_extract.pipeline import Pipeline
from medai_extract.settings import Settings

Problem = Literal["missed", "found", "value", "entity"]


class Unmet(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that the rules do not meet, and what they give there instead."""

    decision: Decision
    problem: Problem
    now: str

    @property
    def broken(self) -> bool:
        """Whether the rules once had it right."""
        return self.decision.verdict == "accept"


class Reviewed(msgspec.Struct, kw_only=True):
    """The scores of the rules on what was decided, the decisions they do not meet, and how many have lost their words."""

    table: ScoreTable
    unmet: list[Unmet]
    decided: int = 0
    orphans: int = 0


def score_decisions(out: Path, settings: Settings) -> Reviewed:
    """Extract again from every article with decisions, without applying them, and compare.

    Raises:
        InputError: nobody has decided anything there.
    """
    decisions = read_decisions(out)
    if not decisions.all:
        raise InputError(f"{out}: holds no decisions; review it first: medai-extract review {out}")
    pipeline = Pipeline(settings=settings)
    reviewed = Reviewed(table=ScoreTable({}, {}, []), unmet=[])
    placed: set[tuple[str, int, str, str]] = set()
    for row in read_rows(out, "articles"):
        own = decisions.of(row["id"], row["source"], row["source_id"])
        standing = find_last(row["text"], own) if own else []
        if not standing:
            continue
        names = ("source", "title", "url", "published_at")
        article = Article(text=row["text"], **{name: row[name] for name in names})
        found: dict[tuple[int | None, int | None, str], Mention] = {
            (mention.source_start, mention.source_end, mention.label): mention
            for mention in pipeline.extract(article).mentions
        }
        for start, decision in standing:
            placed.add(_key(decision))
            if decision.verdict != "unsure":
                _compare(reviewed, row["id"], row["lang"], start, decision, found, decisions)
    reviewed.orphans = sum(_key(decision) not in placed for decision in decisions.all)
    return reviewed


def _key(decision: Decision) -> tuple[str, int, str, str]:
    return decision.article_id, decision.start, decision.quote, decision.label


def _compare(
    reviewed: Reviewed,
    article_id: str,
    lang: str,
    start: int,
    decision: Decision,
    found: dict[tuple[int | None, int | None, str], Mention],
    decisions: Decisions,
) -> None:
    """Count one decision: what it wants should be found, what it rejects or replaces should not."""
    reviewed.decided += 1
    decided = decision.decided
    wanted = None
    if decided is not None:
        at = start + decided.start - decision.start
        wanted = at, at + len(decided.quote), decided.label
    seen = start, start + len(decision.quote), decision.label
    label = decision.label if decided is None else decided.label
    score = reviewed.table.scores.setdefault((label, lang.split("-")[0]), Score())
    there = found.get(wanted) if wanted is not None else None
    score.tp += there is not None
    score.fn += wanted is not None and there is None
    replaced = found.get(seen) if seen != wanted and decision.verdict != "add" else None
    score.fp += replaced is not None
    for mention, right in ((there, True), (replaced, False)):
        if mention is not None:
            rule = reviewed.table.rules.setdefault(mention.rule_id, Score())
            rule.tp += right
            rule.fp += not right
    problem: Problem | None = None
    if wanted is not None and there is None:
        problem = "missed"
    elif replaced is not None:
        problem = "found"
    elif there is not None and decided is not None:
        problem = _compare_meaning(score, decision, there, decisions)
    if problem is None:
        return
    across = [mention for mention in found.values() if _is_across(mention, wanted or seen)]
    now = ", ".join(f"{mention.label} {mention.text} ({mention.rule_id})" for mention in across)
    reviewed.unmet.append(Unmet(decision=decision, problem=problem, now=now))
    reviewed.table.findings.append(
        Finding(
            article=article_id,
            kind={"missed": "missed", "found": "false"}.get(problem, "value"),
            label=label,
            text=decision.quote if decided is None else decided.quote,
            context=f"{decision.prefix}[{decision.quote}]{decision.suffix}".replace("\n", "⏎"),
            rule_id=decision.rule_id,
            wanted=None if decided is None else make_value(label, decided.value),
            given=None if there is None else there.value,
        )
    )


def _compare_meaning(
    score: Score, decision: Decision, there: Mention, decisions: Decisions
) -> Problem | None:
    decided = decision.decided
    if decided is None:
        return None
    if decided.label in ("MONEY", "DATE"):
        right = values_equal(make_value(decided.label, decided.value), there.value)
        score.values += 1
        score.right_values += right
        return None if right else "value"
    wanted = decisions.entity_of(decided.entity_id, decided.quote, since=decision.chosen_at)
    given = decisions.entity_of(there.entity_id, there.text)
    return None if wanted == given else "entity"


def _is_across(mention: Mention, span: tuple[int, int, str]) -> bool:
    start, end = mention.source_start or 0, mention.source_end or 0
    return start < span[1] and span[0] < end
