"""The formats, and the export and import by their names."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from medai_extract.dataset import find_table
from medai_extract.errors import InputError, OutputError
from medai_extract.export import brat, conll, docbin, doccano, gold, labelstudio, prodigy, webannotation
from medai_extract.export.annotated import Annotated, read_annotated

Writer = Callable[[Path, Iterable[Annotated]], None]
Reader = Callable[[Path], Iterator[Annotated]]


FORMATS: Mapping[str, tuple[Writer, str, Reader | None]] = {
    "labelstudio": (labelstudio.write_labelstudio, "labelstudio.json", labelstudio.read_labelstudio),
    "doccano": (doccano.write_doccano, "doccano.jsonl", doccano.read_doccano),
    "prodigy": (prodigy.write_prodigy, "prodigy.jsonl", prodigy.read_prodigy),
    "brat": (brat.write_brat, "brat", brat.read_brat),
    "conll": (conll.write_conll, "conll.tsv", conll.read_conll),
    "docbin": (docbin.write_docbin, "mentions.spacy", None),
    "webannotation": (webannotation.write_webannotation, "webannotation.jsonl", None),
    "gold": (gold.write_gold, "gold.jsonl", None),
}
"""Every format: its writer, the name of its file, and its reader where annotations can come back."""


def export_dataset(out: Path, to: str, path: Path | None = None) -> tuple[Path, int, int]:
    """Write a dataset in another tool's format; give where it is, and how many articles and mentions it holds.

    What was there before is replaced when all is written, and not touched if that fails.

    Args:
        out: the output folder of a run.
        to: one of ``FORMATS``.
        path: the file or the folder to write; ``export/`` in ``out`` if not given.

    Raises:
        InputError: there is no dataset, or nothing in it to write.
        OutputError: the file cannot be written.
    """
    # Nothing is made where there is no dataset.
    find_table(out, "articles")
    write, name, _ = FORMATS[to]
    target = path or out / "export" / name
    if target.is_dir() and Path(name).suffix:
        target /= name
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
        with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
            write(Path(folder) / target.name, counted())
            if not articles:
                wanted = "no article is reviewed in full" if to == "gold" else "holds no articles"
                raise InputError(f"{out}: {wanted}; there is nothing to write as {to}")
            _publish(Path(folder) / target.name, target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror}; choose another --out") from error
    return target, articles, mentions


def _publish(written: Path, target: Path) -> None:
    """Put what was written in its place: a file whole, a folder file by file, for it may hold the work of others."""
    if not written.is_dir():
        written.replace(target)
        return
    target.mkdir(exist_ok=True)
    for path in sorted(written.iterdir()):
        path.replace(target / path.name)


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
