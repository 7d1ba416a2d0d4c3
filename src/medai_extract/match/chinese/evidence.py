"""What speaks for and against a span being a name, weighed.

Evidence is a set of short names; the weights of the first reading stand in ``patterns/words/zh_evidence.csv``.
"""

import re

from medai_extract.match.chinese.inside import Inside
from medai_extract.match.chinese.lexicon import Lexicon, any_of
from medai_extract.match.chinese.qualities import quality_of
from medai_extract.match.chinese.sides import Sides
from medai_extract.match.chinese.weights import Part, Scale
from medai_extract.match.chinese.words import Words

_NAMED = "before.product.named"
_CLOSING = {"“": "”", "「": "」", "『": "』", '"': '"'}
_MEMO_LIMIT = 5_000
HOPELESS, SURELY_NOT = -2.2, -3.2
"""Log-odds of the inside of a span below which its surroundings are not looked at, at first and where it is a name elsewhere."""

Meeting = tuple[str, str, str, bool, bool, bool]
"""The kinds of a span, its left and its right side, whether it ends like a body and whether either side cuts a run of words."""


class Evidence:
    """Gathers the evidence for guesses and weighs it."""

    def __init__(self, lexicon: Lexicon, scale: Scale) -> None:
        self._inside, self._scale = Inside(lexicon), scale
        self.sides = Sides(lexicon, scale)
        self._known: dict[tuple[str, bool, str, str, str, str, str], Part] = {}
        self._long_product_heads = tuple(lexicon.long_product_heads)
        self._others, self._kinds = _others(lexicon), _kinds(lexicon)
        self.nothing = scale.weigh(())
        self.pairs: dict[Meeting, Part] = {}
        """What a span and its sides say together, where that was asked before."""

    def together(self, meeting: Meeting) -> Part:
        """Give what the kinds of a span and of its sides say together, and whether it cuts a run of words."""
        inside, left, right, is_body, left_cut, right_cut = meeting
        found = _edges("cut" if left_cut else "free", "cut" if right_cut else "free", is_body=is_body)
        pairs = f"pair.{left}.{right}", f"pair.{left}.{inside}", f"pair.{inside}.{right}"
        part = self.pairs[meeting] = self._scale.weigh((*found, *pairs))
        return part

    def inside(self, words: Words, start: int, end: int, first: int, last: int, shape: str) -> Part:
        """Give what the words of a span say."""
        return self._scale.weigh(tuple(self._inside.gather(words, start, end, first, last, shape)))

    def inside_known(self, words: Words, start: int, end: int, first: int, last: int, shape: str) -> Part:
        """Give what the words of a span say, kept over all articles: for spans that stretches of words do not remember."""
        touches = first > 0 and words.end(first - 1) == start
        codes = words.codes[first - 1 : last] if touches else words.codes[first:last]
        tags, sizes, counts = words.tags[first:last], words.sizes[first:last], words.counts[first:last]
        key = shape, touches, codes, tags, sizes, counts, words.text[start:end]
        part = self._known.get(key)
        if part is None:
            if len(self._known) > _MEMO_LIMIT:
                self._known.clear()
            part = self._known[key] = self.inside(words, start, end, first, last, shape)
        return part

    def across(
        self, words: Words, start: int, end: int, first: int, last: int, shape: str, left: Part
    ) -> Part:
        """Give what depends on both ends, which few spans have."""
        folded = words.folded
        found = []
        if shape != "quoted" and _is_in_title(folded, start, end):
            found.append("inside.title_marks")
        if folded[end : end + 1] == "等" and (others := self._others.match(folded, end + 1)) is not None:
            found.append(f"etc.{others.lastgroup}")
        if folded[end : end + 1] == "的" and _NAMED in left.found:
            # 一家名为拾级的|技术转移公司
            kind = self._kinds.match(folded, end + 1)
            if kind is not None:
                found.append(f"named.{kind.lastgroup}")
        before_latin = words.codes[last : last + 1] == "L" and words.starts[last] == end
        closing = _CLOSING.get(folded[start - 1 : start])
        if closing is not None and folded[end : end + 1] == closing:
            found.append(f"quoted.{quality_of(words.codes[first:last])}")
            found.append(f"quoted.length.{min(end - start, 9)}")
        if before_latin and folded.endswith(self._long_product_heads, start, end):
            found.append("right.appositive")
        return self._scale.weigh(tuple(found))


def _others(lexicon: Lexicon) -> re.Pattern[str]:
    """Give the pattern for what the things are that a list ends with: 等|头部平台, 等三款|大模型."""
    firms = {word for word, kind in lexicon.org_before.items() if kind in ("type", "firm") and len(word) > 1}
    things = {word for word in lexicon.product_heads if len(word) > 1} - firms
    orgs, products = any_of(lexicon.marks("etc_org") | firms), any_of(lexicon.marks("etc_product") | things)
    return re.compile(rf"[0-9\u3400-\u9fff]{{0,5}}?(?:(?P<org>{orgs})|(?P<product>{products}))")


def _kinds(lexicon: Lexicon) -> re.Pattern[str]:
    """Give the pattern for the kind of thing that a name is said to be of: 的|公益组织, 的|病理切片检索工具."""
    firms = {word for word, kind in lexicon.org_before.items() if kind in ("type", "firm") and len(word) > 1}
    firms |= {word for word in lexicon.institution_heads if len(word) > 1}
    things = {
        word for word, kind in lexicon.product_before.items() if kind in ("ptype", "head") and len(word) > 1
    }
    return re.compile(
        rf"[a-z0-9\u3400-\u9fff]{{0,8}}?(?:(?P<org>{any_of(frozenset(firms))})|(?P<product>{any_of(frozenset(things - firms))}))"
    )


def _edges(left: str, right: str, *, is_body: bool) -> tuple[str, ...]:
    edges = f"edges.{left}.{right}"
    return (edges, f"edges.body.{left}.{right}") if is_body else (edges,)


def _is_in_title(folded: str, start: int, end: int) -> bool:
    """Say whether a span stands within marks of a title, but is not the whole title."""
    closed = folded.find("》", end, end + 20)
    if closed < 0 or folded.find("《", end, closed) >= 0:
        return False
    return folded[end - 1] != "》" and folded[start - 1 : start] != "《"
