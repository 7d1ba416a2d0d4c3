"""Folding: the form in which names are compared, one character for one.

Case, width and traditional script do not tell names apart. Folding never changes the length of a text (``str.lower`` and
NFKC do: ``İ`` grows, ``…`` becomes three dots), so offsets into the folded text are offsets into the text.
"""

import re
from collections.abc import Mapping

_SEPARATORS = re.compile(r"[\s·・•\-‐‑–_'’‘.]+")
_NOT_OF_WORDS = re.compile(r"\W+")


def make_folding(traditional: Mapping[str, str]) -> dict[int, int]:
    """Give a ``str.translate`` table from the table of traditional characters and their simplified forms.

    >>> "ＡＩ·平安好醫生".translate(make_folding({"醫": "医"}))
    'ai·平安好医生'
    """
    # Characters that stay are named too: a character that the table does not know costs ``translate`` an exception.
    table = {code: code for code in (*range(0x20, 0x7F), *range(0x2010, 0x2030), *range(0x3000, 0xA000))}
    table |= {ord(old): ord(new) for old, new in traditional.items()}
    # Full-width ASCII, U+FF01 to U+FF5E, stands 0xFEE0 above the half-width forms.
    table |= {code: ord(chr(code - 0xFEE0).lower()) for code in range(0xFF01, 0xFF5F)}
    table |= {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
    table |= {ord(char): ord(char.lower()) for char in "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŁŚŠŽ"}
    table |= {
        ord("’"): ord("'"),
        ord("‘"): ord("'"),
        ord("‐"): ord("-"),
        ord("‑"): ord("-"),
        0xA0: 0x20,
        0x3000: 0x20,
    }
    return table


def make_slug(name: str) -> str:
    """Give the id made from a name: lower case, hyphens for what separates; Han characters stay.

    >>> make_slug("Anzhen’er"), make_slug("Shanhai · Zhiyi 5.0"), make_slug("鑫君特")
    ('anzhen-er', 'shanhai-zhiyi-5-0', '鑫君特')
    """
    return _NOT_OF_WORDS.sub("-", _SEPARATORS.sub("-", name.lower())).strip("-_") or "unnamed"
