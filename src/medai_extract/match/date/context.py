"""What the words around a date say: whether it is still to come."""

import re
import string
from collections.abc import Iterator
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.marks import Marks
from medai_extract.match.openings import to_lower
from medai_extract.normalise.date_reference import FAR
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText

REACH_EN, AFTER_EN, REACH_ZH = 90, 60, 14
"""Code points before and behind a date in which a cue counts; in Chinese the same on both sides."""

_TOPIC, _NEXT_CLAUSE = 1, 6
"""三季度，公司将上市: code points before a date that opens its clause, and to a cue in the next one."""

_LETTERS = frozenset(string.ascii_letters)
_START = itemgetter(0)
_WORD = re.compile(r"\w+")
_CLAUSE_EN = re.compile(r"[;:]|\sbut\s|\swhile\s")
_OPENING = re.compile(r"\W*(?:\w+\W+)?(?:the\s)?")
_AFTERWARDS = re.compile(r"[,;.:]|(?:^|\s)and\s")
_CLAUSE_ZH = re.compile(r"[，,；;：:（(。\n]")
_WEEKDAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\Z")
_OPENS_CLAUSE = re.compile(r"(?:\A|[,;:.]\s|\band\s)(?:[Oo]n\s)?\Z")
_PRESENT, _WEEKDAY_FROM = 2, 3
"""The least weight of a verb in the present tense that sends a weekday ahead, and the weight of ``from Monday``."""
_TO_ARTICLE = re.compile(r"\W*(?:the|at|in|on|of|about|around)?\W*(?:the\s)?$")


def words_pattern(words: list[str]) -> str:
    """Give an alternation of words, the longest first.

    >>> words_pattern(["将", "将于", "计划"])
    '将于|计划|将'
    """
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


class Cue(NamedTuple):
    """A word that may say a date is to come, in small letters."""

    start: int
    end: int
    word: str


