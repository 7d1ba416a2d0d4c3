"""What English words are: common words, heads of names, places, names of persons, refused terms."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from medai_extract.match.english_chains import make_word_regex
from medai_extract.patterns import Patterns

T = TypeVar("T")

_SUFFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ies", ("y",)), ("ied", ("y",)), ("ily", ("y",)), ("ier", ("y",)), ("iest", ("y",)), ("iness", ("y",)),
    ("ers", ("", "e")), ("ions", ("", "e", "ion")), ("es", ("", "e")), ("s", ("",)), ("ed", ("", "e")),
    ("ing", ("", "e")), ("er", ("", "e")), ("est", ("", "e")), ("ion", ("", "e")), ("ally", ("", "al")),
    ("ly", ("",)),
    ("ness", ("",)), ("ment", ("",)), ("able", ("", "e")), ("ility", ("le",)),
)  # fmt: skip
REMEMBERED = 100_000
"""How many words and names the memories of this process hold at most."""
_DOUBLED = frozenset(("ed", "ing", "er", "est", "ers"))
_ABSTRACT = re.compile(
    r"[a-z]{4,}(?:tion|sion|ness|ology|itis|emia|osis|ectomy|scopy|graphy|therapy|ically|ously|ingly)"
)
_SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|er|[aoeiuv])"
)
_GIVEN_PINYIN = re.compile(rf"{_SYLLABLE}(?:['’-]?{_SYLLABLE})?", re.I)
_CURRENCY = re.compile(
    r"(?:RMB|RM|PLN|CZK|HUF|AED|SAR|CHF|SEK|NOK|DKK|BRL|KES|NGN|ZAR|THB|MXN|CNY|US|USD|HK|HKD"
    r"|EUR|GBP|JPY|NT|Q|H|FY|CY|Rs|INR|KRW|SGD|AUD)\d[\d,.]*+(?:bn|mn|[mbkMBK])?|\d?[QH]\d+|\d+(?:bn|mn|M|B|K|Bn|Mn)"
)
_SERIAL = re.compile(r"[A-Z]{1,4}-?\d{2,}-\d+|[A-Z]{2,4}\d{4,}")
_ARTICLES = frozenset((
    "the", "a", "an", "this", "its", "our", "their", "and", "or", "in", "on", "at", "by", "to", "of", "for",
    "with", "from",
))  # fmt: skip
DOCUMENTS = frozenset(("document", "law", "policy", "plan"))
"""Kinds of refused heads that ``on`` or ``for`` may follow inside a title."""
JOURNALS = frozenset(("Journal", "Annals", "Archives", "Proceedings", "Transactions"))
SAINT = frozenset(("St.", "St", "Saint"))

JOINED, TITLE, CUT, BREAKS, LEADING, ARTICLE, LETTER, SERIAL, RANKED, NATIONALITY, GROWING = (
    1 << bit for bit in range(11)
)
"""Traits of words in a chain: a connector or a word with one; a title; a month or an amount, which part names;
cannot stand inside a name; is stripped at the start of a sentence, or anywhere; a single letter; a serial
number; counts (Phase III); a nationality; takes more behind it (a saint its possessive, a university its
campus). Most words have none."""
CARE = TITLE | CUT | BREAKS
"""Traits of words at which a name may have to be cut."""
_DRUG = re.compile(
    r"[A-Z]?[a-z]{2,}"
    r"(?:mab|tinib|glutide|ciclib|parib|rafenib|zomib|gliptin|gliflozin|leucel|patide|lisib|degib|sertib)"
)


def stems(word: str) -> Iterator[str]:
    """Give what an inflected lower-case word may come from.

    >>> "run" in stems("running"), "study" in stems("studies"), "note" in stems("noted")
    (True, True, True)
    """
    for suffix, endings in _SUFFIXES:
        if word.endswith(suffix):
            base = word[: -len(suffix)]
            for ending in endings:
                if len(base) + len(ending) >= 3:
                    yield base + ending
            if suffix in _DOUBLED and len(base) >= 4 and base[-1] == base[-2]:
                yield base[:-1]


class Memory(dict[str, T]):
    """What a function says of strings, asked once for each."""

    def __init__(self, function: Callable[[str], T]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> T:
        answer = self._function(text)
        if len(self) < REMEMBERED:
            self[text] = answer
        return answer


class EnglishWords:
    """The word tables of English names, compiled."""

    def __init__(self, patterns: Patterns) -> None:
        table = patterns.table
        self._common: dict[str, bool] = dict.fromkeys(table("words.en_common"), True)
        self.function = frozenset(table("words.en_function"))
        self.refused = table("words.en_refused")
        self.refused_heads = table("words.en_refused_heads")
        self.places = table("words.en_places")
        self.given = frozenset(table("words.en_given"))
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
        self.tails = tuple(table("words.en_tails"))
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
        self.word_regex = make_word_regex(self.tails)
        self.traits = Memory(self._traits_of)
        self.common = Memory(self.is_common)
        self.refuses = Memory(self._refuses)

    def _traits_of(self, word: str) -> int:
        lower, capitals = word.lower(), word.isupper() and len(word) > 1
        tests = {
            JOINED: self.word_regex.fullmatch(word) is None,
            TITLE: word in self.titles,
            CUT: self.refused.get(word) in ("calendar", "currency") or _CURRENCY.fullmatch(word),
            BREAKS: self.breaks(word),
            LEADING: lower in self.function and not capitals,
            ARTICLE: lower in _ARTICLES and not capitals,
            LETTER: len(word) == 1,
            SERIAL: _SERIAL.fullmatch(word),
            RANKED: word in self.ranked,
            NATIONALITY: self.place_kind(word) == "nationality",
            GROWING: word in SAINT or self.joining.get(word) == "own" or word == "University",
        }
        return sum(trait for trait, holds in tests.items() if holds)

    def is_common(self, word: str) -> bool:
        """Say whether a word is, in any inflection, one of the common words; answers are remembered."""
        word = word.lower()
        known = self._common.get(word)
        if known is None:
            known = any(
                self._common.get(stem, False) or any(self._common.get(root, False) for root in stems(stem))
                for stem in stems(word)
            ) or ("-" in word and all(map(self.is_common, filter(None, word.split("-")))))
            known = known or _ABSTRACT.fullmatch(word) is not None
            if len(self._common) < REMEMBERED:
                self._common[word] = known
        return known

    def breaks(self, word: str) -> bool:
        """Say whether a word cannot stand inside a name, as in glued text: Huawei Jointly."""
        if word in self.breaking:
            return True
        return (
            word.endswith("ly")
            and len(word) > 5
            and word not in self.org_heads
            and self._common.get(word[:-2].lower(), False)
        )

    def place_kind(self, phrase: str) -> str | None:
        """Give what kind of place or nationality a phrase names: an all-capitals dateline counts too."""
        return self.places.get(phrase) or (self.places.get(phrase.title()) if phrase.isupper() else None)

    def refused_kind(self, phrase: str) -> str | None:
        """Give what a refused phrase is: a technology, a month, a journal, an event."""
        return self.refused.get(phrase)

    def _refuses(self, phrase: str) -> bool:
        return self.refused_kind(phrase) is not None or self.place_kind(phrase) is not None

    def is_chinese_person(self, words: tuple[str, ...]) -> bool:
        """Say whether words look like a Chinese surname and given name: Duan Tao, Gu Zhongze, Ouyang Na."""
        return (
            2 <= len(words) <= 3
            and words[0] in self.surnames
            and all(len(word) > 1 and _GIVEN_PINYIN.fullmatch(word) is not None for word in words[1:])
        )

    @staticmethod
    def is_drug(word: str) -> bool:
        """Say whether a word has the suffix of an international non-proprietary name.

        >>> EnglishWords.is_drug("osimertinib"), EnglishWords.is_drug("Keytruda")
        (True, False)
        """
        return _DRUG.fullmatch(word) is not None
