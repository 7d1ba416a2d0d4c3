"""An article as the desk shows it: pieces of text with their offsets, mentions in colour, and where an edge can go.

Article text is only ever text. Characters that cannot be seen are shown by their number, so that nobody decides on what is hidden.
"""

import re
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from medai_extract.model import Span
from medai_extract.segment import SegmentedText

PART = 12_000
"""Code points of a long article shown at once."""
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class Piece(NamedTuple):
    """A stretch of text: plain, an unseen character (``code`` is its number), or part of a mention."""

    start: int
    text: str
    code: str = ""


def describe_value(value: str) -> str:
    """Give what an amount or a date says, in a line, from the JSON of its value.

    >>> describe_value('{"currency":"USD","amount":"5000","amount_min":null,"amount_max":null,"modifier":"approx"}')
    'USD 5000 approx'
    >>> describe_value('{"timex":"2024","start":"2024-01-01","end":"2024-12-31"}')
    '2024'
    """
    fields = msgspec.json.decode(value)
    if fields.get("timex"):
        return str(fields["timex"])
    return " ".join(str(field) for field in fields.values() if field)


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
    for mention in sorted(
        mentions, key=lambda row: (row["status"] in ("rejected", "displaced"), row["start"])
    ):
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
