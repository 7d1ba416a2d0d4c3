"""The formats: one writer each, and a reader for those that come back."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from medai_extract.errors import InputError, MissingExtraError, OutputError
from medai_extract.export.annotated import (
    Annotated,
    Annotation,
    from_utf16,
    make_annotation,
    read_annotated,
    to_utf16,
)
from medai_extract.export.tokens import cut_tokens, label_tokens

Writer = Callable[[Path, Iterable[Annotated]], None]
Reader = Callable[[Path], Iterator[Annotated]]


def export_dataset(out: Path, to: str, path: Path | None = None) -> tuple[Path, int, int]:
    """Write a dataset in another tool's format; give where it is, and how many articles and mentions it holds.

    Args:
        out: the output folder of a run.
        to: one of ``FORMATS``.
        path: where to write; ``export/`` in ``out`` if not given.

    Raises:
        InputError: there is no dataset.
        OutputError: the file cannot be written.
    """
    write, name, _ = FORMATS[to]
    target = path or out / "export" / name
    articles = mentions = 0

    def counted() -> Iterator[Annotated]:
        nonlocal articles, mentions
        for article in read_annotated(out):
            if to == "gold" and not article.complete:
                continue
            articles += 1
            mentions += len(article.annotations)
            yield article

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write(target, counted())
    except OSError as error:
        raise OutputError(
            f"{target}: cannot be written: {error.strerror}; choose another --to-path"
        ) from error
    return target, articles, mentions


def read_annotations(path: Path, format: str | None = None) -> tuple[str, list[Annotated]]:  # noqa: A002
    """Read another tool's annotations; give the format and the articles.

    Raises:
        InputError: the file is of no format that can be read, or wrong.
    """
    known = format or _tell_format(path)
    reader = FORMATS[known][2] if known in FORMATS else None
    if reader is None:
        readable = ", ".join(name for name, (_, _, read) in FORMATS.items() if read is not None)
        raise InputError(f"{path}: {known or 'its format'} cannot be read; choose --from of {readable}")
    try:
        return known, list(reader(path))
    except (
        OSError,
        UnicodeDecodeError,
        msgspec.DecodeError,
        KeyError,
        TypeError,
        IndexError,
        ValueError,
    ) as error:
        raise InputError(f"{path}: is no {known} file: {error!r}") from error


def _tell_format(path: Path) -> str:
    if path.is_dir():
        return "brat"
    try:
        head = path.read_bytes()[:100_000].lstrip()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if head.startswith(b"["):
        return "labelstudio"
    if head.startswith(b"{"):
        return "prodigy" if b'"spans"' in head.split(b"\n")[0] else "doccano"
    return "conll"


def _write_lines(path: Path, rows: Iterable[object]) -> None:
    encoder = msgspec.json.Encoder()
    with path.open("wb") as stream:
        for row in rows:
            stream.write(encoder.encode(row) + b"\n")


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as stream:
        for line in stream:
            if line.strip():
                yield msgspec.json.decode(line)


def _facts(article: Annotated) -> dict[str, Any]:
    return {
        "article_id": article.id, "source": article.source, "url": article.url, "title": article.title,
        "lang": article.lang, "published_at": article.published_at,
    }  # fmt: skip


def write_labelstudio(path: Path, articles: Iterable[Annotated]) -> None:
    """Write Label Studio tasks; its spans count UTF-16 units. Articles reviewed in full are annotations, others predictions."""
    encoder = msgspec.json.Encoder()
    with path.open("wb") as stream:
        stream.write(b"[")
        for number, article in enumerate(articles):
            units = to_utf16(article.text)
            result = [
                {
                    "id": one.id, "from_name": "label", "to_name": "text", "type": "labels",
                    "value": {
                        "start": units[one.start], "end": units[one.end],
                        "text": article.text[one.start : one.end], "labels": [one.label],
                    },
                    "meta": {"rule_id": one.rule_id, "status": one.status, "entity_id": one.entity_id},
                }
                for one in article.annotations
            ]  # fmt: skip
            task: dict[str, Any] = {
                "data": {"text": article.text, **_facts(article)},
                ("annotations" if article.complete else "predictions"): [{"result": result}],
            }
            stream.write((b",\n" if number else b"\n") + encoder.encode(task))
        stream.write(b"\n]\n")


def read_labelstudio(path: Path) -> Iterator[Annotated]:
    """Read Label Studio tasks; of several annotations the last counts, predictions only where there is none."""
    for task in msgspec.json.decode(path.read_bytes()):
        text = task["data"]["text"]
        points = from_utf16(text)
        given = [one for one in task.get("annotations") or () if not one.get("was_cancelled")]
        given = given or task.get("predictions") or [{"result": []}]
        spans = []
        for region in given[-1]["result"]:
            value = region["value"]
            if region.get("type") != "labels" or not value.get("labels"):
                continue
            start, end = value["start"], value["end"]
            said = value.get("text")
            # Versions of the tool differ in what they count; the words they repeat tell which it is.
            if said is None or text[points.get(start, start) : points.get(end, end)] == said:
                start, end = points.get(start, -1), points.get(end, -1)
            spans.append(make_annotation(path, text, start, end, value["labels"][0]))
        yield _article(task["data"].get("article_id"), text, spans)


def _article(article_id: object, text: str, spans: Sequence[Annotation]) -> Annotated:
    return Annotated(
        id=str(article_id or ""), text=text, annotations=tuple(sorted(spans, key=lambda one: one.start))
    )


def write_doccano(path: Path, articles: Iterable[Annotated]) -> None:
    """Write doccano JSON Lines for sequence labelling; its spans count UTF-16 units."""

    def rows() -> Iterator[dict[str, Any]]:
        for article in articles:
            units = to_utf16(article.text)
            labels = [[units[one.start], units[one.end], one.label] for one in article.annotations]
            yield {"text": article.text, "label": labels, **_facts(article)}

    _write_lines(path, rows())


def read_doccano(path: Path) -> Iterator[Annotated]:
    """Read doccano JSON Lines, of version 1 (``label``) or later (``entities``)."""
    for row in _read_lines(path):
        text = row["text"]
        points = from_utf16(text)
        spans = (
            row.get("label")
            or row.get("labels")
            or [[one["start_offset"], one["end_offset"], one["label"]] for one in row.get("entities") or ()]
        )
        facts = row.get("meta") or row
        yield _article(
            facts.get("article_id"),
            text,
            [
                make_annotation(path, text, points.get(start), points.get(end), label)
                for start, end, label in spans
            ],
        )


def write_prodigy(path: Path, articles: Iterable[Annotated]) -> None:
    """Write Prodigy JSON Lines with tokens; its spans count code points."""

    def rows() -> Iterator[dict[str, Any]]:
        for article in articles:
            tokens = cut_tokens(article.text, article.annotations)
            first = {token.start: number for number, token in enumerate(tokens)}
            last = {token.end: number for number, token in enumerate(tokens)}
            spans = [
                {
                    "start": one.start, "end": one.end, "label": one.label,
                    "token_start": first[one.start], "token_end": last[one.end],
                }
                for one in article.annotations
            ]  # fmt: skip
            shown = [
                {
                    "text": token.text, "start": token.start, "end": token.end, "id": number,
                    "ws": article.text[token.end : token.end + 1].isspace(),
                }
                for number, token in enumerate(tokens)
            ]  # fmt: skip
            answer = {"answer": "accept"} if article.complete else {}
            yield {"text": article.text, "tokens": shown, "spans": spans, "meta": _facts(article)} | answer

    _write_lines(path, rows())


def read_prodigy(path: Path) -> Iterator[Annotated]:
    """Read Prodigy JSON Lines; examples that were rejected or ignored say nothing."""
    for row in _read_lines(path):
        if row.get("answer", "accept") == "accept":
            text = row["text"]
            spans = [
                make_annotation(path, text, one["start"], one["end"], one["label"])
                for one in row.get("spans") or ()
            ]
            yield _article((row.get("meta") or {}).get("article_id"), text, spans)


def write_brat(path: Path, articles: Iterable[Annotated]) -> None:
    """Write a folder of brat standoff files, with the labels' configuration; a span across lines becomes fragments."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "annotation.conf").write_text(
        "[entities]\nORG\nPRODUCT\nMONEY\nDATE\n\n[relations]\n\n[events]\n\n[attributes]\n", encoding="utf-8"
    )
    for article in articles:
        lines = []
        for number, one in enumerate(article.annotations, 1):
            ranges = _split_lines(article.text, one.start, one.end)
            shown = ";".join(f"{start} {end}" for start, end in ranges)
            words = " ".join(article.text[start:end] for start, end in ranges)
            lines.append(f"T{number}\t{one.label} {shown}\t{words}\n")
            note = one.rule_id + (f" {one.entity_id}" if one.entity_id else "") + f" {one.status}"
            lines.append(f"#{number}\tAnnotatorNotes T{number}\t{note}\n")
        (path / f"{article.id}.txt").write_bytes(article.text.encode())
        (path / f"{article.id}.ann").write_bytes("".join(lines).encode())


