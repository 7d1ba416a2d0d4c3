"""CoNLL columns: token, start, end, tag, with offsets in code points."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from medai_extract.export.annotated import Annotated, make_annotation, make_article
from medai_extract.export.tokens import cut_tokens, label_tokens


def write_conll(path: Path, articles: Iterable[Annotated]) -> None:
    """Write CoNLL columns: token, start, end, tag; a document begins with its id and its text in JSON."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for article in articles:
            text = msgspec.json.encode(article.text).decode()
            stream.write(f"# newdoc id = {article.id}\n# text = {text}\n")
            tokens = cut_tokens(article.text, article.annotations)
            previous = 0
            for token, tag in zip(tokens, label_tokens(tokens, article.annotations), strict=True):
                # A blank line is the end of a sentence, here of a line of text.
                if "\n" in article.text[previous : token.start] and not tag.startswith("I") and previous:
                    stream.write("\n")
                stream.write(f"{token.text}\t{token.start}\t{token.end}\t{tag}\n")
                previous = token.end
            stream.write("\n")


def read_conll(path: Path) -> Iterator[Annotated]:
    """Read CoNLL columns as they are written here: the last column is the tag, the two before it the offsets."""
    article_id, text, spans = "", "", list[tuple[int, int, str]]()
    for line in [*path.read_text(encoding="utf-8").split("\n"), "# newdoc id = "]:
        if line.startswith("# newdoc id = "):
            if text:
                yield make_article(article_id, text, [make_annotation(path, text, *span) for span in spans])
            article_id, text, spans = line.removeprefix("# newdoc id = "), "", []
        elif line.startswith("# text = "):
            text = msgspec.json.decode(line.removeprefix("# text = "))
        elif line.strip():
            *_, start, end, tag = line.split("\t")
            prefix, _, label = tag.partition("-")
            if prefix == "I" and spans and spans[-1][2] == label:
                spans[-1] = (spans[-1][0], int(end), label)
            elif label:
                spans.append((int(start), int(end), label))
