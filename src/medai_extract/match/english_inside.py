"""Evidence inside an English name: its head, its shape, whether it is common words, a place or a person."""

import re
from collections.abc import Iterable, Iterator

from medai_extract.match.english_edges import Run
from medai_extract.match.english_forms import Facts, Form, Weights
from medai_extract.match.english_words import DOCUMENTS, JOURNALS, REMEMBERED, EnglishWords

_VERSION_END = re.compile(r"(?:[A-Za-z]+|[A-Za-z]*-[A-Za-z]?|^[vV]|.*\d\.)\d{1,3}[a-z]?(?:-[A-Za-z]\w*)?")
_VERSION_WORD = re.compile(r"[A-Za-z]*-?[vVRXM]?\d(?:\.\d)?")
_CODE = re.compile(r"[A-Z]{1,5}\d{1,4}|[A-Z]{1,3}-\d{2,4}|[A-Z]{2,5}-[A-Z]{1,2}")
_CAPS_INSIDE = re.compile(
    r"[a-zà-ÿ](?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLe)[A-Z]|^[A-Z]{2,}[a-z]{2,}|[a-z]\.(?:ai|AI)$"
)
_CAPS_SUFFIX = re.compile(r"[A-Z]+(?:[a-z]+)?$")
_SMALL_FIRST = re.compile(r"[a-z]{1,4}[A-Z]")
_ACRONYM = re.compile(r"[A-Z][A-Z&]{1,5}")
_SMALL_WORD = re.compile(r"(?<![A-Za-z'’-])[a-z]{2,}")
_PARTICLE = re.compile(r"[a-z] (?:Al|El|Bin|Ibn|bin|van|von|van der|ter|ten) [A-Z][a-z]+$")
_CARE = frozenset(
    ("Health", "Healthcare", "Hospital", "Hospitals", "Medical", "University", "Care", "School")
)
_CARE_HEADS = frozenset(("System", "Systems", "Network", "Service", "Trust"))
_NO_FACTS = Facts(frozenset(), (0.0, 0.0), common=False, refused=False)
_HEADS = frozenset(("org.legal", "org.institution", "org.finance", "org.sector", "org.and"))


class InsideReader:
    """What forms say themselves, remembered for the next article."""

    def __init__(self, words: EnglishWords, weights: Weights) -> None:
        self.words = words
        self.weights = weights
        self._memory: dict[tuple[str, tuple[str, ...]], Facts] = {}

    def make(self, run: Run) -> Form:
        """Make the form of a run."""
        key = (run.text, run.words)
        facts = self._memory.get(key)
        if facts is None:
            facts = self._read(Form(run.text, run.words, _NO_FACTS))
            if len(self._memory) < REMEMBERED:
                self._memory[key] = facts
        return Form(run.text, run.words, facts)

    def _read(self, form: Form) -> Facts:
        """Read what holds of a form in any article."""
        words = self.words
        found = self._heads(form) if len(form.words) > 1 or form.text in ("Inc.", "Ltd.") else set()
        found |= self._shape(form)
        found |= self._person(form, found)
        if form.words[-1] in words.refused_heads and "org.legal" not in found:
            found.add("not.refused_head")
        if all(map(words.place_kind, form.words)) or all(map(words.refused_kind, form.words)):
            found.add("not.refused")
        if len(form.words) == 1 and form.text.lower() in words.function and not form.text.isupper():
            found.add("not.refused")
        if " of " in form.text and not JOURNALS.isdisjoint(form.words):
            found.add("not.journal")
        if _is_trade_of_nation(form, words) or _is_document(form, words):
            found.add("not.refused_head")
        if form.text.lower() in words.default_products:
            found.add("product.default")
        return Facts(
            frozenset(found),
            self.weights.total(found),
            all(words.common[word] for word in form.words),
            words.refuses[form.text],
        )

    def _heads(self, form: Form) -> set[str]:
        words, parts = self.words, form.words
        last = parts[-1]
        if last in _CARE_HEADS and parts[-2] in _CARE:
            return {"org.institution"}
        found: set[str] = set()
        head = words.org_heads.get(last)
        if head is not None and head != "both":
            found.add(f"org.{head}")
        if self._has_institution(form):
            found.add("org.institution")
        if " for " in form.text and "org.institution" not in found:
            return set() if _is_document(form, words) else {"product.for_users"}
        if last in words.product_heads:
            found.add(f"product.{words.product_heads[last]}")
        if " & " in form.text:
            found.add("org.and")
        return found

    def _has_institution(self, form: Form) -> bool:
        """Say whether the word for an institution heads the name: last, before of or a proper word."""
        for index, word in enumerate(form.words):
            if self.words.org_heads.get(word) == "institution":
                following = form.words[index + 1] if index + 1 < len(form.words) else None
                if following is None or following in self.words.places or not self.words.is_common(following):
                    return True
                if f"{word} of " in form.text or f"{word} for " in form.text:
                    return True
        return False

    def _shape(self, form: Form) -> set[str]:
        found: set[str] = set()
        last = form.words[-1]
        added = form.text[len(" ".join(form.words)) :]
        if _CODE.fullmatch(form.text):
            found.add("product.code")
        elif (
            any(map(str.isdigit, added))
            or added.endswith(")")
            or _VERSION_END.fullmatch(last)
            or any(_VERSION_WORD.fullmatch(word) for word in form.words[1:])
        ):
            found.add("product.version")
        if self.words.is_drug(last) and not self.words.is_common(last):
            found.add("product.drug")
        if any(_CAPS_INSIDE.search(word) for word in form.words):
            found.add("caps_inside")
        if _SMALL_FIRST.match(form.text):
            found.add("product.small_first")
        if _ACRONYM.fullmatch(form.text):
            found.add("acronym")
        elif "caps_inside" in found:
            suffix = _CAPS_SUFFIX.search(form.words[0])
            kind = self.words.suffixes.get(suffix[0]) if suffix else None
            if kind == "product" or (kind is not None and len(form.words) == 1):
                found.add(f"{kind}.suffix")
        return found

    def _person(self, form: Form, found: set[str]) -> set[str]:
        words, parts = self.words, form.words
        against: set[str] = set()
        if len(parts) == 1:
            if parts[0] in words.given:
                against.add("not.given")
        elif not found & _HEADS:
            if len(parts) <= 4 and parts[0] in words.given and parts[-1] not in words.org_heads:
                against.add("not.person")
            elif words.is_chinese_person(parts) or self._has_particle(form):
                against.add("not.person_shape")
        return against

    @staticmethod
    def _has_particle(form: Form) -> bool:
        """Say whether a name has the particle of a person's name inside: Rashid Al Suwaidi, Noor van Dalen."""
        return len(form.words) <= 4 and _PARTICLE.search(form.text) is not None


