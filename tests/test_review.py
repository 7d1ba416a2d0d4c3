"""The desk's store: decisions, undo to any depth, decide once for many, entities, users, agreement, and what must never be lost."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

pytest.importorskip("fastapi", reason="the extra `review` is not installed")

import desk
from medai_extract.batch import run_batch
from medai_extract.cli.main import app as command_line
from medai_extract.decisions import read_decisions
from medai_extract.errors import InputError, SettingsError
from medai_extract.model import Span
from medai_extract.review import entities
from medai_extract.review.agreement import cohen_kappa, measure_agreement
from medai_extract.review.article import Explainer, make_edges, make_source_link
from medai_extract.review.desk import (
    ConflictError,
    NotThereError,
    Wanted,
    decide,
    decide_many,
    find_alike,
    mark,
    undo,
)
from medai_extract.review.messages import LANGUAGES, read_messages
from medai_extract.review.queue import Filters, count_facets, count_progress, list_queue, next_mention
from medai_extract.review.reviewed import score_decisions
from medai_extract.review.settle import read_steps
from medai_extract.review.store import Store
from medai_extract.review.users import EXPIRES, GUESSES, WAIT, Users
from medai_extract.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return desk.make_dataset(Path())


@pytest.fixture
def store(out: Path) -> Any:
    store = Store(out)
    yield store
    store.close()


def ids(store: Store, text: str) -> list[str]:
    rows = store.read.execute("SELECT id FROM mention WHERE text = ? ORDER BY position", (text,))
    return [row["id"] for row in rows]


def row(store: Store, mention_id: str) -> dict[str, Any]:
    return dict(store.read.execute("SELECT * FROM mention WHERE id = ?", (mention_id,)).fetchone())


def snapshot(store: Store) -> list[tuple[Any, ...]]:
    rows = store.read.execute("SELECT id, label, text, start, status, entity_id FROM mention ORDER BY id")
    return [tuple(row) for row in rows]


def rerun(out: Path) -> None:
    run_batch(["news"], out, settings=Settings())


def test_undo_to_any_depth_also_yesterdays(store: Store) -> None:
    states = [snapshot(store)]
    yesterday = datetime.now(UTC) - timedelta(days=1)
    one, other = ids(store, "推想医疗")[:2]
    steps = [
        lambda: decide(store, "我", one, Wanted(verdict="reject"), clock=lambda: yesterday),
        lambda: decide(store, "我", one, Wanted(verdict="accept"), clock=lambda: yesterday),
        lambda: decide(store, "我", other, Wanted(verdict="accept", start=row(store, other)["start"] + 1)),
        lambda: mark(store, "我", row(store, one)["article_id"], 0, 2, "PRODUCT"),
        lambda: decide_many(store, "我", one, Wanted(verdict="reject"), chosen=ids(store, "推想医疗")),
        lambda: entities.merge(store, "我", row(store, one)["entity_id"], row(store, ids(store, "IDG资本")[0])["entity_id"]),
        lambda: entities.rename(store, "我", "idg-capital", "某某资本", None),
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
    value = {
        "currency": "USD",
        "amount": "600000000",
        "amount_min": None,
        "amount_max": None,
        "modifier": None,
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


def test_the_second_of_two_reviewers_is_asked(store: Store) -> None:
    one = ids(store, "推想医疗")[0]
    decide(store, "甲", one, Wanted(verdict="accept"), known=0)
    with pytest.raises(ConflictError) as conflict:
        decide(store, "乙", one, Wanted(verdict="reject"), known=0)
    assert conflict.value.step.decision.user == "甲"
    assert row(store, one)["status"] == "accepted"
    decide(store, "乙", one, Wanted(verdict="reject"), known=conflict.value.step.id)
    assert (row(store, one)["status"], row(store, one)["disputed"]) == ("rejected", 1)
    assert [entry.mention["id"] for entry in list_queue(store.read, Filters(status="disputed"), "丙")] == [
        one
    ]
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


def test_edges_corrected_for_many_move_only_where_the_same_words_come_out(store: Store) -> None:
    alike = ids(store, "推想医疗")
    text = store.read.execute(
        "SELECT text FROM article WHERE id = ?", (row(store, alike[1])["article_id"],)
    ).fetchone()["text"]
    start, end = row(store, alike[1])["start"], row(store, alike[1])["end"]
    after = text[end]
    decide_many(store, "我", alike[1], Wanted(verdict="accept", start=start, end=end + 1), chosen=alike)
    for one in alike:
        found = row(store, one)
        assert (found["status"], found["text"]) in (
            ("corrected", f"推想医疗{after}"),
            ("unreviewed", "推想医疗"),
        )
    assert row(store, alike[1])["status"] == "corrected"


def test_decisions_survive_runs_changes_and_undo(out: Path, store: Store) -> None:
    first, second = ids(store, "推想医疗")[1:3]
    decide(store, "我", first, Wanted(verdict="reject"))
    start = row(store, second)["start"]
    decide(store, "我", second, Wanted(verdict="accept", start=start, end=start + 2))
    (idg,) = ids(store, "IDG资本")
    decide(store, "我", idg, Wanted(verdict="accept"))
    article_id = row(store, idg)["article_id"]
    text = store.read.execute("SELECT text FROM article WHERE id = ?", (article_id,)).fetchone()["text"]
    marked = mark(
        store, "我", article_id, text.index("海外市场"), text.index("海外市场") + 4, "ORG", entity_id="abroad"
    )
    before = snapshot(store)

    rerun(out)
    assert store.refresh()
    assert snapshot(store) == before, "a dataset with decisions applied reads back as it was"
    undo(store, "我")
    assert ids(store, "海外市场") == []
    rerun(out)
    store.refresh()
    assert marked not in {one[0] for one in snapshot(store)}

    changed = desk.ZH.replace("推想医疗宣布完成", "昨日，推想医疗宣布完成").replace(
        "由IDG资本领投", "各方出资"
    )
    Path("news/a.txt").write_text("编者按：有改动。\n" + changed, encoding="utf-8")
    rerun(out)
    store.refresh()
    states = {
        row["quote"]: row["state"]
        for row in store.read.execute(
            "SELECT json_extract(content, '$.quote') AS quote, state FROM step JOIN action ON action.id = action_id"
            " WHERE undone_at IS NULL"
        )
    }
    assert states == {"推想医疗": "moved", "IDG资本": "orphan"}
    decided = store.read.execute(
        "SELECT text, status FROM mention WHERE status != 'unreviewed' ORDER BY position"
    )
    assert [tuple(one) for one in decided] == [("推想医疗", "rejected"), ("推想", "corrected")]
    written = [json.loads(line) for line in (out / "mentions.jsonl").read_text("utf-8").splitlines()]
    assert {(one["text"], one["status"]) for one in written if one["status"] != "unreviewed"} == {
        ("推想医疗", "rejected"), ("推想", "corrected"),
    }  # fmt: skip


def test_entities_merge_split_rename_and_the_run_keeps_it(out: Path, store: Store) -> None:
    one = row(store, ids(store, "北京协和医院")[0])["entity_id"]
    other = row(store, ids(store, "Peking Union Medical College Hospital")[0])["entity_id"]
    if one == other:
        entities.split(store, "我", one, ["Peking Union Medical College Hospital"], "pumch-again")
        other = row(store, ids(store, "Peking Union Medical College Hospital")[0])["entity_id"]
        assert other != one
    entities.keep_apart(store, "别人", one, other)
    assert "apart" in entities.find_alarms(store.read, one, other)
    entities.merge(store, "我", other, one)
    assert row(store, ids(store, "Peking Union Medical College Hospital")[0])["entity_id"] == one
    entities.rename(store, "我", one, "协和", "PUMCH")
    rerun(out)
    store.refresh()
    written = {
        json.loads(line)["id"]: json.loads(line)
        for line in (out / "entities.jsonl").read_text("utf-8").splitlines()
    }
    assert (written[one]["name_zh"], written[one]["name_en"]) == ("协和", "PUMCH")
    assert "Peking Union Medical College Hospital" in written[one]["aliases"]
    assert other not in written
    split = entities.split(store, "我", one, ["北京协和医院"], "某医院")
    assert {alias for alias, _ in entities.read_entity(store.read, split).aliases} == {"北京协和医院"}
    assert [action["kind"] for action in entities.read_history(store.read, one)][:3] == [
        "split",
        "rename",
        "merge",
    ]
    with pytest.raises(NotThereError):
        entities.merge(store, "我", one, one)
    with pytest.raises(NotThereError):
        entities.merge(store, "我", one, "nobody")


def test_evidence_and_alarms(store: Store) -> None:
    idg, infervision = (
        row(store, ids(store, "IDG资本")[0])["entity_id"],
        row(store, ids(store, "推想医疗")[0])["entity_id"],
    )
    kinds = [one.kind for one in entities.find_evidence(store.read, idg, infervision)]
    assert kinds == ["together"]
    assert "named" in entities.find_alarms(store.read, idg, infervision)
    afu = row(store, ids(store, "蚂蚁阿福")[0])["entity_id"]
    assert "labels" in entities.find_alarms(store.read, idg, afu)
    entities.split(store, "我", infervision, ["Infervision"], "infervision-inc")
    apart = row(store, ids(store, "Infervision")[0])["entity_id"]
    evidence = entities.find_evidence(store.read, infervision, apart)
    assert any(one.kind == "apposition" and "推想医疗" in one.words for one in evidence)
    assert entities.find_twins(store.read, infervision)[0].row["id"] == apart


def test_the_queue_puts_first_what_a_decision_settles(store: Store) -> None:
    entries = list_queue(store.read, Filters(), "我")
    assert entries[0].mention["text"] == "推想医疗"
    assert [entry.worth for entry in entries] == sorted((entry.worth for entry in entries), reverse=True)
    first = entries[0].mention["id"]
    assert next_mention(store.read, Filters(), "我") == first
    passed = Filters().passing(first)
    assert next_mention(store.read, passed, "我") == entries[1].mention["id"]
    risk = store.read.execute(
        "SELECT risk FROM rule WHERE id = ?", (entries[0].mention["rule_id"],)
    ).fetchone()[0]
    decide(store, "我", first, Wanted(verdict="reject"))
    worse = store.read.execute(
        "SELECT risk FROM rule WHERE id = ?", (entries[0].mention["rule_id"],)
    ).fetchone()[0]
    assert worse > risk, "a rule that was wrong is doubted more"


def test_filters_and_facets_agree(store: Store) -> None:
    facets = count_facets(store.read, Filters(), "我")
    for name in ("label", "rule", "lang", "entity"):
        for value, number in facets[name]:
            filters = Filters(**{name: value, "status": "unreviewed"})
            assert len(list_queue(store.read, filters, "我", limit=1000)) == number, (name, value)
    assert {entry.mention["text"] for entry in list_queue(store.read, Filters(q="IDG"), "我")} >= {"IDG资本"}
    one = ids(store, "IDG资本")[0]
    decide(store, "别人", one, Wanted(verdict="accept"))
    assert [entry.mention["id"] for entry in list_queue(store.read, Filters(status="second"), "我")] == [one]
    assert list_queue(store.read, Filters(status="second"), "别人") == []


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


def test_users_sessions_and_guessing(store: Store) -> None:
    now = [1000.0]
    users = Users(store, clock=lambda: now[0])
    assert not users.any()
    with pytest.raises(SettingsError):
        users.add("李娜", "short")
    users.add("李娜", "long enough 密码")
    stored = store.read.execute("SELECT hash FROM user").fetchone()["hash"]
    assert stored.startswith("$argon2id$")
    assert users.check("李娜", "long enough 密码", "a") is True
    for _ in range(GUESSES):
        assert users.check("李娜", "wrong", "b") is False
    assert users.check("李娜", "long enough 密码", "c") is None, "the name waits, whatever the address"
    assert users.check("nobody", "wrong", "b") is None, "the address waits, whatever the name"
    now[0] += WAIT + 1
    assert users.check("李娜", "long enough 密码", "b") is True
    cookie = users.open_session("李娜")
    now[0] += EXPIRES - 1
    found = users.find_session(cookie)
    assert found is not None
    assert found.user == "李娜"
    now[0] += EXPIRES + 1
    assert users.find_session(cookie) is None
    assert users.find_session(cookie[:-1]) is None
    users.close_session(cookie)


def test_decisions_become_tests_of_the_rules(out: Path, store: Store, tmp_path: Path) -> None:
    decide(store, "李娜", ids(store, "推想医疗")[0], Wanted(verdict="accept"))
    decide(store, "李娜", ids(store, "IDG资本")[0], Wanted(verdict="reject"))
    article_id = row(store, ids(store, "IDG资本")[0])["article_id"]
    text = store.read.execute("SELECT text FROM article WHERE id = ?", (article_id,)).fetchone()["text"]
    mark(store, "李娜", article_id, text.index("海外市场"), text.index("海外市场") + 4, "ORG")
    runner = CliRunner()
    done = runner.invoke(command_line, ["evaluate", "--reviewed", str(out)])
    assert done.exit_code == 0, done.output
    assert "3 decisions: 0 broken, 2 not learned, 0 without their words" in done.output
    assert "not learned: 李娜" in done.output
    done = runner.invoke(command_line, ["evaluate", "--reviewed", str(out), "--without-names", "--json"])
    result = json.loads(done.output.splitlines()[0])
    missed = [one["decision"]["quote"] for one in result["unmet"] if one["broken"]]
    assert (result["broken"], missed) in ((0, []), (1, ["推想医疗"]))
    assert (done.exit_code == 0) is (not missed)
    assert runner.invoke(command_line, ["evaluate"]).exit_code == 2
    fresh = desk.make_dataset(tmp_path / "fresh")
    with pytest.raises(InputError):
        score_decisions(fresh, Settings())


def test_kill_9_loses_no_answered_decision(out: Path, store: Store) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nimport uvicorn\nfrom medai_extract.review.store import Store\n"
        "from medai_extract.review.app import create_app\n"
        f"app = create_app(Store(Path(sys.argv[1])), local_user='li', token={desk.TOKEN!r})\n"
        "import socket\ns = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); print(s.getsockname()[1], flush=True)\n"
        "uvicorn.Server(uvicorn.Config(app, log_level='error', ws='none', lifespan='off')).run(sockets=[s])\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(out)], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert server.stdout is not None
    port = server.stdout.readline().strip()
    reviewer = desk.Reviewer(f"http://127.0.0.1:{port}")
    for _ in range(1200):
        try:
            reviewer.open()
            break
        except httpx.ConnectError:
            time.sleep(0.05)
    answered: list[str] = []
    killer = threading.Timer(0.2, lambda: os.kill(server.pid, signal.SIGKILL))
    every = [row["id"] for row in store.read.execute("SELECT id FROM mention ORDER BY position")]
    try:
        for number in range(10_000):
            if number == 10:
                killer.start()
            one = every[number % len(every)]
            answer = reviewer.http.post(
                f"/mention/{one}/decide",
                data={
                    "csrf": reviewer.csrf,
                    "verdict": "reject" if number % 2 else "accept",
                    "reason": str(number),
                },
                follow_redirects=False,
            )
            assert answer.status_code == 303, answer.text
            answered.append(str(number))
    except httpx.TransportError:
        pass
    server.wait(10)
    server.stdout.close()
    killer.join()
    kept = {made.reason for made in read_decisions(out).all}
    assert answered
    assert set(answered) <= kept


def test_trace_edges_and_source_link(store: Store, pipeline: Any) -> None:
    article = store.read.execute("SELECT * FROM article WHERE source LIKE '%a.txt'").fetchone()
    mention = store.read.execute("SELECT * FROM mention WHERE text = 'IDG资本'").fetchone()
    trace = Explainer(pipeline).explain(article, mention)
    assert [surface for surface, _ in trace.kept] == ["IDG资本"]
    assert trace.kept[0][1].rule_id == mention["rule_id"]
    edges = make_edges("由推想医疗完成", Span(1, 5))
    assert edges["start"].less == (0, 5)
    assert edges["start"].more == (2, 5)
    assert edges["start"].token_more.start in (3, 4)
    assert make_source_link(article, mention) is None
    linked = dict(article) | {"url": "https://news.example/a?x=1#top"}
    link = make_source_link(linked, mention)  # type: ignore[arg-type]
    assert link is not None
    assert link.startswith("https://news.example/a?x=1#:~:text=")
    assert make_source_link(dict(article) | {"url": "javascript:alert(1)"}, mention) is None  # type: ignore[arg-type]


def test_every_message_is_there_in_both_languages_and_used() -> None:
    messages = read_messages()
    assert all(set(texts) == set(LANGUAGES) and all(texts.values()) for texts in messages.values())
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src" / "medai_extract" / "review").rglob("*")
        if path.suffix in (".py", ".html")
    )
    named = set(re.findall(r"""["']([a-z]+\.[A-Za-z_]+)["']""", source))
    families = {
        name
        for name in messages
        if re.search(rf"""["']{name.split(".")[0]}\.["'] ~|f["']{name.split(".")[0]}\.""", source)
    }
    assert set(re.findall(r"""(?:say|Refused\(\d+,)\(?\s*["']([a-z]+\.[A-Za-z_]+)["']""", source)) <= set(
        messages
    )
    assert set(messages) - named - families == set()


def test_a_dataset_in_parquet_alone_can_be_reviewed(tmp_path: Path) -> None:
    run_batch(
        [str(desk.write_news(tmp_path / "news"))], tmp_path / "out", settings=Settings(), formats=("parquet",)
    )
    store = Store(tmp_path / "out")
    (money,) = ids(store, "5亿美元")
    assert json.loads(row(store, money)["value"])["currency"] == "USD"
    store.close()
    with pytest.raises(InputError):
        Store(tmp_path / "nothing")


def test_a_host_beyond_loopback_needs_users(out: Path) -> None:
    done = CliRunner().invoke(command_line, ["review", str(out), "--host", "0.0.0.0", "--no-browser"])
    assert isinstance(done.exception, SettingsError)
    assert "--add-user" in str(done.exception)
    done = CliRunner().invoke(
        command_line, ["review", str(out), "--add-user", "li"], input="long enough\nlong enough\n"
    )
    assert done.exit_code == 0, done.output
    store = Store(out)
    assert Users(store).any()
    store.close()


def test_another_version_of_the_copy_is_made_again_and_decisions_stay(out: Path, store: Store) -> None:
    one = ids(store, "IDG资本")[0]
    decide(store, "我", one, Wanted(verdict="reject"))
    store.read.execute("PRAGMA user_version = 99")
    store.read.execute("DROP TABLE grp")
    store.read.execute("CREATE TABLE grp (id INTEGER PRIMARY KEY)")
    again = Store(out)
    assert row(again, one)["status"] == "rejected"
    assert list_queue(again.read, Filters(), "我")[0].mention["text"] == "推想医疗"
    again.close()
