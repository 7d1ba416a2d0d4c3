"""Looking back: what differs between runs, what an earlier one held, since when a mention is there; and whether a dataset is whole."""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from medai_extract.batch import run_batch
from medai_extract.batch.blame import find_blame
from medai_extract.batch.diff import find_difference
from medai_extract.batch.history import (
    check_run,
    list_runs,
    members_of,
    open_history,
    open_tables,
    read_member_rows,
)
from medai_extract.batch.query import query
from medai_extract.batch.runs import describe_runs
from medai_extract.batch.store import FOLDER
from medai_extract.batch.verify import verify
from medai_extract.cli.main import main
from medai_extract.errors import InputError, OutputError, SettingsError
from medai_extract.pipeline import Pipeline
from medai_extract.settings import Settings
from stories import ZH, read_bytes, rows, write_stories, write_story

TABLES = ("articles", "mentions", "entities", "relations", "rejected")


def refresh(folder: Path, out: Path, pipeline: Pipeline, **options: object) -> None:
    run_batch([str(folder)], out, settings=pipeline.settings, pipeline=pipeline, **options)  # type: ignore[arg-type]


class Called(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Called]:
    """Give what calls a command as a shell does, in this process."""

    def call(*arguments: str) -> Called:
        monkeypatch.setattr(sys, "argv", ["medai-extract", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Called(int(ended.value.code or 0), *capsys.readouterr())

    return call


@pytest.fixture(scope="module")
def looked_back(tmp_path_factory: pytest.TempPathFactory, pipeline: Pipeline) -> Path:
    """Give a dataset of four runs: the first, one with other articles, one with an edited one, one of another day."""
    news = tmp_path_factory.mktemp("snapshots") / "news"
    out = news.parent / "out"
    write_stories(news, range(30))
    refresh(news, out, pipeline)
    (news / "001.txt").unlink()
    (news / "new.txt").write_text(
        "Zanomed raised $7 million in June. Zanomed makes AI for hospitals.", encoding="utf-8"
    )
    refresh(news, out, pipeline)
    (news / "005.txt").write_text(write_story(5).replace("5亿美元", "6亿美元"), encoding="utf-8")
    refresh(news, out, pipeline)
    later = Pipeline(pipeline.patterns, Settings(published_at="2025-01-01"))
    refresh(news, out, later)
    return out


def test_a_difference_names_what_was_added_gone_and_changed(looked_back: Path) -> None:
    with open_history(looked_back) as store:
        assert list_runs(store) == [1, 2, 3, 4]
        first, second, third = (find_difference(store, run, run + 1) for run in (1, 2, 3))
        whole = find_difference(store, 1, 4)
    assert first.articles == {"added": 1, "gone": 1}
    assert "zanomed" in first.entities_added
    assert first.entities_gone == []
    assert {(change.text, change.change) for change in first.changes} >= {
        ("Zanomed", "added"),
        ("$7 million", "added"),
        ("5亿美元", "gone"),
    }
    assert second.articles == {"changed": 1}
    assert [(change.text, change.change) for change in second.changes] == [
        ("5亿美元", "gone"),
        ("6亿美元", "added"),
    ]
    # Months without a year have one now; the articles are the same.
    assert set(third.articles) == {"same text"}
    assert third.values_changed > 0
    assert third.entities_added == third.entities_gone == []
    assert whole.articles["added"] == whole.articles["gone"] == whole.articles["changed"] == 1
    counted: Counter[str] = Counter()
    for rule in whole.rules:
        counted.update(added=rule.added, gone=rule.gone, changed=rule.changed)
    assert +counted == Counter(whole.mentions)


def test_the_log_tells_what_every_run_held_and_changed(
    looked_back: Path, call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_history(looked_back) as store:
        runs = describe_runs(store)
        read = sum(find_difference(store, 3, 4).articles.values())
    total = len(rows(looked_back, "articles"))
    assert [(run.run, run.added, run.changed, run.gone, run.other) for run in runs] == [
        (1, total, 0, 0, []),
        (2, 1, 0, 1, []),
        (3, 0, 1, 0, []),
        (4, 0, read, 0, ["settings"]),
    ]
    assert {run.articles for run in runs} == {total}
    assert runs[-1].mentions == len(rows(looked_back, "mentions"))
    monkeypatch.setenv("COLUMNS", "160")
    shown = [line for line in call("log", str(looked_back)).out.splitlines() if line.startswith("│")]
    assert [line.split("│")[1].strip() for line in shown] == ["4", "3", "2", "1"]
    assert "articles: 1 added, 1 gone" in shown[2]
    assert f"articles: {read} changed; other settings" in shown[0]
    told = call("diff", str(looked_back), "2", "4").out
    assert f"articles: 1 with another text, {read - 1} with the same text, but other results" in told


def test_tables_of_an_earlier_run_are_made_again(
    looked_back: Path, tmp_path: Path, pipeline: Pipeline
) -> None:
    again = tmp_path / "again"
    write_stories(again / "news", range(30))
    refresh(again / "news", again / "out", pipeline)
    with open_history(looked_back) as store, open_tables(store, 1) as folder:
        for table in TABLES:
            then = pd.read_parquet(folder / f"{table}.parquet").drop(columns="source", errors="ignore")
            now = pd.read_parquet(again / "out" / f"{table}.parquet").drop(columns="source", errors="ignore")
            pd.testing.assert_frame_equal(then, now)


def test_sql_asks_any_run(looked_back: Path) -> None:
    pytest.importorskip("duckdb", reason="the extra `query` is not installed")
    counted = "SELECT count(*) AS n FROM mentions WHERE text = '$7 million'"
    with open_history(looked_back) as store:
        assert [query(store, counted, run).rows for run in (1, 2, 4)] == [[(0,)], [(1,)], [(1,)]]
        joined = query(
            store,
            "SELECT e.id FROM entities e JOIN mentions m ON m.entity_id = e.id WHERE m.text = 'Zanomed'",
            2,
        )
        assert (joined.columns, set(joined.rows)) == (["id"], {("zanomed",)})
        with pytest.raises(SettingsError, match="nowhere"):
            query(store, "SELECT * FROM nowhere", 4)
        for nothing in ("COPY (SELECT 1) TO 'nowhere.csv'", "", "-- SELECT 1"):
            with pytest.raises(SettingsError, match="only SELECT is answered"):
                query(store, nothing, 4)
        with pytest.raises(InputError, match="run 9 is not kept; known are 1, 2, 3, 4"):
            check_run(store, 9)


def test_blame_tells_the_story_of_a_mention(looked_back: Path) -> None:
    mentions = rows(looked_back, "mentions")
    sources = {row["id"]: str(row["source"]) for row in rows(looked_back, "articles")}

    def find(text: str, name: str) -> str:
        return next(
            str(row["id"])
            for row in mentions
            if row["text"] == text and sources[row["article_id"]].endswith(name)
        )  # type: ignore[index]

    with open_history(looked_back) as store:
        old = find_blame(store, find("推想医疗", "007.txt"))
        assert [(step.run, step.change) for step in old.steps] == [(1, "first seen")]
        new = find_blame(store, find("$7 million", "new.txt"))
        assert [(step.run, step.change, step.rule_version is not None) for step in new.steps] == [
            (2, "first seen", True)
        ]
        edited = find_blame(store, find("推想医疗", "005.txt"))
        assert [(step.run, step.change) for step in edited.steps] == [
            (1, "first seen"),
            (3, "text of the article changed"),
        ]
        replaced = next(change for change in find_difference(store, 2, 3).changes if change.change == "gone")
        assert [(step.run, step.change) for step in find_blame(store, replaced.id).steps] == [
            (1, "first seen"),
            (3, "gone"),
        ]
        assert find_blame(store, replaced.id[:8]) == find_blame(store, replaced.id)
        many = r"a begins the ids of \d\d+ mentions: (a[0-9a-f]{15} \([A-Z]+ [^,]+\), ){4}a[^,]+ …; give more"
        for given, message in (("nowhere", "has a mention nowhere"), ("a", many)):
            with pytest.raises(InputError, match=message):
                find_blame(store, given)


def test_old_runs_are_pruned_with_the_parts_that_only_they_had(tmp_path: Path, pipeline: Pipeline) -> None:
    news, out = tmp_path / "news", tmp_path / "out"
    for number in range(5):
        write_stories(news / "day", range(10 * number, 10 * number + 10))
        for path in (news / "day").glob("*.txt"):
            if int(path.stem) < 10 * number:
                path.unlink()
        (news / "day" / f"rows-{10 * number - 10}.jsonl").unlink(missing_ok=True)
        refresh(news, out, pipeline, keep=2)
    with open_history(out) as store:
        assert list_runs(store) == [4, 5]
        oldest, newest = describe_runs(store)
        assert (oldest.added, oldest.changed, oldest.gone) == (None, None, None)
        assert newest.added == newest.gone == oldest.articles
    assert len(list((out / FOLDER / "parts").glob("*/*"))) == 2
    assert len(list((out / FOLDER / "snapshots").iterdir())) == 2
    verify(out)


def test_parts_that_hold_little_any_more_are_put_together(tmp_path: Path, pipeline: Pipeline) -> None:
    news, out = tmp_path / "news", tmp_path / "out"
    write_stories(news, range(90))
    refresh(news, out, pipeline)
    before = {path.name: path.stat().st_size for path in (out / FOLDER / "parts").glob("*/*")}
    for path in sorted(news.glob("*.txt"))[:-3]:
        path.unlink()
    refresh(news, out, pipeline, keep=1)
    after = {path.name: path.stat().st_size for path in (out / FOLDER / "parts").glob("*/*")}
    # One part still held most of its articles and stays; the few of the other have a part of their own.
    assert len(before) == len(after) == 2
    assert len(before.keys() & after.keys()) == 1
    assert sum(after.values()) < 0.6 * sum(before.values())
    verify(out)
    refresh(news, out, pipeline, formats=("csv",))
    with open_history(out) as store:
        assert store.connection.execute("SELECT count(*) FROM result").fetchone() == (33,)
        listed = members_of(store, 2)
        texts = [found.article["text"] for found in read_member_rows(store, listed)]
    assert len(texts) == 33


def test_a_part_that_becomes_what_another_is_already_is_one_with_it(
    tmp_path: Path, pipeline: Pipeline
) -> None:
    news, out = tmp_path / "news", tmp_path / "out"
    write_stories(news, range(40))
    refresh(news, out, pipeline)
    few = sorted(news.glob("*.txt"))[:5]
    for path in {*news.iterdir()} - {*few}:
        path.unlink()
    refresh(news, out, pipeline)
    texts = {path: path.read_bytes() for path in few}
    for path in few:
        path.unlink()
    write_stories(news, range(90, 91))
    refresh(news, out, pipeline)
    for path, text in texts.items():
        path.write_bytes(text)
    refresh(news, out, pipeline, keep=3)
    assert len(rows(out, "articles")) == 6
    verify(out)


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def replace(path: Path, old: bytes, new: bytes) -> None:
    """Change a file in place, and leave it the time that it had."""
    stat = path.stat()
    content = path.read_bytes()
    assert old in content
    assert len(old) == len(new)
    path.write_bytes(content.replace(old, new, 1))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


DAMAGE: list[tuple[str, Callable[[Path], object], str]] = [
    ("a bit of a part", lambda out: flip(next((out / FOLDER / "parts").glob("*/*")), 100), "its bytes are not those that were written"),
    ("a part", lambda out: next((out / FOLDER / "parts").glob("*/*")).unlink(), "No such file"),
    ("a byte of the store", lambda out: (out / FOLDER / "manifest.sqlite").write_bytes(b"SQLite format 3\0" + b"?" * 4000), "not a database|malformed"),
    ("a table that was added to", lambda out: (out / "entities.jsonl").write_text("{}\n"), "not as they were written"),
    ("an offset", lambda out: replace(out / "mentions.jsonl", b'"start":0,', b'"start":1,'), "does not stand at its offsets"),
    ("an entity", lambda out: replace(out / "entities.jsonl", b'{"id":"infervision"', b'{"id":"infervisiom"'), "its entity infervision is not there"),
    ("evidence", lambda out: replace(out / "relations.jsonl", b'"evidence":["', b'"evidence":["'[:-1] + b"'"), "cannot be read"),
    ("another file in its place", lambda out: (out / "articles.jsonl").unlink() or (out / "articles.jsonl").write_text(""), "is not the file of the last run"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "message"), [row[1:] for row in DAMAGE], ids=[name for name, *_ in DAMAGE]
)
def test_verify_finds_damage(
    tmp_path: Path, pipeline: Pipeline, damage: Callable[[Path], object], message: str
) -> None:
    out = tmp_path / "out"
    write_stories(tmp_path / "news", range(4))
    refresh(tmp_path / "news", out, pipeline)
    verify(out)
    damage(out)
    with pytest.raises(OutputError, match=message):
        verify(out)


def test_a_table_that_was_cut_is_one_line(
    tmp_path: Path, pipeline: Pipeline, call: Callable[..., Called]
) -> None:
    pytest.importorskip("duckdb", reason="the extra `query` is not installed")
    out = tmp_path / "out"
    write_stories(tmp_path / "news", range(4))
    refresh(tmp_path / "news", out, pipeline, formats=("parquet",))
    for table in ("articles", "mentions"):
        with (out / f"{table}.parquet").open("r+b") as stream:
            stream.truncate(100)
    for code, arguments in (
        (6, ("status", str(out), "--verify")),
        (5, ("status", str(out), "--articles")),
        (5, ("export", str(out), "--to", "doccano")),
        (5, ("query", str(out), "SELECT 1")),
    ):
        ended = call(*arguments)
        assert (ended.code, ended.err.count("\n")) == (code, 1), ended.err
        assert re.search(r"s\.parquet: cannot be read: .+; run the extraction again", ended.err)


def test_the_commands_speak_to_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Called]
) -> None:
    monkeypatch.chdir(tmp_path)
    news = tmp_path / "news"
    news.mkdir()
    (news / "a.txt").write_text(ZH, encoding="utf-8")
    (news / "b.txt").write_bytes(b"")
    done = call("run", "news", "--out", "out", "--log", "json", "--max-rejected", "0", "--json")
    assert done.code == 9
    *events, last = done.err.splitlines()
    assert [json.loads(event)["event"] for event in events] == [
        "started",
        "extracted",
        "published",
        "finished",
    ]
    assert "1 article rejected, more than --max-rejected 0" in last
    assert json.loads(done.out)["run"] == 1
    (news / "c.txt").write_text("OpenAI raised $5 million.", encoding="utf-8")
    assert call("run", "news", "--out", "out", "--max-rejected", "1").code == 0
    told = json.loads(call("diff", "out", "--json").out)
    assert (told["before"], told["now"], told["articles"]) == (1, 2, {"added": 1})
    assert json.loads(call("status", "out", "--verify", "--json").out)["checked"]["article"] == 2
    described = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert set(described["timings"]["stages"]) == {
        "prepare",
        "extract",
        "read",
        "list",
        "assemble",
        "entities",
    }
    assert described["peak_memory_mb"] > 0
    assert described["timings"]["slowest"][0]["source"] == "news/c.txt"
    assert described["drift"]["dead"]
    mention = next(row for row in rows(tmp_path / "out", "mentions") if row["text"] == "$5 million")
    story = json.loads(call("blame", "out", str(mention["id"]), "--json").out)
    assert [(step["run"], step["change"], step["rule"]) for step in story["steps"]] == [
        (2, "first seen", mention["rule_id"])
    ]
    failed = call("diff", "out", "2", "1")
    assert failed.code == 2
    assert call("query", "nowhere", "SELECT 1").code == InputError.exit_code


def test_drift_is_told(tmp_path: Path, pipeline: Pipeline) -> None:
    news, out = tmp_path / "news", tmp_path / "out"
    write_stories(news, range(60))
    refresh(news, out, pipeline)
    # The pages of the next day are cut short, as by a reader that a new layout misleads.
    for number in range(100, 112):
        (news / f"{number}.txt").write_text(write_story(2 * number + 1)[:80], encoding="utf-8")
    drift = run_batch([str(news)], out, settings=pipeline.settings, pipeline=pipeline).drift
    assert [(source.name, source.now) for source in drift.sources] == [(news.as_posix(), 80.0)]
    # And nobody writes of dollars any more.
    for path in news.glob("*.txt"):
        path.write_text(path.read_text(encoding="utf-8").replace("$", ""), encoding="utf-8")
    drift = run_batch([str(news)], out, settings=pipeline.settings, pipeline=pipeline).drift
    assert any(rule.name.startswith("money.") and rule.before > rule.now for rule in drift.rules)
    assert set(drift.dead).isdisjoint(str(row["rule_id"]) for row in rows(out, "mentions"))


def test_published_files_are_whole_for_a_reader_that_has_begun(tmp_path: Path, pipeline: Pipeline) -> None:
    news, out = tmp_path / "news", tmp_path / "out"
    write_stories(news, range(10))
    refresh(news, out, pipeline)
    folder = (out / "articles.jsonl").resolve().parent
    before = read_bytes(folder)
    write_stories(news, range(20, 30))
    refresh(news, out, pipeline)
    assert read_bytes(folder) == before
    assert read_bytes(out) != before
