"""What a run keeps of an article: the rows it gives, whoever's copy it is, and the article itself, to be read again.

``make_results`` is the work of a worker: articles in, one block of bytes and an index of it out. Rows are kept encoded, so that
a dataset is put together without decoding them; of equal articles one is kept, and the others are told from it.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from medai_extract.batch.packing import pack
from medai_extract.decisions import Decision, Decisions, Move, Standing, apply_decisions
from medai_extract.memory import peak_memory
from medai_extract.model import Article, Extraction, Rejected
from medai_extract.pipeline import GetPipeline, Pipeline
from medai_extract.records import ArticleRecord, EntityCounts, count_entities, make_article_record


class Job(msgspec.Struct, frozen=True):
    """An article to extract from, with the name its result is kept under, and the decisions of reviewers on it."""

    key: str
    article: Article
    decisions: tuple[Decision, ...] = ()
    moves: tuple[Move, ...] = ()
    standing: tuple[Standing, ...] = ()


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """All that is kept of one article; ``mentions`` and ``relations`` are JSON Lines.

    ``related`` are entities that relations name and no mention does. Where a stage failed on the article, ``rejected`` says how and
    the rows are empty.
    """

    article: Article
    text: bytes
    record: ArticleRecord | None = None
    mentions: bytes = b""
    relations: bytes = b""
    entities: EntityCounts = {}
    labels: dict[str, int] = {}
    rules: dict[str, int] = {}
    relation_rules: dict[str, int] = {}
    related: list[str] = []
    rejected: Rejected | None = None

    def to_article(self) -> Article:
        """Give the article as it was read."""
        return replace(self.article, text=self.text.decode("utf-8", "surrogatepass"))


class Made(NamedTuple):
    """The index of one result in its part: where its bytes are, and what is asked of it without reading them.

    ``digest`` is a hash of the rows; ``length`` and ``size`` are its bytes packed and unpacked.
    """

    key: str
    digest: str
    length: int
    size: int
    characters: int
    source_characters: int
    published_at: str | None
    publisher: str | None
    signature: bytes
    failed: bool
    seconds: float


class Part(msgspec.Struct, frozen=True):
    """Results of some articles: packed results one after another, and ``scan``, packed, what a change of names is looked up in.

    ``memory`` is the most that the process which made it had held until then, in kilobytes.
    """

    block: bytes
    scan: bytes
    scan_size: int
    made: tuple[Made, ...]
    memory: int


class Scanned(msgspec.Struct, frozen=True, array_like=True):
    """What a change of names is looked up in: the clean text of an article and the entities found in it."""

    text: str
    entities: list[str]


def make_key(article: Article) -> str:
    """Give the name of an article's result: a hash of its text and of all that the input states of it.

    Where it came from is not part of it: the same article elsewhere has the same result.

    >>> one, other = Article(source="a.txt", text="阿福上线。"), Article(source="b.txt", text="阿福上线。")
    >>> make_key(one) == make_key(other) != make_key(replace(one, published_at="2025-03-16"))
    True
    """
    stated = replace(article, id=None, duplicate_of=None, source="", source_id=None, text="")
    digest = hashlib.sha256(msgspec.msgpack.encode(stated))
    digest.update(article.text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def make_results(get_pipeline: GetPipeline, jobs: Sequence[Job]) -> Part:
    """Extract from every article of a part; one on which a stage fails is kept as rejected, the others go on."""
    pipeline = get_pipeline()
    block, scanned, made = bytearray(), [], []
    for job in jobs:
        started = time.perf_counter()
        stored, signature = _make_stored(pipeline, job)
        content = msgspec.msgpack.encode(stored)
        packed = pack(content)
        block += packed
        text = stored.record.text if stored.record is not None else ""
        scanned.append(Scanned(text, sorted(stored.entities)))
        made.append(
            Made(
                key=job.key,
                digest=hashlib.sha256(content).hexdigest()[:32],
                length=len(packed),
                size=len(content),
                characters=len(text),
                source_characters=len(job.article.text),
                published_at=stored.record.published_at if stored.record is not None else None,
                publisher=stored.record.publisher if stored.record is not None else None,
                signature=signature,
                failed=stored.record is None,
                seconds=time.perf_counter() - started,
            )
        )
    scan = msgspec.msgpack.encode(scanned)
    return Part(bytes(block), pack(scan), len(scan), tuple(made), peak_memory())


def _make_stored(pipeline: Pipeline, job: Job) -> tuple[Stored, bytes]:
    article = replace(job.article, text="", source="", source_id=None, id=None, duplicate_of=None)
    text = job.article.text.encode("utf-8", "surrogatepass")
    try:
        extraction = pipeline.extract(job.article)
        decisions = Decisions(job.decisions, job.moves, standing=job.standing)
        if decisions:
            extraction = apply_decisions(pipeline, extraction, decisions)
        signature = pipeline.signer.sign(extraction.document.text)
    except MemoryError:
        raise
    except Exception as error:
        detail = f"{type(error).__name__}: {error}"[:200]
        rejected = Rejected(source="", stage="extract", reason="failed", detail=detail)
        return Stored(article, text, rejected=rejected), b""
    return _store(article, text, extraction), signature


def _store(article: Article, text: bytes, extraction: Extraction) -> Stored:
    encoder = msgspec.json.Encoder()
    record = make_article_record(extraction.document)
    # Counting looks at the document's own marks; whether a copy counts is decided when the dataset is put together.
    return Stored(
        article,
        text,
        record=replace(record, source="", source_id=None, duplicate_of=None),
        mentions=encoder.encode_lines(extraction.mentions),
        relations=encoder.encode_lines(extraction.relations),
        entities=dict(sorted(count_entities(extraction).items())),
        labels=_count(mention.label for mention in extraction.mentions),
        rules=_count(mention.rule_id for mention in extraction.mentions),
        relation_rules=_count(relation.rule_id for relation in extraction.relations),
        related=_find_related(extraction),
    )


def _find_related(extraction: Extraction) -> list[str]:
    """Give the entities that relations name and no mention does: the maker of a product, by the lists."""
    named = {mention.entity_id for mention in extraction.mentions}
    related = {
        entity for relation in extraction.relations for entity in (relation.subject_id, relation.object_id)
    }
    return sorted(entity for entity in related - named if entity)


def _count(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
