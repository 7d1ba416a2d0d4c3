"""The weights of evidence: what all that is known of a name says for an organisation and for a product.

The weights stand in ``patterns/words/en_evidence.csv``. Evidence named ``org.*`` speaks for an organisation,
``product.*`` for a product, ``not.*`` against both, and any other name for both. A set of evidence is an ``int``
with a bit for every name: sets are joined, compared and looked up at every name of an article.
"""

from collections.abc import Iterator

from medai_extract.errors import PatternError
from medai_extract.match.english.memory import Memory
from medai_extract.match.english.verdicts import Heard, Piece, Sum, Verdict
from medai_extract.patterns import Patterns

CERTAIN = 1.2
"""The sum of evidence from which a form may speak for others (a score of 0.77)."""
ELSEWHERE = 0.7
"""What the words around one mention are worth for the other mentions of the form."""
WITHOUT_GENRE = 0.4
"""What the words around a mention are worth in an article about other things: people announce too."""
_THINGS = (
    "product.noun_before",
    "product.is_a",
    "product.called",
    "product.version",
    "product.drug",
    "product.list",
)
_FIRMS = (
    "org.noun_before", "org.is_a", "org.called", "org.firm_intro", "org.legal", "org.institution", "org.finance",
    "org.sector", "org.raised", "org.list", "org.code", "org.based", "org.role_of", "org.and",
)  # fmt: skip
_ACTING = ("org.said", "org.acts", "org.said_it")
"""What a text calls a thing, and no firm, acts as a figure of speech: Sky gave the number of the crisis line."""
_DEALING = ("org.led_by", "org.acts")
"""What is no firm's where an apposition says that it is a thing: proposed by Zelvora, a system for wards."""
_AGENT = (
    "org.said",
    "org.said_it",
    "org.acts",
    "org.raised",
    "org.possessive",
    "org.owned_by",
    "org.firm_intro",
    "does",
)
"""What only a name does that has no article: Slingshot withdrew, which no slingshot does."""
_PERSONAL = (
    "org.said", "org.said_it", "org.acts", "org.possessive", "org.owned_by", "org.possessor", "org.staff", "org.deal_with",
    "product.launched", "product.works",
)  # fmt: skip
"""What is said of persons as well, and so says nothing of a form that looks like one."""


_HEADED = ("org.legal", "org.institution", "org.finance", "org.and")
"""What no person has, whatever is said of one beside it."""


