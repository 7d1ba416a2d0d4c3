"""Amounts of money in a text.

One Aho-Corasick pass finds the currency words, and 万 and 亿 for amounts without one; the rules of
``patterns/money`` run only around them. Amounts whose sign is ambiguous wait until all are found, for the
others help to decide.
"""

import re
from collections import Counter
from typing import NamedTuple

from daachorse import MATCH_KIND_LEFTMOST_LONGEST, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.alternation import Alternation
from medai_extract.match.money.anchors import NumberStarts, is_whole_word, opens_number
from medai_extract.match.money.cell import LONGEST, Cells
from medai_extract.match.money.context import MoneyContext
from medai_extract.match.money.currency import ArticleCurrency, group_by_family
from medai_extract.match.money.read import Found, MatchReader
from medai_extract.match.openings import to_lower
from medai_extract.model import Candidate, Document
from medai_extract.normalise.money import MoneyReader, make_value
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText

_REACH = 28
"""Code points between a word of spending, or an amount to compare with, and an amount without a currency."""
_AGAINST = 120
"""Code points behind an English currency in which an amount without one is compared with its own."""
_KINDS = ("before", "spent", "bare", "beside", "raised", "against")
_OPENING, _CLOSING_EN = ("signs", "codes", "before"), ("after_en", "slang_en")
_CLOSING_ZH = ("after_zh", "tenths_zh")
_SIGNS, _SPENDING, _RAISING = (
    ("signs", "codes"),
    ("spending_zh", "spending_weak_zh", "goals_zh"),
    ("raising_en",),
)
"""The tables of words that an amount may stand beside."""
_DIGIT_NEXT = re.compile(r"[ \u00a0]?\d")
_OWN_ID = ("spent", "bare", "beside", "raised", "against", "cell", "slang")
"""Kinds of rules that name themselves although the currency is presumed too: why it is money matters more."""
_SCALES = ("万", "萬", "亿", "億")
_CURRENCY_NEXT = re.compile(r"[亿億]?[ \u00a0]?(?:[元圆圓块塊美港欧歐日英人台新澳韩韓加泰瑞]|rmb|usd)")


class Anchor(NamedTuple):
    """What a word may be to an amount: its currency before or behind it, or what makes it money.

    ``sign`` is a currency that may stand on either side, ``scale`` 万 or 亿; no letter may run into a ``latin`` word.
    """

    opens: bool
    closes_en: bool
    closes_zh: bool
    sign: bool
    spends: bool
    raises: bool
    scale: bool
    latin: bool


_NO_ANCHOR = Anchor(*(False for _ in Anchor._fields))


