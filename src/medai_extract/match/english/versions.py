"""Versions behind the names of products: MedGemma 1.5, Ascend 910 chips, a Somnovelt 64, GPT-5 (high)."""

import re
from collections.abc import Collection, Sequence
from functools import cached_property

from medai_extract.match.english.links import Word
from medai_extract.match.marks import Marks

_CAMEL = re.compile(r"[A-Z][a-z]+[A-Z]|[A-Za-z]+-[A-Z]")
_NUMBER = re.compile(r" (?!(?:19|20)\d\d(?!\d))\d{2,4}(?![\w%-]|[.,]\d)")
_APPOSITION = re.compile(", (?:the|an?|its|our) [a-z]")


class VersionReader:
    """The reader of versions; its regexes are compiled at their first use, for Chinese texts need none."""

    def __init__(self, marks: Marks, numbered: Collection[str], things: Collection[str]) -> None:
        """Make a reader.

        Args:
            marks: the words that may stand behind a version, and behind other figures.
            numbered: products, in small letters, whose editions have numbers: Android 16.
            things: nouns of which one behind a figure makes it a version: a Quest 3 headset.
        """
        self._marks, self._numbered, self._things = marks, numbered, things

    @cached_property
    def _version(self) -> re.Pattern[str]:
        spell, things = self._marks.spell, f"(?:{'|'.join(sorted(self._things))})"
        return re.compile(
            rf"[™®]?[ ](?:[vV]?\d{{1,2}}(?:\.\d{{1,2}}){{1,2}}(?![\d%])"  # MedGemma 1.5
            rf"|(?:\d|(?<=[A-Z] )\d{{3}})(?=[,.;:)”\"’'\n](?!\d)| [(|])|\d{{1,2}}(?=\s+(?:{spell('behind_version')}|{things})\b)"  # Llama 2, uMI 780.
            r"|[vV]\d{1,2}(?![\w%]|\.\d)"  # Zelvora v4
            r"|36[05](?![\d,.]\d|\d| [a-z]+s\b)"  # Brainomix 360
            rf"|[2-9](?= (?!{spell('after_number', 'counted')}\b)[a-z]{{4,}}(?<![s])(?![a-z-]))"  # Corolla 3 replacement valve
            rf"|[2-9](?= [a-z]{{3,}}s {spell('object')}\b)"  # Trellis 3 turns the wish into an order
            rf"|\d{{3,4}}(?=\s+{spell('numbered_thing')}\b)|\d{{1,3}}[BTX](?![A-Za-z0-9])|\d{{3}}[AC-JLNP-Z](?![A-Za-z0-9]))"  # Ascend 910 chips
            rf"(?! {spell('after_version')})(?:[a-z]\b)?+(?: \({spell('mode')}\))?+"
            rf"| \({spell('mode')}\)"  # GPT-5 (high): the token holds the number
        )

    @cached_property
    def _model_number(self) -> re.Pattern[str]:
        return re.compile(
            rf" (?!(?:19|20)\d\d(?!\d))(?:[1-9]\d{{1,2}}0|\d\d(?=[,;])|\d{{3}}(?= {self._marks.spell('behind_version')}\b)|\d)(?!\d|[.,]\d|%"
            rf"| (?:{self._marks.spell('after_model')}|[a-z]+s(?![a-z])))"
        )

    @cached_property
    def _bare_number(self) -> re.Pattern[str]:
        """Give the regex of a number of two digits and more behind a name that has the indefinite article, or that editions number."""
        return re.compile(
            rf" (?!(?:19|20)\d\d(?!\d))\d{{2,4}}(?![\w%-]|[.,]\d| {self._marks.spell('after_number')}\b)"
        )

    def find(self, text: str, end: int, part: Sequence[Word], proper: bool) -> int | None:
        """Give where the version ends that stands behind a name, if one does.

        Args:
            text: the article.
            end: where the name ends.
            part: the words of the name.
            proper: whether the last of them is neither a common word nor a place.

        >>> from medai_extract.patterns import load_patterns
        >>> versions = VersionReader(Marks(load_patterns(), "words.en_marks"), (), ["scanner"])
        >>> text = "wired to a Somnovelt 64 for Okello 12 months"
        >>> versions.find(text, 20, [Word("Somnovelt", 11, 20)], True), versions.find(text, 34, [Word("Okello", 28, 34)], True)
        (23, None)
        """
        version = self._version.match(text, end) or (
            self._model_number.match(text, end) if _CAMEL.match(part[-1].text) else None
        )
        if version is None and len(part) == 1:
            start, name = part[0].start, part[0].text.lower()
            if text.endswith((" a ", " an "), 0, start) or name in self._numbered:
                version = self._bare_number.match(text, end)
        if version is None and proper:
            version = self._proper_number(text, end, part)
        return version.end() if version else None

    def _proper_number(self, text: str, end: int, part: Sequence[Word]) -> re.Match[str] | None:
        """Give a number that is a model's, for a thing stands beside it or the pair comes back: the scanner Sorane 64."""
        number = _NUMBER.match(text, end)
        if number is None:
            return None
        start = part[0].start
        told = (
            text[max(start - 30, 0) : start].rstrip(" ").rpartition(" ")[2] in self._things
            or _APPOSITION.match(text, number.end())
            or text.count(text[start : number.end()]) > 1
        )
        return number if told else None
