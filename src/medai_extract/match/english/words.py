"""What English words are: common words, heads of names, places, names of persons, refused terms."""

import re
from collections.abc import Mapping
from functools import cached_property

from medai_extract.match.english.chains import make_word_regex
from medai_extract.match.english.drugs import DrugWords
from medai_extract.match.english.inflection import stems
from medai_extract.match.english.memory import Memory
from medai_extract.match.english.persons import has_hyphened_name, is_surname_first
from medai_extract.match.marks import Marks
from medai_extract.patterns import Patterns

_CONNECTOR = re.compile(
    r"and|of|for|the|on|at|del?|la|du|des|di|della|do|da|das|dos|von|van|der|für|pour|zur|zum|am|im|og|och|und|et|y|[&·・+]|\d{1,2}(?:\.\d{1,2})?|\d{3}"
)
_SERIAL = re.compile(r"(?:I{1,3}|I?V|VI{1,3})[abc]|[A-Z]{1,4}-?\d{2,}-\d+|[A-Z]{2,4}\d{4,}")
_ARTICLES = frozenset((
    "the", "a", "an", "this", "its", "our", "their", "and", "or", "in", "on", "at", "by", "to", "of", "for",
    "with", "from",
))  # fmt: skip
DOCUMENTS = frozenset(("document", "law", "policy", "plan", "award"))
"""Kinds of refused heads that ``on`` or ``for`` may follow inside a title."""

(
    CONNECTS,
    JOINED,
    TITLE,
    CUT,
    BREAKS,
    LEADING,
    ARTICLE,
    LETTER,
    SERIAL,
    RANKED,
    NATIONALITY,
    GROWING,
    LEADS,
    GLUED,
) = (1 << bit for bit in range(14))
"""Traits of words in a chain: a connector; a word with one or with other signs; a title; a month or an amount, which part names;
cannot stand inside a name; is stripped at the start of a sentence, or anywhere; a single letter; a serial
number; counts (Phase III); a nationality; takes more behind it (a saint its possessive, a university its
campus); a word of the sentence is glued to it (Softwareand). Most words have none."""
CARE = TITLE | CUT | BREAKS | GLUED
"""Traits of words at which a name may have to be cut."""


def _titled(phrase: str) -> str:
    """Give a place in capitals as it is written elsewhere.

    >>> _titled("RIO DE JANEIRO"), _titled("NEW YORK")
    ('Rio de Janeiro', 'New York')
    """
    titled = phrase.title()
    for particle in (" De ", " Do ", " Da ", " Del "):
        titled = titled.replace(particle, particle.lower())
    return titled


