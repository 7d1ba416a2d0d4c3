"""Which of a page's blocks are its article: the element whose text is worth most, less what is furniture inside it.

Prose is worth its length; links, short lines without a sentence and everything in an element named like furniture count against the
element that holds them. So the best element spans a teaser and the rest of its story, and stops before the lists around them.
"""

import re
from collections.abc import Sequence

import msgspec

from medai_extract.ingest.html_blocks import Block, Blocks
from medai_extract.ingest.html_furniture import mark_furniture
from medai_extract.ingest.html_metadata import is_headline

SHORT_LINE = 8
"""What a line without a sentence costs, in units of worth (a Han character, or three Latin letters)."""
COST = 40.0
"""What a part that is no article costs the element that holds it, at most."""
CORE = 0.8
"""Share of an article's worth that its innermost element holds; outside of that only sentences are taken."""
WIDER = 0.75
BEFORE_HEADLINE = 0.2
HEADER_LINE, HEADER_LINES = 60, 8
"""Length of a headline or byline, in units of worth, and how many lines may stand between headline and text."""
_TEXT = frozenset({"p", "h1", "h2", "h3", "h4", "li", "tr", "blockquote", "pre"})
_BYLINE = re.compile(
    r"^(?:by|posted|published|updated)\s|^(?:作者|来源|來源|记者|記者|编辑|編輯|撰文|文)\s?[:：|｜/]|发布时间|發布時間"
    r"|^(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}|^(?:\d{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,4}",
    re.I,
)


class Body(msgspec.Struct):
    """The article of a page: its ``lines``, its headline, and the short lines between the headline and the first paragraph.

    ``left_out`` are the other lines of the page, each with the reason: ``html.furniture`` (an element named so, or a list of entries),
    ``html.outside`` (of the article's element), ``html.aside`` (inside of it, but no prose), ``html.link``, ``html.before`` (the headline).
    """

    lines: list[str]
    headline: str | None
    header: list[str]
    left_out: list[tuple[str, str]]


def find_body(page: Blocks, titles: Sequence[str]) -> Body:
    """Find the article of a page whose metadata states ``titles``.

    >>> from medai_extract.ingest.html_blocks import parse_page, split_blocks
    >>> html = "<a href=/>首页</a><h1>阿福上线</h1><i>2025-03-16 来源：动脉网</i><div><p>蚂蚁今日发布阿福。<p>下载量不详。</div>"
    >>> body = find_body(split_blocks(parse_page(html)), ["阿福上线"])
    >>> body.headline, body.header, body.lines, body.left_out
    ('阿福上线', ['2025-03-16 来源：动脉网'], ['蚂蚁今日发布阿福。', '下载量不详。'], [('首页', 'html.outside')])
    """
    blocks = page.blocks
    at = _find_headline(page, titles)
    reasons = _find_reasons(page, at)
    first = _first(reasons, 0)
    if at is None:
        prose = (
            index for index in range(first, len(blocks)) if not reasons[index] and blocks[index].is_sentence
        )
        heads = (index for index in range(next(prose, first)) if blocks[index].tag == "h1")
        at = max((index for index in heads if not _is_link(blocks[index])), default=None)
    if at is not None and at >= first:
        # What stands before the headline is of another article, unless it is much.
        weights = [0.0 if reason else block.weight for block, reason in zip(blocks, reasons, strict=True)]
        if sum(weights[:at]) < BEFORE_HEADLINE * sum(weights):
            reasons[: at + 1] = [reason or "html.before" for reason in reasons[: at + 1]]
            first = _first(reasons, at)
    while first < len(blocks) and _is_byline(blocks[first]):
        reasons[first] = "html.aside"
        first = _first(reasons, first)
    top = (at if at is not None else max(first - HEADER_LINES, -1)) + 1
    header = [index for index in range(top, first) if blocks[index].weight <= HEADER_LINE][:HEADER_LINES]
    told = {at, *header}
    return Body(
        [block.text for block, reason in zip(blocks, reasons, strict=True) if not reason],
        blocks[at].text if at is not None else None,
        [blocks[index].text for index in header],
        [
            (block.text, reasons[index])
            for index, block in enumerate(blocks)
            if reasons[index] and index not in told
        ],
    )


