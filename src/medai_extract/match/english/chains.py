"""Chains of capitalised words: the regexes of a word and of what may join two, and what is no text.

Whether the words of a chain are one name is for ``english_joins`` and ``english_edges`` to say.
"""

import re
from collections.abc import Sequence
from functools import cached_property

from medai_extract.match.marks import Marks

_URL_ANCHOR = re.compile(r"://|www\.|@|\.(?:com|cn|org|net)(?![A-Za-z])")
_NAME = re.compile(r"[(“\"]*+[A-Z][A-Za-z0-9]*+\.(?:com|cn|net|org)(?:['’]s)?[.,;:)”\"]*+")
_NOT_SPACE = re.compile(r"\S++")

_L = "A-Za-z0-9À-ɏ"
_CAPITAL = "[A-ZÀ-ÖØ-Þ]"
_END = f"(?![{_L}])"
_INSIDE = r"(?<=[a-z0-9].)|(?<=[a-z]-.)"
_FREE = rf"(?<![{_L}_@$€£¥].)(?<!\d\..)(?:(?<![a-z]-.)|(?<=[ (]ex-.))(?!(?<=[A-Z]['’]S){_END})"
_PREFIX = re.compile("[a-z0-9-]")
_WORD_START = re.compile(rf"(?<![{_L}])(?:[{_L}]++|[a-z]-)$")
_BEGINS = "The|It|Its|He|She|We|They|My|Our|His|Her|Their|This|That|But|And|In|On|At|As|When|If|While|With|Most|Some|No|An?"
"""What begins a sentence behind an abbreviation: Paws & Co. My cat"""


def _gap(marks: Marks) -> str:
    """Give the pattern of what may join two words of a chain."""
    return rf"""(?!(?<=\.)[ ](?:{_BEGINS}){_END})(?:[ ](?:(?:and|of|for)[ ](?:the[ ])?|(?:on|at|de(?:[ ]la)?|du|des|di|della|do|da|das|dos|von|van
    |der|für|pour|del|zur|zum|am|im|og|och|und|et|y)[ ]|[&·・+][ ]|(?:\d{{1,2}}\.\d{{1,2}}|\d{{3}}|\d{{1,2}}(?=[ ]{marks.spell("edition")}{_END}))[ ])?+|\xa0|·|–|[™®][ ]|['’]s?[ ](?:&[ ])?+
    |,[ ]?(?={marks.spell("legal_comma")}{_END})|,[ ](?={_CAPITAL}[{_L}’'-]*+[ ]&[ ](?:{marks.spell("and_company")}|{_CAPITAL}[{_L}]++[ ]{marks.spell("partner_tail")}){_END}))"""


def _ministry(marks: Marks) -> str:
    """Give the pattern that sees, behind its first letter, whether a chain may have commas."""
    return rf"(?=((?:he[ ][A-Z])?(?:{'|'.join(sorted(name[1:] for name in marks['ministry']))})[ ]of[ ])?+)"


def _abbreviated(marks: Marks) -> str:
    """Give the pattern of a dot that ends an abbreviation; a look-behind has one length."""
    abbreviations = sorted(marks["abbreviation"])
    sizes = sorted({*map(len, abbreviations)})
    behind = (
        rf"(?<=\b(?:{'|'.join(word for word in abbreviations if len(word) == size)})\.)" for size in sizes
    )
    return rf"\.(?:{'|'.join(behind)})"


def _after_capital(tails: Sequence[str], marks: Marks) -> tuple[str, str]:
    """Give the patterns of the rest of a word behind its first letter: of any word, of an ordinary one."""
    ordinary = rf"""[{_L}]*+
        (?:(?:[&’'](?![sS]{_END})|-(?!(?:{"|".join(tails)}|[a-z]{{3,}}ed){_END})
           |\.(?=\d|{marks.spell("after_dot")}{_END}))[{_L}]++)*+(?:{_abbreviated(marks)}{_END}|\+(?![{_L}+]))?+(?![$€£¥])"""
    dotted = "|".join(re.escape(form.partition(".")[2]) for form in sorted(marks["dotted_form"]))
    initials = rf"\.(?:(?:[A-Z]\.)++(?:[A-Z]{_END})?+|{dotted})"
    return f"(?:{initials}|/S{_END}|[A-Z]{{1,3}}/[A-Z]{{2,4}}{_END}|{ordinary})", ordinary


