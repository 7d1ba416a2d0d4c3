"""Dates in a text, with their values: expressions are found, then resolved one after the other."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cached_property, lru_cache

import msgspec

from medai_extract.match.date.context import LookingAhead, words_pattern
from medai_extract.match.date.expression import Found, Reading
from medai_extract.match.date.find import DateFinder
from medai_extract.match.date.fiscal_years import FiscalYears
from medai_extract.match.date.outlook import Outlook
from medai_extract.match.date.request import Requests
from medai_extract.model import Candidate, Document
from medai_extract.normalise.date import KEPT, Period, make_range
from medai_extract.normalise.date_fields import FieldReader
from medai_extract.normalise.date_fiscal import name_months
from medai_extract.normalise.date_reference import FAR, UNSAID, Reference
from medai_extract.normalise.date_request import bound
from medai_extract.normalise.date_resolve import ALL_RESOLVERS
from medai_extract.normalise.numbers import NumberParser
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText

BARE_YEAR = "date.en.year"
"""The rule of a year that stands alone, which a name beside it may own."""

WHOLE_YEAR = "date.en.whole_year"
"""The rule of ``throughout the year``, which means a habit unless the sentence has named a year."""

COMPACT = "date.any.compact"
"""The rule of eight digits, which may number a lot or a document."""

MINGUO = "date.zh.minguo"
"""The rule of 104年 for 2015, which stands in texts of Taiwan alone."""

_DOUBTFUL = frozenset({BARE_YEAR, WHOLE_YEAR, COMPACT, MINGUO})
_LISTED = 60
"""Code points before eight digits in which the word stands that makes a number of them."""

_MONTHS_ENDED = re.compile(r"(?P<n>three|six|nine|twelve)\smonths\s(?:ended|ending|to|through)\s$", re.I)
_MONTHS_CLOSED = re.compile(r"止?的?(?P<n>三|六|九|十二|3|6|9|12)(?:个|個)月")
_CLOSING = ("止", "的", "三", "六", "九", "十二", "3", "6", "9", "12")
_UNITS = {3: "quarter", 6: "half"}
_CLOSED = ("months", "个月", "個月")
"""One of these stands in a text with a date that closes some months."""
_PREPOSITION_BEFORE = re.compile(r"\b(?:in|since|by|of|until|from|for)\s$", re.I)
_QUOTES, _CLOSING_QUOTES = ('"', "“", "‘", "'"), ('"', "”", "’", "'")
"""Of “Robotics 2030” the year is no date, being within a title."""
_CAPITAL_BEFORE = re.compile(r"(?<![A-Za-z’'])([A-Z][A-Za-z]+)\s$")


class DateMatcher:
    """The date rules, compiled.

    Args:
        patterns: the pattern folder; rules and word tables of its area ``date`` are read.

    """

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns
        self._reader = FieldReader(patterns, NumberParser(patterns))
        rules = [rule for rule in patterns.rules.get("date", ()) if rule.kind in ALL_RESOLVERS]
        self._finder = DateFinder(rules, self._reader)
        self._names_before = patterns.table("date.names_before_years")
        self._taiwan = tuple(patterns.table("date.taiwan"))
        numbered = patterns.table("date.numbered")
        latin = words_pattern([word for word in numbered if word.isascii()])
        han = words_pattern([word for word in numbered if not word.isascii()])
        self._numbered = re.compile(
            rf"(?:(?<![a-z])(?:{latin})\.?|{han})(?:为|為|是|was|is)?[\s:：#]*+"
            r"(?:[a-z\d-]{4,24}+(?:[、,，/和及与與]|\s?(?:and|or)\s)\s?)*+\Z",
            re.I,
        )
        self._requests = Requests(patterns)
        self._ahead = LookingAhead(patterns)

    @cached_property
    def _fiscal(self) -> FiscalYears:
        return FiscalYears(self._patterns)

    def find(self, segmented: SegmentedText, document: Document) -> list[Candidate]:
        """Give every date with its value, in text order."""
        text = segmented.text
        if self._requests.may_be(text):
            asked = self._finder.find_asked(text)
            style = self._requests.style(text, [(one.start, one.end) for one in asked])
            if style:
                asked = self._requests.settle(text, asked, style)
                return self._resolve_all(segmented, document, asked, style)
        return self._resolve_all(segmented, document, self._finder.find(text), "")

    def _resolve_all(
        self, segmented: SegmentedText, document: Document, found: Sequence[Found], style: str
    ) -> list[Candidate]:
        """Give the values, in text order: a date may count from those before it."""
        reference = self._make_reference(segmented.text, document, found, style)
        dated = reference.published is not None
        tensed = [one.start for one in found if one.tensed] if dated else []
        outlook = Outlook(self._ahead, segmented, tensed, least=1.0 if style == "addressed" else 0.0)
        closes = any(words in segmented.text for words in _CLOSED)
        candidates: list[Candidate] = []
        for one in found:
            weight, cue = outlook.weigh(one.start, one.end) if dated and one.tensed else (0.0, "")
            reference.move_to(one.start, weight)
            period = resolve(one, reference)
            doubtful = one.rule.id in _DOUBTFUL
            if period is None or (doubtful and not self._stands(segmented, one, reference)):
                continue
            if one.bound and period.start is not None:
                period = bound(period, one.bound, one.fields.part, reference.published)
            evidence = one.reading.evidence
            if weight or reference.used:
                evidence = (*evidence, *([f"ahead:{cue}"] if weight > UNSAID else ()), *reference.used)
            candidates.append(
                Candidate(
                    start=one.start,
                    end=one.end,
                    label="DATE",
                    rule_id=one.rule.id,
                    score=one.rule.score,
                    value=period.value(),
                    evidence=evidence,
                )
            )
            if period.start is not None and period.end is not None:
                covered = self._covered(segmented.text, one, period) if closes else None
                reference.add(covered or period, one.end)
                if tensed and period.end >= reference.published:  # type: ignore[operator]  # tensed: there is a date
                    outlook.carry(one.start, one.end)
        return candidates

    def _make_reference(self, text: str, document: Document, found: Sequence[Found], style: str) -> Reference:
        fiscal = self._fiscal.find(text) if any(one.reading.fiscal for one in found) else (12, False)
        return Reference(
            published=read_date(document.published_at),
            fiscal_end=fiscal[0],
            fiscal_by_start=fiscal[1],
            question=style == "bare",
            day_first=document.lang.startswith("zh"),
        )

    def _stands(self, segmented: SegmentedText, one: Found, reference: Reference) -> bool:
        """Say whether an expression is a date where it stands."""
        if one.rule.id == BARE_YEAR:
            return not self._in_name(segmented, one)
        if one.rule.id == MINGUO:
            return self._is_taiwan(segmented.text)
        if one.rule.id == COMPACT:
            return not self._numbered.search(segmented.text, max(0, one.start - _LISTED), one.start)
        return one.rule.id != WHOLE_YEAR or reference.ends[-1:] > [segmented.sentence_at(one.start).start]

    def _is_taiwan(self, text: str) -> bool:
        """Say whether a text names Taiwan, its places or offices, by two words at least."""
        return len({word for word in self._taiwan if word in text}) > 1

    def _in_name(self, segmented: SegmentedText, one: Found) -> bool:
        """Say whether a bare year is part of a name (``Healthy China 2030``, 「2025医疗论坛」)."""
        if segmented.lang_at(one.start) == "zh":
            return not _PREPOSITION_BEFORE.search(segmented.text, max(0, one.start - 8), one.start)
        before = _CAPITAL_BEFORE.search(segmented.text, max(0, one.start - 24), one.start)
        return before is not None and (
            before[1] in self._names_before
            or (
                segmented.text[one.end : one.end + 1] in _CLOSING_QUOTES
                and segmented.text[before.start(1) - 1 : before.start(1)] in _QUOTES
            )
        )

    def _covered(self, text: str, one: Found, period: Period) -> Period | None:
        """Give the months that a date closes (``six months ended June 30``); 同期 will mean them."""
        match = None
        if "month" in text[max(0, one.start - 16) : one.start]:
            match = _MONTHS_ENDED.search(text, max(0, one.start - 40), one.start)
        if text.startswith(_CLOSING, one.end):
            match = match or _MONTHS_CLOSED.match(text, one.end)
        count = self._reader.read({"months": match["n"].lower()}) if match else None
        if count is None or not count.months or period.end is None:
            return None
        first = period.end.month - count.months + 1
        return name_months(period.end.year, first, count.months, _UNITS.get(count.months, "range"))


def read_date(text: str | None) -> date | None:
    """Read the date of publication, with or without a time.

    >>> read_date("2026-06-09 12:01"), read_date("last week")
    (datetime.date(2026, 6, 9), None)
    """
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def resolve(one: Found, reference: Reference) -> Period | None:
    """Give the period of an expression, None where it names no day of the calendar."""
    if one.settled is not None:
        return one.settled
    alone = _resolve_alone(one, reference)
    if one.named is None or alone is None or alone.start is None or reference.published is None:
        return alone
    # The day in brackets behind 次日 or Friday is the one nearest to what that word means.
    near = msgspec.structs.replace(reference, published=alone.start, ahead=1.0, announced=[])
    one.named.settled = resolve(one.named, near)
    return one.named.settled or alone


def _resolve_alone(one: Found, reference: Reference) -> Period | None:
    reading = one.reading
    if one.last is None:
        if reading.fixed is not None:
            return reading.fixed
        plain = reading.from_publication and one.fields is reading.fields
        if plain and reference.published and not reference.question:
            to_come = tuple(reference.announced) if one.tensed else ()
            period, used = _count_from(
                reading, one.rule.kind or "", reference.published, reference.ahead, to_come
            )
            reference.used.extend(used)
            return period
    first = ALL_RESOLVERS[one.rule.kind or ""](one.fields, reference)
    if one.last is None or first is None:
        return first
    last = ALL_RESOLVERS[one.last.rule.kind or ""](one.last.fields, reference)
    if last is None:
        return None
    if first.start and last.start and first.start > last.start and not one.last.fields.has_year:
        announced = [period for period in reference.past if period.start and period.start > first.start]
        ahead = msgspec.structs.replace(
            reference, published=first.start, ahead=FAR, question=False, announced=announced
        )
        last = ALL_RESOLVERS[one.last.rule.kind or ""](one.last.fields, ahead) or last
    return make_range(first, last)


@lru_cache(maxsize=KEPT)
def _count_from(
    reading: Reading, kind: str, published: date, ahead: float, announced: tuple[Period, ...]
) -> tuple[Period | None, list[str]]:
    """Give the period of an expression that counts from publication, and what it was counted from."""
    reference = Reference(published=published, ahead=ahead, announced=[*announced])
    return ALL_RESOLVERS[kind](reading.fields, reference), reference.used
