"""Links that open a web page at a mention: text fragments (``#:~:text=``), as the WICG's specification has them.

A browser looks for the words on the page, in any case, and takes only what begins and ends at a word's edge; Chinese words have
edges where its dictionary says so (``由联影医疗`` has none after ``由``). So a mention that stands more than once, or whose edge touches
a letter or a Han character, goes with what stands before and after it up to a sign or space.
"""

import re

LONGEST = 60
"""Code points of context on either side, at most."""
_SCHEMES = ("http://", "https://")
NEAR = 6
"""Code points of context on either side, at least, where the line has them; it ends with a word."""
_WORD_END = re.compile(r"\w(?!\w)")
_BLOCK_ENDS = ("\n", "\t", " |")
# Of what is not encoded only a hyphen would mean something to the browser.
_ENCODED = re.compile(r"[^A-Za-z0-9._~\n]+")


class PageLinks:
    """The links into one article's page.

    Args:
        url: the article's address; other than ``http`` and ``https``, and none at all, give no links.
        text: the clean text of the article.
        title: its title, which the page shows whether or not the text begins with it.

    """

    def __init__(self, url: str | None, text: str, title: str | None = None) -> None:
        is_page = url is not None and url[:8].lower().startswith(_SCHEMES)
        self._page = url.partition("#")[0] + "#:~:text=" if url is not None and is_page else None
        self._text = text
        self._lowered = text.lower() if is_page else ""
        if is_page and title is not None and title not in text:
            self._lowered = f"{title.lower()}\n{self._lowered}"

    def link(self, start: int, end: int) -> str | None:
        """Give the address that opens the page at ``[start, end)`` of the text.

        >>> PageLinks("https://a.example/1#top", "Owkin raised $5 million. Owkin, of Paris, …").link(0, 5)
        'https://a.example/1#:~:text=Owkin,-raised'
        >>> PageLinks("https://a.example/1", "Owkin raised $5-6 million.").link(13, 25)
        'https://a.example/1#:~:text=%245%2D6%20million'
        >>> PageLinks("https://a.example/1", "昨日，由阿福牵头").link(4, 6)
        'https://a.example/1#:~:text=%E6%98%A8%E6%97%A5%EF%BC%8C%E7%94%B1-,%E9%98%BF%E7%A6%8F,-%E7%89%B5%E5%A4%B4'
        >>> PageLinks(None, "阿福").link(0, 2) is None
        True
        """
        if self._page is None:
            return None
        words = self._text[start:end]
        before = after = ""
        if self._is_inside(start) or self._is_inside(end) or self._is_ambiguous(words):
            before, after = self._context(start, end)
        # One call encodes all three: line feeds, which no mention has, stand between them.
        before, words, after = _ENCODED.sub(_percent, f"{before}\n{words}\n{after}").split("\n")
        return f"{self._page}{before and before + '-,'}{words}{after and ',-' + after}"

    def _is_inside(self, at: int) -> bool:
        """Say whether a place is no certain edge of a word."""
        return 0 < at < len(self._text) and self._text[at - 1].isalnum() and self._text[at].isalnum()

    def _is_ambiguous(self, words: str) -> bool:
        sought = words.lower()
        return self._lowered.find(sought, self._lowered.find(sought) + 1) >= 0

    def _context(self, start: int, end: int) -> tuple[str, str]:
        """Give what tells the mention apart: a few words, else as many as there may be, else the line before."""
        text = self._text
        backwards = text[max(start - LONGEST, 0) : start][::-1]
        line_before, line_after = _cut(backwards), _cut(text[end : end + LONGEST])
        before, after = _near(line_before)[::-1], _near(line_after)
        if self._is_ambiguous(text[start - len(before) : end + len(after)]):
            before, after = line_before[::-1], line_after
        if not before.strip() and not after.strip():
            before = _near(_cut(backwards.lstrip()))[::-1]
        return before.removeprefix("- ").strip(), after.strip()


def _cut(context: str) -> str:
    """Give what of a context stands in the same block; a cell is a block of its own."""
    for end in _BLOCK_ENDS:
        if end in context:
            context = context[: context.index(end)]
    return context


def _near(context: str) -> str:
    """Give the words of a context that come first."""
    match = _WORD_END.search(context, NEAR - 1)
    return context[: match.end()] if match is not None else context


def _percent(match: re.Match[str]) -> str:
    return "%" + match[0].encode("utf-8", "replace").hex("%").upper()
