"""Input that is broken, hostile or not text: a row of ``rejected`` or an article, never a traceback, and the others come out whole."""

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from medai_extract.ingest import expand_paths, read_articles
from medai_extract.model import Article, Rejected
from medai_extract.pipeline import Pipeline

GOOD = "推想医疗宣布完成5亿美元D轮融资，由IDG资本领投。蚂蚁阿福于2025年3月上线。"
EN = "OpenAI unveiled ChatGPT Health on January 7, 2026. Infervision raised $50 million."
COMMAND = [sys.executable, "-c", "from medai_extract.cli.main import main; main()"]
SECONDS = 60
MEGABYTES = 900
"""Bounds of one run over one bad file of up to 50 MB and two good ones, start of the interpreter included."""


def run(*paths: Path | str, out: Path) -> tuple[subprocess.CompletedProcess[str], float]:
    started = time.perf_counter()
    process = subprocess.run(
        [*COMMAND, "run", *map(str, paths), "--out", str(out), "--format", "jsonl"],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return process, time.perf_counter() - started


def rows(out: Path, table: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / f"{table}.jsonl").read_bytes().splitlines()]


def write(path: Path, content: bytes | str) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "gone.txt")


def loop(path: Path) -> None:
    path.symlink_to(path)


def folder_loop(path: Path) -> None:
    path.mkdir()
    (path / "up").symlink_to(path.parent, target_is_directory=True)


def big_line(path: Path) -> None:
    path.write_bytes((GOOD * 250_000).encode()[:50_000_000])


