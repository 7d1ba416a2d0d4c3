"""Forms: all mentions of one surface form in an article, with the evidence for and against its being a name.

Weights stand in ``patterns/words/en_evidence.csv``. Evidence named ``org.*`` speaks for an organisation, ``product.*`` for a product,
``not.*`` against both, and any other name for both.
"""

import math
import re
from collections.abc import Iterable, Mapping

from medai_extract.match.english_context import Context
from medai_extract.match.english_edges import Run
from medai_extract.match.english_words import EnglishWords

ELSEWHERE = 0.7
"""What the words around one mention are worth for the other mentions of the form."""

_VERSION_END = re.compile(r"(?:[A-Za-z]+|[A-Za-z]*-[A-Za-z]?|^[vV]|.*\d\.)\d{1,3}[a-z]?(?:-[A-Za-z]\w*)?")
_CODE = re.compile(r"[A-Z]{1,5}\d{1,4}|[A-Z]{1,3}-\d{2,4}")
_CAPS_INSIDE = re.compile(r"[a-zà-ÿ](?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLe)[A-Z]|^[A-Z]{2,}[a-z]{2,}|[a-z]\.(?:ai|AI)$")
_SMALL_FIRST = re.compile(r"[a-z]{1,4}[A-Z]")
_ACRONYM = re.compile(r"[A-Z][A-Z&]{1,5}")
_CARE = frozenset(("Health", "Healthcare", "Hospital", "Hospitals", "Medical", "University", "Care", "School"))


class Form:
    """One surface form; ``inside`` is evidence in the name itself, ``related`` what other forms say about it."""

    def __init__(self, text: str, words: tuple[str, ...]) -> None:
        self.text = text
        self.words = words
        self.runs: list[Run] = []
        self.contexts: list[Context] = []
        self.inside: set[str] = set()
        self.around: set[str] = set()
        self.related: dict[str, float] = {}
        self.same_as: str | None = None
        self.settled = False
        self.base = (0.0, 0.0)
        self.surroundings = (0.0, 0.0)
        self.memory: dict[tuple[Context, str], tuple[str, tuple[str, ...]]] = {}

    def add(self, run: Run, context: Context) -> None:
        """Add a mention."""
        self.runs.append(run)
        self.contexts.append(context)
        self.around.update(context.before, context.after)

    def relate(self, evidence: str, weight: float = 1.0) -> None:
        """Add what another form says, keeping the strongest."""
        if weight > self.related.get(evidence, 0.0):
            self.related[evidence] = weight
            self.settled = False

    @property
    def is_person(self) -> bool:
        """Whether the form itself looks like a person's name."""
        return "not.person" in self.inside or "not.person_shape" in self.inside


def inside_evidence(form: Form, words: EnglishWords, lowered: str) -> set[str]:
    """Give the evidence in a form itself: its head, shape, and whether its words are common, a place, a person."""
    found: set[str] = set()
    parts, text = form.words, form.text
    last = parts[-1]
    long = len(parts) > 1
    if long or last in ("Inc.", "Ltd."):
        head = words.org_heads.get(last)
        if head is not None and head != "both":
            found.add(f"org.{head}")
        if last in ("System", "Systems", "Network", "Service", "Trust") and parts[-2] in _CARE:
            return {"org.institution"} | _shape(form, words)
        if _has_institution(parts, text, words):
            found.add("org.institution")
        if last in words.product_heads:
            found.add(f"product.{words.product_heads[last]}")
        if " & " in text:
            found.add("org.and")
        if " for " in text and "org.institution" not in found:
            found = {"product.for_users"}
    found |= _shape(form, words)
    found |= _against(form, words, lowered, found)
    return found


def _has_institution(parts: tuple[str, ...], text: str, words: EnglishWords) -> bool:
    """Say whether the word for an institution stands where it heads a name: at its end, before of, or before a proper word."""
    for index, word in enumerate(parts):
        if words.org_heads.get(word) == "institution":
            following = parts[index + 1] if index + 1 < len(parts) else None
            if following is None or words.places.get(following) is not None or not words.is_common(following):
                return True
            if any(f"{word}{link}" in text for link in (" of ", " for ", "s of ")):
                return True
    return False


