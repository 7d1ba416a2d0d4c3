"""What a run did, for people and programs: counts, times, what moved since the last one, and the events on the way."""

import platform
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from heapq import nlargest
from statistics import mean

import msgspec

import medai_extract
from medai_extract.batch.extract import Extracted
from medai_extract.memory import peak_memory

SLOWEST = 10
MOVED_SHARE, MOVED_HITS = 0.2, 10
"""A rule has moved whose hits differ by a fifth, and by more than a few."""
SHRUNK_SHARE, SHRUNK_ARTICLES = 0.7, 5
"""A source has shrunk whose new articles are, on average, shorter than so much of the earlier ones."""


class Slow(msgspec.Struct, frozen=True):
    """An article that took long."""

    source: str
    characters: int
    seconds: float


class Moved(msgspec.Struct, frozen=True):
    """A count that is not what it was: hits of a rule, or the mean characters of a source's articles."""

    name: str
    before: float
    now: float


class Drift(msgspec.Struct, frozen=True):
    """What moved since the last run.

    ``sources`` are publishers (or folders) whose new articles are shorter than those before; ``died`` are rules that found something
    in the last run and nothing in this one, ``dead`` those for money and dates that find nothing in the dataset.
    """

    rules: tuple[Moved, ...] = ()
    sources: tuple[Moved, ...] = ()
    died: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()


class RunReport(msgspec.Struct, kw_only=True):
    """The counts and times of a run.

    ``run`` is its number, that of the last one where there was nothing to publish (``published`` says so). ``read`` counts inputs that
    were opened, ``extracted`` articles that were worked on, ``lost`` those on which a worker died or hung; ``memory`` is the most that a worker held, in kilobytes. The other counts are of the dataset.
    """

    run: int = 0
    published: bool = True
    articles: int = 0
    duplicates: int = 0
    rejected: int = 0
    entities: int = 0
    relations: int = 0
    characters: int = 0
    read: int = 0
    extracted: int = 0
    lost: int = 0
    memory: int = 0
    seconds: float = 0.0
    mentions: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    reasons: Counter[str] = msgspec.field(default_factory=Counter)
    rules: dict[str, int] = msgspec.field(default_factory=dict)
    stages: dict[str, float] = msgspec.field(default_factory=dict)
    slowest: list[Slow] = msgspec.field(default_factory=list)
    drift: Drift = Drift()


class Clock:
    """Times of the stages of a run, in seconds; a stage ends where the next begins."""

    def __init__(self) -> None:
        self.started = self._began = time.perf_counter()
        self.stages: dict[str, float] = {}

    def end(self, stage: str) -> None:
        """Note that a stage is over."""
        now = time.perf_counter()
        self.stages[stage] = round(self.stages.get(stage, 0.0) + now - self._began, 3)
        self._began = now

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self.started


def note_slowest(slowest: Sequence[Slow], extracted: Extracted) -> list[Slow]:
    """Give the slowest articles so far."""
    new = [
        Slow(
            " ".join(filter(None, (job.article.source, job.article.source_id))),
            len(job.article.text),
            round(made.seconds, 3),
        )
        for job, made in zip(extracted.jobs, extracted.part.made, strict=True)
    ]
    return nlargest(SLOWEST, [*slowest, *new], key=lambda slow: slow.seconds)


def find_moved_rules(before: Mapping[str, int], now: Mapping[str, int]) -> tuple[Moved, ...]:
    """Give the rules whose hits moved, those that moved most first.

    >>> find_moved_rules({"money.sign": 100, "org.list": 100}, {"money.sign": 40, "org.list": 101})
    (Moved(name='money.sign', before=100, now=40),)
    """
    moved = [
        Moved(rule, before.get(rule, 0), now.get(rule, 0))
        for rule in sorted({*before, *now})
        if abs(before.get(rule, 0) - now.get(rule, 0)) > max(MOVED_HITS, MOVED_SHARE * before.get(rule, 0))
    ]
    return tuple(sorted(moved, key=lambda rule: -abs(rule.before - rule.now)))


