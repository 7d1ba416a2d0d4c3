"""A file to its articles, whatever its format: the kind is told by content, and the reader of the kind does the rest.

Whatever goes wrong becomes a row of ``rejected`` with a reason; nothing is written, fetched or executed here.
"""

import io
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from medai_extract.ingest.encoding import decode_bytes
from medai_extract.ingest.fields import Fields
from medai_extract.ingest.inputs import Budget, Input, RefusedError, read_whole
from medai_extract.ingest.kinds import HEAD, detect_kind, detect_zip
from medai_extract.ingest.limits import LARGEST_ARTICLE
from medai_extract.ingest.paths import STANDARD_INPUT
from medai_extract.ingest.remote import is_remote, open_remote
from medai_extract.model import Article, Rejected

Source = Article | Rejected
_SIGN = re.compile(r"[^\s\0\ufeff]")


def read_articles(sources: Iterable[str]) -> Iterator[Source]:
    """Read every file of ``sources`` in order; ``-`` is standard input."""
    for source in sources:
        yield from read_file(source)


def read_file(source: str) -> Iterator[Source]:
    """Read the articles of one file; whatever goes wrong becomes a ``Rejected``."""
    try:
        if source == STANDARD_INPUT:
            yield from read_stream(source, io.BytesIO(sys.stdin.buffer.read()))
        elif is_remote(source):
            with open_remote(source) as stream:
                yield from read_stream(source, stream)
        elif "://" in source:
            yield Rejected(
                source=source,
                stage="read",
                reason="unsupported_source",
                detail="is no file; addresses are read where they begin with http:// or https://",
            )
        else:
            with Path(source).open("rb") as stream:
                yield from read_stream(source, stream)
    except OSError as error:
        yield Rejected(source=source, stage="read", reason="unreadable", detail=_first_line(error))


def file_of(source: str) -> str:
    """Give the file in which the article of this label is: without its place in archives and tables.

    >>> file_of("crawl.zip!/news/a.html"), file_of("rows.csv#7"), file_of("a.txt")
    ('crawl.zip', 'rows.csv', 'a.txt')
    """
    return source.partition("!/")[0].partition("#")[0]


def read_stream(
    source: str,
    stream: BinaryIO,
    *,
    name: str | None = None,
    stated: Fields | None = None,
    charset: str | None = None,
) -> Iterator[Source]:
    """Read the articles of a stream that can go to any place.

    Args:
        source: the label that the records carry.
        stream: the bytes, at their start.
        name: a file name whose suffix may hint at the format; ``source`` unless given.
        stated: what the outside knows of the article, which goes before what a page states.
        charset: the encoding that the outside names (the header of an answer); believed where it fits.

    """
    packed = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    yield from _read(Input(source, name or source, stream, Budget(packed), stated=stated, charset=charset))


def _read(given: Input) -> Iterator[Source]:
    """Read one input; an input of which nothing comes is told too."""
    nothing = True
    try:
        for found in _read_kind(given):
            nothing = False
            yield found
        if nothing:
            raise RefusedError("empty", "holds no article")
    except RefusedError as refusal:
        # Of a bomb nothing more is unpacked, in whichever of its archives it was found.
        if refusal.reason == "archive_bomb" and given.layers:
            raise
        yield _reject(given, refusal.reason, refusal.detail, refusal.stage)
    except ModuleNotFoundError as error:
        # Only the optional readers import what may be missing.
        detail = f"needs {error.name}: pip install 'medai-extract[documents]'"
        yield _reject(given, "missing_extra", detail)
    except OSError as error:
        # The system's own errors have a number, parsers' have none.
        yield _reject(given, "unreadable" if error.errno else "damaged", _first_line(error))
    except (EOFError, zlib.error) as error:
        yield _reject(given, "damaged", f"{_first_line(error)}; get the file again")
    except Exception as error:  # parsers meet the whole world; one input must not stop a run
        yield _reject(given, "damaged", f"{type(error).__name__}: {_first_line(error)}"[:200])


