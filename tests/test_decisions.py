"""Decisions attach by quote and context, come out of every later run, and can be read back from what a run wrote."""

import json
import sqlite3
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from medai_extract.batch import run_batch
from medai_extract.decisions import (
    CONTEXT,
    ArticleKey,
    Decision,
    Decisions,
    Move,
    Naming,
    Reading,
    Standing,
    apply_decisions,
    apply_to_mentions,
    locate,
    make_context,
    make_quote,
    read_decisions,
    read_log,
    restore_mentions,
)
from medai_extract.errors import InputError
from medai_extract.model import Article, Extraction, Mention
from medai_extract.pipeline import Pipeline, make_mention_id
from medai_extract.review.actions.decide import Wanted, decide
from medai_extract.review.actions.mark import mark
from medai_extract.review.store import Store
from medai_extract.segment import SegmentedText
from medai_extract.settings import Settings

TEXT = "推想医疗宣布完成5亿美元D轮融资，由IDG资本领投。蚂蚁阿福于2025年3月上线。🩺𠮷林的医院也用上了它。"


def extract(pipeline: Pipeline, text: str = TEXT, source: str = "a.txt") -> Extraction:
    return pipeline.extract(Article(source=source, text=text))


def decision(
    extraction: Extraction, quote: str, verdict: str, label: str = "", decided: str = "", **more: object
) -> Decision:
    """A decision on the mention ``quote``, or on the words themselves where the rules found none."""
    document = extraction.document
    there = [mention for mention in extraction.mentions if mention.text == quote]
    start = there[0].start if there else document.text.index(quote)
    prefix, suffix = make_context(document.text, start, start + len(quote))
    seen = label or (there[0].label if there else "ORG")
    target = None
    if verdict not in ("reject", "unsure"):
        target = Reading(
            start=document.text.index(decided or quote),
            quote=decided or quote,
            label=str(more.get("new_label", seen)),  # type: ignore[arg-type]
            value=more.get("value"),  # type: ignore[arg-type]
            entity_id=more.get("entity_id", "some-entity"),  # type: ignore[arg-type]
        )
    return Decision(
        verdict=verdict,  # type: ignore[arg-type]
        article_id=document.id,
        source=document.source,
        source_id=document.source_id,
        start=start,
        quote=quote,
        prefix=prefix,
        suffix=suffix,
        label=seen,  # type: ignore[arg-type]
        rule_id=there[0].rule_id if there else "review.add",
        entity_id=there[0].entity_id if there else None,
        decided=target,
        chosen=target is not None and "entity_id" in more,
        user="李娜",
        at="2026-01-01T00:00:00.000+00:00",
    )


def by_text(extraction: Extraction) -> dict[str, Mention]:
    return {mention.text: mention for mention in extraction.mentions}


def test_ids_are_those_of_the_pipeline(pipeline: Pipeline) -> None:
    for mention in extract(pipeline).mentions:
        assert mention.id == make_mention_id(mention.article_id, mention.label, mention.start, mention.end)


def test_every_verdict_comes_out_as_decided(pipeline: Pipeline) -> None:
    plain = extract(pipeline)
    made = apply_decisions(
        pipeline,
        plain,
        Decisions(
            [
                decision(plain, "推想医疗", "accept", entity_id="infervision"),
                decision(plain, "5亿美元", "reject"),
                decision(plain, "蚂蚁阿福", "correct", decided="阿福", entity_id="ant-afu"),
                decision(plain, "𠮷林的医院", "add", label="ORG", entity_id="jilin"),
                decision(plain, "2025年3月", "unsure"),
            ]
        ),
    )
    rows = by_text(made)
    status = {text: rows[text].status for text in ("推想医疗", "5亿美元", "阿福", "𠮷林的医院", "2025年3月")}
    assert status == {
        "推想医疗": "accepted",
        "5亿美元": "rejected",
        "阿福": "corrected",
        "𠮷林的医院": "added",
        "2025年3月": "unreviewed",
    }
    assert "蚂蚁阿福" not in rows
    assert {rows[text].reviewed_by for text in ("推想医疗", "5亿美元", "阿福", "𠮷林的医院")} == {"李娜"}
    assert rows["2025年3月"].reviewed_by is None
    for mention in made.mentions:
        assert made.document.text[mention.start : mention.end] == mention.text
        assert TEXT[mention.source_start : mention.source_end] == mention.text
        assert mention.text in mention.sentence
    assert not any(relation.money for relation in made.relations), "a rejected amount carries no relation"
    assert sorted(made.mentions, key=lambda m: (m.start, m.end)) == list(made.mentions)


