"""Where the names of bodies begin: hospitals, offices, courts, schools, associations, banks and firms with a legal form.

A strong head makes a name near certain, so only its left edge is to be found: after a mark, after a word that governs a name
(由|, 诉|, 采购|), where a place begins. A break inside is believed where what follows it is no name on its own: 方言|保护|协会.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from daachorse import MATCH_KIND_LEFTMOST_LONGEST, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.chinese_lexicon import HEAD, TYPE, TYPE_AND_HEAD, Lexicon
from medai_extract.match.chinese_lookup import longest_suffix
from medai_extract.match.chinese_words import Words

LONGEST_WORDS, LONGEST = 16, 40
"""The size of the longest name, in words and in characters."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_BRACKET = re.compile(r"[（(][\u3400-\u9fff]{2,6}[）)]$")
_NAMED, _BEGINNING = frozenset("PXRZYL"), frozenset("PXRZL")
"""Letters of the words that tell a name from others, and of those that begin one."""
_MARKS = {"：": "label", ":": "label", "、": "list", "\n": "line"} | dict.fromkeys("（(“「『《【", "opening")
_SIDES, _WITHIN = frozenset("东西南北"), frozenset("和与")
"""Characters that end names of regions, and the conjunctions that stand inside names."""
_NUMBERED = frozenset(("hospital", "legal"))
_CLOSED = frozenset("dtrpuy")
"""Letters of the parts of speech that no name of a body holds, other than conjunctions."""
_BODIES = frozenset(("legal", "hospital", "school", "government", "association", "institute"))
_TAIL = re.compile(r"[（(](?:有限合伙|特殊普通合伙)[）)]")
_TAILED = frozenset(("legal", "centre"))
CROSSED, SURE = "crossed", "body.sure"
_DIVISIONS = {
    "government": re.compile("[\u3400-\u9fff]{2,6}?(?:处|司)(?![理方机罚])"),
    "school": re.compile("[\u3400-\u9fff]{2,4}?(?:系|院)(?![列统长士])"),
}
"""What follows the name of an office or a school as its division: 卫生健康委员会|精神卫生处."""


class Edge(NamedTuple):
    """Where the name begins that ends in a head, how that is known, and the other place where it may begin."""

    start: int
    how: str
    other: int
    named: bool = True


