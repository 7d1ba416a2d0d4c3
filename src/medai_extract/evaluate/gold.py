r"""Gold articles: JSON Lines with offsets, or text with inline markup that reads in any editor.

The markup is ``[surface](LABEL key="value")`` after TOML front matter; ``\[``, ``\]`` and ``\\`` are literal.
"""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

import msgspec

from medai_extract.errors import InputError
from medai_extract.model import LABELS, Article, DateValue, MoneyValue, Span, Value

_FRONT_MATTER = re.compile(r"\+\+\+\n(.*?)\n\+\+\+\n", re.S)
_CLOSE = re.compile(
    r"\]\((?P<label>ORG|PRODUCT|MONEY|DATE|BOILERPLATE)(?P<attributes>(?:\s+\w+=\"[^\"]*\")*)\s*\)"
)
_ATTRIBUTE = re.compile(r"(\w+)=\"([^\"]*)\"")


class GoldSpan(msgspec.Struct, frozen=True):
    """An annotated mention: half-open code points in the raw text, with value or entity id as its label has."""

    start: int
    end: int
    label: str
    value: Value | None = None
    entity_id: str | None = None


class GoldArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An annotated article: what goes into the pipeline, and what should come out."""

    article: Article
    spans: tuple[GoldSpan, ...]
    boilerplate: tuple[Span, ...]

    @property
    def id(self) -> str:
        """Give the article's name in the gold."""
        return self.article.source_id or self.article.source


def read_gold(path: Path) -> list[GoldArticle]:
    """Read a JSON Lines file, a file with inline markup, or a folder of such files.

    Raises:
        InputError: the gold is not there, empty or wrong; file and place are named.
    """
    if path.is_dir():
        files = sorted(path.glob("*.md"))
        gold = [parse_markup(file.read_text(encoding="utf-8"), str(file)) for file in files]
    elif path.suffix == ".md":
        gold = [parse_markup(path.read_text(encoding="utf-8"), str(path))]
    elif path.is_file():
        gold = list(_read_jsonl(path))
    else:
        raise InputError(f"{path}: is not there; give a folder of gold articles or a JSON Lines file")
    if not gold:
        raise InputError(f"{path}: holds no gold articles; a folder needs *.md files with inline markup")
    return gold


def _read_jsonl(path: Path) -> Iterator[GoldArticle]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
            yield GoldArticle(
                article=Article(
                    source=str(path),
                    source_id=str(row["id"]),
                    text=row["text"],
                    title=row.get("title"),
                    lang=row.get("lang"),
                    published_at=row.get("published_at"),
                ),
                spans=tuple(
                    GoldSpan(
                        span["start"],
                        span["end"],
                        span["label"],
                        *_value(span["label"], span.get("value") or {}),
                    )
                    for span in row["entities"]
                ),
                boilerplate=tuple(Span(start, end) for start, end, *_ in row.get("boilerplate", ())),
            )
        except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{path}:{number}: is no gold article: {error!r}") from error


def _value(label: str, row: dict[str, str | None]) -> tuple[Value | None, str | None]:
    if label == "MONEY":
        for name in ("amount", "amount_min", "amount_max"):
            try:
                Decimal(row.get(name) or 0)
            except InvalidOperation as error:
                raise ValueError(f'{name} "{row[name]}" is no number') from error
        return MoneyValue(**{name: row.get(name) for name in MoneyValue.__struct_fields__}), None  # type: ignore[arg-type]
    if label == "DATE":
        return DateValue(**{name: row.get(name) for name in DateValue.__struct_fields__}), None
    return None, row.get("id")


def parse_markup(source: str, name: str = "-") -> GoldArticle:
    r"""Parse one article with inline markup.

    Raises:
        InputError: the front matter or a bracket is wrong.

    >>> gold = parse_markup('+++\nid = "x"\nlang = "zh"\n+++\n[阿福](PRODUCT id="ant-afu")上线\\[1\\]。\n')
    >>> gold.article.text, gold.spans
    ('阿福上线[1]。\n', (GoldSpan(start=0, end=2, label='PRODUCT', value=None, entity_id='ant-afu'),))
    """
    match = _FRONT_MATTER.match(source)
    if match is None:
        raise InputError(f"{name}: front matter between +++ lines is missing")
    try:
        front = tomllib.loads(match[1])
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: front matter is no TOML: {error}") from error
    text, marked = _strip_markup(source[match.end() :], name)
    spans, boilerplate = [], []
    for start, end, label, attributes in marked:
        if label == "BOILERPLATE":
            boilerplate.append(Span(start, end))
        elif label in LABELS:
            try:
                spans.append(GoldSpan(start, end, label, *_value(label, _rename(attributes))))
            except ValueError as error:
                raise InputError(f"{name}: {label} {text[start:end]!r}: {error}") from error
    return GoldArticle(
        article=Article(
            source=name,
            source_id=str(front.get("id") or Path(name).stem),
            text=text,
            title=front.get("title"),
            lang=front.get("lang"),
            published_at=front.get("published_at"),
        ),
        spans=tuple(sorted(spans, key=lambda span: span.start)),
        boilerplate=tuple(boilerplate),
    )


def _rename(attributes: dict[str, str]) -> dict[str, str | None]:
    """Give attributes by the names of records: the markup says ``min`` and ``max``."""
    return {
        {"min": "amount_min", "max": "amount_max"}.get(key, key): value for key, value in attributes.items()
    }


def _strip_markup(body: str, name: str) -> tuple[str, list[tuple[int, int, str, dict[str, str]]]]:
    pieces: list[str] = []
    length = at = 0
    open_at: list[int] = []
    marked: list[tuple[int, int, str, dict[str, str]]] = []
    for match in re.finditer(r"[\\\[\]]", body):
        if match.start() < at:
            continue
        pieces.append(body[at : match.start()])
        length += match.start() - at
        at = match.end()
        if match[0] == "\\":
            pieces.append(body[at : at + 1])
            length += 1
            at += 1
        elif match[0] == "[":
            open_at.append(length)
        else:
            close = _CLOSE.match(body, match.start())
            if close is None or not open_at:
                line = body.count("\n", 0, match.start()) + 1
                raise InputError(
                    f"{name}: line {line} of the body: ] without a label; write \\] for a literal bracket"
                )
            marked.append(
                (open_at.pop(), length, close["label"], dict(_ATTRIBUTE.findall(close["attributes"])))
            )
            at = close.end()
    if open_at:
        raise InputError(f"{name}: a [ is never closed; write \\[ for a literal bracket")
    pieces.append(body[at:])
    return "".join(pieces), marked
