"""Whatever comes in becomes articles or rows of ``rejected`` with a reason, in 10 s of work and 1 GB of memory."""

import gzip
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hostile
import make_formats
from medai_extract.ingest import read_file
from medai_extract.ingest.read import read_stream
from medai_extract.model import Article, Rejected

SECONDS, KILOBYTES = 10, 1_000_000
ESCAPED = "medai-escaped.txt"
FOLDER = make_formats.FOLDER
# Reads each file of a list in a process of its own and says what came of it, its time and its peak of memory.
RUNNER = """
import json, os, sys
from medai_extract.ingest import read_file
from medai_extract.model import Article

def describe(path):
    found = []
    for source in read_file(path):
        is_article = isinstance(source, Article)
        kind, said = ("article", source.text[:200]) if is_article else (source.reason, source.detail)
        if len(found) < 20 or found[-1][0] != kind:
            found.append((kind, said, source.source))
    return found

for path in sys.argv[1:]:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        with os.fdopen(writer, "w", encoding="utf-8", errors="replace") as answer:
            json.dump(describe(path), answer)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as answer:
        found = answer.read()
    _, status, usage = os.wait4(child, 0)
    print(json.dumps([found and json.loads(found), status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss]), flush=True)
"""
Outcome = tuple[list[tuple[str, str, str]], int, float, int]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Read every hostile input away from this process."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (make, _) in hostile.INPUTS.items():
        (folder / name).write_bytes(make())
    before = sorted(path.name for path in folder.iterdir())
    process = subprocess.run(
        [sys.executable, "-c", RUNNER, *(str(folder / name) for name in hostile.INPUTS)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=folder,
    )
    assert process.returncode == 0, process.stderr
    assert sorted(path.name for path in folder.iterdir()) == before
    lines = [json.loads(line) for line in process.stdout.splitlines()]
    return dict(zip(hostile.INPUTS, lines, strict=True))


def test_there_are_a_hundred() -> None:
    assert len(hostile.INPUTS) >= 100


@pytest.mark.parametrize("name", hostile.INPUTS)
def test_hostile_input(name: str, outcomes: dict[str, Outcome]) -> None:
    found, status, seconds, kilobytes = outcomes[name]
    assert status == 0
    assert hostile.INPUTS[name][1] in {kind for kind, _, _ in found}
    assert all(said.strip() and "\n" not in said for kind, said, _ in found if kind != hostile.ARTICLE)
    assert all(source.endswith(name) or name in source for _, _, source in found)
    assert seconds < SECONDS
    assert kilobytes < KILOBYTES


@pytest.mark.parametrize("name", [name for name in hostile.INPUTS if name.startswith("label-")])
def test_labels_that_lie_are_not_believed(name: str, outcomes: dict[str, Outcome]) -> None:
    assert any(hostile.ZH in said for _, said, _ in outcomes[name][0])


@pytest.mark.parametrize("name", ["traversal.zip", "traversal.tar"])
def test_paths_in_archives_are_only_labels(name: str, outcomes: dict[str, Outcome]) -> None:
    sources = [source for _, _, source in outcomes[name][0]]
    assert any(source.endswith(f"{name}!/../../../../tmp/{ESCAPED}") for source in sources)
    assert not any((Path(folder) / ESCAPED).exists() for folder in ("/tmp", "/etc", "."))


@pytest.mark.parametrize(
    "name",
    [
        "passwd.xml",
        "passwd-utf-16.xml",
        "passwd.docx",
        "outside.epub",
        "link.tar",
        "hard-link.tar",
        "frames.html",
    ],
)
def test_nothing_outside_is_read(name: str, outcomes: dict[str, Outcome]) -> None:
    assert not any("root:" in said for _, said, _ in outcomes[name][0])


def test_one_run_over_everything_hostile(tmp_path: Path) -> None:
    """A run over broken and good files alike gives the good ones whole."""
    folder = tmp_path / "in"
    folder.mkdir()
    chosen = [
        "cut.pdf",
        "laughs.docx",
        "overlapping.zip",
        "deep-100000.html",
        "encrypted.pdf",
        "cookie-wall.html",
        "picture.pdf",
    ]
    for name in chosen:
        (folder / name).write_bytes(hostile.INPUTS[name][0]())
    (folder / "good.txt").write_text(hostile.ZH, encoding="utf-8")
    command = [sys.executable, "-c", "from medai_extract.cli.main import main; main()", "run", str(folder)]
    process = subprocess.run(
        [*command, "--out", str(tmp_path / "out"), "--format", "jsonl"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (process.returncode, "Traceback" in process.stderr) == (0, False), process.stderr
    rejected = [json.loads(line) for line in (tmp_path / "out" / "rejected.jsonl").read_bytes().splitlines()]
    told = {Path(str(row["source"]).split("!")[0]).name: row["reason"] for row in rejected}
    assert told == {name: hostile.INPUTS[name][1] for name in chosen}
    [article] = [json.loads(line) for line in (tmp_path / "out" / "articles.jsonl").read_bytes().splitlines()]
    assert article["text"] == hostile.ZH


def check(name: str, content: bytes) -> None:
    started = time.process_time()
    found = list(read_stream(name, io.BytesIO(content)))
    assert time.process_time() - started < SECONDS
    assert found
    assert all(source.reason and source.detail for source in found if isinstance(source, Rejected))
    assert all(source.text.strip() for source in found if isinstance(source, Article))


PLACE = st.floats(0, 1, exclude_max=True)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("cut"), PLACE, st.binary(max_size=0)),
        st.tuples(st.just("flip"), PLACE, st.binary(min_size=1, max_size=4)),
        st.tuples(st.just("insert"), PLACE, st.binary(min_size=1, max_size=40)),
        st.tuples(st.just("repeat"), PLACE, st.binary(max_size=0)),
    ),
    min_size=1,
    max_size=6,
)
PACKS = {
    "gzip": lambda content: gzip.compress(content, mtime=0),
    "zstd": zstandard.compress,
    "zip": lambda content: make_formats.make_zip({"a/inner": content}),
    "tar": lambda content: make_formats.make_tar({"a/inner": content}),
}


