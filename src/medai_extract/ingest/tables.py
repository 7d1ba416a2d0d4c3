"""Tables of articles, a row each: CSV and Parquet; JSON and Excel have modules of their own, and share what is said here of rows.

A row has ``text`` or ``html`` and may have ``id``, ``title``, ``url``, ``author``, ``publisher``, ``published_at`` and ``lang`` (or one
of their other names, see ``fields``). Rows are read one by one, so a table of any length needs the memory of its longest row.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from medai_extract.ingest.archives import seekable
from medai_extract.ingest.encoding import SAMPLE, Decoded, decode_bytes
from medai_extract.ingest.fields import is_text_column, read_fields, rename_columns, to_text
from medai_extract.ingest.html import read_html
from medai_extract.ingest.inputs import Input, RefusedError
from medai_extract.ingest.limits import LARGEST_ARTICLE, MOST_BAD_ROWS, MOST_COLUMNS
from medai_extract.model import Article, Rejected

_PARQUET_ROWS = 32
"""Rows that are decoded at a time."""

Source = Article | Rejected


def read_csv(given: Input) -> Iterator[Source]:
    """Read CSV (comma, semicolon or tab) with a header row; its first part tells the encoding."""
    sample = given.stream.read(SAMPLE)
    given.stream.seek(0)
    decoded = decode_bytes(sample[: sample.rfind(b"\n") + 1] or sample)
    if decoded is None:
        raise RefusedError("binary", "holds bytes that no text has", stage="decode")
    lines = io.TextIOWrapper(given.stream, encoding=decoded.encoding, errors="replace", newline="")
    try:
        yield from stop_when_hopeless(given.source, _read_csv_rows(given.source, lines, decoded))
    finally:
        lines.detach()


def _read_csv_rows(source: str, lines: io.TextIOWrapper, decoded: Decoded) -> Iterator[Source]:
    header = decoded.text.lstrip("\ufeff").split("\n", 1)[0]
    # The module's limit on a field is a process-wide setting; our rows may hold whole articles.
    csv.field_size_limit(LARGEST_ARTICLE)
    reader = csv.reader(lines, delimiter=max(",;\t", key=header.count))
    number = 1
    try:
        names = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
        check_columns(names)
        for number, cells in enumerate(reader, 2):
            if cells:
                yield from read_row(
                    source, number, dict(zip(names, cells, strict=False)), decoded.encoding, decoded.runner_up
                )
    except csv.Error as error:
        yield reject_row(source, number + 1, "bad_csv", str(error))


def read_parquet(given: Input) -> Iterator[Source]:
    """Read Parquet.

    Texts stay in their dictionary until their row's turn: one long text that a million rows share is held once.
    """
    from pyarrow import parquet

    stream = seekable(given)
    names = parquet.read_schema(stream).names[:MOST_COLUMNS]
    check_columns(names)
    wanted = [name for name in names if rename_columns({name: "x"})]
    texts = [name for name in wanted if is_text_column(name)]
    table = parquet.ParquetFile(stream, read_dictionary=texts)
    columns = (
        zip(*(batch.column(name) for name in wanted), strict=True)
        for batch in table.iter_batches(_PARQUET_ROWS, columns=wanted)
    )
    rows = enumerate((row for batch in columns for row in batch), 1)
    yield from stop_when_hopeless(
        given.source,
        (
            found
            for number, cells in rows
            for found in read_row(
                given.source,
                number,
                {name: cell.as_py() for name, cell in zip(wanted, cells, strict=True)},
                "utf-8",
            )
        ),
    )


def check_columns(names: Iterable[str]) -> None:
    """See that one of the columns holds the text.

    Raises:
        RefusedError: none does.

    """
    named = list(names)
    if not any(is_text_column(name) for name in named):
        detail = f"columns are {', '.join(named)[:200]}; one must be text or html"
        raise RefusedError("no_text_column", detail)


def read_row(
    source: str,
    number: int | str,
    row: Mapping[str, object],
    encoding: str,
    runner_up: str | None = None,
) -> Iterator[Source]:
    """Give the article of one row; a row without an id of its own is known by its number."""
    known = rename_columns(row)
    source_id = to_text(known.get("id"))
    where = source if source_id is not None else f"{source}#{number}"
    text, html = known.get("text"), known.get("html")
    fields = read_fields(known)
    if isinstance(text, str) and text.strip():
        if len(text) > LARGEST_ARTICLE:
            yield reject_row(
                source, number, "too_large", f"text is over {LARGEST_ARTICLE:,} characters", source_id
            )
            return
        yield Article(
            source=where,
            source_id=source_id,
            text=text,
            encoding=encoding,
            encoding_runner_up=runner_up,
            title=fields.title,
            url=fields.url,
            author=fields.author,
            publisher=fields.publisher,
            published_at=fields.published_at,
            published_from="row" if fields.published_at else None,
            lang=fields.lang,
            warnings=fields.warnings,
        )
    elif isinstance(html, str) and html.strip():
        yield from read_html(where, html, encoding, fields.warnings, stated=fields, source_id=source_id)
    else:
        yield reject_row(source, number, "empty", "has neither text nor html", source_id)


def stop_when_hopeless(source: str, rows: Iterable[Source]) -> Iterator[Source]:
    """Give what ``rows`` gives, until so many in a row are bad that this is no table of articles."""
    bad = 0
    for found in rows:
        yield found
        bad = 0 if isinstance(found, Article) else bad + 1
        if bad >= MOST_BAD_ROWS:
            detail = f"{MOST_BAD_ROWS:,} rows one after the other are no articles; the rest is not looked at"
            yield Rejected(source=source, stage="read", reason="too_many_bad_rows", detail=detail)
            return


def reject_row(
    source: str, number: int | str, reason: str, detail: str, source_id: str | None = None
) -> Rejected:
    """Give the row of ``rejected`` for a bad row of a table."""
    return Rejected(
        source=f"{source}#{number}",
        source_id=source_id,
        stage="read",
        reason=reason,
        detail=f"row {number}: {detail}",
    )
