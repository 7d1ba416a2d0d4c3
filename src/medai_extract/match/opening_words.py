"""What the matches of a pattern open with, read from the parsed pattern.

An opening is a number or a word, a bar, and the next characters, spaces left out: ``march|0``, ``0000|年0月``. In it
each digit is 0, five stand for any more; a Chinese number is 一, and so is each later character of one; each
dash, 至 and 到 is a hyphen.
"""

import re
import string
from collections.abc import Callable, Iterable, Mapping
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

NUMERALS = "〇零○一二三四五六七八九十百千两兩半几幾数數廿卅元"
"""Characters of Chinese numbers."""

BEHIND = 4
"""How many characters behind the first number or word tell which rules may match."""

NUMBERS = ("0", "00", "000", "0000", "00000", "一")
"""Numbers of one to four digits, longer ones, and a Chinese number, as they stand in openings."""

_WORD_LETTERS, _WORD_HAN = 6, 2
"""How many characters of the words that open a match are looked for."""
_WORD = 9
"""Letters of the first word that are spelt; nothing behind a longer one is."""
_MOST = 40
"""The most characters of a range that are spelt out."""
_LETTERS = frozenset(string.ascii_letters)
_DASHES = "–—－~～─ー至到"
_GLUED = r"(?<=[0-9]2)(?=0[0-3][0-9]年)|(?<=[A-Za-z][2-9][0-9])(?=月)|(?<=[A-Za-z][2-9]1)(?=[0-2]月)"
"""The first digit of a year, or of a month, that stands close behind a number, once it is read: S12024年, V27月."""
SYMBOLS = dict.fromkeys(string.digits, "0") | dict.fromkeys(NUMERALS, "一") | dict.fromkeys(_DASHES, "-")
"""What stands in openings for characters that may stand for one another."""


def find_openings(tree: Any) -> frozenset[str]:
    r"""Give what opens the matches of a pattern: a number or a word, and the next three characters without spaces.

    Each digit is 0, five stand for any more; each character of a Chinese number is 一, the first one for all of it.

    >>> from re import _parser as sre_parse
    >>> sorted(find_openings(sre_parse.parse(r"\d{4}年[1-9]月|[一二三]季度|[Ll]ast[ ](?:year|month)|[去今]年(?=的)")))
    ['0000|年0月', 'last|mon', 'last|yea', '一|季度', '今|年的', '去|年的']
    >>> sorted(find_openings(sre_parse.parse(r"may(?![A-Za-z])|mar")))
    ['mar', 'may|']
    """
    return frozenset(_Walk(_spell_opening, SYMBOLS, _end_word).openings(tree) - {""})


def find_words(tree: Any) -> frozenset[str]:
    """Give the beginnings of the words that open those matches of a pattern that no number opens.

    >>> from re import _parser as sre_parse
    >>> sorted(find_words(sre_parse.parse(r"[0-9]+月|[Ll]ast[ ](?:year|month)|mar[1-9]|本周")))
    ['last m', 'last y', 'mar1', 'mar2', 'mar3', 'mar4', 'mar5', 'mar6', 'mar7', 'mar8', 'mar9', '本周']
    """
    return frozenset(_Walk(_spell_word, {}, str).openings(tree) - {""})


def _spell_opening(opening: str, symbol: str) -> tuple[str, bool]:
    """Add a symbol to an opening; say whether that completes it. A bar ends the first number or word."""
    head, bar, behind = opening.partition("|")
    if bar or (head and not _kind(head[0]) == _kind(symbol) != ""):
        latin = head[0] in _LETTERS
        if symbol == " " or (latin and not behind and symbol in ",./-"):
            return f"{head}|{behind}", False
        return f"{head}|{behind}{symbol}", len(behind) + 1 == (BEHIND - 1 if latin else BEHIND)
    if head == NUMBERS[4] or symbol == head == "一":
        return opening, False
    return opening + symbol, len(opening) > _WORD


def _end_word(opening: str) -> str:
    """Give an opening of which no letter may go on: a word is over, the bar closes it."""
    return f"{opening}|" if opening and opening[0] in _LETTERS and "|" not in opening else opening


def _kind(symbol: str) -> str:
    """Give what runs of a symbol are one head: 0, 一, a for letters; nothing for the others."""
    return symbol if symbol in "0一" else "a" if symbol in _LETTERS else ""


def _spell_word(opening: str, char: str) -> tuple[str, bool] | None:
    """Add a character to the beginning of a word; say whether it is long enough. None: a number."""
    if not opening and SYMBOLS.get(char) in NUMBERS:
        return None
    if char in string.digits:
        return (opening if len(opening) > 3 else opening + char), True
    opening += char
    return opening, len(opening) >= (_WORD_LETTERS if opening.isascii() else _WORD_HAN)


def spell_numbers(openings: Iterable[str]) -> str:
    """Give a pattern of the numbers that open a match: of their first digit, or of each character of a Chinese one.

    Its groups are the other digits (None: a Chinese number) and what stands behind, in digits or in Han.

    >>> numbers = re.compile(spell_numbers(["0000|", "00|月", "一|年"]), re.S)
    >>> [hit.groups() for hit in numbers.finditer("2026版，12月5日，十年，三人，12岁")]
    [('026', '版，12月', None), ('2', '月5日，十', None), (None, None, '年，三人，1')]
    """
    digits: set[str] = set()
    han: set[str] = set()
    free: set[int] = set()
    for opening in openings:
        head, _, behind = opening.partition("|")
        if head in NUMBERS:
            (han if head == "一" else digits).add(behind[:1])
            if head != "一" and not behind:
                free.add(len(head))
    more = f".{{,{BEHIND + 1}}}"
    most = len(NUMBERS[4])
    rests = [f"[0-9]{{{length - 1}{',' * (length == most)}}}(?![0-9])" for length in sorted(free)]
    rests.append(f"[0-9]*+(?= ?{_spell_class(digits)})")
    return (
        rf"[0-9{NUMERALS}](?:(?<![0-9][0-9])|{_GLUED})(?=(?<=[0-9])({'|'.join(rests)}) ?({more})"
        rf"|(?<![0-9])[{NUMERALS}]*+ ?({_spell_class(han)}{more}))"
    )