def big_line_of_json(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(json.dumps({"text": EN}).encode() + b"\n")
        stream.write(b'{"text": "' + b"a" * 50_000_000 + b'"}\n')
        stream.write(json.dumps({"text": GOOD}).encode() + b"\n")


def unzipped_bomb(path: Path) -> None:
    path.write_bytes(gzip.compress(b"a" * 50_000_000))


def jsonl(*lines: bytes) -> bytes:
    return b"\n".join(lines) + b"\n"


ROW = json.dumps({"id": "ok", "text": GOOD}).encode()
Make = bytes | str | Callable[[Path], None]
# name, content, (stage, reason) of every rejected row, number of articles that are read from it
REJECTED: list[tuple[str, Make, list[tuple[str, str]], int]] = [
    ("empty.txt", "", [("read", "empty")], 0),
    ("spaces.txt", " \n\t\n\u3000", [("read", "empty")], 0),
    ("mark.txt", b"\xef\xbb\xbf", [("read", "empty")], 0),
    ("binary.txt", bytes(range(256)) * 200, [("decode", "binary")], 0),
    ("zeros.txt", b"\0" * 10_000, [("decode", "binary")], 0),
    ("paper.pdf", b"%PDF-1.7\n" + b"x" * 999, [("read", "damaged")], 0),
    ("paper.docx", b"PK\x03\x04" + b"x" * 999, [("read", "damaged")], 0),
    ("table.parquet", b"PAR1" + b"x" * 999, [("read", "damaged")], 0),
    ("photo.txt", b"\x89PNG\r\n\x1a\n" + b"x" * 999, [("read", "unsupported_format")], 0),
    ("page.html", "<html><body></body></html>", [("read", "no_text")], 0),
    ("deep.html", "<html><body>" + "<div>" * 100_000 + EN, [("read", "too_deep")], 0),
    ("upper.html", "<HTML><BODY>" + "<DIV>" * 100_000 + EN, [("read", "too_deep")], 0),
    ("strange.html", "<html><body>" + "<x-y>" * 100_000 + EN, [("read", "too_deep")], 0),
    ("cut.txt.gz", gzip.compress((GOOD * 5_000).encode())[:-200], [("read", "damaged")], 0),
    ("wrong.txt.gz", b"\x1f\x8b" + b"nothing of the kind" * 9, [("read", "damaged")], 0),
    ("dangling.txt", dangling, [("read", "unreadable")], 0),
    ("loop.txt", loop, [("read", "unreadable")], 0),
    ("line.txt", big_line, [("read", "too_large")], 0),
    ("bomb.txt.gz", unzipped_bomb, [("read", "too_large")], 0),
    ("line.jsonl", big_line_of_json, [("read", "too_large")], 2),
    ("lines.jsonl", jsonl(b"{", b"[1]", b"{'text': 1}", b'{"id": 7}', b"", ROW), [("read", "bad_json")] * 3 + [("read", "empty")], 1),
    ("array.json", "[" * 100_000, [("read", "bad_json")], 0),
    ("empty.json", "[]", [("read", "empty")], 0),
    ("deep.jsonl", jsonl(b'{"text": ' + b"[" * 100_000, ROW), [("read", "bad_json")], 1),
    ("no_text.csv", "id,summary\n1,hello\n", [("read", "no_text_column")], 0),
    ("rows.csv", f'id,text\n1,"{GOOD}"\n2,\n3\n', [("read", "empty")] * 2, 1),
    ("nul.csv", f"id,text\n1,\0{GOOD}\n2,{EN}\n", [], 2),
    ("blank.txt", "\n" * 1_000_000, [("read", "empty")], 0),
    ("blanks.txt", GOOD + "\n" * 1_000_000 + EN, [], 1),
    ("nul.txt", f"{GOOD}\0\0{GOOD}" * 20, [], 1),
    ("surrogates.jsonl", jsonl(b'{"id": "\\ud800", "text": "\\udfff ' + EN.encode() + b'"}'), [], 1),
    ("raw_surrogates.txt", GOOD.encode() + b"\xed\xa0\x80" + EN.encode(), [], 1),
    ("mixed.txt", f"{GOOD}\n".encode() + f"{GOOD}\n".encode("gb18030") + EN.encode(), [], 1),
    ("front.md", "---\n: [\n---\n" + GOOD, [], 1),
    ("front.toml.md", "+++\ntitle = \n+++\n" + GOOD, [], 1),
    ("folder_loop", folder_loop, [], 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "rejected", "articles"), REJECTED, ids=[row[0] for row in REJECTED]
)
def test_a_bad_file_is_told_and_the_others_come_out_whole(
    name: str,
    content: Make,
    rejected: list[tuple[str, str]],
    articles: int,
    tmp_path: Path,
    pipeline: Pipeline,
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder / "a.txt", GOOD)
    write(folder / "z.txt", EN)
    content(folder / name) if callable(content) else write(folder / name, content)
    started = time.perf_counter()
    sources = list(read_articles(expand_paths([str(folder)])))
    told = [source for source in sources if isinstance(source, Rejected)]
    read = [pipeline.extract(source).document for source in sources if isinstance(source, Article)]
    assert time.perf_counter() - started < SECONDS / 2
    assert [(row.stage, row.reason) for row in told] == rejected
    assert all(row.source.startswith((folder / name).as_posix()) and row.detail for row in told)
    assert len(read) == 2 + articles
    assert {document.text for document in read} >= {GOOD, EN}


def test_one_run_over_everything_bad(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, content, _, _ in REJECTED:
        content(folder / name) if callable(content) else write(folder / name, content)
    process, _ = run(folder, out=tmp_path / "out")
    assert (process.returncode, "Traceback" in process.stderr) == (0, False), process.stderr
    wanted = sorted(reason for row in REJECTED for _, reason in row[2])
    assert sorted(str(row["reason"]) for row in rows(tmp_path / "out", "rejected")) == wanted
    peak = json.loads((tmp_path / "out" / "run.json").read_bytes())["peak_memory_mb"]
    assert peak < MEGABYTES


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["empty"], 5, "nothing readable (no files); give a folder with files"),
        (["none/*.txt"], 5, "nothing readable (not there); mend the path"),
        (["gone.txt", "empty"], 5, "nothing readable (no files)"),
        (["gone.txt"], 5, "nothing readable (not there)"),
        (["a" * 300], 5, "nothing readable (not there)"),
        (["empty.txt"], 5, "empty 1); see out/rejected.jsonl"),
        (["empty.txt", "--format", "csv"], 5, "see out/rejected.csv"),
        (["gopher://a.example/a.txt"], 5, "nothing readable"),
        (["good.txt", "--format", "xml"], 2, "choose from"),
        (
            ["good.txt", "--published-at", "tomorrow"],
            3,
            "published_at: 'tomorrow' is no day; write it YYYY-MM-DD",
        ),
        (["good.txt", "--published-at", "2025-02-30"], 3, "'2025-02-30' is no day"),
        (["good.txt", "gone.txt"], 5, "gone.txt: is not there; the rest was read and written"),
        (["good.txt", "none/*.txt"], 5, "none/*.txt: is not there"),
        (["good.txt", "empty.txt"], 0, ""),
    ],
)
def test_exit_codes(arguments: list[str], code: int, says: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty.txt", "")
    write(tmp_path / "good.txt", GOOD)
    process = subprocess.run(
        [*COMMAND, "run", *arguments, "--out", "out"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=SECONDS,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert (process.returncode, "Traceback" in process.stderr) == (code, False), process.stderr
    assert says in process.stderr
    # A slip of the hand leaves no folder behind.
    made = code in (0, 5) and "nothing readable (no" not in says
    assert (tmp_path / "out").exists() == made
    if "is not there" in says:
        assert [row["source"] for row in rows(tmp_path / "out", "rejected")] == [arguments[-1]]
        assert len(rows(tmp_path / "out", "articles")) == 1
