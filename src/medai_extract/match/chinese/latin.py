"""Latin names in Chinese text: which runs of letters and digits could be one, and which belong together."""

import re
from collections.abc import Iterator

from medai_extract.model import Span

_RUN = re.compile("[A-Za-z0-9À-ɏ]+")
_INNER = frozenset(".+&'’·/-")
"""What a number may be followed by in a Latin name."""
_LATIN = re.compile(
    r"""(?<![A-Za-z0-9.])
    (?=[A-Za-z0-9.+&'’·/\-]*[A-Z] | [a-z]+[0-9] | [0-9]+[a-z]          # a capital, or letters and digits together
      | (?<![A-Za-z0-9@/._-][ ])(?<![@/._-])[a-z]{5,}(?![ ]?[A-Za-z0-9._@/-]))               # or a long word alone
    (?![0-9]{4,6}\.[A-Z]{2}(?![A-Za-z])                               # no stock code
      | (?<![A-Za-z0-9][ ])[0-9]+(?:\.[0-9]+)?[A-Z](?![A-Za-z0-9]))   # no 4K, no 27B on its own
    [A-Za-z0-9À-ɏ]++(?:[.+\-'’&·_×]?[A-Za-z0-9À-ɏ]++)*+(?:\+|[®™](?=[ ][A-Z]))?
    (?:[ ](?:mini|pro|max|plus|lite|ultra|air|nano|turbo)(?![A-Za-z0-9]))?+
    (?:[ ](?:[0-9]{1,3}|(?!19|20)[0-9]{4})(?:\.[0-9]{1,2})?(?![0-9.,:%\-/A-Za-z–+]))?       # Llama 2, Series 11""",
    re.X,
)
_TAIL = re.compile(r"[ \-]?[0-9.]+$")
_YEAR = re.compile(r"[ \-]?(?<![0-9.])(?:19|20)[0-9]{2}$|(?<=[A-Za-z][0-9])(?:19|20)[0-9]{2}$")
_LEGAL = re.compile(r"(?<![A-Za-z])(?:Inc|Ltda?|Corp|Co|Bros|Pte|Pvt|Bhd|Sdn|L\.P|S\.A|B\.V|N\.V|S\.p\.A)$")
_UNITS = frozenset("年月日號号亿億万萬個个款台臺家例岁歲天时時元％%")
_JOINED = re.compile(
    r" (?:(?:- |· |& |of |for |and |de |the )(?=[A-Z0-9])|(?=[A-Z0-9]|[a-z]+[A-Z]))|-[^\S\n](?=[A-Z][0-9])| - (?=[A-Z][0-9])"
    r"|\. (?=(?:Ltd|Bhd)(?![A-Za-z]))|, (?=(?:Inc|Ltd|Corp|Co|LLC|LLP|PLC|plc|GmbH|AG|L\.P|S\.A|N\.V)(?![A-Za-z]))"
)


def latin_runs(
    text: str, span: Span, refused: frozenset[str], no_names: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """Give the Latin names in a stretch of a text: neighbours are joined by a space where the next begins like a name.

    >>> text = "用Claude for Healthcare 和AI看Llama 2，Abridge6月融资"
    >>> runs = latin_runs(text, Span(0, len(text)), frozenset({"AI"}), frozenset())
    >>> [text[a:b] for a, b in runs]
    ['Claude for Healthcare', 'Llama 2', 'Abridge']
    >>> text = "由Brill & Ostrow LLP和Kestrel Therapeutics, Inc.担任"
    >>> [text[a:b] for a, b in latin_runs(text, Span(0, len(text)), frozenset(), frozenset())]
    ['Brill & Ostrow LLP', 'Kestrel Therapeutics, Inc.']
    >>> text = "导管厂Cateria Ibérica由Orvane India Pvt. Ltd.持有"
    >>> [text[a:b] for a, b in latin_runs(text, Span(0, len(text)), frozenset(), frozenset())]
    ['Cateria Ibérica', 'Orvane India Pvt. Ltd.']
    """
    runs: list[tuple[int, int]] = []
    begun = span.start
    for run in _RUN.finditer(text, *span):
        start, end = run.span()
        if start < begun or (run[0].isdigit() and text[end : end + 1] not in _INNER):
            continue
        match = _LATIN.match(text, start, span.end)
        if match is None:
            continue
        begun = last = match.end()
        if text[last : last + 1] in _UNITS:
            # 糖屿S22024年 ends with a year.
            counted = (text[last] == "年" and _YEAR.search(text, start, last)) or _TAIL.search(
                text, start, last
            )
            last = counted.start() if counted else last
        elif text[last : last + 1] == "." and _LEGAL.search(text, start, last):
            last += 1
        if text[start:last] in no_names:
            continue
        if runs and _joins(text, runs[-1], start):
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((start, last))
    return (run for run in runs if not all(word in refused for word in text[run[0] : run[1]].split(" ")))


def _joins(text: str, run: tuple[int, int], first: int) -> bool:
    between = _JOINED.match(text, run[1]) if text[run[1]] in " -," else None
    last_word = text[run[0] : run[1]].rsplit(" ", 1)[-1]
    return between is not None and between.end() == first and (not last_word.islower() or len(last_word) < 3)
