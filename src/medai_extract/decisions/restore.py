"""A written dataset read back: its mentions as the rules had found them, before decisions were applied."""

from collections.abc import Sequence

import msgspec

from medai_extract.dataset import make_value
from medai_extract.decisions.attach import locate
from medai_extract.decisions.inforce import Decisions
from medai_extract.decisions.records import ArticleKey, Decision, Move, Reading, Standing
from medai_extract.model import Label, Mention
from medai_extract.pipeline import make_mention_id


def restore_mentions(
    key: ArticleKey, text: str, mentions: Sequence[Mention], log: Decisions
) -> list[Mention]:
    """Give the mentions of a written article as the rules had found them.

    What a decision displaced was not written, and comes back with the next run.

    Args:
        key: the article.
        text: its clean text.
        mentions: its rows in the dataset.
        log: what the dataset may show, as ``read_log`` gives it.
    """
    own: dict[tuple[int, int, Label], tuple[int, Decision]] = {}
    for decision in log.of(*key):
        decided = decision.decided
        if decided is not None and (located := locate(text, decision)) is not None:
            start = located.start + decided.start - decision.start
            own[start, start + len(decided.quote), decided.label] = located.start, decision
    corrections = {
        (one.example.rule_id, one.example.decided.label, one.example.decided.quote): one
        for one in log.standing
        if one.example.decided is not None and one.example.verdict == "correct"
    }
    restored = []
    for mention in mentions:
        place = own.get((mention.start, mention.end, mention.label))
        standing = corrections.get((mention.rule_id, mention.label, mention.text))
        if mention.status in ("unreviewed", "rejected"):
            restored.append(_undecided(mention, log.moves))
        elif place is not None:
            if place[1].verdict != "add":
                restored.append(_as_read(mention, place[0], place[1].seen))
        elif mention.status == "corrected" and standing is not None:
            restored.append(_before(mention, standing))
        elif mention.status != "added":
            restored.append(_undecided(mention, log.moves))
    return restored


def _undecided(mention: Mention, moves: Sequence[Move]) -> Mention:
    entity_id = mention.entity_id
    for move in reversed(moves):
        moved = mention.text in (*move.aliases, move.surface) and mention.id not in move.kept
        if move.to == entity_id and moved:
            entity_id = move.entity_id
    return msgspec.structs.replace(mention, entity_id=entity_id, status="unreviewed", reviewed_by=None)


def _before(mention: Mention, standing: Standing) -> Mention:
    """Give a mention that a decision for all alike corrected as it was: what the example shows is what was changed."""
    example, decided = standing.example, standing.example.decided
    if decided is None:
        return mention
    value = None if mention.value is None else msgspec.to_builtins(mention.value)
    same_kind = decided.label == example.label
    seen = Reading(
        start=mention.start + example.start - decided.start,
        quote=example.quote,
        label=example.label,
        value=value if same_kind and value != decided.value else example.value,
        entity_id=mention.entity_id
        if same_kind and mention.entity_id != decided.entity_id
        else example.entity_id,
    )
    return _as_read(mention, seen.start, seen)


def _as_read(mention: Mention, start: int, seen: Reading) -> Mention:
    end = start + len(seen.quote)
    shift = None if mention.source_start is None else mention.source_start - mention.start
    return msgspec.structs.replace(
        mention,
        id=make_mention_id(mention.article_id, seen.label, start, end),
        label=seen.label,
        text=seen.quote,
        start=start,
        end=end,
        source_start=None if shift is None else start + shift,
        source_end=None if shift is None else end + shift,
        value=make_value(seen.label, seen.value),
        entity_id=seen.entity_id,
        status="unreviewed",
        reviewed_by=None,
        link=mention.link if (start, end) == (mention.start, mention.end) else None,
    )
