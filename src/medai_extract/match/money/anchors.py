"""Where amounts of money may begin: the numbers before a currency word, nothing else being looked at."""

import re
import string

from medai_extract.patterns import Patterns

_NUMERALS = "半数數几幾〇零一二三四五六七八九十百千万亿兩两壹贰貳叁肆伍陆陸柒捌玖拾佰仟萬億兆廿卅俩"
_BACK = 48
"""Code points before a currency in which its number, range or list begins."""
_BACK_WORDS = 96
"""The same for a number in English words."""
_QUOTES = "\"'“‘(["
_SPACES = " \u00a0\u2009\u202f\u3000"

_DIGITS = re.compile(r"\d(?<!\d\d)(?<!\d[.,．]\d)")
_STARTS = re.compile(
    rf"[\d{_NUMERALS}，](?<!\d\d)(?<!\d[.,．]\d)(?<![{_NUMERALS}][{_NUMERALS}])(?<!\d[{_NUMERALS}])(?!(?<=\d，)\d)"
)
"""Beginnings of numbers, and commas between two amounts."""
_CLOSES_ZH = frozenset(
    f"0123456789０１２３４５６７８９{_NUMERALS}多余餘来來个個元圆圓块蚊{string.ascii_lowercase}{_SPACES}"
)
_CLOSES_EN = frozenset(f"0123456789{string.ascii_lowercase}{_SPACES}万亿萬億千百-")
"""What may stand before the currency of an amount."""
_AMOUNT = "".join(_CLOSES_ZH) + ".．,，:-–—－~～〜至到、/和及与與()（）含美港塊角毛毫分仙零人民币幣"
"""What amounts, ranges and lists of them are made of, up to the last currency."""
_PLAIN = re.compile(r"[0-9]{1,12}+(?:[.][0-9]{1,8}+)?[多余]?[十百千]?[万亿]{0,2}")
"""An amount of one number, as nearly all are."""
_OPENS = re.compile(rf"[{_SPACES}~～:：约(]{{0,3}}[\d.{_NUMERALS}]")
_LETTERS = frozenset(string.ascii_letters)
_GROWS = frozenset("小大上")
"""What may stand before a Chinese number and belong to it: 小几个亿, 上亿."""


class NumberStarts:
    """Finds the beginnings of numbers before a position.

    >>> from medai_extract.patterns import load_patterns
    >>> starts = NumberStarts(load_patterns())
    >>> starts.chinese("共3.5至4亿元", 7), starts.english("some two and a half million euros", 27)
    ([1, 5], [5])
    """

    def __init__(self, patterns: Patterns) -> None:
        scales = (word for word in patterns.table("numbers.scales") if len(word) > 3)
        words = {*patterns.table("numbers.english"), *patterns.table("numbers.vague"), *scales}
        self._words = frozenset(
            {*words, "a", "an", "half", "quarter", "quarters", "many", "multiple", "and", "of", "to", "point"}
        )
        self._front = frozenset({"and", "of", "to", "point", "some", "many"})

    def chinese(self, lower: str, stop: int, back: int = _BACK) -> list[int]:
        """Give where numbers in digits or Han begin in the amount that ends before ``stop``."""
        if not stop or lower[stop - 1] not in _CLOSES_ZH:
            return []
        first = max(stop - back, 0)
        begin = first + len(lower[first:stop].rstrip(_AMOUNT))
        if _PLAIN.fullmatch(lower, begin, stop):
            return [begin]
        starts: list[int] = []
        for match in _STARTS.finditer(lower, begin, stop):
            at, char = match.start(), match[0]
            if char == "，":
                starts.clear()
            else:
                grown = at and lower[at - 1] in _GROWS and char in _NUMERALS
                starts.append(at - 1 if grown else at)
        return starts

    def english(self, lower: str, stop: int) -> list[int]:
        """Give where numbers in digits, or the run of number words that ends at ``stop``, begin."""
        if not stop or lower[stop - 1] not in _CLOSES_EN:
            return []
        begin = max(stop - _BACK, 0)
        starts = [match.start() for match in _DIGITS.finditer(lower, begin, stop)]
        words = re.split(r"(?<=[ \-一-鿿])", lower[max(stop - _BACK_WORDS, 0) : stop])
        at, first = stop, None
        for word in reversed(words):
            opened = word.lstrip(_QUOTES)
            bare = opened.strip(f"-{_SPACES}")
            if bare and bare not in self._words:
                break
            at -= len(word)
            if bare and bare not in self._front:
                first = at + len(word) - len(opened)
            if opened != word:
                break
        return starts if first is None else [*starts, first]


def opens_number(lower: str, start: int, end: int) -> bool:
    """Say whether a currency word at ``[start, end)`` may open an amount.

    >>> opens_number("us$5", 0, 3), opens_number("4人民币 5美元", 1, 4)
    (True, False)
    """
    if not _OPENS.match(lower, end):
        return False
    before = lower[start - 1] if start else ""
    if before == "/" and lower[start - 2 : start - 1].isalpha():
        return False  # USD/CNY 7.18 is a rate
    return not (before.isdigit() or (before and before in _NUMERALS and not lower[start].isascii()))


def is_whole_word(text: str, start: int, end: int) -> bool:
    """Say whether no letter runs into the word at ``[start, end)``; a capital may follow a small one.

    >>> is_whole_word("users 5", 3, 5), is_whole_word("raisedUS$5", 6, 9), is_whole_word("融资US$5亿", 2, 5)
    (False, True, True)
    """
    if text[end - 1] in _LETTERS and text[end : end + 1] in _LETTERS:
        return False
    before, first = text[start - 1] if start else "", text[start]
    if before not in _LETTERS:
        return True
    if first not in _LETTERS:
        return first != "$" or before.islower()
    return before.islower() and first.isupper()