class ArticleReader:
    """What the places of its mentions in one article say about a form."""

    def __init__(self, words: EnglishWords, text: str) -> None:
        self.words = words
        self.text = text
        self._small: frozenset[str] | None = None

    def read(self, form: Form) -> list[str]:
        """Give the names of the evidence."""
        common, single = form.facts.common, len(form.words) == 1
        middle, shouted = False, True
        found: list[str] = []
        for run in form.runs:
            if not run.headline:
                shouted = False
                middle = middle or not run.first
            if run.role and self._is_personal(run.role):
                found.append("not.person")
        if middle:
            lone = single and not (form.text.isupper() and len(form.text) <= 5)
            found.append("proper" if not common else "proper_word" if lone else "proper_common")
        elif not common:
            found.append("proper_first")
        elif single:
            found.append("not.common")
        if len(form.runs) > 1:
            found.append("again")
        if common and not single and form.inside.isdisjoint(_HEADS):
            found += self._of_common_words(form)
        if shouted and (common or single):
            found.append("not.title_case")
        return found

    def _is_personal(self, role: str) -> bool:
        return role in self.words.titles and self.words.nouns.get(role.lower(), "role") == "role"

    def _of_common_words(self, form: Form) -> Iterator[str]:
        words, parts = self.words, form.words
        if parts[0].lower() in words.function or all(
            words.refused_kind(word) or word.lower() in self.small_words() for word in parts
        ):
            yield "not.generic"
        if form.text.lower() in self.text:
            yield "not.lower"

    def small_words(self) -> frozenset[str]:
        """Give the words of the article that stand in small letters."""
        if self._small is None:
            self._small = frozenset(_SMALL_WORD.findall(self.text))
        return self._small


def _is_trade_of_nation(form: Form, words: EnglishWords) -> bool:
    """Say whether a form is a nation's trade: Chinese Tech."""
    first, last = form.words[0], form.words[-1]
    return (
        len(form.words) == 2
        and words.place_kind(first) == "nationality"
        and words.org_heads.get(last) == "sector"
    )


def _is_document(form: Form, words: EnglishWords) -> bool:
    """Say whether a form is the title of a paper of some authority: Opinions on AI in Hospitals."""
    return any(
        words.refused_heads.get(word) in DOCUMENTS
        and (f"{word} on " in form.text or f"{word} for " in form.text)
        for word in form.words[:-1]
    )


def is_acronym_of(short: str, full: Iterable[str]) -> bool:
    """Say whether the letters of ``short`` abbreviate the words of ``full``.

    >>> is_acronym_of("CSRC", ["China", "Securities", "Regulatory", "Commission"])
    True
    >>> is_acronym_of("DAX", ["Dragon", "Ambient", "eXperience"]), is_acronym_of("AIR", ["Ant", "Group"])
    (True, False)
    """
    letters = [letter for letter in short.lower() if letter.isalpha()]
    pool = "".join(
        word if word.isupper() else "".join(map(_initials, re.split(r"[-\s]", word))) for word in full
    )
    if len(letters) < 2 or letters[0] != pool[:1].lower():
        return False
    remaining = iter(pool.lower())
    return all(letter in remaining for letter in letters)


def _initials(word: str) -> str:
    return word[:1] + "".join(filter(str.isupper, word[1:]))
