"""Mentions to relations: who develops, buys, backs or approves what, as a sentence or the name lists say.

A sentence is read with its mentions replaced by one sign each, so that the rules of ``patterns/relate`` speak of roles and not of
names. Every relation keeps the mentions that carry it.
"""

import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from medai_extract.model import DateValue, Document, Mention, MoneyValue, Relation
from medai_extract.patterns import Patterns, Rule
from medai_extract.segment import SegmentedText

SIGNS = {"ORG": "Ⓞ", "PRODUCT": "Ⓟ", "MONEY": "Ⓜ", "DATE": "Ⓓ"}
_SIGN = re.compile("[ⓄⓅⓂⒹ]")
_ROLE = re.compile(r"\(\?P<(\w+)>([ⓄⓅⓂⒹ])\)")
# What joins the members of a list; the conjunction may follow a comma (A, B, and C).
_JOINT = re.compile(r"\s*(?:[、，,/／]|,?\s*(?:and|&|as well as)\s|和|与|與|及|以及|并)\s*(?:the\s)?", re.I)


class Masked(msgspec.Struct, frozen=True):
    """A sentence with signs for mentions: ``positions[i]`` is where ``groups[i]`` stands."""

    text: str
    positions: list[int]
    groups: list[tuple[Mention, ...]]

    def at(self, position: int) -> tuple[Mention, ...]:
        """Give the mentions of the sign at ``position``."""
        return self.groups[bisect_left(self.positions, position)]


def mask_sentence(text: str, start: int, mentions: Sequence[Mention]) -> Masked:
    """Replace the mentions of a sentence by signs; organisations joined as a list share one.

    Args:
        text: the sentence.
        start: its offset in the article.
        mentions: its mentions, in order.
    """
    pieces: list[str] = []
    positions: list[int] = []
    groups: list[tuple[Mention, ...]] = []
    at = length = 0
    for mention in mentions:
        between = text[at : mention.start - start]
        joined = groups and mention.label == "ORG" == groups[-1][-1].label and _JOINT.fullmatch(between)
        at = mention.end - start
        if joined:
            groups[-1] = (*groups[-1], mention)
            continue
        between = _SIGN.sub("?", between)
        pieces += (between, SIGNS[mention.label])
        length += len(between)
        positions.append(length)
        groups.append((mention,))
        length += 1
    pieces.append(_SIGN.sub("?", text[at:]))
    return Masked("".join(pieces), positions, groups)


class Relator:
    """The relation rules and the makers that the name lists know."""

    def __init__(self, patterns: Patterns) -> None:
        self._rules = [(rule, _needed_signs(rule)) for rule in patterns.rules.get("relate", ())]
        self._organisations = {row.entity_id for row in patterns.names if row.label == "ORG"}
        self._makers = {row.entity_id: row.maker_id for row in patterns.names if row.maker_id is not None}

    def relate(
        self, document: Document, segmented: SegmentedText, mentions: Sequence[Mention]
    ) -> list[Relation]:
        """Give the relations of an article, each statement once, with the first sentence that makes it."""
        found: dict[str, Relation] = {}
        for relation in (
            *self._relate_sentences(document, segmented, mentions),
            *self._relate_by_name(document, mentions),
            *self._relate_by_lists(document, mentions),
        ):
            found.setdefault(relation.id, relation)
        return list(found.values())

    def _relate_sentences(
        self, document: Document, segmented: SegmentedText, mentions: Sequence[Mention]
    ) -> Iterator[Relation]:
        for sentence_index, of_sentence in _by_sentence(segmented, mentions).items():
            labels = [mention.label for mention in of_sentence]
            if len(labels) < 2 or not {"ORG", "PRODUCT"} & set(labels):
                continue
            sentence = segmented.sentences[sentence_index]
            masked = mask_sentence(segmented.text[sentence.start : sentence.end], sentence.start, of_sentence)
            lang = segmented.lang_at(sentence.start)
            signs = Counter(SIGNS[group[0].label] for group in masked.groups)
            for rule, needed in self._rules:
                if rule.lang in (lang, "any") and needed <= signs:
                    for match in rule.regex.finditer(masked.text):
                        yield from _fill(document, masked, match, rule)

    def _relate_by_name(self, document: Document, mentions: Sequence[Mention]) -> Iterator[Relation]:
        """Give a product whose name begins with an organisation's to that maker (WiseDiag-Z1 to WiseDiag).

        The name may stand there for the organisation's product of the same name, as DeepSeek does for DeepSeek-R1.
        """
        makers = [
            mention
            for mention in mentions
            if mention.label == "ORG" or mention.entity_id in self._organisations
        ]
        brands = {mention.text.casefold(): mention for mention in reversed(makers)}
        for product in mentions:
            if product.label != "PRODUCT" or product.entity_id is None or product.entity_id in self._makers:
                continue
            name = product.text.casefold()
            brand = next(
                (brands[key] for key in sorted(brands, key=len, reverse=True) if _begins(name, key)), None
            )
            if brand is not None:
                yield _make(document, "developed_by", (product,), (brand,), "relate.name")

    def _relate_by_lists(self, document: Document, mentions: Sequence[Mention]) -> Iterator[Relation]:
        for mention in mentions:
            maker = self._makers.get(mention.entity_id or "")
            if maker is None:
                continue
            witness = next(
                (other for other in mentions if other.entity_id == maker and other.id != mention.id), None
            )
            evidence = (
                (mention,) if witness is None or witness.sentence != mention.sentence else (mention, witness)
            )
            yield _make(document, "developed_by", (mention,), evidence[1:], "relate.list", object_id=maker)


