"""Deciding: one mention or all alike, undo to any depth, two reviewers at once, and what must never be lost."""
# ruff: noqa: F811

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("fastapi", reason="the extra `review` is not installed")

import desk
from desk import ids, out, row, snapshot, store  # noqa: F401
from medai_extract.batch import run_batch
from medai_extract.dataset import make_mention, read_rows
from medai_extract.decisions import ArticleKey, apply_to_mentions, read_decisions
from medai_extract.errors import InputError
from medai_extract.model import Mention
from medai_extract.review.actions.alike import decide_many, find_alike
from medai_extract.review.actions.decide import Wanted, decide
from medai_extract.review.actions.mark import mark
from medai_extract.review.actions.regroup import merge, rename, split
from medai_extract.review.actions.undo import undo
from medai_extract.review.entities import read_names
from medai_extract.review.facets import count_progress
from medai_extract.review.filters import Filters
from medai_extract.review.load import load_dataset
from medai_extract.review.log import read_steps
from medai_extract.review.problems import ConflictError, NotThereError
from medai_extract.review.queue import list_queue, next_mention
from medai_extract.review.store import Store
from medai_extract.segment import SegmentedText
from medai_extract.settings import Settings


def test_undo_to_any_depth_also_yesterdays(store: Store) -> None:
    states = [snapshot(store)]
    yesterday = datetime.now(UTC) - timedelta(days=1)
    one, other = ids(store, "推想医疗")[:2]
    steps = [
        lambda: decide(store, "我", one, Wanted(verdict="reject"), clock=lambda: yesterday),
        lambda: decide(store, "我", one, Wanted(verdict="accept"), clock=lambda: yesterday),
        lambda: decide(store, "我", other, Wanted(verdict="accept", start=row(store, other)["start"] + 1)),
        lambda: mark(store, "我", row(store, one)["article_id"], 0, 2, "PRODUCT"),
        lambda: decide_many(store, "我", one, Wanted(verdict="reject"), chosen=ids(store, "推想医疗"), later=True),
        lambda: merge(store, "我", row(store, one)["entity_id"], row(store, ids(store, "IDG资本")[0])["entity_id"]),
        lambda: rename(store, "我", "idg-capital", "某某资本", None),
    ]  # fmt: skip
    for step in steps:
        step()
        states.append(snapshot(store))
    assert len({tuple(state) for state in states}) >= len(steps)
    decide(store, "别人", ids(store, "IDG资本")[0], Wanted(verdict="accept"))
    undo(store, "别人")
    for state in reversed(states[:-1]):
        undo(store, "我")
        assert snapshot(store) == state
    with pytest.raises(NotThereError):
        undo(store, "我")
    counts = store.read.execute("SELECT sum(open) AS open, sum(decided) AS decided FROM grp").fetchone()
    assert (counts["open"], counts["decided"]) == (len(states[0]), 0)


def test_an_older_action_can_be_taken_back_alone_and_only_by_its_author(store: Store) -> None:
    one, other = ids(store, "推想医疗")[:2]
    first = decide(store, "我", one, Wanted(verdict="reject"))
    decide(store, "我", other, Wanted(verdict="accept"))
    with pytest.raises(NotThereError):
        undo(store, "别人", first)
    undo(store, "我", first)
    assert (row(store, one)["status"], row(store, other)["status"]) == ("unreviewed", "accepted")


def test_every_decision_keeps_who_when_why_and_its_quote(store: Store) -> None:
    one = ids(store, "推想医疗")[1]
    decide(store, "李娜", one, Wanted(verdict="reject", reason="说的是产品"))
    (step,) = read_steps(store.read, one)
    made = step.decision
    assert (made.user, made.reason, made.quote) == ("李娜", "说的是产品", "推想医疗")
    assert made.prefix.endswith("2025年3月16日，")
    assert datetime.fromisoformat(made.at) <= datetime.now(UTC)


