"""Count in the name lists what the letters of a word say: the table ``patterns/words/en_letters.csv``."""

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable
from itertools import chain

from medai_extract.match.english.letters import letter_keys
from medai_extract.patterns import Patterns
from medai_extract.patterns.edit import canonical_csv, replace_file
from medai_extract.patterns.schema import NameRow

FEWEST = 5
"""How many names must share letters for these to have a row."""
DOUBT = 10
"""How many names of the usual mix are added to each count, so that few names say little."""
_WORD = re.compile("[A-Za-zÀ-ɏ]{4,}")


def count_letters(names: Iterable[NameRow]) -> dict[str, float]:
    """Give the log-odds of letters, a product against an organisation, beyond the odds of any name.

    >>> from medai_extract.patterns import load_patterns
    >>> odds = count_letters(load_patterns().names)
    >>> odds["*scan"] > 0 > odds["*care"]
    True
    """
    labels: dict[str, set[str]] = {}
    for row in names:
        if row.lang == "en" and _WORD.fullmatch(row.name):
            labels.setdefault(row.name, set()).add(row.label)
    single = {name: label for name, (label, *others) in labels.items() if not others}
    counts = {
        wanted: Counter(
            chain.from_iterable(
                key for name, label in single.items() if label == wanted for key in letter_keys(name)
            )
        )
        for wanted in ("ORG", "PRODUCT")
    }
    share = sum(label == "PRODUCT" for label in single.values()) / max(len(single), 1)
    return {
        key: _log_odds(counts["PRODUCT"][key], counts["ORG"][key], share)
        for key in sorted({**counts["ORG"], **counts["PRODUCT"]})
        if counts["ORG"][key] + counts["PRODUCT"][key] >= FEWEST
    }


def _log_odds(products: int, orgs: int, share: float) -> float:
    odds = (products + DOUBT * share) / (orgs + DOUBT * (1 - share))
    return round(math.log(odds * (1 - share) / share), 2)


def write_letters(patterns: Patterns) -> int:
    """Write the table anew and give the number of its rows."""
    odds = count_letters(patterns.names)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(("word", "value", "note"))
    writer.writerows((key, f"{value:+.2f}", "") for key, value in odds.items())
    replace_file(patterns.root / "words" / "en_letters.csv", canonical_csv(lines.getvalue()))
    return len(odds)
