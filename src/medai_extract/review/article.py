"""An article as the desk shows it: pieces of text with their offsets, the source, and why each mention was found.

Article text is only ever text. Characters that cannot be seen are shown by their number, so that nobody decides on what is hidden.
"""

import re
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import msgspec

from medai_extract.ingest import file_of, read_file
from medai_extract.model import Article, Candidate, Document, Dropped, Span
from medai_extract.offsets import apply_edits
from medai_extract.pipeline import Pipeline
from medai_extract.segment import SegmentedText

PART = 12_000
"""Code points of a long article shown at once."""
TRACED = 20_000
"""Code points up to which the whole article is read again for the trace; of a longer one, what surrounds the mention."""
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class Piece(NamedTuple):
    """A stretch of text: plain, an unseen character (``code`` is its number), or part of a mention."""

    start: int
    text: str
    code: str = ""


class Block(NamedTuple):
    """Pieces outside of any mention, or those of one mention."""

    start: int
    mention: sqlite3.Row | None
    pieces: list[Piece]


class View(NamedTuple):
    """The part of an article on the page; ``start`` and ``end`` say which."""

    start: int
    end: int
    blocks: list[Block]


def make_pieces(text: str, start: int, end: int) -> list[Piece]:
    r"""Cut a stretch of text where characters cannot be seen.

    >>> make_pieces("AI\u202e医疗", 0, 5)
    [Piece(start=0, text='AI', code=''), Piece(start=2, text='\u202e', code='U+202E'), Piece(start=3, text='医疗', code='')]
    """
    pieces: list[Piece] = []
    at = start
    for match in _UNSEEN.finditer(text, start, end):
        if match.start() > at:
            pieces.append(Piece(at, text[at : match.start()]))
        pieces.append(Piece(match.start(), match[0], f"U+{ord(match[0]):04X}"))
        at = match.end()
    if at < end:
        pieces.append(Piece(at, text[at:end]))
    return pieces


