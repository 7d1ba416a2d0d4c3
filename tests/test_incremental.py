"""A run after others: it does what is new and no more, and leaves what a run that begins from nothing would."""

import gzip
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import medai_extract as mx
from medai_extract.batch import RunReport, run_batch
from medai_extract.batch.results import Scanned
from medai_extract.batch.touched import Folder, Search, find_change
from medai_extract.errors import OutputError
from medai_extract.patterns import NameRow, Patterns, load_patterns
from medai_extract.patterns.load import find_patterns
from medai_extract.pipeline import Pipeline
from medai_extract.settings import Settings
from stories import read_bytes, rows, write_stories, write_story

Edit = Callable[[Path], object]
LONG_AGO = 1_500_000_000
STORIES = 24


def refresh(folder: Path, out: Path, pipeline: Pipeline, **options: object) -> RunReport:
    return run_batch([str(folder)], out, settings=pipeline.settings, pipeline=pipeline, **options)  # type: ignore[arg-type]


def is_as_fresh(folder: Path, out: Path, pipeline: Pipeline, **options: object) -> bool:
    """Say whether a dataset is what a single run from nothing makes of the folder."""
    fresh = out.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    refresh(folder, fresh, pipeline, **options)
    return read_bytes(out) == read_bytes(fresh)


def age(folder: Path) -> None:
    """Give all files an old time: a file that changed a moment ago is looked at twice."""
    for path in folder.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))


@pytest.fixture
def news(tmp_path: Path) -> Path:
    write_stories(tmp_path / "news", range(STORIES))
    age(tmp_path / "news")
    return tmp_path / "news"


def prepend_row(folder: Path) -> None:
    table = folder / "rows-0.jsonl"
    row = {"id": "first", "text": write_story(901)}
    table.write_text(json.dumps(row) + "\n" + table.read_text(encoding="utf-8"), encoding="utf-8")


EDITS: list[tuple[str, Edit, int]] = [
    ("nothing", lambda _: None, 0),
    ("a new file", lambda folder: (folder / "new.txt").write_text(write_story(900), encoding="utf-8"), 1),
    ("a changed file", lambda folder: (folder / "001.txt").write_text(write_story(902), encoding="utf-8"), 1),
    ("a file that was touched", lambda folder: os.utime(folder / "002.txt"), 0),
    ("a removed file", lambda folder: (folder / "004.txt").unlink(), 0),
    ("a renamed file", lambda folder: (folder / "005.txt").rename(folder / "zzz.txt"), 0),
    ("a copy that comes before its original", lambda folder: shutil.copy(folder / "007.txt", folder / "000.txt"), 0),
    ("a reprint", lambda folder: (folder / "reprint.txt").write_text(
        f"Daily News\n{write_story(8)} All rights reserved.", encoding="utf-8"), 1),
    ("a row before all others", prepend_row, 1),
    ("another container", lambda folder: (folder / "010.txt.gz").write_bytes(
        gzip.compress((folder / "010.txt").read_bytes(), mtime=0)), 0),
    ("a file of nothing", lambda folder: (folder / "empty.txt").write_bytes(b""), 0),
    ("a name that is no text", lambda folder: (folder / os.fsdecode(b"b\xff.txt")).write_text("OpenAI rose.", encoding="utf-8"), 1),
]  # fmt: skip


def test_every_edit_leaves_what_a_fresh_run_makes(news: Path, tmp_path: Path, pipeline: Pipeline) -> None:
    out = tmp_path / "out"
    refresh(news, out, pipeline)
    for name, edit, expected in EDITS:
        edit(news)
        report = refresh(news, out, pipeline)
        assert (name, report.extracted) == (name, expected)
        assert is_as_fresh(news, out, pipeline), name


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
def test_any_history_leaves_what_a_fresh_run_makes(
    tmp_path_factory: pytest.TempPathFactory, pipeline: Pipeline, seed: int
) -> None:
    chance = random.Random(seed)
    home = tmp_path_factory.mktemp("history")
    folder, out = home / "news", home / "out"
    folder.mkdir()
    for _ in range(chance.randint(2, 4)):
        for _ in range(chance.randint(1, 12)):
            name = f"{chance.randint(0, 30):02}.txt"
            if chance.random() < 0.3:
                (folder / name).unlink(missing_ok=True)
            else:
                (folder / name).write_text(write_story(chance.randint(0, 40)), encoding="utf-8")
        (folder / "last.txt").write_text(write_story(1), encoding="utf-8")
        options = {"workers": chance.choice((1, 2)), "keep": chance.choice((1, 2, 10))}
        refresh(folder, out, pipeline, **options)
    assert is_as_fresh(folder, out, pipeline)


