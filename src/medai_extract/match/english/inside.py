"""Evidence inside an English name: its head, its shape, whether it is common words, a place or a person."""

import re

from medai_extract.match.english.forms import Facts
from medai_extract.match.english.letters import read_letters
from medai_extract.match.english.memory import Memory
from medai_extract.match.english.persons import is_author
from medai_extract.match.english.weights import Weights
from medai_extract.match.english.words import DOCUMENTS, NATIONALITY, EnglishWords

_VERSION_END = re.compile(
    r".*\+|[A-Za-z]+-\d{1,3}[BM]|(?:[A-Za-z]+|[A-Za-z]*-[A-Za-z]?|^[vV]|.*\d\.)\d{1,3}[a-z]?(?:-\w+)?"
)
_VERSION_WORD = re.compile(r"[A-Za-z]*-?[vVRXM]?\d(?:\.\d)?|[SXVZ]")
_CODE = re.compile(r"[A-Z]{1,5}\d{1,4}|[A-Z]{1,3}-\d{2,4}|[A-Z]{2,5}-[A-Z]{1,2}")
_DIGIT = re.compile("[0-9]")
_CAPS_SUFFIX = re.compile(r"[A-Z]+(?:[a-z]+)?$")
_SMALL_FIRST = re.compile(r"[a-z]{1,7}[A-Z]|[a-z]:[a-z]")
_ACRONYM = re.compile(r"[A-Z][A-Z&]{1,5}")
_ACRONYMS = re.compile(r"[A-Z]{2,4}s")
_OF_INSTITUTION = re.compile(" (?:of|for|on) ")
_IN_INSTITUTIONS = frozenset(("title", "place", "street", "disease", "person"))
"""Heads that do not refuse an institution of theirs: Office of the Commissioner, Institute of Infectious Disease."""
HEADS = frozenset(("org.legal", "org.institution", "org.finance", "org.sector", "org.and"))
"""Evidence of the head of an organisation."""


