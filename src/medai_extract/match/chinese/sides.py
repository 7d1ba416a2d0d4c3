"""What is looked for left and right of a Chinese span: marks, and words that name a role or an action."""

import re
from bisect import bisect_left, bisect_right

from medai_extract.match.chinese.lexicon import Lexicon, any_of
from medai_extract.match.chinese.lookup import NOTHING, Found, Lookup, heads_of, tails_of
from medai_extract.match.chinese.weights import Part, Scale

SPACES = " \u3000\t"
OPEN, CLOSE = '“「『"‘《【', '”」』"’》】'
BEFORE = {
    char: f"left.{kind}"
    for kind, characters in (
        ("start", "。！？；\n"),
        ("comma", "，,：:"),
        ("bracket", "（("),
        ("bullet", "·①②③④⑤⑥|｜】—#@"),
        ("closing", "）)"),
        ("quoted", CLOSE.replace("】", "")),
    )
    for char in characters
}
AFTER = {
    char: f"right.{kind}"
    for kind, characters in (
        ("end", "。！？；\n"),
        ("comma", "，,：:"),
        ("bracket", "（("),
        ("closing", "）)"),
        ("opening", OPEN),
    )
    for char in characters
}
START, END, OF, MORE, LOOK, COLON = BEFORE["\n"], "end", "of", "more", "look", "colon"
"""What stands beside a span instead of a mark: nothing, 的, what may be skipped, what only a close look tells, or a field."""
Key = tuple[str | None, str, str, str]
"""A mark, what the tables say of the words beside it, and the letters of the word that touches the span."""


FAR = 10
"""Characters in which a word of the tables that does not touch a span still tells of it."""
_CLAUSE = re.compile("[，。！？；：、\n（）“”]")


class Sides:
    """What is looked for beside spans, and what was found to say how much."""

    def __init__(self, lexicon: Lexicon, scale: Scale) -> None:
        self.weigh = scale.weigh
        self.before = Lookup("before", lexicon.org_before, lexicon.product_before, tails_of)
        self.after = Lookup("after", lexicon.org_after, lexicon.product_after, heads_of)
        self.published, plans = tuple(lexicon.marks("published")), lexicon.marks("plan")
        self.plan = re.compile(rf"的?(?:{any_of(plans)})")
        self.documents = re.compile(
            rf"(?:{any_of(lexicon.marks('publishing'))})[^，。；：、\n]{{0,18}}?(?:{any_of(lexicon.marks('document'))})"
        )
        skipped = lexicon.marks("skipped")
        self.skippable = frozenset("0123456789昨（( \u3000").union(word[0] for word in skipped)
        self.skipped = re.compile(
            rf"(?:{any_of(skipped)}|(?:[0-9]{{4}}年)?[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?|昨（[0-9]+）日"
            r"|（[^（）\n]{1,24}）|\([^()\n]{1,24}\)|[ \u3000])*+"
        )
        more = [*self.skippable, "的", *(word[0] for word in plans)]
        self.marked_after = (
            AFTER | dict.fromkeys(more, MORE) | dict.fromkeys(CLOSE + "（(", LOOK) | {"\n": END}
        )
        self.versions = re.compile(rf"[vV][0-9.]+|{any_of(lexicon.marks('latin_version'))}")
        self.surnames = lexicon.surnames
        self.lefts: dict[Key, Part] = {}
        self.rights: dict[Key, Part] = {}


class Nearby:
    """What the tables say of the words of one text: ``before`` by the places where they end, ``after`` by those where they begin."""

    def __init__(self, sides: Sides, folded: str) -> None:
        self._folded = folded
        self.before, self.after = sides.before.by_end(folded), sides.after.by_start(folded)
        self._ends, self._starts = sorted(self.before), sorted(self.after)

    def further_left(self, start: int) -> Found:
        """Give what is said of the last word in the clause that does not touch what begins at ``start``: 接入|了第三方的|X."""
        at = bisect_left(self._ends, start) - 1
        if at < 0 or start - self._ends[at] > FAR:
            return NOTHING
        place = self._ends[at]
        return NOTHING if _CLAUSE.search(self._folded, place, start) else self.before[place]

    def further_right(self, end: int) -> Found:
        """Give what is said of the first word in the clause that does not touch what ends at ``end``: X|今年在上海|融资."""
        at = bisect_right(self._starts, end)
        if at == len(self._starts) or self._starts[at] - end > FAR:
            return NOTHING
        place = self._starts[at]
        return NOTHING if _CLAUSE.search(self._folded, end, place) else self.after[place]
