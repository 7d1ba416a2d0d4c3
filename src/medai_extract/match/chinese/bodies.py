"""Where the names of bodies begin: hospitals, offices, courts, schools, associations, banks and firms with a legal form.

A strong head makes a name near certain, so only its left edge is to be found: after a mark, after a word that governs a name
(由|, 诉|, 采购|), where a place begins.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from daachorse import MATCH_KIND_LEFTMOST_LONGEST, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.chinese.borders import Borders, Edge
from medai_extract.match.chinese.breaks import CROSSED, NAMED, WITHIN, Breaks, Root
from medai_extract.match.chinese.lexicon import Lexicon
from medai_extract.match.chinese.words import Words

LONGEST_WORDS, LONGEST = 16, 40
"""The size of the longest name, in words and in characters."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_BRACKET = re.compile(r"[（(][\u3400-\u9fff]{2,6}[）)]$")
_MARKS = {"：": "label", ":": "label", "、": "list", "\n": "line"} | dict.fromkeys("（(“「『《【", "opening")
_STUB = 2
"""The characters before a head that are too few for a name."""
_SIDES = frozenset("东西南北")
"""Characters that end names of regions."""
_BODIES = frozenset(("legal", "hospital", "school", "government", "association", "institute"))
_TAIL = re.compile(r"[（(](?:有限合伙|特殊普通合伙)[）)]")
_TAILED = frozenset(("legal", "centre"))
"""Kinds of bodies whose legal form may stand in brackets."""
_DIVISIONS = {
    "government": re.compile("[\u3400-\u9fff]{2,6}?(?:处|司)(?![理方机罚])"),
    "school": re.compile("[\u3400-\u9fff]{2,4}?(?:系|院)(?![列统长士])"),
}
"""What follows the name of an office or a school as its division: 卫生健康委员会|精神卫生处."""


