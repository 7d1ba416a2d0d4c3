"""brat: a folder of texts and standoff annotations in code points."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from medai_extract.export.annotated import Annotated, make_annotation, make_article


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
        yield make_article(annotated.stem, text, spans)