def _spell_class(symbols: set[str]) -> str:
    """Give a pattern of the characters that symbols stand for."""
    if not symbols - {""}:
        return "(?!)"
    chars = "".join(map(re.escape, sorted(symbols)))
    for symbol, many in (("0", "0-9"), ("一", NUMERALS), (r"\-", rf"\-{_DASHES}")):
        chars = chars.replace(symbol, many)
    return f"[{chars}]"


class _Walk:
    """One walk over a parsed pattern that spells the openings of its matches, all at once.

    Args:
        spell: gives an opening with one more symbol and whether it is complete; None where it is none.
        symbols: what stands for several characters.
        end: gives an opening behind which no letter may stand.

    """

    def __init__(
        self,
        spell: Callable[[str, str], tuple[str, bool] | None],
        symbols: Mapping[str, str],
        end: Callable[[str], str],
    ) -> None:
        self._spell, self._symbols, self._end = spell, symbols, end
        self._complete: set[str] = set()
        self._groups: dict[int | None, Any] = {}

    def openings(self, tree: Any) -> set[str]:
        return self._complete | self._sequence({""}, tree)

    def _sequence(self, opened: set[str], tree: Any) -> set[str]:
        for operator, argument in tree:
            if not opened:
                break
            opened = self._item(opened, operator, argument)
        return opened

    def _item(self, opened: set[str], operator: Any, argument: Any) -> set[str]:
        """Give the openings, not yet complete, after one more part of the pattern."""
        if operator is sre.ASSERT and argument[0] > 0:
            self._complete |= self._sequence(opened, argument[1])
            return set()
        if operator is sre.ASSERT_NOT and argument[0] > 0 and _holds_letters(argument[1]):
            return set(map(self._end, opened))
        if operator in (sre.ASSERT, sre.ASSERT_NOT, sre.AT):
            return opened
        if operator is sre.SUBPATTERN:
            self._groups[argument[0]] = argument[3]
            return self._sequence(opened, argument[3])
        if operator is sre.GROUPREF:
            return self._sequence(opened, self._groups[argument])
        if operator is sre.ATOMIC_GROUP:
            return self._sequence(opened, argument)
        if operator is sre.BRANCH:
            return set().union(*(self._sequence(opened, branch) for branch in argument[1]))
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            return self._repeat(opened, *argument)
        chars = _chars_of(operator, argument)
        if chars is None:
            self._complete |= opened  # anything may follow
            return set()
        return self._chars(opened, chars)

    def _repeat(self, opened: set[str], least: int, most: int, tree: Any) -> set[str]:
        reached = set(opened) if not least else set()
        for count in range(1, most + 1):
            opened = self._sequence(opened, tree)
            if not opened or (count > least and opened <= reached):
                break
            if count >= least:
                reached |= opened
        return reached

    def _chars(self, opened: set[str], chars: Iterable[str]) -> set[str]:
        longer: set[str] = set()
        for symbol in {self._symbols.get(char, char) for char in chars}:
            for opening in opened:
                spelt = self._spell(opening, symbol)
                if spelt is not None:
                    (self._complete if spelt[1] else longer).add(spelt[0])
        return longer


def _holds_letters(tree: Any) -> bool:
    r"""Say whether each letter of a word is a match of a pattern, alone or as one of its branches.

    >>> from re import _parser as sre_parse
    >>> [_holds_letters(sre_parse.parse(pattern)) for pattern in ("[A-Za-z0-9_]", r"\w", r"\d|[A-Za-z]", "[a-z] of", "[A-F]")]
    [True, True, True, False, False]
    """
    if len(tree) != 1:
        return False
    operator, argument = tree[0]
    if operator is sre.BRANCH:
        return any(map(_holds_letters, argument[1]))
    if operator is sre.SUBPATTERN:
        return _holds_letters(argument[3])
    if operator is not sre.IN:
        return False
    spans = [value for kind, value in argument if kind is sre.RANGE]
    words = any(kind is sre.CATEGORY and value is sre.CATEGORY_WORD for kind, value in argument)
    return words or all(
        any(first <= ord(char) <= last for first, last in spans) for char in string.ascii_letters
    )


def _chars_of(operator: Any, argument: Any) -> set[str] | None:
    """Give the characters, in small letters, that a part of a pattern stands for; None if there are too many."""
    if operator is sre.LITERAL:
        return {_fold(argument)}
    if operator is not sre.IN:
        return None
    chars: set[str] = set()
    for kind, value in argument:
        if kind is sre.LITERAL:
            chars.add(_fold(value))
        elif kind is sre.RANGE and value[1] - value[0] < _MOST:
            chars.update(map(_fold, range(value[0], value[1] + 1)))
        elif kind is sre.CATEGORY and value is sre.CATEGORY_DIGIT:
            chars.update(string.digits)
        elif kind is sre.CATEGORY and value is sre.CATEGORY_SPACE:
            chars.add(" ")
        else:
            return None
    return chars


def _fold(code: int) -> str:
    return " " if code == 0xA0 else chr(code).lower()
