"""What stands left and right of the Chinese spans of a text, weighed, and whether they cut a run of words."""

import re
from collections.abc import Iterable, Iterator
from string import ascii_lowercase

from medai_extract.match.chinese.lexicon import CODES, HEAD, PROPER
from medai_extract.match.chinese.lookup import NOTHING, Found
from medai_extract.match.chinese.sides import (
    AFTER,
    BEFORE,
    CLOSE,
    COLON,
    END,
    LOOK,
    MORE,
    OF,
    OPEN,
    SPACES,
    START,
    Nearby,
    Sides,
)
from medai_extract.match.chinese.tables import headed_cells
from medai_extract.match.chinese.weights import Part
from medai_extract.match.chinese.words import Words
from medai_extract.model import Span

_CODE = re.compile(
    r"[（(](?:[0-9]{4,6}(?:\.[A-Z]{2})?[）)]|(?:NASDAQ|NYSE|HK|SH|SZ|[A-Z]{2,6})[:：]"
    r"|[^（）]{0,12}[0-9]{4,6}\.(?:HK|SH|SZ|SS))"
)
_TAUGHT = re.compile(r"[（(](?:以下|下文)?(?:统称|簡稱|简称|下称|称)")
_FIELD = re.compile(r"[\n\u3000；;|｜][^\n\u3000；;|｜：:，。]{2,8}[：:]$")
"""The name of a field that opens a line or a cell: 供应商名称："""
_HEADED = re.compile(
    r"[\u3400-\u9fff]{0,6}?(?:系统|平台|大模型|模型|助手|机器人|软件|小程序|智能体|工作台|引擎|应用|App|APP|app)"
)
_MARKED_BEFORE = BEFORE | dict.fromkeys(SPACES + OPEN, LOOK) | {"的": OF, "：": COLON, ":": COLON}
# Evidence is looked up by identity and hash, so its names are made once.
_LEFT_CUTS = {code: f"left.cut.{code}" for code in CODES}
_LEFT_QUOTES = {code: f"left.quote.{code}" for code in CODES}
_RIGHT_CUTS = {code: f"right.cut.{code}" for code in CODES}
_LEFT_TAGS = {tag: f"left.tag.{tag.lower()}" for tag in (*ascii_lowercase, PROPER)}
_RIGHT_TAGS = {tag: f"right.tag.{tag.lower()}" for tag in (*ascii_lowercase, PROPER)}
_OWNERS = {code: f"before.of.{code}" for code in "HLXZY"}
_SPEAKS_OF_FIRM = frozenset(("role", "say", "act", "fund", "market", "report", "owner"))


