"""A run over files: the same bytes however it is run, whole files or none, every input accounted for."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import medai_extract as mx
from medai_extract.batch import run_batch
from medai_extract.errors import InputError, OutputError
from medai_extract.ingest import read_articles
from medai_extract.model import Article, Rejected
from medai_extract.settings import Settings
from medai_extract.writers import write_csv, write_csv_header, write_lines
from stories import ZH, read_bytes, rows, write_story

TABLES = ("articles", "mentions", "entities", "relations", "rejected")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for number in range(150):
        (folder / f"{number:03}.txt").write_text(write_story(number), encoding="utf-8")
    (folder / "copy.txt").write_text((folder / "001.txt").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    return folder


def test_bytes_do_not_depend_on_workers_or_order(news: Path, tmp_path: Path) -> None:
    files = [str(path) for path in sorted(news.iterdir())]
    run_batch([str(news)], tmp_path / "one", settings=Settings())
    run_batch(reversed(files), tmp_path / "reversed", settings=Settings())
    run_batch([str(news)], tmp_path / "two", settings=Settings(), workers=2)
    assert read_bytes(tmp_path / "one") == read_bytes(tmp_path / "two") == read_bytes(tmp_path / "reversed")


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_from_csv(text: str) -> None:
    row = Rejected(source=text, source_id=f"{text}\r", stage="read", reason="empty", detail=f"\r\n{text}\r")
    content = write_csv_header("rejected") + write_csv(write_lines([row, row]), "rejected")
    read = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [(one["source"], one["source_id"], one["detail"]) for one in read] == [
        (row.source, row.source_id, row.detail)
    ] * 2


def test_records_keep_the_contract(news: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = run_batch([str(news)], out, settings=Settings(), formats=("jsonl", "parquet", "csv"))
    assert (report.articles, report.duplicates, report.rejected) == (151, 1, 1)
    articles = {str(row["id"]): row for row in rows(out, "articles")}
    assert len(articles) == 151
    copies = [row for row in articles.values() if row["duplicate_of"]]
    assert [(row["source"], articles[str(row["duplicate_of"])]["source"]) for row in copies] == [
        ((news / "copy.txt").as_posix(), (news / "001.txt").as_posix())
    ]
    mentions = rows(out, "mentions")
    assert len({row["id"] for row in mentions}) == len(mentions) > 300
    for row in mentions:
        text = str(articles[str(row["article_id"])]["text"])
        assert text[int(str(row["start"])) : int(str(row["end"]))] == row["text"]
        assert str(row["text"]) in str(row["sentence"])
    entities = {str(row["id"]): row for row in rows(out, "entities")}
    assert {str(row["entity_id"]) for row in mentions if row["label"] in ("ORG", "PRODUCT")} <= set(entities)
    counted = [row for row in mentions if not articles[str(row["article_id"])]["duplicate_of"]]
    for entity_id, entity in entities.items():
        assert entity["mentions"] == sum(row["entity_id"] == entity_id for row in counted)
    assert [row["reason"] for row in rows(out, "rejected")] == ["empty"]
    for table in TABLES:
        frame = pd.read_parquet(out / f"{table}.parquet")
        with (out / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
            flat = list(csv.DictReader(stream))
        assert len(frame) == len(flat) == len(rows(out, table))
        if flat:
            assert list(frame.columns) == list(flat[0])[: len(frame.columns)] == list(rows(out, table)[0])


def test_a_spreadsheet_gets_the_parts_of_values(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("2024年3月16日，推想医疗完成近5亿美元融资。", encoding="utf-8")
    out = tmp_path / "out"
    run_batch([str(tmp_path / "a.txt")], out, settings=Settings(), formats=("jsonl", "csv"))
    wanted = {
        ("DATE", "value.start"): "2024-03-16",
        ("DATE", "value.currency"): "",
        ("MONEY", "value.currency"): "USD",
        ("MONEY", "value.amount"): "500000000",
        ("MONEY", "value.modifier"): "approx",
        ("MONEY", "value.timex"): "",
        ("ORG", "value"): "",
    }
    assert (out / "mentions.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")
    with (out / "mentions.csv").open(encoding="utf-8-sig", newline="") as stream:
        flat = {row["label"]: row for row in csv.DictReader(stream)}
    assert {(label, name): flat[label][name] for label, name in wanted} == wanted
    for frame in (pd.read_csv(out / "mentions.csv"), pd.json_normalize(rows(out, "mentions"))):
        assert {"id", "value.amount", "value.timex"} <= set(frame.columns)
    relations = pd.read_csv(out / "relations.csv", dtype=str)
    assert list(relations["money.amount"]) == ["500000000"]
    # It is an input like any other table.
    read = [source for source in read_articles([str(out / "articles.csv")]) if isinstance(source, Article)]
    assert [article.text for article in read] == [row["text"] for row in rows(out, "articles")]


def test_formats_that_are_not_asked_for_are_removed(news: Path, tmp_path: Path) -> None:
    run_batch([str(news)], tmp_path / "out", settings=Settings(), formats=("jsonl", "csv"))
    run_batch([str(news)], tmp_path / "out", settings=Settings(), formats=("parquet",))
    visible = [path for path in (tmp_path / "out").iterdir() if not path.name.startswith(".")]
    assert {path.suffix for path in visible} == {".parquet", ".json"}


def test_nothing_readable_is_an_input_error_with_the_reasons(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError, match="no files"):
        run_batch([str(tmp_path / "in")], tmp_path / "out", settings=Settings())
    assert not (tmp_path / "out").exists()
    (tmp_path / "in" / "a.txt").write_bytes(b"")
    with pytest.raises(InputError, match="empty 1"):
        run_batch([str(tmp_path / "in"), str(tmp_path / "gone.txt")], tmp_path / "out", settings=Settings())
    assert {row["reason"] for row in rows(tmp_path / "out", "rejected")} == {"empty", "unreadable"}


def test_output_that_cannot_be_written_leaves_the_old_one(news: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        run_batch([str(news)], tmp_path / "file" / "out", settings=Settings())
    assert (tmp_path / "file").read_text(encoding="utf-8") == "not a folder"


def test_a_killed_run_leaves_the_old_dataset_whole(news: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_batch([str(news)], out, settings=Settings())
    before = read_bytes(out)
    # The longer part of the run is still ahead when the folder of partial files appears.
    big = tmp_path / "big.jsonl"
    with big.open("w", encoding="utf-8") as stream:
        for number in range(20_000):
            stream.write(json.dumps({"id": number, "text": f"{ZH}{number}"}, ensure_ascii=False) + "\n")
    command = [
        sys.executable,
        "-m",
        "medai_extract",
        "run",
        str(big),
        "--out",
        str(out),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    parts = len(list(out.glob(".store/parts/*/*")))
    while len(list(out.glob(".store/parts/*/*"))) == parts and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert read_bytes(out) == before


def test_python_interface_of_the_readme(news: Path) -> None:
    pipeline = mx.Pipeline()
    result = pipeline("推想医疗宣布完成5亿美元D轮融资。", published_at="2024-03-16")
    assert [(m.label, m.text, m.entity_id) for m in result.mentions if m.label == "ORG"] == [
        ("ORG", "推想医疗", "infervision")
    ]
    with pytest.raises(ValueError, match=r"YYYY-MM-DD|isoformat"):
        pipeline("昨日上线。", published_at="16/03/2024")
    frame = mx.to_frame(mx.run(str(news)))
    assert isinstance(frame, pd.DataFrame)
    assert {"article_id", "label", "text", "amount", "date_start", "rule_id"} <= set(frame.columns)
    assert len(frame) > 300


def test_an_article_on_which_a_stage_fails_is_rejected_and_the_others_go_on(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from medai_extract.pipeline import Pipeline

    extract = Pipeline.extract

    def fail_on_one(self: Pipeline, article: mx.Article) -> mx.Extraction:
        if article.source.endswith("003.txt"):
            raise ValueError("a fault of ours")
        return extract(self, article)

    monkeypatch.setattr(Pipeline, "extract", fail_on_one)
    report = run_batch([str(news)], tmp_path / "out", settings=Settings())
    assert report.articles == 150
    assert {(row["stage"], row["reason"], row["detail"]) for row in rows(tmp_path / "out", "rejected")} == {
        ("read", "empty", "holds no bytes"),
        ("extract", "failed", "ValueError: a fault of ours"),
    }


def test_a_copy_tells_what_its_original_tells(tmp_path: Path, pipeline: mx.Pipeline) -> None:
    dates = {"a.jsonl": "2025-03-16", "b.jsonl": "2025-03-16", "c.jsonl": "2020-03-16"}
    for name, day in dates.items():
        row = {"text": f"{ZH}今年6月再上线一款。", "published_at": day}
        (tmp_path / name).write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    run_batch([str(tmp_path)], tmp_path / "out", settings=Settings())
    articles = rows(tmp_path / "out", "articles")
    assert len({row["id"] for row in articles}) == 3
    # Of copies, which another date does not keep from being copies, the one published first leads.
    assert [row["duplicate_of"] for row in articles] == [articles[2]["id"], articles[2]["id"], None]
    for row in articles:
        article = mx.Article(
            source=str(row["source"]), id=str(row["id"]), text=f"{ZH}今年6月再上线一款。", published_at=str(row["published_at"]),
            published_from="row",
        )  # fmt: skip
        read = pipeline.extract(article)
        for table, records in (("mentions", read.mentions), ("relations", read.relations)):
            told = [of_any for of_any in rows(tmp_path / "out", table) if of_any["article_id"] == row["id"]]
            assert told == json.loads(msgspec.json.encode(records))
