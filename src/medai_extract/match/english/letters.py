"""What the letters of an unknown word say of it: names that end in -log are rather products, names in -ix firms.

The longest known ending, the longest known beginning and the pattern of its capitals each have a log-odds in
``patterns/words/en_letters.csv``, counted in the name lists by ``medai-extract patterns fit``.
"""

import re
from collections.abc import Iterator, Mapping

LONGEST = 5
_SMALL, _LARGE = re.compile("[a-z]+"), re.compile("[A-Z]+")


def read_letters(word: str, odds: Mapping[str, float]) -> float:
    """Give the log-odds of a word's being a product and no organisation; 0 where its letters are silent.

    >>> read_letters("Humalog", {"*log": 1.5, "*og": 0.5, "hu*": 0.2, "Aa": -0.1})
    1.6
    """
    total = 0.0
    for keys in letter_keys(word):
        for key in keys:
            if key in odds:
                total += odds[key]
                break
    return round(total, 2)


def letter_keys(word: str) -> Iterator[tuple[str, ...]]:
    """Give the keys of a word, the longest first: its endings, its beginnings, its capitals.

    >>> list(letter_keys("iCAD"))
    [('*icad', '*cad', '*ad'), ('icad*', 'ica*', 'ic*'), ('aA',)]
    """
    small = word.lower()
    longest = min(len(small), LONGEST)
    yield tuple([f"*{small[-size:]}" for size in range(longest, 1, -1)])
    yield tuple([f"{small[:size]}*" for size in range(min(longest, LONGEST - 1), 1, -1)])
    yield ("Aa" if word.istitle() else _SMALL.sub("a", _LARGE.sub("A", word)),)