def _shape(form: Form, words: EnglishWords) -> set[str]:
    found: set[str] = set()
    plain = " ".join(form.words)
    last = form.words[-1]
    if any(map(str.isdigit, form.text[len(plain) :])) or form.text.endswith(")") or (_VERSION_END.fullmatch(last) and not _CODE.fullmatch(form.text)) or any(
        re.fullmatch(r"[A-Za-z]*-?[vVRXM]?\d(?:\.\d)?", word) for word in form.words[1:]
    ):  # fmt: skip
        found.add("product.version")
    elif _CODE.fullmatch(form.text):
        found.add("product.code")
    if words.is_drug(last) and not words.is_common(last):
        found.add("product.drug")
    if any(_CAPS_INSIDE.search(word) for word in form.words):
        found.add("caps_inside")
    if _SMALL_FIRST.match(form.words[0]):
        found.add("product.small_first")
    if len(form.words) == 1 and _ACRONYM.fullmatch(form.text):
        found.add("acronym")
    middle = [run for run in form.runs if not run.first and not run.headline]
    common = all(words.is_common(word) for word in form.words)
    if middle:
        found.add("proper" if not common else "proper_common" if len(form.words) > 1 or form.text.isupper() else "proper_word")
    elif not common:
        found.add("proper_first")
    if len(form.runs) > 1:
        found.add("again")
    return found


def _against(form: Form, words: EnglishWords, lowered: str, found: set[str]) -> set[str]:
    against: set[str] = set()
    parts = form.words
    headed = found & {"org.legal", "org.institution", "org.finance", "org.sector", "org.and"}
    common = all(words.is_common(word) for word in parts)
    if not headed and words.org_heads.get(parts[-1]) is None and 2 <= len(parts) <= 4 and parts[0] in words.given:
        against.add("not.person")
    elif not headed and words.is_chinese_person(parts):
        against.add("not.person_shape")
    if len(parts) == 1 and parts[0] in words.given:
        against.add("not.given")
    if any(run.role in words.titles and words.nouns.get(run.role.lower()) in (None, "role") for run in form.runs):
        against.add("not.person")
    if parts[-1] in words.refused_heads and "org.legal" not in found:
        against.add("not.refused_head")
    if all(map(words.place_kind, parts)) or all(map(words.refused_kind, parts)):
        against.add("not.refused")
    if common and len(parts) > 1 and not headed:
        if all(words.refused_kind(word) or word.lower() in lowered_words(lowered) for word in parts):
            against.add("not.generic")
        if form.text.lower() in lowered:
            against.add("not.lower")
    if common and len(parts) == 1 and not any(not run.first and not run.headline for run in form.runs):
        against.add("not.common")
    if parts[0].lower() in words.function and len(parts) == 1 and not form.text.isupper():
        against.add("not.refused")
    if (common or len(parts) == 1) and all(run.headline for run in form.runs):
        against.add("not.title_case")
    return against


def lowered_words(text: str) -> frozenset[str]:
    """Give the words of a text that stand in small letters; remembered for the last text."""
    if _memory[0] != text:
        _memory[:] = [text, frozenset(re.findall(r"(?<![A-Za-z'’-])[a-z]{2,}", text))]
    words: frozenset[str] = _memory[1]  # type: ignore[assignment]
    return words


_memory: list[object] = ["", frozenset()]


