"""The id of an article, and which articles are copies of one another."""

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from medai_extract.model import Article, Rejected


def make_article_id(text: str) -> str:
    """Give the id of an article: a hash of its source text, so that the same text is the same article anywhere.

    >>> make_article_id("蚂蚁阿福上线。")
    'd36e1718ef8be8c7'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def mark_copies(sources: Iterable[Article | Rejected]) -> Iterator[Article | Rejected]:
    """Give every article its id; a copy of an earlier one gets an id of its own and ``duplicate_of``.

    Sources come sorted, so which one is the original does not depend on the order in which a user names them. What is
    kept in memory is 16 characters an article.

    >>> first, second = mark_copies([Article(source="a", text="阿福"), Article(source="b", text="阿福")])
    >>> second.duplicate_of == first.id != second.id
    True
    """
    seen: set[str] = set()
    for article in sources:
        if isinstance(article, Rejected):
            yield article
            continue
        name = make_article_id(article.text)
        if name in seen:
            copy = make_article_id(f"{name}\0{article.source}\0{article.source_id or ''}")
            yield msgspec.structs.replace(article, id=copy, duplicate_of=name)
        else:
            seen.add(name)
            yield msgspec.structs.replace(article, id=name)
