"""Dates in a text: a scan finds where they may be, rules read them, ranges join, values are resolved."""

import re
import string
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from itertools import pairwise

import msgspec

from medai_extract.match.alternation import Alternation, first_chars, head_of
from medai_extract.match.date_context import FiscalYears, LookingAhead
from medai_extract.match.date_request import Requests
from medai_extract.match.triggers import LOOK, Triggers, find_need
from medai_extract.model import Candidate, Document
from medai_extract.normalise.date import Period, make_month, make_range
from medai_extract.normalise.date_fields import FieldReader
from medai_extract.normalise.date_parts import Fields
from medai_extract.normalise.date_reference import FAR, Reference
from medai_extract.normalise.date_request import bound
from medai_extract.normalise.date_resolve import ALL_RESOLVERS
from medai_extract.normalise.numbers import NumberParser
from medai_extract.patterns import Patterns, Rule
from medai_extract.segment import SegmentedText

_DIGITS = re.compile(r"\d[-/.]\d")
_CHINESE_YEAR = re.compile(r"\d\d(?:\d\d)?年")
_DIGIT_CLASSES = frozenset(
    {r"\d", *(f"{low}-{high}" for low in range(10) for high in range(10)), *string.digits}
)
"""Members of character classes that are digits."""

REACH = {"zh": 16, "en": 40}
"""Code points on either side of a rule's required word that its match and what it looks at may take."""

LONGEST = 90
BARE_YEAR = "date.en.year"
"""The rule of a year that stands alone, which a name beside it may own."""

WHOLE_YEAR = "date.en.whole_year"
"""The rule of ``throughout the year``, which means a habit unless the sentence has named a year."""

NEAR, CARRY, MEMORY = 400, 40, 64
"""How far back 当日 looks, how far a cue such as 预计 reaches, how many dates later ones count from."""

_JOIN = re.compile(
    r"\s?(?:至|到|起至|[-–—－~～─ー]{1,2})\s?|\s{1,2}(?:to|through|thru|until)\s{1,2}(?:the\s)?"
)
_AND, _BETWEEN = re.compile(r" and (?:the )?"), re.compile(r"\b[Bb]etween (?:the )?$")
_LIST = re.compile(r"\s?(?:、|和|及|与|與|以及|,|，|/)\s?|,?\s(?:and|or)\s")
_MONTHS_ENDED = re.compile(r"(?P<n>three|six|nine|twelve)\smonths\s(?:ended|ending|to|through)\s$", re.I)
_MONTHS_CLOSED = re.compile(r"止?的?(?P<n>三|六|九|十二|3|6|9|12)(?:个|個)月")
_PREPOSITION_BEFORE = re.compile(r"\b(?:in|since|by|of|until|from|for)\s$", re.I)
_CAPITAL_BEFORE = re.compile(r"(?<![A-Za-z’'])([A-Z][A-Za-z]+)\s$")
_JOINABLE = {"calendar", "numeric", "relative", "word", "weekday", "ask.numbers"}


class Found(msgspec.Struct):
    """A date expression before its value is known; ``last`` is the second date of a joined range.

    ``bound`` is since, after or before where a request leaves one side open.
    """

    start: int
    end: int
    rule: Rule
    fields: Fields
    groups: dict[str, str]
    last: "Found | None" = None
    bound: str = ""

    @property
    def kind(self) -> str:
        """The kind of the rule, which names its resolver."""
        return self.rule.kind or ""


class Finder:
    """Rules that require the same words and look back at the same are tried together, where such a word stands.

    Args:
        rules: the rules.
        whole: words that count only where no letter follows.
        reach: code points on either side of a word that a match may take.
        refused: where no digits count.

    """

    def __init__(
        self,
        rules: Iterable[Rule],
        whole: frozenset[str],
        reach: int,
        refused: re.Pattern[str] | None,
    ) -> None:
        groups: dict[tuple[frozenset[str], str, bool], list[tuple[int, Rule]]] = {}
        needs = [(find_need(rule.tree), rule) for rule in rules]
        for need, rule in sorted(needs, key=lambda pair: -len(pair[0].words)):
            words = need.words
            like = (head_of(rule.pattern), (first_chars(rule.tree) or {""}) <= _DIGIT_CLASSES)
            wider = next((key for key in groups if words and words <= key[0] and like == key[1:]), None)
            groups.setdefault(wider or (words, *like), []).append((need.before, rule))
        self._rules = [Alternation([rule for _, rule in group]) for group in groups.values()]
        reaches = []
        for group in groups.values():
            width = max(rule.tree.getwidth()[1] for _, rule in group)
            before = max(before for before, _ in group)
            reaches.append((min(before, reach) + 1, min(width, reach) + LOOK))
        self._triggers = Triggers([words for words, *_ in groups], reaches, _DIGITS, whole, refused)

    def windows(self, text: str) -> Iterator[tuple[Alternation, list[tuple[int, int]]]]:
        """Give the rules that may match somewhere, and the stretches where."""
        for index, spans in self._triggers.windows(text):
            yield self._rules[index], spans


