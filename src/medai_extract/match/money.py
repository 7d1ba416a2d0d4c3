"""Amounts of money in a text.

One Aho-Corasick pass finds the currency words, and 万 and 亿 for amounts without one; the rules of
``patterns/money`` run only around them. Amounts whose sign is ambiguous wait until all are found, for the
others help to decide.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from daachorse import MATCH_KIND_LEFTMOST_LONGEST, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.money_context import MoneyContext
from medai_extract.match.money_currency import ArticleCurrency, group_by_family
from medai_extract.match.money_read import Found, MatchReader
from medai_extract.model import Candidate, Document
from medai_extract.normalise.money import MoneyReader, make_value
from medai_extract.patterns import Patterns, Rule
from medai_extract.segment import SegmentedText

_WINDOW_BEFORE, _WINDOW_AFTER = 64, 40
_RAISED_AFTER = 90
_CELL = 40
"""The longest text, in code points, that may be a cell of a table."""
_SCALES = ("万", "萬", "亿", "億")
_NUMERAL = re.compile(r"[\d.半数几〇零一二三四五六七八九十百千万亿兩两壹贰貳叁肆伍陆陸柒捌玖拾佰仟萬億兆]")
_SCALED = re.compile(r"[\d 多余餘来几个個〇零一二三四五六七八九十百千万两兩半数]")
_CLOSES = re.compile(
    r"[\d.+%)）半点數数几幾〇零一二三四五六七八九十百千万亿兩两壹贰貳叁肆伍陆陸柒捌玖拾佰仟萬億兆多余餘来來個个元圆圓kmbtw"
    r"a-z \u00a0\u2009\u202f\u3000-]"
)


class MoneyMatcher:
    """The money rules, compiled.

    >>> from medai_extract.patterns import load_patterns
    >>> MoneyMatcher(load_patterns()).rules[0].id
    'money.dollar.note'
    """

    def __init__(self, patterns: Patterns) -> None:
        self.rules = patterns.rules.get("money", ())
        self._context = MoneyContext(patterns)
        by_id = {rule.id: rule for rule in self.rules}
        self._matches = MatchReader(MoneyReader(patterns), self._context, by_id)
        self._families = group_by_family(self.rules)
        self._by_kind: dict[str, list[Rule]] = {"before": [], "after": [], "bare": [], "cell": []}
        for rule in self.rules:
            if rule.kind in self._by_kind:
                self._by_kind[rule.kind].append(rule)
        opening = {
            *patterns.table("money.signs"),
            *patterns.table("money.codes"),
            *patterns.table("money.before"),
        }
        closing = {
            word
            for table in ("signs", "codes", "after_en", "after_zh")
            for word in patterns.table(f"money.{table}")
        }
        raising = set(patterns.table("money.raising_en"))
        self._anchors = sorted({*opening, *closing, *raising, *_SCALES})
        self._opens = [word in opening for word in self._anchors]
        self._closes = [word in closing for word in self._anchors]
        self._raises = [word in raising for word in self._anchors]
        self._automaton = CharwiseDoubleArrayAhoCorasick(self._anchors, MATCH_KIND_LEFTMOST_LONGEST)

    def find(self, segmented: SegmentedText, document: Document) -> list[Candidate]:
        """Give every amount of money with its value."""
        lower = _to_lower(segmented.text)
        found = self._find_cell(lower) if len(lower) <= _CELL else []
        found = found or list(self._find_stated(segmented.text, lower))
        stated = Counter(one.word.currency for one in found if one.word.currency.isupper())
        article = ArticleCurrency(self._families, segmented, document, stated)
        return [self._candidate(one, lower, article) for one in found]

    def _find_stated(self, text: str, lower: str) -> Iterator[Found]:
        """Give amounts around every currency word, then those without one."""
        around: list[tuple[int, int]] = []
        bare: list[tuple[int, int]] = []
        for start, end, key in self._automaton.find(lower):
            if self._opens[key] and _opens_number(lower, end) and _starts_word(text, start):
                yield from self._match_opening(text, lower, start)
            if self._closes[key]:
                if start and _CLOSES.match(lower[start - 1]):
                    around.append((max(start - _WINDOW_BEFORE, 0), end + _WINDOW_AFTER))
            elif self._raises[key]:
                bare.append((start, end + _RAISED_AFTER))
            elif start and _SCALED.match(lower[start - 1]):
                bare.append((max(start - _WINDOW_BEFORE, 0), end + _WINDOW_AFTER))
        for kind, windows in (("after", around), ("bare", bare)):
            for begin, stop in _merge(windows):
                for rule in self._by_kind[kind]:
                    for match in rule.regex.finditer(lower, begin, stop):
                        yield from self._matches.read(rule, match, text)

    def _match_opening(self, text: str, lower: str, start: int) -> Iterator[Found]:
        for rule in self._by_kind["before"]:
            match = rule.regex.match(lower, start)
            if match is not None:
                yield from self._matches.read(rule, match, text)

    def _find_cell(self, lower: str) -> list[Found]:
        """Read a text that is nothing but an amount."""
        start, end = len(lower) - len(lower.lstrip()), len(lower.rstrip(" \n.。"))
        for edges in self._context.hedges_at_edges(lower, start, end):
            for rule in self._by_kind["cell"]:
                match = rule.regex.fullmatch(lower, *edges)
                found = self._matches.read_cell(rule, match) if match is not None and match[0] else None
                if found is not None:
                    return [found]
        return []

    def _candidate(self, found: Found, lower: str, article: ArticleCurrency) -> Candidate:
        currency, rule_id, evidence = found.word.currency, found.rule.id, found.evidence
        if found.word.family is not None:
            decision = article.decide(found.word.family, found.start)
            currency, rule_id = decision.currency or "", decision.rule_id
            evidence = (*evidence, f"by {found.rule.id}", f"{currency or '?'} {decision.evidence}")
            if found.rule.kind in ("bare", "cell"):
                rule_id = found.rule.id
        modifier, hedge = self._context.modifier(lower, found.start, found.end)
        return Candidate(
            start=found.start,
            end=found.end,
            label="MONEY",
            rule_id=rule_id,
            score=found.rule.score,
            value=make_value(currency, found.amount.times(found.word.factor), modifier),
            evidence=(*evidence, f"hedge:{hedge}") if hedge else evidence,
        )


def _to_lower(text: str) -> str:
    """Give the text in small letters, of the same length.

    >>> _to_lower("US$5 İ")
    'us$5 İ'
    """
    lower = text.lower()
    return (
        lower
        if len(lower) == len(text)
        else "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    )


def _opens_number(text: str, end: int) -> bool:
    """Say whether a number may follow at ``end``."""
    after = text[end : end + 4].lstrip(" \u00a0\u2009\u202f\u3000~～:：约")
    return bool(after) and _NUMERAL.match(after) is not None


def _starts_word(text: str, start: int) -> bool:
    """Say whether a word may begin at ``start``: after no letter, or a capital after a small one.

    >>> _starts_word("users 5", 2), _starts_word("raisedUS$5", 6), _starts_word("融资US$5", 2)
    (False, True, True)
    """
    before, first = text[start - 1 : start] if start else "", text[start]
    if before.isdigit() or (not first.isascii() and _NUMERAL.match(before)):
        return False
    if not (before.isascii() and before.isalpha() and first.isascii() and first.isalpha()):
        return not (before.isascii() and before.isalnum() and first == "$" and before.isupper())
    return before.islower() and first.isupper()


def _merge(windows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join windows that overlap; they come in the order of their ends.

    >>> _merge([(0, 10), (5, 15), (20, 30)])
    [(0, 15), (20, 30)]
    """
    merged: list[tuple[int, int]] = []
    for start, end in windows:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
