"""Where a section of boilerplate ends that a line has opened: a list of other articles, a digest, an address block."""

import re
from collections.abc import Sequence

LONGEST_SECTION = 60
"""Lines; longer lists of other articles stand only after the end of this one."""
TAIL = 600
"""Code points; a section may run to the end of a text if no more than this, or half of the text, would go."""


class Sections:
    """The lines of one text; the next end of each kind of section is looked for once, however many open."""

    def __init__(self, lines: Sequence[str], starts: Sequence[int]) -> None:
        self._lines, self._starts = lines, starts
        self._ends: dict[re.Pattern[str], int] = {}

    def find_end(self, index: int, until: re.Pattern[str], *, digest: bool) -> int:
        r"""Give the index of the last line of the section that line ``index`` opens and the first line that holds ``until`` follows.

        A section that has no end goes only from the tail of a text; a digest, which stands before its article, never does.

        >>> lines = ["相关阅读\n", "甲的十年\n", "正文从这里开始。\n"]
        >>> Sections(lines, [0, 5, 10, 19]).find_end(0, re.compile("。"), digest=False)
        1
        """
        end = self._ends.get(until, -1)
        if end <= index:
            later = range(index + 1, len(self._lines))
            end = next((line for line in later if until.search(self._lines[line].strip())), len(self._lines))
            self._ends[until] = end
        if end < len(self._lines):
            return end - 1 if digest or end - index <= LONGEST_SECTION else index
        rest = self._starts[-1] - self._starts[index]
        return end - 1 if not digest and rest <= max(TAIL, self._starts[-1] // 2) else index
