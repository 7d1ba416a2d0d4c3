"""What the inside of a Chinese span says: its head, what stands before the head, and what names seldom hold."""

import re
from collections.abc import Iterator, Mapping, Sequence

from medai_extract.match.chinese_lexicon import Lexicon, any_of
from medai_extract.match.chinese_words import Guess, Words

_HAN = re.compile(r"[\u3400-\u9fff]")
_CAPITAL_INSIDE = re.compile(r"[a-z][A-Z]")
_LONG_KINDS = frozenset(("government", "institute", "association", "legal", "hospital"))
_NATIONAL_KINDS = frozenset(("media", "government", "association", "institute"))
_ABSTRACT = frozenset("化性率度型式")


class Inside:
    """Gathers evidence from the words of a guess and the letter of the one before it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._branches = tuple(lexicon.marks("branch"))
        self._latin_firm = re.compile(rf"(?:{any_of(lexicon.marks('latin_firm'))})\.?$")
        self._versioned = re.compile(
            r"[A-Za-z\u3400-\u9fff][\w ]*?[-· ]?"
            rf"(?:[A-Z]{{0,3}}[0-9]+(?:\.[0-9]+)*[A-Za-z]{{0,2}}|{any_of(lexicon.marks('latin_version'))})$"
        )

    def gather(self, surface: str, folded: str, words: Words, guess: Guess, before: str) -> Iterator[str]:
        """Give the evidence; ``before`` is the letter of the word that touches the span."""
        lexicon = self._lexicon
        form = folded[guess.start : guess.end]
        tokens, codes = words.tokens[guess.first : guess.last], words.codes[guess.first : guess.last]
        inner = [folded[token.start : token.end] for token in tokens]
        org_head = product_head = ""
        if not guess.shape.startswith("cut") and self._is_common_word(inner, codes, tokens[0].tag):
            # 布局 (to position oneself) does not end in 局 (bureau).
            yield "one.word"
        else:
            org_head = longest_suffix(form, lexicon.org_heads, 8)
            product_head = longest_suffix(form, lexicon.product_heads, 6)
        kind = lexicon.org_heads.get(org_head, "")
        if kind:
            yield f"head.{kind}"
        if product_head:
            yield f"ends.{lexicon.product_heads[product_head]}"
        head = max(org_head, product_head, key=len)
        root = form[: len(form) - len(head)]
        root_end = guess.start + len(root)
        quality = quality_of(codes[: sum([token.start < root_end for token in tokens])])
        if head:
            yield from self._root(root, quality, kind)
            if len(head) == 1 and root:
                yield "head.one"
        else:
            yield "whole.domain" if lexicon.is_generic(root) else f"whole.{quality}"
            yield f"length.{min(len(surface), 9) if _HAN.search(surface) else 'latin'}"
            if 2 <= len(form) <= 4 and (form[0] in lexicon.surnames or form[:2] in lexicon.surnames):
                yield f"person.{len(form)}"
        if surface in lexicon.refused_latin:
            yield "word.never"
        yield from self._form(form, kind)
        yield from self._words(inner, codes, kind)
        yield from self._institution(form, inner, codes, before, kind)
        if "L" in codes or "V" in codes:
            yield from self._latin(surface, codes)

    def _is_common_word(self, inner: Sequence[str], codes: str, tag: str) -> bool:
        common = len(inner[0]) < 4 and codes not in "XZRLYP" and tag not in ("nt", "nz")
        return len(inner) == 1 and common and self._lexicon.has_word(inner[0])

    def _root(self, root: str, quality: str, kind: str) -> Iterator[str]:
        """Weigh what stands before the head."""
        if not root:
            yield "root.none"
            return
        if self._lexicon.is_generic(root):
            quality = "field" if kind in _NATIONAL_KINDS else "domain"
        yield f"root.{quality}"
        yield f"root.{quality}.{kind or 'product'}"
        if len(root) == 1:
            yield "root.one"
        elif len(root) == 2 and quality == "plain":
            yield "root.two"

    def _form(self, form: str, kind: str) -> Iterator[str]:
        """Weigh the characters of the whole span."""
        lexicon = self._lexicon
        if form in lexicon.never:
            yield "word.never"
        if form[-1] in _ABSTRACT:
            yield "last.abstract"
        if "公司" in form[:-2] and not form.endswith("分公司"):
            yield "inside.company"
        if longest_suffix(form, lexicon.refused_heads, 4):
            yield "last.refused"
        if form[:1] == "大" and kind:
            yield "first.generic"

    def _words(self, inner: Sequence[str], codes: str, kind: str) -> Iterator[str]:
        """Weigh the words that names seldom hold."""
        lexicon = self._lexicon
        if "G" in codes[:-1]:
            yield "inside.field" if kind in _LONG_KINDS else "inside.generic"
        if codes[-1:] in ("G", "T"):
            yield "last.generic"
        if "T" in codes:
            yield "inside.title"
        if any(word in lexicon.strict_types for word in inner):
            yield "inside.type"
        if codes[:1] == "P":
            yield "first.place"
        if codes in ("P", "PP"):
            yield "whole.only_place"
        if inner and inner[0] in lexicon.generic_first:
            yield "first.generic"
        if codes[-1:] == "P" and len(codes) > 1:
            yield "last.place"

    def _institution(
        self, form: str, inner: Sequence[str], codes: str, before: str, kind: str
    ) -> Iterator[str]:
        """Weigh heads inside the span: a branch of a longer named body, or two names run together."""
        heads = self._lexicon.institution_heads
        if len(inner) > 1 and inner[0] in heads:
            yield "first.head"
        if "H" not in codes[:-1]:
            if before == "H" and form.endswith(self._branches):
                yield "cut.branch"
            return
        yield "inside.head"
        if inner[codes.index("H")][-2:] in ("大学", "学院") and kind:
            yield "inside.university"
        if form.endswith(self._branches):
            yield "inside.branch"
        first = next((at for at, word in enumerate(inner) if word in heads), len(inner))
        if any(word.endswith("大学") for word in inner[first + 1 :]):
            yield "inside.two"

    def _latin(self, surface: str, codes: str) -> Iterator[str]:
        """Weigh the shape of Latin letters and versions."""
        if codes == "L":
            if surface.isupper() and surface.isalpha():
                yield "latin.acronym"
            elif _CAPITAL_INSIDE.search(surface.replace(" ", "")):
                yield "latin.camel"
            else:
                yield "latin.lower" if surface.islower() else "latin.word"
            if " " in surface:
                yield "latin.words"
            if self._latin_firm.search(surface):
                yield "latin.firm"
        elif codes[0] == "L":
            yield "latin.first"
        elif codes[-1] == "L":
            yield "latin.last"
        if self._versioned.search(surface):
            yield "latin.version"
        if codes[-1] == "V":
            yield "version"


def quality_of(codes: str) -> str:
    """Say how much like a proper name words of these letters are.

    >>> quality_of("NXN"), quality_of("PN"), quality_of("NN")
    ('odd', 'place', 'plain')
    """
    for letters, quality in (
        ("L", "latin"),
        ("X", "odd"),
        ("ZR", "proper"),
        ("P", "place"),
        ("Y", "rare"),
        ("C", "character"),
    ):
        if any(letter in codes for letter in letters):
            return quality
    return "plain"


def longest_suffix(word: str, table: Mapping[str, str] | frozenset[str], longest: int) -> str:
    """Give the longest end of ``word`` that stands in ``table``, or nothing.

    >>> longest_suffix("越州市第二人民医院", {"医院": "", "人民医院": ""}, 4)
    '人民医院'
    """
    for size in range(min(longest, len(word)), 0, -1):
        if word[-size:] in table:
            return word[-size:]
    return ""
