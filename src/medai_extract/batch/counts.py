"""The entities of a dataset, counted page by page and added up on the disk: memory does not grow with their number."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter

import msgspec

from medai_extract.patterns import NameRow
from medai_extract.records import EntityCount, EntityCounts

COUNTED, COPIED, RELATED = range(3)
"""What counts of an entity come from: articles that count, copies of those, relations alone. The first there is holds."""
_ENTITY = itemgetter(0)


class PageCounts(msgspec.Struct, array_like=True):
    """The entities of a page: those of articles that count, those of copies, and those that relations speak of."""

    counted: EntityCounts = msgspec.field(default_factory=dict)
    copied: EntityCounts = msgspec.field(default_factory=dict)
    related: set[str] = msgspec.field(default_factory=set)


class _Packed(msgspec.Struct, array_like=True):
    """The same, with the counts as they were packed."""

    counted: dict[str, msgspec.Raw]
    copied: dict[str, msgspec.Raw]
    related: set[str]


def add_up(pages: Iterable[bytes], names: Iterable[NameRow]) -> Iterator[tuple[str, EntityCount]]:
    """Give what all pages counted of each entity, sorted by id.

    An entity of copies alone counts for nothing. One that only relations speak of, as the maker of a product, is given if the lists know it.

    Args:
        pages: packed ``PageCounts``.
        names: the name lists.

    >>> seen = PageCounts({"openai": EntityCount({"ORG": 1}, {"OpenAI": 1}, 1, 1)})
    >>> copied = PageCounts(copied={"联影": EntityCount({"ORG": 1}, {"联影": 1}, 1, 1)})
    >>> pages = map(msgspec.msgpack.encode, (seen, copied, seen))
    >>> [(entity, count.mentions, count.surfaces) for entity, count in add_up(pages, ())]
    [('openai', 2, {'OpenAI': 2}), ('联影', 0, {'联影': 1})]
    """
    labels = {row.entity_id: row.label for row in names if row.role == "canonical"}
    related: set[str] = set()
    # A database without a name is a file that the system removes; it sorts more than its cache holds (2 MB) on the disk.
    with closing(sqlite3.connect("")) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("CREATE TABLE seen (entity TEXT, origin INTEGER, counts BLOB)")
        decoder = msgspec.msgpack.Decoder(_Packed)
        for page in pages:
            packed = decoder.decode(page)
            for origin, counts in ((COUNTED, packed.counted), (COPIED, packed.copied)):
                rows = ((entity, origin, bytes(count)) for entity, count in counts.items())
                connection.executemany("INSERT INTO seen VALUES (?, ?, ?)", rows)
            related |= packed.related & labels.keys()
        alone = (
            (entity, RELATED, msgspec.msgpack.encode(EntityCount({labels[entity]: 0}))) for entity in related
        )
        connection.executemany("INSERT INTO seen VALUES (?, ?, ?)", alone)
        found = connection.execute("SELECT entity, origin, counts FROM seen ORDER BY entity, origin")
        for entity, same in groupby(found, _ENTITY):
            yield entity, _add(same)


def _add(rows: Iterable[tuple[str, int, bytes]]) -> EntityCount:
    total, of = EntityCount(), COUNTED
    for at, (_, origin, counts) in enumerate(rows):
        count = msgspec.msgpack.decode(counts, type=EntityCount)
        if not at:
            total, of = count, origin
        elif origin == of:
            total.add(count)
    return total if of == COUNTED else EntityCount(total.labels, total.surfaces)
