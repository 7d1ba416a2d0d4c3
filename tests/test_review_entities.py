"""Entities on the desk: renaming, merging, splitting, what speaks for it, and that every run keeps it."""
# ruff: noqa: F811

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the extra `review` is not installed")

import desk
from desk import ids, out, row, snapshot, store  # noqa: F401
from medai_extract.export import read_annotated
from medai_extract.review.actions.decide import Wanted, decide
from medai_extract.review.actions.regroup import keep_apart, merge, rename, split
from medai_extract.review.actions.undo import undo
from medai_extract.review.entities import find_entity, list_entities, read_entity, read_history
from medai_extract.review.evidence import find_alarms, find_evidence, find_twins
from medai_extract.review.problems import NotThereError
from medai_extract.review.store import Store

HOSPITAL = "Peking Union Medical College Hospital"


def entity_of(store: Store, text: str) -> str:
    return str(row(store, ids(store, text)[0])["entity_id"])


def test_merge_split_rename_and_the_run_keeps_it(out: Path, store: Store) -> None:
    one = entity_of(store, "北京协和医院")
    other = split(store, "我", one, [HOSPITAL], "pumch-again")
    assert entity_of(store, HOSPITAL) == other != one
    keep_apart(store, "别人", one, other)
    assert "apart" in find_alarms(store.read, one, other)
    merge(store, "我", other, one)
    assert entity_of(store, HOSPITAL) == one
    assert read_entity(store.read, other).merged_into == one
    rename(store, "我", one, "协和", "PUMCH")
    desk.rerun()
    store.refresh()
    lines = (out / "entities.jsonl").read_text("utf-8").splitlines()
    written = {entity["id"]: entity for entity in map(json.loads, lines)}
    assert (written[one]["name_zh"], written[one]["name_en"]) == ("协和", "PUMCH")
    assert HOSPITAL in written[one]["aliases"]
    assert other not in written
    apart = split(store, "我", one, ["北京协和医院"], "某医院")
    assert {alias for alias, _ in read_entity(store.read, apart).aliases} == {"北京协和医院"}
    kinds = [action["kind"] for action in read_history(store.read, one)]
    assert kinds[:3] == ["split", "rename", "merge"]
    assert {entity["id"] for entity in list_entities(store.read, "某医院", "ORG")} == {apart}
    for wrong in (one, "nobody"):
        with pytest.raises(NotThereError):
            merge(store, "我", one, wrong)
    with pytest.raises(NotThereError):
        split(store, "我", one, ["没有这个名称"], "x")


def test_a_merge_follows_what_the_other_was_merged_into(store: Store) -> None:
    idg, openai, infervision = (entity_of(store, text) for text in ("IDG资本", "OpenAI", "推想医疗"))
    merge(store, "我", openai, infervision)
    assert "merged" in find_alarms(store.read, idg, openai)
    assert merge(store, "我", idg, openai) == infervision
    assert entity_of(store, "IDG资本") == infervision
    assert find_entity(store.read, openai, "ORG") == infervision
    with pytest.raises(NotThereError):
        merge(store, "我", infervision, openai)


def test_undo_in_the_middle_of_a_chain_leads_back_from_its_end(store: Store) -> None:
    before = snapshot(store)
    idg, openai, infervision = (entity_of(store, text) for text in ("IDG资本", "OpenAI", "推想医疗"))
    merge(store, "甲", idg, openai)
    merge(store, "乙", openai, infervision)
    assert entity_of(store, "IDG资本") == infervision
    undo(store, "甲")
    assert (entity_of(store, "IDG资本"), entity_of(store, "OpenAI")) == (idg, infervision)
    undo(store, "乙")
    assert snapshot(store) == before


def test_agreeing_with_a_merge_is_no_choice_of_an_entity(store: Store) -> None:
    idg, openai = entity_of(store, "IDG资本"), entity_of(store, "OpenAI")
    merge(store, "甲", idg, openai)
    (one,) = ids(store, "IDG资本")
    decide(store, "乙", one, Wanted(verdict="accept", entity_id=openai))
    assert row(store, one)["status"] == "accepted"
    undo(store, "甲")
    assert row(store, one)["entity_id"] == idg


