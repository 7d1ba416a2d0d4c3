"""What the words around a date say: whether it is still to come, and how the company counts its years."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.openings import to_lower
from medai_extract.normalise.date_reference import FAR
from medai_extract.patterns import Patterns, spell_words
from medai_extract.segment import SegmentedText

REACH_EN, AFTER_EN, REACH_ZH = 90, 60, 14
"""Code points before and behind a date in which a cue counts; in Chinese the same on both sides."""

CARRY = 40
"""Code points that a cue such as 预计 reaches beyond its date, to the next one."""

_ADJOINING_EN = {"by", "until", "till", "before", "from"}
_ADJOINING_ZH = {"到", "前", "待", "起"}
_AFTER_ONLY = {"前", "起"}
_PAST_TENSE = re.compile(
    r"\b(?:was|were|had|did|came|began|went|took|won|made|sold|bought|said|told|[a-z]+ed)\b"
)
_PASSIVE = re.compile(r"\b(?:be|been|being|is|are|get)\s[a-z]+ed\b")
_CLAUSE_EN = re.compile(r"[;:]|\sbut\s|\swhile\s")
_OPENING = re.compile(r"\W*(?:\w+\W+)?(?:the\s)?")
_AFTERWARDS = re.compile(r"[,;.:]|(?:^|\s)and\s")
_CLAUSE_ZH = re.compile(r"[，,；;：:（(。\n]")
_TO_ARTICLE = re.compile(r"\W*(?:the|at|in|on|of|about|around)?\W*(?:the\s)?$")


def words_pattern(words: list[str]) -> str:
    """Give an alternation of words, the longest first.

    >>> words_pattern(["将", "将于", "计划"])
    '将于|计划|将'
    """
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


class LookingAhead:
    """The words that say a date is to come (``ahead`` and ``ahead_zh`` of the patterns), and how they are weighed."""

    def __init__(self, patterns: Patterns) -> None:
        english, chinese = patterns.table("date.ahead"), patterns.table("date.ahead_zh")
        told = patterns.table("date.told")
        self._weights = {word: float(value) for word, value in (english | chinese).items()}
        self._cues = CharwiseDoubleArrayAhoCorasick(sorted(self._weights), MATCH_KIND_STANDARD)
        self._cue_en = re.compile(
            rf"(?<![A-Za-z]){spell_words(frozenset(english), any_case=True)}(?![A-Za-z])"
        )
        self._cue_zh = re.compile(spell_words(frozenset(chinese)))
        self._told_en = re.compile(rf"\b(?:{words_pattern([word for word in told if word.isascii()])})\b")
        self._told_zh = re.compile(words_pattern([word for word in told if not word.isascii()]))

    def find_cues(self, text: str) -> list[int]:
        """Give where cues may begin, in text order."""
        return sorted({start for start, _, _ in self._cues.find_overlapping(to_lower(text))})

    def weigh(self, segmented: SegmentedText, cues: Sequence[int], start: int, end: int) -> tuple[float, str]:
        """Give the weight and the cue for the date at ``[start, end)``; 0 and nothing where it looks back."""
        sentence = segmented.sentence_at(start)
        chinese = segmented.lang_at(start) == "zh"
        first = max(sentence.start, start - (REACH_ZH if chinese else REACH_EN))
        last = min(sentence.end, end + (REACH_ZH if chinese else AFTER_EN))
        at = bisect_left(cues, first)
        if at == len(cues) or cues[at] >= last:
            return 0.0, ""
        before, after = segmented.text[first:start], segmented.text[end:last]
        return self._weigh_chinese(before, after) if chinese else self._weigh_english(before, after)

    def _weigh_chinese(self, before: str, after: str) -> tuple[float, str]:
        best = (0.0, "")
        if not (self._cue_zh.search(before) or self._cue_zh.search(after)):
            return best
        before = _CLAUSE_ZH.split(before)[-1]
        after = _CLAUSE_ZH.split(after)[0]
        if "已" in before:
            return best
        for cue in self._cue_zh.finditer(before):
            between = before[cue.end() :]
            adjoining = cue[0] in _ADJOINING_ZH
            if not self._told_zh.search(between) and (
                cue[0] not in _AFTER_ONLY and (not adjoining or not between)
            ):
                best = max(best, (self._weights[cue[0]], cue[0]))
        for cue in self._cue_zh.finditer(after):
            if cue[0] not in ("到", "待") and not self._told_zh.search(after[: cue.start()]):
                if cue[0] in _AFTER_ONLY and cue.start():
                    continue
                best = max(best, (self._weights[cue[0]], cue[0]))
        return best

    def _weigh_english(self, before: str, after: str) -> tuple[float, str]:
        best = (0.0, "")
        if not (self._cue_en.search(before) or self._cue_en.search(after)):
            return best
        before = _CLAUSE_EN.split(before)[-1]
        for cue in self._cue_en.finditer(before):
            word, between = cue[0].lower(), before[cue.end() :]
            if word in _ADJOINING_EN:
                fits = bool(_TO_ARTICLE.fullmatch(between))
            else:
                fits = not _PAST_TENSE.search(_PASSIVE.sub("", between))
            if fits:
                best = max(best, (self._weights[word], word))
        if self._told_en.search(before[-16:]):
            return best
        if not _OPENING.fullmatch(before):
            after = after.removesuffix(" ") if after[:1] != "," else ""
        clause = _AFTERWARDS.split(after.lstrip(", "))[0]
        for cue in self._cue_en.finditer(clause):
            word = cue[0].lower()
            if self._weights[word] >= 3 and not _PAST_TENSE.search(clause[: cue.start()]):
                best = max(best, (min(self._weights[word], FAR), word))
        return best


class Outlook:
    """What the sentences of one text say about the dates in them; a date near one to come takes its outlook over.

    Args:
        ahead: the words.
        segmented: the text.
        least: the weight of every date of a text that speaks of the future anyway.

    """

    def __init__(self, ahead: LookingAhead, segmented: SegmentedText, *, least: float) -> None:
        self._ahead, self._segmented, self._least = ahead, segmented, least
        self._carried = (-CARRY, 0.0, "")

    @cached_property
    def _cues(self) -> list[int]:
        return self._ahead.find_cues(self._segmented.text)

    def weigh(self, start: int, end: int) -> tuple[float, str]:
        """Give how much says that the date at ``[start, end)`` is to come, and the cue."""
        weight, cue = self._ahead.weigh(self._segmented, self._cues, start, end)
        weight = max(weight, self._least)
        if not weight and start - self._carried[0] < CARRY:
            carried, *outlook = self._carried
            if self._segmented.sentence_at(start).start <= carried:
                weight, cue = outlook
        return weight, cue

    def carry(self, end: int, weight: float, cue: str) -> None:
        """Let the dates close behind ``end`` share the outlook of the one there, which is not before publication."""
        if weight:
            self._carried = (end, min(weight, 1.0), cue)


_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_STATED_EN = re.compile(
    r"(?:fiscal|financial)\s(?:year|period)s?\s"
    r"(?:(?:that\s)?(?:runs?\s)?(?:to|through)|end(?:ed|ing|s)?(?:\son|\sin)?)\s"
    rf"(?:the\s)?(?:\d{{1,2}}\s)?(?P<month>{_MONTHS})"
    rf"|(?:fiscal\syear|year)\sthat\s(?:runs\sto|ends\s(?:on|in))\s(?P<month2>{_MONTHS})"
    rf"|[Yy]ear\s(?:ended|to|through|ending)\s(?:\d{{1,2}}\s)?(?P<month3>{_MONTHS})"
)
_STATED_ZH = re.compile(
    r"截至(?:\d{4}年)?(?P<month>\d{1,2})月(?:\d{1,2}日|底)?止?(?:的)?(?:年度|财年|財年|财政年度)"
)


class FiscalYears:
    """Finds the month with which the fiscal year of an article's company ends.

    What the article states comes first, then the table ``fiscal_years`` (the company or country named most
    often).
    """

    def __init__(self, patterns: Patterns) -> None:
        self._table = patterns.table("date.fiscal_years")
        self._names = re.compile(rf"(?<![A-Za-z]){spell_words(frozenset(self._table))}(?![A-Za-z])")
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
        for name in self._names.findall(text):
            counts[name] = counts.get(name, 0) + 1
        best = max(counts, key=lambda name: counts[name], default=None)
        if best is not None:
            by_start = self._table[best].endswith("start")
        if stated:
            return int(stated["month"]), by_start
        named = _STATED_EN.search(text)
        if named:
            month = named["month"] or named["month2"] or named["month3"]
            return int(self._months[month.lower()]), by_start
        return (int(self._table[best].split()[0]), by_start) if best else (12, False)