def _needed_signs(rule: Rule) -> Counter[str]:
    """Give the signs without which a rule cannot match: those of its groups, alternatives (``object2``) left out."""
    return Counter(sign for name, sign in _ROLE.findall(rule.pattern) if not name.endswith("2"))


def _by_sentence(segmented: SegmentedText, mentions: Sequence[Mention]) -> dict[int, list[Mention]]:
    by_sentence: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_sentence.setdefault(segmented.sentence_index(mention.start), []).append(mention)
    return by_sentence


def _begins(name: str, brand: str) -> bool:
    return (
        len(name) > len(brand) >= 2
        and name.startswith(brand)
        and not name[len(brand)].isalpha() | brand[-1].isdigit()
    )


def _fill(document: Document, masked: Masked, match: re.Match[str], rule: Rule) -> Iterator[Relation]:
    roles = {
        name.rstrip("2"): masked.at(match.start(name)) for name in match.groupdict() if match.start(name) >= 0
    }
    money = roles.get("money", ())
    # The one date of a sentence is when what it says happened; of several nobody can tell.
    dates = [group[0].value for group in masked.groups if group[0].label == "DATE"]
    date = dates[0] if len(dates) == 1 and isinstance(dates[0], DateValue) else None
    for subject in roles["subject"]:
        for other in roles.get("object", (None,)):
            if other is None or other.entity_id != subject.entity_id:
                yield _make(
                    document,
                    rule.kind or "",
                    (subject,),
                    () if other is None else (other,),
                    rule.id,
                    money=money,
                    date=date,
                )


def _make(
    document: Document,
    kind: str,
    subjects: tuple[Mention],
    objects: Sequence[Mention],
    rule_id: str,
    *,
    object_id: str | None = None,
    money: Sequence[Mention] = (),
    date: DateValue | None = None,
) -> Relation:
    subject = subjects[0]
    target = object_id or (objects[0].entity_id if objects else None)
    amount = money[0].value if money else None
    evidence = (subject, *objects, *money)
    return Relation(
        id=make_relation_id(document.id, kind, subject.entity_id, target, amount),
        article_id=document.id,
        type=kind,
        subject_id=subject.entity_id or "",
        object_id=target,
        date=date,
        money=amount if isinstance(amount, MoneyValue) else None,
        evidence=tuple(mention.id for mention in evidence),
        sentence=subject.sentence,
        rule_id=rule_id,
    )


def make_relation_id(
    document_id: str, kind: str, subject: str | None, target: str | None, money: object
) -> str:
    """Give the id of a statement: the same parts in the same article are the same statement."""
    parts = (document_id, kind, subject or "", target or "", repr(money) if money is not None else "")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
