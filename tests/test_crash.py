"""Whatever a run dies of, nothing is lost: readers see the last dataset whole, and the next run goes on to the same bytes.

The failures are real: processes are killed, discs are full, folders cannot be written, workers die and hang.
"""

import fcntl
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import active_children, get_context
from pathlib import Path

import pytest

from medai_extract.batch import Event, run_batch, stream
from medai_extract.batch.executor import Lost
from medai_extract.batch.processes import LIFE, Processes
from medai_extract.batch.store import FOLDER
from medai_extract.batch.verify import verify
from medai_extract.errors import InputError, MedaiExtractError, OutputError, PatternError
from medai_extract.model import Article, Extraction
from medai_extract.patterns import find_patterns
from medai_extract.pipeline import Pipeline
from medai_extract.settings import Settings
from read_in_worker import read, tell_process
from stories import read_bytes, rows, write_stories, write_story

STORIES = 100
KILLS = int(os.environ.get("KILLS", "8"))
fork = get_context("fork")


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crash") / "news"
    write_stories(folder, range(STORIES))
    return folder


@pytest.fixture(scope="module")
def fresh(news: Path, pipeline: Pipeline) -> tuple[dict[str, bytes], float]:
    """Give what a run that nothing disturbs makes, and the seconds that it takes."""
    began = time.monotonic()
    run_batch([str(news)], news.parent / "fresh", settings=pipeline.settings, pipeline=pipeline)
    return read_bytes(news.parent / "fresh"), time.monotonic() - began


def refresh(folder: Path, out: Path, pipeline: Pipeline, **options: object) -> None:
    run_batch([str(folder)], out, settings=pipeline.settings, pipeline=pipeline, **options)  # type: ignore[arg-type]


def begin(function: Callable[[], None]) -> "fork.Process":  # type: ignore[name-defined]
    """Begin something in a process of its own that has the compiled patterns already; its exit code tells what became of it."""

    def attempt() -> None:
        try:
            function()
        except MedaiExtractError as error:
            os._exit(error.exit_code)
        os._exit(0)

    process = fork.Process(target=attempt)
    process.start()
    return process


def test_killed_at_any_moment_a_run_goes_on_from_there(
    news: Path, tmp_path: Path, pipeline: Pipeline, fresh: tuple[dict[str, bytes], float]
) -> None:
    expected, seconds = fresh
    chance = random.Random(6)
    out = tmp_path / "out"
    refresh(news.parent / "news", out, pipeline)
    for number in range(KILLS):
        if number % 2:
            # Half of them begin from nothing, half from a dataset that is to be replaced.
            shutil.rmtree(out)
            before: dict[str, bytes] = {}
        else:
            day = tmp_path / f"day-{number}"
            write_stories(day, range(200 + number, 210 + number))
            refresh(day, out, pipeline)
            before = read_bytes(out)
        workers = 1 + number // 2 % 2
        process = begin(lambda workers=workers: refresh(news, out, pipeline, workers=workers))  # type: ignore[misc]
        time.sleep(chance.uniform(0, 1.1) * seconds)
        process.kill()
        process.join()
        if (out / FOLDER / "manifest.sqlite").exists():
            verify(out)
        seen = read_bytes(out) if out.exists() else {}
        assert seen in (before, expected)
        refresh(news, out, pipeline)
        assert read_bytes(out) == expected
        assert verify(out).checked["article"] == STORIES


def test_workers_of_a_killed_run_do_not_outlive_it(tmp_path: Path, pipeline: Pipeline) -> None:
    hanging = Hanging(pipeline.patterns, pipeline.settings)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(f"{Hanging.WORD} {write_story(1)}", encoding="utf-8")
    process = begin(lambda: refresh(tmp_path / "news", tmp_path / "out", hanging, engine="processes"))
    deadline = time.monotonic() + 30
    children: list[int] = []
    while len(children) != 2 and time.monotonic() < deadline:
        # Another process, that has the pipeline compiled, comes and goes.
        time.sleep(0.5)
        children = find_children(process.pid)
    process.kill()
    process.join()
    assert len(children) == 2, "the process that starts workers, and a worker"
    while any(is_alive(child) for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def find_children(pid: int | None) -> list[int]:
    """Give the processes that a process has started, and those that they have."""
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, check=False)
    children = [int(child) for child in told.stdout.split()]
    return children + [grandchild for child in children for grandchild in find_children(child)]


