"""Copies of an article are not read twice: what was found in the one is told of the other, under ids of its own.

One wire story comes in forty syndicated copies. Extraction is a pure function of text and stated metadata, so the extraction of a
copy is that of its original; a bounded number of recent ones is kept.
"""

from collections import OrderedDict

from msgspec.structs import replace

from medai_extract.dedupe import make_article_id
from medai_extract.model import Article, Extraction
from medai_extract.pipeline import Pipeline, make_mention_id
from medai_extract.relate import make_relation_id

RECENT = 256
"""Extractions kept; copies of a story come close together, in the order of their sources."""


class CopyAware:
    """A pipeline that remembers its recent extractions."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self._recent: OrderedDict[Article, Extraction] = OrderedDict()

    def extract(self, article: Article) -> Extraction:
        """Extract from an article, or tell what was found in an equal one."""
        content = replace(article, id=None, duplicate_of=None, source="", source_id=None)
        original = self._recent.get(content)
        if original is not None:
            self._recent.move_to_end(content)
            return tell_of_copy(original, article)
        extraction = self.pipeline.extract(article)
        self._recent[content] = extraction
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        return extraction


def tell_of_copy(original: Extraction, article: Article) -> Extraction:
    """Give the extraction of a copy: the same finds in an article of another id and source."""
    document_id = article.id or make_article_id(article.text)
    document = replace(
        original.document,
        id=document_id,
        source=article.source,
        source_id=article.source_id,
        duplicate_of=article.duplicate_of,
    )
    mentions = tuple(
        replace(
            mention,
            id=make_mention_id(document_id, mention.label, mention.start, mention.end),
            article_id=document_id,
        )
        for mention in original.mentions
    )
    new_id = {old.id: new.id for old, new in zip(original.mentions, mentions, strict=True)}
    relations = tuple(
        replace(
            relation,
            id=make_relation_id(
                document_id, relation.type, relation.subject_id or None, relation.object_id, relation.money
            ),
            article_id=document_id,
            evidence=tuple(new_id[mention_id] for mention_id in relation.evidence),
        )
        for relation in original.relations
    )
    return replace(original, document=document, mentions=mentions, relations=relations)
