"""Where a decision's words stand now, and what a decision for all alike makes of another mention."""

from collections.abc import Iterable
from itertools import takewhile

import msgspec

from medai_extract.decisions.records import ArticleKey, Decision, Quote, Reading, Standing
from medai_extract.model import Label

CONTEXT = 24
"""Characters kept on each side of a quote; enough to tell neighbours apart, few enough to outlive an edit nearby."""
ENOUGH = 12
"""Characters of both sides together that must still be the same where an article has changed around a quote."""
EDGE = "\0"


class Located(msgspec.Struct, frozen=True):
    """Where a decision's quote stands now; ``moved`` when the place or its surroundings are not the old ones."""

    start: int
    moved: bool


def make_context(text: str, start: int, end: int) -> tuple[str, str]:
    """Give the characters before and after a span that tell it from its like."""
    return text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT]


def make_quote(key: ArticleKey, text: str, start: int, end: int) -> Quote:
    """Give words of an article with their surroundings."""
    prefix, suffix = make_context(text, start, end)
    return Quote(
        article_id=key.id,
        source=key.source,
        source_id=key.source_id,
        start=start,
        quote=text[start:end],
        prefix=prefix,
        suffix=suffix,
    )


def locate(text: str, quoted: Decision | Quote) -> Located | None:
    """Find a quote in a text, by the surroundings that fit best; None where too little of them is left.

    >>> seen = Quote(article_id="", source="", source_id=None, start=0, quote="阿福", prefix="", suffix="上线。")
    >>> locate("阿福上线。", seen), locate("昨日，阿福上线。", seen), locate("昨日，阿福病了。", seen)
    (Located(start=0, moved=False), Located(start=3, moved=True), None)
    """
    quote, prefix, suffix, start = quoted.quote, quoted.prefix, quoted.suffix, quoted.start
    end = start + len(quote)
    if text[start:end] == quote and make_context(text, start, end) == (prefix, suffix):
        return Located(start, False)
    best: tuple[int, int, int] | None = None
    at = text.find(quote)
    while at >= 0:
        before, after = make_context(text, at, at + len(quote))
        # The edge of a text is as good a surrounding as words are.
        alike = _common(before.rjust(CONTEXT, EDGE)[::-1], prefix.rjust(CONTEXT, EDGE)[::-1])
        alike += _common(after.ljust(CONTEXT, EDGE), suffix.ljust(CONTEXT, EDGE))
        rank = (alike, -abs(at - start), at)
        if alike >= ENOUGH and (best is None or rank > best):
            best = rank
        at = text.find(quote, at + 1)
    return None if best is None else Located(best[2], True)


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def concerns(quoted: Decision | Quote, key: ArticleKey) -> bool:
    """Say whether words are quoted from an article: from this very text, or from an earlier one of the same source."""
    same_source = (quoted.source, quoted.source_id) == (key.source, key.source_id)
    return quoted.article_id == key.id or (same_source and key.source != "-")


def find_last(text: str, decisions: Iterable[Decision]) -> list[tuple[int, Decision]]:
    """Give the decision in force on every mention that still stands in a text, with where it starts, newest last."""
    last: dict[tuple[int, int, Label], tuple[int, Decision]] = {}
    for decision in decisions:
        located = locate(text, decision)
        if located is not None:
            seen = located.start, located.start + len(decision.quote), decision.label
            last.pop(seen, None)
            last[seen] = located.start, decision
    return list(last.values())


def carry_over(example: Decision, seen: Reading, key: ArticleKey, text: str, score: float) -> Decision | None:
    """Give the decision that one on a mention makes on another that is alike; None where it cannot hold there.

    Edges move by as many characters as on the example, and only where the same words come out. A value or an entity is carried
    only where the example's was changed, and only to mentions that had the same: 去年 means another year in another article.

    Args:
        example: the decision.
        seen: the other mention, as the rules found it.
        key: its article.
        text: the article's clean text.
        score: its score.

    >>> org = Reading(start=1, quote="推想", label="ORG", entity_id="infervision")
    >>> longer = msgspec.structs.replace(org, quote="推想医疗")
    >>> example = Decision(verdict="correct", article_id="", source="", source_id=None, start=1, quote="推想", prefix="由", suffix="医疗", label="ORG", rule_id="r", entity_id="infervision", decided=longer)
    >>> other, key = msgspec.structs.replace(org, start=0), ArticleKey("", "", None)
    >>> carry_over(example, other, key, "推想医疗称", 1.0).decided.quote
    '推想医疗'
    >>> carry_over(example, other, key, "推想科技称", 1.0) is None
    True
    """
    quoted = make_quote(key, text, seen.start, seen.start + len(seen.quote))
    made = msgspec.structs.replace(
        example, **msgspec.structs.asdict(quoted), score=score, value=seen.value, entity_id=seen.entity_id
    )
    decided = example.decided
    if decided is None:
        return made
    start = seen.start + decided.start - example.start
    if start < 0 or not text.startswith(decided.quote, start):
        return None
    same_kind = decided.label == example.label
    changed_value = decided.value != example.value and seen.value == example.value
    chosen = example.chosen and (seen.entity_id == example.entity_id or not same_kind)
    reading = Reading(
        start=start,
        quote=decided.quote,
        label=decided.label,
        value=decided.value if changed_value or not same_kind else seen.value,
        entity_id=decided.entity_id if chosen or not same_kind else seen.entity_id,
    )
    verdict = made.verdict
    if verdict != "add":
        verdict = "accept" if reading == seen and not chosen else "correct"
    return msgspec.structs.replace(made, verdict=verdict, decided=reading, chosen=chosen)


def hold_over(standing: Standing, key: ArticleKey, text: str, seen: Reading, score: float) -> Decision | None:
    """Give the decision that one for all alike makes on one of them; None where it leaves it alone."""
    excepted = any(
        concerns(quoted, key)
        and (located := locate(text, quoted)) is not None
        and located.start == seen.start
        for quoted in standing.excepted
    )
    return None if excepted else carry_over(standing.example, seen, key, text, score)
