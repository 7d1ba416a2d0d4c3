"""spaCy DocBin: documents with tokens cut at every mention, so that none is dropped."""

from collections.abc import Iterable
from pathlib import Path

from medai_extract.errors import MissingExtraError
from medai_extract.export.annotated import Annotated
from medai_extract.export.lines import make_facts
from medai_extract.export.tokens import cut_tokens


def write_docbin(path: Path, articles: Iterable[Annotated]) -> None:
    """Write a spaCy DocBin: entities with their entity id as ``kb_id``, rule as span id, article id in ``user_data``."""
    try:
        import spacy
        from spacy.tokens import Doc, DocBin, Span
    except ImportError as error:
        raise MissingExtraError("docbin: spaCy is not installed; pip install spacy") from error
    vocab = spacy.blank("xx").vocab
    stored = DocBin(store_user_data=True)
    for article in articles:
        words, spaces = _split_words(article)
        doc = Doc(vocab, words=words, spaces=spaces, user_data=make_facts(article))
        spans = [doc.char_span(one.start, one.end, one.label, kb_id=one.entity_id or "", span_id=one.rule_id)
                 for one in article.annotations]  # fmt: skip
        doc.set_ents([span for span in spans if isinstance(span, Span)])
        stored.add(doc)
    path.write_bytes(stored.to_bytes())


def _split_words(article: Annotated) -> tuple[list[str], list[bool]]:
    """Give the words and trailing spaces that spaCy makes a document of; other white space is words of its own."""
    words: list[str] = []
    spaces: list[bool] = []
    starts = {one.start for one in article.annotations}
    for token in cut_tokens(article.text, article.annotations, spaces=True):
        rest = token.text
        if rest.startswith(" ") and words and token.start not in starts:
            spaces[-1], rest = True, rest[1:]
        if rest:
            words.append(rest)
            spaces.append(False)
    return words, spaces
