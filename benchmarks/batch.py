"""What a nightly run costs, as shares of the first one, and whether every way to run gives the same bytes.

All runs are processes of their own, started as a timer would start them; times are processor seconds of the run and its workers, and wall
seconds where workers are compared. Run: ``python benchmarks/batch.py`` (10,000 articles, about 60 MB), or with ``--articles 500`` for a glimpse.
"""

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from medai_extract.patterns.load import find_patterns
from news import Writer, write_news

COMMAND = [sys.executable, "-m", "medai_extract"]
HEADER = "entity_id,name,lang,role,boundary,context,parent_id,maker_id,status,note\n"
RARE = 0.002
"""The added name stands in about so many of the articles."""


class Cost(NamedTuple):
    """What a run took, and what it says of itself."""

    cpu: float
    wall: float
    code: int
    told: dict[str, object]


class Bench:
    """A folder of generated articles, and runs over it."""

    def __init__(self, home: Path, articles: int, dask: bool) -> None:
        self.home, self.articles, self.dask = home, articles, dask
        self.news = home / "news"
        self.patterns = home / "patterns"
        shutil.copytree(find_patterns(), self.patterns)
        self.size = write_news(self.news, range(articles))
        self.rows: list[tuple[str, str, str]] = []

    def start(self, out: Path, *options: str) -> subprocess.Popen[bytes]:
        """Begin a run."""
        command = [
            *COMMAND,
            "run",
            str(self.news),
            "--out",
            str(out),
            "--patterns",
            str(self.patterns),
            "--json",
            *options,
        ]
        # What others run meanwhile must not push the compiled pipeline out of the cache.
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, env={**os.environ, "XDG_CACHE_HOME": str(self.home / "cache")}
        )

    def run(self, out: Path, *options: str) -> Cost:
        """Run to the end; whatever fails ends the benchmark."""
        began = time.perf_counter()
        process = self.start(out, *options)
        assert process.stdout is not None
        told = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.stdout.close()
        code = process.returncode = os.waitstatus_to_exitcode(status)
        if code:
            sys.exit(f"a run ended with {code}")
        return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - began, code, json.loads(told))

    def tell(self, what: str, found: str, wanted: str = "") -> None:
        """Note a figure and print it."""
        self.rows.append((what, found, wanted))
        print(f"{what}: {found}{f' (wanted {wanted})' if wanted else ''}", flush=True)

    def share(self, what: str, cost: Cost, first: Cost, wanted: str) -> None:
        """Note what a run took as a share of the first."""
        did = f", {cost.told['extracted']} extracted"
        self.tell(what, f"{cost.cpu / first.cpu:.1%} of the first run: {cost.cpu:.1f} s{did}", wanted)


def digest(out: Path) -> str:
    """Give a hash of all tables."""
    found = hashlib.sha256()
    for path in sorted(out.iterdir()):
        if path.is_file() and path.suffix in (".jsonl", ".parquet"):
            found.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def verify(out: Path) -> None:
    """End where a dataset is not whole."""
    if subprocess.run(
        [*COMMAND, "status", str(out), "--verify"], capture_output=True, check=False
    ).returncode:
        sys.exit(f"{out} is not whole")


def choose_name(bench: Bench) -> tuple[str, int]:
    """Choose a name that no list has and that few of the articles hold; give it and their number."""
    writer = Writer()
    texts = [writer.write(number)["text"] for number in range(min(bench.articles, 2_000))]
    counted = Counter(word for text in texts for word in set(re.findall(r"\b[A-Z][a-z]{7,}\b", text)))
    name = min(sorted(counted), key=lambda word: abs(counted[word] - RARE * len(texts)))
    return name, counted[name]


