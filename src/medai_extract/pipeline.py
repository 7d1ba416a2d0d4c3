"""One pure function an article: ``Pipeline`` takes an article to an extraction.

Built once (patterns compiled), called often; the same article gives the same extraction in any order and any process.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

from medai_extract.clean import Cleaner
from medai_extract.dedupe import Signer
from medai_extract.fragments import PageLinks
from medai_extract.link import Linker
from medai_extract.match.chinese import ChineseNames
from medai_extract.match.date import DateMatcher
from medai_extract.match.english import EnglishNames
from medai_extract.match.gazetteer import Gazetteer
from medai_extract.match.money import MoneyMatcher
from medai_extract.match.select import select_candidates
from medai_extract.model import Article, Candidate, Document, Dropped, Extraction, Mention, Span
from medai_extract.normalise.names import make_folding
from medai_extract.patterns import Patterns, load_patterns
from medai_extract.relate import Relator
from medai_extract.segment import SegmentedText
from medai_extract.settings import Settings, check_day


class Pipeline:
    """All stages with their patterns compiled; ``patterns`` may be a folder, and is the packaged one if not given.

    Raises:
        PatternError: a pattern file is wrong.

    >>> pipeline = Pipeline()
    >>> result = pipeline("推想医疗宣布完成5亿美元D轮融资。", published_at="2024-03-16")
    """

    def __init__(
        self, patterns: Patterns | Path | str | None = None, settings: Settings | None = None
    ) -> None:
        self.settings = Settings() if settings is None else settings
        if not isinstance(patterns, Patterns):
            patterns = load_patterns(self.settings.patterns if patterns is None else Path(patterns))
        self.patterns = patterns
        self.folding = make_folding(self.patterns.table("script.traditional"))
        self.cleaner = Cleaner(
            self.patterns, boilerplate=self.settings.boilerplate, published_at=self.settings.published_at
        )
        self.gazetteer = Gazetteer(self.patterns.names if self.settings.names else (), self.folding)
        self.money = MoneyMatcher(self.patterns)
        self.dates = DateMatcher(self.patterns)
        self.chinese = ChineseNames(self.patterns, self.folding)
        self.english = EnglishNames(self.patterns)
        self.linker = Linker(self.patterns, self.folding, names=self.settings.names)
        self.relator = Relator(self.patterns)

    @cached_property
    def signer(self) -> Signer:
        """Give what makes signatures of clean texts, by which copies are told."""
        return Signer(self.patterns.table("script.traditional"))

    def __call__(self, text: str, *, published_at: str | None = None, title: str | None = None) -> Extraction:
        """Extract from a text; relative dates are resolved against ``published_at``.

        Raises:
            ValueError: ``published_at`` is no day as ``YYYY-MM-DD``.
        """
        if published_at is not None:
            check_day(published_at)
        return self.extract(Article(source="-", text=text, published_at=published_at, title=title))

    def stream(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """Extract from articles one by one."""
        return map(self.extract, articles)

    def extract(self, article: Article) -> Extraction:
        """Clean one article and give all that is found in it, with the candidates that fell."""
        document = self.cleaner.clean(article)
        segmented = SegmentedText(document.text)
        linked, dropped = self.choose(segmented, document)
        links = PageLinks(document.url, document.text, document.title)
        mentions = tuple(_make_mentions(document, segmented, linked, links))
        return Extraction(
            document=document,
            mentions=mentions,
            relations=tuple(self.relator.relate(document, segmented, mentions)),
            dropped=tuple(dropped),
        )

    def choose(self, segmented: SegmentedText, document: Document) -> tuple[list[Candidate], list[Dropped]]:
        """Give the candidates that stand, with their entities, and those that fell, with the reason."""
        kept, dropped = select_candidates(self.find_candidates(segmented, document), document.offsets.seams())
        return self.linker.link(document.text, kept), dropped

    def find_candidates(self, segmented: SegmentedText, document: Document) -> list[Candidate]:
        """Give every candidate of every matcher."""
        known = self.gazetteer.find(segmented)
        return [
            *known,
            *self.money.find(segmented, document),
            *self.dates.find(segmented, document),
            *self.chinese.find(segmented, known),
            *self.english.find(segmented, known),
        ]


def _make_mentions(
    document: Document, segmented: SegmentedText, candidates: Iterable[Candidate], links: PageLinks
) -> Iterator[Mention]:
    """Give the mentions that candidates become, in text order; those of one sentence share it."""
    text, to_source = document.text, document.offsets.to_source
    sentence, shown = Span(0, 0), ""
    for candidate in candidates:
        start, end = candidate.start, candidate.end
        if start >= sentence.end:
            sentence = segmented.sentence_at(start)
            shown = text[sentence.start : sentence.end]
        source = to_source(start, end) if document.plain else (None, None)
        yield Mention(
            id=make_mention_id(document.id, candidate.label, start, end),
            article_id=document.id,
            label=candidate.label,
            text=text[start:end],
            start=start,
            end=end,
            source_start=source[0],
            source_end=source[1],
            sentence=shown,
            value=candidate.value,
            entity_id=candidate.entity_id,
            rule_id=candidate.rule_id,
            score=candidate.score,
            link=links.link(start, end),
        )


GetPipeline = Callable[[], Pipeline]
"""What gives the pipeline where and when it is asked for."""


def make_mention_id(document_id: str, label: str, start: int, end: int) -> str:
    """Give the id of a mention: the same place in the same article is the same mention."""
    return hashlib.sha256(f"{document_id}\0{label}\0{start}\0{end}".encode()).hexdigest()[:16]