def _split_lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [(start + match.start(), start + match.end()) for match in re.finditer(r"[^\n]+", text[start:end])]


def read_brat(path: Path) -> Iterator[Annotated]:
    """Read a folder of brat standoff files."""
    for annotated in sorted(path.glob("*.ann")):
        text = annotated.with_suffix(".txt").read_bytes().decode()
        spans = []
        for line in annotated.read_bytes().decode().split("\n"):
            if line.startswith("T"):
                _, place, *_ = line.split("\t")
                label, _, numbers = place.partition(" ")
                edges = [int(number) for number in re.findall(r"\d+", numbers)]
                spans.append(make_annotation(annotated, text, min(edges), max(edges), label))
        yield _article(annotated.stem, text, spans)


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
                yield _article(article_id, text, [make_annotation(path, text, *span) for span in spans])
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
        doc = Doc(vocab, words=words, spaces=spaces, user_data=_facts(article))
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


def write_webannotation(path: Path, articles: Iterable[Annotated]) -> None:
    """Write W3C Web Annotations, one JSON-LD object a line, with quote and position selectors in code points."""

    def rows() -> Iterator[dict[str, Any]]:
        for article in articles:
            for one in article.annotations:
                bodies: list[dict[str, Any]] = [
                    {"type": "TextualBody", "purpose": "tagging", "value": one.label},
                ]
                if one.entity_id:
                    bodies.append({"type": "TextualBody", "purpose": "identifying", "value": one.entity_id})
                if one.value is not None:
                    value = msgspec.json.encode(one.value).decode()
                    bodies.append(
                        {
                            "type": "TextualBody",
                            "purpose": "describing",
                            "format": "application/json",
                            "value": value,
                        }
                    )
                yield {
                    "@context": "http://www.w3.org/ns/anno.jsonld",
                    "id": f"urn:medai-extract:{one.id}",
                    "type": "Annotation",
                    "motivation": "tagging" if one.status == "unreviewed" else "assessing",
                    "body": bodies,
                    "target": {
                        "source": article.url or f"urn:medai-extract:{article.id}",
                        "selector": [
                            {
                                "type": "TextQuoteSelector",
                                "exact": article.text[one.start : one.end],
                                "prefix": article.text[max(one.start - 32, 0) : one.start],
                                "suffix": article.text[one.end : one.end + 32],
                            },
                            {"type": "TextPositionSelector", "start": one.start, "end": one.end},
                        ],
                    },
                }

    _write_lines(path, rows())


