"""Which language a text is in, and where: script runs become language spans.

Two languages are told apart by script alone, which is right on short mixed strings where statistical
detectors fail: an English article holds 医保, a Chinese one ``Baichuan-M3 Plus``. Foreign words inside a
clause do not change its language.
"""

import re
from functools import lru_cache
from typing import NamedTuple

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
# A class at the front of a pattern is searched for quickly, a repeated one is not.
_HAN = re.compile(f"[{HAN}][{HAN}]*+")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z]++")
_CLAUSE = re.compile(r"[^\n。！？；]+[\n。！？；]*")
# Characters that only traditional text has and that are frequent in news; a few tell the script, no table is
# needed.
_TRADITIONAL = re.compile(
    "[與為對這個們來時會發學業國經過進後說醫療藥體數據產開關應將該實現點種樣還無長與動務處續請議訊]"
)
_SIMPLIFIED = re.compile(
    "[与为对这个们来时会发学业国经过进后说医疗药体数据产开关应将该实现点种样还无长动务处续请议讯]"
)


class LanguageSpan(NamedTuple):
    """A stretch of text in one language (``zh`` or ``en``), half open."""

    start: int
    end: int
    lang: str


def contains_han(text: str) -> bool:
    """Say whether a text has a Han character."""
    return _HAN.search(text) is not None


def is_chinese(text: str) -> bool:
    """Say whether a clause is Chinese: it has more Han characters than Latin words.

    >>> is_chinese("百川智能发布 Baichuan-M3 Plus"), is_chinese("covering细分 areas such as diagnosis")
    (True, False)
    """
    if text.isascii():
        return False
    return sum(map(len, _HAN.findall(text))) > len(_LATIN_WORD.findall(text))


def split_languages(text: str) -> list[LanguageSpan]:
    r"""Cut a text into language spans at clause ends; neighbours of one language are joined.

    >>> split_languages("推想医疗完成融资。\nInfervision raised money.\n")
    [LanguageSpan(start=0, end=10, lang='zh'), LanguageSpan(start=10, end=36, lang='en')]
    """
    return list(_split_languages(text))


@lru_cache(1)
def _split_languages(text: str) -> tuple[LanguageSpan, ...]:
    """Cut a text; cleaning and segmentation ask for the same one, one after the other."""
    if not contains_han(text):
        return (LanguageSpan(0, len(text), "en"),)
    spans: list[LanguageSpan] = []
    start, lang = 0, ""
    for match in _CLAUSE.finditer(text):
        own = _language_of(match[0]) or lang or "en"
        if own != lang:
            if lang:
                spans.append(LanguageSpan(start, match.start(), lang))
                start = match.start()
            lang = own
    return (*spans, LanguageSpan(start, len(text), lang))


def _language_of(clause: str) -> str | None:
    """Give the language of a clause; one without a word (a number, a rule of dashes) has none of its own."""
    if clause.isascii() or not (runs := _HAN.findall(clause)):
        return "en" if _LATIN_WORD.search(clause) else None
    han = len("".join(runs))
    # Latin words are counted only where they may be the more: each has two letters at least.
    return "zh" if han * 2 > len(clause) - han or han > len(_LATIN_WORD.findall(clause)) else "en"


def detect_language(text: str) -> str:
    """Give ``zh``, ``zh-Hant``, ``en`` or ``mul`` (neither language has nine tenths of the clauses' text).

    >>> texts = ("平安好醫生宣布，已完成部署。", "平安好医生宣布，已完成部署。", "Ping An said so.")
    >>> tuple(map(detect_language, texts))
    ('zh-Hant', 'zh', 'en')
    """
    length = {"zh": 0.0, "en": 0.0}
    for span in split_languages(text):
        # A Han character says about as much as three Latin letters.
        length[span.lang] += (span.end - span.start) * (3 if span.lang == "zh" else 1)
    total = length["zh"] + length["en"]
    if not total or length["en"] >= 0.9 * total:
        return "en"
    if length["zh"] < 0.9 * total:
        return "mul"
    return "zh-Hant" if is_traditional(text) else "zh"


def is_traditional(text: str) -> bool:
    """Say whether a text has more traditional than simplified characters, by the beginning of a long one.

    >>> is_traditional("平安好醫生宣布"), is_traditional("平安好医生宣布"), is_traditional("Ping An")
    (True, False, False)
    """
    sample = text[:20_000]
    return len(_TRADITIONAL.findall(sample)) > len(_SIMPLIFIED.findall(sample))
