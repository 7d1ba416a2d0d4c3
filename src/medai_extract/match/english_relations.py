"""What certain names of an article say about others: short forms, acronyms, lists, possessives, makers."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from medai_extract.match.english_context import Context
from medai_extract.match.english_edges import Run
from medai_extract.match.english_forms import Form, Weights, score_of
from medai_extract.match.english_inside import is_acronym_of
from medai_extract.match.english_words import EnglishWords
from medai_extract.model import Candidate, Span

CERTAIN = 1.2
"""The sum of evidence from which a form may speak for others (a score of 0.77)."""
SHARED = 0.7
"""What the words before and behind a list are worth for each of its members."""

_LABELS = ("org", "product")
_LIST_GAP = re.compile(
    r"(?: \([^()]{1,24}\))?(?:,? (?:and|or|&|plus|as well as) (?:the )?|, (?:the )?|/|、|; )"
)
_LIST_STARTS = frozenset(" ,/、;")
_APOSTROPHES = frozenset("'’")
_LAST_GAP = re.compile(r" (?:and|or|plus|as well as) ")
_POSSESSION = re.compile(r"['’]s? (?:(?:own|new|latest|first|flagship|popular|rival|upcoming) )?")
_Relate = Callable[[Form, Form], None]
_OPENING = frozenset(("(", "（", "(“", '("'))
_CLAUSE = frozenset(("org.said", "org.raised", "product.works"))
_PERSON_AROUND = frozenset(("not.person_role", "not.who", "not.said_before"))
_CAMEL = re.compile(r"([A-Z][a-z]{3,})[A-Z]")
_CERTAIN_HEADS = frozenset(("org.legal", "org.institution", "org.finance"))
_GIVEN_NAMES = frozenset(("org.legal", "org.institution", "org.finance", "org.sector"))


class Relations:
    """The forms of one article and how they stand to each other."""

    def __init__(
        self,
        text: str,
        runs: Sequence[Run],
        contexts: Sequence[Context],
        forms: dict[str, Form],
        words: EnglishWords,
        weights: Weights,
        genre: float,
    ) -> None:
        self.text = text
        self.runs = runs
        self.contexts = contexts
        self.forms = forms
        self.words = words
        self.weights = weights
        self.genre = genre
        self.labels: dict[str, tuple[str, float]] = {}
        self._by_words: dict[tuple[str, ...], list[Form]] = {}
        for form in forms.values():
            self._by_words.setdefault(form.words, []).append(form)

    def spread(self) -> None:
        """Let evidence flow between forms, twice: a list makes members known, and they their short forms."""
        self._refuse_surnames()
        groups = list(self._lists())
        neighbours = list(self._neighbours())
        prefixes = list(self._prefixes())
        for _ in range(2):
            self._decide()
            for relate, one, two in neighbours:
                relate(one, two)
            for group in groups:
                self._relate_list(group)
            for short, full in prefixes:
                self._relate_prefix(short, full)
            self._relate_last_words()
        self._decide()

    def _decide(self) -> None:
        for key, form in self.forms.items():
            if form.is_refused:
                self.labels[key] = ("org", -9.0)
            elif not form.settled:
                org, product = self.weights.sums(form, None, self.genre)
                self.labels[key] = ("org", org) if org >= product else ("product", product)

    def _certain(self, key: str) -> str | None:
        label, value = self.labels[key]
        return label if value >= CERTAIN else None

    def _refuse_surnames(self) -> None:
        """Doubt the surnames of the article's persons: Lebrun after Alexandre Lebrun, Duan after Duan Tao."""
        surnames: set[str] = set()
        for form in self.forms.values():
            if len(form.words) == 1 or form.is_listed:
                continue
            if form.is_person:
                surnames.add(form.words[0] if "not.person_shape" in form.inside else form.words[-1])
            elif (
                len(form.words) <= 3
                and form.around & _PERSON_AROUND
                and not any(name.startswith("org.") for name in form.inside)
                and not any(map(self.words.is_common, form.words))
            ):
                surnames.add(form.words[-1])
        for surname in surnames & self.forms.keys():
            self.weights.add_inside(self.forms[surname], ["not.surname"])

    def _lists(self) -> Iterator[list[int]]:
        """Give the indices of runs that are set side by side: A, B (US) and C."""
        group, joint = [0], ""
        for index, (left, right) in enumerate(pairwise(self.runs), 1):
            if right.start - left.end < 48:
                gap = self.text[left.end : right.start]
                if gap[:1] in _LIST_STARTS and _LIST_GAP.fullmatch(gap) and not self._owns(left, right):
                    ended = len(group) > 1 and _LAST_GAP.search(joint) and not _LAST_GAP.search(gap)
                    if not ended:
                        group.append(index)
                        joint = gap
                        continue
            if len(group) > 1:
                yield from self._closed(group, joint)
            group, joint = [index], ""
        yield from self._closed(group, joint)

    def _owns(self, left: Run, right: Run) -> bool:
        """Say whether two runs side by side are the thing of one and the owner of another: Aa's X and Bb's Y."""
        apostrophe = self.text[right.end : right.end + 1] in _APOSTROPHES
        return apostrophe and self.text[max(left.start - 3, 0) : left.start] in ("'s ", "’s ")

    def _closed(self, group: list[int], joint: str) -> Iterator[list[int]]:
        """Leave out a last member that begins a clause: … and Vanrafia, Travere sells; …, and Sysmex's."""
        if len(group) < 2:
            return
        after = self.contexts[group[-1]].after
        comma, joined = joint.startswith(","), "and" in joint
        following = self.text[self.runs[group[-1]].end : self.runs[group[-1]].end + 1]
        own_verb = comma and ((joined and len(group) == 2) or (not joined and not _CLAUSE.isdisjoint(after)))
        if following == "-" or (comma and joined and "org.possessive" in after) or own_verb:
            group = group[:-1]
        if len(group) > 1:
            yield group

    def _relate_list(self, group: Sequence[int]) -> None:
        around = (*self.contexts[group[0]].before, *self.contexts[group[-1]].after)
        shared = [
            name
            for name in around
            if not name.startswith("not.") or (len(group) == 2 and name in ("not.person_role", "not.who"))
        ]
        donors: dict[str, set[str]] = {label: set() for label in _LABELS}
        for index in group:
            own = self._certain(self.runs[index].text)
            if own is not None:
                donors[own].add(self.runs[index].text)
        for index in group:
            form = self.forms[self.runs[index].text]
            if self.words.place_kind(form.text):
                continue
            for name in shared:
                form.relate(name, SHARED * (0.4 + 0.6 * self.genre))
            for label, texts in donors.items():
                if len(texts) > 1 or (texts and form.text not in texts):
                    form.relate(f"{label}.listed_with")

    def _neighbours(self) -> Iterator[tuple[_Relate, Form, Form]]:
        """Give the forms that stand side by side, with what relates them."""
        for left, right in pairwise(self.runs):
            if right.start - left.end > 14:
                continue
            gap = self.text[left.end : right.start]
            relate: _Relate
            if gap[:1] in _APOSTROPHES and _POSSESSION.fullmatch(gap):
                relate = self._relate_possession
            elif gap in (" from ", ", from "):
                relate = self._relate_maker
            elif gap == " of ":
                relate = self._relate_employer
            elif gap.strip() in _OPENING and self._closes(right.end):
                relate = self._relate_alias
            else:
                continue
            yield relate, self.forms[left.text], self.forms[right.text]

    def _closes(self, at: int) -> bool:
        return self.text[at : at + 2].lstrip('”"')[:1] in ("）", ")", ";", ",")

    def _relate_employer(self, person: Form, firm: Form) -> None:
        if person.is_person and not firm.facts.refused:
            firm.relate("org.role_of")

    def _relate_maker(self, product: Form, maker: Form) -> None:
        if product is not maker and not self.words.place_kind(maker.text):
            maker.relate("org.maker")

    def _relate_possession(self, owner: Form, owned: Form) -> None:
        if self.words.place_kind(owner.text):
            owned.relate("org.of_place")
        elif not self.words.refused_kind(owner.text):
            if self._certain(owner.text) != "product" and not owner.is_person:
                owned.relate("product.possessed")
            owner.relate("org.possessor")

    def _relate_alias(self, full: Form, short: Form) -> None:
        """``Full Name (ABBR)``: both are of one kind, and the letters name the same thing."""
        if len(full.words) == 1 or not is_acronym_of(short.text, full.words):
            return
        label = self._certain(full.text) or self._certain(short.text)
        if label is None and (
            self.words.refused_kind(short.text) or all(map(self.words.is_common, full.words))
        ):
            return
        evidence = f"{label}.alias" if label is not None else "alias"
        full.relate(evidence)
        short.relate(evidence)
        self.weights.remove_inside(short, "not.refused")
        short.settled = False
        short.same_as = full.text

    def _prefixes(self) -> Iterator[tuple[Form, Form]]:
        """Give the forms that begin longer ones, with these."""
        for form in self.forms.values():
            maker = _CAMEL.match(form.text) if len(form.words) == 1 else None
            if maker and self._begins_firm(maker[1]):
                form.relate("product.maker_first")
            for size in range(1, len(form.words)):
                for short in self._by_words.get(form.words[:size], ()):
                    if form.text.startswith(short.text) and not short.facts.refused:
                        yield short, form

    def _begins_firm(self, word: str) -> bool:
        """Say whether the full name of a firm begins so: Sahha in SahhaBone, beside Sahha Vision."""
        return any(
            len(form.words) > 1 and form.words[0] == word and not form.inside.isdisjoint(_GIVEN_NAMES)
            for form in self.forms.values()
        )

    def _relate_last_words(self) -> None:
        for form in self.forms.values():
            if len(form.words) > 1 and self._certain(form.text) == "product":
                self._relate_last(form)

    def _relate_last(self, product: Form) -> None:
        """Relate a product to its last word: MedSeek for Zhiyu MedSeek."""
        last = self.forms.get(product.words[-1])
        if last and not self.words.place_kind(last.text) and last.text not in self.words.org_heads:
            last.relate("product.short")
            last.same_as = product.text

    def _relate_prefix(self, short: Form, full: Form) -> None:
        """Relate a full name to the short form that begins it, or a product to its maker."""
        rest = full.words[len(short.words) :]
        label, own = self._certain(full.text), self._certain(short.text)
        if label == "org" and "not.person" not in full.inside:
            short.relate("org.short")
            if all(word in self.words.org_heads for word in rest):
                short.same_as = full.text
        elif label == "product" and self.labels[short.text][0] == "product":
            short.relate("product.short")
            if all(word in self.words.product_heads or self.words.is_common(word) for word in rest):
                short.same_as = full.text
        if own is not None and all(map(self.words.place_kind, rest)):
            full.relate("org.branch")
        elif own == "org" and (
            not full.inside & _GIVEN_NAMES
            or (full.inside.isdisjoint(_CERTAIN_HEADS) and "product.noun_after" in full.around)
        ):
            full.relate("product.maker_first")
        elif own == "product" and "not.refused_head" not in full.inside:
            full.relate("product.family")

    def echoes(self, headlines: Sequence[Span], found: Sequence[Candidate]) -> Iterator[Candidate]:
        """Give the mentions, in headlines, of forms that are certain elsewhere."""
        taken = {(candidate.start, candidate.end) for candidate in found if candidate.score >= 0.5}
        certain = list(self._certain_names()) if headlines else []
        for start, end in headlines:
            line = self.text[start:end]
            upper = line.isupper()
            for name, form, label, value in certain:
                shown = name.upper() if upper else name
                if shown not in line:
                    continue
                for match in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(shown)}(?![A-Za-z0-9])", line):
                    span = (start + match.start(), start + match.end())
                    if span not in taken:
                        taken.add(span)
                        yield self._echo(span, name if upper else None, form, label, value)

    def _certain_names(self) -> Iterator[tuple[str, Form, str, float]]:
        """Give the names that are certain outside headlines, also without their legal form."""
        for key, (label, value) in self.labels.items():
            form = self.forms[key]
            if value < CERTAIN or len(key) < 3 or all(run.headline for run in form.runs):
                continue
            if label == "product" and len(form.words) == 1 and form.facts.common:
                continue
            yield key, form, label, value
            if len(form.words) > 2 and self.words.org_heads.get(form.words[-1]) == "legal":
                yield key.rpartition(" ")[0].rstrip(","), form, label, value

    def _echo(
        self, span: tuple[int, int], same_as: str | None, form: Form, label: str, value: float
    ) -> Candidate:
        rule_id, evidence = self.weights.explain(form, None, label, self.genre)
        return Candidate(
            start=span[0],
            end=span[1],
            label="ORG" if label == "org" else "PRODUCT",
            rule_id=rule_id,
            score=round(score_of(value), 4),
            same_as=same_as,
            evidence=(f"headline:{form.text}", *evidence),
        )