def write_gold(path: Path, articles: Iterable[Annotated]) -> None:
    """Write articles that are reviewed in full as gold for ``medai-extract evaluate``."""

    def rows() -> Iterator[dict[str, Any]]:
        for article in articles:
            entities = [
                {
                    "start": one.start, "end": one.end, "label": one.label,
                    "value": {"id": one.entity_id} if one.value is None else msgspec.to_builtins(one.value),
                }
                for one in article.annotations
            ]  # fmt: skip
            yield {
                "id": article.id, "text": article.text, "title": article.title, "lang": article.lang,
                "published_at": article.published_at, "entities": entities,
            }  # fmt: skip

    _write_lines(path, rows())


FORMATS: Mapping[str, tuple[Writer, str, Reader | None]] = {
    "labelstudio": (write_labelstudio, "labelstudio.json", read_labelstudio),
    "doccano": (write_doccano, "doccano.jsonl", read_doccano),
    "prodigy": (write_prodigy, "prodigy.jsonl", read_prodigy),
    "brat": (write_brat, "brat", read_brat),
    "conll": (write_conll, "conll.tsv", read_conll),
    "docbin": (write_docbin, "mentions.spacy", None),
    "webannotation": (write_webannotation, "webannotation.jsonl", None),
    "gold": (write_gold, "gold.jsonl", None),
}
"""Every format: its writer, the name of its file, and its reader where annotations can come back."""