def test_no_decision_is_no_change(pipeline: Pipeline) -> None:
    plain = extract(pipeline)
    assert apply_decisions(pipeline, plain, Decisions()) is plain
    other = decision(extract(pipeline, "别的文章提到推想医疗。", "b.txt"), "推想医疗", "reject")
    assert apply_decisions(pipeline, plain, Decisions([other])) is plain


def test_the_last_decision_holds(pipeline: Pipeline) -> None:
    plain = extract(pipeline)
    steps = [decision(plain, "推想医疗", "reject"), decision(plain, "推想医疗", "accept")]
    assert by_text(apply_decisions(pipeline, plain, Decisions(steps)))["推想医疗"].status == "accepted"
    steps.append(decision(plain, "推想医疗", "unsure"))
    assert by_text(apply_decisions(pipeline, plain, Decisions(steps)))["推想医疗"].status == "unreviewed"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("快讯：" + TEXT, True),
        (TEXT.replace("D轮", "C轮"), True),
        ("联想昨天收购了推想医疗的一些股份。", False),
        (TEXT.replace("推想医疗", "联影医疗"), False),
        ("", False),
    ],
)
def test_a_changed_article_keeps_what_still_stands_there(pipeline: Pipeline, text: str, kept: bool) -> None:
    made = decision(extract(pipeline), "推想医疗", "reject")
    located = locate(text, made)
    assert (located is not None) == kept
    changed = apply_decisions(pipeline, extract(pipeline, text or "空"), Decisions([made]))
    assert (by_text(changed).get("推想医疗") is not None) is ("推想医疗" in text)
    if kept:
        assert located is not None
        assert text[located.start :].startswith("推想医疗")
        assert by_text(changed)["推想医疗"].status == "rejected"


def test_of_equal_quotes_the_one_with_the_same_surroundings_is_meant(pipeline: Pipeline) -> None:
    text = "推想医疗今日上市。" * 3 + "据悉，推想医疗是一家公司。" + "推想医疗今日上市。" * 3
    extraction = extract(pipeline, text)
    start = text.index("推想医疗是")
    prefix, suffix = make_context(text, start, start + 4)
    made = decision(extraction, "推想医疗", "reject")
    made = Decision(
        **{
            **{f: getattr(made, f) for f in made.__struct_fields__},
            "start": start,
            "prefix": prefix,
            "suffix": suffix,
        }
    )
    longer = "新增的一段。" * 9 + text
    located = locate(longer, made)
    assert located is not None
    assert longer[located.start : located.start + 5] == "推想医疗是"


def test_context_is_bounded() -> None:
    assert make_context("a" * 100 + "X" + "b" * 100, 100, 101) == ("a" * CONTEXT, "b" * CONTEXT)


def test_what_a_run_wrote_can_be_read_back(pipeline: Pipeline) -> None:
    plain = extract(pipeline)
    steps = [
        decision(plain, "推想医疗", "accept"),
        decision(plain, "5亿美元", "reject"),
        decision(plain, "蚂蚁阿福", "correct", decided="阿福", entity_id="ant-afu"),
        decision(plain, "𠮷林的医院", "add", label="ORG"),
    ]
    moves = [Move(entity_id="idg", to="other", aliases=("IDG资本",))]
    written = apply_decisions(pipeline, plain, Decisions(steps, moves))
    key = ArticleKey(plain.document.id, plain.document.source, None)
    restored = restore_mentions(key, plain.document.text, written.mentions, Decisions(steps, moves))
    facts = [(m.label, m.text, m.start, m.source_start, m.status, m.id) for m in restored]
    assert facts == [(m.label, m.text, m.start, m.source_start, m.status, m.id) for m in plain.mentions]
    segmented = SegmentedText(plain.document.text)
    again = apply_to_mentions(
        key, segmented, restored, Decisions(steps, moves), lambda *_: (None, None, None)
    )
    assert [m.text for m in again] == [m.text for m in written.mentions]


