"""Start-up: which modules a command may not import, and the compiled pipeline that is kept between runs."""

import os
import pickle
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from medai_extract.batch.compiled import KEPT, load_pipeline, read_pipeline
from medai_extract.errors import PatternError
from medai_extract.expressions import dump_expression, keep_expressions, recall_expressions
from medai_extract.patterns import find_patterns
from medai_extract.pipeline import Pipeline
from medai_extract.settings import Settings

ZH = "推想医疗宣布完成5亿元D轮融资，由红杉资本领投。公司成立于2015年1月，总部位于北京，其肺结节AI产品InferRead已获批。"
EN = "Aidoc raised $150 million in a round led by General Catalyst on July 23, 2025, the company said in Tel Aviv."
NEVER = (
    "dask", "dateparser", "distributed", "duckdb", "fastapi", "fsspec", "httpx", "jieba", "lxml", "openpyxl", "pandas",
    "pypdfium2", "resiliparse", "rich.progress", "spacy", "trafilatura", "email._header_value_parser", "pathspec", "multiprocessing",
    "numpy.ma", "medai_extract.batch.starter", "medai_extract.batch.stream",
)  # fmt: skip
FOR_RUNS = ("daachorse", "medai_extract.pipeline", "numpy", "pyarrow", "rjieba")


def imported(command: list[str], folder: Path, cache: Path) -> set[str]:
    """Give the names of all modules that a command imports, as ``-X importtime`` tells them."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "medai_extract", *command],
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        line.rpartition("|")[2].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    }


@pytest.fixture(scope="session")
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a compiled pipeline."""
    folder = tmp_path_factory.mktemp("compiled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        load_pipeline(Settings())
    (path,) = (folder / "medai-extract").glob("*.compiled")
    return path


@pytest.mark.parametrize(
    ("name", "text", "command", "banned"),
    [
        ("help", "", ["--help"], (*NEVER, *FOR_RUNS)),
        ("version", "", ["--version"], (*NEVER, *FOR_RUNS)),
        ("run-zh", ZH, ["run", "article.txt"], NEVER),
        ("run-en", EN, ["run", "article.txt"], (*NEVER, "rjieba")),
    ],
)
def test_commands_import_no_more_than_they_need(
    tmp_path: Path, compiled_once: Path, name: str, text: str, command: list[str], banned: tuple[str, ...]
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "article.txt").write_text(text, encoding="utf-8")
    names = imported(command, folder, compiled_once.parents[1])
    assert "medai_extract.cli.main" in names
    assert not names & set(banned)


@pytest.fixture
def kept(compiled_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of its own with that file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = tmp_path / "medai-extract" / compiled_once.name
    path.parent.mkdir(mode=0o700)
    return Path(shutil.copy2(compiled_once, path))


def signed(payload: bytes) -> bytes:
    return zlib.crc32(payload).to_bytes(4, "little") + payload


def test_a_kept_pipeline_finds_what_a_new_one_finds(kept: Path, pipeline: Pipeline) -> None:
    before = kept.stat().st_ino
    read = load_pipeline(Settings(published_at=None))
    assert kept.stat().st_ino == before
    assert kept.stat().st_mode & 0o077 == 0
    examples = (
        example
        for of_area in pipeline.patterns.rules.values()
        for rule in of_area
        for example in rule.examples
    )
    for text in (ZH, EN, *(example.text for example in examples)):
        again, anew = read(text, published_at="2026-01-05"), pipeline(text, published_at="2026-01-05")
        assert (again.mentions, again.relations) == (anew.mentions, anew.relations)
        assert [fallen.candidate for fallen in again.dropped] == [fallen.candidate for fallen in anew.dropped]
        assert read.signer.sign(text) == pipeline.signer.sign(text)
    assert read.patterns == pipeline.patterns


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("empty", lambda path: path.write_bytes(b"")),
        ("cut", lambda path: path.write_bytes(path.read_bytes()[:-1000])),
        (
            "one byte",
            lambda path: path.write_bytes(path.read_bytes()[:-1000] + b"!" + path.read_bytes()[-999:]),
        ),
        ("others may write", lambda path: path.chmod(0o666)),
        ("calls what it should not", lambda path: path.write_bytes(signed(b"cos\ngetpid\n(tR."))),
        ("no pipeline", lambda path: path.write_bytes(signed(b"I1\n."))),
        ("gone", Path.unlink),
    ],
)
def test_a_kept_pipeline_that_is_not_as_it_was_written_is_not_read(
    kept: Path, name: str, spoil: Callable[[Path], object]
) -> None:
    assert read_pipeline(kept) is not None
    spoil(kept)
    assert read_pipeline(kept) is None, name


def test_expressions_are_recalled_as_they_were_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    keep_expressions()
    re.purge()
    recall_expressions()
    recalled = dict(re._cache)  # type: ignore[attr-defined]
    assert len(recalled) > 200
    re.purge()
    for (_, pattern, flags), expression in recalled.items():
        assert dump_expression(expression) == dump_expression(re.compile(pattern, flags))
    (path,) = (tmp_path / "medai-extract").iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    re.purge()
    recall_expressions()
    assert not re._cache  # type: ignore[attr-defined]


def test_a_kept_pipeline_that_is_spoilt_is_made_anew(kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[:-1])
    assert load_pipeline(Settings())(ZH).mentions
    assert kept.stat().st_mode & 0o077 == 0
    assert read_pipeline(kept) is not None
    before = kept.stat().st_ino
    load_pipeline(Settings())
    assert kept.stat().st_ino == before


@pytest.mark.usefixtures("kept")
def test_patterns_of_a_kept_pipeline_can_be_compiled_and_kept_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings()
    patterns = pickle.loads(pickle.dumps(load_pipeline(settings).patterns))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    for _ in range(2):
        assert load_pipeline(settings, patterns=patterns)(ZH).mentions
    (path,) = (tmp_path / "elsewhere" / "medai-extract").glob("*.compiled")
    again = read_pipeline(path)
    assert again is not None
    assert again.patterns == patterns


def test_other_patterns_have_files_of_their_own_of_which_the_newest_stay(kept: Path, tmp_path: Path) -> None:
    patterns = tmp_path / "patterns"
    shutil.copytree(find_patterns(), patterns)
    changed = Settings(patterns=patterns)
    content = (patterns / "org" / "china_media.csv").read_bytes()
    with (patterns / "org" / "china_media.csv").open("a", encoding="utf-8") as stream:
        stream.write("one-more,某某某某某,zh,canonical,,,,,active,\n")
    (found,) = (m for m in load_pipeline(changed)("他说某某某某某很好。").mentions)
    assert found.entity_id == "one-more"
    for number in range(KEPT):
        (kept.parent / f"{number}.compiled").write_bytes(b"")
    (patterns / "org" / "china_media.csv").write_bytes(content)
    load_pipeline(changed)
    assert len(list(kept.parent.glob("*.compiled"))) == KEPT
    (patterns / "org" / "china_media.csv").write_text("entity_id\n", encoding="utf-8")
    with pytest.raises(PatternError, match=r"china_media\.csv:1"):
        load_pipeline(changed)


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert load_pipeline(Settings())(ZH).mentions
