"""Edits that remember where every character came from.

A step of cleaning returns edits; ``apply_edits`` makes the new text and the map back to the old one, and maps
compose, so that a mention in the clean text knows its range in the source however many steps lie between.
Offsets are recorded, never searched for afterwards.
"""

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import msgspec


class Edit(NamedTuple):
    """Replace ``text[start:end]`` by ``replacement``: an empty range inserts, an empty text deletes."""

    start: int
    end: int
    replacement: str


class Segment(NamedTuple):
    """``[start, end)`` of the new text comes from ``[source_start, source_end)`` of the old one.

    ``exact`` says whether the characters correspond one by one; then both ranges have one length.
    """

    start: int
    end: int
    source_start: int
    source_end: int
    exact: bool


class OffsetMap(msgspec.Struct, frozen=True, dict=True):
    """Where each range of a text came from: segments in order, without gaps in the new text."""

    segments: tuple[Segment, ...]

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Give the source range of ``[start, end)``, the smallest that holds all its characters.

        >>> text, offsets = apply_edits("ＡＩ  医疗…", [Edit(2, 4, " "), Edit(6, 7, "...")])
        >>> text, offsets.to_source(3, 5), offsets.to_source(2, 8)
        ('ＡＩ 医疗...', (4, 6), (2, 7))
        """
        if end <= start:
            at = self._source_of(start)
            return at, at
        index = bisect_right(self._starts, start) - 1
        if index >= 0:
            segment = self.segments[index]
            if segment.exact and end <= segment.end:  # as nearly all are
                shift = segment.source_start - segment.start
                return start + shift, end + shift
        return self._source_of(start), self._source_end_of(end)

    def _source_of(self, position: int) -> int:
        if not self.segments:
            return 0
        segment = self.segments[self._index(position)]
        if position >= segment.end:
            return segment.source_end
        return segment.source_start + (position - segment.start if segment.exact else 0)

    def _source_end_of(self, end: int) -> int:
        segment = self.segments[self._index(end - 1)]
        if end >= segment.end or not segment.exact:
            return segment.source_end
        return segment.source_start + end - segment.start

    def _index(self, position: int) -> int:
        return max(bisect_right(self._starts, position) - 1, 0)

    @cached_property
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.segments]

    def seams(self) -> list[int]:
        """Give the positions in the new text where something was put in: the seams of words that were glued.

        >>> apply_edits("releasedWiseDiag", [Edit(8, 8, " ")])[1].seams()
        [8]
        """
        return [segment.start for segment in self.segments if segment.source_start == segment.source_end]

    def then(self, later: "OffsetMap") -> "OffsetMap":
        """Compose with ``later``, which leads from the final text to the one this map leads to the source."""
        if len(self.segments) == 1 and self.segments[0].exact and self.segments[0].source_start == 0:
            return later
        composed: list[Segment] = []
        for segment in later.segments:
            if segment.exact:
                start, end, source_start, source_end, _ = segment
                own = self.segments[self._index(source_start)]
                if own.exact and source_end <= own.end:
                    shift = own.source_start - own.start
                    composed.append(Segment(start, end, source_start + shift, source_end + shift, exact=True))
                else:
                    composed.extend(self._split(segment))
            else:
                source = self._unbroken_source(segment.source_start, segment.source_end)
                composed.append(Segment(segment.start, segment.end, *source, exact=False))
        return OffsetMap(tuple(composed))

    def _unbroken_source(self, start: int, end: int) -> tuple[int, int]:
        """Give the source of ``[start, end)`` up to the first gap: a line break must not swallow a drop."""
        source_start, source_end = self.to_source(start, min(start + 1, end))
        for segment in self.segments[self._index(start) :]:
            if segment.start >= end or segment.source_start > source_end:
                break
            source_end = max(source_end, self._source_end_of(min(end, segment.end)))
        return source_start, source_end

    def _split(self, later: Segment) -> Iterable[Segment]:
        """Cut an exact segment of a later map where this map's segments meet."""
        shift = later.start - later.source_start
        for index in range(self._index(later.source_start), len(self.segments)):
            own = self.segments[index]
            if own.start >= later.source_end:
                break
            start, end = max(own.start, later.source_start), min(own.end, later.source_end)
            if start >= end:
                continue
            if own.exact:
                offset = own.source_start - own.start
                yield Segment(start + shift, end + shift, start + offset, end + offset, exact=True)
            else:
                yield Segment(start + shift, end + shift, own.source_start, own.source_end, exact=False)

    def kept(self, source: str) -> tuple[tuple[int, int], ...]:
        """Give the ranges of ``source`` that the new text comes from, joined over white space.

        >>> source = "关闭  推想医疗  融资"
        >>> apply_edits(source, [Edit(0, 4, ""), Edit(8, 9, "")])[1].kept(source)
        ((4, 12),)
        """
        ranges: list[tuple[int, int]] = []
        for segment in self.segments:
            start, end = segment.source_start, segment.source_end
            if start == end:
                continue
            if ranges and (start <= ranges[-1][1] or not source[ranges[-1][1] : start].strip()):
                ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
            else:
                ranges.append((start, end))
        return tuple(ranges)


def identity(length: int) -> OffsetMap:
    """Give the map of a text of ``length`` characters onto itself.

    >>> identity(4).to_source(1, 3)
    (1, 3)
    """
    return OffsetMap((Segment(0, length, 0, length, exact=True),) if length else ())


def apply_edits(text: str, edits: Iterable[Edit]) -> tuple[str, OffsetMap]:
    """Apply non-overlapping ``edits`` and give the new text with its map to ``text``.

    An edit that overlaps an earlier one (by start) is left out, so that steps may be generous in what they
    propose.

    >>> apply_edits("releasedWiseDiag-Z1The", [Edit(8, 8, " "), Edit(19, 19, " ")])[0]
    'released WiseDiag-Z1 The'
    """
    pieces: list[str] = []
    segments: list[Segment] = []
    at = new_at = 0
    for start, end, replacement in sorted(edits):
        if start < at or text[start:end] == replacement:
            continue
        if start > at:
            pieces.append(text[at:start])
            segments.append(Segment(new_at, new_at + start - at, at, start, exact=True))
            new_at += start - at
        if replacement:
            pieces.append(replacement)
            exact = len(replacement) == end - start
            segments.append(Segment(new_at, new_at + len(replacement), start, end, exact))
            new_at += len(replacement)
        at = end
    if at == 0 and not pieces:
        return text, identity(len(text))
    if at < len(text):
        pieces.append(text[at:])
        segments.append(Segment(new_at, new_at + len(text) - at, at, len(text), exact=True))
    return "".join(pieces), OffsetMap(tuple(segments))
