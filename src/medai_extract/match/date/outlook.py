"""What the sentences of a text say about its dates, one after the other."""

from bisect import bisect_right
from collections.abc import Sequence

from medai_extract.match.date.context import LookingAhead
from medai_extract.normalise.date_reference import UNSAID
from medai_extract.segment import SegmentedText

CARRY = 40
"""Code points that a cue such as 预计 reaches beyond its date, to the next one."""


class Outlook:
    """What the sentences of one text say about the dates in them; a date near one to come takes its outlook over.

    Args:
        ahead: the words.
        segmented: the text.
        tensed: where the dates begin that may look back or ahead; nobody asks about the others.
        least: the weight of every date of a text that speaks of the future anyway.

    """

    def __init__(
        self, ahead: LookingAhead, segmented: SegmentedText, tensed: Sequence[int], *, least: float
    ) -> None:
        self._ahead, self._segmented, self._least = ahead, segmented, least
        self._tensed, self._asked = tensed, frozenset(tensed)
        self._carried = (-CARRY, 0.0, "")

    def weigh(self, start: int, end: int) -> tuple[float, str]:
        """Give how much says that the date at ``[start, end)`` is to come, and the cue."""
        return self._weigh(start, end) if start in self._asked else (0.0, "")

    def _weigh(self, start: int, end: int) -> tuple[float, str]:
        weight, cue = self._ahead.weigh(self._segmented, start, end)
        weight = max(weight, self._least)
        if not weight and start - self._carried[0] < CARRY:
            carried, weight_before, cue_before = self._carried
            if self._segmented.sentence_at(start).start <= carried:
                weight, cue = weight_before, cue_before
        return max(weight, UNSAID), cue

    def carry(self, start: int, end: int) -> None:
        """Let the dates close behind the one at ``[start, end)``, which is not before publication, share its outlook."""
        following = bisect_right(self._tensed, start)
        if following < len(self._tensed) and self._tensed[following] - end < CARRY:
            weight, cue = self._weigh(start, end)
            if weight > UNSAID:
                self._carried = (end, min(weight, 1.0), cue)
