"""What certain names of an article say about the others: short forms, acronyms, lists, possessives, makers, headlines."""

import re
from collections.abc import Sequence

from medai_extract.match.english_context import Context
from medai_extract.match.english_forms import Form, Weights, is_acronym_of, score_of
from medai_extract.match.english_edges import Run
from medai_extract.match.english_words import EnglishWords
from medai_extract.model import Candidate, Span

LABELS = ("org", "product")
CERTAIN = 1.2
"""The sum of evidence from which a form may speak for others (a score of 0.77)."""

_LIST_GAP = re.compile(r"(?: \([^()]{1,24}\))?(?:,? (?:and|or|&|plus|as well as) (?:the )?|, (?:the )?|/|、|; )")
_POSSESSION = re.compile(r"['’]s? (?:(?:own|new|latest|first|flagship|popular|rival|upcoming) )?")


class Relations:
    """The forms of one article and how they stand to each other."""

    def __init__(
        self, text: str, runs: Sequence[Run], contexts: Sequence[Context], forms: dict[str, Form],
        words: EnglishWords, weights: Weights, genre: float,
    ) -> None:  # fmt: skip
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
        """Let evidence flow between the forms, twice: a list makes its members known, and they their short forms."""
        self._refuse_surnames()
        groups = self._lists()
        for _ in range(2):
            self._decide()
            self._relate_neighbours()
            self._relate_lists(groups)
            self._relate_short_forms()
        self._decide()

    def _decide(self) -> None:
        for key, form in self.forms.items():
            if form.settled:
                continue
            org, product = self.weights.sums(form, None, self.genre)
            value, label = (org, "org") if org >= product else (product, "product")
            if not form.same_as and (self.words.refused_kind(key) or self.words.place_kind(key)):
                value = -9.0
            self.labels[key] = (label, value)

    def _certain(self, key: str) -> str | None:
        label, value = self.labels[key]
        return label if value >= CERTAIN else None

    def _refuse_surnames(self) -> None:
        persons = {
            form.words[-1]
            for form in self.forms.values()
            if len(form.words) > 1 and form.inside & {"not.person", "not.person_shape"} and not any(n.endswith(".list") for n in form.inside)
        } | {
            form.words[-1]
            for form in self.forms.values()
            if len(form.words) in (2, 3)
            and form.around & {"not.person_role", "not.who", "not.said_before"}
            and not any(name.startswith("org.") for name in form.inside)
            and not any(words_common for words_common in map(self.words.is_common, form.words))
        } | {form.words[0] for form in self.forms.values() if "not.person_shape" in form.inside}
        for form in self.forms.values():
            if len(form.words) == 1 and form.text in persons:
                form.inside.add("not.surname")
                form.settled = False

    def _lists(self) -> list[list[int]]:
        groups: list[list[int]] = []
        joints: dict[int, str] = {}
        for index in range(1, len(self.runs)):
            gap = self.text[self.runs[index - 1].end : self.runs[index].start]
            if _LIST_GAP.fullmatch(gap):
                joints[index] = gap
                if groups and groups[-1][-1] == index - 1:
                    groups[-1].append(index)
                else:
                    groups.append([index - 1, index])
        return [group for group in (self._close(group, joints) for group in groups) if len(group) > 1]

    def _close(self, group: list[int], joints: dict[int, str]) -> list[int]:
        """Leave out a last member that begins a clause of its own: … and Vanrafia, Travere sells …; …, and Sysmex's …"""
        last = group[-1]
        after = self.contexts[last].after
        comma = joints[last].startswith(",")
        lone = comma and ("and" not in joints[last] or len(group) == 2)
        if self.text[self.runs[last].end : self.runs[last].end + 1] == "-" or (comma and "org.possessive" in after and "and" in joints[last]):
            return group[:-1]
        if lone and {"org.said", "org.raised", "product.works"} & set(after):
            return group[:-1]
        return group

    def _relate_lists(self, groups: Sequence[Sequence[int]]) -> None:
        for group in groups:
            shared = [
                name
                for name in (*self.contexts[group[0]].before, *self.contexts[group[-1]].after)
                if not name.startswith("not.") or (name in ("not.person_role", "not.who") and len(group) == 2)
            ]
            certain = [self._certain(self.runs[index].text) for index in group]
            donors = {label: {self.runs[index].text for index, own in zip(group, certain, strict=True) if own == label} for label in LABELS}
            for index in group:
                form = self.forms[self.runs[index].text]
                if self.words.place_kind(form.text):
                    continue
                for name in shared:
                    form.relate(name, 0.7 * (0.4 + 0.6 * self.genre))
                for label, texts in donors.items():
                    if len(texts) > 1 or (texts and form.text not in texts):
                        form.relate(f"{label}.listed_with")

    def _relate_neighbours(self) -> None:
        for left, right in zip(self.runs, self.runs[1:], strict=False):
            if right.start - left.end > 14:
                continue
            gap = self.text[left.end : right.start]
            one, two = self.forms[left.text], self.forms[right.text]
            if _POSSESSION.fullmatch(gap):
                if self.words.place_kind(left.text):
                    two.relate("org.of_place")
                elif not self.words.refused_kind(left.text):
                    if self._certain(left.text) != "product" and not one.inside & {"not.person", "not.person_shape"}:
                        two.relate("product.possessed")
                    one.relate("org.possessor")
            elif gap in (" from ", ", from ") and not self.words.place_kind(right.text):
                two.relate("org.maker")
            elif gap.strip() in ("(", "（", "(“", '("') and self.text[right.end : right.end + 2].lstrip("”\"")[:1] in (")", "）", ";", ","):
                self._relate_alias(one, two)

    def _relate_alias(self, full: Form, short: Form) -> None:
        if is_acronym_of(short.text, full.words) and len(full.words) > 1:
            label = self._certain(full.text) or self._certain(short.text)
            short.inside.discard("not.refused")
            short.settled = False
            if label is not None:
                full.relate(f"{label}.alias")
                short.relate(f"{label}.alias")
                short.same_as = full.text
            elif not self.words.refused_kind(short.text) and not all(map(self.words.is_common, full.words)):
                full.relate("alias")
                short.relate("alias")
                short.same_as = full.text

    def _relate_short_forms(self) -> None:
        for form in self.forms.values():
            for size in range(1, len(form.words)):
                for short in self._by_words.get(form.words[:size], ()):
                    if form.text.startswith(short.text):
                        self._relate_prefix(short, form)
            last = self.forms.get(form.words[-1])
            if last is not None and len(form.words) > 1 and self._certain(form.text) == "product":
                if not self.words.place_kind(last.text) and last.text not in self.words.org_heads:
                    last.relate("product.short")
                    last.same_as = form.text

    def _relate_prefix(self, form: Form, longer: Form) -> None:
        """``longer`` begins with the words of ``form``: a full name and its short form, or a maker and its product."""
        if self.words.place_kind(form.text) or self.words.refused_kind(form.text):
            return
        rest = longer.words[len(form.words) :]
        label = self._certain(longer.text)
        if label == "org" and not (longer.inside & {"not.person"}):
            form.relate("org.short")
            if all(word in self.words.org_heads for word in rest):
                form.same_as = longer.text
        elif label == "product" and self.labels[form.text][0] == "product":
            form.relate("product.short")
            if all(word in self.words.product_heads or self.words.is_common(word) for word in rest):
                form.same_as = longer.text
        own = self._certain(form.text)
        if own is not None and all(map(self.words.place_kind, rest)):
            longer.relate("org.branch")
            return
        if own == "org" and not (longer.inside & {"org.legal", "org.institution", "org.finance", "org.sector"}):
            longer.relate("product.maker_first")
        elif own == "product":
            longer.relate("product.family")

    def echoes(self, headlines: Sequence[Span], found: Sequence[Candidate]) -> list[Candidate]:
        """Give the mentions, in headlines, of forms that are certain elsewhere."""
        taken = {(candidate.start, candidate.end) for candidate in found if candidate.score >= 0.5}
        echoes: list[Candidate] = []
        certain = [
            (key, label, value)
            for key, (label, value) in self.labels.items()
            if value >= CERTAIN and any(not run.headline for run in self.forms[key].runs) and len(key) > 2
        ]
        certain += [
            (key.rpartition(" ")[0].rstrip(","), label, value)
            for key, label, value in certain
            if self.words.org_heads.get(self.forms[key].words[-1]) == "legal" and len(self.forms[key].words) > 2
        ]
        for start, end in headlines:
            line = self.text[start:end]
            upper = line.isupper()
            for key, label, value in certain:
                if (key.upper() if upper else key) not in line:
                    continue
                pattern = rf"(?<![A-Za-z0-9]){re.escape(key.upper() if upper else key)}(?![A-Za-z0-9])"
                for match in re.finditer(pattern, line):
                    span = (start + match.start(), start + match.end())
                    if span not in taken:
                        taken.add(span)
                        form = self.forms.get(key)
                        rule_id, evidence = (
                            self.weights.explain(form, None, label, self.genre) if form else (f"{label}.en.short", ())
                        )
                        echoes.append(
                            Candidate(
                                start=span[0],
                                end=span[1],
                                label="ORG" if label == "org" else "PRODUCT",
                                rule_id=rule_id,
                                score=round(score_of(value), 4),
                                same_as=key if upper else None,
                                evidence=(f"headline:{key}", *evidence),
                            )
                        )
        return echoes
