"""What the inside of a Chinese span says: its head, what stands before the head, and what names seldom hold."""

import re
from collections.abc import Iterator
from functools import cache

from medai_extract.match.chinese.lexicon import FIRST, HEAD, PROPER, TYPE, TYPE_AND_HEAD, Lexicon, any_of
from medai_extract.match.chinese.lookup import NO_HEAD, Head, Heads
from medai_extract.match.chinese.qualities import QUALITIES, of_letters, of_sequence, quality_of
from medai_extract.match.chinese.words import Words

_HAN = re.compile(r"[\u3400-\u9fff]")
_CAPITAL_INSIDE = re.compile(r"[a-z][A-Z]")
_ODD_LATIN = re.compile(
    r"(?P<bare_version>[vV][0-9]+(?:\.[0-9]+)*)|(?P<figure>[0-9.]+[a-z]+)|(?P<code>(?=(?:[A-Z]*[0-9]){5})[A-Z0-9]+(?:-[A-Z0-9]+){2,})"
)
_LONG_KINDS = frozenset(("government", "institute", "association", "legal", "hospital"))
_FULL_KINDS = frozenset(("trade", "finance", "hospital", "brand"))
"""Kinds of bodies whose names have more than a character before the head."""
_NATIONAL_KINDS = frozenset(("media", "government", "association", "institute"))
_ABSTRACT = frozenset("化性率度型式")
_PLAIN = frozenset("YNZR")
_NAMING, _CUT = frozenset("XZRLYP"), frozenset(("cut", "cut_long", "glued", "headed", "body"))
# Evidence is looked up by identity and hash, so its names are made once.
_SHAPES = {
    shape: f"shape.{shape}"
    for shape in (
        "words",
        "quoted",
        "item",
        "found",
        "cut",
        "cut_long",
        "broken",
        "glued",
        "headed",
        "loose",
        "repeated",
        "versioned",
        "named",
    )
} | {"body": "shape.words"}
_LINKED = re.compile("[-·]")
_LENGTHS, _PERSONS = [f"length.{size}" for size in range(10)], [f"person.{size}" for size in range(5)]
_COUNT = re.compile(
    "(?:[近超约逾上数几多]?[一二三四五六七八九十百千两数]+[余多]?|近|超|逾)(?:家|所|个|次|位|名|款|线|年|项)|[家个次]"
)
_NAMELY = frozenset(("latin", "odd", "proper", "rare"))
_COUNTED = {
    quality: [f"common.{quality}.{fifth}" for fifth in range(5)] for quality in ("plain", "rare", "proper")
}
_WHOLES = {quality: f"whole.{quality}" for quality in QUALITIES}