class EnglishWords:
    """The word tables of English names, compiled."""

    def __init__(self, patterns: Patterns) -> None:
        table = patterns.table
        self.marks, self.endings = Marks(patterns, "words.en_marks"), Marks(patterns, "words.en_endings")
        self._bare = frozenset(table("words.en_uncounted"))
        self._uncounted = tuple(self.endings["uncounted"])
        self._common_words = frozenset(table("words.en_common"))
        small = table("words.en_function")
        self.function = frozenset(small) | {word.replace("'", "’") for word in small}
        self.refused = table("words.en_refused")
        self.refused_heads = table("words.en_refused_heads")
        self.places = table("words.en_places")
        given = table("words.en_given")
        self.given = frozenset(given)
        self.popular = frozenset(name for name, kind in given.items() if kind != "rare")
        self.surnames = frozenset(table("words.en_surnames"))
        person_words = table("words.en_person_words")
        self.titles = frozenset(word for word, kind in person_words.items() if kind in ("title", "address"))
        self.addresses = frozenset(word for word, kind in person_words.items() if kind == "address")
        self.roles = frozenset(word for word, kind in person_words.items() if kind == "role")
        self.modifiers = frozenset(table("words.en_modifiers"))
        self.genre = frozenset(table("words.en_genre"))
        self.joining = table("words.en_joining")
        self.trades = frozenset(table("words.en_trades"))
        self.org_heads = table("org.en_heads")
        self.product_heads = table("product.en_heads")
        self.suffixes = {
            **dict.fromkeys(table("org.en_suffixes"), "org"),
            **dict.fromkeys(table("product.en_suffixes"), "product"),
        }
        self.breaking = frozenset(word.capitalize() for word in table("words.en_breaking"))
        self.ranked = frozenset(table("words.en_ranked"))
        self.exchanges = frozenset(table("org.en_exchanges"))
        self.selling = frozenset(table("words.en_selling"))
        self.naming = tuple(table("words.en_naming"))
        self.particles = tuple(table("words.en_particles"))
        self.tails = tuple(table("words.en_tails"))
        self.journals, self.saints = self.marks["journal"], self.marks["saint"]
        self.campuses = self.marks["campus"]
        self.letters = {key: float(odds) for key, odds in table("words.en_letters").items()}
        self.lone = frozenset(word.capitalize() for word in self.function) | {
            word for word, kind in self.refused.items() if kind in ("calendar", "currency")
        }
        self.nouns: Mapping[str, str] = {
            **dict.fromkeys(self.roles, "role"),
            **dict.fromkeys(table("words.en_other_nouns"), "other"),
            **dict.fromkeys(table("org.en_nouns"), "org"),
            **dict.fromkeys(table("product.en_nouns"), "product"),
        }
        self.default_products = frozenset(map(str.lower, table("product.en_default")))
        self._listed = self._listed_traits()
        self._abstract = re.compile(rf"[a-z]{{4,}}{self.endings.spell('abstract')}")
        self._amount = re.compile(
            rf"{self.marks.spell('amount_sign')}\d[\d,.]*+(?:bn|mn|[mbkMBK])?|\d?(?:Q[1-4]|H[12])|\d+(?:bn|mn|M|B|K|Bn|Mn)"
        )
        self._glue, self._bylines = tuple(self.marks["glue"]), tuple(self.marks["byline"])
        # A word in the middle with words of the sentence before and after it, where a space is missing.
        self._glued = re.compile(
            rf"(?P<before>[a-z]{{3,}}(?:ing|ed))?(?P<name>[A-Z][a-z]{{4,}}?[A-Za-z]*?)(?P<after>{self.marks.spell('glue')})?"
        )
        self._nation_prefixes = self.marks["nation_prefix"]
        self.drugs = DrugWords(self.endings)
        self.traits = Memory(self._traits_of)
        self.common = Memory(self._is_common)

    @cached_property
    def word_regex(self) -> re.Pattern[str]:
        """Give the regex of a word with a capital; compiled at its first use, for Chinese texts need none."""
        return make_word_regex(self.tails, self.marks)

    def _listed_traits(self) -> dict[str, int]:
        """Give the traits that words have because a table lists them."""
        listed: dict[str, int] = {}
        for trait, words in (
            (TITLE, self.titles),
            (CUT, [word for word, kind in self.refused.items() if kind in ("calendar", "currency")]),
            (BREAKS, self.breaking),
            (RANKED, self.ranked),
            (NATIONALITY, [word for word, kind in self.places.items() if kind == "nationality"]),
            (
                GROWING,
                self.saints | self.campuses | {word for word, kind in self.joining.items() if kind == "own"},
            ),
        ):
            for word in words:
                listed[word] = listed.get(word, 0) | trait
        return listed

    def _traits_of(self, word: str) -> int:
        traits, lower = self._listed.get(word, 0), word.lower()
        if len(word) == 1 or not word.isupper():
            traits |= LEADING if lower in self.function else 0
            traits |= ARTICLE if lower in _ARTICLES else 0
            traits |= LETTER if len(word) == 1 else 0
            traits |= BREAKS if word.endswith("ly") and self._is_adverb(word) else 0
        elif self.place_kind(word) == "nationality":
            traits |= NATIONALITY
        if "-" in word and self._is_binational(*word.rpartition("-")[::2]):
            traits |= NATIONALITY
        if word.endswith(("Ia", "Ib", "Ic", "Va", "Vb")):
            traits |= SERIAL if _SERIAL.fullmatch(word) else 0
        if not word.isalpha():
            traits |= SERIAL if _SERIAL.fullmatch(word) else 0
            traits |= CUT if self._amount.fullmatch(word) else 0
        if len(word) > 6 and (word.endswith(self._glue) or word[0].islower()) and self.unglue(word):
            traits |= GLUED
        if word.endswith(self._bylines) and word[0].islower():
            traits |= CUT  # pilotBy Rosa Delgado
        capitalised = word[:1].isupper() and word.isalnum() and word.isascii()
        if capitalised or self.word_regex.fullmatch(word):
            return traits
        return traits | (CONNECTS if _CONNECTOR.fullmatch(word) else JOINED)

    def unglue(self, word: str) -> tuple[int, int] | None:
        """Give where the name begins and ends to which words of the sentence are glued: beatingZelvora, Softwareand."""
        glued = self._glued.fullmatch(word)
        if glued is None or not (glued["before"] or glued["after"]):
            return None
        name, after = glued["name"], glued["after"] or ""
        if glued["before"] is None and not (
            after.istitle() or self.org_heads.get(name) or name in self.product_heads
        ):
            return None
        if after.islower() and (word.lower() in self._common_words or word in self.org_heads):
            return None
        return glued.span("name")

    def _is_binational(self, first: str, last: str) -> bool:
        """Say whether two words with a hyphen are two nationalities: Franco-American, Chinese-British."""
        return self.places.get(last) == "nationality" and (
            first in self._nation_prefixes or first in self.places
        )

    def _is_adverb(self, word: str) -> bool:
        """Say whether a word in -ly cannot stand inside a name, as in glued text: Huawei Jointly."""
        return len(word) > 5 and word not in self.org_heads and word[:-2].lower() in self._common_words

    def _is_common(self, word: str) -> bool:
        """Say whether a word is, in any inflection, one of the common words."""
        word, common = word.lower(), self._common_words
        if word in common:
            return True
        for stem in stems(word):
            if stem in common or not common.isdisjoint(stems(stem)):
                return True
        if "-" in word and all(
            part in self.function or self.common[part] for part in word.split("-") if part
        ):
            return True
        return self._abstract.fullmatch(word) is not None

    def stands_bare(self, word: str) -> bool:
        """Say whether a common word may begin a sentence without an article: a plural, a gerund, what is not counted."""
        word = word.lower()
        return word in self._bare or word.endswith(self._uncounted)

    def is_plural(self, word: str) -> bool:
        """Say whether a common word is the plural of another: Boots, but neither News nor Ethics."""
        return (
            word.endswith("s") and word.lower() not in self._bare and word[:-1].lower() in self._common_words
        )

    def place_kind(self, phrase: str) -> str | None:
        """Give what kind of place or nationality a phrase names: an all-capitals dateline counts too."""
        kind = self.places.get(phrase) or (self.places.get(_titled(phrase)) if phrase.isupper() else None)
        if kind is None and phrase[-1:] == "s":
            if self.places.get(phrase[:-1]) == "nationality":
                return "nationality"  # Omanis
            if phrase.endswith("ers") and (phrase[:-2] in self.places or phrase[:-3] in self.places):
                return "nationality"  # Londoners
        return kind

    def refused_kind(self, phrase: str) -> str | None:
        """Give what a refused phrase is: a technology, a month, a journal, an event."""
        return self.refused.get(phrase)

    def is_chinese_person(self, words: tuple[str, ...]) -> bool:
        """Say whether words look like a surname and a given name of East Asia, surname first."""
        return is_surname_first(words, self.surnames) or (
            has_hyphened_name(words)
            and not self.common[words[1]]
            and (words[0] in self.surnames or not self.common[words[0]])
        )
