"""The articles of a dataset, in order: which id each has, which is a copy of which, and whose results its rows come from."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from medai_extract.batch.results import Job
from medai_extract.batch.store import Place, Store
from medai_extract.batch.touched import Change, Folder, Search
from medai_extract.dataset import make_mention
from medai_extract.decisions import Decisions
from medai_extract.dedupe import Entry, find_copies, make_article_id
from medai_extract.model import Rejected

TABLES = ("jsonl", "ndjson", "csv", "tsv", "parquet", "xlsx", "json")
"""Suffixes of files that hold many articles each."""
LOST = {
    "died": "its worker died of it, alone and twice",
    "hung": "no answer in time, alone and twice",
}


class Member(NamedTuple):
    """An article of the dataset.

    ``article`` is its id; ``counted`` says whether its mentions count for its entities, ``own`` whether the rows of its result were made
    for this very article and not for all that have its text. ``result`` and ``digest`` say what its result is, ``at`` where.
    """

    path: bytes
    place: int
    source: bytes
    source_id: str | None
    article: str
    key: str
    duplicate_of: str | None
    counted: bool
    own: bool
    result: int
    digest: str
    at: Place
    published_at: str | None
    publisher: str | None
    characters: int

    @property
    def origin(self) -> str:
        """Give what the article is from: its publisher, or else the folder or table that it stood in."""
        return name_origin(self.publisher, self.path)


class Members(Collection[Member]):
    """Articles of a dataset, each packed: a third of what they would take as objects, and there may be a million."""

    def __init__(self, members: Iterable[Member] = ()) -> None:
        self._packed = list(map(msgspec.msgpack.encode, members))

    def append(self, member: Member) -> None:
        """Put an article behind the others."""
        self._packed.append(msgspec.msgpack.encode(member))

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[Member]:
        return map(_MEMBER.decode, self._packed)

    def __getitem__(self, place: int) -> Member:
        return _MEMBER.decode(self._packed[place])

    def __contains__(self, member: object) -> bool:
        return any(member == known for known in self)


_MEMBER = msgspec.msgpack.Decoder(Member)


class Listing(NamedTuple):
    """What a dataset is put together from: its articles and its rejected inputs, both in order."""

    members: Members
    rejected: list[Rejected]


_ITEMS = """
SELECT input.path, item.place, item.source, item.source_id, item.text_id, item.key, item.rejected, lost.reason,
       result.id, result.digest, part.name, result.start, result.length, result.size, result.published_at,
       result.publisher, result.characters, result.signature, result.failed
