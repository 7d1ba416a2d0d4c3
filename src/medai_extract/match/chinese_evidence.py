"""What speaks for and against a span being a name: its shape, its head, and the words around it.

Evidence is a set of short names; their weights stand in ``patterns/words/zh_evidence.csv``, one for each reading.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from medai_extract.match.chinese_spans import Guess
from medai_extract.match.chinese_weights import Weights
from medai_extract.match.chinese_words import Lexicon, Word

_HAN = re.compile(r"[\u3400-\u9fff]")
_SPACES = " \u3000\t"
_SKIPPED = re.compile(
    r"(?:上周|本周|上月|本月|上個月|昨（[0-9]+）日|去年底|去年|今年|年初|年底|上半年|下半年|[周週][一二三四五六日]|星期[一二三四五六日]|早盘|午后|再|今日|近日|日前|昨日|今天|昨天|昨|已经|已|也|曾|将|正在|正|率先|共同|同日|则|还|又|都|均|先后|首次|再|刚|此前|"
    r"(?:[0-9]{4}年)?[0-9]{1,2}月(?:[0-9]{1,2}日)?|（[^（）\n]{1,24}）|\([^()\n]{1,24}\)|[ \u3000]|在)*+"
)
_OPEN, _CLOSE = '“「『"‘《【', '”」』"’》】'
_CODE = re.compile(
    r"[（(](?:[0-9]{4,6}(?:\.[A-Z]{2})?[）)]|(?:NASDAQ|NYSE|HK|SH|SZ|[A-Z]{2,6})[:：]|[^（）]{0,12}[0-9]{4,6}\.(?:HK|SH|SZ|SS))"
)
_TAUGHT = re.compile(r"[（(](?:以下|下文)?(?:统称|簡稱|简称|下称|称)")
_VERSIONED = re.compile(
    r"[A-Za-z\u3400-\u9fff][\w ]*?[-· ]?(?:[A-Z]{0,3}[0-9]+(?:\.[0-9]+)*[A-Za-z]{0,2}|Pro|Max|Plus|Mini|Ultra|Lite)$"
)
_PUBLISHED = ("发表于", "刊于", "刊登于", "发表在", "载于", "登上", "子刊", "期刊")
_BRANCHES = (
    "分院",
    "院区",
    "分局",
    "支行",
    "分行",
    "分公司",
    "分会",
    "附属医院",
    "办公厅",
    "办公室",
    "规划司",
    "稽查分局",
    "器审中心",
)
_SPEAKS_OF_FIRM = frozenset(("role", "say", "act", "fund", "market", "report", "owner"))
_PLANS = frozenset(
    (
        "战略",
        "计划",
        "計畫",
        "行动",
        "规划",
        "指数",
        "指數",
        "概念",
        "赛道",
        "板块",
        "政策",
        "论坛",
        "大会",
        "峰会",
        "行业",
        "产业",
        "市场",
        "时代",
        "领域",
        "疾病",
        "患者",
        "算盘",
        "原则",
        "模式",
        "理念",
        "说法",
        "口号",
        "路线",
        "逻辑",
        "原理",
        "谚语",
        "问题",
        "困境",
        "故事",
        "梦想",
        "目标",
        "方针",
        "评级",
        "奖励",
    )
)
_LONG_KINDS = frozenset(("government", "institute", "association", "legal", "hospital"))
_CUTS = ("left.cut.", "right.cut.")
_FINISH = "。！？；\n"


_MEMO_LIMIT = 100_000
HOPELESS = -3.2
"""Log-odds of the inside of a span below which its surroundings are not looked at: none of our gold falls there."""


class Part(NamedTuple):
    """Evidence of one kind with its weight for ORG and PRODUCT; ``cut`` says that the span ends inside a run of words."""

    found: tuple[str, ...]
    org: float
    product: float
    cut: bool


Sides = dict[tuple[int, int, bool], Part]


class Evidence:
    """Gathers the evidence for guesses and weighs it; what was weighed once is kept."""

    def __init__(self, lexicon: Lexicon, weights: Weights) -> None:
        self._lexicon, self._weights = lexicon, weights
        self._memo: dict[tuple[str, ...], Part] = {}
        self._edges = {
            (left, right): self._weigh((f"edges.{'cut' if left else 'free'}.{'cut' if right else 'free'}",))
            for left in (False, True)
            for right in (False, True)
        }
        self._before = (("org", Lookup(lexicon.org_before)), ("product", Lookup(lexicon.product_before)))
        self._after = (("org", Lookup(lexicon.org_after)), ("product", Lookup(lexicon.product_after)))

    def gather(
        self, text: str, folded: str, words: Sequence[Word], guess: Guess, sides: Sides
    ) -> tuple[Part, ...]:
        """Give the evidence for and against ``guess``, nothing where its inside alone rules it out.

        ``sides`` keeps what is left and right of a place in this text.
        """
        start, end, _, first, last, shape = guess
        before = words[first - 1].code if first and words[first - 1].end == start else ""
        key = (text[start:end], shape, before, *[word.code for word in words[first:last]])
        inside = self._memo.get(key)
        if inside is None:
            if len(self._memo) > _MEMO_LIMIT:
                self._memo.clear()
            inside = self._memo[key] = self._weigh(
                (f"shape.{shape}", *self._inside(text, folded, words, guess))
            )
        if inside.org < HOPELESS and inside.product < HOPELESS:
            return ()
        left_key, right_key = (start, first, shape == "quoted"), (end, -1 - last, shape == "quoted")
        left = sides.get(left_key)
        if left is None:
            left = sides[left_key] = self._weigh(tuple(self._left(text, folded, words, guess)))
        right = sides.get(right_key)
        if right is None:
            right = sides[right_key] = self._weigh(tuple(self._right(text, folded, words, guess)))
        across = tuple(self._across(text, folded, words, guess))
        if across:
            return inside, left, right, self._edges[left.cut, right.cut], self._weigh(across)
        return inside, left, right, self._edges[left.cut, right.cut]

    def _weigh(self, found: tuple[str, ...]) -> Part:
        org = product = 0.0
        unique = tuple(dict.fromkeys(found))
        for item in unique:
            weight = self._weights.get(item)
            if weight is not None:
                org += weight[0]
                product += weight[1]
        cut = any(item.startswith(_CUTS) and not item.endswith(".B") for item in unique)
        return Part(unique, org, product, cut)

    def _across(self, text: str, folded: str, words: Sequence[Word], guess: Guess) -> Iterator[str]:
        """Give what depends on both ends."""
        at = guess.end
        if guess.shape != "quoted" and text[at - 1] != "》":
            closing = text.find("》", at, at + 20)
            if (
                closing >= 0
                and text.find("《", at, closing) < 0
                and text[guess.start - 1 : guess.start] != "《"
            ):
                yield "inside.title_marks"
        if guess.last < len(words) and words[guess.last].code == "L" and words[guess.last].start == at:
            if longest_suffix(folded[guess.start : at], self._lexicon.long_product_heads, 6):
                yield "right.appositive"

    def _inside(self, text: str, folded: str, words: Sequence[Word], guess: Guess) -> Iterator[str]:
        lexicon = self._lexicon
        surface, folded_surface = text[guess.start : guess.end], folded[guess.start : guess.end]
        inner = words[guess.first : guess.last]
        codes = "".join([word.code for word in inner])
        head = ""
        org_head = longest_suffix(folded_surface, lexicon.org_heads, 8)
        product_head = longest_suffix(folded_surface, lexicon.product_heads, 6)
        only = inner[0] if len(inner) == 1 and guess.shape not in ("cut", "cut_long") else None
        if (
            only is not None
            and len(only.text) < 4
            and only.code not in "XZRLYP"
            and lexicon.has_word(only.text)
            and only.tag not in ("nt", "nz")
        ):
            # 布局 (to position oneself) does not end in 局 (bureau).
            yield "one.word"
            org_head = product_head = head = ""
        else:
            if org_head:
                head = org_head
                yield f"head.{lexicon.org_heads[org_head]}"
            if product_head:
                head = head if len(head) > len(product_head) else product_head
                yield f"ends.{lexicon.product_heads[product_head]}"
        if folded_surface in lexicon.never:
            yield "word.never"
        if folded_surface[-1] in "化性率度型式":
            yield "last.abstract"
        root = folded_surface[: len(folded_surface) - len(head)]
        root_codes = "".join([word.code for word in inner if word.start < guess.start + len(root)])
        if head and not root:
            yield "root.none"
        elif head:
            kind = org_head and lexicon.org_heads[org_head]
            quality = _quality(root_codes)
            if lexicon.is_generic(root):
                quality = "field" if kind in ("media", "government", "association", "institute") else "domain"
            yield f"root.{quality}"
            yield f"root.{quality}.{kind or 'product'}"
            if len(root) == 1:
                yield "root.one"
            elif len(root) == 2 and quality == "plain":
                yield "root.two"
            if len(head) == 1:
                yield "head.one"
        else:
            yield "whole.domain" if lexicon.is_generic(root) else f"whole.{_quality(root_codes)}"
            yield f"length.{min(len(surface), 9) if _HAN.search(surface) else 'latin'}"
        if "G" in codes[:-1]:
            of_state = org_head and lexicon.org_heads[org_head] in _LONG_KINDS
            yield "inside.field" if of_state else "inside.generic"
        if len(inner) > 1 and inner[0].text in lexicon.institution_heads:
            yield "first.head"
        if codes[-1:] in ("G", "T"):
            yield "last.generic"
        if any(code == "T" for code in codes):
            yield "inside.title"
        if "B" in codes:
            yield "inside.break" if guess.shape != "item" else "item.break"
        if guess.shape == "institution":
            yield "inside.joined"
        if any(word.text in lexicon.strict_types for word in inner):
            yield "inside.type"
        if "公司" in folded_surface[:-2] and not folded_surface.endswith("分公司"):
            yield "inside.company"
        if "H" in codes[:-1]:
            yield "inside.head"
            middle = next(word for word in inner if word.code == "H")
            if middle.text[-2:] in ("大学", "学院") and org_head:
                yield "inside.university"
            if folded_surface.endswith(_BRANCHES):
                yield "inside.branch"
            places = [at for at, word in enumerate(inner) if word.text in lexicon.institution_heads]
            if any(word.text.endswith("大学") and places[0] < at for at, word in enumerate(inner) if places):
                yield "inside.two"
        elif folded_surface.endswith(_BRANCHES) and guess.first and words[guess.first - 1].code == "H":
            if words[guess.first - 1].end == guess.start:
                yield "cut.branch"
        if codes[:1] == "P":
            yield "first.place"
        if codes == "P" or codes == "PP":
            yield "whole.only_place"
        if inner and inner[0].text in lexicon.generic_first:
            yield "first.generic"
        if codes[-1:] == "P" and len(codes) > 1:
            yield "last.place"
        if longest_suffix(folded_surface, lexicon.refused_heads, 4):
            yield "last.refused"
        if (
            not head
            and 2 <= len(surface) <= 4
            and (surface[0] in lexicon.surnames or folded_surface[:2] in lexicon.surnames)
        ):
            yield f"person.{len(surface)}"
        if surface[:1] == "大" and org_head:
            yield "first.generic"
        yield from self._latin(surface, codes)

    def _latin(self, surface: str, codes: str) -> Iterator[str]:
        if "L" not in codes and "V" not in codes:
            return
        if codes == "L":
            if surface.isupper() and surface.isalpha():
                yield "latin.acronym"
            elif re.search(r"[a-z][A-Z]", surface.replace(" ", "")):
                yield "latin.camel"
            elif surface.islower():
                yield "latin.lower"
            else:
                yield "latin.word"
            if " " in surface:
                yield "latin.words"
            if re.search(
                r"(?:Inc|Ltd|Health|Healthcare|Technologies|Technology|Therapeutics|Capital|Ventures|Group|Partners|"
                r"University|Hospital|Research|Labs|Medical|Medicine|Bio|Pharma|Sciences|Network|Systems|Clinic|Holdings|Diagnostics|AI)\.?$",
                surface,
            ):
                yield "latin.firm"
        elif codes[0] == "L":
            yield "latin.first"
        elif codes[-1] == "L":
            yield "latin.last"
        if _VERSIONED.search(surface):
            yield "latin.version"
        if codes[-1] == "V":
            yield "version"

    def _left(self, text: str, folded: str, words: Sequence[Word], guess: Guess) -> Iterator[str]:
        lexicon = self._lexicon
        at = guess.start
        while at and text[at - 1] in _SPACES:
            at -= 1
        quoted = bool(at and text[at - 1] in _OPEN)
        if quoted:
            yield "left.title_mark" if text[at - 1] == "《" else "left.quote"
            at -= 1
            while at and text[at - 1] in _SPACES:
                at -= 1
            if folded[max(at - 3, 0) : at].endswith(_PUBLISHED):
                yield "left.published"
        before = text[at - 1 : at]
        if before == "" or before in _FINISH:
            yield "left.start"
        elif before in "，,：:":
            yield "left.comma"
        elif before in "（(":
            yield "left.bracket"
        elif before in "·①②③④⑤⑥|｜】—#@":
            yield "left.bullet"
        elif before in ")）":
            yield "left.closing"
        elif before in _CLOSE:
            yield "left.quoted"
        for place, table in self._before:
            value = table.before(folded, at)
            if value:
                yield f"before.{place}.{value}"
                if quoted and place == "product" and value != "use":
                    yield "quoted.product"
        if before == "的":
            yield "before.of"
            owner = words[guess.first - 2].code if guess.first > 1 else "B"
            yield f"before.of.{owner if owner in 'HLXZY' else 'other'}"
        if guess.first and words[guess.first - 1].end == guess.start and guess.shape != "quoted":
            previous = words[guess.first - 1]
            if previous.code in "GHT" and self._before[0][1].before(folded, guess.start):
                yield "left.after_type"
            elif previous.code in "GHT" and self._before[1][1].before(folded, guess.start):
                yield "left.after_product_type"
            else:
                yield f"left.cut.{previous.code}"
        else:
            yield "left.whole"
        if guess.first and guess.shape != "quoted":
            previous = words[guess.first - 1]
            if previous.code == "B" and previous.end == guess.start:
                yield f"left.tag.{previous.tag[:1] or 'x'}"
        if guess.first and quoted and words[guess.first - 1].start + 1 == guess.start and guess.first > 1:
            yield f"left.quote.{words[guess.first - 2].code}"

    def _right(self, text: str, folded: str, words: Sequence[Word], guess: Guess) -> Iterator[str]:
        lexicon = self._lexicon
        at, length = guess.end, len(text)
        if at < length and text[at] in _CLOSE:
            yield "right.quote"
            at += 1
        if text[at : at + 1] in ("（", "("):
            if _CODE.match(text, at):
                yield "right.code"
            elif _TAUGHT.match(text, at):
                yield "right.taught"
        following = text[at : at + 1]
        if following == "" or following in _FINISH:
            yield "right.end"
        elif following in "，,：:":
            yield "right.comma"
        elif following in "（(":
            yield "right.bracket"
        elif following in "）)":
            yield "right.closing"
        elif following in _OPEN:
            yield "right.opening"
        values = [table.after(folded, at) for _, table in self._after]
        if not all(values):
            skipped = _SKIPPED.match(text, at)
            if skipped is not None and skipped.end() > at:
                later = [table.after(folded, skipped.end()) for _, table in self._after]
                values = [now or then for now, then in zip(values, later, strict=True)]
        for (place, _), value in zip(self._after, values, strict=True):
            if value:
                yield f"after.{place}.{value}"
        if text[at : at + 2] in _PLANS or (following == "的" and text[at + 1 : at + 3] in _PLANS):
            yield "right.plan"
        if guess.last < len(words) and words[guess.last].start == guess.end:
            following_word = words[guess.last]
            if following_word.code != "B" and self._after[0][1].after(folded, at) in _SPEAKS_OF_FIRM:
                yield "right.firm_word"
            else:
                yield f"right.cut.{following_word.code}"
            if following_word.code == "B":
                yield f"right.tag.{following_word.tag[:1] or 'x'}"
        else:
            yield "right.whole"


def longest_suffix(word: str, table: Mapping[str, str] | frozenset[str], longest: int) -> str:
    """Give the longest end of ``word`` that stands in ``table``, or nothing.

    >>> longest_suffix("越州市第二人民医院", {"医院": "", "人民医院": ""}, 4)
    '人民医院'
    """
    for size in range(min(longest, len(word)), 0, -1):
        if word[-size:] in table:
            return word[-size:]
    return ""


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


def _quality(codes: str) -> str:
    """Say how much like a proper name the words of ``codes`` are."""
    if "L" in codes:
        return "latin"
    if "X" in codes:
        return "odd"
    if "Z" in codes or "R" in codes:
        return "proper"
    if "P" in codes:
        return "place"
    if "Y" in codes:
        return "rare"
    if "C" in codes:
        return "character"
    return "plain"
