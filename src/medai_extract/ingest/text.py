"""Plain text and Markdown with front matter."""

import re
import tomllib
from collections.abc import Iterator

from medai_extract.ingest.fields import read_fields
from medai_extract.model import Article, Rejected

_FRONT_MATTER = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n\1[ \t]*(?:\r?\n|$)", re.S)


def read_text(
    source: str, text: str, encoding: str, warnings: tuple[str, ...]
) -> Iterator[Article | Rejected]:
    """Give the one article of a plain text file."""
    yield Article(source=source, text=text, encoding=encoding, warnings=warnings)


def read_markdown(
    source: str, text: str, encoding: str, warnings: tuple[str, ...]
) -> Iterator[Article | Rejected]:
    r"""Give the one article of a Markdown file; front matter (YAML or TOML) states title, date and the rest.

    >>> text = "---\ntitle: 阿福\ndate: 2026-06-09\n---\n蚂蚁阿福上线。"
    >>> [article] = read_markdown("a.md", text, "utf-8", ())
    >>> article.title, article.published_at, article.text[article.body_start:]
    ('阿福', '2026-06-09', '蚂蚁阿福上线。')
    """
    match = _FRONT_MATTER.match(text)
    fields: dict[str, object] = {}
    if match is not None:
        parsed = _parse_front_matter(match[1], match[2])
        if parsed is None:
            warnings = (*warnings, "bad_front_matter")
        else:
            fields = parsed
    stated = read_fields(fields)
    yield Article(
        source=source,
        text=text,
        body_start=match.end() if match is not None else 0,
        markup="markdown",
        encoding=encoding,
        title=stated.title,
        url=stated.url,
        author=stated.author,
        publisher=stated.publisher,
        published_at=stated.published_at,
        published_from="metadata" if stated.published_at else None,
        lang=stated.lang,
        warnings=(*warnings, *stated.warnings),
    )


def _parse_front_matter(fence: str, block: str) -> dict[str, object] | None:
    if fence == "+++":
        try:
            return tomllib.loads(block)
        except tomllib.TOMLDecodeError:
            return None
    import yaml

    try:
        parsed = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError):
        return None
    return parsed if isinstance(parsed, dict) else None