class Weights:
    """The table of evidence; sums are pairs, for an organisation and for a product."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table: dict[str, tuple[float, float]] = {}
        self._weights = {name: float(weight) for name, weight in table.items()}
        for name, weight in self._weights.items():
            side = name.partition(".")[0]
            self._table[name] = (0.0 if side == "product" else weight, 0.0 if side == "org" else weight)

    def settle(self, form: Form, genre: float) -> None:
        """Sum the evidence of a form, that inside and from other forms apart from that around its mentions."""
        table, none = self._table, (0.0, 0.0)
        org = table["bias"][0] + table["genre"][0] * genre + table["org.prior"][0]
        product = table["bias"][1] + table["genre"][1] * genre + table["product.prior"][1]
        for name in form.inside:
            weight = table.get(name, none)
            org, product = org + weight[0], product + weight[1]
        for name, share in form.related.items():
            if name not in form.around:
                weight = table.get(name, none)
                org, product = org + weight[0] * share, product + weight[1] * share
        form.base = (org, product)
        form.surroundings = self._sum(form, form.around, genre)
        form.settled = True

    def _sum(self, form: Form, names: Iterable[str], genre: float) -> tuple[float, float]:
        org = product = 0.0
        trust = 0.4 + 0.6 * genre
        person = form.is_person
        for name in names:
            if person and name in _PERSONAL:
                continue
            name = _read_as(name, form)
            weight = self._table.get(name)
            if weight is not None:
                share = 1.0 if name.startswith("not.") else trust
                org, product = org + weight[0] * share, product + weight[1] * share
        return org, product

    def sums(self, form: Form, context: Context | None, genre: float) -> tuple[float, float]:
        """Give the sums of a form, or of one mention: the words around it count in full, those elsewhere less."""
        if not form.settled:
            self.settle(form, genre)
        org, product = form.base
        if context is None:
            return org + form.surroundings[0], product + form.surroundings[1]
        org, product = org + ELSEWHERE * form.surroundings[0], product + ELSEWHERE * form.surroundings[1]
        here = self._sum(form, {*context.before, *context.after}, genre)
        if context.quoted and "proper_word" not in form.inside:
            product += self._weights["product.quoted"]
        return org + (1 - ELSEWHERE) * here[0], product + (1 - ELSEWHERE) * here[1]

    def explain(self, form: Form, context: Context | None, label: str, genre: float) -> tuple[str, tuple[str, ...]]:
        """Give the rule id, from the evidence that weighs most for ``label``, and all evidence with its weight."""
        parts = {name: self._weights.get(name, 0.0) for name in ("bias", *form.inside)}
        parts["genre"] = self._weights["genre"] * genre
        here = {*context.before, *context.after} if context is not None else form.around
        for name in form.around:
            if not (form.is_person and name in _PERSONAL):
                parts[_read_as(name, form)] = self._weights.get(_read_as(name, form), 0.0) * (1.0 if name in here else ELSEWHERE)
        parts |= {name: self._weights.get(name, 0.0) * share for name, share in form.related.items() if name not in form.around}
        if context is not None and context.quoted and "proper_word" not in form.inside:
            parts["product.quoted"] = self._weights["product.quoted"]
        ranked = sorted(parts.items(), key=lambda item: (-abs(item[1]), item[0]))
        best = next((name for name, weight in ranked if weight > 0 and name.startswith(f"{label}.")), f"{label}.proper")
        evidence = tuple(f"{name} {weight:+.1f}" for name, weight in ranked if weight)
        return f"{label}.en.{best.partition('.')[2]}", evidence


def _read_as(name: str, form: Form) -> str:
    """Read "in MyChart" as use, though "in Erlangen" is a place."""
    return "product.in" if name == "not.in_place" and "caps_inside" in form.inside else name


_PERSONAL = frozenset(("org.said", "org.possessive", "org.owned_by", "org.possessor", "product.launched", "product.works", "org.staff", "org.deal_with"))


def score_of(value: float) -> float:
    """Give the score in (0, 1) of a sum of evidence.

    >>> score_of(0.0), round(score_of(2.0), 2)
    (0.5, 0.88)
    """
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))


def is_acronym_of(short: str, full: Iterable[str]) -> bool:
    """Say whether the letters of ``short`` abbreviate the words of ``full``.

    >>> is_acronym_of("CSRC", ["China", "Securities", "Regulatory", "Commission"]), is_acronym_of("AIR", ["Ant", "Group"])
    (True, False)
    """
    letters = [letter for letter in short.lower() if letter.isalpha()]
    pool = "".join(word if word.isupper() else "".join(part[:1] + "".join(filter(str.isupper, part[1:])) for part in re.split(r"[-\s]", word)) for word in full).lower()
    if len(letters) < 2 or not pool or letters[0] != pool[0]:
        return False
    remaining = iter(pool)
    return all(letter in remaining for letter in letters)
