"""The desk's file beside a dataset: whatever a run wrote can be reviewed, a new run is noticed, users and sessions are kept."""
# ruff: noqa: F811

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("fastapi", reason="the extra `review` is not installed")

import desk
from desk import ids, out, row, snapshot, store  # noqa: F401
from medai_extract.batch import run_batch
from medai_extract.cli.main import app as command_line
from medai_extract.errors import InputError, OutputError, SettingsError
from medai_extract.review.actions.decide import Wanted, decide
from medai_extract.review.filters import Filters
from medai_extract.review.queue import list_queue
from medai_extract.review.reviewed import score_decisions
from medai_extract.review.store import Store
from medai_extract.review.users import EXPIRES, GUESSES, WAIT, Users
from medai_extract.settings import Settings


def test_a_dataset_in_parquet_alone_can_be_reviewed(tmp_path: Path) -> None:
    news, out = desk.write_news(tmp_path / "news"), tmp_path / "out"
    run_batch([str(news)], out, settings=Settings(), formats=("parquet",))
    store = Store(out)
    (money,) = ids(store, "5亿美元")
    assert json.loads(row(store, money)["value"])["currency"] == "USD"
    store.close()
    with pytest.raises(InputError):
        Store(tmp_path / "nothing")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT], ids=lambda ending: ending.name)
def test_a_desk_that_has_ended_leaves_one_whole_file(
    tmp_path: Path, out: Path, ending: signal.Signals
) -> None:
    command = [sys.executable, "-m", "medai_extract", "review", str(out), "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        link = process.stdout.readline().split(" is at ")[1].strip()
        try:
            browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            with browser.open(link, timeout=30) as page:
                assert page.status == 200
        finally:
            process.send_signal(ending)
    assert not (out / "review.sqlite-wal").exists()
    copied = shutil.copy(out / "review.sqlite", tmp_path / "copy.sqlite")
    with closing(sqlite3.connect(copied)) as connection:
        assert connection.execute("SELECT count(*) FROM mention").fetchone()[0] > 0


def test_a_run_published_by_a_link_is_noticed(out: Path) -> None:
    """A run may leave links into a folder of its own that is replaced at once; the desk's file stays beside them."""
    for name in ("first", "second"):
        shutil.copytree(out, out / ".store" / name, ignore=lambda *_: [".store"])
    text = (out / ".store" / "second" / "mentions.jsonl").read_text("utf-8")
    (out / ".store" / "second" / "mentions.jsonl").write_text(text.replace("IDG资本", "IDG资本家"), "utf-8")
    (out / "current").symlink_to(".store/first")
    for path in out.iterdir():
        if path.is_file():
            path.unlink()
            path.symlink_to(f"current/{path.name}")
    store = Store(out)
    assert len(ids(store, "IDG资本")) == 1
    decide(store, "我", ids(store, "推想医疗")[0], Wanted(verdict="accept"))
    assert not store.refresh()
    (out / "next").symlink_to(".store/second")
    (out / "next").replace(out / "current")
    assert store.refresh()
    assert ids(store, "IDG资本") == []
    assert row(store, ids(store, "推想医疗")[0])["status"] == "accepted"
    assert store.path == out / "review.sqlite"
    assert not store.path.is_symlink()
    store.close()


def test_a_dataset_that_cannot_be_read_leaves_the_desk_as_it_was(out: Path, store: Store) -> None:
    before = snapshot(store)
    whole = (out / "mentions.jsonl").read_bytes()
    (one,) = ids(store, "IDG资本")
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address)
        reviewer.open()
        (out / "mentions.jsonl").write_bytes(whole[:-40])
        with pytest.raises(InputError, match="run the extraction again"):
            store.refresh()
        assert "cannot be read" in reviewer.get("/").text
        assert reviewer.post(f"/mention/{one}/decide", verdict="accept", known=0).status_code == 200
        (out / "mentions.jsonl").write_bytes(whole)
        assert "cannot be read" not in reviewer.get("/").text
    assert row(store, one)["status"] == "accepted"
    assert [mention for mention in snapshot(store) if mention[0] != one] == [
        mention for mention in before if mention[0] != one
    ]


def test_another_version_of_the_copy_is_made_again_and_decisions_stay(out: Path, store: Store) -> None:
    one = ids(store, "IDG资本")[0]
    decide(store, "我", one, Wanted(verdict="reject"))
    state = json.loads(store.get("dataset") or "")
    store.read.execute("UPDATE meta SET value = ? WHERE key = 'dataset'", (json.dumps([0, *state[1:]]),))
    store.read.execute("DROP TABLE grp")
    store.read.execute("CREATE TABLE grp (id INTEGER PRIMARY KEY)")
    again = Store(out)
    assert row(again, one)["status"] == "rejected"
    assert list_queue(again.read, Filters(), "我")[0].mention["text"] == "推想医疗"
    again.close()


