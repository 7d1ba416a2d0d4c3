"""Chains of capitalised words: the regexes of a word and of what may join two, and what is no text.

Whether the words of a chain are one name is for ``english_edges`` to say.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

PLAIN = frozenset((" ", "\xa0", " & ", " · ", "·", " ・ ", " + "))
AND = frozenset((" and ", " and the "))
OF = frozenset((" of ", " of the "))
FOR = frozenset((" for ", " for the ", " on "))
PARTICLE = frozenset((
    " de ", " de la ", " du ", " des ", " di ", " della ", " do ", " da ", " das ", " dos ", " von ", " van ",
    " der ", " für ", " pour ", " del ",
))  # fmt: skip
POSSESSIVE = frozenset(("'s ", "’s ", "' ", "’ "))
GAPS = PLAIN | AND | OF | FOR | PARTICLE | POSSESSIVE | {" at "}
MINISTRIES = frozenset((
    "Ministry", "Department", "School", "Faculty", "College", "Committee", "Bureau", "Secretariat",
    "Directorate", "Institute", "Academy", "Office",
))  # fmt: skip
"""What may have commas in its name: Ministry of Health, Labour and Welfare."""

_L = "A-Za-z0-9À-ɏ"
_URL_ANCHOR = re.compile(r"://|www\.|@|\.(?:com|cn|org|net)(?![A-Za-z])")
_NAME = re.compile(r"[(“\"]*+[A-Z][A-Za-z0-9]*+\.(?:com|cn|net|org)(?:['’]s)?[.,;:)”\"]*+")
_NOT_SPACE = re.compile(r"\S++")
_NUMBER = r"\ (?:\d{1,2}\.\d{1,2}|\d{3})\ "  # Gemini 2.5 Pro
_FREE = rf"(?<![{_L}_@$€£¥])(?<!\d\.)(?<![a-z]-)"
_LEGAL = rf",\ ?(?=(?:Inc|Ltd|LLC|LP|L\.P\.|Corp|S\.A\.)(?![{_L}]))"


def make_word_regex(tails: Sequence[str]) -> re.Pattern[str]:
    """Give the regex of a word with a capital; ``tails`` may follow a name and a hyphen: FDA-approved.

    >>> make_word_regex(["based"]).findall("The Boston-based iFlytek of J.P. Morgan, Wit.ai's GPT-4 and HK$3")
    ['The', 'Boston', 'iFlytek', 'J.P.', 'Morgan', 'Wit.ai', 'GPT-4']
    """
    return re.compile(rf"{_FREE}{_word_pattern(tails)}", re.X)


def make_chain_regex(tails: Sequence[str]) -> re.Pattern[str]:
    """Give the regex of words with a capital that a space, ``of``, ``and``, a possessive … may make one name.

    >>> make_chain_regex([]).findall("Ministry of Health, Labour and Welfare of Japan, Acme, Inc. on Monday")
    ['Ministry of Health, Labour and Welfare of Japan', 'Acme, Inc. on Monday']
    """
    word = _word_pattern(tails)
    gap = "|".join([*map(re.escape, sorted(GAPS, reverse=True)), _NUMBER, _LEGAL])
    return re.compile(
        rf"{_FREE}(?:(?:{'|'.join(MINISTRIES)})\ of\ (?:the\ )?{word}(?:(?:{gap}|,\ ){word})*+"
        rf"|{word}(?:(?:{gap}){word})*+)",
        re.X,
    )


def _word_pattern(tails: Sequence[str]) -> str:
    return rf"""(?:
          (?:[A-Z]\.){{2,}}(?:[A-Z](?![{_L}]))?+                                        # J.P., U.S., L.P.
        | (?:Inc|Ltd|Co|Corp|Bros|Pte|Pty|St|Dr|Mr|Mrs|Ms|Prof|Mt|Jr|Sr|Gen|Sen|Rep|Gov)\.(?![{_L}])
        | A/S(?![{_L}])|[a-z]-[A-Z][{_L}]++|[A-Z]{{2,4}}/[A-Z]{{2,4}}(?![{_L}])
        | (?:[A-ZÀ-ÖØ-Þ]|[a-z]{{1,4}}(?=[A-Z][A-Za-z])|[a-z](?=[A-Z](?![{_L}]))
            |\d{{1,3}}(?=[A-Z][a-z]|[a-z]+[A-Z]))
          [{_L}]*+
          (?:(?:[&’'](?![sS](?![{_L}]))|-(?!(?:{"|".join(tails)})(?![{_L}]))
             |\.(?=\d|(?:ai|com|io|org|net|AI|MD)(?![{_L}])))[{_L}]++)*+(?![$€£¥])
        )"""


class Word(NamedTuple):
    """A word that bears a capital."""

    text: str
    start: int
    end: int


def without_urls(text: str) -> str:
    """Blank out web and mail addresses."""
    for start, end in _find_urls(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _find_urls(text: str) -> list[tuple[int, int]]:
    """Give the ranges of web and mail addresses; a name such as Trip.com is none.

    >>> _find_urls("See Acme.com/News, not Trip.com, or mail a@b.example")
    [(4, 18), (41, 52)]
    """
    urls: list[tuple[int, int]] = []
    for anchor in _URL_ANCHOR.finditer(text):
        if not urls or anchor.start() >= urls[-1][1]:
            before = max(
                text.rfind(mark, max(anchor.start() - 200, 0), anchor.start()) for mark in " \n\t(（\u3000"
            )
            after = _NOT_SPACE.match(text, anchor.start())
            if _NAME.fullmatch(text, before + 1, after.end() if after else anchor.end()):
                continue
            urls.append((max(before + 1, anchor.start() - 200), after.end() if after else anchor.end()))
    return urls
