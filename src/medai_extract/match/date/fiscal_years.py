"""How the company of an article counts its years."""

import re
import string

from daachorse import MATCH_KIND_LEFTMOST_LONGEST, CharwiseDoubleArrayAhoCorasick

from medai_extract.patterns import Patterns

_LETTERS = frozenset(string.ascii_letters)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_STATED_EN = re.compile(
    r"f(?:iscal|inancial)\s(?:year|period)s?\s"
    r"(?:(?:that\s)?(?:runs?\s)?(?:to|through)|end(?:ed|ing|s)?(?:\son|\sin)?)\s"
    rf"(?:the\s)?(?:\d{{1,2}}\s)?(?P<month>{_MONTHS})"
    rf"|year\s(?:that\s(?:runs\sto|ends\s(?:on|in))\s(?P<month2>{_MONTHS})"
    rf"|(?:ended|to|through|ending)\s(?:\d{{1,2}}\s)?(?P<month3>{_MONTHS}))"
    rf"|Year\s(?:ended|to|through|ending)\s(?:\d{{1,2}}\s)?(?P<month4>{_MONTHS})"
    rf"|fiscal\s20\d\d,?\s(?:which\s)?(?:ended|ending|ends)\s(?:on\s)?(?:\d{{1,2}}\s)?(?P<month5>{_MONTHS})"
)
_STATED_ZH = re.compile(
    r"截至(?:\d{4}年)?(?P<month>\d{1,2})月(?:\d{1,2}日|底)?止?(?:的)?(?:年度|财年|財年|财政年度)"
    r"|[财財]年度?[^上下第（(，。\d]{0,4}[（(，]截至(?:\d{4}年)?(?P<month2>\d{1,2})月"
)
_NTH = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "上": 2,
    "下": 4,
}
_QUARTER_EN = re.compile(
    r"\b(?P<nth>first|second|third|fourth)[-\s](?:fiscal[-\s])?quarter\b[^.;\n]{0,40}?"
    rf"\b(?:ended|ending|ends|closed)\s(?:on\s)?(?:\d{{1,2}}\s)?(?P<month>{_MONTHS})"
)
_QUARTER_ZH = re.compile(
    r"截至(?:\d{4}年)?(?P<month>\d{1,2})月(?:\d{1,2}日|底)?止?的?(?:\d{4}[财財]年)?第(?P<nth>[一二三四])[财財]?季"
    r"|(?:第(?P<nth2>[一二三四])[财財]?季度?|[财財]年(?P<nth22>[上下])半年?)[（(，,]截至(?:\d{4}年)?(?P<month2>\d{1,2})月"
)
"""A quarter or half by its number and its last month tells when the year ends."""


class FiscalYears:
    """Finds the month with which the fiscal year of an article's company ends.

    What the article states comes first, then the table ``fiscal_years`` (the company or country named most
    often).
    """

    def __init__(self, patterns: Patterns) -> None:
        self._table = patterns.table("date.fiscal_years")
        self._names = sorted(self._table)
        self._automaton = CharwiseDoubleArrayAhoCorasick(self._names, MATCH_KIND_LEFTMOST_LONGEST)
        self._months = patterns.table("date.months")

    def find(self, text: str) -> tuple[int, bool]:
        """Give the last month of the fiscal year and whether years are named by the one they begin in.

        >>> from medai_extract.patterns import load_patterns
        >>> FiscalYears(load_patterns()).find("Revenue for the fiscal year to 31 March 2026 rose.")
        (3, False)
        """
        stated = _STATED_ZH.search(text)
        by_start = False
        counts: dict[str, int] = {}
        for start, end, key in self._automaton.find(text):
            if (not start or text[start - 1] not in _LETTERS) and text[end : end + 1] not in _LETTERS:
                counts[self._names[key]] = counts.get(self._names[key], 0) + 1
        best = max(counts, key=lambda name: counts[name], default=None)
        if best is not None:
            by_start = self._table[best].endswith("start")
        if stated:
            return int(stated[stated.lastgroup or "month"]), by_start
        named = _STATED_EN.search(text)
        if named:
            month = named[named.lastgroup or "month"]
            return int(self._months[month.lower()]), by_start
        quarter = _QUARTER_EN.search(text) or _QUARTER_ZH.search(text)
        if quarter:
            parts = {name.rstrip("2"): value for name, value in quarter.groupdict().items() if value}
            last = int(self._months.get(parts["month"].lower(), parts["month"]))
            return (last + 3 * (4 - _NTH[parts["nth"]]) - 1) % 12 + 1, by_start
        return (int(self._table[best].split()[0]), by_start) if best else (12, False)
