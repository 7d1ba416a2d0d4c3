"""What stands around an amount: hedges, which go into the modifier, and words that make it no money."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple, cast

from medai_extract.match.marks import Marks
from medai_extract.model import Modifier
from medai_extract.patterns import Patterns, spell_words

_BEFORE, _AFTER = 24, 20
"""Code points around an amount in which a hedge stands."""
_SPACES = " \u00a0\u2009\u202f\u3000“\"'「"
_WORD = re.compile(r"[a-z0-9]")
_QUOTING = (">", "＞")
"""Signs that mark a quotation where they open a line."""
_LOOSE_FROM = re.compile(r"\bfrom\s*\Z")
_BETWEEN = re.compile(r"\bbetween\s+(?:about\s+|roughly\s+)?\Z")
_YEAR_DIGITS = 4
_YEAR = re.compile(r"(?:19|20)\d\d")
_IN = re.compile(r"\b(?:in|since|until|during) \Z")
_FROM_ZH = re.compile(r"[从由從自][^，。\d]{0,4}\Z")
_APART_ZH = re.compile(r"[^，。]{0,3}(?:不等|之间|之間|区间|區間)")
_FEW = re.compile(r"[一二三四五六七八九十百千万两双]{1,2}")
_TWO_DECIMALS = re.compile(r"\.\d\d\Z")
_NONE_BEFORE, _NONE_AFTER = (
    re.compile(r"[没沒不未无無][^，。；“”]{0,5}\Z"),
    re.compile(r"[都也还還]?[没沒不未无無]"),
)
_NEGATED = 8
"""Code points before 一分钱 in which a negation stands."""
_HEAVY = 2000
_WEIGHT_RANGE = 60


class Doubts(NamedTuple):
    """What an amount may be instead: a year, 三元 as a part of a word, a weight, or 一分钱 for nothing at all."""

    year: bool
    few: bool
    weight: bool
    coin: bool


class MoneyContext:
    """The hedges and refusals of ``patterns/money``.

    ``fronts`` are words that do not begin a number, or are none alone; ``counted`` make one number with an article before them.

    >>> from medai_extract.patterns import load_patterns
    >>> context = MoneyContext(load_patterns())
    >>> context.modifier("it raised more than $5m", 20, 23), context.modifier("约合5亿元以上", 2, 5)
    (('more_than', 'more than'), ('approx', '约合'))
    """

    def __init__(self, patterns: Patterns) -> None:
        verbs = patterns.table("money.hedge_verbs_zh")
        self._before = {
            f"{hedge}{verb}": modifier
            for hedge, modifier in patterns.table("money.hedges_open_zh").items()
            for verb in verbs
        } | {
            **patterns.table("money.hedges_before_zh"),
            **patterns.table("money.hedges_before_en"),
        }
        self._after = {
            **patterns.table("money.hedges_after_zh"),
            **patterns.table("money.hedges_after_en"),
        }
        self._before_end = _make_hedge_before(self._before)
        self._after_start = _make_hedge_after(self._after)
        self._before_last = frozenset(_SPACES).union(word[-1] for word in self._before)
        self._after_first = frozenset(_SPACES).union(word[0] for word in self._after)
        self._wary = {word: Decimal(least) for word, least in patterns.table("money.wary").items()}
        self._refused_after_few = tuple(patterns.table("money.refused_after_few_zh"))
        doubtful, amid = Marks(patterns, "money.doubtful"), Marks(patterns, "money.ranges_en")
        self._coins, self._pieces, self._fews = doubtful["coin"], doubtful["piece"], doubtful["few"]
        self._dated, self._weighed = doubtful["year"], tuple(doubtful["weight"])
        self._moves = re.compile(rf"\b{_any_ending(amid['move'])}\b[^.;]{{0,60}}\bfrom\s*\Z")
        self._ranges = re.compile(rf"\b{_any_ending(amid['range'])}\b[^.;]{{0,40}}\Z")
        fronts = Marks(patterns, "numbers.fronts")
        self.fronts, self.counted = fronts["front"] | {""}, fronts["counted"]
        words = "|".join(sorted(patterns.table("money.weights"), key=len, reverse=True))
        self._weight = re.compile(f"(?<![a-z])(?:{words})(?![a-z])")

    def modifier(self, text: str, start: int, end: int) -> tuple[Modifier | None, str]:
        """Give the modifier that the hedges around ``text[start:end]`` amount to, and the hedge.

        A bound outdoes a vague word beside it: ``up to about``.
        """
        first = self.hedge_before(text, start)
        if first is None:
            return self._hedge_after(text, end)
        word, modifier, at = first
        second = self.hedge_before(text, at) if modifier == "approx" else None
        if second is not None and second[1] != "approx":
            return second[1], second[0]
        return modifier, word

    def hedge_before(self, text: str, start: int) -> tuple[str, Modifier, int] | None:
        """Give the hedge that ends at ``start``, its modifier and where it begins."""
        if text[start - 1 : start] not in self._before_last:
            return None
        near = text[max(start - _BEFORE, 0) : start].rstrip(_SPACES)
        match = self._before_end.match(near[::-1])
        if match is None:
            return None
        word = match[0][::-1]
        at = max(start - _BEFORE, 0) + len(near) - len(word)
        if word in _QUOTING and text[at - 1 : at] in ("", "\n"):
            return None
        modifier = self._before[word]
        return (word, cast("Modifier", modifier), at) if modifier else None

    def _hedge_after(self, text: str, end: int) -> tuple[Modifier | None, str]:
        if text[end : end + 1] not in self._after_first:
            return None, ""
        match = self._after_start.match(text, end, end + _AFTER)
        word = match["word"] if match else ""
        modifier = self._after.get(word)  # 起诉 is no hedge
        return (cast("Modifier", modifier), word) if modifier else (None, "")

    def hedges_at_edges(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Give what may be the amount of a cell: all of it, or without the hedges at its edges.

        >>> from medai_extract.patterns import load_patterns
        >>> MoneyContext(load_patterns()).hedges_at_edges("约30w上下", 0, 6)
        [(0, 6), (0, 4), (1, 6), (1, 4)]
        """
        starts, ends = [start], [end]
        starts.extend(start + len(word) for word in self._before if text.startswith(word, start))
        ends.extend(end - len(word) for word in self._after if text.endswith(word, start, end))
        return [(first, last) for first in starts for last in ends if first < last]

    def is_enough(self, groups: Mapping[str, str | None], amount: Decimal | None) -> bool:
        """Say whether so much may be money at all: 10 won, 三块 and 2016 dollars may be none."""
        word, number = (groups.get("cur") or "").strip(" -"), groups.get("num") or ""
        least = self._wary.get(word)
        if least is not None and amount is not None and amount < least:
            exact = _TWO_DECIMALS.search(number) or (word in self._pieces and "." in number)
            if not (exact or "tenths" in groups or groups.get("cents")):
                return False
        return not (_is_year(number) and word in self._dated)

    def doubts(self, groups: Mapping[str, str | None], amount: Decimal | None) -> Doubts:
        """Give why an amount may be none where it stands: as a year, as 三元 before a noun, as a weight, as 一分钱."""
        word, number = (groups.get("cur") or "").strip(" -"), groups.get("num") or ""
        return Doubts(
            year=_is_year(number),
            few=word in self._fews and _FEW.fullmatch(number) is not None,
            weight=word.startswith(self._weighed) and amount is not None and amount < _HEAVY,
            coin=word in self._coins and number == "一",
        )

    def is_refused(self, doubts: Doubts, text: str, start: int, end: int) -> bool:
        """Say whether what stands around ``text[start:end]`` makes it no money."""
        return bool(
            (doubts.year and _IN.search(text, max(start - 8, 0), start))
            or (doubts.few and text.startswith(self._refused_after_few, end))
            or (
                doubts.weight
                and self._weight.search(text, max(start - _WEIGHT_RANGE, 0), end + _WEIGHT_RANGE)
            )
            or (
                doubts.coin
                and (
                    _NONE_BEFORE.search(text, max(start - _NEGATED, 0), start) or _NONE_AFTER.match(text, end)
                )
            )
        )

    @staticmethod
    def is_between(text: str, start: int) -> bool:
        """Say whether ``between`` stands before ``start``."""
        return _BETWEEN.search(text, max(start - 24, 0), start) is not None

    def is_range(self, text: str, start: int, end: int, joint: str, *, same_sign: bool) -> bool:
        """Say whether two amounts joined by ``joint`` are one range, not a list or a change.

        >>> from medai_extract.patterns import load_patterns
        >>> context = MoneyContext(load_patterns())
        >>> context.is_range("sales rose from ", 16, 16, "to", same_sign=True)
        False
        >>> context.is_range("it costs between ", 17, 17, "and", same_sign=True)
        True
        """
        before = text[max(start - 80, 0) : start]
        joint = joint.strip()
        if joint == "and":
            return _BETWEEN.search(before) is not None
        if joint == "or":
            return False
        if joint == "to" and _LOOSE_FROM.search(before):
            if self._moves.search(before):
                return False
            return not same_sign or self._ranges.search(before) is not None
        if same_sign and joint in ("至", "到") and _FROM_ZH.search(before):
            return _APART_ZH.match(text, end) is not None
        return True


