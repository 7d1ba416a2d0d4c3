"""The words of a Chinese sentence, each with a letter that says what it can be in a name.

jieba's tokens know nothing of new names, but what it does know is where names stop: at function words, verbs, numbers and generic nouns.
The letters: ``B`` ends a name, ``G`` a generic noun (企业, 平台), ``T`` a person's title, ``H`` a head (医院, 科技, 大模型), ``L`` a Latin
run, ``K`` a bracket inside a name, ``P`` a place, ``X`` a word no dictionary has, ``Z`` a proper name of the dictionary, ``R`` a person's name of the
dictionary, ``Y`` a rare word of it, ``C`` a single character, ``N`` any other noun, ``V`` a version number.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from medai_extract.model import Token
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText, tokenize_chinese

_TRADITIONAL = re.compile(
    "[與為對個們來時會發學業國經過後說醫療藥體數據產開關應將該實現點種樣還無長動務處續請議訊稱華東導創構團門優臺灣]"
)
_LETTER = re.compile("[A-Za-z]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(
    r"(?<![A-Za-z0-9.])(?=[A-Za-z0-9.+&'’·/\-]*[A-Z]|[a-z]+[0-9]|[0-9]+[a-z])(?![0-9]{4,6}\.[A-Z]{2}(?![A-Za-z])|(?<![A-Za-z0-9] )[0-9]+(?:\.[0-9]+)?[A-Z](?![A-Za-z0-9]))"
    r"[A-Za-z0-9]++(?:[.+\-'’&·_×]?[A-Za-z0-9]++)*+[+®™]?(?: [0-9]{1,3}(?:\.[0-9]{1,2})?(?![0-9.,:%\-/A-Za-z–+]))?"
)
_TAIL = re.compile(r"[ \-]?[0-9.]+$")
_UNITS = tuple("年月日號号亿億万萬個个款台臺家例岁歲天时時元％%")
_JOINED = re.compile(
    r" (?:(?:- |· |of |for |and |de |the )(?=[A-Z0-9])|(?=[A-Z0-9]|[a-z]+[A-Z]))|-\s(?=[A-Z][0-9])| - (?=[A-Z][0-9])"
)
_NOT_A_NAME = frozenset(
    ["The", "A", "An", "In", "On", "At", "By", "Unlike", "And", "But", "For", "From", "What", "When", "With", "May", "I", "It", "This", "That", "Headline", "Issue", "Weekly", "Digest", "January", "February", "March", "April", "June", "July", "August", "September", "October", "November", "December", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
)
_ROUND = re.compile(r"[a-h]\+*轮")
_VERSION = re.compile(
    r"[0-9]{1,4}(?:\.[0-9]{1,2}){0,2}(?![0-9.,%年月日号號亿億万萬倍个個款台臺家例岁歲天小时時分元点點股位名种種项項年千百层層次])"
)
_LOOSE_TYPES = frozenset(
    (
        "医院",
        "公司",
        "平台",
        "单位",
        "支持",
        "指导",
        "媒体",
        "连锁",
        "校友",
        "股票",
        "门户",
        "单位",
        "主办",
        "承办",
        "协办",
    )
)
_ORDINALS = frozenset("一二三四五六")
_TRAILING = frozenset("上里们等")
_PLACE_ENDS = frozenset("省市县區区镇鎮乡鄉村州盟旗")
_GLUED = frozenset("由与被归为其该不轮据对")
_BREAKING_TAGS = frozenset(["p", "c", "u", "d", "r", "y", "e", "o", "t", "m", "q", "f", "k", "h", "z"])
RARE, VERY_RARE = 200, 20
"""Occurrences in jieba's counts below which a word of the dictionary is more likely a name than in its own meaning."""
GENRE_WORDS = 5
_MEMO_LIMIT = 200_000


class Word(NamedTuple):
    """A token or a Latin run; offsets into the whole text."""

    text: str
    start: int
    end: int
    code: str
    tag: str