def test_value_label_entity_and_edges_can_be_corrected(store: Store) -> None:
    (money,) = ids(store, "5亿美元")
    value = dict.fromkeys(("amount_min", "amount_max", "modifier")) | {
        "currency": "USD",
        "amount": "600000000",
    }
    decide(store, "我", money, Wanted(verdict="accept", value=value))
    assert json.loads(row(store, money)["value"])["amount"] == "600000000"
    assert row(store, money)["status"] == "corrected"
    (idg,) = ids(store, "IDG资本")
    decide(store, "我", idg, Wanted(verdict="accept", label="PRODUCT", entity_id="x"))
    assert (row(store, idg)["label"], row(store, idg)["entity_id"]) == ("PRODUCT", "x")
    decide(store, "我", idg, Wanted(verdict="accept", label="ORG", entity_id="idg-capital"))
    assert row(store, idg)["status"] == "accepted", "back to what the rules said is an acceptance"
    with pytest.raises(NotThereError):
        decide(store, "我", idg, Wanted(verdict="accept", start=5, end=5))


def test_what_lies_across_a_decided_mention_gives_way(out: Path, store: Store) -> None:
    before = snapshot(store)
    (money,), (idg,) = ids(store, "5亿美元"), ids(store, "IDG资本")
    found = row(store, money)
    wide = Wanted(verdict="accept", end=found["end"] + len("D轮融资，由IDG"))
    decide(store, "我", money, wide)
    assert (row(store, idg)["status"], row(store, idg)["reviewed_by"]) == ("displaced", None)
    assert idg not in {entry.mention["id"] for entry in list_queue(store.read, Filters(), "我", limit=200)}
    assert [entry.mention["id"] for entry in list_queue(store.read, Filters(status="displaced"), "我")] == [
        idg
    ]
    desk.rerun()
    store.refresh()
    assert row(store, idg)["status"] == "displaced"
    assert idg not in (out / "mentions.jsonl").read_text("utf-8")
    # Who decides it all the same has the last word.
    decide(store, "我", idg, Wanted(verdict="accept"))
    assert row(store, idg)["status"] == "accepted"
    undo(store, "我")
    assert row(store, idg)["status"] == "displaced"
    decide(store, "我", money, Wanted(verdict="reject"))
    assert row(store, idg)["status"] == "unreviewed"
    undo(store, "我")
    assert row(store, idg)["status"] == "displaced"
    undo(store, "我")
    assert snapshot(store) == before
    # What follows a decision for all alike gives way to what was decided by itself, and makes others give way no more.
    decide_many(store, "我", idg, Wanted(verdict="accept"), chosen=[idg], later=True)
    marked = mark(store, "我", found["article_id"], found["start"], found["end"] + 3, "ORG")
    assert row(store, money)["status"] == "displaced"
    undo(store, "我")
    assert (row(store, money)["status"], ids(store, "5亿美元D轮")) == ("unreviewed", [])
    assert store.read.execute("SELECT 1 FROM mention WHERE id = ?", (marked,)).fetchone() is None


def test_what_is_unsure_does_not_come_again_at_once(store: Store) -> None:
    seen = []
    while (following := next_mention(store.read, Filters(), "我")) is not None:
        assert following not in seen
        seen.append(following)
        decide(store, "我", following, Wanted(verdict="unsure"))
    total = store.read.execute("SELECT count(*) FROM mention").fetchone()[0]
    assert len(seen) == total
    assert count_progress(store.read) == (0, total), "unsure is not decided"
    assert len(list_queue(store.read, Filters(status="unsure"), "我", limit=total)) == total


def test_the_second_of_two_reviewers_is_asked(store: Store) -> None:
    one = ids(store, "推想医疗")[0]
    decide(store, "甲", one, Wanted(verdict="accept"), known=0)
    with pytest.raises(ConflictError) as conflict:
        decide(store, "乙", one, Wanted(verdict="reject"), known=0)
    assert conflict.value.step.decision.user == "甲"
    assert row(store, one)["status"] == "accepted"
    decide(store, "乙", one, Wanted(verdict="reject"), known=conflict.value.step.id)
    assert (row(store, one)["status"], row(store, one)["disputed"]) == ("rejected", 1)
    disputed = list_queue(store.read, Filters(status="disputed"), "丙")
    assert [entry.mention["id"] for entry in disputed] == [one]
    decide(store, "丙", one, Wanted(verdict="accept"), settles=True)
    assert (row(store, one)["status"], row(store, one)["disputed"]) == ("accepted", 0)


