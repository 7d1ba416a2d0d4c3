"""The forms that a Chinese article uses for a full name once it has been said, and the places of any form."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from medai_extract.match.chinese.lexicon import Lexicon
from medai_extract.match.chinese.lookup import longest_suffix

_HAN = re.compile(r"[\u3400-\u9fff]")
_VERSIONED = re.compile(r"(.{2,}?)[ \-]?(?:v?[0-9.]+|pro|mini|max|plus|ai.{2,})$")
_NUMBER, _GRADE = r"v?[0-9]+(?:\.[0-9]+)*[a-z]?", " ?(?:pro|max|mini|plus|ultra|lite|se|air|nano|turbo)"
_TAIL = re.compile(
    rf"(.{{2,}}?)(?:(?:[ \-]?{_NUMBER}|(?:[ \-]|(?<![a-z]))[a-z]{{1,4}}[ \-]?{_NUMBER}|[一二三四五六七八九]号)(?:{_GRADE})?|{_GRADE})"
)
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_HOSPITAL = re.compile(r"附属(.{2,}医院)$|大学(.{2,}医院)$")
_COUNTY = re.compile(r"(.{2,}[县市区])人民(医院)$")
_PLACE = re.compile(
    r"(?:.{2,3}[省市])?(?:.{2,3}[市县区])?(?:北京|上海|深圳|广州|杭州|苏州|南京|成都|武汉|天津|重庆|江苏|浙江|山东|广东|中国)?"
)


@lru_cache(maxsize=1_024)
def short_forms(surface: str, label: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Give the forms that an article may use for a full name: none that is made of words of the field only."""
    forms = _short_forms(surface, label, lexicon)
    return tuple([short for short in forms if short != surface and not lexicon.is_generic(short)])


def _short_forms(surface: str, label: str, lexicon: Lexicon) -> Iterator[str]:
    if not _HAN.search(surface):
        words = surface.split(" ")
        if len(words) > 1 and len(words[0]) > 3:
            yield words[0]
        return
    if label == "product":
        match = _VERSIONED.match(surface)
        if match is not None:
            yield match[1]
        head = longest_suffix(surface, lexicon.product_heads, 6)
        if len(surface) - len(head) >= 2 and head:
            yield surface[: len(surface) - len(head)]
        return
    bare = _BRACKETS.sub("", surface)
    while True:
        yield bare
        head = longest_suffix(bare, lexicon.org_heads, 8)
        if not head or len(bare) - len(head) < 2:
            break
        bare = bare[: len(bare) - len(head)]
        place = _PLACE.match(bare)
        if place is not None and place.end() and len(bare) - place.end() >= 2:
            yield bare[place.end() :]
    institution = _HOSPITAL.search(surface)
    if institution is not None:
        yield institution[1] or institution[2]
    county = _COUNTY.match(surface)
    if county is not None:
        yield county[1] + county[2]


def abbreviations(full: str, words: Collection[str]) -> Iterator[str]:
    """Give those of the words that hold characters of the full name of an institution in their order, from its first one on.

    >>> list(abbreviations("彰化基督教医院", ["彰基", "基医", "彰化"]))
    ['彰基']
    """
    if len(full) < 5 or not _HAN.match(full):
        return
    for word in words:
        if word[0] == full[0] and word not in full:
            rest = iter(full)
            if all(char in rest for char in word):
                yield word


def stem_of(form: str) -> str | None:
    """Give a folded name without its version, or nothing if it has none.

    >>> stem_of("微光3 pro"), stem_of("糖屿s2"), stem_of("鲸尾一号"), stem_of("微光")
    ('微光', '糖屿', '鲸尾', None)
    """
    match = _TAIL.fullmatch(form)
    return match[1] if match else None


def find_everywhere(folded: str, forms: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Give every place where one of the forms stands, and the form.

    >>> list(find_everywhere("openai和openaix", ["openai"]))
    [(0, 6, 'openai')]
    """
    find = folded.find
    for form in forms:
        size = len(form)
        is_latin = form[0].isascii() or form[-1].isascii()
        at = find(form) if size > 1 else -1
        while at >= 0:
            if not (is_latin and (_joined(folded, at) or _joined(folded, at + size))):
                yield at, at + size, form
            at = find(form, at + 1)


def _joined(folded: str, at: int) -> bool:
    """Say whether Latin letters or digits stand on both sides of a place."""
    return (
        0 < at < len(folded)
        and (folded[at - 1].isascii() and folded[at - 1].isalnum())
        and (folded[at].isascii() and folded[at].isalnum())
    )