FROM present JOIN input USING (path) JOIN item USING (reading) LEFT JOIN latest USING (key)
LEFT JOIN result ON result.id = latest.result LEFT JOIN part ON part.id = result.part LEFT JOIN lost USING (key)
ORDER BY input.path, item.place
"""


def name_origin(publisher: str | None, path: bytes) -> str:
    """Give what an article is from.

    >>> name_origin(None, b"news/2025/a.txt"), name_origin(None, b"news/rows.jsonl.gz"), name_origin("36Kr", b"a.txt")
    ('news/2025', 'news/rows.jsonl.gz', '36Kr')
    """
    if publisher is not None:
        return publisher
    name = path.decode("utf-8", "replace")
    table = name.removesuffix(".gz").rpartition(".")[2] in TABLES
    return name if table else name.rpartition("/")[0]


def set_present(store: Store, paths: Sequence[bytes]) -> None:
    """Say which inputs the dataset is made of: the table ``present``, of this connection alone."""
    with store.transaction() as connection:
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS present (path BLOB PRIMARY KEY) WITHOUT ROWID")
        connection.execute("DELETE FROM present")
        connection.executemany("INSERT INTO present VALUES (?)", ((path,) for path in paths))


def list_members(store: Store, *, count_duplicates: bool = False) -> Listing:
    """Give the articles and rejected rows of the inputs in ``present``; copies, exact and near, are told from their originals."""
    members = Members()
    rejected: list[Rejected] = []
    copies = find_copies(_read_members(store, members, rejected))
    marked = (
        member._replace(duplicate_of=copies[member.article], counted=count_duplicates)
        if member.article in copies
        else member
        for member in members
    )
    return Listing(Members(marked) if copies else members, rejected)


def _read_members(store: Store, members: Members, rejected: list[Rejected]) -> Iterator[Entry]:
    """Put the articles and rejected rows into two lists, and give of every article what tells its copies."""
    seen: set[str] = set()
    for (
        path,
        place,
        source,
        source_id,
        text_id,
        key,
        refused,
        lost,
        result,
        digest,
        *rest,
    ) in store.connection.execute(_ITEMS):
        part, start, length, size, published_at, publisher, characters, signature, failed = rest
        if refused is not None:
            rejected.append(msgspec.json.decode(refused, type=Rejected))
        elif result is None or lost is not None:
            rejected.append(
                Rejected(
                    source=source.decode(),
                    source_id=source_id,
                    stage="extract",
                    reason=lost or "lost",
                    detail=LOST.get(lost, "no result"),
                )
            )
        elif failed:
            (stored,) = store.read_results([Place(part, start, length, size)])
            assert stored.rejected is not None
            rejected.append(replace(stored.rejected, source=source.decode(), source_id=source_id))
        else:
            article = _find_id(seen, text_id, source.decode(), source_id)
            yield article, published_at, len(members), signature
            members.append(
                Member(
                    path, place, source, source_id, article, key, None, True, False, result,
                    digest, Place(part, start, length, size), published_at, publisher, characters,
                )
            )  # fmt: skip


def _find_id(seen: set[str], text_id: str, source: str, source_id: str | None) -> str:
    """Give an article the id of its text, or one of its own where an earlier one has that."""
    article = text_id
    if article in seen:
        article = make_article_id(f"{text_id}\0{source}\0{source_id or ''}")
    while article in seen:
        article = make_article_id(f"{article}\0")
    seen.add(article)
    return article


def find_decided(store: Store, members: Members, decisions: Decisions) -> dict[int, str]:
    """Give the members that reviewers decided something on, by their places, and the keys of their own results."""
    touched = _find_touched(store, decisions)
    keys: dict[int, str] = {}
    for place, member in enumerate(members):
        where = (member.article, member.source.decode(), member.source_id)
        if (member.result in touched or decisions.of(*where)) and (
            own := _decisions_on(store, member, decisions)
        ):
            state = f"{member.key}\0{member.article}\0{own.digest}"
            keys[place] = hashlib.sha256(state.encode()).hexdigest()[:32]
    return keys


def _find_touched(store: Store, decisions: Decisions) -> set[int]:
    """Give the results in force that merges, splits and decisions for all alike can change."""
    if not decisions.standing and not decisions.moves:
        return set()
    folder = Folder({})
    change = Change(
        frozenset(folder.fold(one.example.quote) for one in decisions.standing),
        frozenset(move.entity_id for move in decisions.moves),
    )
    search, found = Search(change, folder), set[int]()
    for name, size, scan_size, results in store.connection.execute(
        "SELECT part.name, part.size, part.scan_size, json_group_array(json_array(result.place, result.id))"
        " FROM latest JOIN result ON result.id = latest.result JOIN part ON part.id = result.part GROUP BY part.id"
    ).fetchall():
        places = set(search.find(store.read_scan(name, size, scan_size)))
        found.update(
            result
            for place, result in msgspec.json.decode(results, type=list[tuple[int, int]])
            if place in places
        )
    return found


def _decisions_on(store: Store, member: Member, decisions: Decisions) -> Decisions:
    """Give the decisions that concern an article, by its mentions as the rules alone found them."""
    (stored,) = store.read_results([member.at])
    found = [make_mention(row) for row in msgspec.json.Decoder().decode_lines(stored.mentions)]
    return decisions.concerning(member.article, member.source.decode(), member.source_id, found)


def decided_jobs(store: Store, members: Members, keys: dict[int, str], decisions: Decisions) -> Iterator[Job]:
    """Give the articles that reviewers decided something on, to be extracted from with their decisions."""
    for place, key in keys.items():
        member = members[place]
        (stored,) = store.read_results([member.at])
        article = replace(
            stored.to_article(), id=member.article, source=member.source.decode(), source_id=member.source_id
        )
        own = _decisions_on(store, member, decisions)
        yield Job(key, article, own.all, own.moves, own.standing)


def take_own_results(store: Store, listing: Listing, keys: dict[int, str]) -> Listing:
    """Give the listing with the results of decided articles in the place of those that the rules alone gave."""
    if not keys:
        return listing
    members = Members()
    rejected = list(listing.rejected)
    for place, member in enumerate(listing.members):
        if place not in keys:
            members.append(member)
            continue
        row = store.connection.execute(
            "SELECT result.id, result.digest, part.name, result.start, result.length, result.size, result.failed"
            " FROM latest JOIN result ON result.id = latest.result JOIN part ON part.id = result.part WHERE latest.key = ?",
            (keys[place],),
        ).fetchone()
        if row is None or row[-1]:
            rejected.append(
                Rejected(
                    source=member.source.decode(),
                    source_id=member.source_id,
                    stage="review",
                    reason="failed",
                    detail="the decisions of its reviewers could not be applied",
                )
            )
            continue
        result, digest, *at, _ = row
        members.append(member._replace(own=True, result=result, digest=digest, at=Place(*at)))
    return Listing(members, rejected)