class LookingAhead:
    """The words that say a date is to come (``ahead`` and ``ahead_zh`` of the patterns), and how they are weighed."""

    def __init__(self, patterns: Patterns) -> None:
        words = patterns.table("date.ahead") | patterns.table("date.ahead_zh")
        self._weights = {word: float(value) for word, value in words.items()}
        self._words = sorted(words)
        self._automaton = CharwiseDoubleArrayAhoCorasick(self._words, MATCH_KIND_STANDARD)
        places, verbs = Marks(patterns, "date.ahead_places"), Marks(patterns, "date.past")
        self._only_before, self._only_behind = places["before"], places["behind"]
        self._of_weekdays, self._nouns, self._of_topics = places["weekday"], places["noun"], places["topic"]
        self._past, self._passive, self._articles = verbs["past"], verbs["passive"], verbs["article"]
        told = patterns.table("date.told")
        self._told_en = re.compile(rf"\b(?:{words_pattern([word for word in told if word.isascii()])})\b")
        self._told_zh = re.compile(words_pattern([word for word in told if not word.isascii()]))

    def find_cues(self, text: str, first: int, last: int) -> list[Cue]:
        """Give the cues inside ``text[first:last]``, in order; of those that overlap the first, then the longest.

        >>> from medai_extract.patterns import load_patterns
        >>> LookingAhead(load_patterns()).find_cues("Standby. It will shut; 公司将于6月上市", 0, 32)
        [Cue(start=12, end=16, word='will'), Cue(start=25, end=27, word='将于')]
        """
        hits = self._automaton.find_overlapping(to_lower(text[first:last]))
        if not hits:
            return []
        hits.reverse()  # they come by their ends
        hits.sort(key=_START)
        cues: list[Cue] = []
        reach = 0
        for at, to, key in hits:
            if at < reach:
                continue
            start, end, word = first + at, first + to, self._words[key]
            if word.isascii() and (
                text[end : end + 1] in _LETTERS
                or (start and word[0] in _LETTERS and text[start - 1] in _LETTERS)  # it'll
            ):
                continue
            cues.append(Cue(start, end, word))
            reach = to
        return cues

    def weigh(self, segmented: SegmentedText, start: int, end: int) -> tuple[float, str]:
        """Give the weight and the cue for the date at ``[start, end)``; 0 and nothing where it looks back."""
        sentence = segmented.sentence_at(start)
        chinese = segmented.lang_at(start) == "zh"
        first = max(sentence.start, start - (REACH_ZH if chinese else REACH_EN))
        last = min(sentence.end, end + (REACH_ZH if chinese else AFTER_EN))
        cues = self.find_cues(segmented.text, first, last)
        if not cues:
            return 0.0, ""
        before = [cue for cue in cues if cue.end <= start]
        after = [cue for cue in cues if cue.start >= end]
        if not before and not after:
            return 0.0, ""
        weigh = self._weigh_chinese if chinese else self._weigh_english
        return max(weigh(segmented.text, (first, start), (end, last), before, after), default=(0.0, ""))

    def _weigh_chinese(
        self, text: str, left: tuple[int, int], right: tuple[int, int], before: list[Cue], after: list[Cue]
    ) -> Iterator[tuple[float, str]]:
        begin = _clause_start(_CLAUSE_ZH, text, *left)
        if "已" in text[begin : left[1]]:
            return
        for cue in before:
            between = text[cue.end : left[1]]
            if (
                cue.start >= begin
                and cue.word not in self._only_behind
                and cue.word not in self._of_topics
                and not (between and cue.word in self._only_before)
                and not self._told_zh.search(between)
            ):
                yield self._weights[cue.word], cue.word
        stop = _CLAUSE_ZH.search(text, *right)
        after = [cue for cue in after if text[cue.start - 1] != "已"]  # 11月|已将 looks back
        topic = left[1] - begin <= _TOPIC and text.startswith("，", right[0])
        for cue in after:
            if (
                (
                    stop is None
                    or cue.end <= stop.start()
                    or (
                        topic
                        and (self._weights[cue.word] >= FAR or cue.word in self._of_topics)
                        and cue.start - right[0] <= _NEXT_CLAUSE
                    )
                )
                and cue.word not in self._only_before
                and not (cue.word in self._only_behind and cue.start > right[0])
                and not self._told_zh.search(text, right[0], cue.start)
            ):
                yield self._weights[cue.word], cue.word

    def _weigh_english(
        self, text: str, left: tuple[int, int], right: tuple[int, int], before: list[Cue], after: list[Cue]
    ) -> Iterator[tuple[float, str]]:
        begin = _clause_start(_CLAUSE_EN, text, *left)
        weekday = _WEEKDAY.search(text, left[1], right[0]) is not None
        for cue in before:
            between = text[cue.end : left[1]]
            if cue.word in self._of_weekdays:
                continue
            if cue.word in self._only_before:
                fits = _TO_ARTICLE.fullmatch(between) is not None
            else:
                fits = not self._looks_back(between, passive=False)
            if fits and cue.start >= begin:
                if cue.word == "from" and weekday:
                    if not self._looks_back(text[begin : cue.start], passive=True):
                        yield _WEEKDAY_FROM, cue.word
                elif (
                    weekday
                    and cue.word.endswith("s")
                    and cue.word not in self._nouns
                    and between in (" ", " on ")
                ):
                    yield max(self._weights[cue.word], FAR), cue.word
                else:
                    yield self._weights[cue.word], cue.word
        if not after or self._told_en.search(text, max(begin, left[1] - 16), left[1]):
            return
        clause = text[right[0] : right[1]]
        verbs = weekday and clause[:1] == " " and _OPENS_CLAUSE.search(text, left[0], left[1]) is not None
        if not _OPENING.fullmatch(text, begin, left[1]):
            clause = clause.removesuffix(" ") if clause[:1] != "," else ""
        skipped = len(clause) - len(clause.lstrip(", "))
        clause = _AFTERWARDS.split(clause[skipped:])[0]
        for cue in after:
            at = cue.start - right[0] - skipped
            if (
                at >= 0
                and cue.end - right[0] - skipped <= len(clause)
                and (self._weights[cue.word] >= 3 or (verbs and self._weights[cue.word] >= _PRESENT))
                and (verbs or cue.word not in self._of_weekdays)
                and not self._looks_back(clause[:at], passive=True)
            ):
                yield FAR if verbs else min(self._weights[cue.word], FAR), cue.word

    def _looks_back(self, text: str, *, passive: bool) -> bool:
        """Say whether an English clause has a verb of the past; ``is planned`` is none unless ``passive`` counts.

        >>> from medai_extract.patterns import load_patterns
        >>> ahead = LookingAhead(load_patterns())
        >>> clauses = ("it was in", "is planned in", "the delayed launch in", "it opened in")
        >>> [ahead._looks_back(clause, passive=False) for clause in clauses]
        [True, False, False, True]
        """
        words = _WORD.findall(text)
        if "ed" not in text and self._past.isdisjoint(words):
            return False
        for before, word in pairwise(["", *words]):
            is_past = word in self._past or (
                word.endswith("ed") and len(word) > 2 and word.isascii() and word.isalpha() and word.islower()
            )
            if (
                is_past
                and before not in self._articles
                and (passive or before not in self._passive or f"{before} {word}" not in text)
            ):
                return True
        return False


def _clause_start(ends: re.Pattern[str], text: str, first: int, start: int) -> int:
    """Give where the last clause of ``text[first:start]`` begins."""
    begin = first
    for match in ends.finditer(text, first, start):
        begin = match.end()
    return begin