def mutate(content: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    for kind, place, added in changes:
        at = int(place * len(content))
        if kind == "cut":
            content = content[:at]
        elif kind == "flip":
            flipped = bytes(old ^ new for old, new in zip(content[at:], added, strict=False))
            content = content[:at] + flipped + content[at + len(flipped) :]
        elif kind == "insert":
            content = content[:at] + added + content[at:]
        else:
            content = content[:at] + content[at // 2 : at] + content[at:]
    return content


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
KEPT = {path.name: path.read_bytes() for path in FOLDER.iterdir()}


@settings(max_examples=400, deadline=None, suppress_health_check=QUIET)
@given(
    st.sampled_from(sorted(name for name in KEPT if not name.endswith(".pdf"))),
    CHANGES,
    st.lists(st.sampled_from(sorted(PACKS)), max_size=3),
)
def test_every_format_damaged_in_any_way(
    name: str, changes: list[tuple[str, float, bytes]], packs: list[str]
) -> None:
    content = mutate(KEPT[name], changes)
    for pack in packs:
        content = PACKS[pack](content)
    check(name, content)


# Each is read by a process of its own.
@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
@given(CHANGES)
def test_pdf_damaged_in_any_way(changes: list[tuple[str, float, bytes]]) -> None:
    # The end mark stays, so that the parser is reached.
    check("a.pdf", mutate(KEPT["article.pdf"], changes) + b"\n%%EOF\n")


SUFFIXES = (".pdf", ".docx", ".xlsx", ".epub", ".xml", ".eml", ".mhtml", ".warc", ".json", ".jsonl", ".csv", ".parquet", ".zip", ".tar", ".gz", ".zst", ".html", ".md", "")  # fmt: skip
STARTS = (b"PK\x03\x04", b"%PDF-1.7\n", b"PAR1", b"WARC/1.0\r\n", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"<rss>", b"<html>", b"[{", b"From: a\nMIME-Version: 1.0\n\n", b"\0" * 257 + b"ustar")  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=QUIET)
@given(st.sampled_from(SUFFIXES), st.sampled_from(STARTS), st.binary(max_size=600))
def test_any_bytes_under_any_name(suffix: str, start: bytes, rest: bytes) -> None:
    check(f"a{suffix}", start + rest)


def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        # Nothing is forbidden to root but a folder is no file to anybody.
        [rejected] = read_file(str(tmp_path))
    else:
        (tmp_path / "a.txt").write_bytes(b"x")
        (tmp_path / "a.txt").chmod(0)
        [rejected] = read_file(str(tmp_path / "a.txt"))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "unreadable"