class Bodies:
    """The grammar of the names of bodies."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon, self._breaks = lexicon, Breaks(lexicon)
        kinds = {word: kind for word, kind in lexicon.org_heads.items() if kind in _BODIES and len(word) > 1}
        kinds |= dict.fromkeys(lexicon.marks("body_head"), "centre")
        for word in lexicon.marks("body_not"):
            kinds.pop(word, None)
        self._kinds = kinds | dict.fromkeys(lexicon.marks("body_generic"), "")
        self._heads = CharwiseDoubleArrayAhoCorasick(sorted(self._kinds), MATCH_KIND_LEFTMOST_LONGEST)
        self._sinking, self._glued = lexicon.marks("body_sinking"), lexicon.marks("body_glued")
        self._countries, self._national = lexicon.marks("country"), lexicon.marks("national")
        self._place_ends = lexicon.marks("place_end")

    def of(self, words: Words) -> Borders:
        """Give the edges of the names of bodies in an article."""
        edges: dict[int, Edge] = {}
        folded = words.folded
        for start, end, _ in self._heads.find(folded) if words.starts else ():
            kind = self._kinds[folded[start:end]]
            # 医院|心电中心 is no body of its own.
            if not kind or (folded[start:end] == "中心" and self._kinds.get(folded[start - 2 : start])):
                continue
            edge = self._edge(words, start, kind)
            if edge is not None and edges:
                edge = self._behind(words, edge, start, edges)
            tail = _TAIL.match(folded, end) if kind in _TAILED else None
            end = tail.end() if tail is not None else end
            if edge is None or end - edge.start > LONGEST:
                continue
            if start - edge.start >= 2 or folded[edge.start] in self._place_ends:
                edges[end] = edge
                division = _DIVISIONS[kind].match(folded, end) if kind in _DIVISIONS else None
                if division is not None and self._is_division(words, end, division.end()):
                    edges[division.end()] = edge._replace(how="division")
        return Borders(edges)

    def _behind(self, words: Words, edge: Edge, head: int, edges: dict[int, Edge]) -> Edge | None:
        """Let a name begin behind the last body within it where that is joined to it, and be none where an adverb parts them.

        国家卫生健康委|和|国家中医药局; 杨浦区人民法院|最终|判|医院.
        """
        end = next(reversed(edges))
        if not edge.start <= edges[end].start or end >= head:
            return edge
        if words.folded[end] in WITHIN and words.folded[end + 1] not in WITHIN and head - end > _STUB:
            return edge._replace(start=end + 1, how="and", other=edge.start)
        first, last = words.locate(end, head)
        parted = any(words.codes[at] == "B" and words.tags[at] == "d" for at in range(first, last))
        return None if parted else edge

    def _is_division(self, words: Words, start: int, end: int) -> bool:
        first, last = words.locate(start, end)
        return words.starts[first] == start and "B" not in words.codes[first:last]

    def _edge(self, words: Words, head: int, kind: str) -> Edge | None:
        """Find the left edge of the name that ends in the head which begins at ``head``."""
        first, last, how = self._stretch(words, head)
        if last == first:
            return None
        places = dict(self._places(words, first, last))
        root = Root(words, first, last, head, kind, how, places)
        inside = frozenset(at for begin, stop in places.items() for at in range(begin, stop))
        other = -1
        for at in range(last - 1, first - 1, -1):
            broken = self._breaks.at(root, at) if at not in inside else ""
            if broken == CROSSED:
                other = words.end(at) if other < 0 else other
            elif broken:
                how, first = broken, at + 1
                break
            elif at > first and (size := self._sunk(words, at)):
                return Edge(words.starts[at] + size, "glued", words.starts[first], kind=kind)
        return (
            self._begin(root, first, Edge(words.starts[first], how, other, kind=kind))
            if first < last
            else None
        )

    def _begin(self, root: Root, first: int, edge: Edge) -> Edge:
        """Leave out what stands before the name though nothing breaks it off: a preposition, what has a place behind it, a country."""
        words, last = root.words, root.last
        if glued := self._unglued(words, first, last):
            return edge._replace(start=edge.start + glued, how="glued", other=edge.start)
        for begin in sorted(root.places):
            if first < begin < last and self._opens(words, begin, root.places[begin]):
                if words.folded_word(begin - 1)[-1] in self._glued:
                    return edge._replace(start=words.starts[begin], how="place", other=edge.start)
                edge = edge._replace(other=words.starts[begin])
                break
        if words.folded_word(first) in self._countries and last > first + 1:
            code, word = words.codes[first + 1], words.folded_word(first + 1)
            runs_on = code == "H" and words.end(first + 1) > root.head > words.starts[first + 1]
            if runs_on or (code in NAMED and not self._lexicon.is_generic(word)):
                return edge._replace(start=words.end(first), how="country", other=edge.start)
        return edge._replace(named=self._breaks.is_named(root, first))

    def _sunk(self, words: Words, at: int) -> int:
        """Give how many characters of an unknown word stand before the name: 保由|鼎平."""
        word = words.folded_word(at)
        if words.codes[at] != "X" or len(word) < 4:
            return 0
        return max((k + 1 for k in range(len(word) - 2) if word[k] in self._sinking), default=0)

    def _opens(self, words: Words, begin: int, end: int) -> bool:
        """Say whether a place inside a stretch may begin the name: not behind a head, a place or a lone character."""
        before, size = begin - 1, words.end(end - 1) - words.starts[begin]
        previous = words.folded_word(before)
        if len(previous) < 2 or previous[-1] in _SIDES or previous in self._national:
            return False
        return size > 1 and not self._breaks.ends_body(words, before) and words.codes[before] not in "PK"

    def _stretch(self, words: Words, head: int) -> tuple[int, int, str]:
        """Give the words before a head, also the one that holds it and more, as far as a mark, and which mark that is."""
        folded, starts = words.folded, words.starts
        first = last = bisect_left(starts, head)
        while first > max(last - LONGEST_WORDS, 0):
            begin = starts[first] if first < last else head
            end = words.end(first - 1)
            if (
                end < begin
                or (first < last and not words.joins(first))
                or (first == last and begin in words.openings)
            ):
                break
            char = folded[min(end, begin) - 1]
            if char in "）)":
                bracket = _BRACKET.search(folded, max(end - 8, 0), end)
                if bracket is None:
                    break
                first = bisect_left(starts, bracket.start())
            elif char.isalnum() or (char in "·・" and first > 1 and words.joins(first - 1)):
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
            if len(word) == 1 and not is_end and self._begins_place(words, at, last):
                continue
            begin, size = at, len(word) - is_end
            while is_end and begin > reached and size < 2 and words.joins(begin):
                before = words.folded_word(begin - 1)
                if len(before) > 2 or before in self._breaks.governing or words.tags[begin - 1] in "pux":
                    break
                begin -= 1
                size += len(words.surfaces[begin])
            is_place = 2 <= size <= 4 and _HAN.fullmatch(words.folded, words.starts[begin], words.end(at))
            if (is_place or code == "P") and words.folded[words.starts[begin] - 1] not in "（(":
                yield begin, at + 1
                reached = at + 1

    def _begins_place(self, words: Words, at: int, last: int) -> bool:
        """Say whether a place of one character is the beginning of a longer one: 琅|东市."""
        following = words.folded_word(at + 1) if at + 1 < last else ""
        return len(following) == 2 and following[-1] in self._place_ends and words.joins(at + 1)

    def _unglued(self, words: Words, first: int, last: int) -> int:
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
