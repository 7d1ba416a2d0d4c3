"""Which results still hold: those made with the patterns, settings and code of this run, or with others that cannot have mattered."""

from collections.abc import Callable

import msgspec

from medai_extract.batch.fingerprints import describe_making
from medai_extract.batch.packing import pack, unpack
from medai_extract.batch.store import Store
from medai_extract.batch.touched import Folder, Search, find_change
from medai_extract.normalise.names import make_folding
from medai_extract.patterns import NameRow, Patterns


def find_making(store: Store, settings: str, code: str, patterns: str) -> int | None:
    """Give the number under which the store knows what this run works with, if it does."""
    row = store.connection.execute(
        "SELECT id FROM making WHERE settings = ? AND code = ? AND patterns = ?", (settings, code, patterns)
    ).fetchone()
    return None if row is None else int(row[0])


def note_making(
    store: Store, settings: str, code: str, patterns: str, get_patterns: Callable[[], Patterns]
) -> int:
    """Give the number of what this run works with; all results that it cannot have changed hold under it from now on."""
    found = find_making(store, settings, code, patterns)
    if found is not None:
        return found
    patterns_read = get_patterns()
    making = describe_making(settings, code, patterns, patterns_read)
    names = msgspec.msgpack.encode(making.names)
    with store.transaction() as connection:
        row = connection.execute(
            "INSERT INTO making (settings, code, patterns, rest, names, names_size, rules)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                settings, code, patterns, making.rest, pack(names), len(names),
                msgspec.json.encode(making.rules),
            ),
        ).fetchone()  # fmt: skip
    return int(row[0])


def carry_over(store: Store, number: int, get_patterns: Callable[[], Patterns]) -> int:
    """Note which results that were made with something else hold for this run too; give how many had to be looked at.

    Where only name lists differ, those hold that the difference cannot touch; where anything else does, none.
    """
    older = store.connection.execute(
        "SELECT old.id, old.names, old.names_size FROM making AS old JOIN making AS new ON new.id = ?"
        " WHERE old.id != new.id AND (old.settings, old.code, old.rest) = (new.settings, new.code, new.rest)"
        " AND old.id IN (SELECT making FROM latest)",
        (number,),
    ).fetchall()
    if not older:
        return 0
    folder = Folder(make_folding(get_patterns().table("script.traditional")))
    new = read_names(store, number)
    looked_at = 0
    for old_number, packed, size in older:
        old = msgspec.msgpack.decode(unpack(packed, size), type=tuple[NameRow, ...])
        search = Search(find_change(old, new, folder), folder)
        untouched: list[tuple[int, int]] = []
        for name, part_size, scan_size, results in store.connection.execute(
            "SELECT part.name, part.size, part.scan_size, json_group_array(json_array(result.place, result.id))"
            " FROM latest JOIN result ON result.id = latest.result JOIN part ON part.id = result.part"
            " WHERE latest.making = ? GROUP BY part.id",
            (old_number,),
        ).fetchall():
            places = dict(msgspec.json.decode(results, type=list[tuple[int, int]]))
            looked_at += len(places)
            touched = set(search.find(store.read_scan(name, part_size, scan_size)))
            untouched += [(number, result) for place, result in places.items() if place not in touched]
        with store.transaction() as connection:
            connection.executemany("UPDATE latest SET making = ? WHERE result = ?", untouched)
    return looked_at


def read_names(store: Store, number: int) -> tuple[NameRow, ...]:
    """Give the name lists that results were made with."""
    packed, size = store.connection.execute(
        "SELECT names, names_size FROM making WHERE id = ?", (number,)
    ).fetchone()
    names: tuple[NameRow, ...] = msgspec.msgpack.decode(unpack(packed, size), type=tuple[NameRow, ...])
    return names