def find_shrunk_sources(
    before: Iterable[tuple[str, int]], new: Iterable[tuple[str, int]]
) -> tuple[Moved, ...]:
    """Give the sources whose new articles are shorter than those before; both come as source and characters.

    >>> find_shrunk_sources([("Daily", 900)] * 5, [("Daily", 300)] * 5)
    (Moved(name='Daily', before=900, now=300),)
    """
    means = _mean_by_name(before), _mean_by_name(new)
    return tuple(
        Moved(name, round(means[0][name], 1), round(mean, 1))
        for name, mean in sorted(means[1].items())
        if name in means[0] and mean < SHRUNK_SHARE * means[0][name]
    )


def _mean_by_name(sizes: Iterable[tuple[str, int]]) -> dict[str, float]:
    by_name: dict[str, list[int]] = {}
    for name, characters in sizes:
        by_name.setdefault(name, []).append(characters)
    return {name: mean(found) for name, found in by_name.items() if len(found) >= SHRUNK_ARTICLES}


def describe(
    report: RunReport,
    *,
    paths: Sequence[str],
    settings: Mapping[str, object],
    fingerprints: Mapping[str, str],
    formats: Sequence[str],
    engine: str,
    workers: int,
) -> dict[str, object]:
    """Give the contents of ``run.json``, the only file that carries a clock time."""
    own = peak_memory()
    return {
        "run": report.run,
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "paths": list(paths),
        "settings": settings,
        "formats": list(formats),
        "engine": engine,
        "workers": workers,
        "fingerprints": fingerprints,
        "versions": {"medai_extract": medai_extract.__version__, "python": platform.python_version()},
        "counts": {
            "articles": report.articles,
            "duplicates": report.duplicates,
            "rejected": report.rejected,
            "entities": report.entities,
            "relations": report.relations,
            "characters": report.characters,
            "mentions": {
                f"{lang} {label}": number for (lang, label), number in sorted(report.mentions.items())
            },
            "rejected_by_reason": dict(sorted(report.reasons.items())),
            "inputs_read": report.read,
            "articles_extracted": report.extracted,
            "articles_lost": report.lost,
        },
        "timings": {
            "seconds": round(report.seconds, 3),
            "stages": report.stages,
            "characters_per_second": round(report.characters / report.seconds) if report.seconds else 0,
            "articles_per_second": round(report.extracted / report.seconds, 1) if report.seconds else 0,
            "slowest": report.slowest,
        },
        "peak_memory_mb": round(own / 1024, 1),
        "peak_memory_of_worker_mb": round(report.memory / 1024, 1),
        "rules": dict(sorted(report.rules.items())),
        "drift": report.drift,
    }


class _Counts(msgspec.Struct):
    articles: int
    duplicates: int
    rejected: int
    entities: int
    relations: int
    characters: int
    mentions: dict[str, int]
    rejected_by_reason: dict[str, int]


class Description(msgspec.Struct):
    """What is read back of a ``run.json``."""

    counts: _Counts
    rules: dict[str, int]


def read_report(content: bytes, run: int) -> RunReport:
    """Give the report of an earlier run, whose dataset still stands."""
    described = msgspec.json.decode(content, type=Description)
    counts = described.counts
    return RunReport(
        run=run,
        published=False,
        articles=counts.articles,
        duplicates=counts.duplicates,
        rejected=counts.rejected,
        entities=counts.entities,
        relations=counts.relations,
        characters=counts.characters,
        mentions=Counter({split_label(key): number for key, number in counts.mentions.items()}),
        reasons=Counter(counts.rejected_by_reason),
        rules=described.rules,
    )


def split_label(key: str) -> tuple[str, str]:
    """Give language and label of a count.

    >>> split_label("zh-Hant ORG")
    ('zh-Hant', 'ORG')
    """
    lang, _, label = key.partition(" ")
    return lang, label