def test_an_entity_chosen_after_a_split_stays_chosen(out: Path, store: Store) -> None:
    infervision = entity_of(store, "推想医疗")
    apart = split(store, "甲", infervision, ["推想医疗"], "另一家")
    one = ids(store, "推想医疗")[0]
    assert row(store, one)["entity_id"] == apart
    decide(store, "乙", one, Wanted(verdict="accept", entity_id=infervision))
    assert row(store, one)["entity_id"] == infervision
    desk.rerun()
    store.refresh()
    assert row(store, one)["entity_id"] == infervision
    written = [json.loads(line) for line in (out / "mentions.jsonl").read_text("utf-8").splitlines()]
    assert {mention["id"]: mention["entity_id"] for mention in written}[one] == infervision
    assert entity_of(store, "推想医疗") == infervision
    assert row(store, ids(store, "推想医疗")[1])["entity_id"] == apart


def test_a_merge_taken_back_after_a_run_leaves_shared_names_where_they_were(store: Store) -> None:
    infervision = entity_of(store, "推想医疗")
    some = ids(store, "推想医疗")[0]
    decide(store, "甲", some, Wanted(verdict="accept", entity_id="推想二号"))
    before = snapshot(store)
    merge(store, "甲", "推想二号", infervision)
    desk.rerun()
    store.refresh()
    assert {row(store, one)["entity_id"] for one in ids(store, "推想医疗")} == {infervision}
    undo(store, "甲")
    assert snapshot(store) == before


def test_evidence_and_alarms(store: Store) -> None:
    idg, infervision = entity_of(store, "IDG资本"), entity_of(store, "推想医疗")
    assert [one.kind for one in find_evidence(store.read, idg, infervision)] == ["together"]
    assert "named" in find_alarms(store.read, idg, infervision)
    assert "labels" in find_alarms(store.read, idg, entity_of(store, "蚂蚁阿福"))
    apart = split(store, "我", infervision, ["Infervision"], "infervision-inc")
    evidence = find_evidence(store.read, infervision, apart)
    assert any(one.kind == "apposition" and "推想医疗" in one.words for one in evidence)
    assert find_twins(store.read, infervision)[0].row["id"] == apart


def test_all_that_is_taken_back_after_a_run_is_as_before_at_once(out: Path, store: Store) -> None:
    """What was displaced, names that came later, and names of entities: the desk needs no second run for them."""
    Path("news/d.txt").write_text("推想科技是一家公司。", encoding="utf-8")
    desk.rerun()
    store.refresh()
    before, named = snapshot(store), dict(row_of_entity(store, "infervision"))
    Path("news/d.txt").unlink()
    desk.rerun()
    store.refresh()
    merge(store, "甲", "infervision", "openai")
    rename(store, "甲", "infervision", "推想", "Inf")
    (money,) = ids(store, "5亿美元")
    found = row(store, money)
    decide(store, "甲", money, Wanted(verdict="accept", end=found["end"] + len("D轮融资，由IDG")))
    displaced = ids(store, "IDG资本")
    Path("news/d.txt").write_text("推想科技是一家公司。", encoding="utf-8")
    desk.rerun()
    store.refresh()
    assert entity_of(store, "推想科技") == "openai"
    written = {json.loads(line)["id"] for line in (out / "mentions.jsonl").read_text("utf-8").splitlines()}
    assert displaced
    assert not written & set(displaced)
    for _ in range(3):
        undo(store, "甲")
    assert snapshot(store) == before
    assert dict(row_of_entity(store, "infervision")) == named
    exported = {(one.id, one.entity_id) for article in read_annotated(out) for one in article.annotations}
    assert exported == {(one[0], one[6]) for one in before}


def test_an_entity_that_was_renamed_and_merged_comes_back_with_its_names(out: Path, store: Store) -> None:
    before = dict(row_of_entity(store, "infervision"))
    rename(store, "甲", "infervision", "推想", "Inf")
    merge(store, "甲", "infervision", "openai")
    desk.rerun()
    store.refresh()
    assert "infervision" not in (out / "entities.jsonl").read_text("utf-8")
    undo(store, "甲")
    assert tuple(row_of_entity(store, "infervision")) == ("infervision", "推想", "Inf")
    assert read_entity(store.read, "infervision").total > 3
    undo(store, "甲")
    assert dict(row_of_entity(store, "infervision")) == before


def row_of_entity(store: Store, entity_id: str) -> Any:
    return store.read.execute("SELECT id, name_zh, name_en FROM entity WHERE id = ?", (entity_id,)).fetchone()
