"""The Dask engine, with a scheduler and workers that are processes of their own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from medai_extract.batch.cluster import Dask
from medai_extract.batch.event import Event
from medai_extract.batch.executor import Lost
from medai_extract.batch.run import run_batch
from medai_extract.errors import SettingsError
from medai_extract.pipeline import Pipeline
from medai_extract.settings import Settings
from read_in_worker import read


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Give the address of a scheduler, and its two workers."""
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    # Scheduler and workers import the function that is sent, as they do that of an installation.
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    started: list[subprocess.Popen[bytes]] = []

    def start(module: str, *options: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            f"distributed.cli.{module}",
            "--scheduler-file",
            str(file),
            "--dashboard-address",
            "127.0.0.1:0",
        ]
        with (folder / f"{module}-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, *options], env=environment, cwd=folder, stderr=log, stdout=log
            )
        started.append(process)
        return process

    start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
    workers = [start("dask_worker", "--nthreads", "1", "--no-nanny") for _ in range(2)]
    deadline = time.monotonic() + 30
    while not file.exists() or not file.stat().st_size:
        assert time.monotonic() < deadline, "the scheduler does not start"
        time.sleep(0.1)
    yield json.loads(file.read_text())["address"], workers
    for process in reversed(started):
        process.kill()
        process.wait()


def test_a_run_on_a_cluster_that_loses_a_worker(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, workers = cluster
    news = tmp_path / "news"
    news.mkdir()
    for number in range(400):
        text = (
            f"推想医疗宣布完成{number + 2}亿美元D轮融资。\n"
            if number % 2
            else f"Owkin raised ${number} million.\n"
        )
        (news / f"{number:03}.txt").write_text(text, encoding="utf-8")
    run_batch([str(news)], tmp_path / "one", settings=Settings())
    events: list[str] = []

    def lose_a_worker(event: Event) -> None:
        events.append(event.event)
        if events.count("extracted") == 1:
            workers[0].kill()

    report = run_batch(
        [str(news)],
        tmp_path / "cluster",
        settings=Settings(),
        engine="dask",
        scheduler=address,
        workers=2,
        progress=lose_a_worker,
    )
    assert (report.articles, report.lost, workers[0].wait()) == (400, 0, -9)
    names = sorted(
        path.name for path in (tmp_path / "one").iterdir() if path.suffix in (".jsonl", ".parquet")
    )
    assert len(names) == 10
    for name in names:
        assert (tmp_path / "cluster" / name).read_bytes() == (tmp_path / "one" / name).read_bytes(), name


def test_local_cluster_loses_only_the_task_that_hangs() -> None:
    pipeline = Pipeline()
    texts = ["OpenAI raised $6 billion.", "诺华发布财报。"]
    with Dask(lambda: pipeline, 1, patience=15) as engine:
        engine.prepare()
        results = {
            done.task[0]: done.result for done in engine.map(read, [(texts[0], 0), ("x", 120), (texts[1], 0)])
        }
    assert results == {texts[0]: ["OpenAI", "$6 billion"], "x": Lost("hung"), texts[1]: ["诺华"]}


def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medai_extract.batch.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(SettingsError, match=r"--scheduler tcp://127.0.0.1:9: no Dask scheduler answers"):
        Dask(Pipeline, 1, "tcp://127.0.0.1:9").__enter__()
