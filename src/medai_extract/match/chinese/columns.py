"""Places of names in rows that are alike: tables, lists of deals, interviews and forms, whose lines open with the same marks."""

import re
from collections import defaultdict

WIDEST = 12
"""How far from the beginning of its line a name of a column may stand."""
_DIGITS = re.compile("[0-9]+")
_PROSE = re.compile(r"[\u3400-\u9fffa-z]")
_ENDS = frozenset("，、：:（(｜|—-\n；; \u3000\t）)")


def column_of(folded: str, start: int, end: int) -> str | None:
    r"""Give what all names of a column share: what their lines open with, and the mark behind them.

    >>> text = "1｜同棹（南通）\n2｜微基因（深圳）\n微基因的报告"
    >>> column_of(text, 2, 4), column_of(text, 11, 14), column_of(text, 19, 22)
    ('0｜ （', '0｜ （', None)
    """
    following = folded[end : end + 1] or "\n"
    if following not in _ENDS or (start and "\u3400" <= folded[start - 1] <= "\u9fff"):
        return None
    opening = folded.rfind("\n", max(start - WIDEST, 0), start) + 1
    if not opening and start > WIDEST:
        return None
    before = _DIGITS.sub("0", folded[opening:start])
    if _PROSE.search(before) or (not before and following == "\n"):
        return None
    return f"{before} {following}"


class Columns:
    """The likely names of each column of an article."""

    def __init__(self) -> None:
        self._names: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)

    def enter(self, column: str, start: int, label: str) -> None:
        """Enter the place of a likely name."""
        self._names[column].append((start, label))

    def tell(self, column: str, start: int) -> list[str]:
        """Say what the other names of its column make of a guess.

        >>> columns = Columns()
        >>> for start in (0, 20, 40):
        ...     columns.enter("0｜ （", start, "org")
        >>> columns.tell("0｜ （", 20), columns.tell("0｜ （", 60), columns.tell("  ：", 20)
        (['column.org.two'], ['column.org.many'], [])
        """
        names = self._names.get(column)
        if not names:
            return []
        found = []
        for label in ("org", "product"):
            count = len({at for at, kind in names if kind == label and at != start})
            if count:
                found.append(f"column.{label}.{('one', 'two', 'many')[min(count, 3) - 1]}")
        return found
