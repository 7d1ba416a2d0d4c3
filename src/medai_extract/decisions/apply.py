"""An article's mentions and relations as its reviewers decided them."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from medai_extract.dataset import make_value
from medai_extract.decisions.attach import find_last
from medai_extract.decisions.inforce import Decisions
from medai_extract.decisions.records import STATUS, ArticleKey, Decision, Reading
from medai_extract.fragments import PageLinks
from medai_extract.model import Extraction, Label, Mention
from medai_extract.pipeline import Pipeline, make_mention_id
from medai_extract.segment import SegmentedText

Place = Callable[[int, int], tuple[int | None, int | None, str | None]]
"""Gives where a span of the clean text starts and ends in the source, and the link that opens its page there."""
Spot = tuple[int, int, Label]


def apply_decisions(pipeline: Pipeline, extraction: Extraction, decisions: Decisions) -> Extraction:
    """Give an extraction as its reviewers decided it: mentions, their entities, and the relations that follow from them.

    Rejected mentions stay, with their status, and carry no relation.
    """
    document = extraction.document
    key = ArticleKey(document.id, document.source, document.source_id)
    mentions: Sequence[Mention] = extraction.mentions
    segmented: SegmentedText | None = None
    if decisions.of(*key) or any(
        decisions.standing_on(mention.text, mention.rule_id, mention.label) for mention in mentions
    ):
        links = PageLinks(document.url, document.text, document.title)

        def place(start: int, end: int) -> tuple[int | None, int | None, str | None]:
            source = document.offsets.to_source(start, end) if document.plain else (None, None)
            return *source, links.link(start, end)

        segmented = SegmentedText(document.text)
        mentions = apply_to_mentions(key, segmented, mentions, decisions, place)
    else:
        mentions = [_move(mention, decisions) for mention in mentions]
    if tuple(mentions) == extraction.mentions:
        return extraction
    relations = pipeline.relator.relate(
        document,
        segmented or SegmentedText(document.text),
        [mention for mention in mentions if mention.status != "rejected"],
    )
    return msgspec.structs.replace(extraction, mentions=tuple(mentions), relations=tuple(relations))


def apply_to_mentions(
    key: ArticleKey,
    segmented: SegmentedText,
    mentions: Sequence[Mention],
    decisions: Decisions,
    place: Place,
) -> list[Mention]:
    """Give the mentions of an article as its reviewers decided them, in order, under the entities that merges and splits leave.

    Of several decisions on one mention the last holds. What was accepted, corrected or added stands even where the rules no
    longer find it, and displaces what they find, or others decided before, across it; what was rejected keeps its row with the
    status ``rejected``. A decision for all alike holds where nobody decided the mention itself.
    """
    text = segmented.text
    found: dict[Spot, Mention] = {(one.start, one.end, one.label): one for one in mentions}
    made: dict[tuple[int, int], Mention] = {}
    own = find_last(text, decisions.of(*key))
    spots = {_spot(start, decision) for start, decision in own}
    following = [
        (one.start, decision)
        for spot, one in found.items()
        if spot not in spots
        and (decision := decisions.follow(key, text, make_reading(one), one.rule_id, one.score)) is not None
    ]
    # What was decided by itself comes last, and displaces what only follows.
    for start, decision in [*following, *own]:
        spot = _spot(start, decision)
        if decision.verdict == "reject" and spot in found:
            found[spot] = msgspec.structs.replace(found[spot], status="rejected", reviewed_by=decision.user)
        mention = _make_decided(key, segmented, start, decision, place, decisions)
        if mention is not None:
            found.pop(spot, None)
            made = {span: one for span, one in made.items() if not _overlaps(mention, [span])}
            made[mention.start, mention.end] = mention
    kept = [
        _move(one, decisions)
        for one in found.values()
        if one.status == "rejected" or not _overlaps(one, made)
    ]
    return sorted([*kept, *made.values()], key=lambda one: (one.start, one.end, one.label))


def _spot(start: int, decision: Decision) -> Spot:
    return start, start + len(decision.quote), decision.label


def make_reading(mention: Mention) -> Reading:
    """Give a mention as it was read."""
    return Reading(
        start=mention.start,
        quote=mention.text,
        label=mention.label,
        value=None if mention.value is None else msgspec.to_builtins(mention.value),
        entity_id=mention.entity_id,
    )


def _overlaps(mention: Mention, spans: Iterable[tuple[int, int]]) -> bool:
    return any(mention.start < end and start < mention.end for start, end in spans)


def _make_decided(
    key: ArticleKey,
    segmented: SegmentedText,
    seen_start: int,
    decision: Decision,
    place: Place,
    decisions: Decisions,
) -> Mention | None:
    """Give the decided mention, or None where there is none, or the words it should cover are not there any more."""
    reading, text = decision.decided, segmented.text
    if reading is None:
        return None
    start = seen_start + reading.start - decision.start
    end = start + len(reading.quote)
    if start < 0 or text[start:end] != reading.quote:
        return None
    sentence = segmented.sentence_at(start)
    source_start, source_end, link = place(start, end)
    return Mention(
        id=make_mention_id(key.id, reading.label, start, end),
        article_id=key.id,
        label=reading.label,
        text=reading.quote,
        start=start,
        end=end,
        source_start=source_start,
        source_end=source_end,
        sentence=text[sentence.start : sentence.end],
        value=make_value(reading.label, reading.value),
        entity_id=decisions.entity_of(reading.entity_id, reading.quote, since=decision.chosen_at),
        rule_id=decision.rule_id,
        score=decision.score,
        status=STATUS[decision.verdict],
        reviewed_by=decision.user,
        link=link,
    )


def _move(mention: Mention, decisions: Decisions) -> Mention:
    entity_id = decisions.entity_of(mention.entity_id, mention.text)
    if entity_id == mention.entity_id:
        return mention
    return msgspec.structs.replace(mention, entity_id=entity_id)