def test_merges_and_splits_hold_in_their_order() -> None:
    moves = [
        Move(entity_id="a", to="b"),
        Move(entity_id="b", to="c", surface="阿福"),
        Move(entity_id="c", to="d"),
    ]
    made = Decisions(moves=moves)
    assert made.entity_of("a", "蚂蚁") == "b"
    assert made.entity_of("a", "阿福") == "d"
    assert made.entity_of(None, "阿福") is None
    assert made.digest != Decisions(moves=moves[:1]).digest


def test_a_choice_is_moved_by_later_merges_alone() -> None:
    made = Decisions(
        moves=[Move(entity_id="a", to="b", at="2026-01-02"), Move(entity_id="a", to="c", at="2026-01-04")]
    )
    assert made.entity_of("a", "阿福") == "b"
    assert made.entity_of("a", "阿福", since="2026-01-01") == "b"
    assert made.entity_of("a", "阿福", since="2026-01-03") == "c"
    assert made.entity_of("a", "阿福", since="2026-01-05") == "a"


def test_the_newer_of_two_decisions_across_each_other_stands(pipeline: Pipeline) -> None:
    plain = extract(pipeline)
    short = decision(plain, "蚂蚁阿福", "correct", decided="阿福", entity_id="ant-afu")
    long = decision(plain, "蚂蚁阿福于", "add", label="ORG", entity_id="x")
    for steps, stands in (([short, long], "蚂蚁阿福于"), ([long, short], "阿福")):
        made = apply_decisions(pipeline, plain, Decisions(steps)).mentions
        assert [mention.text for mention in made if "阿福" in mention.text] == [stands]
        spans = [(mention.start, mention.end) for mention in made]
        assert all(one[1] <= other[0] for one, other in pairwise(spans)), "no mention across another"


TWICE = "推想医疗完成融资。推想医疗表示满意。推想医疗的产品上线。"


def standing_on(extraction: Extraction, quote: str, verdict: str, **more: object) -> Standing:
    return Standing(example=decision(extraction, quote, verdict, **more))  # type: ignore[arg-type]


def test_a_decision_for_all_alike_holds_in_every_article(pipeline: Pipeline) -> None:
    plain, other = extract(pipeline), extract(pipeline, TWICE, "b.txt")
    statuses = {
        verdict: [m.status for m in apply_decisions(pipeline, other, Decisions(standing=[standing_on(plain, "推想医疗", verdict)])).mentions]
        for verdict in ("reject", "accept")
    }  # fmt: skip
    assert statuses == {"reject": ["rejected"] * 3, "accept": ["accepted"] * 3}
    # What somebody decided there by itself goes before, and so does an exception.
    start = TWICE.index("推想医疗表示")
    key = ArticleKey(other.document.id, "b.txt", None)
    excepted = make_quote(key, TWICE, start, start + 4)
    held = Standing(example=decision(plain, "推想医疗", "reject"), excepted=(excepted,))
    own = decision(other, "推想医疗", "accept", entity_id="infervision")
    made = apply_decisions(pipeline, other, Decisions([own], standing=[held])).mentions
    assert [mention.status for mention in made] == ["accepted", "unreviewed", "rejected"]
    # It is known again where the article has changed around it.
    changed = extract(pipeline, "更新。" + TWICE, "b.txt")
    made = apply_decisions(pipeline, changed, Decisions(standing=[held])).mentions
    assert [mention.status for mention in made] == ["rejected", "unreviewed", "rejected"]
    # The newest of several holds, and where that leaves a mention alone, the one before.
    accepting = standing_on(plain, "推想医疗", "accept")
    made = apply_decisions(pipeline, other, Decisions(standing=[accepting, held])).mentions
    assert [mention.status for mention in made] == ["rejected", "accepted", "rejected"]