def measure_increments(bench: Bench) -> Cost:
    """Tell the shares of the first run that later ones take."""
    out = bench.home / "out"
    first = bench.run(out)
    speed = bench.size / 1e6 / first.cpu
    bench.tell(
        "first run",
        f"{first.cpu:.1f} s for {bench.articles:,} articles, {bench.size / 1e6:.1f} MB, {speed:.2f} MB/s",
    )
    bench.share("nothing new", bench.run(out), first, "under 3 %")
    bench.size += write_news(bench.news, range(bench.articles, bench.articles + bench.articles // 100))
    bench.share("1 % new articles", bench.run(out), first, "under 6 %")
    name, _ = choose_name(bench)
    (bench.patterns / "org" / "local.csv").write_text(
        f"{HEADER}bench-name,{name},en,canonical,,,,,active,\n", encoding="utf-8"
    )
    cost = bench.run(out)
    bench.share(f"one name added ({name})", cost, first, "under 10 %, plus what it touches")
    verify(out)
    return first


def compare_engines(bench: Bench) -> None:
    """Tell whether the same bytes come of every engine, and how much faster two workers are."""
    expected = digest(bench.home / "out")
    costs = {}
    engines = {"one worker": (), "two workers": ("--workers", "2")}
    if bench.dask:
        engines["Dask, two workers"] = ("--engine", "dask", "--workers", "2")
    for name, options in engines.items():
        out = bench.home / name.replace(" ", "-")
        costs[name] = bench.run(out, *options)
        same = digest(out) == expected
        bench.tell(
            f"from nothing, {name}",
            f"{costs[name].wall:.1f} s, bytes {'the same' if same else 'DIFFER'}",
            "the same",
        )
        memory = json.loads((out / "run.json").read_text(encoding="utf-8"))["peak_memory_of_worker_mb"]
        bench.tell(f"peak memory of a worker, {name}", f"{memory} MB")
        shutil.rmtree(out)
    faster = costs["one worker"].wall / costs["two workers"].wall
    bench.tell("two workers against one", f"{faster:.2f} times", "1.8 or more")
    if bench.dask:
        over = costs["Dask, two workers"].wall / costs["two workers"].wall - 1
        bench.tell("Dask over processes", f"{over:.0%}", "under 15 %")
        kill_worker(bench, costs["Dask, two workers"].wall / 2)


def compare_memory(bench: Bench, few: int, many: int) -> None:
    """Tell the peak memory of a worker at many articles as a multiple of that at few."""
    found = {}
    for count in (few, many):
        bench.news = bench.home / f"news-{count}"
        write_news(bench.news, range(count))
        out = bench.home / "memory"
        bench.run(out, "--workers", "2")
        found[count] = json.loads((out / "run.json").read_text(encoding="utf-8"))["peak_memory_of_worker_mb"]
        shutil.rmtree(out)
        shutil.rmtree(bench.news)
    more = found[many] / found[few]
    bench.tell("memory of a worker", f"{more:.2f} times that at {few:,} articles ({found})", "1.1 or less")


def kill(bench: Bench, times: int, seconds: float) -> None:
    """Kill runs with -9 at random moments, let others go on, and compare the bytes."""
    expected = digest(bench.home / "out")
    chance = random.Random(6)
    out = bench.home / "killed"
    wrong = 0
    for number in range(times):
        if number % 5 == 0:
            shutil.rmtree(out, ignore_errors=True)
        process = bench.start(out, "--workers", str(1 + number % 2))
        time.sleep(chance.uniform(0, seconds))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if (out / "run.json").exists():
            verify(out)
        if number % 5 == 4 or number == times - 1:
            bench.run(out)
            verify(out)
            wrong += digest(out) != expected
    bench.tell(
        f"killed {times} times and continued",
        "the same bytes" if not wrong else f"{wrong} DIFFER",
        "the same bytes",
    )


@contextmanager
def start_cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a Dask scheduler and two workers of one thread; give its address and them."""
    file = folder / "scheduler.json"
    command = [sys.executable, "-m"]
    place = ["--scheduler-file", str(file), "--dashboard-address", "127.0.0.1:0"]
    options = {"dask_scheduler": ["--host", "127.0.0.1", "--port", "0"]}
    alone = ["--nthreads", "1", "--no-nanny"]
    started = []
    try:
        for module in ("dask_scheduler", "dask_worker", "dask_worker"):
            process = subprocess.Popen(
                [*command, f"distributed.cli.{module}", *place, *options.get(module, alone)],
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            started.append(process)
        while not file.exists() or not file.stat().st_size:
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"], started[1:]
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def kill_worker(bench: Bench, seconds: float) -> None:
    """Kill one of the two workers of a cluster in the middle of a run, and compare the bytes."""
    out = bench.home / "dask-killed"
    with start_cluster(bench.home) as (address, workers):
        process = bench.start(out, "--scheduler", address, "--workers", "2")
        time.sleep(seconds)
        if process.poll() is not None:
            sys.exit("the run on the cluster had ended before a worker could be killed")
        workers[0].kill()
        process.communicate()
    verify(out)
    same = process.returncode == 0 and digest(out) == digest(bench.home / "out")
    bench.tell(
        "Dask, one of two workers killed", f"bytes {'the same' if same else 'DIFFER'}", "the same bytes"
    )
    shutil.rmtree(out)


@contextmanager
def make_home(folder: Path | None) -> Iterator[Path]:
    """Give a folder to work in."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        yield Path(name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--dask", action="store_true", help="compare with Dask too")
    parser.add_argument(
        "--memory", type=int, metavar="FEW", help="compare only a worker's memory, with that at FEW articles"
    )
    parser.add_argument(
        "--folder", type=Path, help="where to work; needs about ten times the articles' bytes"
    )
    chosen = parser.parse_args()
    with make_home(chosen.folder) as home:
        bench = Bench(home, 0 if chosen.memory else chosen.articles, chosen.dask)
        if chosen.memory:
            compare_memory(bench, chosen.memory, chosen.articles)
        else:
            first = measure_increments(bench)
            compare_engines(bench)
            kill(bench, chosen.kills, first.wall)
        print("\n| what | found | wanted |\n| --- | --- | --- |")
        for row in bench.rows:
            print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