class Bodies:
    """The grammar of the names of bodies."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        kinds = {word: kind for word, kind in lexicon.org_heads.items() if kind in _BODIES and len(word) > 1}
        kinds |= dict.fromkeys(lexicon.marks("body_head"), "centre")
        for word in lexicon.marks("body_not"):
            kinds.pop(word, None)
        kinds |= dict.fromkeys(lexicon.marks("body_generic"), "")
        self._kinds = kinds
        self._heads = CharwiseDoubleArrayAhoCorasick(sorted(kinds), MATCH_KIND_LEFTMOST_LONGEST)
        self._governing = lexicon.marks("body_before") | frozenset(
            word
            for word, kind in (*lexicon.org_before.items(), *lexicon.product_before.items())
            if kind in ("deal", "by", "with", "launch", "use")
        )
        self._sinking = lexicon.marks("body_sinking")
        self._opening = lexicon.marks("body_opening")
        self._glued = lexicon.marks("body_glued")
        self._joining = lexicon.marks("body_and")
        self._countries, self._national = lexicon.marks("country"), lexicon.marks("national")
        self._national_openings = tuple(self._national)
        self._place_ends = lexicon.marks("place_end")

    def of(self, words: Words) -> "Borders":
        """Give the edges of the names of bodies by their ends."""
        edges: dict[int, Edge] = {}
        folded = words.folded
        for start, end, _ in self._heads.find(folded) if words.starts else ():
            kind = self._kinds[folded[start:end]]
            if not kind:
                continue
            tail = _TAIL.match(folded, end) if kind in _TAILED else None
            end = tail.end() if tail is not None else end
            edge = self._edge(words, start, kind)
            if edge is None or end - edge.start > LONGEST:
                continue
            if folded[start:end] == "中心" and self._kinds.get(folded[start - 2 : start]) == "hospital":
                continue
            if start - edge.start >= 2 or folded[edge.start] in self._place_ends:
                edges[end] = edge
                division = _DIVISIONS[kind].match(folded, end) if kind in _DIVISIONS else None
                if division is not None and self._is_division(words, end, division.end()):
                    edges[division.end()] = edge._replace(how="division")
        return Borders(edges)

    def _is_division(self, words: Words, start: int, end: int) -> bool:
        first, last = words.locate(start, end)
        return words.starts[first] == start and "B" not in words.codes[first:last]

    def _edge(self, words: Words, head: int, kind: str) -> Edge | None:
        """Find the left edge of the name that ends in the head which begins at ``head``."""
        first, last, how = self._stretch(words, head)
        if last == first:
            return None
        root = _Root(words, head, kind, last)
        places = dict(self._places(words, first, last))
        inside = frozenset(at for begin, stop in places.items() for at in range(begin, stop))
        at, other = last - 1, -1
        while at >= first:
            if at not in inside and (broken := self._break(root, at, first, how, places)):
                if broken != CROSSED:
                    how, first = broken, at + 1
                    break
                other = words.end(at) if other < 0 else other
            elif at > first and (size := self._sunk(words, at)):
                return Edge(words.starts[at] + size, "glued", words.starts[first])
            at -= 1
        if first >= last:
            return None
        start = words.starts[first]
        if glued := self._unglue(words, first, last):
            return Edge(start + glued, "glued", start)
        for begin in sorted(places):
            if first < begin < last and self._opens(words, begin):
                if words.folded_word(begin - 1)[-1] in self._glued:
                    return Edge(words.starts[begin], "place", start)
                other = words.starts[begin]
                break
        following = words.codes[first + 1 : first + 2]
        if words.folded_word(first) in self._countries and following:
            names_place = (
                following in _NAMED and not self._lexicon.is_generic(words.folded_word(first + 1))
            ) or (following == "H" and words.starts[first + 1] < head)
            if last > first + 1 and names_place:
                return Edge(words.end(first), "country", start)
        return Edge(start, how, other, self._is_named(words, first, last))

    def _is_named(self, words: Words, first: int, last: int) -> bool:
        if words.folded_word(first).startswith(self._national_openings):
            return True
        return not _NAMED.isdisjoint(words.codes[first:last]) and self._core(words, first, last) > 1

    def _sunk(self, words: Words, at: int) -> int:
        """Give how many characters of an unknown word stand before the name: 保由|鼎平."""
        word = words.folded_word(at)
        if words.codes[at] != "X" or len(word) < 4:
            return 0
        return max((k + 1 for k in range(len(word) - 2) if word[k] in self._sinking), default=0)

    def _opens(self, words: Words, begin: int) -> bool:
        """Say whether a place inside a stretch may begin the name: not behind a head, a place or a lone character."""
        before, place = begin - 1, words.folded_word(begin)
        previous = words.folded_word(before)
        if len(previous) < 2 or previous[-1] in _SIDES or previous in self._national:
            return False
        return len(place) > 1 and not self._ends_body(words, before) and words.codes[before] not in "PK"

    def _stretch(self, words: Words, head: int) -> tuple[int, int, str]:
        """Give the words before a head, also the one that holds it and more, as far as a mark, and which mark that is."""
        folded, starts = words.folded, words.starts
        first = last = bisect_left(starts, head)
        while first > max(last - LONGEST_WORDS, 0):
            begin = starts[first] if first < last else head
            end = words.end(first - 1)
            if end < begin or (first < last and not words.joins(first)) or (first == last and begin in words.openings):
                break
            char = folded[min(end, begin) - 1]
            if char in "）)":
                bracket = _BRACKET.search(folded, max(end - 8, 0), end)
                if bracket is None:
                    break
                first = bisect_left(starts, bracket.start())
            elif char in "·・" and first > 1 and words.joins(first - 1) and _HAN.match(folded, end - 2):
                first -= 1
            elif char.isalnum():
                first -= 1
            else:
                break
        at = starts[first] if first < len(starts) else len(folded)
        return first, last, _MARKS.get(folded[at - 1], "mark") if at else "line"

    def _places(self, words: Words, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Give the places in a stretch as ranges of words, also those that no dictionary has: 鹤鸣|县, 合|淝|市, 渝|江省."""
        reached = first
        for at in range(first, last):
            word, code = words.folded_word(at), words.codes[at]
            is_end = word[-1] in self._place_ends
            if at < reached or not (code == "P" or word in self._place_ends):
                continue
            begin, size = at, len(word) - is_end
            while is_end and begin > reached and size < 2 and words.joins(begin):
                before = words.folded_word(begin - 1)
                if len(before) > 2 or before in self._governing or words.tags[begin - 1] in "pu":
                    break
                begin -= 1
                size += len(words.surfaces[begin])
            is_place = 2 <= size <= 4 and _HAN.fullmatch(words.folded, words.starts[begin], words.end(at))
            if (is_place or code == "P") and words.folded[words.starts[begin] - 1] not in "（(":
                yield begin, at + 1
                reached = at + 1

    def _break(self, root: "_Root", at: int, first: int, how: str, places: Mapping[int, int]) -> str:
        """Say how word ``at`` ends the name to its right: not at all, with what certainty, or that the name runs over it."""
        words, last = root.words, root.last
        word, code, tag = words.folded_word(at), words.codes[at], words.tags[at]
        if code == "K" or not _HAN.match(word):
            return "number" if code == "B" and word.isdecimal() and root.kind not in _NUMBERED else ""
        if words.end(at) > root.head:
            return ""
        size, core = root.head - words.end(at), self._core(words, at + 1, last)
        begins = at + 1 in places or (at + 1 < last and words.codes[at + 1] in _BEGINNING)
        if word in self._joining:
            if at == first and (core < 2 or (word == "和" and how in ("label", "opening"))):
                return ""
            if not begins and at in places.values():
                return ""
            parts = at > first and not begins and not self._ends_body(words, at - 1)
            return CROSSED if word in _WITHIN and parts and self._anchored(words, first, at, places) else "and"
        if word in self._opening and at == first:
            return "governed"
        closed = code == "B" and tag in _CLOSED and (len(word) > 1 or tag in "pu" or word in self._glued)
        if closed and size < 2 and tag == "d" and self._anchored(words, first, at, places):
            return CROSSED
        if word in self._governing or closed:
            return "" if size < 2 and at == first and len(word) == 1 else "governed"
        if code in "TG" and words.roles[at] in (TYPE, TYPE_AND_HEAD):
            return "type" if begins else ""
        named = begins or any(words.codes[k] in _NAMED for k in range(at + 1, last))
        if code == "T":
            return "title" if named else ""
        if code == "H" and word.endswith("公司") and root.kind == "legal" and begins and core >= 2:
            return "after"
        if code != "B":
            return ""
        if root.kind == "legal" and (len(word) == 1 or at == first or core < 2):
            return CROSSED
        if len(word) == 1 and not begins:
            return CROSSED
        if tag == "m" and root.kind == "legal" and self._anchored(words, first, at, places):
            return CROSSED
        if begins and core >= 2:
            return "word"
        if core == 0 and words.codes[first] in _NAMED:
            return CROSSED
        return CROSSED if self._anchored(words, first, at, places) else "word" if named else "plain"

    def _anchored(self, words: Words, first: int, last: int, places: Mapping[int, int]) -> bool:
        """Say whether what stands left of a break begins like the name of a body, without another break."""
        for at in range(last - 1, first - 1, -1):
            if at in places or words.folded_word(at) in self._national or self._ends_body(words, at):
                return True
            if words.codes[at] == "B" and len(words.surfaces[at]) > 1:
                return False
        return any(begin < last for begin in places)

    def _ends_body(self, words: Words, at: int) -> bool:
        if words.codes[at] != "H":
            return False
        return words.roles[at] in HEAD or longest_suffix(words.folded_word(at), self._lexicon.institution_heads, 8) != ""

    def _core(self, words: Words, first: int, last: int) -> int:
        """Give the size of a root without the words of a trade or a field that end it."""
        while last > first and words.folded_word(last - 1) in ")）":
            last = max(last - 3, first)
        while last > first and not self._ends_body(words, last - 1) and (
            words.codes[last - 1] in "HGK" or self._lexicon.is_generic(words.folded_word(last - 1))
        ):
            last -= 1
        return words.end(last - 1) - words.starts[first] if last > first else 0

    def _unglue(self, words: Words, first: int, last: int) -> int:
        """Give how many characters of the first word stand before the name: 把绍州, 方深湾, 保由鼎平."""
        word = words.folded_word(first)
        if words.codes[first] not in "XP" or len(word) < 2 or self._lexicon.has_word(word):
            return 0
        size = max((k + 1 for k in range(min(2, len(word) - 1)) if word[k] in self._glued), default=0)
        rest = len(word) - size
        if size and word[size:] in self._place_ends:
            return size
        following = len(words.surfaces[first + 1]) if first + 1 < last else 0
        return size if size and (rest >= 2 or (following and size == 1)) else 0


class _Root(NamedTuple):
    """What stands before a head: the words up to ``last`` of a text, where the head begins and its kind."""

    words: Words
    head: int
    kind: str
    last: int


class Borders:
    """The names of bodies of one article, and what they say of the spans that meet them."""

    def __init__(self, edges: Mapping[int, Edge]) -> None:
        self.edges = edges
        self._ends = sorted(edges)

    def spans(self) -> Iterator[tuple[int, int]]:
        """Give the names, each with the other place where it may begin."""
        for end, edge in self.edges.items():
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
        return (SURE if edge.named else "body.plain", f"body.sure.{edge.how}")