def test_deciding_at_once_asks_exactly_one(out: Path, store: Store) -> None:
    one = ids(store, "推想医疗")[0]
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def run(user: str, verdict: Any) -> None:
        own = Store(out)
        gate.wait()
        try:
            decide(own, user, one, Wanted(verdict=verdict), known=0)
            outcomes.append("decided")
        except ConflictError:
            outcomes.append("asked")
        own.close()

    threads = [threading.Thread(target=run, args=args) for args in (("甲", "accept"), ("乙", "reject"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["asked", "decided"]


def test_four_reviewers_at_once_lose_nothing(out: Path, store: Store) -> None:
    """Each decides every mention in an order of its own, by one decision and by many; counts and log agree at the end."""
    every = [row["id"] for row in store.read.execute("SELECT id FROM mention ORDER BY position")]
    made: list[int] = []

    def work(number: int) -> None:
        own = Store(out)
        for place, one in enumerate(every[number * 3 :] + every[: number * 3]):
            wanted = Wanted(
                verdict="reject" if (place + number) % 3 else "accept", reason=f"{number}.{place}"
            )
            made.append(decide(own, f"reviewer {number}", one, wanted))
            if place % 7 == number:
                undo(own, f"reviewer {number}")
        own.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 4 * len(every)
    assert store.read.execute("SELECT count(*) FROM step").fetchone()[0] == 4 * len(every)
    assert counts(store) == counts_anew(store)


def test_one_decision_for_many_leaves_out_exceptions_and_the_decided(store: Store) -> None:
    all_alike = ids(store, "推想医疗")
    decide(store, "别人", all_alike[1], Wanted(verdict="reject"))
    shown = [one["id"] for one in find_alike(store.read, all_alike[0])]
    assert shown == [one for one in all_alike if one != all_alike[1]]
    chosen = [*shown[:-1], ids(store, "IDG资本")[0]]
    action_id, number = decide_many(store, "我", all_alike[0], Wanted(verdict="accept"), chosen=chosen)
    assert number == len(shown) - 1
    assert row(store, shown[-1])["status"] == row(store, ids(store, "IDG资本")[0])["status"] == "unreviewed"
    assert row(store, all_alike[1])["status"] == "rejected"
    undo(store, "我", action_id)
    assert count_progress(store.read)[0] == 1


def test_the_example_itself_is_left_alone_where_somebody_was_faster(store: Store) -> None:
    first, *others = ids(store, "推想医疗")
    decide(store, "别人", first, Wanted(verdict="reject"), known=0)
    decide_many(store, "我", first, Wanted(verdict="accept"), chosen=[first, *others], known=0)
    assert {row(store, one)["status"] for one in others} == {"accepted"}
    assert (row(store, first)["status"], row(store, first)["reviewed_by"]) == ("rejected", "别人")
    with pytest.raises(NotThereError):
        decide_many(store, "我", first, Wanted(verdict="accept"), chosen=[first], known=0)


def test_edges_corrected_for_many_move_only_where_the_same_words_come_out(store: Store) -> None:
    alike = ids(store, "推想医疗")
    article_id, end = row(store, alike[1])["article_id"], row(store, alike[1])["end"]
    text = store.read.execute("SELECT text FROM article WHERE id = ?", (article_id,)).fetchone()["text"]
    wanted = Wanted(verdict="accept", start=row(store, alike[1])["start"], end=end + 1)
    decide_many(store, "我", alike[1], wanted, chosen=alike)
    found = {(row(store, one)["status"], row(store, one)["text"]) for one in alike}
    assert found == {("corrected", f"推想医疗{text[end]}"), ("unreviewed", "推想医疗")}
    assert row(store, alike[1])["status"] == "corrected"


LATER = "推想医疗回应传闻\n\n推想医疗今日回应。推想医疗称传闻不实，由IDG资本持股。\n"


def test_a_decision_for_all_alike_holds_for_later_mentions(out: Path, store: Store) -> None:
    first, *others = ids(store, "推想医疗")
    excepted = others[0]
    chosen = [one for one in (first, *others) if one != excepted]
    action_id, _ = decide_many(store, "我", first, Wanted(verdict="reject"), chosen=chosen, later=True)
    before = {one[0]: one for one in snapshot(store)}
    Path("news/d.txt").write_text(LATER, encoding="utf-8")
    desk.rerun()
    store.refresh()
    new = [row(store, one) for one in ids(store, "推想医疗") if one not in before]
    assert len(new) == 3
    assert {(one["status"], one["reviewed_by"]) for one in new} == {("rejected", "我")}
    assert row(store, excepted)["status"] == "unreviewed", "what was taken out stays out"
    assert {one[0]: one for one in snapshot(store) if one[0] in before} == before
    written = [json.loads(line) for line in (out / "mentions.jsonl").read_text("utf-8").splitlines()]
    status = {one["id"]: one["status"] for one in written}
    assert {status[one["id"]] for one in new} == {"rejected"}
    assert status[excepted] == "unreviewed"
    # What nobody looked at can be looked at, one by one or all at once; what somebody says of it goes before.
    followed = list_queue(store.read, Filters(status="followed"), "乙")
    assert {entry.mention["id"] for entry in followed} == {one["id"] for one in new}
    decide(store, "乙", new[0]["id"], Wanted(verdict="accept"))
    assert row(store, new[0]["id"])["status"] == "accepted"
    shown = [one["id"] for one in find_alike(store.read, new[1]["id"])]
    assert set(shown) == {new[1]["id"], new[2]["id"], excepted}
    decide_many(store, "乙", new[1]["id"], Wanted(verdict="accept"), chosen=[new[1]["id"]], later=True)
    assert [row(store, one["id"])["status"] for one in new] == ["accepted", "accepted", "rejected"]
    # Undo takes back the whole, also for what came later.
    undo(store, "乙")
    assert [row(store, one["id"])["status"] for one in new] == ["accepted", "rejected", "rejected"]
    undo(store, "我", action_id)
    statuses = [one["status"] for one in (row(store, one) for one in ids(store, "推想医疗"))]
    assert sorted(statuses) == ["accepted", *["unreviewed"] * (len(statuses) - 1)]
    assert counts(store) == counts_anew(store)


def test_a_correction_for_all_alike_holds_for_later_mentions(out: Path, store: Store) -> None:
    first, *others = ids(store, "推想医疗")
    start = row(store, first)["start"]
    wanted = Wanted(verdict="accept", start=start, end=start + 2, entity_id="tuixiang")
    decide_many(store, "我", first, wanted, chosen=[first, *others], later=True)
    Path("news/d.txt").write_text(LATER, encoding="utf-8")
    desk.rerun()
    store.refresh()
    assert ids(store, "推想医疗") == []
    new = store.read.execute(
        "SELECT mention.text, status, entity_id FROM mention JOIN article ON article.id = article_id"
        " WHERE source LIKE '%d.txt' AND mention.text LIKE '推想%'"
    ).fetchall()
    assert [tuple(one) for one in new] == [("推想", "corrected", "tuixiang")] * 3
    written = (out / "mentions.jsonl").read_text("utf-8")
    assert written.count('"text":"推想","') == len(others) + 4
    state = snapshot(store)
    desk.rerun()
    assert not store.refresh(), "nothing new is published"
    with store.write() as connection:
        load_dataset(connection, out)
    assert snapshot(store) == state, "read back as it was"
    undo(store, "我")
    assert len(ids(store, "推想医疗")) == len(others) + 4


def test_decisions_survive_runs_changes_and_undo(out: Path, store: Store) -> None:
    first, second = ids(store, "推想医疗")[1:3]
    decide(store, "我", first, Wanted(verdict="reject"))
    start = row(store, second)["start"]
    decide(store, "我", second, Wanted(verdict="accept", start=start, end=start + 2))
    (idg,) = ids(store, "IDG资本")
    decide(store, "我", idg, Wanted(verdict="accept"))
    article_id = row(store, idg)["article_id"]
    text = store.read.execute("SELECT text FROM article WHERE id = ?", (article_id,)).fetchone()["text"]
    at = text.index("海外市场")
    marked = mark(store, "我", article_id, at, at + 4, "ORG", entity_id="abroad")
    before = snapshot(store)

    desk.rerun()
    assert store.refresh()
    assert snapshot(store) == before, "a dataset with decisions applied reads back as it was"
    undo(store, "我")
    assert ids(store, "海外市场") == []
    desk.rerun()
    store.refresh()
    assert marked not in {one[0] for one in snapshot(store)}

    changed = desk.ZH.replace("推想医疗宣布完成", "昨日，推想医疗宣布完成").replace(
        "由IDG资本领投", "各方出资"
    )
    Path("news/a.txt").write_text("编者按：有改动。\n" + changed, encoding="utf-8")
    desk.rerun()
    store.refresh()
    rows = store.read.execute("SELECT json_extract(content, '$.quote') AS quote, state FROM in_force")
    assert {row["quote"]: row["state"] for row in rows} == {"推想医疗": "moved", "IDG资本": "orphan"}
    decided = store.read.execute(
        "SELECT text, status FROM mention WHERE status != 'unreviewed' ORDER BY position"
    )
    assert [tuple(one) for one in decided] == [("推想医疗", "rejected"), ("推想", "corrected")]
    written = [json.loads(line) for line in (out / "mentions.jsonl").read_text("utf-8").splitlines()]
    assert {(one["text"], one["status"]) for one in written if one["status"] != "unreviewed"} == {
        ("推想医疗", "rejected"), ("推想", "corrected"),
    }  # fmt: skip


def test_where_a_run_found_nothing_readable_no_decision_is_taken_for_what_the_rules_found(
    out: Path, store: Store
) -> None:
    first = ids(store, "推想医疗")[0]
    start = row(store, first)["start"]
    decide(store, "我", first, Wanted(verdict="accept", start=start, end=start + 2))
    before = snapshot(store)
    desk.rerun()
    for path in Path("news").iterdir():
        path.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="the dataset of the last run stays as it is"):
        desk.rerun()
    with store.write() as connection:
        load_dataset(connection, out)
    assert snapshot(store) == before


def counts(store: Store) -> list[list[tuple[Any, ...]]]:
    """All that the desk keeps beside the log: mentions, and the counts by which the queue is ordered."""
    tables = (
        "SELECT id, label, text, start, end, value, entity_id, status, reviewed_by, standing, disputed FROM mention ORDER BY id",
        "SELECT text, rule_id, label, open, decided, doubt FROM grp ORDER BY 1, 2, 3",
        "SELECT id, good, bad, round(risk, 9) FROM rule ORDER BY 1",
        "SELECT facet, status, value, number FROM tally WHERE number ORDER BY 1, 2, 3",
        "SELECT id, name_zh, name_en FROM entity WHERE id IN (SELECT entity_id FROM mention) ORDER BY 1",
    )
    return [[tuple(row) for row in store.read.execute(table)] for table in tables]


def counts_anew(store: Store) -> list[list[tuple[Any, ...]]]:
    """The same, made anew from the dataset and the log."""
    with store.write() as connection:
        load_dataset(connection, store.out)
    return counts(store)


EXAMPLES = int(os.environ.get("EXAMPLES", "25"))
ACTIONS = ("accept", "reject", "unsure", "edge", "label", "many", "mark", "merge", "split", "rename", "undo")


def write_as_decided(out: Path) -> None:
    """Do to the mentions of a dataset what a run does: apply the decisions in force."""
    decisions = read_decisions(out)
    rows: list[Mention] = []
    found = [make_mention(row) for row in read_rows(out, "mentions")]
    for article in read_rows(out, "articles"):
        key = ArticleKey(article["id"], article["source"], article["source_id"])
        own = [mention for mention in found if mention.article_id == key.id]
        rows += apply_to_mentions(
            key, SegmentedText(article["text"]), own, decisions, lambda *_: (None, None, None)
        )
    (out / "mentions.jsonl").write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    (out / "run.json").touch()


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    actions=st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.integers(0, 40), st.integers(0, 40), st.sampled_from("甲乙")),
        max_size=14,
    ),
    undone=st.integers(0, 4),
)
@example(actions=[("mark", 0, 0, "甲"), ("many", 3, 2, "甲")], undone=0)
@example(actions=[("mark", 0, 0, "甲"), ("many", 3, 1, "乙")], undone=1)
def test_whatever_is_done_the_desk_is_what_its_log_says(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, int, int, str]], undone: int
) -> None:
    out = desk.make_dataset(tmp_path_factory.mktemp("any"))
    store = Store(out)
    for action in actions:
        act(store, *action)
    assert counts(store) == counts_anew(store), "made again from the log"

    # Without the store, what was written is all that tells what was found.
    (out / ".store" / "manifest.sqlite").unlink()
    pristine = (out / "mentions.jsonl").read_bytes()
    # Times of files are told to four milliseconds.
    time.sleep(0.01)
    displaced = {mention[0] for mention in snapshot(store) if mention[5] == "displaced"}
    write_as_decided(out)
    time.sleep(0.01)
    for _ in range(undone):
        act(store, "undo", 0, 0, "甲")
    store.refresh()
    read_back = {mention[0]: mention for mention in snapshot(store)}
    (out / "mentions.jsonl").write_bytes(pristine)
    counts_anew(store)
    for mention in snapshot(store):
        if mention[0] in read_back:
            assert read_back[mention[0]] == mention, "read back from what a run wrote"
        else:
            assert mention[0] in displaced or mention[5] in ("unreviewed", "unsure", "displaced"), (
                "only what a decision displaced is not written"
            )
    store.close()


