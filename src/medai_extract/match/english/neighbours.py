"""What two names say of each other that stand side by side: an owner, a maker, an author, an employer, an alias."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from medai_extract.match.english.acronyms import is_acronym_of
from medai_extract.match.english.context import Reading
from medai_extract.match.english.forms import Form
from medai_extract.match.english.gaps import Gap
from medai_extract.match.english.weights import CERTAIN, Weights
from medai_extract.match.english.words import EnglishWords
from medai_extract.model import Label


class NeighbourReader:
    """The reader of neighbours."""

    def __init__(self, words: EnglishWords, weights: Weights) -> None:
        self.words = words
        # What a firm does with a thing that it was called the maker of: Zepbound, which Lilly sells.
        self._sells = re.compile(
            rf" (?:{words.marks.spell('selling_adverb')} )?(?:{'|'.join(sorted(words.selling))})\b"
        )
        mask = weights.mask
        self._dealt_with = mask("org.led_by", "org.deal_with")
        self._caps_inside = mask("caps_inside")
        self._parties = mask("org.led_by", "org.deal_with", "org.role_of", "org.at")
        self._dealt, self._any_product = mask("org.deal_with"), weights.begun("product.")
        self._person = mask("not.person", "not.person_rare", "not.person_shape")
        self._refused_head = mask("not.refused_head")
        self._named, self._refused = mask("not.person"), mask("not.refused")
        self._possessor, self._maker = mask("org.possessor"), mask("org.maker")
        self._role_of, self._of_place = mask("org.role_of"), mask("org.of_place")
        self._possessed, self._from = mask("product.possessed"), mask("product.from")
        self._with, self._sold, self._in_brackets = (
            mask("product.with"),
            mask("product.sold"),
            mask("product.maker_in_brackets"),
        )
        self._unit = mask("org.noun_after", "org.staff")
        self._alias: Mapping[Label | None, int] = {
            "ORG": mask("org.alias"), "PRODUCT": mask("product.alias"), None: mask("alias"),
        }  # fmt: skip
        self._relate: Mapping[str, Callable[[Form, Form], None]] = {
            "owner": self._relate_possession,
            "maker": self._relate_maker,
            "author": self._relate_author,
            "employer": self._relate_employer,
            "alias": self._relate_alias,
            "companion": self._relate_companion,
            "seller": self._relate_seller,
        }

    def find(
        self, reading: Reading, gaps: Sequence[Gap]
    ) -> Iterator[tuple[Callable[[Form, Form], None], Form, Form]]:
        """Give the pairs of neighbours, each with what relates it."""
        for gap in gaps:
            if gap.kind == "list":
                continue
            left, right = gap.right - 1, gap.right
            if gap.kind == "owner" and reading.contexts[right].after & self._unit:
                continue  # RadNet, whose DeepHealth arm …
            if gap.kind == "seller" and not self._sells.match(reading.text, reading.runs[right].end):
                continue
            if gap.kind == "companion" and reading.contexts[left].before & self._dealt_with:
                continue  # money from Thrive Capital, with GV
            relate = self._relate[gap.kind]
            if (
                gap.kind == "owner"
                and reading.contexts[left].before & self._parties
                and not reading.contexts[right].after & self._any_product
            ):
                relate = self._relate_unit
            yield relate, reading.forms[left], reading.forms[right]

    def _relate_employer(self, person: Form, firm: Form) -> None:
        if person.inside & self._person:
            if not firm.facts.refused:
                firm.relate(self._role_of)
        elif _is_firm(firm) and self._is_coined(person):
            person.relate(self._from)  # PleuraSight of Vantaa Oy

    def _relate_maker(self, product: Form, maker: Form) -> None:
        if product is not maker and not maker.facts.place:
            maker.relate(self._maker)
            if product.words == maker.words[: len(product.words)]:
                product.relate(self._sold)  # Lucida from Lucida Medical

    def _relate_author(self, product: Form, maker: Form) -> None:
        """``DERM by Skin Analytics``: what a firm has made."""
        likely = maker.verdict.label == "ORG" and maker.verdict.value > 0
        if likely and not (maker.facts.place or maker.inside & self._person):
            product.relate(self._from)
            self._relate_maker(product, maker)

    def _relate_companion(self, firm: Form, product: Form) -> None:
        """``Assort Health with Synthesize``."""
        if _is_firm(firm) and not firm.inside & self._person:
            product.relate(self._with)

    def _relate_seller(self, product: Form, seller: Form) -> None:
        """``Zepbound, which Lilly sells``."""
        product.relate(self._sold)
        self._relate_maker(product, seller)

    def _relate_possession(self, owner: Form, owned: Form) -> None:
        if owner.facts.place:
            owned.relate(self._of_place)
        elif not owner.facts.term:
            is_product = owner.verdict.label == "PRODUCT" and owner.verdict.value >= CERTAIN
            if not (is_product or owner.inside & self._person or owned.inside & self._named):
                owned.relate(self._possessed)
            owner.relate(self._possessor)

    def _is_made(self, product: Form, maker: Form) -> bool:
        """Say whether a name with a capital inside stands before the brackets of an unknown one: MammoScreen (Therapixel)."""
        return (
            self._is_coined(product)
            and not (maker.facts.place or maker.facts.common)
            and maker.verdict.label == "ORG"
            and not maker.text.isupper()
        )

    def _is_coined(self, form: Form) -> bool:
        """Say whether a form that may be either has a capital inside."""
        return form.verdict.margin < CERTAIN and form.inside & self._caps_inside > 0

    def _relate_unit(self, owner: Form, owned: Form) -> None:
        """Let what stands before an owner speak of what it owns: a contract with Cigna's Evernorth."""
        if owner.facts.place or owner.inside & self._person:
            self._relate_possession(owner, owned)
        else:
            owned.relate(self._dealt)
            owner.relate(self._possessor)

    def _relate_alias(self, full: Form, short: Form) -> None:
        """``Full Name (ABBR)``: both are of one kind, and the letters name the same thing."""
        if len(full.words) == 1 or not is_acronym_of(short.text, full.words):
            if (_is_firm(short) or self._is_made(full, short)) and not (
                full.inside & self._person or short.text in self.words.exchanges
            ):
                full.relate(self._in_brackets)  # Transpara (ScreenPoint Medical)
            return
        certain = next((form.verdict.label for form in (full, short) if form.verdict.value >= CERTAIN), None)
        if certain is None and (short.facts.term or full.facts.common):
            return
        full.relate(self._alias[certain])
        short.relate(self._alias[certain])
        short.inside &= ~self._refused
        if certain == "ORG":
            full.inside &= ~self._refused_head  # the Collegiate Pension Scheme (CPS)
        short.settled = False
        short.same_as = full.text


def _is_firm(form: Form) -> bool:
    """Say whether a form is certainly an organisation."""
    return form.verdict.label == "ORG" and form.verdict.value >= CERTAIN and not form.facts.place