class Weights:
    """The table of evidence; ``verdicts`` are what it says of all that is known of a mention."""

    def __init__(self, patterns: Patterns) -> None:
        self._path = patterns.root / "words" / "en_evidence.csv"
        self._weights = {name: float(weight) for name, weight in patterns.table("words.en_evidence").items()}
        self._bits = {name: 1 << at for at, name in enumerate(self._weights)}
        self._names = {bit: name for name, bit in self._bits.items()}
        self._person = self.mask("not.person", "not.person_rare", "not.person_shape")
        self._role, self._own = self.mask("not.person_role"), self.mask("own")
        self._personal = self.mask(*_PERSONAL)
        self._in_place, self._in_product = self.mask("not.in_place"), self.mask("product.in")
        self._proper_word, self._machine_shaped = (
            self.mask("proper_word"),
            self.mask("caps_inside", "product.default", "product.version", "product.code"),
        )
        self._apposed, self._not_common = (
            self.mask("org.is_a", "product.is_a", "org.source"),
            self.mask(
                "not.common", "not.common_once", "not.common_count", "not.person_shape", "not.person_rare"
            ),
        )
        self._introduced, self._given = (
            self.mask("product.noun_before", "product.called", "product.is_a", "org.is_a"),
            self.mask("not.given", "not.person_shape", "not.person_rare"),
        )
        self._listed_with = frozenset((self.mask("org.listed_with"), self.mask("product.listed_with")))
        self._of_common = self.mask("not.common_count", "not.generic")
        self._of_firm, self._refused_head = (
            self.mask("org.is_a", "org.raised", "org.code"),
            self.mask("not.refused_head"),
        )
        self._acts, self._street_head = (
            self.mask(*_AGENT, "org.led_by", "org.is_a", "product.is_a"),
            self.mask("not.street_head"),
        )
        self._headed, self._role_alone = self.mask(*_HEADED), self.mask("not.person_role")
        self._plural, self._singular = self.mask("not.common_plural"), self.mask("singular")
        self._first = self.mask("proper_first")
        self._count, self._agent = self.mask("not.common_count"), self.mask(*_AGENT)
        self._bias, self._genre, self._quoted = (
            self.mask(name) for name in ("bias", "genre", "product.quoted")
        )
        self._things, self._firms, self._acting = self.mask(*_THINGS), self.mask(*_FIRMS), self.mask(*_ACTING)
        self._is_thing, self._dealing = self.mask("product.is_a"), self.mask(*_DEALING)
        self._absolute = self.begun("not.") | self._in_product
        self._shares, self._sums = Memory(self._share), Memory(self._sum)
        self._prior = self._sum((self.mask("org.prior", "product.prior"), 1.0))
        self.verdicts = Memory(self._weigh)

    def mask(self, *names: str) -> int:
        """Give the set of the evidence of these names.

        Raises:
            PatternError: the table lacks one.
        """
        found = 0
        try:
            for name in names:
                found |= self._bits[name]
            return found
        except KeyError as error:
            raise PatternError(self._path, "", f"lacks {error}; add a row with its weight") from None

    def begun(self, prefix: str) -> int:
        """Give the set of all evidence whose name begins so."""
        return self.mask(*(name for name in self._bits if name.startswith(prefix)))

    def _weigh(self, heard: Heard) -> Verdict:
        """Sum what is known of a mention: the words beside it count in full, those beside others less."""
        inside, around, here, quoted, genre, related = heard
        beside = around | here
        if beside or quoted:
            inside = self._take_back(inside, beside, quoted)
        if inside & self._of_common and any(bit in self._listed_with for bit, _ in related):
            inside &= ~self._of_common
        sums = self._sums
        told = [sums[inside | self._bias, 1.0], sums[self._genre, genre]]
        told += [sums[bit, share] for bit, share in related if not bit & around]
        org, product = self._prior.org, self._prior.product
        for told_sum in told:
            org += told_sum.org
            product += told_sum.product
        known = inside | around | here
        if known & self._things and not known & self._firms:
            unlikely = self._acting | self._dealing if known & self._is_thing else self._acting
            here, around = here & ~unlikely, around & ~unlikely
        trust = WITHOUT_GENRE + (1 - WITHOUT_GENRE) * genre
        here = here and self._audible(inside, here)
        elsewhere = around and self._audible(inside, around) & ~here
        for beside, share in ((here, 1.0), (elsewhere, ELSEWHERE)):
            if absolute := beside & self._absolute:
                of_absolute = sums[absolute, share]
                told.append(of_absolute)
                org += of_absolute.org
                product += of_absolute.product
            if relative := beside & ~self._absolute:
                of_relative = sums[relative, share]
                told.append(of_relative)
                org += of_relative.org * trust
                product += of_relative.product * trust
        org, product = round(org, 6), round(product, 6)
        margin = abs(org - product)
        return (
            Verdict("ORG", org, margin, tuple(told))
            if org >= product
            else Verdict("PRODUCT", product, margin, tuple(told))
        )

    def _take_back(self, inside: int, beside: int, quoted: bool) -> int:
        """Give the evidence inside a name without what the words beside it know better."""
        if quoted and not inside & self._proper_word:
            inside |= self._quoted
        if beside & self._introduced:
            inside &= ~self._given
        if beside & self._apposed:
            inside &= ~self._not_common
        if beside & self._of_firm:
            inside &= ~self._refused_head
        if beside & self._acts:
            inside &= ~self._street_head
        if beside & self._own:
            inside &= ~self._person
        if beside & self._agent:
            inside &= ~self._count
        if inside & self._plural and beside & self._singular:
            inside = inside & ~self._plural | self._first
        return inside

    def _sum(self, question: tuple[int, float]) -> Sum:
        """Sum a set of evidence, each at the same share of its weight."""
        evidence, share = question
        org = product = 0.0
        pieces: list[Piece] = []
        for bit in bits_of(evidence):
            for_org, for_product, piece = self._shares[bit, share]
            org += for_org
            product += for_product
            if piece is not None:
                pieces.append(piece)
        return Sum(org, product, tuple(pieces))

    def _share(self, question: tuple[int, float]) -> tuple[float, float, Piece | None]:
        """Give what one piece of evidence, at a share of its weight, says for either label, and how it is shown."""
        bit, share = question
        name = self._names[bit]
        weight = self._weights[name] * share
        kind, _, rest = name.partition(".")
        rule = f"{kind}.en.{rest}" if weight > 0 else ""
        # What would be shown as 0.0 explains nothing.
        piece = (-abs(weight), name, f"{name} {weight:+.1f}", rule) if round(weight, 1) else None
        return 0.0 if kind == "product" else weight, 0.0 if kind == "org" else weight, piece

    def _audible(self, inside: int, beside: int) -> int:
        """Give what words beside a form say of it: in means a place, but a product before inner capitals."""
        if inside & self._person or beside & self._role:
            beside &= ~self._personal
        if inside & self._headed:
            beside &= ~self._role_alone  # written by Lattice & Lund
        if beside & self._in_place and inside & self._machine_shaped:
            beside = beside & ~self._in_place | self._in_product
        return beside


def bits_of(evidence: int) -> Iterator[int]:
    """Give the members of a set of evidence.

    >>> list(bits_of(0b1101))
    [1, 4, 8]
    """
    while evidence:
        bit = evidence & -evidence
        yield bit
        evidence ^= bit
