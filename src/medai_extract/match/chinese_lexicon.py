"""What the tables and jieba's dictionary say of a Chinese word: a letter for what it can be in a name.

jieba knows nothing of new names, but what it does know is where names stop: at function words, verbs, numbers and generic nouns.
The letters: ``B`` ends a name, ``G`` a generic noun (企业, 平台), ``T`` a person's title, ``H`` a head (医院, 科技, 大模型), ``L`` a Latin
run, ``K`` a bracket inside a name, ``P`` a place, ``X`` a word no dictionary has, ``Z`` a proper name of the dictionary, ``R`` a
person's name of it, ``Y`` a rare word of it, ``C`` a single character, ``N`` any other noun, ``V`` a version number.
"""

import re
from collections.abc import Callable, Mapping

from medai_extract.patterns import Patterns

RARE, VERY_RARE = 200, 20
"""Occurrences in jieba's counts below which a word of the dictionary is more likely a name than in its own meaning."""
GENRE_WORDS, CHARACTERS_A_WORD = 5, 60
"""Different words of the genre that an article must have, and the length at which a shorter text must have one more."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_ROUND = re.compile(r"[a-h]\+*轮")
_BREAKING_TAGS = frozenset(
    (
        "p",
        "c",
        "u",
        "d",
        "r",
        "y",
        "e",
        "o",
        "t",
        "m",
        "q",
        "f",
        "k",
        "h",
        "z",
        "v",
        "vd",
        "vi",
        "uj",
        "ul",
        "ug",
        "uz",
        "ud",
        "uv",
    )
)


class Lexicon:
    """The word tables, folded as the text is."""

    def __init__(self, patterns: Patterns, folding: Mapping[int, int]) -> None:
        self.folding = folding
        self.has_word, self.frequency = load_dictionary()
        fold = self._fold
        self.org_heads, self.product_heads = (
            fold(patterns, "org.zh_heads"),
            fold(patterns, "product.zh_heads"),
        )
        self.org_before, self.org_after = fold(patterns, "org.zh_before"), fold(patterns, "org.zh_after")
        self.product_before = fold(patterns, "product.zh_before")
        self.product_after = fold(patterns, "product.zh_after")
        self.surnames = frozenset(fold(patterns, "words.zh_surnames"))
        self.never = frozenset(fold(patterns, "words.zh_names_not"))
        refused = fold(patterns, "words.zh_refused")
        self.refused_heads = frozenset(word for word, kind in refused.items() if kind == "head")
        self.generic_first = frozenset(word for word, kind in refused.items() if kind == "first")
        # Case tells a technology from a name (IT, it), so Latin words are not folded.
        self.refused_latin = frozenset(patterns.table("words.zh_latin"))
        self._marks = patterns.table("words.zh_marks")
        self._types = fold(patterns, "words.zh_types")
        self._breaks = frozenset(fold(patterns, "words.zh_breaks"))
        self._inside = frozenset(fold(patterns, "words.zh_inside"))
        self._domain = re.compile(f"(?:{any_of(fold(patterns, 'words.zh_domain'))}|[ +])+")
        self._genre = re.compile(any_of(fold(patterns, "words.zh_genre")))
        self._place_ends = self.marks("place_end")
        self._group_heads()

    def _group_heads(self) -> None:
        loose = self.marks("loose_type")
        types = (word for word, kind in self.org_before.items() if kind == "type" and len(word) > 1)
        self.strict_types = frozenset(word for word in types if word not in loose)
        self.institution_heads = frozenset(
            word
            for word, kind in self.org_heads.items()
            if kind not in ("trade", "brand", "media") and len(word) > 1
        )
        self.long_product_heads = frozenset(word for word in self.product_heads if len(word) > 2)
        self.lengthening_heads = self.long_product_heads | {word for word in self.org_heads if len(word) > 1}

    def _fold(self, patterns: Patterns, name: str) -> dict[str, str]:
        return {word.translate(self.folding): value for word, value in patterns.table(name).items()}

    def marks(self, kind: str) -> frozenset[str]:
        """Give the words of one kind of the table ``words.zh_marks``."""
        return frozenset(word for word, kinds in self._marks.items() if kind in kinds.split(" "))

    def is_generic(self, word: str) -> bool:
        """Say whether a folded form is made of words of the field only: 骨科手术机器人."""
        return self._domain.fullmatch(word) is not None

    def is_of_genre(self, folded: str) -> bool:
        """Say whether a folded text is about firms, medicine or software; a line or two is given the benefit of the doubt."""
        wanted = min(GENRE_WORDS, 1 + len(folded) // CHARACTERS_A_WORD)
        return len(set(self._genre.findall(folded))) >= wanted

    def code(self, surface: str, word: str, tag: str) -> str:
        """Give the letter of a token: its surface, its folded form and its part of speech."""
        return self._by_table(surface, word) or self._by_dictionary(word, tag)

    def _by_table(self, surface: str, word: str) -> str:
        if surface in self.refused_latin:
            return "N"
        if not _HAN.search(word):
            return "V" if word[:1].isdigit() and not word.endswith("%") else "B"
        kind = self._types.get(word, "")
        if kind == "title":
            return "T"
        if word in self.org_heads or word in self.product_heads:
            return "H"
        if kind:
            return "G"
        return "B" if word in self._breaks or _ROUND.fullmatch(word) else ""

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
            return "X"
        if word in self._inside:
            return "C" if len(word) == 1 else rare
        return self._by_tag(word, tag, rare)

    def _by_tag(self, word: str, tag: str, rare: str) -> str:
        if tag in ("v", "a") and len(word) > 1 and self.frequency(word) < VERY_RARE:
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


def load_dictionary() -> tuple[Callable[[str], bool], Callable[[str], int]]:
    """Give the functions that say whether jieba's dictionary has a word, and how often it counted it."""
    try:
        import rjieba
    except ImportError:
        import jieba

        jieba.initialize()
        counts: Mapping[str, int] = jieba.dt.FREQ
        return lambda word: bool(counts.get(word)), lambda word: counts.get(word, 0)
    dictionary = rjieba.Jieba()
    has_word: Callable[[str], bool] = dictionary.has_word
    # For a word that the dictionary has, the frequency it suggests is the one it counted.
    frequency: Callable[[str], int] = dictionary.suggest_freq
    return has_word, frequency
