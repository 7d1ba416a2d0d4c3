"""Corrects the letters of words by the words beside them."""

import re
from bisect import bisect_left

from medai_extract.match.chinese.lexicon import HEAD, Lexicon, any_of
from medai_extract.match.chinese.lookup import longest_suffix
from medai_extract.match.chinese.words import Words

_VERSION = re.compile(
    r"(?!(?:19|20)[0-9]{2}(?![0-9.]))[0-9]{1,4}(?:\.[0-9]{1,2}){0,2}(?![0-9.,%年月日号號亿億万萬倍个個款台臺家例岁歲天小时時分元点點股位名种種项項千百层層次])"
)

_LINK = re.compile("(?<=[\u3400-\u9fff])-(?=[a-z0-9])|(?<=[\u3400-\u9fff])·(?=[\u3400-\u9fff])")
"""What links the parts of a name: 拾光-14B, 九章·髋导航."""

_SERIES = re.compile(
    "(?<![第0-9.一二三四五六七八九十])(?:[0-9]{1,3}|[一二三四五六七八九十])[号代](?![楼院线文馆令公店机码店台人理])"
)
"""What tells the members of a series of products apart: 观心1号, 望舒二代."""
_OF_SERIES = frozenset("XZRYNCL")
"""Letters of the words that name a series."""

_LINKED = "XZRYNCH"
"""Letters of the words that may stand beside such a link."""


_BRANCHED = frozenset("HXZR")
"""Letters of the words that the place of a branch follows: 儿童医院（佛山）."""


class Amendments:
    """The corrections, compiled."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._ordinals, self._ordinal_heads = lexicon.marks("ordinal"), lexicon.marks("ordinal_head")
        self._figures, self._figures_say = lexicon.marks("figures"), lexicon.marks("figures_say")
        pairs = [(first, self._ordinal_heads) for first in self._ordinals]
        pairs += [(first, self._figures_say) for first in self._figures]
        # Every branch begins with a character of its own, so that the engine skips to those.
        self._amendable = re.compile(
            "|".join([f"{first}(?:{any_of(following)})" for first, following in pairs])
            + "|".join(["", *(rf"{opening}[^（）()]{{1,5}}[）)]" for opening in ("（", r"\("))])
        )
        self._joining = re.compile(any_of(lexicon.marks("joining")))
        self._brand_ends = re.compile(
            rf"[{''.join(sorted(lexicon.marks('brand_end')))}](?=[，。、：；！？\n“”「」（）()|｜ \u3000的和与在已将是0-9])"
        )
        self._split_heads = lexicon.split_heads
        before = "".join(sorted({word[-2] for word in lexicon.split_heads}))
        self._head_ends = re.compile(rf"[{''.join(sorted(lexicon.marks('head_end')))}](?<=[{before}].)")

    def codes(self, words: Words) -> str:
        """Give the corrected letters: 一附院, 弗若斯特沙利文数据显示, 强联智创（北京）科技有限公司, 拾光-14B, 归档|宝, versions."""
        codes = list(words.codes)
        self._link(words, codes)
        for at in (match.start() for match in re.finditer("V", words.codes)):
            # Numbers that follow a word of a name may be versions; the others end names.
            continues = words.joins(at) and codes[at - 1] not in "BGT"
            start = words.starts[at]
            fits = not words.text[start].isdecimal() or _VERSION.match(words.text, start)
            if not (continues and fits):
                codes[at] = "B"
        self._number(words, codes)
        self._end(words, codes)
        self._joined(words, codes)
        for match in self._amendable.finditer(words.folded):
            first = bisect_left(words.starts, match.start())
            for at in range(first, min(bisect_left(words.starts, match.end()), len(codes)) - 1):
                self._at(words, codes, at)
        return "".join(codes)

    def _link(self, words: Words, codes: list[str]) -> None:
        """Keep what links the parts of a name inside it."""
        for match in _LINK.finditer(words.folded):
            at = bisect_left(words.starts, match.start())
            if (
                not 0 < at < len(codes) - 1
                or words.starts[at] != match.start()
                or codes[at - 1] not in _LINKED
            ):
                continue
            if words.joins(at) and words.joins(at + 1):
                following = "LV" if match[0] == "-" else _LINKED + "V"
                codes[at] = "K" if codes[at + 1] in following else codes[at]

    def _number(self, words: Words, codes: list[str]) -> None:
        """Let the number of a member be a part of its name: 若水|3|号."""
        for match in _SERIES.finditer(words.folded):
            first, last = bisect_left(words.starts, match.start()), bisect_left(words.starts, match.end())
            if not 0 < first < last or (words.starts[first], words.end(last - 1)) != match.span():
                continue
            if codes[first - 1] in _OF_SERIES and words.joins(first):
                codes[first:last] = "V" * (last - first)

    def _end(self, words: Words, codes: list[str]) -> None:
        """Let a verb of one character that often ends names of products be a part of one: 医考|通, 百草|问."""
        for match in self._brand_ends.finditer(words.folded):
            at = bisect_left(words.starts, match.start())
            if not 0 < at < len(codes) or words.starts[at] != match.start() or not words.joins(at):
                continue
            is_lone = codes[at] == "B" and len(words.surfaces[at]) == 1
            if is_lone and len(words.surfaces[at - 1]) == 2 and codes[at - 1] not in "BGT":
                codes[at] = "C"

    def _joined(self, words: Words, codes: list[str]) -> None:
        """Correct letters where names run into verbs (真格基金联合投资, 数据局组织了) and heads were cut apart (国家|网信|办)."""
        folded = words.folded
        for match in self._joining.finditer(folded):
            at = bisect_left(words.starts, match.start())
            if not 0 < at < len(codes) or words.folded_word(at) != match[0] or not words.joins(at):
                continue
            after_head = codes[at - 1] == "H" and (
                words.roles[at - 1] in HEAD or len(words.surfaces[at - 1]) == 1
            )
            # 联合 belongs to 联合实验室.
            goes_on = words.tags[at + 1 : at + 2] != "v" and words.codes[at + 1 : at + 2] in ("H", "N", "G")
            if after_head and not goes_on:
                codes[at] = "B"
        for match in self._head_ends.finditer(folded):
            at, end = bisect_left(words.starts, match.start()), match.end()
            is_cut = at < len(codes) and codes[at] == "B" and len(words.surfaces[at]) == 1 and words.joins(at)
            if is_cut and longest_suffix(folded[max(end - 6, 0) : end], self._split_heads, 6):
                codes[at] = "H"

    def _at(self, words: Words, codes: list[str], at: int) -> None:
        word, following = words.folded_word(at), words.folded_word(at + 1)
        if word in self._ordinals and following in self._ordinal_heads:
            codes[at] = "N"
        elif word in self._figures and following in self._figures_say:
            if at == 0 or codes[at - 1] in "BGTHR" or len(words.surfaces[at - 1]) > 2:
                codes[at] = "B"
        elif word in "（(" and at and at + 3 < len(codes):
            fits = codes[at + 1] in "PHG" and len(following) <= 5 and words.folded_word(at + 2) in "）)"
            # A name may go on with a verb (鸢尾（襄阳）成像技术有限公司), or end with the place of a branch.
            goes_on = codes[at + 3] != "B" or (
                codes[at + 1] == "P" and (codes[at - 1] in _BRANCHED or words.joins(at + 3))
            )
            if fits and codes[at - 1] != "B" and goes_on:
                codes[at : at + 3] = "KKK"
