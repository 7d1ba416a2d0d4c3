"""What certain names of an article say about others: short forms, acronyms, lists, possessives, makers."""

import re
from collections.abc import Iterator, Mapping, Sequence

from medai_extract.match.english.columns import ColumnReader, find_columns
from medai_extract.match.english.context import Reading
from medai_extract.match.english.forms import Form
from medai_extract.match.english.gaps import GapReader
from medai_extract.match.english.lists import ListReader
from medai_extract.match.english.neighbours import NeighbourReader
from medai_extract.match.english.weights import CERTAIN, Weights
from medai_extract.match.english.words import EnglishWords
from medai_extract.model import Label

_CAMEL = re.compile(r"([A-Z]?[a-z]{3,})[A-Z]")


class RelationReader:
    """The reader of what forms say of each other."""

    def __init__(self, words: EnglishWords, weights: Weights) -> None:
        self.words = words
        self.weights = weights
        mask, self._any_org, self._any_not = weights.mask, weights.begun("org."), weights.begun("not.")
        self._gaps, self._lists = GapReader(words.marks), ListReader(weights)
        self._columns = ColumnReader(words, weights)
        self._neighbours = NeighbourReader(words, weights)
        self._person, self._person_shape = mask("not.person", "not.person_rare"), mask("not.person_shape")
        self._roles = mask("not.person_role", "not.who", "not.human")
        self._person_around = self._roles | mask("not.said_before")
        self._surname = mask("not.surname")
        self._refused_head, self._listed = mask("not.refused_head"), mask("org.list", "product.list")
        self._heads = mask("org.legal", "org.institution", "org.finance")
        self._given = self._heads | mask("org.sector")
        self._caps_inside, self._noun_after = mask("caps_inside"), mask("product.noun_after")
        self._company_tails = words.marks["company_tail"]
        self._sectors = {word for word, kind in words.org_heads.items() if kind in ("sector", "both")}
        self._maker_first, self._any_product = mask("product.maker_first"), weights.begun("product.")
        self._branch, self._family = mask("org.branch"), mask("product.family")
        self._short: Mapping[Label, int] = {"ORG": mask("org.short"), "PRODUCT": mask("product.short")}

    def spread(self, reading: Reading) -> None:
        """Let evidence flow between forms, twice: a list makes members known, and they their short forms."""
        several = [form for form in reading.by_text.values() if len(form.words) > 1]
        self._doubt_surnames(several, reading.by_text)
        gaps = self._gaps.read(reading.text, reading.runs)
        groups = [*self._lists.find(reading, gaps)]
        beside = [*self._neighbours.find(reading, gaps)]
        columns = find_columns(reading.text, reading.runs)
        beginning = [*self._beginnings(reading.by_text)]
        ending = [*self._endings(several, reading.by_text)]
        alike = [*self._in_capitals(reading.by_text), *self._seated(several, reading.by_text)]
        self._judge(reading)
        if not (groups or beside or columns or beginning or ending or alike):
            return
        for _ in range(2):
            for relate, one, two in beside:
                relate(one, two)
            for group in groups:
                self._lists.relate(group, reading)
            for column in columns:
                self._columns.relate(column, reading)
            for short, full in beginning:
                if len(full.words) > 1:
                    self._relate_beginning(short, full)
                else:
                    self._relate_coined(short, full)
            for short, full in ending:
                self._relate_ending(short, full)
            for shown, form in alike:
                if form.verdict.value > 0:
                    shown.relate(self._short[form.verdict.label])
                    shown.same_as = form.text
            self._judge(reading)

    def _seated(self, several: Sequence[Form], by_text: Mapping[str, Form]) -> Iterator[tuple[Form, Form]]:
        """Give the names of firms without their seat, with the registered ones: Qinlan, Hefei Qinlan Technology Co., Ltd."""
        for form in several:
            if form.inside & self._given and self.words.places.get(form.words[0]) in ("city", "region"):
                for size in (1, 2):
                    short = by_text.get(" ".join(form.words[1 : 1 + size]))
                    if short is not None and not (short.facts.refused or self.words.common[short.words[0]]):
                        yield short, form

    def _in_capitals(self, by_text: Mapping[str, Form]) -> Iterator[tuple[Form, Form]]:
        """Give the words in capitals that the article has in small letters too, with these: PORRIDGE, Porridge."""
        for text, form in by_text.items():
            if text.isupper() and (small := by_text.get(text.title())) and len(text) > 3:
                yield form, small

    def _judge(self, reading: Reading) -> None:
        for form in reading.by_text.values():
            if not form.settled:
                if not form.is_refused:
                    form.verdict = self.weights.verdicts[form.heard(form.around, False, reading.genre)]
                form.settled = True

    def _doubt_surnames(self, several: Sequence[Form], by_text: Mapping[str, Form]) -> None:
        """Doubt the surnames of the article's persons: Lebrun after Alexandre Lebrun, Duan after Duan Tao."""
        persons = self._person | self._person_shape
        for form in several:
            if (
                form.inside & persons or form.around & self._person_around
            ) and not form.inside & self._listed:
                surname = form.words[-1]
                if form.inside & self._person_shape:
                    surname = form.words[0]
                elif not form.inside & self._person and (
                    len(form.words) > 3
                    or form.inside & self._any_org
                    or any(self.words.common[word] for word in form.words)
                ):
                    continue
                given = form.words[0]
                if (
                    not form.inside & self._person
                    or form.inside & self._any_product
                    or given in self.words.popular
                ):
                    given = surname
                for name in {given, surname} & by_text.keys():
                    by_text[name].inside |= self._surname

    def _beginnings(self, by_text: Mapping[str, Form]) -> Iterator[tuple[Form, Form]]:
        """Give the forms that begin longer ones, with these."""
        by_first: dict[str, list[Form]] = {}
        for form in by_text.values():
            first = form.words[0]
            if first in by_first:
                by_first[first].append(form)
            else:
                by_first[first] = [form]
        for form in by_text.values():
            alike = by_first[form.words[0]]
            if len(form.words) == 1:
                bare = by_text.get(form.text.partition("-")[0]) if "-" in form.text else None
                if bare is not None and not bare.facts.refused:
                    yield bare, form  # Hesper, beside Hesper-7B
                maker = _CAMEL.match(form.text) if form.inside & self._caps_inside else None
                for other in by_first.get(maker[1], ()) if maker else ():
                    yield other, form  # OmadaSpark, beside Omada; SahhaBone, beside Sahha Vision
            elif len(alike) > 1:
                for short in sorted(alike, key=lambda other: len(other.words)):
                    if not short.facts.refused and _begins(short, form):
                        yield short, form

    def _relate_beginning(self, short: Form, full: Form) -> None:
        """Relate a full name to the short form that begins it, or a product to its maker."""
        words = self.words
        rest = full.words[len(short.words) :]
        if full.verdict.value >= CERTAIN:
            if full.verdict.label == "ORG" and not full.inside & self._person:
                short.relate(self._short["ORG"])
                if all(word in words.org_heads for word in rest):
                    short.same_as = full.text
            elif full.verdict.label == "PRODUCT" and (
                short.verdict.label == "PRODUCT"
                or self._is_edition(short, rest)
                or not (short.around & self._any_org or set(rest) - self._sectors)
            ):
                short.relate(self._short["PRODUCT"])
                if all(word in words.product_heads or words.common[word] for word in rest):
                    short.same_as = full.text
        if short.verdict.value < CERTAIN:
            return
        if words.place_kind(rest[-1]):
            full.relate(self._branch)
        elif short.verdict.label == "PRODUCT":
            if not full.inside & self._refused_head:
                full.relate(self._family)
        elif not (len(rest) == 1 and rest[0] in self._company_tails) and (
            not full.inside & self._given
            or (not full.inside & self._heads and full.around & self._noun_after)
        ):
            full.relate(self._maker_first)

    def _relate_coined(self, short: Form, full: Form) -> None:
        """Relate a word to the one it begins with: OmadaSpark beside Omada, its maker; Hesper-7B beside Hesper."""
        certain = short.verdict.value >= CERTAIN
        if "-" not in full.text:
            if certain and short.verdict.label == "ORG":
                full.relate(self._maker_first)
        elif full.verdict.label == "PRODUCT" and full.verdict.value >= CERTAIN:
            short.relate(self._short["PRODUCT"])
            short.same_as = full.text
        elif certain and short.verdict.label == "PRODUCT":
            full.relate(self._family)

    def _is_edition(self, short: Form, rest: tuple[str, ...]) -> bool:
        """Say whether a longer name is an edition of a product that works by itself: Sightline, Sightline CXR."""
        editions = all(self.words.product_heads.get(word) == "edition" for word in rest)
        return editions and short.around & self._any_product != 0

    def _endings(self, several: Sequence[Form], by_text: Mapping[str, Form]) -> Iterator[tuple[Form, Form]]:
        """Give the last words of longer forms that stand alone too, with these: MedSeek, Zhiyu MedSeek."""
        for form in several:
            last = by_text.get(form.words[-1])
            if last is not None and not last.facts.place and last.text not in self.words.org_heads:
                yield last, form

    def _relate_ending(self, short: Form, full: Form) -> None:
        if full.verdict.label == "PRODUCT" and full.verdict.value >= CERTAIN:
            short.relate(self._short["PRODUCT"])
            short.same_as = full.text


def _begins(short: Form, full: Form) -> bool:
    size = len(short.words)
    return size < len(full.words) and short.words == full.words[:size] and full.text.startswith(short.text)