class DateMatcher:
    """The date rules, compiled.

    Args:
        patterns: the pattern folder; rules and word tables of its area ``date`` are read.

    """

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns
        rules = [rule for rule in patterns.rules.get("date", ()) if rule.kind in ALL_RESOLVERS]
        ordinary = [rule for rule in rules if not rule.id.startswith("date.ask.")]
        whole = frozenset({*patterns.table("date.months"), *patterns.table("date.weekdays")})
        self._finders = [
            Finder(
                [rule for rule in ordinary if (rule.lang == "zh") is (lang == "zh")],
                whole,
                REACH[lang],
                refused,
            )
            for lang, refused in (("zh", None), ("en", _CHINESE_YEAR))
        ]
        self._rules = rules
        self._names_before = patterns.table("date.names_before_years")
        self._requests = Requests(patterns)
        self._reader = FieldReader(patterns, NumberParser(patterns))
        self._ahead = LookingAhead(patterns)

    @cached_property
    def _fiscal(self) -> FiscalYears:
        return FiscalYears(self._patterns)

    def find(self, segmented: SegmentedText, document: Document) -> list[Candidate]:
        """Give every date with its value, in text order."""
        text = segmented.text
        if self._requests.may_be(text):
            asked = self._read(text, True)
            style = self._requests.style(text, [(one.start, one.end) for one in asked])
            if style:
                asked = self._requests.settle(text, asked, style)
                return self._resolve_all(segmented, document, asked, style)
        return self._resolve_all(segmented, document, self._read(text, False), "")

    def _read(self, text: str, asked: bool) -> list[Found]:
        """Give the expressions of a text, ranges joined; with ``asked`` those of requests too."""
        found = [*(self._find_asked(text) if asked else self._find_expressions(text))]
        joined = join_ranges(text, keep_longest(found), asked)
        inherit_years(text, joined)
        return joined

    def _find_asked(self, text: str) -> Iterator[Found]:
        """Try every rule everywhere: the text is short."""
        for rule in self._rules:
            for match in rule.regex.finditer(text):
                found = self._read_match(rule, match)
                if found is not None:
                    yield found

    def _find_expressions(self, text: str) -> Iterator[Found]:
        for finder in self._finders:
            for rules, spans in finder.windows(text):
                search = rules.regex.search
                for start, end in spans:
                    at = start
                    while (hit := search(text, at, end)) is not None:
                        at = hit.start() + 1
                        for rule, match in rules.matches(hit, text, end):
                            found = self._read_match(rule, match)
                            if found is not None:
                                at = max(at, found.end)
                                yield found

    def _read_match(self, rule: Rule, match: re.Match[str]) -> Found | None:
        start, end = match.span()
        if not 0 < end - start <= LONGEST:
            return None
        groups = {name: value for name, value in match.groupdict().items() if value is not None}
        fields = self._reader.read(groups)
        # An abbreviation takes its full stop along, a whole word does not.
        stop = match.string[end - 1] == "."
        return None if fields is None else Found(start, end - stop, rule, fields, groups)

    def _resolve_all(
        self, segmented: SegmentedText, document: Document, found: list[Found], style: str
    ) -> list[Candidate]:
        published = read_date(document.published_at)
        fiscal = (
            self._fiscal.find(segmented.text) if any(_is_fiscal(one.fields) for one in found) else (12, False)
        )
        past: list[Period] = []
        ends: list[int] = []
        carried = (-CARRY, 0.0, "")
        candidates: list[Candidate] = []
        for one in found:
            weight, cue = self._ahead.weigh(segmented, one.start, one.end)
            if style == "addressed":
                weight = max(weight, 1.0)
            if (
                not weight
                and one.start - carried[0] < CARRY
                and segmented.sentence_at(one.start).start <= carried[0]
            ):
                weight, cue = carried[1:]
            reference = Reference(
                published=published,
                past=past,
                near=past[bisect_right(ends, one.start - NEAR) :],
                ahead=weight,
                fiscal_end=fiscal[0],
                fiscal_by_start=fiscal[1],
                question=style == "bare",
                day_first=document.lang.startswith("zh"),
            )
            period = resolve(one, reference)
            if period is None or (one.rule.id == BARE_YEAR and self._in_name(segmented, one)):
                continue
            if one.rule.id == WHOLE_YEAR and ends[-1:] <= [segmented.sentence_at(one.start).start]:
                continue
            if one.bound and period.start is not None:
                period = bound(period, one.bound, one.fields.part, published)
            evidence = [
                f"{name.rstrip('_')}:{value}"
                for name, value in one.groups.items()
                if name.rstrip("_") != "sep"
            ]
            if weight and one.fields.year is None:
                evidence.append(f"ahead:{cue}")
            candidates.append(
                Candidate(
                    start=one.start,
                    end=one.end,
                    label="DATE",
                    rule_id=one.rule.id,
                    score=one.rule.score,
                    value=period.value(),
                    evidence=(*evidence, *reference.used),
                )
            )
            if period.start is not None and period.end is not None:
                past.append(self._covered(segmented.text, one, period) or period)
                ends.append(one.end)
                if len(past) > MEMORY:
                    del past[0], ends[0]
                if weight and published and period.end >= published:
                    carried = (one.end, min(weight, 1.0), cue)
        return candidates

    def _in_name(self, segmented: SegmentedText, one: Found) -> bool:
        """Say whether a bare year is part of a name (``Healthy China 2030``, 「2025医疗论坛」)."""
        if segmented.lang_at(one.start) == "zh":
            return not _PREPOSITION_BEFORE.search(segmented.text, max(0, one.start - 8), one.start)
        before = _CAPITAL_BEFORE.search(segmented.text, max(0, one.start - 24), one.start)
        return before is not None and before[1] in self._names_before

    def _covered(self, text: str, one: Found, period: Period) -> Period | None:
        """Give the months that a date closes (``six months ended June 30``); 同期 will mean them."""
        match = None
        if "month" in text[max(0, one.start - 16) : one.start]:
            match = _MONTHS_ENDED.search(text, max(0, one.start - 40), one.start)
        match = match or _MONTHS_CLOSED.match(text, one.end)
        count = self._reader.read({"months": match["n"].lower()}) if match else None
        if count is None or not count.months or period.end is None:
            return None
        first = make_month(period.end.year, period.end.month - count.months + 1)
        return make_range(first, make_month(period.end.year, period.end.month))


