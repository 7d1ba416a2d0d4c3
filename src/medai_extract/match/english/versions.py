"""Versions behind the names of products: MedGemma 1.5, Ascend 910 chips, a Somnovelt 64, GPT-5 (high)."""

import re
from collections.abc import Collection, Sequence

from medai_extract.match.english.joins import Word

_MODEL_NUMBER = re.compile(
    r" (?!(?:19|20)\d\d(?!\d))[1-9]\d{1,2}0(?!\d|[.,]\d|%| (?:million|billion|percent|[a-z]+s(?![a-z])))"
)
_CAMEL = re.compile(r"[A-Z][a-z]+[A-Z]")
_FOLLOWS = (
    "and|or|as|for|in|on|is|was|will|has|have|had|are|were|does|would|may|also|now|still|costs|gets|got|scored|to|with|model|from|by|app|when|at|after|before|into|through|than|but|can|"
    "system|platform|scanner|device|robot|pump|software|chatbot|chips?|which|that|while|under|over|against|using|during|read"
)
_WORKS = (
    "says|said|took|takes|needs|uses|used|runs|ran|detects|detected|reads|flags|flagged|works|worked|comes|came|goes|went|"
    "scores|adds|added|reached|won|made|makes|did|looks|finds|found|helps|lets|gives|gave|records|measures|listens|writes|"
    "answers|sees|saw|tells|told|analyses|analyzes|beats|beat|launched|launches|arrives|arrived|costs|sells|sold|received|"
    "learned|learns|replaced|replaces|ships|shipped|lasts|showed|shows|missed|misses|remains|should|must|might|could|cannot"
)
_MODES = "high|low|medium|mini|preview|beta|xhigh|thinking"
_VERSION = re.compile(
    rf"[™®]?[ ](?:[vV]?\d{{1,2}}(?:\.\d{{1,2}}){{1,2}}(?![\d%])"  # MedGemma 1.5
    rf"|(?:\d|(?<=[A-Z] )\d{{3}})(?=[,.;:)”\"’'\n](?!\d)| [(|])|\d{{1,2}}(?=\s+(?:{_FOLLOWS}|{_WORKS})\b)"  # Llama 2, uMI 780.
    r"|[vV]\d{1,2}(?![\w%]|\.\d)"  # Zelvora v4
    r"|36[05](?![\d,.]\d|\d| [a-z]+s\b)"  # Brainomix 360
    r"|\d{3,4}(?=\s+(?:chips?|scanners?|processors?|GPUs?|systems?)\b)|\d{1,3}[BTX](?![A-Za-z0-9])|\d{3}[AC-JLNP-Z](?![A-Za-z0-9]))"  # Ascend 910 chips
    rf"(?! (?:million|billion|trillion|percent|per|points?|out of|p\.m|a\.m))(?:[a-z]\b)?+(?: \((?:{_MODES})\))?+"
    rf"| \((?:{_MODES})\)"  # GPT-5 (high): the token holds the number
)
_BARE_NUMBER = re.compile(
    r" (?!(?:19|20)\d\d(?!\d))\d{2,4}(?![\w%-]|[.,]\d| (?:million|billion|trillion|percent|per|mg|ml|km|miles?|years?|months?|weeks?"
    r"|days?|hours?|minutes?|patients|beds|people|times|points?)\b)"
)
"""A number of two digits and more behind a name that has the indefinite article, or that editions number: a Somnovelt 64."""


def find_version(text: str, end: int, part: Sequence[Word], numbered: Collection[str]) -> int | None:
    """Give where the version ends that stands behind a name, if one does.

    Args:
        text: the article.
        end: where the name ends.
        part: the words of the name.
        numbered: products, in small letters, whose editions have numbers: Android 16.

    >>> text = "wired to a Somnovelt 64 for Okello 12 months"
    >>> find_version(text, 20, [Word("Somnovelt", 11, 20)], ()), find_version(text, 34, [Word("Okello", 28, 34)], ())
    (23, None)
    """
    version = _VERSION.match(text, end) or (
        _MODEL_NUMBER.match(text, end) if _CAMEL.match(part[-1].text) else None
    )
    if version is None and len(part) == 1:
        start, name = part[0].start, part[0].text.lower()
        if text.endswith((" a ", " an "), 0, start) or name in numbered:
            version = _BARE_NUMBER.match(text, end)
    return version.end() if version else None