def _is_pronoun(text: str, start: int, end: int) -> bool:
    """Say whether of ``us $5`` the first word is no currency but those who are paid."""
    return text.startswith("us $", start) and text[end : end + 1].isdigit()


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
        best_first = sorted(self.rules, key=lambda rule: -rule.score)
        cells = [rule for rule in best_first if rule.kind == "cell"]
        self._cells = Cells(patterns, cells, self._context, self._matches)
        self._by_kind = {
            kind: Alternation([rule for rule in best_first if rule.kind == kind]) for kind in _KINDS
        }
        self._after = {
            lang: Alternation(
                [rule for rule in best_first if rule.kind in ("after", "slang") and rule.lang == lang]
            )
            for lang in ("zh", "en")
        }
        roles = (_OPENING, _CLOSING_EN, _CLOSING_ZH, _SIGNS, _SPENDING, _RAISING)
        tables = [{word for name in names for word in patterns.table(f"money.{name}")} for names in roles]
        words = sorted(set().union(*tables, _SCALES))
        self._anchors = [
            Anchor._make(
                [
                    *(word in table for table in tables),
                    word in _SCALES,
                    word[0].isascii() or word[-1].isascii(),
                ]
            )
            for word in words
        ]
        spending = Anchor(*(name == "spends" for name in Anchor._fields))
        self._spending = frozenset(key for key, anchor in enumerate(self._anchors) if anchor == spending)
        self._automaton = CharwiseDoubleArrayAhoCorasick(words, MATCH_KIND_LEFTMOST_LONGEST)
        self._signs = {word: self._anchors[words.index(word)] for word in ("$", "¥", "￥", "€", "£")}
        self._starts = NumberStarts(patterns)

    def find(self, segmented: SegmentedText, document: Document) -> list[Candidate]:
        """Give every amount of money with its value."""
        lower = to_lower(segmented.text)
        is_cell = len(lower) <= LONGEST
        found = self._cells.find(segmented.text, lower) if is_cell else []
        found = found or self._find_stated(segmented.text, lower)
        if not found:
            return []
        stated = Counter([one.word.currency for one in found if one.word.family is None])
        article = ArticleCurrency(self._families, segmented, document, stated)
        amounts = [self._candidate(one, lower, article) for one in found]
        return self._cells.widen(lower, amounts) if is_cell else amounts

    def _find_stated(self, text: str, lower: str) -> list[Found]:
        """Give amounts at every currency word, and those that words of spending and raising make money."""
        found: list[Found] = []
        tried: dict[str, set[int]] = {"zh": set(), "en": set()}
        spent: list[int] = []
        compared = -_REACH
        for start, end, key in self._automaton.find(lower):
            if key in self._spending:
                spent.append(start)
                continue
            anchor = self._anchors[key]
            if anchor.latin and (_is_pronoun(text, start, end) or not is_whole_word(text, start, end)):
                # Of "spent $5" the pass finds "nt $", of "paid us $5" "us $": the sign alone stands.
                start = end - 1
                anchor = self._signs.get(lower[start], _NO_ANCHOR)
            opens, closes_en, closes_zh, sign, spends, raises, scale, _ = anchor
            if opens and opens_number(lower, start, end):
                found += self._try(self._by_kind["before"], lower, text, start)
            if closes_zh:
                found += self._try_after("zh", lower, text, start, tried["zh"])
                if start and lower[start - 1] in _SCALES:
                    compared = start - 1
            if closes_en or (sign and not _DIGIT_NEXT.match(lower, end)):
                found += self._try_after("en", lower, text, start, tried["en"])
            if (closes_en or sign) and "illion" in lower[end : end + _AGAINST]:
                found += self._try(self._by_kind["against"], lower, text, start)
            if raises:
                found += self._try(self._by_kind["raised"], lower, text, start)
            if spends:
                spent.append(start)
            if scale:
                found += self._find_bare(lower, text, start, end, spent, compared)
        return found

    def _find_bare(
        self, lower: str, text: str, scale: int, end: int, spent: list[int], compared: int
    ) -> list[Found]:
        """Give the amount without a currency whose 万 or 亿 stands at ``scale`` and ends before ``end``."""
        if _CURRENCY_NEXT.match(lower, end):
            return []
        found: list[Found] = []
        for at in spent[-3:]:
            if scale - at <= _REACH:
                found += self._try(self._by_kind["spent"], lower, text, at)
        for at in self._starts.chinese(lower, scale, 12):
            found += self._try(self._by_kind["bare"], lower, text, at)
        if scale - compared <= _REACH:
            found += self._try(self._by_kind["beside"], lower, text, compared)
        return found

    def _try_after(self, lang: str, lower: str, text: str, start: int, tried: set[int]) -> list[Found]:
        """Try the rules at every number that may lead to the currency at ``start``."""
        starts = self._starts.chinese(lower, start) if lang == "zh" else self._starts.english(lower, start)
        found: list[Found] = []
        for at in starts:
            if at not in tried:
                tried.add(at)
                found += self._try(self._after[lang], lower, text, at)
        return found

    def _try(self, rules: Alternation, lower: str, text: str, at: int) -> list[Found]:
        """Give what the first rule finds at a position; rules of longer amounts come first."""
        first = rules.hit(lower, at)
        if first is None:
            return []
        found = self._matches.read(first, text)
        if not found:
            later = (self._matches.read(hit, text) for hit in rules.later_hits(first))
            found = next(filter(None, later), [])
        return found

    def _candidate(self, found: Found, lower: str, article: ArticleCurrency) -> Candidate:
        start, end, rule, amount, word, evidence = found
        currency, rule_id = word.currency, rule.id
        if word.family is not None:
            decision = article.decide(currency, start, amount.low)
            currency = decision.currency or ""
            evidence = (*evidence, f"by {rule.id}", decision.evidence)
            if rule.kind not in _OWN_ID:
                rule_id = decision.rule_id
        modifier, hedge = self._context.modifier(lower, start, end)
        return Candidate(
            start=start,
            end=end,
            label="MONEY",
            rule_id=rule_id,
            score=rule.score,
            value=make_value(currency, amount.times(word.factor), modifier),
            evidence=(*evidence, f"hedge:{hedge}") if hedge else evidence,
        )
