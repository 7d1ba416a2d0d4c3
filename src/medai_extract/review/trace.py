"""Why a mention was found: its rule, its evidence, and what competed for its words."""

import sqlite3
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from medai_extract.errors import MedaiExtractError
from medai_extract.model import Candidate, Document, Dropped, Span
from medai_extract.offsets import apply_edits
from medai_extract.pipeline import Pipeline
from medai_extract.review.view import make_edges
from medai_extract.segment import SegmentedText
from medai_extract.settings import Settings

TRACED = 20_000
"""Code points up to which the whole article is read again for the trace; of a longer one, what surrounds the mention."""


class Trace(NamedTuple):
    """Why a mention is there: the candidates across it, and those that fell, with their reasons."""

    kept: list[tuple[str, Candidate]]
    fallen: list[tuple[str, Dropped]]
    where: str
    pattern: str


class Explainer:
    """A pipeline that is asked again what it finds in an article, and why."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._choose = lru_cache(maxsize=64)(self._choose_once)
        self._rules = {rule.id: rule for rules in pipeline.patterns.rules.values() for rule in rules}

    def explain(self, article: sqlite3.Row, mention: sqlite3.Row) -> Trace:
        """Read the surroundings of a mention again and give what competed for it."""
        low, high = 0, len(article["text"])
        if high > TRACED:
            low, high = max(mention["start"] - 2_000, 0), min(mention["end"] + 2_000, high)
        text = article["text"][low:high]
        kept, dropped = self._choose(text, article["lang"], article["published_at"], article["title"])
        start, end = mention["start"] - low, mention["end"] - low

        def across(candidate: Candidate) -> bool:
            return bool(candidate.start < end and start < candidate.end)

        rule = self._rules.get(mention["rule_id"])
        return Trace(
            [(text[one.start : one.end], one) for one in kept if across(one)],
            [
                (text[one.candidate.start : one.candidate.end], one)
                for one in dropped
                if across(one.candidate)
            ],
            "" if rule is None else rule.where,
            "" if rule is None else rule.pattern,
        )

    def _choose_once(
        self, text: str, lang: str, published_at: str | None, title: str | None
    ) -> tuple[list[Candidate], list[Dropped]]:
        document = Document(
            id="",
            source="",
            text=text,
            offsets=apply_edits(text, [])[1],
            kept=(Span(0, len(text)),),
            lang=lang,
            published_at=published_at,
            title=title,
        )
        return self._pipeline.choose(SegmentedText(text), document)


class Traces:
    """The explainer, built in the background so that the first page does not wait for it; None until then."""

    def __init__(self, make_pipeline: Callable[[], Pipeline] | None) -> None:
        self.explainer: Explainer | None = None
        if make_pipeline is not None:
            threading.Thread(target=self._build, args=(make_pipeline,), daemon=True).start()

    def _build(self, make_pipeline: Callable[[], Pipeline]) -> None:
        explainer = Explainer(make_pipeline())
        # The first question for a token's edges loads the segmenter's dictionary.
        make_edges("推想医疗 said.", Span(0, 4))
        self.explainer = explainer


def find_run_pipeline(out: Path) -> Pipeline:
    """Give the pipeline with the settings of the run that wrote a dataset, or the packaged ones where they are gone."""
    try:
        return Pipeline(settings=Settings(**msgspec.json.decode((out / "run.json").read_bytes())["settings"]))
    except (OSError, KeyError, TypeError, ValueError, msgspec.DecodeError, MedaiExtractError):
        return Pipeline()
