"""Statements between entities: who develops what, as far as the lists or a sentence say so."""

import hashlib
from collections.abc import Mapping, Sequence

from medai_extract.model import Mention, Relation


def relate_makers(mentions: Sequence[Mention], makers: Mapping[str, str]) -> list[Relation]:
    """Give a ``developed_by`` relation for every product of an article whose maker the name lists know.

    Args:
        mentions: the mentions of one article.
        makers: product id to maker id.
    """
    by_product: dict[str, list[Mention]] = {}
    by_maker: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.entity_id is not None:
            (by_product if mention.label == "PRODUCT" else by_maker).setdefault(mention.entity_id, []).append(
                mention
            )
    relations = []
    for product, found in by_product.items():
        maker = makers.get(product)
        if maker is None:
            continue
        first = found[0]
        witness = next(
            (mention for mention in by_maker.get(maker, ()) if mention.sentence == first.sentence), None
        )
        relations.append(
            Relation(
                id=make_relation_id(first.article_id, "developed_by", product, maker),
                article_id=first.article_id,
                type="developed_by",
                subject_id=product,
                object_id=maker,
                date=None,
                money=None,
                evidence=(first.id, witness.id) if witness is not None else (first.id,),
                sentence=first.sentence,
                rule_id="relate.list_maker",
            )
        )
    return relations


def make_relation_id(*parts: str) -> str:
    """Give the id of a relation from what identifies it."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
