"""Which words end the name of a body to their right, and which stand inside one: 供应商|X公司, but 方言|保护|协会."""

from collections.abc import Mapping
from typing import NamedTuple

from medai_extract.match.chinese.lexicon import FIRST, HEAD, TYPE, TYPE_AND_HEAD, Lexicon
from medai_extract.match.chinese.lookup import longest_suffix
from medai_extract.match.chinese.words import Words

CROSSED = "crossed"
"""Said of a word that ends names elsewhere, but stands inside this one."""
NAMED, _BEGINNING = frozenset("PXRZYL"), frozenset("PXRZL")
"""Letters of the words that tell a name from others, and of those that begin one."""
WITHIN = frozenset("和与及")
"""The conjunctions that stand inside names."""
_NUMBERED = frozenset(("hospital", "legal"))
"""Kinds of bodies whose names hold numbers."""
_CLOSED, _COUNTING = frozenset("dtrpuy"), frozenset("mrtdqpu")
"""Letters of the parts of speech that no name of a body holds, other than conjunctions, and of those that begin none."""
_FORMAL = ("有限", "股份有限")
_GOVERNING = frozenset(("deal", "by", "with", "launch", "use", "fund"))


class Root(NamedTuple):
    """What may stand before a head: the words ``[first, last)`` behind a mark, where the head begins and its kind.

    ``how`` says which mark that is, ``places`` where the places begin and end among the words.
    """

    words: Words
    first: int
    last: int
    head: int
    kind: str
    how: str
    places: Mapping[int, int]


