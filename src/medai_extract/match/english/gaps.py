"""What stands between two runs side by side: a comma or ``and`` of a list, a possessive, ``from``, a bracket."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from medai_extract.match.english.edges import Run
from medai_extract.match.marks import Marks

_LIST_GAP = re.compile(
    r"(?: \([^()]{1,24}\))?(?:,? (?:and|or|&|plus|as well as) (?:the )?|, (?:the )?|/|、|; )"
)
_COMPARED = re.compile(
    r",? (?:and|or|against|versus|to|with|compared with) (?:just |only |about )?[$€£¥]?\d[\d.,]*(?:%| per cent| percent)? (?:for|with|by|at|in) (?:the )?"
)
"""What stands between two of a kind and their figures: 0.94 for Zelvora and 0.91 for Tacit."""
_FROM = (" from ", " preferred ", " prefer ", " prefers ")
"""What makes to the joint of two of a kind: switched from Zelvora to Tacit."""
_LIST_STARTS = frozenset(" ,/、;")
_APOSTROPHES = frozenset("'’")
_LAST_GAP = re.compile(r" (?:and|or|plus|as well as) ")
_BRACKETS = frozenset("(（")
_OPENING, _CLOSING = frozenset(("(", "（", "(“", '("')), frozenset(("）", ")", ";", ","))
_DASHES, _OR = frozenset((" — ", " – ", "—", " - ")), frozenset((", or ", ", or the "))
_ENDS = frozenset("—–-,.;")
"""What may stand before and behind an acronym beside its name: the institute — NICE — …; the agency, or NMPA, …"""
_LONGEST = 48
Kind = Literal["list", "owner", "maker", "author", "employer", "alias", "companion", "seller"]
_PLAIN: Mapping[str, Kind] = {
    " from ": "maker", ", from ": "maker", ", whose ": "owner", " by ": "author", ", by ": "author", " of ": "employer", " with ": "companion", ", with ": "companion", " has ": "companion", " also has ": "companion", " now has ": "companion",
    ", which ": "seller", " that ": "seller", ", ": "list", " and ": "list", ", and ": "list", " versus ": "list", " vs ": "list", " vs. ": "list",
}  # fmt: skip


class Gap(msgspec.Struct, frozen=True, gc=False):
    """The text between the run of number ``right`` and the one before it, and what it makes of the two."""

    kind: Kind
    right: int
    text: str


class GapReader:
    """The reader of gaps."""

    def __init__(self, marks: Marks) -> None:
        self._possession = re.compile(rf"['’]s? (?:{marks.spell('owned_adjective')} )?")

    def read(self, text: str, runs: Sequence[Run]) -> list[Gap]:
        """Give the gaps that relate two runs."""
        gaps: list[Gap] = []
        for index, (left, right) in enumerate(pairwise(runs), 1):
            if 0 < right.start - left.end < _LONGEST:
                gap = text[left.end : right.start]
                kind = _PLAIN.get(gap) or self._kind_of(text, gap, left, right)
                if kind is not None and not (kind == "list" and _owns(text, left, right)):
                    gaps.append(Gap(kind, index, gap))
        return gaps

    def _kind_of(self, text: str, gap: str, left: Run, right: Run) -> Kind | None:
        first, end = gap[0], right.end
        if gap in _DASHES or gap in _OR:
            return "alias" if right.text.isupper() and text[end : end + 2].strip()[:1] in _ENDS else None
        if first in _APOSTROPHES:
            return "owner" if self._possession.fullmatch(gap) else None
        if first in _LIST_STARTS and (_LIST_GAP.fullmatch(gap) or _COMPARED.fullmatch(gap)):
            return "list"
        if gap == " to ":
            return "list" if text.endswith(_FROM, left.sentence.start, left.start) else None
        if (first in _BRACKETS or gap[1:2] in _BRACKETS) and gap.strip() in _OPENING:
            return "alias" if text[end : end + 2].lstrip('”"')[:1] in _CLOSING else None
        return None


def _owns(text: str, left: Run, right: Run) -> bool:
    """Say whether two runs side by side are the thing of one and the owner of another: Aa's X and Bb's Y."""
    apostrophe = text[right.end : right.end + 1] in _APOSTROPHES
    return apostrophe and text[max(left.start - 3, 0) : left.start] in ("'s ", "’s ")


def find_lists(gaps: Sequence[Gap]) -> Iterator[tuple[list[int], str]]:
    """Give the numbers of runs that are set side by side, A, B (US) and C, with the last gap.

    >>> gaps = [Gap("list", 1, ", "), Gap("list", 2, " and "), Gap("list", 3, ", "), Gap("list", 4, " and ")]
    >>> list(find_lists(gaps))
    [([0, 1, 2], ' and '), ([3, 4], ' and ')]
    """
    group: list[int] = []
    joint = ""
    for gap in gaps:
        if gap.kind != "list":
            continue
        index = gap.right
        if group and group[-1] == index - 1:
            if len(group) == 1 or not _LAST_GAP.search(joint) or _LAST_GAP.search(gap.text):
                group.append(index)
                joint = gap.text
                continue
            following = [index]
        else:
            following = [index - 1, index]
        if len(group) > 1:
            yield group, joint
        group, joint = following, gap.text
    if len(group) > 1:
        yield group, joint
