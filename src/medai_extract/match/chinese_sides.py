"""What stands left and right of a Chinese span: marks, words that name a role or an action, and whether the span cuts a run."""

import re
from collections.abc import Iterable, Iterator
from string import ascii_lowercase

from medai_extract.match.chinese_lexicon import CODES, PROPER, Lexicon, any_of
from medai_extract.match.chinese_lookup import Found, Lookup
from medai_extract.match.chinese_weights import Part, Scale
from medai_extract.match.chinese_words import Words

_SPACES = " \u3000\t"
_OPEN, _CLOSE = '“「『"‘《【', '”」』"’》】'
_BEFORE = {
    char: f"left.{kind}"
    for kind, characters in (
        ("start", "。！？；\n"),
        ("comma", "，,：:"),
        ("bracket", "（("),
        ("bullet", "·①②③④⑤⑥|｜】—#@"),
        ("closing", "）)"),
        ("quoted", _CLOSE.replace("】", "")),
    )
    for char in characters
}
_AFTER = {
    char: f"right.{kind}"
    for kind, characters in (
        ("end", "。！？；\n"),
        ("comma", "，,：:"),
        ("bracket", "（("),
        ("closing", "）)"),
        ("opening", _OPEN),
    )
    for char in characters
}
_CODE = re.compile(
    r"[（(](?:[0-9]{4,6}(?:\.[A-Z]{2})?[）)]|(?:NASDAQ|NYSE|HK|SH|SZ|[A-Z]{2,6})[:：]"
    r"|[^（）]{0,12}[0-9]{4,6}\.(?:HK|SH|SZ|SS))"
)
_TAUGHT = re.compile(r"[（(](?:以下|下文)?(?:统称|簡稱|简称|下称|称)")
_LOOKS_BACK, _LOOKS_ON = frozenset(_SPACES + _OPEN), frozenset(_CLOSE + "（(")
# Evidence is looked up by identity and hash, so its names are made once.
_LEFT_CUTS = {code: f"left.cut.{code}" for code in CODES}
_LEFT_QUOTES = {code: f"left.quote.{code}" for code in CODES}
_RIGHT_CUTS = {code: f"right.cut.{code}" for code in CODES}
_LEFT_TAGS = {tag: f"left.tag.{tag.lower()}" for tag in (*ascii_lowercase, PROPER)}
_RIGHT_TAGS = {tag: f"right.tag.{tag.lower()}" for tag in (*ascii_lowercase, PROPER)}
_OWNERS = {code: f"before.of.{code}" for code in "HLXZY"}
_SPEAKS_OF_FIRM = frozenset(("role", "say", "act", "fund", "market", "report", "owner"))


