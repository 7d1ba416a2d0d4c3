"""The edges of English names: where capitalised words are cut, what is stripped, what is added.

What parts (a title, a month, a currency) and what only stands before a name (The, French, Founder) is decided
by the words themselves.
"""

import re
from collections.abc import Sequence

import msgspec

from medai_extract.match.english.links import Word
from medai_extract.match.english.strip import LeftStripper
from medai_extract.match.english.versions import VersionReader
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
    SERIAL,
    TITLE,
    EnglishWords,
)
from medai_extract.model import Span

_CLAUSE = re.compile(" [a-z]")
"""What follows a pronoun behind a name: data from Cedars-Sinai I trust."""
GROWTH = frozenset("(vV0123456789 ")
"""What may stand behind the space, or behind the trade mark sign, after a name that grows."""
_CAMPUS = re.compile(r", ([A-Z][a-z]+(?: [A-Z][a-z]+)?)")
_POSSESSIVE_END = re.compile(r"['’]s(?![A-Za-z]| [A-Z])")
_RANK = re.compile(r" (?:[IVX]+[ab]?|[A-Z]\+?|\d+[a-z]?)")


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


class EdgeReader:
    """The rules for edges, with the words that they ask for.

    ``small_forms`` is how what stands small at the end of a name begins that few other words begin like: s.r.o., e.V., sykehus.
    """

    def __init__(self, words: EnglishWords) -> None:
        self.words, self._stripper = words, LeftStripper(words)
        marks = words.marks
        self._versions = VersionReader(
            marks,
            words.default_products,
            [
                noun
                for noun, kind in words.nouns.items()
                if kind == "product" and noun.isalpha() and noun[-1] != "s"
            ],
        )
        self.small_forms = frozenset(form[:2] for form in marks["small_form"])
        small_form = rf" ({marks.spell('small_form')})(?:(?<=\.[a-zV])\.)?(?![A-Za-z0-9])"
        self._small_form = re.compile(small_form)
        self._grows = re.compile(rf"[™®]? (?:\(|[vV]?\d)|{small_form}")
        self._bracket = re.compile(
            rf" \([A-Z][A-Za-z ]{{0,20}}\) (?:[A-Z][A-Za-z]+ ){{0,3}}?({marks.spell('legal_bracket')})(?![A-Za-z])(?: of [A-Z][a-z]+)?"
        )

    def finish(self, text: str, piece: list[Word], place: Place) -> list[Run]:
        """Cut a piece at months, money, titles and, in a headline, at common words; then trim what is left."""
        words = self.words
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
            is_title = is_title and not self._is_headed(piece, word)
            cut = care & CUT and not self._begins_name(piece[index:])
            cut = cut and not (part and text.endswith(" & ", part[-1].end, word.start))  # Hollane & June
            if is_title or cut:
                if not (is_title and len(part) == 1 and words.common[part[0].text]):
                    runs += self.trim(text, part, place)
                part, place = [], place.behind(word.text if is_title else "")
            elif care & GLUED and (span := words.unglue(word.text)):
                name = Word(word.text[slice(*span)], word.start + span[0], word.start + span[1])
                runs += self.trim(text, part, place) if span[0] else ()
                part, place = [*(() if span[0] else part), name], place
                if span[1] < len(word.text):
                    runs += self.trim(text, part, place)
                    part, place = [], place.behind("")
            elif part and care & BREAKS:
                runs += self.trim(text, part, place)
                part, place = [], place.behind("", first=True)
            elif may_cut and words.common[word.text] and not (part and word.text.title() in words.org_heads):
                runs += self.trim(text, part, place)
                part, place = [], place.behind("")
            else:
                part.append(word)
        runs += self.trim(text, part, place)
        return runs

    def _begins_name(self, piece: list[Word]) -> bool:
        """Say whether a month, a currency or an amount begins a name: March Capital, 3M Health Systems, CAD EYE."""
        if len(piece) < 2:
            return False
        word, headed = piece[0], piece[-1].text in self.words.org_heads
        if len(word.text) == 3 and word.text.isalpha() and not self.words.common[piece[1].text]:
            return word.text.istitle()  # Jan Arogya Morcha
        if self.words.refused_kind(word.text) == "currency":
            return piece[1].start == word.end + 1 and piece[1].text.isalpha()
        return headed and (len(piece) == 2 or word.text[0].isdigit())

    def _is_headed(self, piece: list[Word], word: Word) -> bool:
        """Say whether a word that is a title too belongs to an institution or a product: General Office of."""
        words = self.words
        last = piece[-1].text
        return not word.text.isupper() and word.text.isalpha() and (
            last in words.org_heads
            or last in words.product_heads
            or any(words.org_heads.get(other.text) == "institution" for other in piece)
        )  # fmt: skip

    def trim(self, text: str, part: list[Word], place: Place) -> Sequence[Run]:
        """Take off what only stands before a name, add what belongs behind it; give what is left, if anything."""
        words = self.words
        first, role = place.first, place.role
        if part and words.traits[part[0].text] & (LEADING | ARTICLE | NATIONALITY):
            size = len(part)
            part = self._stripper.strip(part, first)
            first = first and len(part) == size
        if first and len(part) > 1 and self._stripper.is_leading_noun(part[0].text, part[1].text):
            part, first, role = part[1:], False, part[0].text
        if not part:
            return ()
        traits, last = words.traits[part[0].text], words.traits[part[-1].text]
        if last & SERIAL or (traits & LETTER and len(part) == 1):
            return ()
        start, end = part[0].start, part[-1].end
        if part[-1].text == "I" and len(part) > 1 and _CLAUSE.match(text, end):
            part, end = part[:-1], part[-2].end
        if (traits | last) & GROWING or self.grows(text, end):
            part, end = self._extend_right(text, part)
        if traits & RANKED and (rank := _RANK.match(text, part[0].end)) and rank.end() >= end:
            return ()
        names = tuple([word.text for word in part])
        return (Run(start, end, names, first, place.headline, role, text[start:end], place.sentence),)

    def grows(self, text: str, end: int) -> bool:
        """Say whether a version, a small legal form or a bracket may follow that belongs to the name."""
        return self._grows.match(text, end) is not None

    def _extend_right(self, text: str, part: list[Word]) -> tuple[list[Word], int]:
        """Give the words and the end of a name with its version, its small legal form, a saint's possessive."""
        words = self.words
        start, end = part[0].start, part[-1].end
        bracket = self._bracket.match(text, end)
        if bracket:
            return [*part, Word(bracket[1], bracket.start(1), bracket.end(1))], bracket.end()
        last = part[-1].text
        proper = not (words.common[last] or words.place_kind(last))
        version = self._versions.find(text, end, part, proper)
        if version and text[start:end] not in words.refused:
            end = version
        form = self._small_form.match(text, end)
        if form:
            if form[1][0] != "(":  # (publ) says nothing that AB before it does not
                part = [*part, Word(form[1], form.start(1), form.end())]
            end = form.end()
        owned = part[0].text in words.saints or (words.joining.get(part[-1].text) == "own" and len(part) > 1)
        if owned and _POSSESSIVE_END.match(text, end):
            end += 2
        if part[0].text in words.campuses and words.places.get(part[-1].text) == "region":
            campus = _CAMPUS.match(text, end)
            if campus and words.places.get(campus[1]) == "city":
                end = campus.end()
        return part, end
