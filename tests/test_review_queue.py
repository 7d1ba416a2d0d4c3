"""The queue: what a decision is worth, filters and facets that agree, search, agreement of reviewers."""
# ruff: noqa: F811

import random

import msgspec
import pytest

pytest.importorskip("fastapi", reason="the extra `review` is not installed")

from desk import ids, out, store  # noqa: F401
from medai_extract.review.actions.decide import Wanted, decide
from medai_extract.review.agreement import cohen_kappa, measure_agreement
from medai_extract.review.facets import count_facets, count_progress
from medai_extract.review.filters import Filters
from medai_extract.review.queue import WORTH, find_worthiest, list_queue, next_mention
from medai_extract.review.store import Store

EVERY_WORTH = f"SELECT grp.id, {WORTH} AS worth FROM grp JOIN rule ON rule.row = grp.rule WHERE open > 0 ORDER BY worth DESC, grp.id"


def test_the_queue_puts_first_what_a_decision_settles(store: Store) -> None:
    entries = list_queue(store.read, Filters(), "我")
    assert entries[0].mention["text"] == "推想医疗"
    assert [entry.worth for entry in entries] == sorted((entry.worth for entry in entries), reverse=True)
    first = entries[0].mention
    assert next_mention(store.read, Filters(), "我") == first["id"]
    passed = Filters().passing(first["id"])
    assert next_mention(store.read, passed, "我") == entries[1].mention["id"]
    risk = "SELECT risk FROM rule WHERE id = ?"
    before = store.read.execute(risk, (first["rule_id"],)).fetchone()[0]
    decide(store, "我", first["id"], Wanted(verdict="reject"))
    after = store.read.execute(risk, (first["rule_id"],)).fetchone()[0]
    assert after > before, "a rule that was wrong is doubted more"


def test_all_that_was_passed_comes_again_at_the_end(store: Store) -> None:
    filters, seen = Filters(label="MONEY"), []
    for _ in range(len(list_queue(store.read, filters, "我"))):
        seen.append(next_mention(store.read, filters, "我"))
        filters = filters.passing(seen[-1] or "")
    assert len(set(seen)) == len(seen) > 1
    assert next_mention(store.read, filters, "我") == seen[0]


@pytest.mark.parametrize("seed", range(4))
def test_the_short_way_to_the_worthiest_is_the_long_one(store: Store, seed: int) -> None:
    """Few groups are looked at; they are the same, in the same order, as if all were sorted."""
    rng = random.Random(seed)
    with store.write() as connection:
        connection.execute("DELETE FROM grp")
        rules = [row["row"] for row in connection.execute("SELECT row FROM rule")]
        for number in range(400):
            open_, decided = rng.choice([0, 1, 1, 1, 2, rng.randrange(40)]), rng.choice([0, 0, 1, 3])
            doubt = rng.choice([0.1, 0.1, rng.random()])
            values = (number, rng.choice(rules), open_, decided, doubt)
            connection.execute(
                "INSERT INTO grp (id, text, rule_id, label, rule, open, decided, doubt) VALUES (?, '', '', 'ORG', ?, ?, ?, ?)",
                values,
            )
        connection.execute("UPDATE rule SET doubt = (SELECT max(doubt) FROM grp WHERE grp.rule = rule.row)")
        connection.execute("UPDATE rule SET risk = abs(random() % 1000) / 1000.0")
    expected = [row["id"] for row in store.read.execute(EVERY_WORTH)]
    for limit in (1, 7, 30, 1000):
        assert [group for _, group, _ in find_worthiest(store.read, Filters(), limit)] == expected[:limit]


@pytest.mark.parametrize(
    "filters",
    [Filters(lang="en"), Filters(lang="zh"), Filters(lang="zh", label="MONEY"), Filters(month="2030-01")],
)
def test_filtered_groups_are_those_of_the_mentions(
    store: Store, filters: Filters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found among all groups, or by the mentions where these are few: one row for all alike, what is worth most first."""
    mentions = list_queue(store.read, msgspec.structs.replace(filters, status="unreviewed"), "我", limit=1000)
    expected = list(dict.fromkeys(entry.mention["group_id"] for entry in mentions))
    for few in (0, 5_000):
        monkeypatch.setattr("medai_extract.review.queue.FEW", few)
        for limit, offset in ((1, 0), (2, 0), (30, 0), (2, 1)):
            entries = list_queue(store.read, filters, "我", limit=limit, offset=offset)
            found = [entry.mention["group_id"] for entry in entries]
            assert found == expected[offset : offset + limit], (few, limit, offset)
            assert not filters.lang or {entry.mention["lang"] for entry in entries} <= {filters.lang}
        passed = filters.passing(mentions[0].mention["id"]) if mentions else filters
        assert [entry.mention["group_id"] for entry in list_queue(store.read, passed, "我")] == expected[1:]


def test_filters_and_facets_agree(store: Store) -> None:
    decide(store, "别人", ids(store, "IDG资本")[0], Wanted(verdict="reject"))
    decide(store, "别人", ids(store, "推想医疗")[0], Wanted(verdict="unsure"))
    for words in ("", "推想", "infervision"):
        facets = count_facets(store.read, Filters(q=words), "我").values
        for name in ("status", "label", "rule", "lang", "month", "entity"):
            for value, number in facets[name]:
                filters = Filters(**{"status": "unreviewed", "q": words} | {name: value})
                found = list_queue(store.read, filters, "我", limit=1000)
                assert len(found) == number == count_facets(store.read, filters, "我").total, (name, value)
    assert {entry.mention["text"] for entry in list_queue(store.read, Filters(lang="en"), "我")} >= {"OpenAI"}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("IDG", True),
        ("idg资本", True),
        ("领投", True),
        ("没有这些字", False),
        ("%", False),
        ("5_美元", False),
    ],
)
def test_search_looks_into_names_and_sentences(store: Store, words: str, found: bool) -> None:
    entries = list_queue(store.read, Filters(q=words), "我")
    assert bool(entries) is found
    assert count_facets(store.read, Filters(q=words), "我").total == len(entries)


def test_a_second_look_is_at_what_others_decided(store: Store) -> None:
    one = ids(store, "IDG资本")[0]
    decide(store, "别人", one, Wanted(verdict="accept"))
    second = Filters(status="second")
    assert [entry.mention["id"] for entry in list_queue(store.read, second, "我")] == [one]
    assert list_queue(store.read, second, "别人") == []
    assert count_facets(store.read, second, "我").total == 1
    assert count_facets(store.read, Filters(status="second", q="IDG"), "我").total == 1
    assert count_progress(store.read)[0] == 1


def test_agreement_is_cohens(store: Store) -> None:
    every = [row["id"] for row in store.read.execute("SELECT id FROM mention ORDER BY position LIMIT 10")]
    for number, one in enumerate(every):
        decide(store, "甲", one, Wanted(verdict="accept" if number < 6 else "reject"))
        decide(store, "乙", one, Wanted(verdict="accept" if number < 5 or number == 9 else "reject"))
    measured = {(one.by, one.value): one for one in measure_agreement(store.read)}
    total = measured["all", ""]
    assert (total.users, total.both, total.same) == (("乙", "甲"), 10, 8)
    assert total.kappa == pytest.approx(cohen_kappa([(1, 1)] * 5 + [(1, 0)] + [(0, 1)] + [(0, 0)] * 3))
    assert sum(one.both for (by, _), one in measured.items() if by == "rule") == 10
