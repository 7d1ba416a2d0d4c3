"""HTML pages: body text, and what page and text state of title, author, site, date and language.

Our own reading of a page's blocks is fast and usually right. ``resiliparse`` gives a second one for next to nothing; where that holds much
that ours does not, ``trafilatura`` reads the page too, and what it finds is taken if it has much more of what ``resiliparse`` found.
"""

import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from medai_extract.ingest.fields import Fields
from medai_extract.ingest.html_blocks import DEEPEST, Blocks, is_sentence, parse_page, split_blocks, weigh
from medai_extract.ingest.html_body import Body, find_body
from medai_extract.ingest.html_metadata import PageMetadata, is_same_title, read_page_metadata
from medai_extract.ingest.limits import MOST_TAGS
from medai_extract.language import detect_language
from medai_extract.model import Article, Rejected

if TYPE_CHECKING:
    from lxml import etree

LARGEST_SECOND_READING = 2_000_000
"""Code points of a page above which nobody else is asked: it would take a minute."""
AGREED, LEAST = 0.5, 0.3
"""How much text ours must have for each unit that only the second reading has, and for each unit of prose on the whole page."""
WALL = 150
"""Units of prose beside a wall's own words that a page may have and still be nothing but the wall."""
_COOKIES = re.compile(r"cookie|consent|gdpr|隐私(?:政策|协议)|個人資料|personalised ad|personalized ad", re.I)
_SCRIPTS = re.compile(
    r"enable javascript|javascript is (?:disabled|required)|verify(?:ing)? (?:that )?you are (?:a )?human|captcha|unusual traffic|access denied"
    r"|开启\s?javascript|启用\s?javascript|验证码|人机验证|访问过于频繁|环境异常|完成验证",
    re.I,
)
_LANGS = {"zh": "zh", "en": "en"}


def read_html(
    source: str,
    html: str,
    encoding: str,
    warnings: tuple[str, ...],
    *,
    stated: Fields | None = None,
    source_id: str | None = None,
    address: str | None = None,
) -> Iterator[Article | Rejected]:
    """Give the article of a page; what a row states about it goes before what the page states.

    Offsets into the extracted text mean nothing in the page, so the article is not plain. ``address`` is where the page was loaded from,
    which holds where neither row nor page states one.
    """

    def refuse(reason: str, detail: str) -> Rejected:
        return Rejected(source=source, source_id=source_id, stage="read", reason=reason, detail=detail)

    if html.count("<") > MOST_TAGS:
        yield refuse("too_many_tags", f"has over {MOST_TAGS:,} tags")
        return
    root = parse_page(html)
    page = split_blocks(root) if root is not None else Blocks([], [], 0)
    if page.depth >= DEEPEST:
        yield refuse("too_deep", f"elements nest over {DEEPEST:,} deep")
        return
    wall = _find_wall(page)
    if wall is not None:
        yield refuse(wall, _WALLS[wall])
        return
    if root is None:
        yield refuse("no_text", "the page has no article text")
        return
    metadata = read_page_metadata(root, address or (stated.url if stated else None))
    body = find_body(page, metadata.titles)
    lines = _choose_reading(html, root, page, body, metadata)
    if not lines:
        yield refuse("no_text", "the page has no article text")
        return
    article = _make_article(source, lines, body, metadata, stated, warnings)
    shown = sum(len(block.text) + 1 for block in page.blocks)
    yield msgspec.structs.replace(
        article, encoding=encoding, source_id=source_id, source_length=max(shown, len(article.text))
    )


def _make_article(
    source: str,
    lines: list[str],
    body: Body,
    metadata: PageMetadata,
    stated: Fields | None,
    warnings: tuple[str, ...],
) -> Article:
    title = metadata.titles[0] if metadata.titles else body.headline
    if body.headline is not None and body.headline not in lines[:2]:
        lines = [body.headline, *lines]
    text = "\n".join(lines)
    if title is not None and body.headline is not None and not is_same_title(title, body.headline):
        warnings = (*warnings, f"title_disagrees: metadata has “{title}”, the page has “{body.headline}”")
    later = next((day for day in metadata.dates[1:] if day[:7] != metadata.dates[0][:7]), None)
    if later is not None:
        warnings = (*warnings, f"date_disagrees: {metadata.dates[0]} and {later} in metadata")
    stated_date = stated.published_at if stated else None
    published_at = stated_date or (metadata.dates[0] if metadata.dates else None)
    hint = _LANGS.get((metadata.lang or "")[:2].lower())
    return Article(
        source=source,
        text=text,
        header="\n".join(body.header),
        left_out=tuple(body.left_out),
        plain=False,
        format="html",
        title=(stated.title if stated else None) or title,
        url=(stated.url if stated else None) or metadata.url,
        author=(stated.author if stated else None) or metadata.author,
        publisher=(stated.publisher if stated else None) or metadata.publisher,
        published_at=published_at,
        published_from=("row" if stated_date else "metadata") if published_at else None,
        # Templates state any language: it counts where the text leaves a doubt.
        lang=(stated.lang if stated else None) or (hint if hint and detect_language(text) == "mul" else None),
        warnings=warnings,
    )


def _choose_reading(
    html: str, root: "etree._Element", page: Blocks, body: Body, metadata: PageMetadata
) -> list[str]:
    """Give our lines, or those of another reading that has far more of the article."""
    own = sum(map(weigh, body.lines))
    stated = [line for line in (metadata.body or "").splitlines() if line.strip()]
    if sum(map(weigh, stated)) > 2 * own:
        return [" ".join(line.split()) for line in stated]
    if len(html) > LARGEST_SECOND_READING:
        return body.lines
    prose = sum(block.weight for block in page.blocks if block.is_sentence and block.linked < 0.5)
    known = set(body.lines)
    beyond = sum(weigh(line) for line in _read_second(html) if line not in known)
    if own >= AGREED * beyond and own >= LEAST * prose:
        return body.lines
    third = _read_third(root)
    return third if sum(map(weigh, third)) > 1.5 * own else body.lines


def _read_second(html: str) -> list[str]:
    from resiliparse.extract.html2text import extract_plain_text

    text = extract_plain_text(html, main_content=True, list_bullets=False, alt_texts=False, comments=False)
    return [line for line in map(str.strip, text.split("\n")) if is_sentence(line)]


def _read_third(root: "etree._Element") -> list[str]:
    import trafilatura
    from trafilatura.settings import Document

    # What it would warn about is told by the row of ``rejected``.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        page = trafilatura.bare_extraction(root, include_comments=False, include_tables=True)
    except Exception:  # the parser meets the whole web; without it there is our own reading
        return []
    text = page.text if isinstance(page, Document) else None
    return [line.removeprefix("- ").strip() for line in (text or "").splitlines() if line.strip()]


_WALLS = {
    "cookie_wall": "the page only asks for consent to cookies; accept them in a browser and save the page again",
    "script_wall": "the page only asks for scripts or a proof of being human; open it in a browser and save the page again",
}


def _find_wall(page: Blocks) -> str | None:
    """Say which wall a page is if it is nothing else."""
    prose = [block for block in page.blocks if block.is_sentence and block.linked < 0.5]
    total = sum(block.weight for block in prose)
    for reason, words in (("cookie_wall", _COOKIES), ("script_wall", _SCRIPTS)):
        own = sum(block.weight for block in prose if words.search(block.text))
        if own > 0 and own >= total / 3 and total - own <= WALL:
            return reason
    return None
