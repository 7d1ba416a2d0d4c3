"""What of a page is no article, by its elements: named like furniture, or a list of entries as readers' comments are.

Names are only believed of what does not hold the headline, nor nearly all of the page's prose.
"""

import re
from functools import lru_cache

from medai_extract.ingest.html_blocks import Blocks

MOST = 0.75
"""Share of a page's prose that furniture may hold: a short article may have many comments."""
ENTRIES = 3
"""Elements of one kind, beside each other, that make a list of entries."""
_FURNITURE_TAGS = frozenset({"nav", "aside", "footer", "form", "dialog", "menu"})
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
# What stands in every entry that readers wrote: when, and what one may do with it.
_ENTRY = re.compile(
    r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d|\d\s?(?:秒|分钟|小时|天|周|个月|年)前|(?:昨天|今天)\s?\d|\d\s?(?:m|h|d|w|minutes?|hours?|days?|weeks?|months?|years?)\s+ago"
    r"|^(?:回复|举报|点?赞|踩|引用|reply|report|like|quote)\b",
    re.I,
)
_DIGITS = re.compile(r"\d+")


@lru_cache(maxsize=1_024)
def is_furniture(name: str) -> bool:
    """Say whether a class or id names something other than an article.

    >>> is_furniture("comment-list"), is_furniture("article__share-bar"), is_furniture("entry-content")
    (True, True, False)
    """
    return _FURNITURE.search(name) is not None


def mark_furniture(page: Blocks, headline: int | None) -> list[bool]:
    """Say of every element whether it is furniture or stands in some.

    Args:
        page: the blocks and elements of a page.
        headline: the index of the block that is the headline, where that is known.

    """
    nodes = page.nodes
    prose = [0.0] * len(nodes)
    for block in page.blocks:
        if block.is_sentence:
            prose[block.node] += block.weight * (1 - block.linked)
    for index in range(len(nodes) - 1, 0, -1):
        prose[nodes[index].parent] += prose[index]
    around_headline = set()
    node = page.blocks[headline].node if headline is not None else 0
    while node:
        around_headline.add(node)
        node = nodes[node].parent
    entries = _find_entries(page, prose)
    marked = [False] * len(nodes)
    for index, element in enumerate(nodes[1:], 1):
        marked[index] = marked[element.parent] or (
            (index in entries or element.tag in _FURNITURE_TAGS or is_furniture(element.name))
            and index not in around_headline
            and prose[index] <= MOST * prose[0]
        )
    return marked


def _find_entries(page: Blocks, prose: list[float]) -> set[int]:
    """Give the elements that are entries of a list: some of one kind beside each other, nearly all with a date or button of their own.

    One that is longer than the others together is what they answer to.
    """
    nodes = page.nodes
    kinds: dict[tuple[int, str, str], list[int]] = {}
    for index, element in enumerate(nodes[1:], 1):
        kinds.setdefault((element.parent, element.tag, _DIGITS.sub("", element.name)), []).append(index)
    groups = [group for group in kinds.values() if len(group) >= ENTRIES]
    if not groups:
        return set()
    blocks, dated = [0] * len(nodes), [0] * len(nodes)
    for block in page.blocks:
        blocks[block.node] += 1
        dated[block.node] += not block.is_sentence and _ENTRY.search(block.text) is not None
    for index in range(len(nodes) - 1, 0, -1):
        blocks[nodes[index].parent] += blocks[index]
        dated[nodes[index].parent] += dated[index]
    entries: set[int] = set()
    for group in groups:
        if sum(blocks[index] > 1 and dated[index] > 0 for index in group) >= MOST * len(group):
            total = sum(prose[index] for index in group)
            entries.update(index for index in group if 2 * prose[index] <= total)
    return entries
