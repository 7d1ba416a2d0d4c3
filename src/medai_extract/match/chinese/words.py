"""The words of an article's Chinese sentences with their letters."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from medai_extract.model import Span


class Words(NamedTuple):
    """The words of an article's Chinese sentences, with offsets into the text.

    A letter for each as in ``chinese_lexicon`` stands in ``codes``, one for its part of speech in ``tags``, one for its role in
    ``roles`` and one for its size in ``sizes``. ``openings`` are the places where sentences begin, ``runs`` the Chinese stretches.
    A line break is a word that ends names; other white space is none.
    """

    text: str
    folded: str
    surfaces: list[str]
    starts: list[int]
    codes: str
    tags: str
    roles: str
    sizes: str
    counts: str
    openings: frozenset[int]
    runs: Sequence[Span]

    def end(self, at: int) -> int:
        """Give where word ``at`` ends."""
        return self.starts[at] + len(self.surfaces[at])

    def joins(self, at: int) -> bool:
        """Say whether word ``at`` touches the one before it in its sentence."""
        start = self.starts[at]
        return (
            at > 0
            and start not in self.openings
            and self.starts[at - 1] + len(self.surfaces[at - 1]) == start
        )

    def folded_word(self, at: int) -> str:
        """Give the folded form of word ``at``."""
        start = self.starts[at]
        return self.folded[start : start + len(self.surfaces[at])]

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Give the range of words that a span touches."""
        starts, first = self.starts, max(bisect_right(self.starts, start) - 1, 0)
        if starts[first] + len(self.surfaces[first]) <= start and first + 1 < len(starts):
            first += 1
        return first, max(bisect_left(starts, end, first), first + 1)

    def span(self, start: int, end: int) -> tuple[int, int, bool] | None:
        """Give the words that a span touches and whether it is made of whole ones; nothing outside the Chinese stretches."""
        starts, surfaces = self.starts, self.surfaces
        first = bisect_right(starts, start) - 1
        if first < 0 or starts[first] + len(surfaces[first]) <= start:
            return None
        last = bisect_left(starts, end, first + 1)
        return first, last, starts[first] == start and starts[last - 1] + len(surfaces[last - 1]) == end
