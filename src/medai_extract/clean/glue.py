"""Words that lost the space between them in translation or copying."""

import re
from collections.abc import Iterator

from medai_extract.offsets import Edit
from medai_extract.patterns import Patterns


class Glue:
    """Where translated or copied text lost its spaces (``releasedWiseDiag-Z1The large model``).

    The table ``clean.glue`` says which lower-case words never begin a name with a capital inside
    (``before``), which capitalised words only ever begin a clause (``after``), and which heads end a name
    (``head``).
    """

    # What follows a seam, a capital or a year; two capitals are one only where the second begins a word (``AIThe``).
    _SEAM = re.compile(
        r"""[A-Z“12](?<![ \n].)(?:(?<=[A-Za-z][12])[09]\d\d(?!\d)
        |(?<=[A-Z“])(?:(?<=[a-z0-9.,;:!?)”"’\]].)|(?<=[A-Z][A-Z])(?=[a-z])|(?<=[A-Z]“)))""",
        re.X,
    )
    _ETC = re.compile(r"etc\.(?<=[A-Za-z]etc\.)")
    # Names that begin small (iFlytek, eBay) after a word that ends none: such asiFlytek.
    _SMALL_NAME = re.compile(r"(?<![A-Za-z])(?:as|by|of|and|with|from|in|the|to|for|than|like)[ei]$")
    _LOWER_BEFORE = re.compile(r"(?<![A-Za-z0-9])[a-z]+$")
    _HEAD_BEFORE = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+$")
    _WORD_AFTER = re.compile(r"[A-Z][a-z]+(?![A-Za-z])")
    _STOP_BEFORE = re.compile(r"""(?:[a-z0-9%)”"’](?<!www)|[A-Z]{2})(?:\.["”’]?|[,;:!?])$|[.!?]["”]$""")
    _VERSION_BEFORE = re.compile(r"-[A-Z]?\d+$")
    _YEAR_BEFORE = re.compile(r"(?<![A-Za-z])(?:in|on|since|from|by|until|to|of|In|Since|From|By|of|and)$")

    def __init__(self, patterns: Patterns) -> None:
        words = patterns.table("clean.glue")
        self._before = {word for word, kind in words.items() if kind == "before"}
        self._after = {word for word, kind in words.items() if kind == "after"}
        self._heads = {word for word, kind in words.items() if kind == "head"}

    def split(self, text: str) -> Iterator[Edit]:
        """Insert a space at every seam between two words that were glued.

        >>> from medai_extract.offsets import apply_edits
        >>> from medai_extract.patterns import load_patterns
        >>> text = "It releasedWiseDiag-Z1The model, says OpenAI.In2025年, iFlytek"
        >>> apply_edits(text, Glue(load_patterns()).split(text))[0]
        'It released WiseDiag-Z1 The model, says OpenAI. In 2025年, iFlytek'
        """
        for seam in self._SEAM.finditer(text):
            at = seam.start()
            before = text[max(at - 24, 0) : at]
            if self._is_glued(text, before, at):
                yield Edit(at, at, " ")
            if before[-1:] in "ei" and text[at + 1 : at + 2].islower() and self._SMALL_NAME.search(before):
                yield Edit(at - 1, at - 1, " ")
        if "etc." in text:
            for etc in self._ETC.finditer(text):
                yield Edit(etc.start(), etc.start(), " ")

    def _is_glued(self, text: str, before: str, at: int) -> bool:
        following = text[at : at + 1]
        if following.isdigit():
            return self._YEAR_BEFORE.search(before) is not None
        if before[-1] in '.,;:!?)”"’]':
            return self._STOP_BEFORE.search(before) is not None and text[at + 1 : at + 2].islower()
        if (word := self._LOWER_BEFORE.search(before)) and word[0] in self._before:
            return True
        if (word := self._HEAD_BEFORE.search(before)) and word[0] in self._heads:
            return True
        if self._VERSION_BEFORE.search(before):
            return text[at + 1 : at + 2].islower()
        after = self._WORD_AFTER.match(text, at)
        return after is not None and after[0] in self._after
