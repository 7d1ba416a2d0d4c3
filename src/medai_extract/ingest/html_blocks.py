"""A page to blocks: the lines that a reader of the page sees, each with the element it stands in.

Paragraphs, headings, list items and lines that a break ends are blocks of their own; the cells of a table's row make one block. What
a browser never shows (scripts, forms' insides, what is styled away) makes none.
"""

import re
from functools import lru_cache
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
        "script", "style", "noscript", "template", "head", "title", "svg", "math", "canvas", "audio", "video", "object", "iframe", "select",
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
_FURNITURE_TAGS = frozenset(
    {"nav", "aside", "footer", "form", "dialog", "menu"}
)  # fmt: skip
# Names that makers of pages give to what is not the article, as whole words of a class or id.
_FURNITURE = re.compile(
    r"""(?:^|[\s_-])(?:
        nav(?:bar|igation)? | menus? | breadcrumbs? | crumbs? | sidebar | side | aside | foot(?:er)? | masthead | topbar | toolbar
      | share(?:bar|daddy)? | sharing | social | sns | tools? | follow
      | comments? | cmt | discuss(?:ion)? | disqus | respond | repl(?:y|ies)
      | related(?:posts?)? | recommend(?:ed|ations?)? | rec | recirc | more | hot | rank(?:ing)? | popular | trending | latest | also | read-?also
      | ads? | advert(?:isement)? | banner | sponsor(?:ed)? | promo(?:tion)?s? | outbrain | taboola
      | cookies? | consent | gdpr | popup | modal | overlay | gate(?:way)? | paywall | newsletters? | subscri(?:be|ption) | sign-?up | login
      | copyright | disclaimer | tags? | author-?(?:box|bio|info|card) | bio | pag(?:er|ination) | pre-?next | widgets? | qr-?code | print | skip-?link
    )(?=$|[\s_-])""",
    re.X | re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)


class Block(msgspec.Struct):
    """A line of a page. ``linked`` are the code points of it that are links; ``node`` is the element it stands in."""

    text: str
    linked: int
    node: int
    tag: str


class Node(msgspec.Struct):
    """An element that holds blocks; ``furniture`` says that it is named like what is no article."""

    tag: str
    name: str
    parent: int
    furniture: bool


class Blocks(msgspec.Struct):
    """The blocks of a page in order, and the elements they stand in; a parent comes before its children."""

    blocks: list[Block]
    nodes: list[Node]
    depth: int


@lru_cache(maxsize=4096)
def is_furniture(name: str) -> bool:
    """Say whether a class or id names something other than an article.

    >>> is_furniture("comment-list"), is_furniture("article__share-bar"), is_furniture("entry-content")
    (True, True, False)
    """
    return _FURNITURE.search(name) is not None


def parse_page(html: str) -> "etree._Element | None":
    """Parse a page as browsers do: whatever it is, something comes of it; None where it has no element."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    return etree.fromstring(html.encode("utf-8", "replace"), parser)


def split_blocks(root: "etree._Element") -> Blocks:
    r"""Give the blocks of a page.

    >>> page = parse_page("<ul><li>阿福<li><a href=/>更多</a></ul><table><tr><td>A轮<td>5亿元</table>")
    >>> [(block.text, block.linked, block.tag) for block in split_blocks(page).blocks]
    [('阿福', 0, 'li'), ('更多', 2, 'li'), ('A轮 | 5亿元', 0, 'tr')]
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
        self.nodes: list[Node] = [Node("", "", 0, False)]
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
            furniture = tag in _FURNITURE_TAGS or is_furniture(name)
            self.nodes.append(Node(tag, name, self._open[-1], furniture))
            self._open.append(len(self.nodes) - 1)
            if tag == "tr":
                self._rows.append((len(self.blocks), []))
            elif tag in ("td", "th") and self._rows:
                self._rows[-1][1].append(len(self.blocks))
        elif tag == "br":
            self.flush()
        elif tag == "a":
            self._links += 1
        self.read(element.text)

    def close(self, tag: str) -> None:
        if tag in _BREAKS:
            self.flush()
            if tag == "tr" and self._rows:
                self._join_cells(*self._rows.pop())
            self._open.pop()
        elif tag == "a":
            self._links -= 1

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
                self.blocks.append(Block(text, min(self._linked, len(text)), node, self.nodes[node].tag))
            self._pieces, self._linked = [], 0

    def _join_cells(self, first: int, cells: list[int]) -> None:
        """Make one block of a row whose cells hold a line each."""
        row = self.blocks[first:]
        starts = [first, *cells[1:], len(self.blocks)] if cells else [first]
        one_line_each = all(end - start <= 1 for start, end in pairwise(starts))
        length = sum(len(block.text) for block in row)
        if (
            len(row) > 1
            and one_line_each
            and length <= LONGEST_ROW
            and not any(block.tag == "tr" for block in row)
        ):
            text = CELLS.join(block.text for block in row)
            self.blocks[first:] = [Block(text, sum(block.linked for block in row), self._open[-1], "tr")]