def make_view(
    text: str, mentions: Sequence[sqlite3.Row], focus: sqlite3.Row | None, span: Span | None, part: int = 0
) -> View:
    """Give the part of an article around a mention, or part number ``part``, with its mentions as blocks.

    Args:
        text: the clean text.
        mentions: the article's mentions.
        focus: the mention that is looked at; it is shown whatever overlaps it.
        span: where its edges are to be shown, if elsewhere than they are.
        part: which part of a long article, where no mention is looked at.
    """
    if focus is not None and span is not None:
        part = span.start // PART
    start = max(part * PART - (PART // 4 if part else 0), 0)
    end = min((part + 1) * PART + PART // 4, len(text))
    taken: list[tuple[int, int, sqlite3.Row]] = []
    if focus is not None and span is not None:
        taken.append((span.start, span.end, focus))
    for mention in sorted(mentions, key=lambda row: (row["status"] == "rejected", row["start"])):
        one, other = mention["start"], mention["end"]
        if focus is not None and mention["id"] == focus["id"]:
            continue
        at = bisect_left(taken, (one,), key=lambda place: (place[0],))
        free = (at == 0 or taken[at - 1][1] <= one) and (at == len(taken) or other <= taken[at][0])
        if free and start <= one and other <= end:
            taken.insert(at, (one, other, mention))
    blocks: list[Block] = []
    at = start
    for one, other, mention in taken:
        if one > at:
            blocks.append(Block(at, None, make_pieces(text, at, one)))
        blocks.append(Block(one, mention, make_pieces(text, one, other)))
        at = other
    if at < end:
        blocks.append(Block(at, None, make_pieces(text, at, end)))
    return View(start, end, blocks)


class Edges(NamedTuple):
    """Where an edge goes by one character and by one token."""

    less: Span
    more: Span
    token_less: Span
    token_more: Span


def make_edges(text: str, span: Span) -> dict[str, Edges]:
    """Give where the ``start`` and the ``end`` of a span can go; a span always keeps a character.

    >>> make_edges("由推想医疗完成", Span(1, 5))["end"].token_more
    Span(start=1, end=7)
    """
    low, high = max(span.start - 300, 0), min(span.end + 300, len(text))
    segmented = SegmentedText(text[low:high])
    edges = sorted(
        {low + edge for index in range(len(segmented.sentences)) for token in segmented.tokens(index)
         for edge in (token.start, token.end)}
    )  # fmt: skip

    def before(position: int) -> int:
        index = bisect_left(edges, position) - 1
        return edges[index] if index >= 0 else position

    def after(position: int) -> int:
        index = bisect_right(edges, position)
        return edges[index] if index < len(edges) else position

    def starting(start: int) -> Span:
        return Span(min(max(start, 0), span.end - 1), span.end)

    def ending(end: int) -> Span:
        return Span(span.start, max(min(end, len(text)), span.start + 1))

    return {
        "start": Edges(
            starting(span.start - 1),
            starting(span.start + 1),
            starting(before(span.start)),
            starting(after(span.start)),
        ),
        "end": Edges(
            ending(span.end - 1), ending(span.end + 1), ending(before(span.end)), ending(after(span.end))
        ),
    }


class Trace(NamedTuple):
    """Why a mention is there: the candidates across it, and those that fell, with their reasons."""

    kept: list[tuple[str, Candidate]]
    fallen: list[tuple[str, Dropped]]
    where: str
    pattern: str


class Explainer:
    """The pipeline of the desk, built at the first question."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._choose = lru_cache(maxsize=64)(self._choose_once)
        self._rules = {rule.id: rule for rules in pipeline.patterns.rules.values() for rule in rules}

    def explain(self, article: sqlite3.Row, mention: sqlite3.Row) -> Trace:
        """Read the surroundings of a mention again and give what competed for it."""
        low, high = 0, len(article["text"])
        if high > TRACED:
            low, high = max(mention["start"] - 2_000, 0), min(mention["end"] + 2_000, high)
        text = article["text"][low:high]
        kept, dropped = self._choose(text, article["lang"], article["published_at"], article["title"])
        start, end = mention["start"] - low, mention["end"] - low

        def across(candidate: Candidate) -> bool:
            return bool(candidate.start < end and start < candidate.end)

        rule = self._rules.get(mention["rule_id"])
        return Trace(
            [(text[one.start : one.end], one) for one in kept if across(one)],
            [
                (text[one.candidate.start : one.candidate.end], one)
                for one in dropped
                if across(one.candidate)
            ],
            "" if rule is None else rule.where,
            "" if rule is None else rule.pattern,
        )

    def _choose_once(
        self, text: str, lang: str, published_at: str | None, title: str | None
    ) -> tuple[list[Candidate], list[Dropped]]:
        document = Document(
            id="",
            source="",
            text=text,
            offsets=apply_edits(text, [])[1],
            kept=(Span(0, len(text)),),
            lang=lang,
            published_at=published_at,
            title=title,
        )
        return self._pipeline.choose(SegmentedText(text), document)


def make_source_link(article: sqlite3.Row, mention: sqlite3.Row) -> str | None:
    """Give the article's address with the mention's words as a text fragment, so that a browser opens it at that place."""
    url = article["url"]
    if not url or urlsplit(url).scheme not in ("http", "https"):
        return None
    text, start, end = article["text"], mention["start"], mention["end"]
    before = text[max(start - 12, 0) : start].split("\n")[-1].strip()
    after = text[end : end + 12].split("\n")[0].strip()
    words = [quote(mention["text"], safe="")]
    if before:
        words.insert(0, f"{quote(before, safe='')}-")
    if after:
        words.append(f"-{quote(after, safe='')}")
    return f"{url.partition('#')[0]}#:~:text={','.join(words)}"


def read_source(out: Path, article: sqlite3.Row) -> Article | None:
    """Read an article's source text again, from the inputs of the run alone; None where it is gone or has changed."""
    path = Path(file_of(article["source"]))
    try:
        paths = msgspec.json.decode((out / "run.json").read_bytes())["paths"]
        allowed = any(path.resolve().is_relative_to(Path(root).resolve()) for root in paths)
        if not allowed or not path.is_file():
            return None
        for found in read_file(str(path)):
            same = isinstance(found, Article) and found.source_id == article["source_id"]
            if same and isinstance(found, Article) and Path(found.source) == Path(article["source"]):
                return found
    except (OSError, KeyError, ValueError, msgspec.DecodeError):
        return None
    return None


def split_kept(source: Article, kept: str) -> list[tuple[bool, int, list[Piece]]]:
    """Cut a source text into what cleaning kept and what it dropped."""
    parts: list[tuple[bool, int, list[Piece]]] = []
    at = 0
    for start, end in msgspec.json.decode(kept):
        if not at <= start <= end <= len(source.text):
            return [(True, 0, make_pieces(source.text, 0, len(source.text)))]
        if start > at:
            parts.append((False, at, make_pieces(source.text, at, start)))
        parts.append((True, start, make_pieces(source.text, start, end)))
        at = end
    if at < len(source.text):
        parts.append((False, at, make_pieces(source.text, at, len(source.text))))
    return parts