class Breaks:
    """Decides word by word, from a head to the left, where its name begins."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        before = (*lexicon.org_before.items(), *lexicon.product_before.items())
        self.governing = lexicon.marks("body_before") | frozenset(
            [word for word, kind in before if kind in _GOVERNING]
        )
        self._trades = lexicon.org_heads.keys() | lexicon.product_heads.keys()
        self._opening, self._joining = lexicon.marks("body_opening"), lexicon.marks("body_and")
        self._glued = lexicon.marks("body_glued")
        self._national = tuple(lexicon.marks("national"))

    def at(self, root: Root, at: int) -> str:
        """Say how word ``at`` ends the name to its right: not at all, in which way, or that the name runs over it."""
        words = root.words
        word, code = words.folded_word(at), words.codes[at]
        if code == "K" or not "\u3400" <= word[0] <= "\u9fff":
            return "number" if code == "B" and word.isdecimal() and root.kind not in _NUMBERED else ""
        if words.end(at) > root.head:
            return ""
        begins = at + 1 in root.places or (at + 1 < root.last and words.codes[at + 1] in _BEGINNING)
        if word in self._joining:
            return self._joined(root, at, begins=begins)
        if word in self._opening and at == root.first:
            return "governed"
        if code == "B" and words.tags[at] in _CLOSED and self._is_closed(word, words.tags[at]):
            return CROSSED if self._is_phrase(root, at, begins=begins) else self._governed(root, at)
        if word in self.governing:
            return self._governed(root, at)
        return self._verb(root, at, begins=begins) if code == "B" else self._noun(root, at, begins=begins)

    def _is_phrase(self, root: Root, at: int, *, begins: bool) -> bool:
        """Say whether a small word stands in a name that is a phrase: 上海|无声之境|科技有限公司, 东莞|到家了|信息服务有限公司."""
        words, is_adverb = root.words, root.words.tags[at] == "d"
        begins = begins and at not in root.places.values()
        if is_formal(root) and not begins and words.tags[at] != "p" and words.folded_word(at) != "的":
            return words.folded_word(at + 1) in "（(" or self._anchored(root, at)
        return is_adverb and root.head - words.end(at) < 2 and self._anchored(root, at)

    def _is_closed(self, word: str, tag: str) -> bool:
        return len(word) > 1 or tag in "pu" or word in self._glued

    def _joined(self, root: Root, at: int, *, begins: bool) -> str:
        """Decide at a conjunction: 和|诺医学 begins a name, 机器人|与|微系统研究中心 is within one."""
        word, first = root.words.folded_word(at), root.first
        opens = root.how in ("label", "opening") and word == "和"
        if at == first and (opens or self.core(root.words, at + 1, root.last) < 2):
            return ""
        if not begins and at in root.places.values():
            return ""
        if word in WITHIN and self._is_stub(root.words, first, at - 1):
            return ""
        parts = at > first and not begins and not self.ends_body(root.words, at - 1)
        inside = word in WITHIN and parts and (self._anchored(root, at) or not self._names(root, at + 1))
        return CROSSED if inside else "and"

    def _is_stub(self, words: Words, first: int, at: int) -> bool:
        """Say whether a lone character stands before a conjunction, which is no name by itself: 由|盛|和|智元集团."""
        if at < first or words.sizes[at] != "\x01" or words.codes[at] != "C":
            return False
        return at == first or words.codes[at - 1] == "B"

    def _governed(self, root: Root, at: int) -> str:
        """Decide at a preposition or a word like 采购: a lone character may begin a name that would be too short without it.

        Right before a legal form it says what a firm does: 医疗器械|销售|有限公司.
        """
        if root.kind == "legal" and at > root.first and root.words.end(at) == root.head:
            return ""
        is_lone = at == root.first and len(root.words.surfaces[at]) == 1
        return "" if is_lone and root.head - root.words.end(at) < 2 else "governed"

    def _noun(self, root: Root, at: int, *, begins: bool) -> str:
        """Decide at a noun: a role, a title or a firm before another one."""
        words = root.words
        code = words.codes[at]
        if code in "TG" and words.roles[at] in (TYPE, TYPE_AND_HEAD):
            return "type" if begins else ""
        if code == "T":
            return "title" if begins or self._names(root, at + 1) else ""
        is_firm = code == "H" and root.kind == "legal" and words.folded_word(at).endswith("公司")
        return "after" if is_firm and begins and self.core(words, at + 1, root.last) > 1 else ""

    def _verb(self, root: Root, at: int, *, begins: bool) -> str:
        """Decide at a word that ends names elsewhere: it is inside where what follows is no name on its own."""
        words, core = root.words, self.core(root.words, at + 1, root.last)
        is_lone, is_anchored = len(words.surfaces[at]) == 1, self._anchored(root, at)
        if root.kind == "legal" and (
            is_lone or at == root.first or core < 2 or (words.tags[at] == "m" and is_anchored)
        ):
            return CROSSED
        if is_lone and not begins:
            return CROSSED
        if begins and core > 1:
            return "word"
        if is_anchored or (core == 0 and words.codes[root.first] in NAMED):
            return CROSSED
        return "word" if begins or self._names(root, at + 1) else "plain"

    def _names(self, root: Root, first: int) -> bool:
        return not NAMED.isdisjoint(root.words.codes[first : root.last])

    def _anchored(self, root: Root, at: int) -> bool:
        """Say whether what stands left of a break begins like the name of a body, without another break."""
        words = root.words
        for before in range(at - 1, root.first - 1, -1):
            if before in root.places or words.folded_word(before) in self._national:
                return True
            if self.ends_body(words, before):
                return True
            if words.codes[before] == "B" and len(words.surfaces[before]) > 1:
                return False
        return False

    def ends_body(self, words: Words, at: int) -> bool:
        """Say whether word ``at`` is the head of a body, or ends in one."""
        if words.codes[at] != "H":
            return False
        heads = self._lexicon.institution_heads
        return words.roles[at] in HEAD or longest_suffix(words.folded_word(at), heads, 8) != ""

    def core(self, words: Words, first: int, last: int) -> int:
        """Give the size of a root without the brackets and the words of a trade or a field that end it."""
        while last > first and words.folded_word(last - 1) in ")）":
            last = max(last - 3, first)
        while last > first and not self.ends_body(words, last - 1):
            word = words.folded_word(last - 1)
            if not (word in self._trades or words.codes[last - 1] in "GK" or self._lexicon.is_generic(word)):
                break
            last -= 1
        return words.end(last - 1) - words.starts[first] if last > first else 0

    def is_named(self, root: Root, first: int) -> bool:
        """Say whether the root from word ``first`` on holds a name, rather than a count or words of the field alone."""
        words = root.words
        if words.folded_word(first).startswith(self._national):
            return True
        if (words.tags[first] in _COUNTING and not is_formal(root)) or words.roles[first] in FIRST:
            return False
        return self.core(words, first, root.last) > 1


def is_formal(root: Root) -> bool:
    """Say whether the head is the legal form of a firm in full: 有限公司, 股份有限公司."""
    return root.kind == "legal" and root.words.folded.startswith(_FORMAL, root.head)