class Sides:
    """Gathers evidence from what stands beside a span and weighs it.

    Most sides hold nothing but a mark, a word of the tables and the word that touches the span, of which there are few
    combinations; only where there is more is the evidence gathered piece by piece.
    """

    def __init__(self, lexicon: Lexicon, scale: Scale) -> None:
        self._scale = scale
        self._before = Lookup("before", lexicon.org_before, lexicon.product_before)
        self._after = Lookup("after", lexicon.org_after, lexicon.product_after)
        self._published, self._plans = tuple(lexicon.marks("published")), lexicon.marks("plan")
        skipped = lexicon.marks("skipped")
        self._skippable = frozenset("0123456789昨（( \u3000").union(word[0] for word in skipped)
        self._skipped = re.compile(
            rf"(?:{any_of(skipped)}|(?:[0-9]{{4}}年)?[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?|昨（[0-9]+）日"
            r"|（[^（）\n]{1,24}）|\([^()\n]{1,24}\)|[ \u3000])*+"
        )
        self._plan_starts = frozenset([word[0] for word in self._plans] + ["的"])
        self._lefts: dict[tuple[str | None, str, str, str], Part] = {}
        self._rights: dict[tuple[str | None, str, str, str], Part] = {}

    def lefts(self, words: Words, firsts: Iterable[int]) -> Iterator[tuple[int, Part]]:
        """Weigh what stands left of each of these words, where a span begins with it."""
        folded, surfaces, starts = words.folded, words.surfaces, words.starts
        codes, tags, openings = words.codes, words.tags, words.openings
        before, known = self._before.before, self._lefts
        for first in firsts:
            start = starts[first]
            previous = folded[start - 1] if start else "\n"
            if previous in _LOOKS_BACK:
                yield first, self.left(words, start, first)
                continue
            types = before(folded, start).key
            if previous == "的":
                types = f"{types} 的 {codes[first - 2 : first - 1]}"
            if start in openings or not first or starts[first - 1] + len(surfaces[first - 1]) != start:
                key = _BEFORE.get(previous), types, "", ""
            else:
                key = _BEFORE.get(previous), types, codes[first - 1], tags[first - 1]
            part = known.get(key)
            if part is None:
                part = known[key] = self.left(words, start, first)
            yield first, part

    def rights(self, words: Words, lasts: Iterable[int]) -> Iterator[tuple[int, Part]]:
        """Weigh what stands right of spans that end before each of these words."""
        folded, surfaces, starts = words.folded, words.surfaces, words.starts
        codes, tags = words.codes, words.tags
        after, known, skippable, plan_starts = (
            self._after.after,
            self._rights,
            self._skippable,
            self._plan_starts,
        )
        for last in lasts:
            end = starts[last - 1] + len(surfaces[last - 1])
            following = folded[end : end + 1]
            if following in _LOOKS_ON:
                yield last, self.right(words, end, last)
                continue
            found = after(folded, end)
            types = found.key
            if following in skippable and not (found.org and found.product):
                skipped = self._skipped.match(folded, end)
                if skipped is not None and skipped.end() > end:
                    types = f"{types} … {after(folded, skipped.end()).key}"
            if following in plan_starts and self._is_plan(folded, end):
                types += " plan"
            if last == len(starts) or starts[last] != end or following == "\n":
                key = _AFTER.get(following), types, "", ""
            else:
                key = _AFTER.get(following), types, codes[last], tags[last]
            part = known.get(key)
            if part is None:
                part = known[key] = self.right(words, end, last)
            yield last, part

    def left(self, words: Words, start: int, first: int, *, in_quotes: bool = False) -> Part:
        """Weigh what stands left of ``start`` and of word ``first``; ``in_quotes`` says how the span was found."""
        return self._scale.weigh(tuple(self._gather_left(words, start, first, in_quotes)))

    def right(self, words: Words, end: int, last: int) -> Part:
        """Weigh what stands right of ``end``, where word ``last`` begins."""
        return self._scale.weigh(tuple(self._gather_right(words, end, last)))

    def _gather_left(self, words: Words, start: int, first: int, in_quotes: bool) -> list[str]:
        folded = words.folded
        at = _skip_back(folded, start)
        previous = folded[at - 1] if at else "\n"
        found = []
        quoted = previous in _OPEN
        if quoted:
            found.append("left.title_mark" if previous == "《" else "left.quote")
            at = _skip_back(folded, at - 1)
            if folded.endswith(self._published, max(at - 3, 0), at):
                found.append("left.published")
            previous = folded[at - 1] if at else "\n"
        if previous in _BEFORE:
            found.append(_BEFORE[previous])
        types = self._before.before(folded, at)
        found += types.evidence
        if quoted and types.product and types.product != "use":
            found.append("quoted.product")
        if previous == "的":
            owner = words.codes[first - 2] if first > 1 else "B"
            found += ["before.of", _OWNERS.get(owner, "before.of.other")]
        if in_quotes or words.starts[first] != start or not words.joins(first):
            found.append("left.whole")
        else:
            touching = types if at == start else self._before.before(folded, start)
            found += self._left_word(words, first, touching)
        opening = first - 1
        if (
            quoted
            and opening > 0
            and words.starts[opening] + 1 == start
            and words.starts[opening] not in words.openings
        ):
            found.append(_LEFT_QUOTES[words.codes[opening - 1]])
        return found

    def _left_word(self, words: Words, first: int, types: Found) -> list[str]:
        """Weigh the word that touches the span: a generic noun that ends what is said of the name, or a part of a longer one."""
        code = words.codes[first - 1]
        if code in "GHT" and types.org:
            return ["left.after_type"]
        if code in "GHT" and types.product:
            return ["left.after_product_type"]
        return [_LEFT_CUTS[code], _LEFT_TAGS[words.tags[first - 1]]] if code == "B" else [_LEFT_CUTS[code]]

    def _gather_right(self, words: Words, end: int, last: int) -> list[str]:
        folded = words.folded
        found = []
        at = end
        following = folded[at : at + 1]
        if following and following in _CLOSE:
            found.append("right.quote")
            at += 1
            following = folded[at : at + 1]
        if following in ("（", "("):
            # Stock codes need capitals.
            if _CODE.match(words.text, at):
                found.append("right.code")
            elif _TAUGHT.match(folded, at):
                found.append("right.taught")
        mark = _AFTER.get(following or "\n")
        if mark is not None:
            found.append(mark)
        touching = self._after.after(folded, at)
        if not (touching.org and touching.product) and following in self._skippable:
            found += self._behind(folded, at, touching)
        else:
            found += touching.evidence
        if self._is_plan(folded, at):
            found.append("right.plan")
        if last == len(words.starts) or words.starts[last] != end or words.text[end] == "\n":
            found.append("right.whole")
            return found
        code = words.codes[last]
        firm_word = code != "B" and touching.org in _SPEAKS_OF_FIRM
        found.append("right.firm_word" if firm_word else _RIGHT_CUTS[code])
        if code == "B":
            found.append(_RIGHT_TAGS[words.tags[last]])
        return found

    def _is_plan(self, folded: str, at: int) -> bool:
        return folded[at : at + 2] in self._plans or (
            folded[at : at + 1] == "的" and folded[at + 1 : at + 3] in self._plans
        )

    def _behind(self, folded: str, at: int, touching: Found) -> list[str]:
        """Give what the tables say of the words behind adverbs, dates and brackets, where they say nothing of those before."""
        skipped = self._skipped.match(folded, at)
        if skipped is None or skipped.end() == at:
            return [*touching.evidence]
        behind = self._after.after(folded, skipped.end())
        org, product = touching.org or behind.org, touching.product or behind.product
        return ([f"after.org.{org}"] if org else []) + ([f"after.product.{product}"] if product else [])


def _skip_back(text: str, at: int) -> int:
    while at and text[at - 1] in _SPACES:
        at -= 1
    return at
