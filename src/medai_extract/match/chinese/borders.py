"""The edges of the names of bodies in an article, and what they say of the spans that meet them."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

SURE = "body.sure"
"""The evidence of a span whose edges the grammar of bodies found."""


class Edge(NamedTuple):
    """Where the name begins that ends in a head of this kind, and how that is known.

    ``other`` is the other place where it may begin, or -1; ``named`` says that it holds more than words of the field.
    """

    start: int
    how: str
    other: int
    named: bool = True
    kind: str = ""


class Borders:
    """The names of bodies of one article, and what they say of the spans that meet them."""

    def __init__(self, edges: Mapping[int, Edge]) -> None:
        self.edges = edges
        self._ends = sorted(edges)

    def spans(self) -> Iterator[tuple[int, int]]:
        """Give the names, each with the other place where it may begin."""
        for end, edge in self.edges.items():
            if edge.named:
                yield edge.start, end
                if edge.other >= 0:
                    yield edge.other, end

    def say(self, start: int, end: int) -> tuple[str, ...]:
        """Say whether a span is the name of a body, runs over its edges or is a part of it."""
        at = bisect_right(self._ends, start + 1)
        if at == len(self._ends):
            return ()
        edge, reached = self.edges.get(end), self._ends[at]
        if edge is not None:
            if start == edge.start:
                return self._say_exact(edge, end)
            if start == edge.other:
                return ("body.other", f"body.other.{edge.how}")
            if start > edge.start:
                return ("body.under",)
            return ("body.two",) if reached < edge.start else ("body.over",)
        if reached < end:
            return ("body.past",)
        begin = self.edges[reached].start
        if begin <= start:
            return ("body.within",)
        return ("body.across",) if begin < end else ()

    def _say_exact(self, edge: Edge, end: int) -> tuple[str, ...]:
        at = bisect_right(self._ends, end)
        if at < len(self._ends) and self.edges[self._ends[at]].start == edge.start:
            # The name of a body that owns another: 浙江大学|医学院.
            return ("body.inner",)
        if not edge.named:
            return ("body.plain", f"body.plain.{edge.kind}")
        return (SURE, f"body.sure.{edge.how}", f"body.kind.{edge.kind}")
