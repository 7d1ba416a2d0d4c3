"""Mentions to relations: who develops, buys, backs or approves what, as a sentence or the name lists say.

A sentence is read with its mentions replaced by one sign each, so that the rules of ``patterns/relate`` speak of roles and not of
names. Every relation keeps the mentions that carry it.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import le

import msgspec
from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

from medai_extract.clean.literals import find_literals
from medai_extract.model import DateValue, Document, Mention, MoneyValue, Relation, Span, Value
from medai_extract.patterns import Patterns, Rule
from medai_extract.relate.mask import SIGN, SIGNS, Masked, mask_sentence
from medai_extract.segment import SegmentedText

_ANY_CASE = re.compile(r"\(\?[a-z]*i")
_ROLE = re.compile(r"\(\?P<(\w+)>([ⓄⓅⓂⒹ])\)")


class Statement(msgspec.Struct, frozen=True):
    """What a rule or a list says: a relation that has no id yet. ``target`` is the entity of the object."""

    kind: str
    subject: Mention
    target: str | None
    evidence: tuple[Mention, ...]
    rule_id: str
    money: Value | None = None
    date: DateValue | None = None


class Relator:
    """The relation rules and the makers that the name lists know.

    A sentence is asked first which rules its mentions fit and whose words it holds; sets of rules are ``int``s
    with a bit for each.
    """

    def __init__(self, patterns: Patterns) -> None:
        self._rules = patterns.rules.get("relate", ())
        self._needs = [_needed_labels(rule) for rule in self._rules]
        self._fitting = lru_cache(256)(self._find_fitting)
        literals = [_find_words(rule) for rule in self._rules]
        words = sorted(frozenset().union(*literals))
        self._holding = [_as_bits([word in of_rule for of_rule in literals]) for word in words]
        self._wordless = _as_bits([not of_rule for of_rule in literals])
        self._words = CharwiseDoubleArrayAhoCorasick(words, MATCH_KIND_STANDARD) if words else None
        self._organisations = {row.entity_id for row in patterns.names if row.label == "ORG"}
        self._makers = {row.entity_id: row.maker_id for row in patterns.names if row.maker_id is not None}

    def relate(
        self, document: Document, segmented: SegmentedText, mentions: Sequence[Mention]
    ) -> list[Relation]:
        """Give the relations of an article, each statement once, with the first sentence that makes it."""
        found: dict[tuple[str, str | None, str | None, Value | None], Relation] = {}
        for statement in (
            *self._relate_sentences(segmented, mentions),
            *self._relate_by_name(mentions),
            *self._relate_by_lists(mentions),
        ):
            key = statement.kind, statement.subject.entity_id, statement.target, statement.money
            if key not in found:
                found[key] = _make(document.id, statement)
        return list(found.values())

    def _relate_sentences(self, segmented: SegmentedText, mentions: Sequence[Mention]) -> Iterator[Statement]:
        text = segmented.text
        raiser: Mention | None = None
        if any(sign in text for sign in SIGNS.values()):
            text = SIGN.sub("?", text)
        for (start, end), of_sentence in _by_sentence(segmented, mentions):
            if len(of_sentence) > 1 or raiser is not None:
                labels: list[str] = [mention.label for mention in of_sentence]
                fitting = self._fitting(segmented.lang_at(start), *map(labels.count, SIGNS))
                fitting = fitting and fitting & self._heard(text[start:end])
                if fitting:
                    masked = mask_sentence(text[start:end], start, of_sentence)
                    while fitting:
                        lowest = fitting & -fitting
                        fitting ^= lowest
                        rule = self._rules[lowest.bit_length() - 1]
                        for match in rule.regex.finditer(masked.text):
                            for statement in _fill(masked, match, rule, raiser):
                                if statement.kind == "raised":
                                    raiser = statement.subject
                                yield statement

    def _find_fitting(self, lang: str, *counts: int) -> int:
        """Give the rules for a sentence in a language with so many mentions of each label."""
        return _as_bits(
            [
                rule.lang in (lang, "any") and all(map(le, needs, counts))
                for rule, needs in zip(self._rules, self._needs, strict=True)
            ]
        )

    def _heard(self, sentence: str) -> int:
        """Give the rules that need no certain word or find one of theirs."""
        heard = self._wordless
        if self._words is not None:
            for _, _, word in self._words.find_overlapping(sentence):
                heard |= self._holding[word]
        return heard

    def _relate_by_name(self, mentions: Sequence[Mention]) -> Iterator[Statement]:
        """Give a product whose name begins with an organisation's to that maker (WiseDiag-Z1 to WiseDiag).

        The name may stand there for the organisation's product of the same name, as DeepSeek does for DeepSeek-R1.
        """
        products = [
            mention
            for mention in mentions
            if mention.label == "PRODUCT"
            and mention.entity_id is not None
            and mention.entity_id not in self._makers
        ]
        if not products:
            return
        brands: dict[str, Mention] = {}
        for mention in mentions:
            if mention.label == "ORG" or mention.entity_id in self._organisations:
                brands.setdefault(mention.text.casefold(), mention)
        longest_first = sorted(brands, key=len, reverse=True)
        for product in products:
            name = product.text.casefold()
            brand = next(
                (brands[key] for key in longest_first if name.startswith(key) and _begins(name, key)), None
            )
            if brand is not None:
                yield Statement("developed_by", product, brand.entity_id, (product, brand), "relate.name")

    def _relate_by_lists(self, mentions: Sequence[Mention]) -> Iterator[Statement]:
        """Give products of the lists to their makers; a mention of the maker in the same sentence is a witness."""
        made = [mention for mention in mentions if mention.entity_id in self._makers]
        first = {mention.entity_id: mention for mention in reversed(mentions)} if made else {}
        for mention in made:
            maker = self._makers[mention.entity_id or ""]
            witness = first.get(maker)
            evidence: tuple[Mention, ...] = (mention,)
            if witness is not None and witness.id != mention.id and witness.sentence == mention.sentence:
                evidence = (mention, witness)
            yield Statement("developed_by", mention, maker, evidence, "relate.list")


def _as_bits(tests: Sequence[bool]) -> int:
    """Give the set of the numbers of those that are true.

    >>> bin(_as_bits([False, True, True]))
    '0b110'
    """
    return sum(1 << index for index, holds in enumerate(tests) if holds)


def _find_words(rule: Rule) -> frozenset[str]:
    """Give words of which a sentence must hold one for a rule to match; none for a rule that minds no case."""
    return frozenset() if _ANY_CASE.search(rule.pattern) else find_literals(SIGN.sub(".", rule.pattern))


def _needed_labels(rule: Rule) -> list[int]:
    """Give how many mentions of each label a rule needs: those of its groups, alternatives (``object2``) left out."""
    signs = [sign for name, sign in _ROLE.findall(rule.pattern) if not name.endswith("2")]
    return [signs.count(sign) for sign in SIGNS.values()]


def _by_sentence(
    segmented: SegmentedText, mentions: Sequence[Mention]
) -> Iterator[tuple[Span, list[Mention]]]:
    """Give the sentences that hold mentions, with these."""
    of_sentence: list[Mention] = []
    sentences = iter(segmented.sentences)
    sentence = Span(0, 0)
    for mention in mentions:
        if mention.start >= sentence.end:
            if of_sentence:
                yield sentence, of_sentence
                of_sentence = []
            while mention.start >= sentence.end:
                sentence = next(sentences)
        of_sentence.append(mention)
    if of_sentence:
        yield sentence, of_sentence


def _begins(name: str, brand: str) -> bool:
    return len(name) > len(brand) >= 2 and not name[len(brand)].isalpha() | brand[-1].isdigit()


def _fill(masked: Masked, match: re.Match[str], rule: Rule, raiser: Mention | None) -> Iterator[Statement]:
    """Give what a match says; investors of a round that names no firm are those of ``raiser``, who spoke before."""
    roles = {
        name.rstrip("2"): masked.at(match.start(name)) for name in match.groupdict() if match.start(name) >= 0
    }
    money = roles.get("money", ())[:1]
    # The one date of a sentence is when what it says happened; of several nobody can tell.
    dates = [group[0].value for group in masked.groups if group[0].label == "DATE"]
    date = dates[0] if len(dates) == 1 and isinstance(dates[0], DateValue) else None
    amount = money[0].value if money else None
    if rule.kind == "invested_in" and "object" not in roles:
        if raiser is None:
            return
        roles["object"] = (raiser,)
    for subject in roles["subject"]:
        for other in roles.get("object", (None,)):
            if other is None:
                yield Statement(rule.kind or "", subject, None, (subject, *money), rule.id, amount, date)
            elif other.entity_id != subject.entity_id:
                evidence = (subject, other, *money)
                yield Statement(rule.kind or "", subject, other.entity_id, evidence, rule.id, amount, date)


def _make(article_id: str, statement: Statement) -> Relation:
    subject, money = statement.subject, statement.money
    return Relation(
        id=make_relation_id(article_id, statement.kind, subject.entity_id, statement.target, money),
        article_id=article_id,
        type=statement.kind,
        subject_id=subject.entity_id or "",
        object_id=statement.target,
        date=statement.date,
        money=money if isinstance(money, MoneyValue) else None,
        evidence=tuple([mention.id for mention in statement.evidence]),
        sentence=subject.sentence,
        rule_id=statement.rule_id,
    )


def make_relation_id(
    document_id: str, kind: str, subject: str | None, target: str | None, money: object
) -> str:
    """Give the id of a statement: the same parts in the same article are the same statement."""
    parts = (document_id, kind, subject or "", target or "", repr(money) if money is not None else "")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
