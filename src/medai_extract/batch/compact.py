"""Parts that hold little any more to fuller ones: years of changed patterns leave a store no larger than what it shows."""

from itertools import islice

import msgspec

from medai_extract.batch.extract import PART_ARTICLES
from medai_extract.batch.packing import pack
from medai_extract.batch.results import Scanned
from medai_extract.batch.store import Place, Store, add_part

SPARSE = 0.4
"""A part is sparse whose results that are still kept are less than so much of it."""

_SPARSE_RESULTS = """
SELECT result.id, result.place, part.id, part.name, part.size, part.scan_size, result.start, result.length, result.size
FROM result JOIN part ON part.id = result.part
WHERE part.id IN (
    SELECT part.id FROM part JOIN result ON result.part = part.id GROUP BY part.id HAVING sum(result.length) < ? * part.size
)
ORDER BY part.id, result.place
"""


def compact(store: Store) -> list[str]:
    """Move the results of sparse parts into new parts; give the names of the parts whose files can be removed."""
    rows = iter(store.connection.execute(_SPARSE_RESULTS, (SPARSE,)).fetchall())
    emptied: dict[int, str] = {}
    while chunk := list(islice(rows, PART_ARTICLES)):
        _move(store, chunk)
        emptied |= {part: name for _, _, part, name, *_ in chunk}
    with store.transaction() as connection:
        connection.executemany(
            "DELETE FROM part WHERE id = ? AND NOT EXISTS (SELECT 1 FROM result WHERE part = part.id)",
            [(part,) for part in emptied],
        )
    known = {name for (name,) in store.connection.execute("SELECT name FROM part")}
    return [name for name in emptied.values() if name not in known]


def _move(store: Store, chunk: list[tuple[int, int, int, str, int, int, int, int, int]]) -> None:
    scans: dict[int, list[Scanned]] = {}
    for _, _, part, name, size, scan_size, *_ in chunk:
        if part not in scans:
            scans[part] = store.read_scan(name, size, scan_size)
    packed = store.read_packed([Place(row[3], row[6], row[7], row[8]) for row in chunk])
    scan = msgspec.msgpack.encode([scans[row[2]][row[1]] for row in chunk])
    name = store.write_part(b"".join(packed) + pack(scan))
    with store.transaction() as connection:
        part = add_part(connection, name, sum(map(len, packed)), len(scan))
        start = 0
        for place, (row, content) in enumerate(zip(chunk, packed, strict=True)):
            connection.execute(
                "UPDATE result SET part = ?, place = ?, start = ? WHERE id = ?", (part, place, start, row[0])
            )
            start += len(content)
