"""Extractions to records: the columns of the dataset, and the table of entities that grows over a run."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from medai_extract.language import contains_han
from medai_extract.model import Document, Entity, Extraction, Label, Mention, Rejected, Relation
from medai_extract.patterns import NameRow


class ArticleRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``articles``; ``kept`` are ranges of the source text."""

    id: str
    source: str
    source_id: str | None
    url: str | None
    title: str | None
    author: str | None
    publisher: str | None
    published_at: str | None
    published_from: str | None
    lang: str
    text: str
    kept: tuple[tuple[int, int], ...]
    encoding: str
    duplicate_of: str | None
    warnings: tuple[str, ...]
    format: str
    encoding_runner_up: str | None
    source_length: int


Record = ArticleRecord | Mention | Entity | Relation | Rejected


def make_article_record(document: Document) -> ArticleRecord:
    """Give the row of a document."""
    return ArticleRecord(
        id=document.id,
        source=document.source,
        source_id=document.source_id,
        url=document.url,
        title=document.title,
        author=document.author,
        publisher=document.publisher,
        published_at=document.published_at,
        published_from=document.published_from,
        lang=document.lang,
        text=document.text,
        kept=document.kept,
        encoding=document.encoding,
        duplicate_of=document.duplicate_of,
        warnings=document.warnings,
        format=document.format,
        encoding_runner_up=document.encoding_runner_up,
        source_length=document.source_length,
    )


class EntityCount(msgspec.Struct, array_like=True):
    """What a run has seen of one entity so far; two counts of one entity add up in any order."""

    labels: dict[Label, int] = msgspec.field(default_factory=dict)
    surfaces: dict[str, int] = msgspec.field(default_factory=dict)
    mentions: int = 0
    articles: int = 0
    first_published: str | None = None
    last_published: str | None = None

    def add(self, other: "EntityCount") -> None:
        """Add what another part of the run has seen."""
        for label, number in other.labels.items():
            self.labels[label] = self.labels.get(label, 0) + number
        for surface, number in other.surfaces.items():
            self.surfaces[surface] = self.surfaces.get(surface, 0) + number
        self.mentions += other.mentions
        self.articles += other.articles
        first, last = other.first_published, other.last_published
        if first is not None and (self.first_published is None or first < self.first_published):
            self.first_published = first
        if last is not None and (self.last_published is None or last > self.last_published):
            self.last_published = last


EntityCounts = dict[str, EntityCount]


def count_entities(extraction: Extraction) -> EntityCounts:
    """Count the entities of one article; a rejected mention counts for nothing."""
    counts: EntityCounts = {}
    published = extraction.document.published_at
    for mention in extraction.mentions:
        if mention.entity_id is not None and mention.status != "rejected":
            count = counts.get(mention.entity_id)
            if count is None:
                count = counts[mention.entity_id] = EntityCount(
                    articles=1, first_published=published, last_published=published
                )
            count.labels[mention.label] = count.labels.get(mention.label, 0) + 1
            count.surfaces[mention.text] = count.surfaces.get(mention.text, 0) + 1
            count.mentions += 1
    return counts


def add_counts(total: EntityCounts, part: Mapping[str, EntityCount]) -> None:
    """Add the counts of a part of a run to those of the whole, which takes them over."""
    for entity_id, count in part.items():
        if entity_id in total:
            total[entity_id].add(count)
        else:
            total[entity_id] = count


def make_entities(counts: Iterable[tuple[str, EntityCount]], names: Iterable[NameRow]) -> Iterator[Entity]:
    """Give the rows of ``entities`` from what was counted of each, in the same order.

    Names are those of the lists where they have them, else the form seen most often in each script. A brand that is both
    a firm and its product (DeepSeek, 支付宝) is one entity, under the label that most of its mentions have.
    """
    canonical: dict[tuple[str, str], str] = {}
    parents: dict[str, str] = {}
    for row in names:
        if row.role == "canonical":
            canonical.setdefault((row.entity_id, row.lang), row.name)
            if row.parent_id is not None:
                parents.setdefault(row.entity_id, row.parent_id)
    for entity_id, count in counts:
        name_zh, name_en = _best_names(count.surfaces)
        yield Entity(
            id=entity_id,
            label=_best_label(count.labels),
            name_zh=canonical.get((entity_id, "zh")) or name_zh,
            name_en=canonical.get((entity_id, "en")) or name_en,
            aliases=tuple(sorted(count.surfaces)),
            parent_id=parents.get(entity_id),
            mentions=count.mentions,
            articles=count.articles,
            first_published=count.first_published,
            last_published=count.last_published,
        )


def _best_label(labels: Mapping[Label, int]) -> Label:
    """Give the label of most mentions; nearly always there is but one."""
    if len(labels) == 1:
        return next(iter(labels))
    return min(labels, key=lambda label: (-labels[label], label))


def _best_names(surfaces: Mapping[str, int]) -> tuple[str | None, str | None]:
    """Give the Chinese and the English form seen most often; of equals the longest."""
    best: list[str | None] = [None, None]
    for name, number in surfaces.items():
        script = 0 if contains_han(name) else 1
        other = best[script]
        if other is None or (-number, -len(name), name) < (-surfaces[other], -len(other), other):
            best[script] = name
    return best[0], best[1]
