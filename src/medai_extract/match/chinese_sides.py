"""What stands left and right of a Chinese span: marks, words that name a role or an action, and whether the span cuts a run."""

import re
from collections.abc import Callable, Iterable, Mapping

from medai_extract.match.chinese_lexicon import Lexicon, any_of
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
NOTHING = ("", "")
_SPEAKS_OF_FIRM = frozenset(("role", "say", "act", "fund", "market", "report", "owner"))


class Sides:
    """Gathers evidence from what stands beside a guess."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._before = Lookup(lexicon.org_before, lexicon.product_before)
        self._after = Lookup(lexicon.org_after, lexicon.product_after)
        self._published, self._plans = tuple(lexicon.marks("published")), lexicon.marks("plan")
        skipped = lexicon.marks("skipped")
        self._skippable = frozenset("0123456789昨（( \u3000").union(word[0] for word in skipped)
        self._skipped = re.compile(
            rf"(?:{any_of(skipped)}|(?:[0-9]{{4}}年)?[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?|昨（[0-9]+）日"
            r"|（[^（）\n]{1,24}）|\([^()\n]{1,24}\)|[ \u3000])*+"
        )

    def left(self, folded: str, words: Words, start: int, first: int, in_quotes: bool) -> list[str]:
        """Give the evidence left of ``start`` and of word ``first``; ``in_quotes`` says how the span was found."""
        found = []
        at = _skip_back(folded, start) if folded[start - 1 : start] in _SPACES else start
        quoted = bool(at and folded[at - 1] in _OPEN)
        if quoted:
            found.append("left.title_mark" if folded[at - 1] == "《" else "left.quote")
            at = _skip_back(folded, at - 1)
            if folded.endswith(self._published, max(at - 3, 0), at):
                found.append("left.published")
        mark = _BEFORE.get(folded[at - 1] if at else "\n")
        if mark is not None:
            found.append(mark)
        types = org, product = self._before.before(folded, at)
        if org:
            found.append(f"before.org.{org}")
        if product:
            found.append(f"before.product.{product}")
            if quoted and product != "use":
                found.append("quoted.product")
        if at and folded[at - 1] == "的":
            owner = words.codes[first - 2] if first > 1 else "B"
            found += ["before.of", f"before.of.{owner if owner in 'HLXZY' else 'other'}"]
        if not words.joins(first) or in_quotes or words.tokens[first].start != start:
            found.append("left.whole")
        else:
            found += self._left_word(
                words, first, types if at == start else self._before.before(folded, start)
            )
        if quoted and first > 1 and words.tokens[first - 1].start + 1 == start:
            found.append(f"left.quote.{words.codes[first - 2]}")
        return found

    def _left_word(self, words: Words, first: int, types: tuple[str, str]) -> list[str]:
        """Weigh the word that touches the span: a generic noun that ends what is said of the name, or a part of a longer one."""
        code = words.codes[first - 1]
        if code in "GHT" and types[0]:
            return ["left.after_type"]
        if code in "GHT" and types[1]:
            return ["left.after_product_type"]
        cut = f"left.cut.{code}"
        return [cut, f"left.tag.{words.tokens[first - 1].tag[:1] or 'x'}"] if code == "B" else [cut]

    def right(self, text: str, folded: str, words: Words, end: int, last: int) -> list[str]:
        """Give the evidence right of ``end``, where word ``last`` begins; stock codes need the unfolded text."""
        found = []
        at = end
        if folded[at : at + 1] and folded[at] in _CLOSE:
            found.append("right.quote")
            at += 1
        following = folded[at : at + 1]
        if following in ("（", "("):
            if _CODE.match(text, at):
                found.append("right.code")
            elif _TAUGHT.match(folded, at):
                found.append("right.taught")
        mark = _AFTER.get(following or "\n")
        if mark is not None:
            found.append(mark)
        org, product = touching = self._after.after(folded, at)
        if not (org and product) and following in self._skippable:
            org, product = self._behind(folded, at, touching)
        if org:
            found.append(f"after.org.{org}")
        if product:
            found.append(f"after.product.{product}")
        if folded[at : at + 2] in self._plans or (
            following == "的" and folded[at + 1 : at + 3] in self._plans
        ):
            found.append("right.plan")
        if last == len(words.tokens) or words.tokens[last].start != end:
            found.append("right.whole")
            return found
        code = words.codes[last]
        firm_word = code != "B" and touching[0] in _SPEAKS_OF_FIRM
        found.append("right.firm_word" if firm_word else f"right.cut.{code}")
        if code == "B":
            found.append(f"right.tag.{words.tokens[last].tag[:1] or 'x'}")
        return found

    def _behind(self, folded: str, at: int, touching: tuple[str, str]) -> tuple[str, str]:
        """Give what the tables say of the words behind adverbs, dates and brackets, where they say nothing of those before."""
        skipped = self._skipped.match(folded, at)
        if skipped is None or skipped.end() == at:
            return touching
        org, product = self._after.after(folded, skipped.end())
        return touching[0] or org, touching[1] or product


class Lookup:
    """Two word tables asked for their longest words that begin or end at a place.

    >>> table = Lookup({"宣布": "act", "宣布完成": "fund", "由": "by"}, {"宣布": "told"})
    >>> table.after("推想宣布完成融资", 2), table.before("由推想", 1), table.after("推想", 1)
    (('fund', 'told'), ('by', ''), ('', ''))
    """

    def __init__(self, org: Mapping[str, str], product: Mapping[str, str]) -> None:
        words = {*org, *product}
        # The longest word of either table that fits has the longest ones of both tables as its parts.
        self._begins = {
            word: (_longest(word, org, str.startswith), _longest(word, product, str.startswith))
            for word in words
        }
        self._ends = {
            word: (_longest(word, org, str.endswith), _longest(word, product, str.endswith)) for word in words
        }
        self._first = _sizes_by(words, 0)
        self._last = _sizes_by(words, -1)

    def after(self, text: str, at: int) -> tuple[str, str]:
        """Give the values of the longest words that begin at ``at``, or nothing."""
        for size in self._first.get(text[at : at + 1], ()):
            values = self._begins.get(text[at : at + size])
            if values is not None:
                return values
        return NOTHING

    def before(self, text: str, at: int) -> tuple[str, str]:
        """Give the values of the longest words that end at ``at``, or nothing."""
        for size in self._last.get(text[at - 1 : at], ()) if at else ():
            values = self._ends.get(text[max(at - size, 0) : at])
            if values is not None:
                return values
        return NOTHING


def _longest(word: str, table: Mapping[str, str], fits: Callable[[str, str], bool]) -> str:
    """Give the value of the longest part of ``word`` at its beginning or its end that stands in ``table``."""
    parts = [word[:size] for size in range(1, len(word) + 1)] + [word[size:] for size in range(1, len(word))]
    known = [part for part in parts if part in table and fits(word, part)]
    return table[max(known, key=len)] if known else ""


def _sizes_by(table: Iterable[str], place: int) -> dict[str, tuple[int, ...]]:
    """Give the lengths of the words by their first or last character, the longest first."""
    sizes: dict[str, set[int]] = {}
    for word in table:
        sizes.setdefault(word[place], set()).add(len(word))
    return {char: tuple(sorted(found, reverse=True)) for char, found in sizes.items()}


def _skip_back(text: str, at: int) -> int:
    while at and text[at - 1] in _SPACES:
        at -= 1
    return at