def act(store: Store, kind: str, one: int, other: int, user: str) -> None:
    mentions = [dict(row) for row in store.read.execute("SELECT * FROM mention ORDER BY position, id")]
    named = sorted({row["entity_id"] for row in mentions if row["entity_id"]})
    mention, entity = mentions[one % len(mentions)], named[one % len(named)]
    try:
        if kind in ("accept", "reject", "unsure"):
            decide(store, user, mention["id"], Wanted(verdict=kind))  # type: ignore[arg-type]
        elif kind == "edge":
            decide(
                store,
                user,
                mention["id"],
                Wanted(verdict="accept", start=mention["start"], end=mention["end"] + 1),
            )
        elif kind == "label":
            decide(store, user, mention["id"], Wanted(verdict="accept", label="PRODUCT", entity_id="x"))
        elif kind == "many":
            alike = [row["id"] for row in find_alike(store.read, mention["id"])]
            verdict: Any = "accept" if other % 2 else "reject"
            decide_many(
                store,
                user,
                mention["id"],
                Wanted(verdict=verdict),
                chosen=alike[other % 3 :],
                later=other % 5 > 0,
            )
        elif kind == "mark":
            mark(store, user, mention["article_id"], other, other + 3, "ORG", entity_id="marked")
        elif kind == "merge":
            merge(store, user, entity, named[other % len(named)])
        elif kind == "split":
            split(store, user, entity, read_names(store.read, entity)[:1], "另一家")
        elif kind == "rename":
            rename(store, user, entity, f"名{other}", None)
        else:
            undo(store, user)
    except NotThereError:
        pass  # what does not fit the desk as it is changes nothing


