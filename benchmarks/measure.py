"""How things are measured here: contestants take turns on the same articles, and what counts is the ratio within a round."""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import msgspec

from medai_extract.language import contains_han
from medai_extract.memory import collect_rarely, keep_for_good
from medai_extract.model import Article, Extraction
from medai_extract.records import make_article_record
from medai_extract.writers import write_lines
from news import iterate

Contestant = Callable[[Sequence[Article]], object]


class Figure(msgspec.Struct, frozen=True):
    """What one comparison gave: a ratio a round, with the names and the middle absolute figures of both sides.

    ``goal`` is a bound of the median, from below where ``least`` is true.
    """

    benchmark: int
    what: str
    rival: str
    ratio: str
    ours: str
    theirs: str
    ratios: tuple[float, ...]
    goal: float | None = None
    least: bool = True

    @property
    def median(self) -> float:
        """Give the middle ratio of the rounds."""
        return statistics.median(self.ratios)


_LAUNCHER = """
import os, sys, time
started = time.perf_counter()
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, used = os.wait4(process, 0)
print([time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024])
sys.exit(os.waitstatus_to_exitcode(status))
"""


class Cost(NamedTuple):
    """What a process of its own took: seconds by the clock, of the processor, and its greatest memory."""

    wall: float
    cpu: float
    peak_mb: float


def make_batches(rounds: int, articles: int) -> list[list[Article]]:
    """Give fresh articles, in both languages, for every round; names and figures in them come in no other."""
    rows = iterate(rounds * articles)
    return [
        [
            Article(source=row["id"], text=row["text"], published_at=row["published_at"])
            for row in (next(rows) for _ in range(articles))
        ]
        for _ in range(rounds)
    ]


def only(lang: str, articles: Iterable[Article]) -> list[Article]:
    """Give the articles of a language."""
    return [article for article in articles if contains_han(article.text[:400]) == (lang == "zh")]


def megabytes(articles: Iterable[Article]) -> float:
    """Give the size of the texts in UTF-8."""
    return sum(len(article.text.encode()) for article in articles) / 1e6


def write_rows(extraction: Extraction) -> tuple[bytes, ...]:
    """Give the bytes of an article's rows in every table."""
    record = make_article_record(extraction.document)
    return write_lines([record]), write_lines(extraction.mentions), write_lines(extraction.relations)


def take_turns(
    contestants: Mapping[str, Contestant], batches: Sequence[Sequence[Article]]
) -> dict[str, list[float]]:
    """Give the megabytes a second of processor time of every contestant in every round.

    The first batch does not count: what is loaded and compiled at the first use is another figure. What all have built by then is
    out of the garbage collector's sight, or each would pay for looking through the models and automata of the others; for all of them
    it looks as rarely as in ``medai-extract run``.
    """
    for contestant in contestants.values():
        contestant(batches[0])
    keep_for_good()
    collect_rarely()
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for batch in batches[1:]:
        size = megabytes(batch)
        for name, contestant in contestants.items():
            started = time.process_time()
            contestant(batch)
            rates[name].append(size / (time.process_time() - started))
    return rates


def in_rates(rates: Sequence[float]) -> str:
    """Give the middle of megabytes a second, as text."""
    return f"{statistics.median(rates):.3g} MB/s"


def divide(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, ...]:
    """Give the ratio of every round."""
    return tuple(own / its for own, its in zip(ours, theirs, strict=True))


def run_process(command: Sequence[str]) -> Cost:
    """Run a command to its end; one that fails ends the benchmark."""
    # Begun from here, with all the rivals in memory, a process would be told to have had as much itself.
    done = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCHER, *command], stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return Cost(*msgspec.json.decode(done.stdout))


def describe_machine() -> str:
    """Say on what was measured."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        )
        if Path("/proc/cpuinfo").exists()
        else (),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in ("spacy", "jieba", "rjieba", "daachorse"))
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}, {libraries}"