def test_nothing_new_writes_nothing(news: Path, tmp_path: Path, pipeline: Pipeline) -> None:
    out = tmp_path / "out"
    refresh(news, out, pipeline)

    def states() -> dict[str, tuple[int, int, int]]:
        return {
            str(path): (path.stat().st_ino, path.stat().st_mtime_ns, path.stat().st_size)
            for path in out.rglob("*")
            if path.is_file() and path.name not in ("lock", "manifest.sqlite-shm", "manifest.sqlite-wal")
        }

    before = states()
    report = refresh(news, out, pipeline)
    assert (report.published, report.read, report.extracted, report.articles) == (False, 0, 0, STORIES)
    assert states() == before


def test_a_file_that_a_user_removed_or_spoilt_comes_back(
    news: Path, tmp_path: Path, pipeline: Pipeline
) -> None:
    out = tmp_path / "out"
    refresh(news, out, pipeline)
    whole = read_bytes(out)
    (out / "mentions.jsonl").unlink()
    assert refresh(news, out, pipeline).extracted == 0
    assert read_bytes(out) == whole
    with (out / "mentions.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("more\n")
    assert refresh(news, out, pipeline).extracted == 0
    assert read_bytes(out) == whole


def test_formats_may_change_between_runs(news: Path, tmp_path: Path, pipeline: Pipeline) -> None:
    out = tmp_path / "out"
    for formats in (("jsonl",), ("parquet", "csv"), ("csv", "jsonl", "parquet"), ("parquet",)):
        assert refresh(news, out, pipeline, formats=formats).extracted == (
            STORIES if formats == ("jsonl",) else 0
        )
        assert is_as_fresh(news, out, pipeline, formats=formats)


@pytest.mark.parametrize("out", ["outputs", "."])
def test_what_a_run_wrote_is_none_of_its_inputs(
    news: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.chdir(news)
    (news / "articles.csv").write_text("text\n诺华完成2亿元融资。\n", encoding="utf-8")
    for _ in range(2):
        report = refresh(Path(), Path(out), pipeline)
        assert (report.articles, report.rejected) == (STORIES + 1, 0)
    assert not report.published
    assert (news / "articles.csv").is_file()
    if out == ".":
        with pytest.raises(
            OutputError, match=r"^articles\.csv: is an input, and the run would write over it; choose"
        ):
            refresh(Path(), Path(out), pipeline, formats=("csv",))
        assert (news / "articles.csv").read_text("utf-8").startswith("text\n诺华")
    else:
        # A path that leads into the output folder is meant.
        (news / out / "more.txt").write_text(write_story(900), encoding="utf-8")
        report = run_batch([".", out], Path(out), settings=pipeline.settings, pipeline=pipeline)
        assert (report.articles, report.rejected) == (STORIES + 2, 0)


def test_what_has_gone_can_be_kept(news: Path, tmp_path: Path, pipeline: Pipeline) -> None:
    out = tmp_path / "out"
    whole = refresh(news, out, pipeline)
    (news / "001.txt").unlink()
    assert refresh(news, out, pipeline, keep_gone=True).articles == whole.articles
    today = tmp_path / "today"
    write_stories(today, range(100, 103))
    assert refresh(today, out, pipeline, keep_gone=True).articles == whole.articles + 3
    assert refresh(today, out, pipeline).articles == 3


def test_force_reads_and_extracts_everything_again(news: Path, tmp_path: Path, pipeline: Pipeline) -> None:
    out = tmp_path / "out"
    refresh(news, out, pipeline)
    before = read_bytes(out)
    report = refresh(news, out, pipeline, force=True)
    assert (report.read, report.extracted) == (17, STORIES)
    assert read_bytes(out) == before


def test_copies_count_once_unless_asked_otherwise(news: Path, tmp_path: Path, pipeline: Pipeline) -> None:
    out = tmp_path / "out"
    for number in range(3):
        (news / f"copy-{number}.txt").write_text(f"Wire\n{write_story(8)}", encoding="utf-8")
    refresh(news, out, pipeline)
    once = {row["id"]: row["mentions"] for row in rows(out, "entities")}
    report = refresh(news, out, pipeline, count_duplicates=True)
    often = {row["id"]: row["mentions"] for row in rows(out, "entities")}
    assert (report.extracted, report.duplicates) == (0, 3)
    assert once.keys() == often.keys()
    told = [row for row in rows(out, "mentions") if row["entity_id"] == "openai"]
    assert often["openai"] == len(told)
    assert once["openai"] == len(told) - 3 * sum(row["article_id"] == told[-1]["article_id"] for row in told)


# What a change of patterns does again.


@pytest.fixture(scope="module")
def few_names() -> Patterns:
    """The packaged patterns with one name in forty, and all that the stories hold."""
    patterns = load_patterns()
    text = "\n".join(write_story(number) for number in range(STORIES))
    kept = [row for number, row in enumerate(patterns.names) if number % 40 == 0 or row.name in text]
    return msgspec.structs.replace(patterns, names=tuple(kept))


def write_patterns(folder: Path) -> Path:
    """Copy the packaged patterns with few of their names, to be loaded sooner."""
    shutil.copytree(find_patterns(), folder)
    for path in [*folder.glob("org/[cw]*_*.csv"), *folder.glob("product/*.csv")]:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        if lines[0].startswith("entity_id,"):
            path.write_text("".join(lines[:20]), encoding="utf-8")
    return folder


HEADER = "entity_id,name,lang,role,boundary,context,parent_id,maker_id,status,note\n"


def test_a_change_of_patterns_touches_what_it_can_touch(news: Path, tmp_path: Path) -> None:
    out, folder = tmp_path / "out", write_patterns(tmp_path / "patterns")
    names, rules = folder / "org" / "local.csv", folder / "money" / "amounts.toml"
    run_batch([str(news)], out, settings=Settings(patterns=folder))
    holding = sum("Viz.ai" in write_story(number) for number in range(STORIES))
    steps: list[tuple[str, Edit, int]] = [
        ("a name", lambda _: names.write_text(f"{HEADER}viz-test,Viz.ai raised,en,canonical,,,,,active,\n"), holding),
        ("a note", lambda _: names.write_text(f"{HEADER}viz-test,Viz.ai raised,en,canonical,,,,,active,a note\n"), 0),
        ("a comment", lambda _: rules.write_text(f"# why\n{rules.read_text(encoding='utf-8')}", encoding="utf-8"), 0),
        ("no name any more", lambda _: names.unlink(), holding),
    ]  # fmt: skip
    assert 5 < holding < STORIES - 5
    for name, edit, expected in steps:
        edit(folder)
        report = run_batch([str(news)], out, settings=Settings(patterns=folder))
        assert (name, report.extracted) == (name, expected)
    shutil.rmtree(tmp_path / "fresh", ignore_errors=True)
    run_batch([str(news)], tmp_path / "fresh", settings=Settings(patterns=folder))
    assert read_bytes(out) == read_bytes(tmp_path / "fresh")
    # Whoever reads money otherwise may find it anywhere.
    table = folder / "money" / "codes.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("usd,", "us$$,", 1) + "zzz,ZZZ,\n", encoding="utf-8"
    )
    report = run_batch([str(news)], out, settings=Settings(patterns=folder, published_at="2025-05-05"))
    assert report.extracted == STORIES


def test_other_settings_read_everything_otherwise(news: Path, tmp_path: Path, patterns: Patterns) -> None:
    out = tmp_path / "out"
    for day in ("2024-01-01", "2025-01-01"):
        pipeline = Pipeline(patterns, Settings(published_at=day))
        assert refresh(news, out, pipeline).extracted == STORIES
    assert is_as_fresh(news, out, pipeline)


@st.composite
def edited_names(draw: st.DrawFn, names: tuple[NameRow, ...], texts: list[str]) -> tuple[NameRow, ...]:
    """Give name lists with some rows added, changed and removed; new names are taken from the texts."""
    edited = list(names)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(edited) - 1))
        row = edited[place]
        text = draw(st.sampled_from(texts))
        start = draw(st.integers(0, len(text) - 2))
        surface = " ".join(text[start : start + draw(st.integers(2, 12))].split()) or row.name
        change = draw(
            st.sampled_from(("add", "alias", "remove", "rename", "context", "boundary", "maker", "label"))
        )
        if change == "add":
            edited.append(NameRow("ORG", f"new-{start}", surface, "en", "canonical", "", (), None, None, ""))
        elif change == "alias":
            edited.append(row._replace(name=surface, role="alias"))
        elif change == "remove":
            del edited[place]
        elif change == "rename":
            edited[place] = row._replace(name=surface)
        elif change == "context":
            edited[place] = row._replace(
                context=() if row.context else (draw(st.sampled_from(("融资", "raised", "imaging"))),)
            )
        elif change == "boundary":
            edited[place] = row._replace(boundary="" if row.boundary else "word")
        elif change == "maker":
            edited[place] = row._replace(
                label="PRODUCT", maker_id=draw(st.sampled_from([one.entity_id for one in names]))
            )
        else:
            edited[place] = row._replace(label="ORG" if row.label == "PRODUCT" else "PRODUCT")
    return tuple(edited)