def _is_byline(block: Block) -> bool:
    """Say whether a line that is no paragraph tells who wrote or published the article, and when."""
    return (
        block.tag not in _TEXT
        and block.weight <= HEADER_LINE
        and not block.is_sentence
        and _BYLINE.search(block.text) is not None
    )


def _first(reasons: list[str], start: int) -> int:
    return next((index for index in range(start, len(reasons)) if not reasons[index]), len(reasons))


def _find_headline(page: Blocks, titles: Sequence[str]) -> int | None:
    """Give the index of the block that the metadata has as the title: a heading rather than a line, and the one of its length."""
    found = [
        (block.tag != "h1", abs(len(block.text) - len(title)), index)
        for index, block in enumerate(page.blocks)
        if block.weight <= HEADER_LINE and block.linked < 1
        for title in titles
        if 3 * len(title) > len(block.text)
        and 3 * len(block.text) > len(title)
        and is_headline(block.text, title)
    ]
    return min(found)[2] if found else None


def _find_reasons(page: Blocks, headline: int | None) -> list[str]:
    """Give, for every block of a page, why it is not of the article; an empty text where it is."""
    furniture = mark_furniture(page, headline)
    worth = _worth(page, furniture)
    best = _widen(page, worth, max(range(len(page.nodes)), key=lambda index: (worth[index], index)))
    in_best, in_core = _inside(page, best), _inside(page, _descend(page, worth, best))
    reasons = [
        "html.furniture"
        if furniture[block.node]
        else "html.outside"
        if not in_best[block.node]
        else "html.link"
        if _is_link(block)
        else ""
        for block in page.blocks
    ]
    # Outside of the innermost element a line must be a sentence, or stand beside one and after the first: before it are bylines.
    own = [not reason and block.is_sentence for block, reason in zip(page.blocks, reasons, strict=True)]
    first = own.index(True) if True in own else len(own)
    beside = {
        page.nodes[block.node].parent
        for block, is_own in zip(page.blocks, own, strict=True)
        if is_own and not in_core[block.node]
    }
    for index, block in enumerate(page.blocks):
        is_beside = index > first and page.nodes[block.node].parent in beside
        if not (reasons[index] or in_core[block.node] or own[index] or is_beside):
            reasons[index] = "html.aside"
    return reasons


def _widen(page: Blocks, worth: list[float], node: int) -> int:
    """Give the ``article`` that an element stands in, unless much in it speaks against it: it may begin with a teaser."""
    widest = outer = node
    while outer:
        outer = page.nodes[outer].parent
        if page.nodes[outer].tag == "article" and worth[outer] >= WIDER * worth[node]:
            widest = outer
    return widest


def _worth(page: Blocks, furniture: list[bool]) -> list[float]:
    """Give the worth of every node: that of its blocks and of the nodes in it, of which a bad one costs little, for it goes."""
    worth = [0.0] * len(page.nodes)
    for block in page.blocks:
        worth[block.node] += _value(block, furniture[block.node])
    for index in range(len(page.nodes) - 1, 0, -1):
        worth[page.nodes[index].parent] += max(worth[index], -COST)
    return worth


def _value(block: Block, furniture: bool) -> float:
    if furniture:
        return -block.weight - SHORT_LINE
    if _is_link(block):
        return -block.weight * block.linked - SHORT_LINE
    value = block.weight * (1 - 2 * block.linked)
    return value if block.is_sentence else min(value - SHORT_LINE, 20.0)


def _descend(page: Blocks, worth: list[float], node: int) -> int:
    """Give the innermost node of several blocks that still holds nearly all that ``node`` is worth."""
    least = CORE * worth[node]
    blocks = [0] * len(page.nodes)
    for block in page.blocks:
        blocks[block.node] += 1
    for index in range(len(page.nodes) - 1, 0, -1):
        blocks[page.nodes[index].parent] += blocks[index]
    for index in range(node + 1, len(page.nodes)):
        if worth[index] >= least and blocks[index] > 1 and page.nodes[index].parent == node:
            node = index
    return node


def _inside(page: Blocks, top: int) -> list[bool]:
    inside = [False] * len(page.nodes)
    for index, node in enumerate(page.nodes):
        inside[index] = index == top or (index > 0 and inside[node.parent])
    return inside


def _is_link(block: Block) -> bool:
    return block.linked > 0.5
