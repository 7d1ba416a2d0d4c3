"""What stands left and right of a Chinese span: marks, words that name a role or an action, and whether the span cuts a run."""

import re
from collections.abc import Iterator, Mapping, Sequence

from medai_extract.match.chinese_lexicon import Lexicon, any_of
from medai_extract.match.chinese_spans import Guess
from medai_extract.match.chinese_words import Word

_SPACES = " \u3000\t"
_OPEN, _CLOSE = '“「『"‘《【', '”」』"’》】'
_BEFORE = (("。！？；\n", "start"), ("，,：:", "comma"), ("（(", "bracket"), ("·①②③④⑤⑥|｜】—#@", "bullet"), (")）", "closing"), (_CLOSE, "quoted"))  # fmt: skip
_AFTER = (
    ("。！？；\n", "end"),
    ("，,：:", "comma"),
    ("（(", "bracket"),
    ("）)", "closing"),
    (_OPEN, "opening"),
)
_CODE = re.compile(
    r"[（(](?:[0-9]{4,6}(?:\.[A-Z]{2})?[）)]|(?:NASDAQ|NYSE|HK|SH|SZ|[A-Z]{2,6})[:：]"
    r"|[^（）]{0,12}[0-9]{4,6}\.(?:HK|SH|SZ|SS))"
)
_TAUGHT = re.compile(r"[（(](?:以下|下文)?(?:统称|簡稱|简称|下称|称)")
_SPEAKS_OF_FIRM = frozenset(("role", "say", "act", "fund", "market", "report", "owner"))


class Sides:
    """Gathers evidence from what stands beside a guess."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._before = (("org", Lookup(lexicon.org_before)), ("product", Lookup(lexicon.product_before)))
        self._after = (("org", Lookup(lexicon.org_after)), ("product", Lookup(lexicon.product_after)))
        self._published, self._plans = tuple(lexicon.marks("published")), lexicon.marks("plan")
        self._skipped = re.compile(
            rf"(?:{any_of(lexicon.marks('skipped'))}|(?:[0-9]{{4}}年)?[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?|昨（[0-9]+）日"
            r"|（[^（）\n]{1,24}）|\([^()\n]{1,24}\)|[ \u3000])*+"
        )

    def left(self, folded: str, words: Sequence[Word], guess: Guess) -> Iterator[str]:
        """Give the evidence to the left."""
        at = _skip_back(folded, guess.start)
        quoted = bool(at and folded[at - 1] in _OPEN)
        if quoted:
            yield "left.title_mark" if folded[at - 1] == "《" else "left.quote"
            at = _skip_back(folded, at - 1)
            if folded.endswith(self._published, max(at - 3, 0), at):
                yield "left.published"
        yield from _mark(_BEFORE, folded[at - 1 : at] or "\n", "left")
        for place, table in self._before:
            value = table.before(folded, at)
            if value:
                yield f"before.{place}.{value}"
                if quoted and place == "product" and value != "use":
                    yield "quoted.product"
        if folded[at - 1 : at] == "的":
            yield "before.of"
            owner = words[guess.first - 2].code if guess.first > 1 else "B"
            yield f"before.of.{owner if owner in 'HLXZY' else 'other'}"
        yield from self._left_word(folded, words, guess, quoted)

    def _left_word(self, folded: str, words: Sequence[Word], guess: Guess, quoted: bool) -> Iterator[str]:
        previous = words[guess.first - 1] if guess.first else None
        touches = previous is not None and previous.end == guess.start and guess.shape != "quoted"
        if previous is None or not touches:
            yield "left.whole"
        elif previous.code in "GHT" and self._before[0][1].before(folded, guess.start):
            yield "left.after_type"
        elif previous.code in "GHT" and self._before[1][1].before(folded, guess.start):
            yield "left.after_product_type"
        else:
            yield f"left.cut.{previous.code}"
            if previous.code == "B":
                yield f"left.tag.{previous.tag[:1] or 'x'}"
        if quoted and guess.first > 1 and words[guess.first - 1].start + 1 == guess.start:
            yield f"left.quote.{words[guess.first - 2].code}"

    def right(self, text: str, folded: str, words: Sequence[Word], guess: Guess) -> Iterator[str]:
        """Give the evidence to the right; stock codes need the unfolded text."""
        at = guess.end
        if folded[at : at + 1] and folded[at] in _CLOSE:
            yield "right.quote"
            at += 1
        following = folded[at : at + 1]
        if following in ("（", "("):
            if _CODE.match(text, at):
                yield "right.code"
            elif _TAUGHT.match(folded, at):
                yield "right.taught"
        yield from _mark(_AFTER, following or "\n", "right")
        for (place, _), value in zip(self._after, self._values(folded, at), strict=True):
            if value:
                yield f"after.{place}.{value}"
        if folded[at : at + 2] in self._plans or (
            following == "的" and folded[at + 1 : at + 3] in self._plans
        ):
            yield "right.plan"
        if guess.last < len(words) and words[guess.last].start == guess.end:
            word = words[guess.last]
            firm_word = word.code != "B" and self._after[0][1].after(folded, at) in _SPEAKS_OF_FIRM
            yield "right.firm_word" if firm_word else f"right.cut.{word.code}"
            if word.code == "B":
                yield f"right.tag.{word.tag[:1] or 'x'}"
        else:
            yield "right.whole"

    def _values(self, folded: str, at: int) -> list[str]:
        """Give what the tables say of the words at ``at``, or of those behind adverbs, dates and brackets."""
        values = [table.after(folded, at) for _, table in self._after]
        if not all(values):
            skipped = self._skipped.match(folded, at)
            if skipped is not None and skipped.end() > at:
                later = [table.after(folded, skipped.end()) for _, table in self._after]
                values = [now or then for now, then in zip(values, later, strict=True)]
        return values


class Lookup:
    """A word table asked for the longest word that begins or ends at a place.

    >>> table = Lookup({"宣布": "act", "宣布完成": "fund", "由": "by"})
    >>> table.after("推想宣布完成融资", 2), table.before("由推想", 1), table.after("推想", 1)
    ('fund', 'by', '')
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = dict(table)
        self._first = _sizes_by(table, 0)
        self._last = _sizes_by(table, -1)

    def after(self, text: str, at: int) -> str:
        """Give the value of the longest word that begins at ``at``, or nothing."""
        for size in self._first.get(text[at : at + 1], ()):
            value = self._table.get(text[at : at + size])
            if value is not None:
                return value
        return ""

    def before(self, text: str, at: int) -> str:
        """Give the value of the longest word that ends at ``at``, or nothing."""
        for size in self._last.get(text[at - 1 : at], ()) if at else ():
            value = self._table.get(text[max(at - size, 0) : at])
            if value is not None:
                return value
        return ""


def _sizes_by(table: Mapping[str, str], place: int) -> dict[str, tuple[int, ...]]:
    """Give the lengths of the words by their first or last character, the longest first."""
    sizes: dict[str, set[int]] = {}
    for word in table:
        sizes.setdefault(word[place], set()).add(len(word))
    return {char: tuple(sorted(found, reverse=True)) for char, found in sizes.items()}


def _skip_back(text: str, at: int) -> int:
    while at and text[at - 1] in _SPACES:
        at -= 1
    return at


def _mark(kinds: Sequence[tuple[str, str]], char: str, side: str) -> Iterator[str]:
    for characters, kind in kinds:
        if char in characters:
            yield f"{side}.{kind}"
            return
