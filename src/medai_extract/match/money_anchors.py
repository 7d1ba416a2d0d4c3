"""Where amounts of money may begin: the numbers before a currency word, nothing else being looked at."""

import re

from medai_extract.patterns import Patterns

_NUMERALS = "半数數几幾〇零一二三四五六七八九十百千万亿兩两壹贰貳叁肆伍陆陸柒捌玖拾佰仟萬億兆廿卅俩"
_BACK = 48
"""Code points before a currency in which its number, range or list begins."""
_BACK_WORDS = 96
"""The same for a number in English words."""
_SPACES = " \u00a0\u2009\u202f\u3000"

_DIGITS = re.compile(r"\d(?<!\d\d)(?<!\d[.,．]\d)")
_HAN = re.compile(f"[{_NUMERALS}](?<![{_NUMERALS}][{_NUMERALS}])")
_CLOSES_ZH = re.compile(rf"[\d{_NUMERALS}多余餘来來个個元圆圓块蚊a-z{_SPACES}]")
_CLOSES_EN = re.compile(rf"[\da-z{_SPACES}万亿萬億千百-]")
_OPENS = re.compile(rf"[{_SPACES}~～:：约]{{0,3}}[\d.{_NUMERALS}]")
_LETTER = re.compile(r"[a-z]", re.I | re.A)


class NumberStarts:
    """Finds the beginnings of numbers before a position.

    >>> from medai_extract.patterns import load_patterns
    >>> starts = NumberStarts(load_patterns())
    >>> starts.chinese("共3.5至4亿元", 7), starts.english("some two and a half million euros", 27)
    ([1, 5, 6], [5])
    """

    def __init__(self, patterns: Patterns) -> None:
        scales = (word for word in patterns.table("numbers.scales") if len(word) > 3)
        words = {*patterns.table("numbers.english"), *patterns.table("numbers.vague"), *scales}
        self._words = frozenset(
            {*words, "a", "an", "half", "quarter", "many", "multiple", "and", "of", "to", "point"}
        )
        self._front = frozenset({"and", "of", "to", "point", "some", "many"})

    def chinese(self, lower: str, stop: int, back: int = _BACK) -> list[int]:
        """Give where numbers in digits or Han begin in the ``back`` code points before ``stop``."""
        if not stop or not _CLOSES_ZH.match(lower, stop - 1):
            return []
        begin = _clause_start(lower, max(stop - back, 0), stop)
        starts = [match.start() for match in _DIGITS.finditer(lower, begin, stop)]
        for match in _HAN.finditer(lower, begin, stop):
            start = match.start()
            starts.append(start - 1 if lower[start - 1 : start] in ("小", "大", "上") and start else start)
        return starts

    def english(self, lower: str, stop: int) -> list[int]:
        """Give where numbers in digits, or the run of number words that ends at ``stop``, begin."""
        if not stop or not _CLOSES_EN.match(lower, stop - 1):
            return []
        begin = max(stop - _BACK, 0)
        starts = [match.start() for match in _DIGITS.finditer(lower, begin, stop)]
        words = re.split(r"(?<=[ -])", lower[max(stop - _BACK_WORDS, 0) : stop])
        at, first = stop, None
        for word in reversed(words):
            bare = word.strip(f"-{_SPACES}")
            if bare and bare not in self._words:
                break
            at -= len(word)
            if bare and bare not in self._front:
                first = at
        return starts if first is None else [*starts, first]


def _clause_start(lower: str, begin: int, stop: int) -> int:
    """Give where the clause up to ``stop`` begins, not before ``begin``; a comma within a number ends none.

    >>> _clause_start("逾3万，５，０００元", 0, 9), _clause_start("3亿，共5", 0, 5)
    (0, 3)
    """
    for end in "。；\n，":
        at = lower.rfind(end, begin, stop)
        if at >= 0 and not (
            end == "，" and lower[at - 1 : at].isdigit() and lower[at + 1 : at + 2].isdigit()
        ):
            begin = at + 1
    return begin


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
    after = text[end : end + 1]
    if _LETTER.match(after) and _LETTER.match(text[end - 1]):
        return False
    before = text[start - 1] if start else ""
    if not _LETTER.match(before):
        return True
    if not _LETTER.match(text[start]):
        return text[start] != "$" or before.islower()
    return before.islower() and text[start].isupper()