def is_alive(pid: int) -> bool:
    with suppress(OSError):
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    return False


def test_a_full_disk_is_one_line_and_leaves_the_last_dataset(
    news: Path, tmp_path: Path, pipeline: Pipeline, fresh: tuple[dict[str, bytes], float]
) -> None:
    out = tmp_path / "out"
    first = tmp_path / "first"
    write_stories(first, range(200, 230))
    refresh(first, out, pipeline)
    before = read_bytes(out)

    def attempt(most: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        refresh(news, out, pipeline)

    for most in (1, 4_096, 40_000, 200_000):
        process = begin(lambda most=most: attempt(most))  # type: ignore[misc]
        process.join()
        assert process.exitcode == OutputError.exit_code, most
        assert read_bytes(out) == before
        verify(out)
    refresh(news, out, pipeline)
    assert read_bytes(out) == fresh[0]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of one megabyte; only the superuser may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_runs_full_says_so(news: Path, tiny_disk: Path, pipeline: Pipeline) -> None:
    few = tiny_disk.parent / "few"
    write_stories(few, range(300, 306))
    refresh(few, tiny_disk / "out", pipeline)
    before = read_bytes(tiny_disk / "out")
    with pytest.raises(OutputError, match=r"No space left on device|disk is full"):
        refresh(news, tiny_disk / "out", pipeline)
    assert read_bytes(tiny_disk / "out") == before
    verify(tiny_disk / "out")


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, pipeline: Pipeline) -> None:
    out = tmp_path / "out"
    few = tmp_path / "few"
    write_stories(few, range(300, 306))
    refresh(few, out, pipeline)
    before = read_bytes(out)
    for folder in (out, *(path for path in out.rglob("*") if path.is_dir())):
        folder.chmod(0o555)
    for path in out.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o444)
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:3]:  # a worker of the tests has a folder of its own
        parent.chmod(parent.stat().st_mode | 0o055)

    def attempt() -> None:
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        refresh(few, out, pipeline, force=True)

    process = begin(attempt)
    process.join()
    assert process.exitcode == OutputError.exit_code
    assert read_bytes(out) == before


def test_inputs_that_vanish_under_way_are_told(tmp_path: Path, pipeline: Pipeline) -> None:
    news, out = tmp_path / "news", tmp_path / "out"
    write_stories(news, range(STORIES))

    def remove(event: Event) -> None:
        if event.event == "started":
            for path in sorted(news.glob("*.txt"))[-20:]:
                path.unlink()

    refresh(news, out, pipeline, progress=remove)
    assert [row["reason"] for row in rows(out, "rejected")] == ["unreadable"] * 20
    before = read_bytes(out)
    shutil.rmtree(news)
    with pytest.raises(InputError, match="the dataset of the last run stays as it is"):
        refresh(news, out, pipeline)
    assert read_bytes(out) == before
    verify(out)


def test_a_second_run_says_who_holds_the_folder(news: Path, tmp_path: Path, pipeline: Pipeline) -> None:
    out = tmp_path / "out"

    def stop(event: Event) -> None:
        if event.event == "started":
            os.kill(os.getpid(), signal.SIGSTOP)

    process = begin(lambda: refresh(news, out, pipeline, progress=stop))
    os.waitpid(process.pid or 0, os.WUNTRACED)
    with pytest.raises(OutputError, match=rf"process {process.pid} on .*, since 20.*wait for its end"):
        refresh(news, out, pipeline)
    os.kill(process.pid or 0, signal.SIGCONT)
    process.join()
    assert process.exitcode == 0
    refresh(news, out, pipeline)
    with (out / FOLDER / "lock").open("a") as stream:
        fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Hanging(Pipeline):
    """Hangs on one word, in a regular expression whose time doubles with every letter, as a bad rule does."""

    WORD = "无尽"

    def extract(self, article: Article) -> Extraction:
        if self.WORD in article.text:
            re.match(r"(?:a+)+$", "a" * 64 + "!")
        return super().extract(article)


class Dying(Pipeline):
    """Dies of one word, as a fault in a library would have it; of another only where a file is not there yet."""

    WORD, ONCE = "致命", "一次"
    MARK: Path

    def extract(self, article: Article) -> Extraction:
        if self.WORD in article.text or (self.ONCE in article.text and not self.MARK.exists()):
            self.MARK.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().extract(article)


