"""The entities of a dataset are those that its articles count, however these lie in pages."""

from collections import Counter
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from medai_extract.batch import run_batch
from medai_extract.batch.assemble import INDEX, Index
from medai_extract.batch.counts import PageCounts, add_up
from medai_extract.batch.pages import COUNTS
from medai_extract.batch.publish import CURRENT
from medai_extract.batch.store import FOLDER
from medai_extract.patterns import NameRow
from medai_extract.pipeline import Pipeline
from medai_extract.records import EntityCount
from stories import read_bytes, write_stories

LISTED = NameRow("ORG", "ai4med", "AI4Med", "en", "canonical", "", (), None, None, "")
IDS = st.sampled_from(["ai4med", "org-zh-1", "联影", "\U00020000", "z"])
SEEN = st.dictionaries(
    IDS, st.lists(st.tuples(st.sampled_from("甲乙a"), st.sampled_from("2345"))), max_size=4
)


def count(mentions: list[tuple[str, str]]) -> EntityCount:
    days = [f"2026-01-0{day}" for _, day in mentions]
    return EntityCount(
        {"ORG": len(mentions)},
        Counter(surface for surface, _ in mentions),
        len(mentions),
        1,
        min(days, default=None),
        max(days, default=None),
    )


@given(st.lists(st.tuples(SEEN, SEEN, st.sets(IDS))))
def test_pages_add_up(
    pages: list[tuple[dict[str, list[tuple[str, str]]], dict[str, list[tuple[str, str]]], set[str]]],
) -> None:
    packed = [
        msgspec.msgpack.encode(
            PageCounts(
                {entity: count(seen) for entity, seen in counted.items()},
                {entity: count(seen) for entity, seen in copied.items()},
                related,
            )
        )
        for counted, copied, related in pages
    ]
    expected: dict[str, EntityCount] = {}
    for entity in {entity for counted, _, _ in pages for entity in counted}:
        seen = [counted[entity] for counted, _, _ in pages if entity in counted]
        expected[entity] = count([mention for mentions in seen for mention in mentions])
        expected[entity].articles = len(seen)
    for entity in {entity for _, copied, _ in pages for entity in copied} - expected.keys():
        mentions = [one for _, copied, _ in pages for one in copied.get(entity, [])]
        expected[entity] = EntityCount({"ORG": len(mentions)}, count(mentions).surfaces)
    if any("ai4med" in related for _, _, related in pages):
        expected.setdefault("ai4med", EntityCount({"ORG": 0}))
    assert list(add_up(packed, [LISTED])) == sorted(expected.items())


def test_a_dataset_of_a_version_with_other_columns_is_put_together_anew(
    tmp_path: Path, pipeline: Pipeline
) -> None:
    out = tmp_path / "out"
    write_stories(tmp_path / "news", range(30))
    run_batch([str(tmp_path / "news")], out, settings=pipeline.settings, pipeline=pipeline)
    expected = read_bytes(out)
    folder = out / FOLDER / CURRENT
    index = msgspec.msgpack.decode((folder / INDEX).read_bytes(), type=Index)
    del index.files[COUNTS]
    older = {"pages": index.pages, "files": index.files}
    (folder / INDEX).write_bytes(msgspec.msgpack.encode(older))
    (folder / COUNTS).unlink()
    run_batch([str(tmp_path / "news")], out, settings=pipeline.settings, pipeline=pipeline)
    assert read_bytes(out) == expected
    assert (out / FOLDER / CURRENT / COUNTS).exists()
