"""Pages: some dozens of neighbouring articles of a dataset, with all their rows in every format.

A dataset is cut into pages by what is in it (a page ends after an article whose id says so), so that an article more or less changes its
own page and no other. A page is encoded once; later datasets take over its bytes. Files are pages one after another, each a row group of Parquet.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from medai_extract.batch.counts import PageCounts
from medai_extract.batch.members import Member
from medai_extract.batch.packing import unpack
from medai_extract.batch.results import Stored
from medai_extract.batch.row_groups import RowGroup, encode_rows
from medai_extract.dataset import make_mention
from medai_extract.model import Relation
from medai_extract.pipeline import GetPipeline, make_mention_id
from medai_extract.records import Record, add_counts
from medai_extract.relate import make_relation_id
from medai_extract.writers import SCHEMAS, write_csv, write_lines

TABLES = ("articles", "mentions", "relations")
"""The tables that consist of pages; ``entities`` and ``rejected`` are written whole."""
FEWEST, MOST, CUTS = 12, 64, 16
"""Articles of a page at least and at most; past the fewest, one id in so many ends it. All grow with the dataset past ``MANY`` articles."""
MANY = 16_000
COUNTS = ".counts"
"""The file in a snapshot that holds the counts of entities, packed, page by page."""
MOST_BYTES = 16_000_000
"""Rows in which a page ends at the latest."""


class PageMember(msgspec.Struct, frozen=True, array_like=True):
    """What the rows of an article depend on beside its result."""

    article: str
    duplicate_of: str | None
    source: str
    source_id: str | None
    counted: bool
    own: bool
    digest: str


class Tally(msgspec.Struct, array_like=True):
    """What a page adds to the counts of a run: ``labels`` by language and label, ``rules`` by rule."""

    articles: int = 0
    duplicates: int = 0
    characters: int = 0
    relations: int = 0
    labels: dict[str, int] = msgspec.field(default_factory=dict)
    rules: dict[str, int] = msgspec.field(default_factory=dict)


class PageTask(msgspec.Struct, frozen=True):
    """A page to be encoded: its articles, and their packed results with the sizes of these."""

    members: tuple[PageMember, ...]
    packed: tuple[bytes, ...]
    sizes: tuple[int, ...]
    formats: tuple[str, ...]


class Page(msgspec.Struct, frozen=True):
    """An encoded page: its bytes by file name, and the entries of its row groups by table; ``COUNTS`` are those of its entities."""

    blocks: dict[str, bytes]
    groups: dict[str, RowGroup]
    tally: bytes


def cut_pages(members: Collection[Member]) -> Iterator[list[Member]]:
    """Cut the articles of a dataset into pages; a large one has larger pages, so that its files do not grow footers without end."""
    larger = 1
    while len(members) > MANY * larger:
        larger *= 2
    page: list[Member] = []
    size = 0
    for member in members:
        page.append(member)
        size += member.at.size
        ends = len(page) >= FEWEST * larger and int(member.article[-6:], 16) % (CUTS * larger) == 0
        if ends or len(page) >= MOST * larger or size >= MOST_BYTES:
            yield page
            page, size = [], 0
    if page:
        yield page


def describe_page(members: Sequence[Member]) -> tuple[tuple[PageMember, ...], str]:
    """Give what the rows of a page depend on, and the page's key, a hash of it."""
    described = tuple(
        PageMember(
            member.article,
            member.duplicate_of,
            member.source.decode(),
            member.source_id,
            member.counted,
            member.own,
            member.digest,
        )
        for member in members
    )
    return described, hashlib.sha256(msgspec.msgpack.encode(described)).hexdigest()[:32]


def encode_page(_: GetPipeline, task: PageTask) -> Page:
    """Give a page in every format; the work of a worker, which needs no pipeline for it."""
    lines: dict[str, list[bytes]] = {table: [] for table in TABLES}
    tally, counts = Tally(), PageCounts()
    decoder = msgspec.msgpack.Decoder(Stored)
    for member, packed, size in zip(task.members, task.packed, task.sizes, strict=True):
        stored = decoder.decode(unpack(packed, size))
        for table, rows in give_rows(member, stored).items():
            lines[table].append(rows)
        _count(tally, member, stored)
        add_counts(counts.counted if member.counted else counts.copied, stored.entities)
        counts.related.update(stored.related)
    blocks = {COUNTS: msgspec.msgpack.encode(counts, order="deterministic")}
    groups: dict[str, RowGroup] = {}
    for table in TABLES:
        rows = b"".join(lines[table])
        if "jsonl" in task.formats:
            blocks[f"{table}.jsonl"] = rows
        if "csv" in task.formats:
            blocks[f"{table}.csv"] = write_csv(rows, table)
        if "parquet" in task.formats:
            blocks[f"{table}.parquet"], group = encode_rows(rows, SCHEMAS[table])
            if group is not None:
                groups[table] = group
    return Page(blocks, groups, msgspec.msgpack.encode(tally))


def give_rows(member: PageMember, stored: Stored) -> dict[str, bytes]:
    """Give the rows of an article; those of its equals under its own id."""
    assert stored.record is not None
    record = replace(
        stored.record,
        id=member.article,
        source=member.source,
        source_id=member.source_id,
        duplicate_of=member.duplicate_of,
    )
    mentions, relations = stored.mentions, stored.relations
    if member.article != stored.record.id:
        mentions, relations = _tell_of_copy(member.article, mentions, relations)
    return {"articles": write_lines([record]), "mentions": mentions, "relations": relations}


def _tell_of_copy(article: str, mentions: bytes, relations: bytes) -> tuple[bytes, bytes]:
    """Give mentions and relations under the ids that they have in another article."""
    new_ids: dict[str, str] = {}
    told: list[Record] = []
    for mention in map(make_mention, msgspec.json.Decoder().decode_lines(mentions)):
        new_ids[mention.id] = make_mention_id(article, mention.label, mention.start, mention.end)
        told.append(replace(mention, id=new_ids[mention.id], article_id=article))
    related: list[Record] = [
        replace(
            relation,
            id=make_relation_id(
                article, relation.type, relation.subject_id or None, relation.object_id, relation.money
            ),
            article_id=article,
            evidence=tuple(new_ids[mention] for mention in relation.evidence),
        )
        for relation in msgspec.json.Decoder(Relation).decode_lines(relations)
    ]
    return write_lines(told), write_lines(related)


def _count(tally: Tally, member: PageMember, stored: Stored) -> None:
    assert stored.record is not None
    tally.articles += 1
    tally.duplicates += member.duplicate_of is not None
    tally.characters += len(stored.record.text)
    tally.relations += sum(stored.relation_rules.values())
    add_numbers(tally.labels, {f"{stored.record.lang} {label}": n for label, n in stored.labels.items()})
    add_numbers(tally.rules, stored.rules)
    add_numbers(tally.rules, stored.relation_rules)


def add_numbers(total: dict[str, int], more: Mapping[str, int]) -> None:
    """Add counts to others."""
    for name, number in more.items():
        total[name] = total.get(name, 0) + number
