"""A page to blocks: the lines that a reader of the page sees, each with the element it stands in.

Paragraphs, headings, list items and lines that a break ends are blocks of their own; the cells of a table's row make one block. What
a browser never shows (scripts, forms' insides, what is styled away) makes none.
"""

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from lxml import etree

CELLS = " | "
"""Between the cells of a row."""
DEEPEST = 2_000
"""Elements in elements; the parser cuts off what is deeper, so a page that goes so deep is refused."""
LONGEST_ROW = 400
"""Code points of a row; what is longer is a table that lays out a page, and its cells are blocks of their own."""
_UNSEEN = frozenset(
    {
        "script", "style", "noscript", "template", "title", "svg", "math", "canvas", "audio", "video", "object", "iframe", "select",
        "option", "datalist", "textarea", "button", "input", "map", "area", "amp-ad", "amp-consent", "amp-sidebar", "amp-embed"
    }
)  # fmt: skip
_BREAKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset",
        "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main",
        "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "amp-list",
        "amp-accordion"
    }
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3"})
# Bylines set these beside other words without a space; no sentence does.
_APART = frozenset({"time", "cite"})
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_SENTENCE = re.compile(r"[。！？；]|[.!?;](?:[\s”\"’)]|$)|[，,][^,，]{4}")
_LATIN = re.compile(r"[\x00-\u02ff]")


class Block(msgspec.Struct):
    """A line of a page, standing in the element ``node``.

    ``linked`` is the share of it that is links, ``weight`` its length in Han characters, and ``is_sentence`` says whether it reads like prose.
    """

    text: str
    linked: float
    node: int
    tag: str
    weight: float
    is_sentence: bool


def weigh(text: str) -> float:
    """Give the length of a text in Han characters, to which three Latin letters are equal.

    >>> weigh("推想医疗"), weigh("Infervision!")
    (4.0, 4.0)
    """
    latin = len(text) if text.isascii() else len(_LATIN.findall(text))
    return len(text) - latin + latin / 3


def is_sentence(text: str) -> bool:
    """Say whether a line holds the end of a sentence or a clause of some length.

    >>> is_sentence("推想医疗完成融资。"), is_sentence("Related stories"), is_sentence("融资，上市")
    (True, False, False)
    """
    return _SENTENCE.search(text) is not None


class Node(msgspec.Struct):
    """An element that holds blocks; ``name`` is its class and id."""

    tag: str
    name: str
    parent: int


class Blocks(msgspec.Struct):
    """The blocks of a page in order, and the elements they stand in; a parent comes before its children."""

    blocks: list[Block]
    nodes: list[Node]
    depth: int


def parse_page(html: str) -> "etree._Element | None":
    """Parse a page as browsers do: whatever it is, something comes of it; None where it has no element."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    return etree.fromstring(html.encode("utf-8", "replace"), parser)


def split_blocks(root: "etree._Element") -> Blocks:
    r"""Give the blocks of a page.

    >>> page = parse_page("<ul><li>阿福<li><a href=/>更多</a></ul><table><tr><td>A轮<td>5亿元</table>")
    >>> [(block.text, block.linked, block.tag) for block in split_blocks(page).blocks]
    [('阿福', 0.0, 'li'), ('更多', 1.0, 'li'), ('A轮 | 5亿元', 0.0, 'tr')]
    """
    from lxml import etree

    walk = _Walk()
    depth = deepest = 0
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        tag = element.tag
        if event == "start":
            depth += 1
            deepest = max(deepest, depth)
            if tag in _UNSEEN or _is_hidden(element):
                # The walk still tells the element's end, and the text after it belongs to its parent.
                events.skip_subtree()
                walk.unseen = True
            else:
                walk.open(tag, element)
            continue
        depth -= 1
        if walk.unseen:
            walk.unseen = False
            walk.read(element.tail)
        else:
            walk.close(tag)
            walk.read(element.tail)
    walk.flush()
    return Blocks(walk.blocks, walk.nodes, deepest)


def _is_hidden(element: "etree._Element") -> bool:
    style = element.get("style")
    return (style is not None and _HIDDEN.search(style) is not None) or element.get("hidden") is not None


class _Walk:
    """Where a walk over a page has come to."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.nodes: list[Node] = [Node("", "", 0)]
        self.unseen = False
        self._open = [0]
        self._pieces: list[str] = []
        self._linked = 0
        self._links = 0
        self._rows: list[tuple[int, list[int]]] = []

    def open(self, tag: str, element: "etree._Element") -> None:
        if tag in _BREAKS:
            self.flush()
            name = f"{element.get('class') or ''} {element.get('id') or ''}"
            self.nodes.append(Node(tag, name.strip(), self._open[-1]))
            self._open.append(len(self.nodes) - 1)
            if tag == "tr":
                self._rows.append((len(self.blocks), []))
            elif tag in ("td", "th") and self._rows:
                self._rows[-1][1].append(len(self.blocks))
        elif tag == "br":
            self.flush()
        elif tag == "a":
            self._links += 1
        elif tag in _APART:
            self._pieces.append(" ")
        self.read(element.text)

    def close(self, tag: str) -> None:
        if tag in _BREAKS:
            self.flush()
            if tag == "tr" and self._rows:
                self._join_cells(*self._rows.pop())
            self._open.pop()
        elif tag == "a":
            self._links -= 1
        elif tag in _APART:
            self._pieces.append(" ")

    def read(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)
            if self._links:
                self._linked += len(text.strip())

    def flush(self) -> None:
        if self._pieces:
            text = " ".join("".join(self._pieces).split())
            if text:
                node = self._open[-1]
                linked = min(self._linked / len(text), 1.0)
                self.blocks.append(
                    Block(text, linked, node, self.nodes[node].tag, weigh(text), is_sentence(text))
                )
            self._pieces, self._linked = [], 0

    def _join_cells(self, first: int, cells: list[int]) -> None:
        """Make one block of a row whose cells hold a line each."""
        row = self.blocks[first:]
        starts = [first, *cells[1:], len(self.blocks)] if cells else [first]
        one_line_each = all(end - start <= 1 for start, end in pairwise(starts))
        length = sum(len(block.text) for block in row)
        if (
            len(row) > 1
            and not any(block.tag in _HEADINGS for block in row)
            and one_line_each
            and length <= LONGEST_ROW
            and not any(block.tag == "tr" for block in row)
        ):
            text = CELLS.join(block.text for block in row)
            linked = sum(block.linked * len(block.text) for block in row) / len(text)
            self.blocks[first:] = [Block(text, linked, self._open[-1], "tr", weigh(text), is_sentence(text))]
