"""Brands that end in a possessive, which is theirs: Pruitt's has ordered 600."""

import re

from medai_extract.match.english.edges import Run
from medai_extract.match.marks import Marks

_APOSTROPHES = frozenset("'’")
_POSSESSIVE = re.compile("['’]s(?![A-Za-z])")


class BrandReader:
    """The reader of brands; the verbs behind them tell."""

    def __init__(self, marks: Marks) -> None:
        self._branded = re.compile(
            rf"['’]s (?:{marks.spell('brand_verb')}|(?:has|had) {marks.spell('brand_has')}|will {marks.spell('brand_will')})(?![A-Za-z])"
        )

    def lengthen(self, text: str, runs: list[Run]) -> list[Run]:
        """Give runs with the possessive that belongs to the name, where a verb behind one says so."""
        brands = {
            run.text
            for run in runs
            if text[run.end : run.end + 1] in _APOSTROPHES and self._branded.match(text, run.end) is not None
        }
        if not brands:
            return runs
        return [
            Run(
                run.start, run.end + 2, (*run.words[:-1], f"{run.words[-1]}'s"), run.first, run.headline, run.role,
                text[run.start : run.end + 2], run.sentence,
            )
            if run.text in brands and _POSSESSIVE.match(text, run.end)
            else run
            for run in runs
        ]  # fmt: skip
