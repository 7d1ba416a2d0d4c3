"""Extractions to records: the columns of the dataset, and the table of entities that grows over a run."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

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


class EntityCount(msgspec.Struct):
    """What a run has seen of one entity so far; two counts of one entity add up in any order."""

    labels: Counter[Label] = msgspec.field(default_factory=Counter)
    surfaces: Counter[str] = msgspec.field(default_factory=Counter)
    mentions: int = 0
    articles: int = 0
    first_published: str | None = None
    last_published: str | None = None

    def add(self, other: "EntityCount") -> None:
        """Add what another part of the run has seen."""
        self.labels.update(other.labels)
        self.surfaces.update(other.surfaces)
        self.mentions += other.mentions
        self.articles += other.articles
        dates = [day for day in (self.first_published, other.first_published) if day is not None]
        self.first_published = min(dates, default=None)
        dates = [day for day in (self.last_published, other.last_published) if day is not None]
        self.last_published = max(dates, default=None)


EntityCounts = dict[str, EntityCount]


def count_entities(extraction: Extraction) -> EntityCounts:
    """Count the entities of one article; a copy of another article counts for nothing, nor does a rejected mention."""
    counts: EntityCounts = {}
    if extraction.document.duplicate_of is not None:
        return counts
    published = extraction.document.published_at
    for mention in extraction.mentions:
        if mention.entity_id is not None and mention.status != "rejected":
            count = counts.setdefault(
                mention.entity_id,
                EntityCount(articles=1, first_published=published, last_published=published),
            )
            count.labels[mention.label] += 1
            count.surfaces[mention.text] += 1
            count.mentions += 1
    return counts


def add_counts(total: EntityCounts, part: Mapping[str, EntityCount]) -> None:
    """Add the counts of a part of a run to those of the whole."""
    for entity_id, count in part.items():
        if entity_id in total:
            total[entity_id].add(count)
        else:
            total[entity_id] = count


def make_entities(counts: Mapping[str, EntityCount], names: Iterable[NameRow]) -> list[Entity]:
    """Give the rows of ``entities``, sorted by id.

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
    return [
        Entity(
            id=entity_id,
            label=min(count.labels, key=lambda label: (-count.labels[label], label)),
            name_zh=canonical.get((entity_id, "zh")) or _best_name(count.surfaces, han=True),
            name_en=canonical.get((entity_id, "en")) or _best_name(count.surfaces, han=False),
            aliases=tuple(sorted(count.surfaces)),
            parent_id=parents.get(entity_id),
            mentions=count.mentions,
            articles=count.articles,
            first_published=count.first_published,
            last_published=count.last_published,
        )
        for entity_id, count in sorted(counts.items())
    ]


def _best_name(surfaces: Mapping[str, int], *, han: bool) -> str | None:
    fitting = [name for name in surfaces if contains_han(name) == han]
    return min(fitting, key=lambda name: (-surfaces[name], -len(name), name), default=None)


def article_rows(extractions: Sequence[Extraction]) -> dict[str, list[Record]]:
    """Give the rows of articles, mentions and relations of some extractions, by table."""
    return {
        "articles": [make_article_record(extraction.document) for extraction in extractions],
        "mentions": [mention for extraction in extractions for mention in extraction.mentions],
        "relations": [relation for extraction in extractions for relation in extraction.relations],
    }