def test_what_a_change_of_names_does_not_touch_comes_out_the_same(few_names: Patterns) -> None:
    texts = [f"{write_story(number)} {write_story(number + 100)}" for number in range(16)]
    texts += [
        "平安\u3000健康宣布，Viz .ai 与推想\n医疗合作。",
        "ＯｐｅｎＡＩ 的 ChatGPT app 由 Open AI, Inc. 开发。",
        "聯影智能推出新品。",
    ]
    old = Pipeline(few_names)
    folder = Folder(old.folding)
    before = [old(text) for text in texts]
    scans = [
        Scanned(found.document.text, sorted({one.entity_id for one in found.mentions if one.entity_id}))
        for found in before
    ]

    @settings(
        max_examples=int(os.environ.get("EXAMPLES", "6")),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(names=edited_names(few_names.names, texts))
    def check(names: tuple[NameRow, ...]) -> None:
        new = Pipeline(msgspec.structs.replace(few_names, names=names))
        touched = set(Search(find_change(few_names.names, names, folder), folder).find(scans))
        for place, text in enumerate(texts):
            if place not in touched:
                now = new(text)
                assert (now.mentions, now.relations) == (before[place].mentions, before[place].relations), (
                    text
                )

    check()


def test_reviewers_decisions_touch_their_articles(news: Path, tmp_path: Path, pipeline: Pipeline) -> None:
    pytest.importorskip("argon2", reason="the extra `review` is not installed")
    from medai_extract.review.actions.decide import Wanted, decide
    from medai_extract.review.actions.undo import undo
    from medai_extract.review.store import Store

    out = tmp_path / "out"
    refresh(news, out, pipeline)
    store = Store(out)
    mention = store.read.execute("SELECT id FROM mention LIMIT 1").fetchone()["id"]
    report = refresh(news, out, pipeline)
    assert (report.published, report.extracted) == (False, 0)
    decide(store, "reviewer", mention, Wanted(verdict="reject"))
    for expected in ((True, 1), (False, 0)):
        report = refresh(news, out, pipeline)
        assert (report.published, report.extracted) == expected
    undo(store, "reviewer")
    for expected in ((True, 0), (False, 0)):
        report = refresh(news, out, pipeline)
        assert (report.published, report.extracted) == expected
    store.close()


def test_the_python_interface_streams_in_order(news: Path, tmp_path: Path, pipeline: Pipeline) -> None:
    refresh(news, tmp_path / "out", pipeline)
    streamed = [extraction.document.id for extraction in mx.run(str(news), workers=2)]
    assert streamed == [row["id"] for row in rows(tmp_path / "out", "articles")]
