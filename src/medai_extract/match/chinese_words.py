"""The words of a Chinese sentence with their letters: Latin runs joined, what the segmenter glued cut apart."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from medai_extract.match.chinese_lexicon import Lexicon, any_of
from medai_extract.model import Token
from medai_extract.segment import SegmentedText, tokenize_chinese

_TRADITIONAL = re.compile(
    "[與為對個們來時會發學業國經過後說醫療藥體數據產開關應將該實現點種樣還無長動務處續請議訊稱華東導創構團門優臺灣]"
)
_START, _END = itemgetter(1), itemgetter(2)
_MEMO_LIMIT = 200_000
_NUMBER = re.compile("V")
_LETTER = re.compile("[A-Za-z]")
_LATIN = re.compile(
    r"""(?<![A-Za-z0-9.])
    (?=[A-Za-z0-9.+&'’·/\-]*[A-Z] | [a-z]+[0-9] | [0-9]+[a-z])        # a capital, or letters and digits together
    (?![0-9]{4,6}\.[A-Z]{2}(?![A-Za-z])                               # no stock code
      | (?<![A-Za-z0-9][ ])[0-9]+(?:\.[0-9]+)?[A-Z](?![A-Za-z0-9]))   # no 4K, no 27B on its own
    [A-Za-z0-9]++(?:[.+\-'’&·_×]?[A-Za-z0-9]++)*+[+®™]?
    (?:[ ][0-9]{1,3}(?:\.[0-9]{1,2})?(?![0-9.,:%\-/A-Za-z–+]))?       # Llama 2, Series 11""",
    re.X,
)
_TAIL = re.compile(r"[ \-]?[0-9.]+$")
_UNITS = frozenset("年月日號号亿億万萬個个款台臺家例岁歲天时時元％%")
_JOINED = re.compile(
    r" (?:(?:- |· |of |for |and |de |the )(?=[A-Z0-9])|(?=[A-Z0-9]|[a-z]+[A-Z]))|-\s(?=[A-Z][0-9])| - (?=[A-Z][0-9])"
)
_VERSION = re.compile(
    r"[0-9]{1,4}(?:\.[0-9]{1,2}){0,2}(?![0-9.,%年月日号號亿億万萬倍个個款台臺家例岁歲天小时時分元点點股位名种種项項千百层層次])"
)


class Words(NamedTuple):
    """The words of a sentence, with offsets into the whole text, and a letter for each as in ``chinese_lexicon``."""

    tokens: list[Token]
    codes: str

    def joins(self, at: int) -> bool:
        """Say whether word ``at`` touches the one before it."""
        return 0 < at < len(self.tokens) and self.tokens[at - 1].end == self.tokens[at].start

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Give the range of words that a span touches."""
        first = min(bisect_right(self.tokens, start, key=_END), len(self.tokens) - 1)
        return first, max(bisect_left(self.tokens, end, lo=first, key=_START), first + 1)


class Guess(NamedTuple):
    """A span that could be a name: its words ``[first, last)`` of sentence ``sentence``, and how it was found."""

    start: int
    end: int
    sentence: int
    first: int
    last: int
    shape: str


class WordCutter:
    """Cuts sentences into words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._glued, self._trailing = lexicon.marks("glued"), lexicon.marks("trailing")
        self._ordinals, self._ordinal_heads = lexicon.marks("ordinal"), lexicon.marks("ordinal_head")
        self._figures, self._figures_say = lexicon.marks("figures"), lexicon.marks("figures_say")
        self._amendable = re.compile(
            rf"(?:{any_of(self._ordinals)})(?:{any_of(self._ordinal_heads)})"
            rf"|(?:{any_of(self._figures)})(?:{any_of(self._figures_say)})|[（(][^（）()]{{1,3}}[）)]"
        )
        self._not_latin = lexicon.marks("latin")
        self._known: dict[str, str] = {}

    def words(self, segmented: SegmentedText, folded: str, index: int) -> Words:
        """Give the words of sentence ``index``; ``folded`` is the folded text."""
        text = segmented.text
        start, end = segmented.sentences[index]
        # jieba's dictionary is simplified: traditional text is cut in its folded form.
        traditional = _TRADITIONAL.search(text, start, end)
        tokens = tokenize_chinese(folded[start:end], start) if traditional else segmented.tokens(index)
        runs = latin_runs(text, start, end, self._lexicon.refused_latin, self._not_latin)
        if runs:
            tokens = merge_runs(tokens, runs)
        known = self._known
        codes = "".join([known.get(word) or self._learn(word, tag) for word, _, _, tag in tokens])
        if not codes.isupper():
            tokens, codes = self._cut_apart(tokens, codes)
        if "V" in codes:
            codes = _without_numbers(text, tokens, codes)
        if self._amendable.search(folded, start, end):
            codes = self._amend(folded, tokens, codes)
        return Words(tokens, codes)

    def _learn(self, surface: str, tag: str) -> str:
        """Give the letter of a token and keep it: a small one where something is glued to the word."""
        if tag == "latin":
            return "L"
        word = surface.translate(self._lexicon.folding)
        code = self._lexicon.code(surface, word, tag)
        glued = word[0] in self._glued or (word[0] in "日月年" and word[1:2] in tuple("由与被为向对在"))
        trails = code == "X" and word[-1] in self._trailing and len(word) > 2
        if code in "XHP" and len(word) > 1 and (glued or trails) and not self._lexicon.has_word(word):
            code = code.lower()
        if len(self._known) > _MEMO_LIMIT:
            self._known.clear()
        self._known[surface] = code
        return code

    def _cut_apart(self, tokens: list[Token], codes: str) -> tuple[list[Token], str]:
        cut: list[tuple[Token, str]] = []
        for token, code in zip(tokens, codes, strict=True):
            cut.extend([(token, code)] if code.isupper() else self._apart(token, code.upper()))
        return [token for token, _ in cut], "".join([code for _, code in cut])

    def _apart(self, token: Token, code: str) -> Iterator[tuple[Token, str]]:
        """Cut off what the hidden Markov model glued to a new word: 由潞州, 日向江, 阿福上."""
        word, begin, stop, tag = token
        while len(word) > 1 and (
            word[0] in self._glued or (word[0] in "日月年" and word[1] in "由与被为向对在")
        ):
            size = 2 if word[0] in "日月年" and len(word) > 2 else 1
            for place, char in enumerate(word[:size]):
                yield Token(char, begin + place, begin + place + 1, "p"), "B"
            word, begin = word[size:], begin + size
        if code == "X" and word[-1] in self._trailing and len(word) > 2:
            yield Token(word[:-1], begin, stop - 1, tag), code
            yield Token(word[-1], stop - 1, stop, "f"), "B"
        else:
            yield Token(word, begin, stop, tag), "C" if len(word) == 1 and code in "XH" else code

    def _amend(self, folded: str, tokens: list[Token], letters: str) -> str:
        """Correct letters by the next words: 一附院, 弗若斯特沙利文数据显示, 强联智创（北京）科技有限公司."""
        codes = list(letters)
        words = [folded[token.start : token.end] for token in tokens]
        for at in range(len(words) - 1):
            word, following = words[at], words[at + 1]
            if word in self._ordinals and following in self._ordinal_heads:
                codes[at] = "N"
            elif word in self._figures and following in self._figures_say:
                if at == 0 or codes[at - 1] in "BGTHR" or len(words[at - 1]) > 2:
                    codes[at] = "B"
            elif word in "（(" and at and at + 3 < len(words):
                fits = codes[at + 1] in "PHG" and len(words[at + 1]) <= 3 and words[at + 2] in "）)"
                if fits and codes[at - 1] != "B" and codes[at + 3] != "B":
                    codes[at : at + 3] = "KKK"
        return "".join(codes)


def _without_numbers(text: str, tokens: list[Token], letters: str) -> str:
    """Leave the letter of a version to numbers that follow a word of a name; the others end names."""
    codes = list(letters)
    for match in _NUMBER.finditer(letters):
        at = match.start()
        continues = at and tokens[at - 1].end == tokens[at].start and codes[at - 1] not in "BGT"
        if not (continues and _VERSION.match(text, tokens[at].start)):
            codes[at] = "B"
    return "".join(codes)


def latin_runs(
    text: str, start: int, end: int, refused: frozenset[str], no_names: frozenset[str]
) -> list[tuple[int, int]]:
    """Give the Latin names of a sentence: neighbours are joined by a space where the next begins like a name.

    >>> text = "用Claude for Healthcare 和AI看Llama 2，Abridge6月融资"
    >>> [text[a:b] for a, b in latin_runs(text, 0, len(text), frozenset({"AI"}), frozenset())]
    ['Claude for Healthcare', 'Llama 2', 'Abridge']
    """
    runs: list[tuple[int, int]] = []
    if not _LETTER.search(text, start, end):
        return runs
    for match in _LATIN.finditer(text, start, end):
        first, last = match.span()
        counted = _TAIL.search(text, first, last)
        if counted and text[last : last + 1] in _UNITS:
            last = counted.start()
        if text[first:last] in no_names:
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


def merge_runs(tokens: list[Token], runs: list[tuple[int, int]]) -> list[Token]:
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