def _word(tails: Sequence[str], marks: Marks) -> str:
    """Give the pattern of a word with a capital, which may follow small letters or digits."""
    rest, ordinary = _after_capital(tails, marks)
    return rf"""(?:{_CAPITAL}{rest}|[a-z]-[A-Z][{_L}]++
        |(?:[a-z]{{1,7}}+(?=[A-Z][A-Za-z])|[a-z]{{1,3}}(?=[A-Z](?:\d|{_END}|-[A-Z]))|\d{{1,3}}(?=[A-Z][a-z]|[a-z]+[A-Z]|[A-Z][ ][A-Z][a-z])){ordinary})"""


def make_word_regex(tails: Sequence[str], marks: Marks) -> re.Pattern[str]:
    """Give the regex of a word with a capital; ``tails`` may follow a name and a hyphen: FDA-approved.

    >>> from medai_extract.patterns import load_patterns
    >>> regex = make_word_regex(["based"], Marks(load_patterns(), "words.en_marks"))
    >>> regex.findall("The Boston-based iFlytek of J.P. Morgan, Wit.ai's GPT-4 and HK$3")
    ['The', 'Boston', 'iFlytek', 'J.P.', 'Morgan', 'Wit.ai', 'GPT-4']
    """
    return re.compile(rf"(?<![{_L}_@$€£¥])(?<!\d\.)(?:(?<![a-z]-)|(?<=[ (]ex-)){_word(tails, marks)}", re.X)


class Chains:
    """The regexes of chains: words with a capital that a space, ``of``, ``and``, a possessive … may join.

    The scan looks for capitals, which is fast; where one stands inside a word (iFlytek), the chain is matched
    again from the start of the word.
    """

    def __init__(self, tails: Sequence[str], marks: Marks) -> None:
        self._tails, self._marks = tails, marks

    @cached_property
    def _scan(self) -> re.Pattern[str]:
        of = rf"(?:(?:{_gap(self._marks)}|(?(1),[ ]|(?!))){_word(self._tails, self._marks)})*+"
        return re.compile(
            rf"{_CAPITAL}(?:{_INSIDE}|{_FREE}{_ministry(self._marks)}{_after_capital(self._tails, self._marks)[0]}{of})",
            re.X,
        )

    @cached_property
    def _again(self) -> re.Pattern[str]:
        word, gap = _word(self._tails, self._marks), _gap(self._marks)
        return re.compile(rf"(?<![_@$€£¥])(?<!\d\.)(?:(?<![a-z]-)|(?<=[ (]ex-)){word}(?:{gap}{word})*+", re.X)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Give where the chains of a text stand.

        >>> from medai_extract.patterns import load_patterns
        >>> text = "iFlytek met the Ministry of Health, Labour and Welfare; Acme, Inc. and eGFR on May 2"
        >>> [text[slice(*span)] for span in Chains([], Marks(load_patterns(), "words.en_marks")).find(text)]
        ['iFlytek', 'Ministry of Health, Labour and Welfare', 'Acme, Inc. and eGFR on May']
        """
        spans: list[tuple[int, int]] = []
        done = 0
        for match in self._scan.finditer(text):
            span = match.span()
            if span[0] < done:
                continue
            if span[1] - span[0] == 1 and _PREFIX.match(text, span[0] - 1):
                begin = _WORD_START.search(text, max(span[0] - 40, 0), span[0])
                again = self._again.match(text, begin.start() if begin else span[0])
                if again is None:
                    continue
                span = again.span()
            done = span[1]
            spans.append(span)
        return spans


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
