"""The text of HTML that has no page around it: a chapter, an entry of a feed, a letter. All of it is the article's."""

import re
from typing import NamedTuple

from medai_extract.ingest.inputs import RefusedError
from medai_extract.ingest.limits import MOST_TAGS

_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_INDENT = re.compile(r"(?m)^[ \t]+|[ \t]+$")
_CELLS = re.compile(r"\t+")
_HEADINGS = "h1, h2, h3"
_HIDDEN = ["[hidden]", "[style*='display:none']", "[style*='display: none']", "template", "button", "select"]
"""What is not shown: letters begin with a hidden line that only lists of letters show."""


class HtmlText(NamedTuple):
    """The text of HTML, a line for each paragraph, heading, list item and table row, and its first heading."""

    text: str
    heading: str | None


def is_markup(text: str) -> bool:
    """Say whether a text has tags; feeds hold plain text and HTML and do not say which.

    >>> is_markup("<p>阿福</p>"), is_markup("p < 0.05 and n > 30")
    (True, False)
    """
    return _TAG.search(text) is not None


def read_html_text(html: str) -> HtmlText:
    r"""Give the text of HTML as it is shown.

    >>> read_html_text("<p style='display:none'>预览</p><h2>阿福</h2><ul><li>上线<li>扩展</ul><table><tr><td>Owkin<td>$50 million</table>")
    HtmlText(text='阿福\n\n上线\n扩展\nOwkin | $50 million', heading='阿福')

    Raises:
        RefusedError: it has more tags than a page can have.

    """
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    if html.count("<") > MOST_TAGS:
        raise RefusedError("too_many_tags", f"has over {MOST_TAGS:,} tags")
    tree = HTMLTree.parse(html)
    if tree.body is None:
        return HtmlText("", None)
    text = extract_plain_text(
        tree, main_content=False, alt_texts=False, list_bullets=False, skip_elements=_HIDDEN
    )
    heading = tree.body.query_selector(_HEADINGS)
    text = _CELLS.sub(" | ", text)
    title = " ".join((heading.text or "").split()) if heading is not None else ""
    return HtmlText(_INDENT.sub("", text).strip(), title or None)