class InsideReader:
    """The reader of forms: ``facts`` holds what a text and its words say, remembered for the next article."""

    def __init__(self, words: EnglishWords, weights: Weights) -> None:
        self.words = words
        marks = words.marks
        self._care, self._care_heads, self._lone_legal = (
            marks["care"],
            marks["care_head"],
            marks["lone_legal"],
        )
        no_prefix = "".join(rf"(?<!\b{re.escape(prefix)})" for prefix in sorted(marks["surname_prefix"]))
        self._caps = re.compile(rf"[a-zà-ÿ]{no_prefix}[A-Z]|^[A-Z]{{2,}}[a-z]{{2,}}|[a-z]\.(?:ai|AI)$")
        # Rashid Al Suwaidi, Noor van Dalen
        self._particle = re.compile(rf"[a-z] {marks.spell('person_particle')} [A-Z][a-z]+$")
        self.facts = Memory(self._read)
        mask = weights.mask
        self._proper, self._first = mask("proper"), mask("proper_first")
        self._word, self._words, self._not_common = (
            mask("proper_word"),
            mask("proper_common"),
            mask("not.common"),
        )
        self._refused, self._given, self._default = (
            mask("not.refused"),
            mask("not.given"),
            mask("product.default"),
        )
        self._person, self._person_rare = mask("not.person"), mask("not.person_rare")
        self._person_shape = mask("not.person_shape")
        self._guilds = marks["guild_head"]
        self._street_head, self._refused_firsts = mask("not.street_head"), marks["refused_first"]
        self._journal, self._refused_head = mask("not.journal"), mask("not.refused_head")
        self._caps_inside, self._small_first = mask("caps_inside"), mask("product.small_first")
        self._acronyms = mask("not.acronyms")
        self._code, self._version, self._drug = (
            mask("product.code"),
            mask("product.version"),
            mask("product.drug"),
        )
        self._acronym, self._and, self._for_users = (
            mask("acronym"),
            mask("org.and"),
            mask("product.for_users"),
        )
        self._letters = ((1.2, mask("product.letters_clear")), (0.5, mask("product.letters")))
        self._legal, self._institution = mask("org.legal"), mask("org.institution")
        self._any_head = mask(*HEADS)
        self._org_heads = {
            word: mask(f"org.{kind}") for word, kind in words.org_heads.items() if kind != "both"
        }
        self._product_heads = {word: mask(f"product.{kind}") for word, kind in words.product_heads.items()}
        self._suffixes = {word: mask(f"{kind}.suffix") for word, kind in words.suffixes.items()}

    def _read(self, name: tuple[str, tuple[str, ...]]) -> Facts:
        """Read what holds of a form in any article."""
        words, (text, parts) = self.words, name
        place, term = words.place_kind(text) is not None, words.refused_kind(text) is not None
        term = term or (len(text) > 5 and text.isupper() and words.refused_kind(text.title()) is not None)
        single = len(parts) == 1
        common = all(map(words.common.__getitem__, parts))
        lone, amid, opening = False, self._proper, self._first
        if common:
            lone = single and not (text.isupper() and len(text) <= 5)
            amid, opening = self._word if lone else self._words, self._not_common if lone else 0
            if not single and not parts[1].isupper():
                opening = self._words
            elif text.isupper() and len(text) > 5 and parts[-1].title() not in words.org_heads:
                amid = 0  # a heading that begins a paragraph: THE HILL. The Senate …
        evidence = 0 if text.isalpha() and text[1:].islower() else self._read_shape(text, parts)
        if not common and words.drugs.has(parts[-1]) and not words.common[parts[-1]]:
            evidence |= self._drug
        lower = text.lower()
        if lower in words.default_products or (
            not single and parts[0].lower() in words.default_products and parts[-1] not in words.refused_heads
        ):
            evidence |= self._default
        if evidence & self._version and parts[0] not in words.ranked:
            opening = self._first
        refused = place or term
        if text != parts[0]:
            refused = all(map(words.place_kind, parts)) or (
                all(map(words.refused_kind, parts[1:]))  # Franco-American AI
                and (words.refused_kind(parts[0]) is not None or words.traits[parts[0]] & NATIONALITY > 0)
            )
            refused = refused or (
                words.refused_kind(parts[0]) == "event" and all(map(words.place_kind, parts[1:]))
            )
            refused = refused or {*map(words.org_heads.get, parts)} == {"legal"}
        if single and not common and text.isalpha() and not text.isupper():
            evidence |= self._read_letters(text)
        if single:
            evidence |= self._given if parts[0] in words.popular else 0
            refused = refused or (lower in words.function and not text.isupper())
            evidence |= self._org_heads[text] if text in self._lone_legal else 0
        else:
            evidence |= self._read_several(text, parts)
        if parts[0] in self._refused_firsts or parts[-1] in words.refused_heads or len(parts[-1]) == 1:
            evidence |= self._refuse_head(text, parts, evidence)
        evidence |= self._refused if refused else 0
        refused = (place or term) and text not in words.exchanges
        return Facts(evidence, amid, opening, common, place, term, refused)

    def _refuse_head(self, text: str, parts: tuple[str, ...], evidence: int) -> int:
        """Read a head of what is no name, or a first word: Threshing Floor, Project Turnstile."""
        single = len(parts) == 1
        if parts[0] in self._refused_firsts and not single and not evidence & self._any_head:
            return self._refused_head
        lettered = not single and len(parts[-1]) == 1  # South Hall A
        kind = self.words.refused_heads.get(parts[-2] if lettered else parts[-1])
        if (
            kind is None
            or evidence & self._legal
            or (single and kind in ("place", "street", "event"))  # Harbor, Congress
            or self._is_cared(parts)  # Local Health District
            or (kind in _IN_INSTITUTIONS and evidence & self._institution and _OF_INSTITUTION.search(text))
        ):
            return 0
        return self._street_head if kind == "street" else self._refused_head

    def _read_letters(self, word: str) -> int:
        """Read what the letters of an unknown word say."""
        odds = read_letters(word, self.words.letters)
        return next((evidence for least, evidence in self._letters if odds >= least), 0)

    def _read_several(self, text: str, parts: tuple[str, ...]) -> int:
        """Read the head of several words, or what they are instead: a person, a journal, a paper, a trade."""
        words = self.words
        found = self._read_heads(text, parts)
        if not found & self._any_head:
            if len(parts) > 2 and words.product_heads.get(parts[-1]) == "edition":
                pass  # Kelvin One Pro
            elif len(parts) <= 4 and parts[0] in words.given and parts[-1] not in words.org_heads:
                rare = 0 if self._sells(parts[-1]) else self._person_rare
                found |= self._person if parts[0] in words.popular else rare
            elif len(parts) > 2 and any(f"{parts[at]} {parts[at + 1]}" in words.titles for at in (0, 1)):
                found |= self._person
            elif (
                words.is_chinese_person(parts)
                or (len(parts) <= 4 and self._particle.search(text))
                or is_author(parts, words.common)
            ):
                found |= self._person_shape
        if " of " in text and not words.journals.isdisjoint(parts):
            found |= self._journal
        if _is_trade_of_nation(parts, words) or _is_document(text, parts, words):
            found |= self._refused_head
        return found

    def _sells(self, word: str) -> bool:
        """Say whether a word is the plural of a thing that firms sell, and so no surname: Pumps."""
        return word[-1] == "s" and self.words.nouns.get(word.lower()) in ("product", "org")

    def _read_heads(self, text: str, parts: tuple[str, ...]) -> int:
        last = parts[-1]
        if self._is_cared(parts):
            return self._institution
        found = self._org_heads.get(last, 0)
        if self._has_institution(text, parts):
            found |= self._institution
        if " for " in text and not found & self._institution:
            return 0 if _is_document(text, parts, self.words) else self._for_users
        found |= self._product_heads.get(last, 0)
        return found | self._and if " & " in text else found

    def _is_cared(self, parts: tuple[str, ...]) -> bool:
        """Say whether a name ends in what heads one behind a word for care, or for members: Health Services, Pension Plan."""
        if len(parts) < 2:
            return False
        cared = parts[-1] in self._care_heads and parts[-2] in self._care
        return cared or f"{parts[-2]} {parts[-1]}" in self._guilds

    def _has_institution(self, text: str, parts: tuple[str, ...]) -> bool:
        """Say whether the word for an institution heads the name: last, before of or a proper word."""
        for index, word in enumerate(parts):
            if self.words.org_heads.get(word) == "institution":
                following = parts[index + 1] if index + 1 < len(parts) else None
                if following is None or following in self.words.places or not self.words.common[following]:
                    return True
                if f"{word} of " in text or f"{word} for " in text:
                    return True
        return False

    def _read_shape(self, text: str, parts: tuple[str, ...]) -> int:
        """Read codes, versions and inner capitals."""
        found = self._small_first if _SMALL_FIRST.match(text) else 0
        added = text[len(" ".join(parts)) :]
        if added or "-" in text or text[-1] == "+" or text[-2:-1] == " " or _DIGIT.search(text):
            if _CODE.fullmatch(text):
                found |= self._code
            elif (
                any(map(str.isdigit, added))
                or added.endswith(")")
                or _VERSION_END.fullmatch(parts[-1])
                or any(_VERSION_WORD.fullmatch(word) for word in parts[1:])
            ):
                found |= self._version
        if any(self._caps.search(word) for word in parts if not word[1:].islower() or "." in word):
            found |= self._caps_inside
        if _ACRONYMS.fullmatch(text):
            return self._acronyms
        if _ACRONYM.fullmatch(text):
            return found | self._acronym
        suffix = _CAPS_SUFFIX.search(parts[0]) if found & self._caps_inside else None
        if suffix and (len(parts) == 1 or self.words.suffixes.get(suffix[0]) == "product"):
            found |= self._suffixes.get(suffix[0], 0)
        elif len(parts) == 1 and "-" in text and text[1].islower():
            ending = text.rpartition("-")[2]
            found |= self._suffixes[ending] if self.words.suffixes.get(ending) == "product" else 0
        return found


def _is_trade_of_nation(parts: tuple[str, ...], words: EnglishWords) -> bool:
    """Say whether a form is a nation's trade: Chinese Tech."""
    first, last = parts[0], parts[-1]
    return (
        len(parts) == 2 and words.place_kind(first) == "nationality" and words.org_heads.get(last) == "sector"
    )


def _is_document(text: str, parts: tuple[str, ...], words: EnglishWords) -> bool:
    """Say whether a form is the title of a paper of some authority: Opinions on AI in Hospitals."""
    return (" on " in text or " for " in text) and any(
        words.refused_heads.get(word) in DOCUMENTS and (f"{word} on " in text or f"{word} for " in text)
        for word in parts[:-1]
    )