def _is_fiscal(fields: Fields) -> bool:
    return fields.fiscal is not None or fields.fiscal_shift is not None or fields.fiscal_quarter


def read_date(text: str | None) -> date | None:
    """Read the date of publication, with or without a time.

    >>> read_date("2026-06-09 12:01"), read_date("last week")
    (datetime.date(2026, 6, 9), None)
    """
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def keep_longest(found: list[Found]) -> list[Found]:
    """Keep the expressions that no longer one overlaps, in text order."""
    kept: list[Found] = []
    taken: set[int] = set()
    for one in sorted(found, key=lambda one: (one.start - one.end, -one.rule.score, one.start, one.rule.id)):
        if one.start in taken or one.end - 1 in taken:
            continue
        taken.update(range(one.start, one.end))
        kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def join_ranges(text: str, found: list[Found], asked: bool = False) -> list[Found]:
    """Join two dates with only a dash, ``to``, 至 or 到 between them; in a request, ``between … and`` too."""
    joined: list[Found] = []
    for one in found:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.last is None
            and before.kind in _JOINABLE
            and one.kind in _JOINABLE
            and one.start - before.end <= 12
            and (
                _JOIN.fullmatch(text, before.end, one.start)
                or (
                    asked
                    and _AND.fullmatch(text, before.end, one.start)
                    and _BETWEEN.search(text, 0, before.start)
                )
            )
            and not (before.fields.month2 or before.fields.day2 or before.fields.year2 or before.fields.clock)
        ):
            before.last, before.end = one, one.end
            _share_year(before.fields, one.fields)
        else:
            joined.append(one)
    return joined


def _share_year(first: Fields, last: Fields) -> None:
    """Give the year that one of two dates names to the other."""
    if last.has_year and not first.has_year:
        wraps = bool(first.month and last.month and first.month > last.month)
        first.year = last.year - 1 if last.year and wraps else last.year
        first.year_shift, first.short_year = last.year_shift, last.short_year
    elif first.has_year and not last.has_year and not last.shift:
        wraps = bool(first.month and last.month and first.month > last.month)
        last.year = first.year + 1 if first.year and wraps else first.year
        last.year_shift, last.short_year = first.year_shift, first.short_year


def inherit_years(text: str, found: list[Found]) -> None:
    """Give its neighbour's year to a month in a list that names none (``2024年3月、6月``)."""
    for before, one in pairwise(found):
        if one.start - before.end > 6 or not _LIST.fullmatch(text, before.end, one.start):
            continue
        months = before.fields.month and one.fields.month and before.kind == one.kind == "calendar"
        if months and one.fields.has_year != before.fields.has_year:
            _share_year(before.fields, one.fields)


def resolve(one: Found, reference: Reference) -> Period | None:
    """Give the period of an expression, None where it names no day of the calendar."""
    first = ALL_RESOLVERS[one.kind](one.fields, reference)
    if one.last is None or first is None:
        return first
    last = ALL_RESOLVERS[one.last.kind](one.last.fields, reference)
    if last is None:
        return None
    if first.start and last.start and first.start > last.start and not one.last.fields.has_year:
        ahead = msgspec.structs.replace(reference, published=first.start, ahead=FAR, question=False)
        last = ALL_RESOLVERS[one.last.kind](one.last.fields, ahead) or last
    return make_range(first, last)