class Lexicon:
    """The word tables and the letters they give; what was looked up once is kept."""

    def __init__(self, patterns: Patterns, folding: Mapping[int, int]) -> None:
        self.folding = folding
        fold = self.fold_words
        self.org_heads = fold(patterns.table("org.zh_heads"))
        self.product_heads = fold(patterns.table("product.zh_heads"))
        self.org_before = fold(patterns.table("org.zh_before"))
        self.org_after = fold(patterns.table("org.zh_after"))
        self.product_before = fold(patterns.table("product.zh_before"))
        self.product_after = fold(patterns.table("product.zh_after"))
        self.surnames = frozenset(fold(patterns.table("words.zh_surnames")))
        refused = patterns.table("words.zh_refused")
        self.refused_heads = frozenset(fold({word: "" for word, value in refused.items() if value == "head"}))
        self.generic_first = frozenset(
            fold({word: "" for word, value in refused.items() if value == "first"})
        )
        domain = sorted(fold(patterns.table("words.zh_domain")), key=len, reverse=True)
        self._domain = re.compile(f"(?:{'|'.join(map(re.escape, domain))}| )+")
        self.strict_types = frozenset(
            word
            for word, kind in self.org_before.items()
            if kind == "type" and len(word) > 1 and word not in _LOOSE_TYPES
        )
        self.never = frozenset(fold(patterns.table("words.zh_names_not")))
        self.institution_heads = frozenset(
            word
            for word, kind in self.org_heads.items()
            if kind not in ("trade", "brand", "media") and len(word) > 1
        )
        self.long_product_heads = frozenset(word for word in self.product_heads if len(word) > 2)
        self._genre = re.compile("|".join(map(re.escape, fold(patterns.table("words.zh_genre")))))
        self.lengthening_heads = frozenset(
            {word for word in self.org_heads if len(word) > 1} | self.long_product_heads
        )
        # Case tells a technology from a name (IT, it), so these words are not folded.
        self.refused_latin = frozenset(patterns.table("words.zh_latin"))
        self._types = fold(patterns.table("words.zh_types"))
        self._breaks = frozenset(fold(patterns.table("words.zh_breaks")))
        self._inside = frozenset(fold(patterns.table("words.zh_inside")))
        self.has_word, self.frequency = load_dictionary()
        self._codes: dict[tuple[str, str], str] = {}

    def fold_words(self, words: Mapping[str, str]) -> dict[str, str]:
        """Fold the keys of a table as the text is folded."""
        return {word.translate(self.folding): value for word, value in words.items()}

    def is_generic(self, word: str) -> bool:
        """Say whether a folded form is made of words of the field only: 骨科手术机器人."""
        return self._domain.fullmatch(word) is not None

    def is_of_genre(self, folded: str) -> bool:
        """Say whether a folded text is about firms, medicine or software; a line or two is given the benefit of the doubt."""
        return len(set(self._genre.findall(folded))) >= min(GENRE_WORDS, 1 + len(folded) // 60)

    def words(self, segmented: SegmentedText, folded: str, index: int) -> list[Word]:
        """Give the words of a sentence, Latin runs joined, with their letters."""
        start, end = segmented.sentences[index]
        # jieba's dictionary is simplified: traditional text is cut in its folded form.
        traditional = _TRADITIONAL.search(segmented.text, start, end)
        tokens = tokenize_chinese(folded[start:end], start) if traditional else segmented.tokens(index)
        runs = _latin_runs(segmented.text, start, end, self.refused_latin)
        if runs:
            tokens = _merge(tokens, runs)
        codes = self._codes
        words: list[Word] = []
        for text, begin, stop, tag in tokens:
            key = (folded[begin:stop], tag)
            code = codes.get(key)
            if code is None:
                if len(codes) > _MEMO_LIMIT:
                    codes.clear()
                code = codes[key] = self._code(text, *key)
            if code == "V" and not (
                words
                and words[-1].end == begin
                and words[-1].code not in "BGT"
                and _VERSION.match(segmented.text, begin)
            ):
                code = "B"
            word = key[0]
            if code in "XHP" and len(word) > 1 and not self.has_word(word):
                # The hidden Markov model glues a preposition or the day to the name: 由潞州, 日向江.
                while len(word) > 1 and (
                    word[0] in _GLUED or (word[0] in "日月年" and word[1] in "由与被为向对在")
                ):
                    words.append(Word(word[0], begin, begin + 1, "B", "p"))
                    word, begin = word[1:], begin + 1
                    if words[-1].text in "日月年":
                        words.append(Word(word[0], begin, begin + 1, "B", "p"))
                        word, begin = word[1:] or word, begin + (len(word) > 1)
            if code == "X" and word[-1] in _TRAILING and len(word) > 2:
                words.append(Word(word[:-1], begin, stop - 1, code, tag))
                word, begin, code, tag = word[-1], stop - 1, "B", "f"
            words.append(Word(word, begin, stop, "C" if len(word) == 1 and code in "XH" else code, tag))
        _open_brackets(words)
        for at in range(len(words) - 1):
            if words[at].text in _ORDINALS and words[at + 1].text in ("附院", "院", "附属"):
                words[at] = words[at]._replace(code="N")
            if (
                words[at].text in ("数据", "报告", "统计")
                and words[at + 1].text in ("显示", "表明", "指出", "称")
                and (at == 0 or words[at - 1].code in "BGTHR" or words[at - 1].end - words[at - 1].start > 2)
            ):
                words[at] = words[at]._replace(code="B")
        return words

    def _code(self, surface: str, word: str, tag: str) -> str:
        if tag == "latin":
            return "L"
        if surface in self.refused_latin:
            return "N"
        if not _HAN.search(word):
            return "V" if word[:1].isdigit() and not word.endswith("%") else "B"
        kind = self._types.get(word)
        if kind == "title":
            return "T"
        if word in self.org_heads or word in self.product_heads:
            return "H"
        if kind is not None:
            return "G"
        if word in self._breaks or _ROUND.fullmatch(word):
            return "B"
        known = len(word) == 1 or self.has_word(word)
        if tag == "ns" and (known or word[-1] in _PLACE_ENDS):
            rare = self.frequency(word) < RARE and word[-1] not in _PLACE_ENDS
            return "Y" if rare else "P"
        if tag == "v" and len(word) == 2 and word[1] in "向与对为将" and self.frequency(word) < RARE:
            return "B"
        if len(word) > 2 and (word[-2:] in self.org_heads or word[-3:] in self.org_heads):
            return "H"
        if not known:
            return "X"
        if word in self._inside:
            return "C" if len(word) == 1 else "Y" if self.frequency(word) < RARE else "N"
        if tag in ("v", "a") and len(word) > 1 and self.frequency(word) < VERY_RARE:
            return "Y"
        if tag in _BREAKING_TAGS or tag[:1] == "u" or tag in ("v", "vd", "vi", "uj", "ul"):
            return "B"
        if tag in ("nz", "nt", "nrt", "j"):
            return "Z"
        if tag == "nr":
            return "R"
        if len(word) == 1:
            return "C"
        if tag in ("i", "l") and len(word) > 3:
            return "B"
        return "Y" if self.frequency(word) < RARE else "N"


def _open_brackets(words: list[Word]) -> None:
    """Let a place or 集团 in brackets stand inside a firm's name: 强联智创（北京）科技有限公司."""
    for at in range(1, len(words) - 3):
        if words[at].text in "（(" and words[at + 2].text in "）)" and len(words[at + 1].text) <= 3:
            if words[at + 1].code in "PHG" and words[at - 1].code != "B" and words[at + 3].code != "B":
                for index in (at, at + 1, at + 2):
                    words[index] = words[index]._replace(code="K")


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


def _latin_runs(text: str, start: int, end: int, refused: frozenset[str]) -> list[tuple[int, int]]:
    """Give the Latin names of a sentence: neighbours joined by one space where the next begins like a name."""
    runs: list[tuple[int, int]] = []
    if not _LETTER.search(text, start, end):
        return runs
    for match in _LATIN.finditer(text, start, end):
        first, last = match.span()
        counted = _TAIL.search(text, first, last)
        if counted and text[last : last + 1] in _UNITS:
            last = counted.start()
        if text[first:last] in _NOT_A_NAME:
            continue
        if runs and _joins(text, runs[-1], first):
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return [run for run in runs if not all(word in refused for word in text[run[0] : run[1]].split(" "))]


def _joins(text: str, run: tuple[int, int], first: int) -> bool:
    between = _JOINED.match(text, run[1])
    last_word = text[run[0] : run[1]].rsplit(" ", 1)[-1]
    return between is not None and between.end() == first and (not last_word.islower() or len(last_word) < 3)


def _merge(tokens: list[Token], runs: list[tuple[int, int]]) -> list[Token]:
    """Replace the tokens that lie in Latin runs by one token a run."""
    merged: list[Token] = []
    waiting = iter(runs)
    run = next(waiting, None)
    for token in tokens:
        while run is not None and token.start >= run[1]:
            run = next(waiting, None)
        if run is None or token.end <= run[0]:
            merged.append(token)
        elif not merged or merged[-1].start != run[0]:
            merged.append(Token("", run[0], run[1], "latin"))
    return merged