SERVER = """
import socket, sys
from pathlib import Path
import uvicorn
from medai_extract.review.app import create_app
from medai_extract.review.store import Store
app = create_app(Store(Path(sys.argv[1])), local_user="li", token=sys.argv[2])
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen()
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="off")).run(sockets=[listening])
"""


def test_kill_9_loses_no_answered_decision(out: Path, store: Store) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(out), desk.TOKEN],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    assert server.stdout is not None
    reviewer = desk.Reviewer(f"http://127.0.0.1:{server.stdout.readline().strip()}")
    reviewer.open()
    answered: list[str] = []
    killer = threading.Timer(0.2, lambda: os.kill(server.pid, signal.SIGKILL))
    every = [row["id"] for row in store.read.execute("SELECT id FROM mention ORDER BY position")]
    try:
        for number in range(10_000):
            if number == 10:
                killer.start()
            answer = reviewer.http.post(
                f"/mention/{every[number % len(every)]}/decide",
                data={"csrf": reviewer.csrf, "verdict": "reject" if number % 2 else "accept", "reason": str(number)},
                follow_redirects=False,
            )  # fmt: skip
            assert answer.status_code == 303, answer.text
            answered.append(str(number))
    except httpx.TransportError:
        pass
    server.wait(10)
    server.stdout.close()
    kept = {made.reason for made in read_decisions(out).all}
    assert len(answered) >= 10
    assert set(answered) <= kept


def test_a_run_beside_the_desk_reads_its_decisions(out: Path, store: Store) -> None:
    """A run and reviewers may work at once: neither waits for the other."""
    stop = threading.Event()
    every = [row["id"] for row in store.read.execute("SELECT id FROM mention ORDER BY position")]

    def work() -> None:
        own, number = Store(out), 0
        while not stop.is_set():
            decide(own, "我", every[number % len(every)], Wanted(verdict="accept"))
            number += 1
            time.sleep(0.005)
        own.close()

    reviewer = threading.Thread(target=work)
    reviewer.start()
    run_batch(["news"], out, settings=Settings())
    stop.set()
    reviewer.join()
    store.refresh()
    assert counts(store) == counts_anew(store)
    assert {row(store, one)["status"] for one in every[:3]} == {"accepted"}