def test_a_worker_that_dies_costs_the_article_alone(tmp_path: Path, pipeline: Pipeline) -> None:
    Dying.MARK = tmp_path / "mark"
    news, out = tmp_path / "news", tmp_path / "out"
    write_stories(news, range(30))
    for name, word in (("deadly", Dying.WORD), ("once", Dying.ONCE)):
        (news / f"{name}.txt").write_text(f"{word}。{write_story(400)}{name}", encoding="utf-8")
    dying = Dying(pipeline.patterns, pipeline.settings)
    refresh(news, out, dying, workers=2)
    assert [(row["source"], row["stage"], row["reason"]) for row in rows(out, "rejected")] == [
        (str(news / "deadly.txt"), "extract", "died")
    ]
    assert len(rows(out, "articles")) == 31
    verify(out)
    # What a forced run loses is tried again too, although the store still has what an earlier run made of it.
    refresh(news, tmp_path / "forced", pipeline)
    refresh(news, tmp_path / "forced", dying, workers=2, force=True)
    assert len(rows(tmp_path / "forced", "articles")) == 31
    refresh(news, tmp_path / "forced", pipeline)
    assert len(rows(tmp_path / "forced", "articles")) == 32
    # The next run tries again; with what does not die of it, it is an article as any other.
    refresh(news, out, pipeline)
    assert len(rows(out, "articles")) == 32
    assert rows(out, "rejected") == []


def test_a_stream_loses_no_more_than_the_article_that_a_worker_dies_of(
    tmp_path: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write_stories(tmp_path, range(30))
    (tmp_path / "010.txt").write_text(f"{Dying.WORD}。{write_story(400)}", encoding="utf-8")
    dying = Dying(pipeline.patterns, pipeline.settings)
    monkeypatch.setattr(stream, "load_pipeline", lambda _: dying)
    Dying.MARK = tmp_path.with_suffix(".mark")
    found = [extraction.document.source for extraction in stream.run(str(tmp_path), workers=2)]
    assert (len(found), found) == (29, sorted(found))
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path}/010.txt: left out: its worker died, alone and twice"
    ]


def test_a_worker_that_hangs_costs_the_article_alone(tmp_path: Path, pipeline: Pipeline) -> None:
    news, out = tmp_path / "news", tmp_path / "out"
    write_stories(news, range(30))
    (news / "010.txt").write_text(f"{Hanging.WORD}。{write_story(400)}", encoding="utf-8")
    hanging = Hanging(pipeline.patterns, pipeline.settings)
    refresh(news, out, hanging, workers=2, patience=2.0)
    assert [(row["source"], row["reason"]) for row in rows(out, "rejected")] == [
        (str(news / "010.txt"), "hung")
    ]
    assert len(rows(out, "articles")) == 29
    verify(out)


def test_workers_whose_starter_is_ended_are_replaced(pipeline: Pipeline) -> None:
    tasks = [(f"推想医疗宣布完成{number + 1}亿美元融资。", 0.05) for number in range(40)]
    with Processes(lambda: pipeline, 2) as engine:
        engine.prepare()
        (starter,) = active_children()
        results = engine.map(read, tasks)
        done = [next(results)]
        starter.kill()
        done += results
    assert sorted(one.number for one in done) == list(range(40))
    lost = [one for one in done if isinstance(one.result, Lost)]
    assert 1 <= len(lost) <= 2, "what the two workers were at"
    assert all(one.result == read(lambda: pipeline, one.task) for one in done if one not in lost)


def test_a_bad_pattern_file_is_told_from_the_process_that_reads_it(tmp_path: Path) -> None:
    patterns = tmp_path / "patterns"
    shutil.copytree(find_patterns(), patterns)
    with (patterns / "words" / "zh_wording.csv").open("a", encoding="utf-8") as file:
        file.write("one,two\n")
    (tmp_path / "a.txt").write_text(write_story(1), encoding="utf-8")
    with pytest.raises(PatternError, match=r"zh_wording\.csv:\d+: 2 columns instead of 3"):
        list(stream.run(str(tmp_path / "a.txt"), settings=Settings(patterns=patterns), workers=2))


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_are_replaced_after_their_life(workers: int, pipeline: Pipeline) -> None:
    with Processes(lambda: pipeline, workers) as engine:
        done = [one.result for one in engine.map(tell_process, range(3 * LIFE + 7))]
    assert sorted(task for task, _ in done) == list(range(3 * LIFE + 7))
    tasks = Counter(process for _, process in done)
    assert len(tasks) >= 4
    assert max(tasks.values()) <= LIFE