def _is_year(number: str) -> bool:
    return len(number) == _YEAR_DIGITS and _YEAR.fullmatch(number) is not None


def _any_ending(words: Iterable[str]) -> str:
    r"""Give a pattern of words; an asterisk at the end stands for any ending.

    >>> _any_ending(["rais*", "up"])
    '(?:rais\\w*|up)'
    """
    spelt = (re.escape(word).replace(r"\*", r"\w*") for word in sorted(words))
    return f"(?:{'|'.join(spelt)})"


def _make_hedge_before(words: Iterable[str]) -> re.Pattern[str]:
    """Give a pattern that matches at the start of a reversed text, the longest word first.

    >>> _make_hedge_before(["about", "only about", "约"]).match("it costs only about"[::-1])[0][::-1]
    'only about'
    """
    bounded = frozenset(word[::-1] for word in words if _WORD.match(word))
    free = frozenset(word[::-1] for word in words if not _WORD.match(word))
    return re.compile(f"{spell_words(bounded)}(?![a-z0-9])|{spell_words(free)}")


def _make_hedge_after(words: Iterable[str]) -> re.Pattern[str]:
    """Give a pattern of hedges behind an amount; those that end like a word have to end there."""
    words = list(words)
    bounded = frozenset(word for word in words if _WORD.match(word[-1]) or word in "+＋")
    free = frozenset(words) - bounded
    return re.compile(rf"[{_SPACES}]*+(?P<word>{spell_words(bounded)}(?![^\W_])|{spell_words(free)})")
