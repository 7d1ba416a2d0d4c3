"""What the tables and jieba's dictionary say of a Chinese word: a letter for what it can be in a name.

jieba knows nothing of new names, but what it does know is where names stop: at function words, verbs, numbers and generic nouns.
The letters: ``B`` ends a name, ``G`` a generic noun (企业, 平台), ``T`` a person's title, ``H`` a head (医院, 科技, 大模型), ``L`` a Latin
run, ``K`` a bracket inside a name, ``P`` a place, ``X`` a word no dictionary has, ``Z`` a proper name of the dictionary, ``R`` a
person's name of it, ``Y`` a rare word of it, ``C`` a single character, ``N`` any other noun, ``V`` a version number.
Two more letters say how a word counts whatever it is: its part of speech and its role in a name.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from medai_extract.match.marks import Marks
from medai_extract.patterns import Patterns
from medai_extract.segment.zh import load_segmenter

RARE, VERY_RARE = 200, 20
"""Occurrences in jieba's counts below which a word of the dictionary is more likely a name than in its own meaning."""
GENRE_WORDS, CHARACTERS_A_WORD = 5, 60
"""Different words of the genre that an article must have, and the length at which a shorter text must have one more."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_ROUND = re.compile(r"[a-h]\+*轮")
_BREAKING_TAGS = frozenset("pcurdyeotmqfkhzv") | {"vd", "vi", "uj", "ul", "ug", "uz", "ud", "uv"}
CODES = "BGTHLKPXZRYCNV"
PROPER = "N"
"""The letter of a part of speech that is a proper noun other than a person or a place."""
TYPE, TYPE_AND_HEAD = "t", "T"
FIRST, HEAD = "fF", "hTF"
"""Letters of the roles: a word for a kind of thing that no name holds, one that no name begins with, the head of an institution."""


class Lexicon:
    """The word tables, folded as the text is."""

    def __init__(self, patterns: Patterns, folding: Mapping[int, int]) -> None:
        self.folding = folding
        fold = self._fold
        self.org_heads = fold(patterns, "org.zh_heads")
        self.product_heads = fold(patterns, "product.zh_heads")
        self.org_before, self.org_after = fold(patterns, "org.zh_before"), fold(patterns, "org.zh_after")
        # 抓药机器人|戥子, 长相守|戒指: what names end in stands beside them, too.
        beside = dict.fromkeys(self.product_heads.keys() - self.org_before.keys(), "head")
        self.product_before = beside | fold(patterns, "product.zh_before")
        self.product_after = beside | fold(patterns, "product.zh_after")
        self.surnames = frozenset(fold(patterns, "words.zh_surnames"))
        self.never = frozenset(fold(patterns, "words.zh_names_not"))
        refused = fold(patterns, "words.zh_refused")
        self.refused_heads = frozenset(word for word, kind in refused.items() if kind == "head")
        # Case tells a technology from a name (IT, it), so Latin words are not folded.
        self.refused_latin = frozenset(
            [*patterns.table("words.zh_latin"), *patterns.table("words.en_common")]
        )
        self._marks = Marks(patterns, "words.zh_marks")
        self._inside = frozenset(fold(patterns, "words.zh_inside"))
        self._genre = re.compile(any_of(fold(patterns, "words.zh_genre")))
        self._pronouns = self.marks("pronoun")
        self._place_ends = self.marks("place_end")
        self.institution_heads = frozenset(
            word
            for word, kind in self.org_heads.items()
            if kind not in ("trade", "brand", "media") and len(word) > 1
        )
        self.split_heads = frozenset(
            word for word in self.institution_heads if word[-1] in self.marks("head_end")
        )
        self.long_product_heads = frozenset(word for word in self.product_heads if len(word) > 2)
        self.lengthening_heads = self.long_product_heads | {word for word in self.org_heads if len(word) > 1}
        self.places = frozenset(fold(patterns, "words.zh_places"))
        self._letters = self._letters_of_tables(
            fold(patterns, "words.zh_types"), fold(patterns, "words.zh_breaks")
        )
        self._roles = self._roles_of_tables(
            frozenset(word for word, kind in refused.items() if kind == "first")
        )
        self._domain = fold(patterns, "words.zh_domain") | {" ": "", "+": ""}
        self._domain_sizes = sizes_by(self._domain, 0)

    @cached_property
    def has_word(self) -> Callable[[str], bool]:
        """Give what says whether jieba's dictionary has a word; it is read at the first question."""
        return load_segmenter().has_word

    @cached_property
    def frequency(self) -> Callable[[str], int]:
        """Give what says how often jieba's dictionary counted a word."""
        return load_segmenter().frequency

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is jieba's, which cannot be kept."""
        return {name: kept for name, kept in self.__dict__.items() if name not in ("has_word", "frequency")}

    def _fold(self, patterns: Patterns, name: str) -> dict[str, str]:
        return {word.translate(self.folding): value for word, value in patterns.table(name).items()}

    def _letters_of_tables(self, types: Mapping[str, str], breaks: Mapping[str, str]) -> dict[str, str]:
        """Give the letters of the words that stand in tables; a title is one even if it heads names, too."""
        loose = self.marks("loose_type")
        roles = {word for word, kind in self.org_before.items() if kind in ("type", "firm")} - loose
        letters = dict.fromkeys(self.places, "P") | dict.fromkeys(
            [word for word in roles if len(word) > 1], "G"
        )
        letters |= dict.fromkeys(breaks, "B") | dict.fromkeys(types, "G")
        letters |= dict.fromkeys([*self.org_heads, *self.product_heads], "H")
        letters |= dict.fromkeys(self.marks("version"), "V")
        return letters | {word: "T" for word, kind in types.items() if kind == "title"}

    def _roles_of_tables(self, generic_first: frozenset[str]) -> dict[str, str]:
        loose = self.marks("loose_type")
        types = frozenset(
            word
            for word, kind in self.org_before.items()
            if kind in ("type", "firm") and len(word) > 1 and word not in loose
        )
        roles = dict.fromkeys(self.institution_heads, "h") | dict.fromkeys(generic_first, "f")
        roles |= dict.fromkeys(types, TYPE) | dict.fromkeys(self.institution_heads & types, TYPE_AND_HEAD)
        return roles | dict.fromkeys(self.institution_heads & generic_first, "F")

    def marks(self, kind: str) -> frozenset[str]:
        """Give the words of one kind of the table ``words.zh_marks``."""
        return self._marks[kind]

    def is_generic(self, word: str) -> bool:
        """Say whether a folded form is made of words of the field only: 骨科手术机器人."""
        domain, sizes = self._domain, self._domain_sizes
        if word[:1] not in sizes or word in domain:
            return word in domain
        reached = [0]
        for at in reached:
            for size in sizes.get(word[at : at + 1], ()):
                end = at + size
                if end not in reached and word[at:end] in domain:
                    if end == len(word):
                        return True
                    reached.append(end)
        return False

    def is_of_genre(self, folded: str) -> bool:
        """Say whether a folded text is about firms, medicine or software; a line or two is given the benefit of the doubt."""
        wanted = min(GENRE_WORDS, 1 + len(folded) // CHARACTERS_A_WORD)
        found: set[str] = set()
        for match in self._genre.finditer(folded):
            found.add(match[0])
            if len(found) == wanted:
                return True
        return False

    def role(self, word: str) -> str:
        """Give the letter of the role of a folded word, or a hyphen."""
        return self._roles.get(word, "-")

    def code(self, surface: str, word: str, tag: str) -> str:
        """Give the letter of a token: its surface, its folded form and its part of speech."""
        if surface in self.refused_latin:
            return "N"
        if not _HAN.search(word):
            return "V" if word[:1].isdigit() and not word.endswith("%") else "B"
        letter = self._letters.get(word)
        if letter is not None:
            return letter
        return "B" if word[-1] == "轮" and _ROUND.fullmatch(word) else self._by_dictionary(word, tag)

    def _by_dictionary(self, word: str, tag: str) -> str:
        known = len(word) == 1 or self.has_word(word)
        rare = "Y" if self.frequency(word) < RARE else "N"
        if tag == "ns" and (known or word[-1] in self._place_ends):
            return "Y" if rare == "Y" and word[-1] not in self._place_ends else "P"
        if tag == "v" and len(word) == 2 and word[1] in "向与对为将" and rare == "Y":
            return "B"
        if len(word) > 2 and (word[-2:] in self.org_heads or word[-3:] in self.org_heads):
            return "H"
        if not known:
            return "B" if word[0] in self._pronouns else "X"
        if word in self._inside:
            return "C" if len(word) == 1 else rare
        return self._by_tag(word, tag, rare)

    def _by_tag(self, word: str, tag: str, rare: str) -> str:
        if tag in ("v", "a") and 1 < len(word) < 4 and self.frequency(word) < VERY_RARE:
            return "Y"
        if tag in _BREAKING_TAGS or (tag in ("i", "l") and len(word) > 3):
            return "B"
        if tag in ("nz", "nt", "nrt", "j"):
            return "Z"
        if tag == "nr":
            return "R"
        return "C" if len(word) == 1 else rare


def any_of(words: Mapping[str, str] | frozenset[str]) -> str:
    """Give the pattern for any of the words, the longest first.

    >>> any_of({"AI": "", "AI医疗": ""})
    'AI医疗|AI'
    """
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def sizes_by(words: Iterable[str], place: int) -> dict[str, tuple[int, ...]]:
    """Give the lengths of words by their first or last character, the longest first.

    >>> sizes_by(["医院", "医", "公司"], 0)
    {'医': (2, 1), '公': (2,)}
    """
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(word[place], set()).add(len(word))
    return {char: tuple(sorted(found, reverse=True)) for char, found in sizes.items()}
