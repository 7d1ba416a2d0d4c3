"""A sentence splitter for Chinese, English and text that mixes them.

Chinese sentences end at 。！？ (with closing quotes); English ones at a full stop, question or exclamation
mark before white space and something that can begin a sentence, unless the stop belongs to an abbreviation or
an initial. A line break always ends a sentence: news texts are broken by paragraph, and a headline has no
full stop.
"""

import re

from medai_extract.model import Span

LONGEST = 1_000
"""Code points after which a sentence is cut at a comma or space; it bounds what a record repeats."""

_ABBREVIATIONS = (
    "Mr|Mrs|Ms|Dr|Prof|St|Gen|Sen|Rep|Gov|Capt|Lt|Col|Jr|Sr|Inc|Ltd|Co|Corp|Bros|Pty|Pte|Pvt|Sdn|vs|etc|No|Nos|Vol|Fig|"
    "approx|est|dept|univ|ed|al|ca|cf|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|U\\.S|U\\.K|E\\.U|U\\.N|"
    "a\\.m|p\\.m|e\\.g|i\\.e|Ph\\.D|M\\.D|L\\.P|S\\.A|S\\.p\\.A|K\\.K|N\\.V|B\\.V|[A-Z]"
)
# The first character alone decides where to look closer: a set at the front of a pattern is searched for quickly.
_END = re.compile(
    r"""[。！？!?….\n](?:
        (?<=[。！？!?…])[。！？!?…]*+["”’」』）)\]]*+   # Chinese stops, and English ones that are never part of a word
      | (?<=\.)\.*+["”’)\]]*+(?=\s|$)               # a full stop counts before white space only: V2.5, ebrun.com
      | (?<=\n)\n*)""",
    re.X,
)
_ABBREVIATION_BEFORE = re.compile(rf"(?<![A-Za-z.])(?:{_ABBREVIATIONS}|(?:[A-Z]\.)+[A-Z])$")
_CONTINUES = re.compile(r"""\s*[a-z,;:)]""")
_SOFT_BREAK = re.compile(r"[，,；;：:\s]")


def split_sentences(text: str) -> list[Span]:
    """Cut ``text`` into sentences, without white space around; every other character is in exactly one.

    >>> text = "由IDG领投。“很好！”他说。Dr. Li of Acme Inc. raised $3.5 million. It works!"
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['由IDG领投。', '“很好！”', '他说。', 'Dr. Li of Acme Inc. raised $3.5 million.', 'It works!']
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match[0][0] == "." and (
            _CONTINUES.match(text, match.end())
            or _ABBREVIATION_BEFORE.search(text, max(start, match.start() - 12), match.start())
        ):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end].lstrip()
    start = end - len(piece)
    end = start + len(piece.rstrip())
    while end - start > LONGEST:
        breaks = _SOFT_BREAK.finditer(text, start + LONGEST // 2, start + LONGEST)
        cut = max((match.end() for match in breaks), default=start + LONGEST)
        _append(spans, text, start, cut)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        spans.append(Span(start, end))
