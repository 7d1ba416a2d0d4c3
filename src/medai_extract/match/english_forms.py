"""Forms: all mentions of one surface form in an article, with the evidence for and against its being a name.

Weights stand in ``patterns/words/en_evidence.csv``. Evidence named ``org.*`` speaks for an organisation, ``product.*`` for a product,
``not.*`` against both, and any other name for both.
"""

import math
import re
from collections.abc import Iterable, Mapping

from medai_extract.match.english_context import Context
from medai_extract.match.english_runs import Run
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

    def add(self, run: Run, context: Context) -> None:
        """Add a mention."""
        self.runs.append(run)
        self.contexts.append(context)
        self.around.update(context.before, context.after)

    def relate(self, evidence: str, weight: float = 1.0) -> None:
        """Add what another form says, keeping the strongest."""
        self.related[evidence] = max(weight, self.related.get(evidence, 0.0))


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
    """The table of evidence, with the sum and the score of a form or of one mention."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = {name: float(weight) for name, weight in table.items()}

    def of(self, name: str) -> float:
        """Give the weight of an evidence, 0 where the table has none."""
        return self._table.get(name, 0.0)

    def parts(self, form: Form, context: Context | None, genre: float) -> dict[str, float]:
        """Give each evidence of a form with its weight; that around ``context`` counts in full, elsewhere less."""
        parts = {"bias": self.of("bias"), "genre": self.of("genre") * genre, "org.prior": self.of("org.prior"), "product.prior": self.of("product.prior")}
        parts |= {name: self.of(name) for name in form.inside}
        trust = 0.4 + 0.6 * genre
        here = set(context.before) | set(context.after) if context is not None else set()
        person = "not.person" in parts or "not.person_shape" in parts
        for name in form.around | here:
            if person and name in _PERSONAL:
                continue
            if name == "not.in_place" and "caps_inside" in parts:
                name = "product.in"
            share = 1.0 if name in here or context is None else ELSEWHERE
            parts[name] = self.of(name) * share * (trust if not name.startswith("not.") else 1.0)
        for name, share in form.related.items():
            parts[name] = max(parts.get(name, 0.0), self.of(name) * share)
        if context is not None and context.quoted and not (len(form.words) == 1 and "proper_word" in form.inside):
            parts["product.quoted"] = self.of("product.quoted")
        return parts


_PERSONAL = frozenset(("org.said", "org.possessive", "org.owned_by", "org.possessor", "product.launched", "product.works", "org.staff", "org.deal_with"))


def total(parts: Mapping[str, float], label: str) -> float:
    """Sum the evidence for one label.

    >>> total({"bias": -1.0, "org.head": 3.0, "product.used": 2.0}, "org")
    2.0
    """
    other = "product." if label == "org" else "org."
    return sum(weight for name, weight in parts.items() if not name.startswith(other))


def score_of(value: float) -> float:
    """Give the score in (0, 1) of a sum of evidence.

    >>> score_of(0.0), round(score_of(2.0), 2)
    (0.5, 0.88)
    """
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))


def strongest(parts: Mapping[str, float], label: str) -> str:
    """Name the evidence that weighs most for a label, in the form of a rule id: ``org.en.raised``."""
    fitting = {name: weight for name, weight in parts.items() if name.startswith(f"{label}.") and not name.endswith(".prior") and weight > 0}
    if fitting:
        best = max(sorted(fitting), key=lambda name: fitting[name])
        return f"{label}.en.{best.partition('.')[2]}"
    return f"{label}.en.proper"


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
