"""Which article is a copy of which, told from the signatures of all articles.

Articles that share a band of a sketch are looked at in pairs; those that are alike make a cluster, and the first one published
leads it. The answer depends on the set of articles alone, not on their order nor on earlier runs. All is held in arrays: a
million signatures take about 1 GB while this runs.
"""

from array import array
from collections.abc import Iterable, Iterator
from sys import intern

import numpy as np
from numpy.typing import NDArray

from medai_extract.dedupe.signature import SIGNATURE

Entry = tuple[str, str | None, int, bytes]
"""Id of an article, its day of publication (``YYYY-MM-DD``) if known, its place among the sources, its signature."""

BAND = 4
"""Values of a sketch that must agree for a pair to be looked at; as 16-bit values they are one 64-bit key."""
REACH = 32
"""In a band that more articles share, each is compared with so many that were published next, and with the first."""
FEWEST_SHINGLES = 30
"""A text with fewer is a copy only of its equal."""
SHORT_SHINGLES = 120
ALIKE = 0.70
ALIKE_SHORT = 0.80
"""Least resemblance (shared shingles of all) of copies; a short text must be more like."""
EQUAL, CLOSE = 0.95, 0.85
"""The more alike the words, the fewer figures must agree: none from the first on, most below the second."""
CUT = 0.85
CUT_HEAD = 0.4
CUT_SHARE = 0.35
"""A cut copy has this share of its shingles from the whole one, this resemblance of beginnings, and this share of its length."""
_UNKNOWN_DAY = "~"
_CHUNK = 1 << 12

Rows = NDArray[np.intp]


def find_copies(entries: Iterable[Entry]) -> dict[str, str]:
    """Give for the id of every copy, exact or near, the id of the article that leads its cluster.

    The first one published leads; where days are equal or unknown (unknown ones come last), the first among the sources.

    Args:
        entries: all articles, in any order; places among the sources differ.
    """
    table, order, ids = _gather(entries)
    root = _unite_equal(table["text"][order])
    chosen: Rows = np.flatnonzero(
        (root == np.arange(len(root))) & (table["shingles"][order] >= FEWEST_SHINGLES)
    )
    for keys in _band_keys(table, order[chosen]):
        for one, other in _pair_up(keys, chosen):
            apart = root[one] != root[other]
            one, other = one[apart], other[apart]
            for start in range(0, len(one), _CHUNK):
                pairs = one[start : start + _CHUNK], other[start : start + _CHUNK]
                alike = are_alike(table[order[pairs[0]]], table[order[pairs[1]]])
                _unite(root, pairs[0][alike], pairs[1][alike])
    root = root[root]
    return {ids[order[copy]]: ids[order[root[copy]]] for copy in np.flatnonzero(root != np.arange(len(root)))}


def are_alike(one: NDArray[np.void], other: NDArray[np.void]) -> NDArray[np.bool_]:
    """Say for pairs of signatures whether one is a copy of the other."""
    sizes = np.stack([one["shingles"], other["shingles"]]).astype(float)
    smaller, larger = sizes.min(0), sizes.max(0)
    resemblance = (one["whole"] == other["whole"]).mean(1)
    contained = resemblance * (smaller + larger) / ((1 + resemblance) * np.maximum(smaller, 1))
    is_cut = (
        (contained >= CUT)
        & ((one["head"] == other["head"]).mean(1) >= CUT_HEAD)
        & (smaller >= CUT_SHARE * larger)
    )
    least = np.where(smaller < SHORT_SHINGLES, ALIKE_SHORT, ALIKE)
    slack = np.select([resemblance >= EQUAL, resemblance >= CLOSE], [np.inf, 1.5], 0.0)
    alike: NDArray[np.bool_] = ((resemblance >= least) | is_cut) & _share_figures(
        one["figures"], other["figures"], slack
    )
    return alike


def _share_figures(
    one: NDArray[np.uint64], other: NDArray[np.uint64], slack: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Say whether half of the figures of the one with fewer are in the other, but for ``slack`` of them."""
    shared: NDArray[np.bool_] = (
        _count_bits(one & other) + slack >= np.minimum(_count_bits(one), _count_bits(other)) / 2
    )
    return shared


def _count_bits(bitmaps: NDArray[np.uint64]) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = np.unpackbits(np.ascontiguousarray(bitmaps).view(np.uint8), axis=1).sum(
        1, dtype=np.int64
    )
    return counts


def _gather(entries: Iterable[Entry]) -> tuple[NDArray[np.void], Rows, list[str]]:
    """Give signatures, the order in which their articles may lead, and the ids of these."""
    ids: list[str] = []
    days: list[str] = []
    places = array("q")
    signatures = bytearray()
    for article_id, published_at, place, signature in entries:
        ids.append(article_id)
        days.append(intern(published_at or _UNKNOWN_DAY))
        places.append(place)
        signatures += signature
    order: Rows = np.lexsort((np.frombuffer(places, np.int64), np.array(days, "S10")))
    return np.frombuffer(signatures, SIGNATURE), order, ids


def _unite_equal(texts: NDArray[np.uint64]) -> Rows:
    """Give for every row the first one with an equal text."""
    order, begins, sizes = _sort(texts)
    root: Rows = np.empty_like(order)
    root[order] = np.repeat(order[begins], sizes)
    return root


def _sort(keys: NDArray[np.uint64]) -> tuple[Rows, Rows, Rows]:
    """Give the rows by their keys, those with equal keys as they were, and where in that order each key begins and on how many rows."""
    order: Rows = np.argsort(keys, kind="stable")
    keys = keys[order]
    begins = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))[: len(keys)]
    return order, begins, np.diff(np.append(begins, len(keys)))


def _band_keys(table: NDArray[np.void], chosen: Rows) -> Iterator[NDArray[np.uint64]]:
    for sketch in ("whole", "head"):
        for start in range(0, table[sketch].shape[1], BAND):
            yield np.ascontiguousarray(table[sketch][chosen, start : start + BAND]).view(np.uint64)[:, 0]


def _pair_up(keys: NDArray[np.uint64], rows: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Give pairs of rows with equal keys: neighbours up to ``REACH`` apart, and each with the first of its key."""
    order, _, sizes = _sort(keys)
    order = order[np.repeat(sizes > 1, sizes)]
    keys, rows, sizes = keys[order], rows[order], sizes[sizes > 1]
    for distance in range(1, REACH + 1):
        near = np.flatnonzero(keys[distance:] == keys[:-distance])
        if not len(near):
            return
        yield rows[near], rows[near + distance]
    firsts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    yield rows[firsts], rows


def _unite(root: Rows, one: Rows, other: Rows) -> None:
    """Join the clusters of pairs of rows, and let every row point at the first of its cluster."""
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        leaders = sorted((_lead(root, first), _lead(root, second)))
        root[leaders[1]] = leaders[0]
    if len(one):
        while not np.array_equal(leading := root[root], root):
            root[:] = leading


def _lead(root: Rows, row: int) -> int:
    while (leader := int(root[row])) != row:
        row = leader
    return row
