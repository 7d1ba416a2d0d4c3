"""A text that is nothing but an amount: a cell of a table, a field of a form, an answer.

Here a number needs no currency, and the whole text is the mention: hedges, ``from … to`` and an article belong to it, as
the words of relation belong to the date of a request. Articles never come here.
"""

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from itertools import product

import msgspec

from medai_extract.match.money.context import MoneyContext
from medai_extract.match.money.read import Found, MatchReader
from medai_extract.model import Candidate, MoneyValue
from medai_extract.normalise.money import Amount, make_value
from medai_extract.patterns import Patterns, Rule, spell_words

LONGEST = 40
"""The longest text, in code points, that may be a cell of a table."""

_STOPS = " \n.。"
_CODE = "money.cell.code"
"""The rule of codes, which stand in capital letters."""


class Cells:
    """The rules of kind ``cell`` and the words that may stand around an amount in a cell (``patterns/money``).

    Args:
        patterns: the pattern folder.
        rules: the rules, best first.
        context: hedges.
        matches: reads the matches of the rules.

    """

    def __init__(
        self, patterns: Patterns, rules: Sequence[Rule], context: MoneyContext, matches: MatchReader
    ) -> None:
        self._rules = tuple(rules)
        self._context = context
        self._matches = matches
        words = patterns.table("money.cell_words")
        places = {
            place: {word for word, value in words.items() if place in value.split()}
            for place in ("before", "after", "joint")
        }
        for place, lang in product(("before", "after"), ("zh", "en")):
            hedges = patterns.table(f"money.hedges_{place}_{lang}")
            places[place].update(word for word, modifier in hedges.items() if modifier)
        self._before, self._after, self._joint = map(_make_words, places.values())

    def find(self, text: str, lower: str) -> list[Found]:
        """Read a text that is an amount without its currency, small change, or a small amount with a code."""
        start, end = len(lower) - len(lower.lstrip()), len(lower.rstrip(_STOPS))
        for edges in self._context.hedges_at_edges(lower, start, end):
            for rule in self._rules:
                match = rule.regex.fullmatch(lower, *edges)
                if match is None or not match[0]:
                    continue
                found = self._matches.read_cell(rule, match)
                if found is not None and (rule.id != _CODE or text[slice(*match.span("cur"))].isupper()):
                    return [found]
        return []

    def widen(self, lower: str, amounts: list[Candidate]) -> list[Candidate]:
        """Give the amounts of a short text; one that is all there is takes the whole text.

        >>> from medai_extract.patterns import load_patterns
        >>> from medai_extract.pipeline import Pipeline
        >>> pipeline = Pipeline(load_patterns())
        >>> [(one.text, one.value.modifier) for one in pipeline("no more than 7 euros").mentions]
        [('no more than 7 euros', 'at_most')]
        >>> [one.text for one in pipeline("It pays no more than 7 euros").mentions]
        ['7 euros']
        """
        longest: list[Candidate] = []
        for amount in sorted(amounts, key=lambda amount: (amount.start, -amount.end)):
            if not longest or amount.end > longest[-1].end:
                longest.append(amount)
        one = _join(longest, lower, self._joint) if len(longest) > 1 else longest[0]
        if one is None:
            return amounts
        start, end = len(lower) - len(lower.lstrip()), max(len(lower.rstrip(_STOPS)), one.end)
        if not (
            self._before.fullmatch(lower, start, one.start) and self._after.fullmatch(lower, one.end, end)
        ):
            return amounts
        return [msgspec.structs.replace(one, start=start, end=end)]


def _join(amounts: Sequence[Candidate], lower: str, joint: re.Pattern[str]) -> Candidate | None:
    """Give the range from the first of two amounts to the second, None where they are none."""
    first, last = amounts[0], amounts[-1]
    low, high = first.value, last.value
    if len(amounts) > 2 or not isinstance(low, MoneyValue) or not isinstance(high, MoneyValue):
        return None
    if low.currency != high.currency or low.amount is None or high.amount is None:
        return None
    least, greatest = Decimal(low.amount), Decimal(high.amount)
    if not least < greatest:
        return None
    if low.modifier or high.modifier or not joint.fullmatch(lower, first.end, last.start):
        return None
    value = make_value(low.currency, Amount(None, least, greatest), None)
    return msgspec.structs.replace(first, end=last.end, value=value)


def _make_words(words: Collection[str]) -> re.Pattern[str]:
    """Give a pattern of any of the words in a row.

    >>> bool(_make_words(["about", "约"]).fullmatch("约 ")), bool(_make_words(["about"]).fullmatch("abouts "))
    (True, False)
    """
    latin = frozenset(word for word in words if word[-1].isascii() and word[-1].isalpha())
    other = frozenset(words) - latin
    return re.compile(rf"\s*(?:(?:{spell_words(latin)}(?![a-z])|{spell_words(other)})\s*)*")