class Inside:
    """Gathers evidence from the words of a span."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._heads = Heads(lexicon.org_heads, lexicon.product_heads, lexicon.refused_heads)
        self._countries = lexicon.marks("country")
        self._branches, self._regions = tuple(lexicon.marks("branch")), lexicon.marks("region")
        self._glued_before, self._glued_after = lexicon.marks("seam_before"), lexicon.marks("seam_after")
        self._ai_role = re.compile(rf"ai[\u3400-\u9fff]{{2,5}}(?:{any_of(lexicon.marks('ai_role'))})")
        self._latin_firm = re.compile(rf"(?:{any_of(lexicon.marks('latin_firm'))})\.?$")
        versions = any_of(lexicon.marks("latin_version"))
        ranks = any_of(lexicon.marks("latin_rank"))
        self._no_name = re.compile(rf"(?:{versions}|(?:{ranks})[. \-]?[0-9]+)")
        self._tails = re.compile(
            rf"(?:(?P<coded>[A-Za-z]{{1,4}}[ \-]?[0-9].*)|(?P<version>{versions})|(?P<acronym>[A-Z]+)|(?P<name>.+))"
        )
        self._versioned = re.compile(
            r"[A-Za-z\u3400-\u9fff][\w ]*?[-· ]?"
            rf"(?:[A-Z]{{0,3}}[0-9]+(?:\.[0-9]+)*[A-Za-z]{{0,2}}|{versions})$"
        )

    def gather(self, words: Words, start: int, end: int, first: int, last: int, shape: str) -> list[str]:
        """Give the evidence of a span that touches the words ``[first, last)``; ``shape`` says how it was found."""
        form, codes, roles = words.folded[start:end], words.codes[first:last], words.roles[first:last]
        if codes[0] == "N" and self._ai_role.fullmatch(form):
            # The first “AI麻醉护士” of a hospital is a product, though 护士 is no name of any kind.
            return [_SHAPES[shape], "ai.role"]
        found = [_SHAPES[shape]]
        ending = head = self._heads.of(form)
        if last - first == 1 and shape not in _CUT and self._is_common_word(words, first):
            # 布局 (to position oneself) does not end in 局 (bureau).
            found.append("one.word")
            if head.size:
                # Nor does it say nothing: 港交所 is an exchange.
                found.append(f"one.{head.kind or 'product'}.{min(len(form), 4)}")
            head = NO_HEAD
        if last - first == 1 and codes in _PLAIN and len(form) > 3:
            found.append("one.phrase")
        kind = head.kind
        if head.size:
            found += head.evidence
            found += self._of_head(words, form, head, start, first, last)
        else:
            found += self._of_whole(words, form, first, last)
        # Of an unknown word the last character says little.
        if ending.refused > 1 or (ending.refused and codes[-1] not in "XZR"):
            found += self._of_refused_end(words, first, last)
        found += self._of_form(form, kind, roles)
        if (codes[0] == "X" and shape == "words") or (codes[0] == "P" and last > first + 1):
            found += self._of_edges(words, first, last, kind)
        found += of_letters(codes, kind in _LONG_KINDS, shape)
        found += of_sequence(words.tags[first:last], words.sizes[first:last])
        # The head before a version is the span's own: 云砚医疗大模型V2.1.
        if "H" in codes[: -2 if codes[-1] in "LV" else -1]:
            found += self._two_heads(words, form, first, last, kind)
        elif first and words.codes[first - 1] == "H" and self._is_branch(words, form, start, first):
            found.append("cut.branch")
        if "K" in codes and (link := _LINKED.search(form)) is not None:
            found.append("linked.hyphen" if link[0] == "-" else "linked.dot")
        if "L" in codes or "V" in codes or form[0].isascii():
            found += self._latin(words.text[start:end], codes)
        return found

    def _of_refused_end(self, words: Words, first: int, last: int) -> tuple[str, ...]:
        """Weigh an end that no name has, but for the branches of firms: 红杉中国, 礼来亚洲."""
        if last > first + 1 and words.folded_word(last - 1) in self._regions:
            return ("last.region",)
        return (
            ("last.refused", "last.refused.odd")
            if "X" in words.codes[first : last - 1]
            else ("last.refused",)
        )

    def _of_edges(self, words: Words, first: int, last: int, kind: str) -> Iterator[str]:
        """Say whether another word may be glued to the span, or a country stand before it: 经白狼河医院, 蔚舟将, 丹麦北桥医疗."""
        word = words.folded_word(first)
        if words.codes[first] == "P":
            if word in self._countries:
                yield f"first.country.{kind or 'none'}"
            return
        if len(word) > 2 and (word[0] in self._glued_before or word[:2] in self._glued_before):
            yield "first.glued"
        if last == first + 1 and len(word) > 2 and word[-1] in self._glued_after:
            yield "last.glued"

    def _is_branch(self, words: Words, form: str, start: int, first: int) -> bool:
        return form.endswith(self._branches) and words.end(first - 1) == start

    def _of_head(self, words: Words, form: str, head: Head, start: int, first: int, last: int) -> list[str]:
        """Weigh what stands before the head."""
        size = len(form) - head.size
        if not size:
            return ["root.none", "whole.domain"] if self._lexicon.is_generic(form) else ["root.none"]
        root, end, starts = form[:size], start + size, words.starts
        while last - 1 > first and starts[last - 1] >= end:
            last -= 1
        if self._lexicon.is_generic(root):
            quality = "field" if head.kind in _NATIONAL_KINDS else "domain"
        else:
            quality = quality_of(words.codes[first:last])
        found = [*_of_root(quality, head.kind or "product")]
        if root in self._lexicon.surnames:
            # 邵|医生
            found.append("root.surname")
        if last > first + 1 and quality in _NAMELY and self._lexicon.is_generic(words.folded_word(last - 1)):
            found.append("tailed.org" if head.kind else "tailed.product")
        if last == first + 1 and words.roles[first] in FIRST:
            # 部分公司, 多家医院
            found.append("root.generic")
        if size == 1:
            found.append("root.stub" if head.size > 1 and head.kind in _FULL_KINDS else "root.one")
        elif size == 2 and quality == "plain":
            found.append("root.two")
        if head.size == 1:
            found.append("head.one")
        return found

    def _of_whole(self, words: Words, form: str, first: int, last: int) -> list[str]:
        """Weigh a span without a head."""
        surnames, size, codes = self._lexicon.surnames, len(form), words.codes[first:last]
        abstract = ["last.abstract"] if form[-1] in _ABSTRACT else []
        if "L" in codes and codes != "L":
            return abstract + self._of_mixed(words, first, last)
        quality = quality_of(codes)
        found = [*abstract, "whole.domain" if self._lexicon.is_generic(form) else _WHOLES[quality]]
        if quality in _COUNTED:
            found.append(_COUNTED[quality][int(min(words.counts[first:last]))])
        has_han = "\u3400" <= form[0] <= "\u9fff" or _HAN.search(form)
        found.append(_LENGTHS[min(size, 9)] if has_han else "length.latin")
        if 2 <= size <= 4 and (form[0] in surnames or form[:2] in surnames):
            found.append(_PERSONS[size])
        return found

    def _of_mixed(self, words: Words, first: int, last: int) -> list[str]:
        """Weigh the Chinese part of a span without a head that holds Latin letters, too, and those that end it: 糖屿S2."""
        codes = words.codes[first:last]
        chinese = "".join([words.folded_word(at) for at in range(first, last) if words.codes[at] not in "LK"])
        is_generic = self._lexicon.is_generic(chinese)
        found = [
            "mixed.generic" if is_generic else f"mixed.{quality_of(codes.replace('L', ''))}",
            f"mixed.length.{min(len(chinese), 7)}",
        ]
        if codes[-1] == "L":
            if codes[-2] == "H":
                # 云砚医疗大模型V2.1 is a name, 大模型Qwen2.5 is one with its kind before it.
                is_version = len(codes) > 2 and _ODD_LATIN.fullmatch(words.surfaces[last - 1]) is not None
                found.append("mixed.head.version" if is_version else "mixed.head")
            tail = self._tails.fullmatch(words.surfaces[last - 1])
            found.append(f"tail.{tail.lastgroup}" if tail else "tail.name")
        return found

    def _of_form(self, form: str, kind: str, roles: str) -> list[str]:
        """Weigh characters and words that names seldom hold."""
        found = []
        if form in self._lexicon.never:
            found.append("word.never")
        if _COUNT.match(form):
            found.append("first.count")
        if "公司" in form and "公司" in form[:-2] and not form.endswith("分公司"):
            found.append("inside.company")
        if TYPE in roles or TYPE_AND_HEAD in roles:
            found.append("inside.type")
        if roles[0] in FIRST or (form[0] == "大" and kind):
            found.append("first.generic")
        if roles[0] in HEAD and len(roles) > 1:
            found.append("first.head")
        return found

    def _is_common_word(self, words: Words, at: int) -> bool:
        if words.codes[at] in _NAMING or words.tags[at] == PROPER:
            return False
        word = words.folded_word(at)
        return len(word) < 4 and self._lexicon.has_word(word)

    def _two_heads(self, words: Words, form: str, first: int, last: int, kind: str) -> Iterator[str]:
        """Weigh heads inside the span: a branch of a longer named body, or two names run together."""
        yield "inside.head"
        if words.folded_word(words.codes.index("H", first))[-2:] in ("大学", "学院") and kind:
            yield "inside.university"
        if form.endswith(self._branches):
            yield "inside.branch"
        heads = (at for at in range(first, last) if words.roles[at] in HEAD)
        if any(words.folded_word(at).endswith("大学") for at in range(next(heads, last) + 1, last)):
            yield "inside.two"

    def _latin(self, surface: str, codes: str) -> Iterator[str]:
        """Weigh the shape of Latin letters and versions."""
        if codes == "V" or surface in self._lexicon.refused_latin or self._no_name.fullmatch(surface):
            yield "word.never"
        if codes == "L":
            if surface.isupper() and surface.isalpha():
                yield "latin.acronym"
            elif _CAPITAL_INSIDE.search(surface.replace(" ", "")):
                yield "latin.camel"
            else:
                yield "latin.lower" if surface.islower() else "latin.word"
            if " " in surface:
                yield "latin.words"
            if (odd := _ODD_LATIN.fullmatch(surface)) is not None:
                yield f"latin.{odd.lastgroup}"
            if self._latin_firm.search(surface):
                yield "latin.firm"
        elif codes[0] == "L":
            yield "latin.first"
        elif codes[-1] == "L":
            yield "latin.last"
        if ("L" in codes or "V" in codes) and self._versioned.search(surface):
            yield "latin.version"
        if codes[-1] == "V":
            yield "version"


@cache
def _of_root(quality: str, kind: str) -> tuple[str, str]:
    return f"root.{quality}", f"root.{quality}.{kind}"