def test_an_article_is_concerned_by_what_changes_its_records(pipeline: Pipeline) -> None:
    """Equal digests give equal records, whatever is decided, merged or held for all alike, here or elsewhere."""
    here, there = extract(pipeline, TWICE, "b.txt"), extract(pipeline)
    mention = here.mentions[0]
    entity = mention.entity_id or ""
    own, elsewhere = decision(here, "推想医疗", "reject"), decision(there, "5亿美元", "reject")
    standing = standing_on(there, "推想医疗", "reject")
    spot = make_quote(ArticleKey(here.document.id, "b.txt", None), TWICE, mention.start, mention.end)
    many = {
        "nothing": Decisions(),
        "own": Decisions([own]),
        "unsure": Decisions([own, decision(here, "推想医疗", "unsure")]),
        "merge": Decisions(moves=[Move(entity_id=entity, to="x")]),
        "chain": Decisions(moves=[Move(entity_id=entity, to="x"), Move(entity_id="x", to="y")]),
        "split": Decisions(moves=[Move(entity_id=entity, to="z", surface="推想医疗")]),
        "standing": Decisions(standing=[standing]),
        "excepted": Decisions(standing=[Standing(example=standing.example, excepted=(spot,))]),
        "newer": Decisions(standing=[standing, standing_on(there, "推想医疗", "accept")]),
        "corrected": Decisions(standing=[standing_on(there, "推想医疗", "correct", decided="推想")]),
        "chosen": Decisions(
            standing=[standing_on(there, "推想医疗", "correct", entity_id="q")],
            moves=[Move(entity_id="q", to="r", at="2027")],
        ),
    }
    own_of = {
        name: made.concerning(here.document.id, "b.txt", None, here.mentions) for name, made in many.items()
    }
    records = {name: apply_decisions(pipeline, here, made).mentions for name, made in many.items()}
    for one, other in combinations(many, 2):
        assert own_of[one].digest != own_of[other].digest or records[one] == records[other], (one, other)
    assert len({made.digest for made in own_of.values()}) == len(many)
    for name, made in own_of.items():
        assert apply_decisions(pipeline, here, made).mentions == records[name], name
    # What touches only other articles leaves this one as it is.
    for made in (
        Decisions([elsewhere]),
        Decisions(moves=[Move(entity_id="idg-capital", to="x")]),
        Decisions(moves=[Move(entity_id=entity, to="x", surface="Infervision")]),
        Decisions(standing=[standing_on(there, "IDG资本", "reject")]),
        Decisions(namings=[Naming(entity_id=entity, name_zh="甲", name_en=None)]),
    ):
        assert not made.concerning(here.document.id, "b.txt", None, here.mentions)
        assert apply_decisions(pipeline, here, made) is here


def test_a_run_applies_decisions_and_can_leave_them_aside(tmp_path: Path) -> None:
    news, out = tmp_path / "a.txt", tmp_path / "out"
    news.write_text(TEXT, encoding="utf-8")
    run_batch([str(news)], out, settings=Settings())
    untouched = (out / "mentions.jsonl").read_bytes()
    store = Store(out)
    ids = {row["text"]: row["id"] for row in store.read.execute("SELECT id, text FROM mention")}
    decide(store, "李娜", ids["推想医疗"], Wanted(verdict="reject"))
    article_id = store.read.execute("SELECT id FROM article").fetchone()["id"]
    mark(store, "李娜", article_id, TEXT.index("𠮷林"), TEXT.index("也用"), "ORG", entity_id="jilin")
    store.close()

    run_batch([str(news)], out, settings=Settings())
    rows = [json.loads(line) for line in (out / "mentions.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["text"]: row["status"] for row in rows if row["status"] != "unreviewed"} == {
        "推想医疗": "rejected",
        "𠮷林的医院": "added",
    }
    entities = {json.loads(line)["id"] for line in (out / "entities.jsonl").read_text("utf-8").splitlines()}
    assert "jilin" in entities
    rejected = next(row for row in rows if row["status"] == "rejected")
    assert rejected["entity_id"] not in entities
    applied = (out / "mentions.jsonl").read_bytes()
    run_batch([str(news)], out, settings=Settings(), workers=2)
    assert (out / "mentions.jsonl").read_bytes() == applied
    run_batch([str(news)], out, settings=Settings(), ignore_review=True)
    assert (out / "mentions.jsonl").read_bytes() == untouched


def test_names_given_by_reviewers_come_out(tmp_path: Path) -> None:
    named = Decisions(namings=[Naming(entity_id="x", name_zh="某某", name_en=None)])
    assert bool(named)
    assert read_decisions(tmp_path).all == read_log(tmp_path).all == ()


def test_a_broken_file_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "review.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(InputError, match="--ignore-review"):
        read_decisions(tmp_path)
    sqlite3.connect(tmp_path / "empty.sqlite").close()
