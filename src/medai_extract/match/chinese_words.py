"""The words of a Chinese sentence with their letters: Latin runs joined, what the segmenter glued cut apart."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from medai_extract.match.chinese_lexicon import Lexicon
from medai_extract.model import Token
from medai_extract.segment import SegmentedText, tokenize_chinese

_TRADITIONAL = re.compile(
    "[與為對個們來時會發學業國經過後說醫療藥體數據產開關應將該實現點種樣還無長動務處續請議訊稱華東導創構團門優臺灣]"
)
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


class Word(NamedTuple):
    """A token or a Latin run, folded; offsets into the whole text; ``code`` as in ``chinese_lexicon``."""

    text: str
    start: int
    end: int
    code: str
    tag: str


class WordCutter:
    """Cuts sentences into words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._glued, self._trailing = lexicon.marks("glued"), lexicon.marks("trailing")
        self._ordinals, self._ordinal_heads = lexicon.marks("ordinal"), lexicon.marks("ordinal_head")
        self._figures, self._figures_say = lexicon.marks("figures"), lexicon.marks("figures_say")
        self._not_latin = lexicon.marks("latin")

    def words(self, segmented: SegmentedText, folded: str, index: int) -> list[Word]:
        """Give the words of sentence ``index``; ``folded`` is the folded text."""
        text = segmented.text
        start, end = segmented.sentences[index]
        # jieba's dictionary is simplified: traditional text is cut in its folded form.
        traditional = _TRADITIONAL.search(text, start, end)
        tokens = tokenize_chinese(folded[start:end], start) if traditional else segmented.tokens(index)
        runs = latin_runs(text, start, end, self._lexicon.refused_latin, self._not_latin)
        words: list[Word] = []
        for surface, begin, stop, tag in merge_runs(tokens, runs) if runs else tokens:
            word = folded[begin:stop]
            code = self._lexicon.code(surface, word, tag)
            if code == "V":
                continues = words and words[-1].end == begin and words[-1].code not in "BGT"
                code = "V" if continues and _VERSION.match(text, begin) else "B"
            if code in "XHP" and stop - begin > 1 and not self._lexicon.has_word(word):
                words.extend(self._apart(word, begin, code, tag))
            else:
                words.append(Word(word, begin, stop, code, tag))
        self._amend(words)
        return words

    def _apart(self, word: str, begin: int, code: str, tag: str) -> Iterator[Word]:
        """Cut off what the hidden Markov model glued to a new word: 由潞州, 日向江, 阿福上."""
        while len(word) > 1 and (
            word[0] in self._glued or (word[0] in "日月年" and word[1] in "由与被为向对在")
        ):
            size = 2 if word[0] in "日月年" and len(word) > 2 else 1
            for place, char in enumerate(word[:size]):
                yield Word(char, begin + place, begin + place + 1, "B", "p")
            word, begin = word[size:], begin + size
        stop = begin + len(word)
        if code == "X" and word[-1] in self._trailing and len(word) > 2:
            yield Word(word[:-1], begin, stop - 1, code, tag)
            yield Word(word[-1], stop - 1, stop, "B", "f")
        else:
            yield Word(word, begin, stop, "C" if len(word) == 1 and code in "XH" else code, tag)

    def _amend(self, words: list[Word]) -> None:
        """Correct letters by the next words: 一附院, 弗若斯特沙利文数据显示, 强联智创（北京）科技有限公司."""
        for at in range(len(words) - 1):
            word, following = words[at], words[at + 1].text
            if word.text in self._ordinals and following in self._ordinal_heads:
                words[at] = word._replace(code="N")
            elif word.text in self._figures and following in self._figures_say:
                before = words[at - 1] if at else None
                if before is None or before.code in "BGTHR" or before.end - before.start > 2:
                    words[at] = word._replace(code="B")
            elif (
                word.text in "（(" and at and at + 3 < len(words) and _is_inside_name(words[at - 1 : at + 4])
            ):
                for index in (at, at + 1, at + 2):
                    words[index] = words[index]._replace(code="K")


def _is_inside_name(around: list[Word]) -> bool:
    """Say whether the middle three of five words are a place or 集团 in brackets inside a firm's name."""
    before, _, inner, closing, after = around
    fits = inner.code in "PHG" and len(inner.text) <= 3 and closing.text in "）)"
    return fits and before.code != "B" and after.code != "B"


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