def test_a_file_that_cannot_be_written_is_one_line(out: Path) -> None:
    (out / "review.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(OutputError, match=r"review\.sqlite: cannot be written"):
        Store(out)


def test_what_fails_in_the_middle_is_undone_whole(store: Store) -> None:
    before = snapshot(store)

    def fail() -> None:
        with store.write() as connection:
            connection.execute("UPDATE mention SET status = 'rejected'")
            connection.execute("INSERT INTO no_such_table VALUES (1)")

    with pytest.raises(sqlite3.OperationalError):
        fail()
    assert snapshot(store) == before


def test_what_cannot_be_committed_leaves_the_desk_writable(store: Store) -> None:
    mention = ids(store, "推想医疗")[0]

    def refuse(action: int, operation: str | None, *_: object) -> int:
        commits = action == sqlite3.SQLITE_TRANSACTION and operation == "COMMIT"
        return sqlite3.SQLITE_DENY if commits else sqlite3.SQLITE_OK

    store.read.set_authorizer(refuse)
    with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        decide(store, "我", mention, Wanted(verdict="accept"))
    store.read.set_authorizer(None)
    assert row(store, mention)["status"] == "unreviewed"
    decide(store, "我", mention, Wanted(verdict="reject"))
    assert row(store, mention)["status"] == "rejected"


def test_users_sessions_and_guessing(store: Store) -> None:
    now = [1000.0]
    users = Users(store, clock=lambda: now[0])
    assert not users.any()
    with pytest.raises(SettingsError):
        users.add("李娜", "short")
    users.add("李娜", "long enough 密码")
    stored = store.read.execute("SELECT hash FROM user").fetchone()["hash"]
    assert stored.startswith("$argon2id$")
    assert {path.stat().st_mode & 0o077 for path in store.out.glob("review.sqlite*")} == {0}
    assert users.check("李娜", "long enough 密码", "a") is True
    for _ in range(GUESSES):
        assert users.check("李娜", "wrong", "b") is False
    assert users.check("李娜", "long enough 密码", "c") is None, "the name waits, whatever the address"
    assert users.check("nobody", "wrong", "b") is None, "the address waits, whatever the name"
    now[0] += WAIT + 1
    assert users.check("李娜", "long enough 密码", "b") is True
    cookie = users.open_session("李娜")
    now[0] += EXPIRES - 1
    assert users.find_session(cookie, renew=False) is not None
    now[0] += 2
    assert users.find_session(cookie) is None, "to look on is no request"
    cookie = users.open_session("李娜")
    now[0] += EXPIRES - 1
    assert users.find_session(cookie) is not None
    now[0] += EXPIRES - 1
    assert users.find_session(cookie) is not None, "a request is"
    now[0] += EXPIRES + 1
    assert users.find_session(cookie) is None
    assert users.find_session(cookie[:-1]) is None
    cookie = users.open_session("李娜")
    users.add("李娜", "another password")
    assert users.find_session(cookie) is None, "a new password ends what was open"


def test_a_host_beyond_loopback_needs_users(out: Path) -> None:
    for host in ("0.0.0.0", "192.0.2.1", "::"):
        done = CliRunner().invoke(command_line, ["review", str(out), "--host", host, "--no-browser"])
        assert isinstance(done.exception, SettingsError), host
        assert "--add-user" in str(done.exception)
    done = CliRunner().invoke(
        command_line, ["review", str(out), "--add-user", "li"], input="long enough\nlong enough\n"
    )
    assert done.exit_code == 0, done.output
    store = Store(out)
    assert Users(store).any()
    store.close()


def test_decisions_become_tests_of_the_rules(out: Path, store: Store, tmp_path: Path) -> None:
    decide(store, "李娜", ids(store, "推想医疗")[0], Wanted(verdict="accept"))
    decide(store, "李娜", ids(store, "IDG资本")[0], Wanted(verdict="reject"))
    article_id = row(store, ids(store, "IDG资本")[0])["article_id"]
    with desk.serve(out) as address:
        reviewer = desk.Reviewer(address)
        reviewer.open()
        reviewer.post(f"/article/{article_id}/mark", quote="海外市场", label="ORG")
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
