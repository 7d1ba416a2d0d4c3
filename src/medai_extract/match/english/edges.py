"""The edges of English names: where capitalised words are cut, what is stripped, what is added.

What parts (a title, a month, a currency) and what only stands before a name (The, French, Founder) is decided
by the words themselves.
"""

import re
from collections.abc import Sequence

import msgspec

from medai_extract.match.english.joins import Word
from medai_extract.match.english.versions import find_version
from medai_extract.match.english.words import (
    ARTICLE,
    BREAKS,
    CARE,
    CUT,
    GLUED,
    GROWING,
    LEADING,
    LETTER,
    NATIONALITY,
    RANKED,
    SAINT,
    SERIAL,
    TITLE,
    EnglishWords,
)
from medai_extract.model import Span

_CLAUSE = re.compile(" [a-z]")
"""What follows a pronoun behind a name: data from Cedars-Sinai I trust."""
GROWTH = frozenset("(vVp0123456789 ")
"""What may stand behind the space, or behind the trade mark sign, after a name that grows."""
SMALL_FORMS = frozenset(("s.", "d.", "e.", "gG", "un", "sj", "sy", "zi", "hö"))
"""How what stands small at the end of a name begins that few other words begin like: s.r.o., e.V., sykehus."""
_SMALL_FORM = re.compile(
    r" (plc|p\.l\.c|s\.r\.o|d\.o\.o|e\.V|gGmbH|(?:universitets)?(?:sjukhus|sykehus|sygehus)|universitetshospital|ziekenhuis"
    r"|universitet|universiteit|högskola)(?:(?<=\.[a-zV])\.)?(?![A-Za-z0-9])"
)
_GROWS = re.compile(rf"[™®]? (?:\(|[vV]?\d)|{_SMALL_FORM.pattern}")
_CAMPUS = re.compile(r", ([A-Z][a-z]+(?: [A-Z][a-z]+)?)")
_POSSESSIVE_END = re.compile(r"['’]s(?![A-Za-z]| [A-Z])")
_BRACKET = re.compile(
    r" \([A-Z][A-Za-z ]{1,20}\) (?:[A-Z][A-Za-z]+ ){0,3}?"
    r"(Co\., ?Ltd\.?|Company Limited|Company|Co\.|Inc\.|Limited|Ltd\.?|Corporation|Holdings?)(?![A-Za-z])"
    r"(?: of [A-Z][a-z]+)?"
)
_RIVALS = frozenset(
    ("Competitor", "Rival", "Startup", "Start-up", "Insurer", "Drugmaker", "Newcomer", "Subsidiary")
)
"""Nouns that begin no name."""
_ROYAL = frozenset(("King", "Queen", "Prince", "Princess", "Emperor", "Sultan"))
NUMBERS = frozenset(
    ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Hundred", "Thousand")
)
"""Function words that begin names as well: Six Gums, Two Chairs."""
_ORDINALS = frozenset(("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Ninth", "Tenth"))
_RANK = re.compile(r" (?:[IVX]+[ab]?|[A-Z]|\d+)")


