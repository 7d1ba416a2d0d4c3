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
from medai_extract.batch.executor import Done, Lost, in_order
from medai_extract.errors import SettingsError
from medai_extract.pipeline import Pipeline
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


def test_dask(cluster: tuple[str, list[subprocess.Popen[bytes]]]) -> None:
    address, workers = cluster
    tasks = [(f"推想医疗宣布完成{number}亿美元融资。", 0) for number in range(1, 41)]
    pipeline = Pipeline()
    found: list[Done[tuple[str, int], list[str]]] = []
    with Dask(lambda: pipeline, 2, address) as engine:
        engine.prepare()
        for number, done in enumerate(engine.map(read, tasks)):
            found.append(done)
            if number == 5:
                workers[0].kill()
    results = [done.result for done in in_order(found)]
    assert results == [["推想医疗", f"{number}亿美元"] for number in range(1, 41)]


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