class Surroundings:
    """What stands beside the words of one text, weighed.

    Most sides hold nothing but a mark, a word of the tables and the word that touches the span, of which there are few
    combinations; only where there is more is the evidence gathered piece by piece.
    """

    def __init__(self, sides: Sides, words: Words) -> None:
        self._sides, self._words = sides, words
        self._nearby = Nearby(sides, words.folded)
        self._before, self._after = self._nearby.before, self._nearby.after
        self._heads = headed_cells(words.folded)
        self.lefts: dict[int, Part] = {}
        self.rights: dict[int, Part] = {}

    def headed(self, start: int, end: int) -> list[str]:
        """Say what the head of its column makes of a span that fills a cell: | 公司 | 代表产品 |."""
        head = self._heads.get(Span(start, end))
        return [] if head is None else _as_field(self._before.get(head, NOTHING))

    def look(self, firsts: Iterable[int], lasts: Iterable[int]) -> None:
        """Weigh what stands left of these words and right before those."""
        self._look_left(firsts)
        self._look_right(lasts)

    def _look_left(self, firsts: Iterable[int]) -> None:
        words, known, before, lefts = self._words, self._sides.lefts, self._before, self.lefts
        folded, surfaces, starts, openings = words.folded, words.surfaces, words.starts, words.openings
        codes, tags, sizes, marked = words.codes, words.tags, words.sizes, _MARKED_BEFORE
        surnames = self._sides.surnames
        for first in firsts:
            start = starts[first]
            mark = marked.get(folded[start - 1]) if start else START
            types = before[start].key if start in before else ""
            types = f"{types} < {self._nearby.further_left(start).key}"
            if mark is not None:
                if mark == LOOK:
                    lefts[first] = self.left(start, first)
                    continue
                if mark == COLON and _FIELD.search(folded, max(start - 11, 0), start):
                    types = f"{types} : {before.get(start - 1, NOTHING).key}"
                if mark == OF:
                    types = f"{types} {codes[first - 2 : first - 1]}"
            if start in openings or not first or starts[first - 1] + len(surfaces[first - 1]) != start:
                key = mark, types, "", ""
            else:
                if codes[first - 1] == "B" and sizes[first - 1] == "\x01" and (lone := self._lone(first - 1)):
                    types = f"{types} {lone}"
                if codes[first - 1] == "P" and codes[first] == "L":
                    types = f"{types} L"
                if sizes[first - 1] == "\x01" and folded[start - 1] in surnames:
                    types = f"{types} S"
                key = mark, types, codes[first - 1], tags[first - 1]
            if key not in known:
                known[key] = self.left(start, first)
            lefts[first] = known[key]

    def _look_right(self, lasts: Iterable[int]) -> None:
        words, known, after, rights = self._words, self._sides.rights, self._after, self.rights
        folded, surfaces, starts = words.folded, words.surfaces, words.starts
        codes, tags, roles = words.codes, words.tags, words.roles
        marked, count, size = self._sides.marked_after, len(words.starts), len(words.folded)
        for last in lasts:
            end = starts[last - 1] + len(surfaces[last - 1])
            mark = marked.get(folded[end]) if end < size else END
            types = after[end].key if end in after else ""
            types = f"{types} > {self._nearby.further_right(end).key}"
            if mark is not None:
                if mark == LOOK:
                    rights[last] = self.right(end, last)
                    continue
                if mark == MORE:
                    types = f"{types} … {self._behind(end).key} {self._is_plan(end)} {codes[last - 1] == 'L'}"
            if last < count and codes[last] == "L" and self._before_version(end, last):
                types = f"{types} V"
            if end in after and self._publishes(after[end], end):
                types = f"{types} D"
            if last == count or starts[last] != end or mark == END:
                key = mark, types, "", ""
            else:
                # Of a head it matters what it heads, of other words their part of speech.
                key = mark, types, codes[last], roles[last] if codes[last] == "H" else tags[last]
            if key not in known:
                known[key] = self.right(end, last)
            rights[last] = known[key]

    def left(self, start: int, first: int, *, in_quotes: bool = False) -> Part:
        """Weigh what stands left of ``start`` and of word ``first``; ``in_quotes`` says how the span was found."""
        return self._sides.weigh(tuple(self._gather_left(start, first, in_quotes)))

    def right(self, end: int, last: int) -> Part:
        """Weigh what stands right of ``end``, where word ``last`` begins."""
        return self._sides.weigh(tuple(self._gather_right(end, last)))

    def _gather_left(self, start: int, first: int, in_quotes: bool) -> list[str]:
        words = self._words
        folded = words.folded
        at = _skip_back(folded, start)
        previous = folded[at - 1] if at else "\n"
        found = []
        quoted = previous in OPEN
        if quoted:
            found.append("left.title_mark" if previous == "《" else "left.quote")
            at = _skip_back(folded, at - 1)
            if folded.endswith(self._sides.published, max(at - 3, 0), at):
                found.append("left.published")
            previous = folded[at - 1] if at else "\n"
        if previous in BEFORE:
            found.append(BEFORE[previous])
        types = self._before.get(at, NOTHING)
        found += types.evidence
        found += self._nearby.further_left(start).further
        if previous in "：:" and _FIELD.search(folded, max(at - 11, 0), at):
            found += _as_field(self._before.get(at - 1, NOTHING))
        if quoted and types.product and types.product != "use":
            found.append("quoted.product")
        if previous == "的":
            owner = words.codes[first - 2] if first > 1 else "B"
            found += ["before.of", _OWNERS.get(owner, "before.of.other")]
        if in_quotes or words.starts[first] != start or not words.joins(first):
            found.append("left.whole")
        else:
            found += self._left_word(first, self._before.get(start, NOTHING))
            if words.sizes[first - 1] == "\x01" and previous in self._sides.surnames:
                # 章|听澜: the segmenter cuts family names off.
                found.append("left.surname")
        opening = first - 1
        if (
            quoted
            and opening > 0
            and words.starts[opening] + 1 == start
            and words.starts[opening] not in words.openings
        ):
            found.append(_LEFT_QUOTES[words.codes[opening - 1]])
        return found

    def _left_word(self, first: int, types: Found) -> list[str]:
        """Weigh the word that touches the span: a generic noun that ends what is said of the name, or a part of a longer one."""
        code = self._words.codes[first - 1]
        if code in "GHT" and types.org:
            return ["left.after_type"]
        if code in "GHT" and types.product:
            return ["left.after_product_type"]
        if code != "B":
            # A country before a Latin name is no part of it: 印尼|Siloam.
            return ["left.place" if code == "P" and self._words.codes[first] == "L" else _LEFT_CUTS[code]]
        tag, lone = _LEFT_TAGS[self._words.tags[first - 1]], self._lone(first - 1)
        return [_LEFT_CUTS[code], tag, f"{tag}.{lone}"] if lone else [_LEFT_CUTS[code], tag]

    def _lone(self, at: int) -> str:
        """Say whether word ``at`` is a character that ends names and follows a mark: 、同|棹创投. It may begin the name."""
        words = self._words
        if words.sizes[at] != "\x01" or words.codes[at] != "B":
            return ""
        start = words.starts[at]
        if not "\u3400" <= words.folded[start] <= "\u9fff":
            return ""
        previous = words.folded[start - 1] if start else "\n"
        return "listed" if previous == "、" else "" if "\u3400" <= previous <= "\u9fff" else "lone"

    def _gather_right(self, end: int, last: int) -> list[str]:
        words = self._words
        folded = words.folded
        found = []
        at = end
        following = folded[at : at + 1]
        if following and following in CLOSE:
            found.append("right.quote")
            at += 1
            if _HEADED.match(folded, at):
                found.append("right.quote.headed")
            following = folded[at : at + 1]
        if following in ("（", "("):
            # Stock codes need capitals.
            if _CODE.match(words.text, at):
                found.append("right.code")
            elif _TAUGHT.match(folded, at):
                found.append("right.taught")
        mark = AFTER.get(following or "\n")
        if mark is not None:
            found.append(mark)
        touching = self._after.get(at, NOTHING)
        found += self._told(touching, at, skips=following in self._sides.skippable)
        found += self._nearby.further_right(end).further
        if self._is_plan(at):
            # Gleason|评分, Budd-Chiari|综合征
            found.append("right.plan.latin" if words.codes[last - 1] == "L" else "right.plan")
        if self._before_version(end, last):
            found.append("right.version")
        if last == len(words.starts) or words.starts[last] != end or words.text[end] == "\n":
            found.append("right.whole")
            return found
        return found + self._right_word(last, touching)

    def _told(self, touching: Found, at: int, *, skips: bool) -> Iterator[str]:
        """Say what the tables tell of the words at ``at``, or behind what may be skipped there."""
        behind = self._behind(at) if skips else NOTHING
        if org := touching.org or behind.org:
            yield f"after.org.{org}"
        if product := touching.product or behind.product:
            yield f"after.product.{product}"
        if self._publishes(touching, at):
            yield "after.org.document"

    def _before_version(self, end: int, last: int) -> bool:
        """Say whether a version follows, which belongs to the name: 大模型|V2.1, 岐航3.5| Mini."""
        words = self._words
        if last == len(words.starts) or words.codes[last] != "L" or words.starts[last] - end > 1:
            return False
        return self._sides.versions.fullmatch(words.surfaces[last]) is not None

    def _right_word(self, last: int, types: Found) -> list[str]:
        """Weigh the word that touches the span: what a firm does, what a product is, or a part of a longer name."""
        code = self._words.codes[last]
        found = ["right.cut.body"] if code == "H" and self._words.roles[last] in HEAD else []
        if code == "B":
            return [*found, _RIGHT_CUTS[code], _RIGHT_TAGS[self._words.tags[last]]]
        if types.org in _SPEAKS_OF_FIRM:
            return [*found, "right.firm_word"]
        return [*found, "right.product_word" if types.product == "ptype" else _RIGHT_CUTS[code]]

    def _publishes(self, found: Found, at: int) -> bool:
        """Say whether what is published is a document, which no product does: 发布医疗大模型榜单."""
        return found.org == "launch" and self._sides.documents.match(self._words.folded, at) is not None

    def _is_plan(self, at: int) -> bool:
        return self._sides.plan.match(self._words.folded, at) is not None

    def _behind(self, at: int) -> Found:
        """Give what the tables say of the words behind adverbs, dates and brackets."""
        skipped = self._sides.skipped.match(self._words.folded, at)
        return NOTHING if skipped is None or skipped.end() == at else self._after.get(skipped.end(), NOTHING)


def _as_field(name: Found) -> list[str]:
    """Give what the name of a field says of what fills it: 供应商名称, 产品."""
    return [item.replace("before", "field") for item in name.evidence]


def _skip_back(text: str, at: int) -> int:
    while at and text[at - 1] in SPACES:
        at -= 1
    return at