class Run(msgspec.Struct, frozen=True, gc=False):
    """A possible name.

    ``first`` says that it stands where any word has a capital (the start of a sentence, after a colon or an
    opening quote); ``headline`` that its whole line is in capitals or title case; ``role`` is a title that
    stands before it.
    """

    start: int
    end: int
    words: tuple[str, ...]
    first: bool
    headline: bool
    role: str
    text: str
    sentence: Span


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where words stand: where any word has a capital, in a headline, in which sentence, behind a title."""

    first: bool
    headline: bool
    sentence: Span
    role: str = ""

    def behind(self, role: str, *, first: bool = False) -> "Place":
        """Give the place behind a word at which a chain is cut, ``role`` if it is a title."""
        return Place(first, self.headline, self.sentence, role)


def finish_piece(text: str, piece: list[Word], place: Place, words: EnglishWords) -> list[Run]:
    """Cut a piece at months, money, titles and, in a headline, at common words; then trim what is left."""
    runs: list[Run] = []
    part: list[Word] = []
    last = piece[-1].text
    may_cut = place.headline and not (words.org_heads.get(last) == "legal" and last.istitle())
    for index, word in enumerate(piece):
        care = words.traits[word.text] & CARE
        if not (care or may_cut):
            part.append(word)
            continue
        is_title = care & TITLE and not (part and word.text in words.addresses)
        is_title = is_title and not _is_headed(piece, word, words)
        cut = care & CUT and not _begins_name(piece[index:], words)
        if is_title or cut:
            if not (is_title and len(part) == 1 and words.common[part[0].text]):
                runs += trim(text, part, place, words)
            part, place = [], place.behind(word.text if is_title else "")
        elif care & GLUED and (span := words.unglue(word.text)):
            name = Word(word.text[slice(*span)], word.start + span[0], word.start + span[1])
            runs += trim(text, part, place, words) if span[0] else ()
            part, place = [*(() if span[0] else part), name], place
            if span[1] < len(word.text):
                runs += trim(text, part, place, words)
                part, place = [], place.behind("")
        elif part and care & BREAKS:
            runs += trim(text, part, place, words)
            part, place = [], place.behind("", first=True)
        elif may_cut and words.common[word.text] and not (part and word.text.title() in words.org_heads):
            runs += trim(text, part, place, words)
            part, place = [], place.behind("")
        else:
            part.append(word)
    runs += trim(text, part, place, words)
    return runs


def _begins_name(piece: list[Word], words: EnglishWords) -> bool:
    """Say whether a month, a currency or an amount begins a name: March Capital, 3M Health Systems, CAD EYE."""
    if len(piece) < 2:
        return False
    word, headed = piece[0], piece[-1].text in words.org_heads
    if words.refused_kind(word.text) == "currency":
        return piece[1].start == word.end + 1 and piece[1].text.isalpha()
    return headed and (len(piece) == 2 or word.text[0].isdigit())


def _is_headed(piece: list[Word], word: Word, words: EnglishWords) -> bool:
    """Say whether a word that is a title too belongs to an institution or a product: General Office of."""
    last = piece[-1].text
    return not word.text.isupper() and word.text.isalpha() and (
        last in words.org_heads
        or last in words.product_heads
        or any(words.org_heads.get(other.text) == "institution" for other in piece)
    )  # fmt: skip


def trim(text: str, part: list[Word], place: Place, words: EnglishWords) -> Sequence[Run]:
    """Take off what only stands before a name, add what belongs behind it; give what is left, if anything."""
    first, role = place.first, place.role
    if part and words.traits[part[0].text] & (LEADING | ARTICLE | NATIONALITY):
        size = len(part)
        part = _strip_left(part, first, words)
        first = first and len(part) == size
    if first and len(part) > 1 and _is_leading_noun(part[0].text, part[1].text, words):
        part, first, role = part[1:], False, part[0].text
    if not part:
        return ()
    traits, last = words.traits[part[0].text], words.traits[part[-1].text]
    if last & SERIAL or (traits & LETTER and len(part) == 1):
        return ()
    start, end = part[0].start, part[-1].end
    if part[-1].text == "I" and len(part) > 1 and _CLAUSE.match(text, end):
        part, end = part[:-1], part[-2].end
    if (traits | last) & GROWING or grows(text, end):
        part, end = _extend_right(text, part, words)
    if traits & RANKED and _RANK.fullmatch(text, part[0].end, end):
        return ()
    names = tuple([word.text for word in part])
    return (Run(start, end, names, first, place.headline, role, text[start:end], place.sentence),)


def grows(text: str, end: int) -> bool:
    """Say whether a version, a small legal form or a bracket may follow that belongs to the name."""
    return _GROWS.match(text, end) is not None


def _is_leading_noun(leading: str, following: str, words: EnglishWords) -> bool:
    """Say whether a noun that begins a sentence stands before a name: Startup Zelvora."""
    noun = leading.lower()
    if leading in _ROYAL or (leading == "Region" and following in words.places):
        return False
    return (
        (noun in words.nouns or noun.removesuffix("s") in words.nouns)
        and leading not in words.org_heads
        and following not in words.org_heads
        and (not words.common[following] or leading in _RIVALS)
    )


def _strip_left(part: list[Word], first: bool, words: EnglishWords) -> list[Word]:
    """Take off function words that begin a sentence, articles, and a nationality before a proper name."""
    stripped = LEADING if first and not _is_number_name(part, words) else ARTICLE
    while part and words.traits[part[0].text] & stripped:
        part, stripped = part[1:], ARTICLE
    if (
        len(part) > 1
        and words.traits[part[0].text] & NATIONALITY
        and not words.common[part[1].text]
        and words.place_kind(" ".join(word.text for word in part)) is None
        and not any(words.org_heads.get(word.text) == "institution" for word in part)
    ):
        return part[1:]
    return part


def _is_number_name(part: list[Word], words: EnglishWords) -> bool:
    """Say whether a name begins with a number: Nine Rivers, but not in Three Chinese firms."""
    if part[0].text in _ORDINALS and len(part) > 2:
        return words.org_heads.get(part[-1].text) in ("finance", "institution") and all(
            words.common[word.text] and word.text not in words.places for word in part
        )
    return (
        len(part) == 2
        and part[0].text in NUMBERS
        and part[1].text.istitle()
        and words.common[part[1].text]
        and part[1].text not in words.places
    )


def _extend_right(text: str, part: list[Word], words: EnglishWords) -> tuple[list[Word], int]:
    """Give the words and the end of a name with its version, its small legal form, a saint's possessive."""
    start, end = part[0].start, part[-1].end
    bracket = _BRACKET.match(text, end)
    if bracket:
        return [*part, Word(bracket[1], bracket.start(1), bracket.end(1))], bracket.end()
    version = find_version(text, end, part, words.default_products)
    if version and text[start:end] not in words.refused:
        end = version
    form = _SMALL_FORM.match(text, end)
    if form:
        part, end = [*part, Word(form[1], form.start(1), form.end())], form.end()
    owned = part[0].text in SAINT or (words.joining.get(part[-1].text) == "own" and len(part) > 1)
    if owned and _POSSESSIVE_END.match(text, end):
        end += 2
    if part[0].text == "University" and words.places.get(part[-1].text) == "region":
        campus = _CAMPUS.match(text, end)
        if campus and words.places.get(campus[1]) == "city":
            end = campus.end()
    return part, end