def _read_kind(given: Input) -> Iterator[Source]:
    head = given.stream.read(HEAD)
    given.stream.seek(0)
    if not head:
        raise RefusedError("empty", "holds no bytes")
    kind = detect_kind(given.name, head)
    if kind == "zip":
        from medai_extract.ingest import archives

        stream = archives.seekable(given)
        archive = archives.open_zip(stream)
        kind = detect_zip(archive.namelist())
        if kind == "zip":
            yield from archives.read_zip(given, archive, _read)
            return
        stream.seek(0)
        given = given._replace(stream=stream)
    if kind.startswith("not read: "):
        raise RefusedError("unsupported_format", f"looks like {kind.removeprefix('not read: ')}")
    if kind in _PACKED:
        yield from _read_kind(_find_reader(_PACKED[kind])(given))
        return
    if kind in _HOLDERS:
        yield from _find_reader(_HOLDERS[kind])(given, _read)
        return
    read = _find_reader(_READERS[kind])
    for found in _read_decoded(given, read, declares=kind == "html") if kind in _DECODED else read(given):
        yield (
            msgspec.structs.replace(_fill(found, given.stated), format=kind)
            if isinstance(found, Article)
            else found
        )


def _fill(article: Article, stated: Fields | None) -> Article:
    """Give an article with what the outside states of it, where the article itself says nothing."""
    if stated is None:
        return article
    known = {name: value for name, value in stated._asdict().items() if value and not getattr(article, name)}
    if "published_at" in known:
        known["published_from"] = "metadata"
    return msgspec.structs.replace(article, **known)


def _read_decoded(given: Input, read: Callable[..., Iterator[Source]], *, declares: bool) -> Iterator[Source]:
    """Read text in any encoding; ``declares`` says whether such a text may name its own."""
    decoded = decode_bytes(read_whole(given, LARGEST_ARTICLE), declared=given.charset or declares)
    if decoded is None:
        raise RefusedError("binary", "holds bytes that no text has", stage="decode")
    if _SIGN.search(decoded.text) is None:
        raise RefusedError("empty", "holds no text")
    stated = {"stated": given.stated} if declares else {}
    for found in read(given.source, decoded.text, decoded.encoding, decoded.warnings, **stated):
        if isinstance(found, Article):
            yield msgspec.structs.replace(found, encoding_runner_up=decoded.runner_up)
        else:
            yield found


_READERS = {
    "csv": "tables.read_csv", "docx": "docx.read_docx", "epub": "epub.read_epub", "feed": "feed.read_feed",
    "html": "html.read_html", "json": "json_rows.read_json", "jsonl": "json_rows.read_jsonl",
    "markdown": "text.read_markdown", "mhtml": "mhtml.read_mhtml", "parquet": "tables.read_parquet", "pdf": "pdf.read_pdf",
    "text": "text.read_text", "xlsx": "excel.read_excel",
}  # fmt: skip
"""Module and function of every format; imported when the first such input comes, for most runs see few formats."""
_DECODED = frozenset({"html", "markdown", "text"})
"""Formats whose readers get text and not bytes."""
_HOLDERS = {"mail": "mail.read_mail", "tar": "archives.read_tar", "warc": "warc.read_warc"}
"""Formats that hold inputs of other formats, which the second argument reads."""
_PACKED = {"gzip": "archives.unpack_gzip", "zstd": "archives.unpack_zstd"}
"""Formats that pack one input of any other."""


def _find_reader(place: str) -> Callable[..., Any]:
    """Give a function of this package.

    >>> _find_reader("text.read_text").__name__
    'read_text'
    """
    module, _, name = place.partition(".")
    function: Callable[..., Any] = getattr(import_module(f"medai_extract.ingest.{module}"), name)
    return function


def _reject(given: Input, reason: str, detail: str, stage: str = "read") -> Rejected:
    return Rejected(source=given.source, stage=stage, reason=reason, detail=detail)


def _first_line(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.splitlines()[0]
