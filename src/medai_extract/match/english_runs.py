"""Runs of capitalised words in English text: what stands together and may be one name.

One pass per sentence finds the words that bear a capital; neighbours whose gap may belong to a name (a space,
``of``, ``and``, a possessive) form a chain, which ``english_edges`` cuts into runs. Whether a run is a name,
and of what, is for evidence to say.
"""

import re
from collections.abc import Iterator, Sequence

from medai_extract.match.english_edges import (
    AND,
    FOR,
    OF,
    PARTICLE,
    PLAIN,
    POSSESSIVE,
    Piece,
    Run,
    Word,
    finish_piece,
    is_legal_comma,
    split_chain,
)  # fmt: skip
from medai_extract.match.english_words import EnglishWords
from medai_extract.model import Span
from medai_extract.segment import SegmentedText

_L = "A-Za-z0-9À-ɏ"
_URL_ANCHOR = re.compile(r"://|www\.|@|\.(?:com|cn|org|net)(?![A-Za-z])")
_NAME = re.compile(r"[(“\"]*+[A-Z][A-Za-z0-9]*+\.(?:com|cn|net|org)(?:['’]s)?[.,;:)”\"]*+")
_NOT_SPACE = re.compile(r"\S++")
_NUMBER_INSIDE = re.compile(r" (?:\d{1,2}\.\d{1,2}|\d{3}) ")
_LOWER = re.compile(r"(?<![A-Za-z'’-])[a-z]{4,}")
_INITIALS = re.compile(r"(?<![A-Z.])[A-Z]\.[A-Z]\.$")
_OPENERS = " \t\"“‘'(（[•·▪*#>-–—0123456789.)"
_GAPS = PLAIN | AND | OF | FOR | PARTICLE | POSSESSIVE | {" at "}
_MINISTRIES = frozenset((
    "Ministry", "Department", "School", "Faculty", "College", "Committee", "Bureau", "Secretariat",
    "Directorate", "Institute", "Academy", "Office",
))  # fmt: skip


def make_word_regex(tails: Sequence[str]) -> re.Pattern[str]:
    """Give the regex of a word with a capital; ``tails`` may follow a name and a hyphen: FDA-approved.

    >>> make_word_regex(["based"]).findall("The Boston-based iFlytek of J.P. Morgan, Wit.ai's GPT-4 and HK$3")
    ['The', 'Boston', 'iFlytek', 'J.P.', 'Morgan', 'Wit.ai', 'GPT-4']
    """
    return re.compile(
        rf"""(?<![{_L}_@$€£¥])(?<!\d\.)(?<![a-z]-)(?:
          (?:[A-Z]\.){{2,}}(?:[A-Z](?![{_L}]))?+                                        # J.P., U.S., L.P.
        | (?:Inc|Ltd|Co|Corp|Bros|Pte|Pty|St|Dr|Mr|Mrs|Ms|Prof|Mt|Jr|Sr|Gen|Sen|Rep|Gov)\.(?![{_L}])
        | A/S(?![{_L}])|[a-z]-[A-Z][{_L}]++|[A-Z]{{2,4}}/[A-Z]{{2,4}}(?![{_L}])
        | (?:[A-ZÀ-ÖØ-Þ]|[a-z]{{1,4}}(?=[A-Z][A-Za-z])|[a-z](?=[A-Z](?![{_L}]))
            |\d{{1,3}}(?=[A-Z][a-z]|[a-z]+[A-Z]))
          [{_L}]*+
          (?:(?:[&’'](?![sS](?![{_L}]))|-(?!(?:{"|".join(tails)})(?![{_L}]))
             |\.(?=\d|(?:ai|com|io|org|net|AI|MD)(?![{_L}])))[{_L}]++)*+(?![$€£¥])
        )""",
        re.X,
    )


def find_runs(
    segmented: SegmentedText, words: EnglishWords, word_regex: re.Pattern[str]
) -> tuple[list[Run], list[Span]]:
    """Give the runs of the English sentences, in text order, and the sentences that are headlines."""
    text = segmented.text
    urls = _find_urls(text)
    runs: list[Run] = []
    headlines: list[Span] = []
    for sentence in _sentences(segmented):
        if segmented.lang_at(sentence.start) != "en":
            continue
        found = [
            Word(match[0], *match.span()) for match in word_regex.finditer(text, sentence.start, sentence.end)
        ]
        if urls:
            found = [word for word in found if not any(start <= word.start < end for start, end in urls)]
        headline = _is_headline(text[sentence.start : sentence.end], found, words)
        if headline:
            headlines.append(sentence)
        start = sentence.start
        while start < sentence.end and text[start] in _OPENERS:
            start += 1
        for chain, gaps in _chains(text, found, words):
            if len(chain) == 1 and chain[0].text in words.lone:
                continue
            first = chain[0].start <= start or _begins(text, chain[0].start)
            for piece in split_chain(Piece(chain, first), gaps, words):
                runs.extend(finish_piece(text, piece, headline, words))
    return runs, headlines


def _find_urls(text: str) -> list[tuple[int, int]]:
    """Give the ranges of web and mail addresses; a name such as Trip.com is none.

    >>> _find_urls("See Acme.com/News, not Trip.com, or mail a@b.example")
    [(4, 18), (41, 52)]
    """
    urls: list[tuple[int, int]] = []
    for anchor in _URL_ANCHOR.finditer(text):
        if not urls or anchor.start() >= urls[-1][1]:
            before = max(
                text.rfind(mark, max(anchor.start() - 200, 0), anchor.start()) for mark in " \n\t(（\u3000"
            )
            after = _NOT_SPACE.match(text, anchor.start())
            if _NAME.fullmatch(text, before + 1, after.end() if after else anchor.end()):
                continue
            urls.append((max(before + 1, anchor.start() - 200), after.end() if after else anchor.end()))
    return urls


def _begins(text: str, at: int) -> bool:
    """Say whether any word would have a capital at ``at``: after a quotation mark, a colon, a stop."""
    before = text[max(at - 2, 0) : at]
    return before[-1:] in '“",;:.!?)' or before in (": ", ":\n", ". ", "? ", "! ", "| ")


def _sentences(segmented: SegmentedText) -> Iterator[Span]:
    """Give the sentences; what was cut behind initials (J.P. Morgan) is joined again."""
    waiting: Span | None = None
    for sentence in segmented.sentences:
        current = sentence
        if waiting is not None:
            if sentence.start - waiting.end == 1:
                current = Span(waiting.start, sentence.end)
            else:
                yield waiting
        waiting = None
        if _INITIALS.search(segmented.text, max(current.end - 8, 0), current.end):
            waiting = current
        else:
            yield current
    if waiting is not None:
        yield waiting


def _is_headline(sentence: str, found: Sequence[Word], words: EnglishWords) -> bool:
    """Say whether a line is in capitals or title case: no word of four letters but function words is small.

    A short list of names is not: some common words must have a capital.
    """
    if len(found) < 4 or len(found) * 2 < sentence.count(" "):
        return False
    if sentence.isupper():
        return len(sentence) > 12
    if any(match[0] not in words.function or match[0].endswith("ed") for match in _LOWER.finditer(sentence)):
        return False
    return sum(words.is_common(word.text) and word.text not in words.org_heads for word in found) >= 3


def _chains(text: str, found: Sequence[Word], words: EnglishWords) -> Iterator[tuple[list[Word], list[str]]]:
    """Give the words that stand together, with the text between each two of them."""
    chain: list[Word] = []
    gaps: list[str] = []
    for word in found:
        if chain:
            gap = text[chain[-1].end : word.start]
            if gap in _GAPS or (len(gap) < 8 and _is_rare_gap(gap, word, chain, gaps, words)):
                gaps.append(gap)
                chain.append(word)
                continue
            yield chain, gaps
            chain, gaps = [], []
        chain.append(word)
    if chain:
        yield chain, gaps


def _is_rare_gap(gap: str, word: Word, chain: list[Word], gaps: list[str], words: EnglishWords) -> bool:
    """Say whether a comma or number is inside: Gemini 2.5 Pro; Ministry of Health, Labour and Welfare."""
    if is_legal_comma(gap, word) or _NUMBER_INSIDE.fullmatch(gap):
        return True
    in_ministry = gap == ", " and chain[0].text in _MINISTRIES and bool(gaps) and gaps[0] in OF
    return in_ministry and words.is_common(word.text) and word.text not in words.org_heads
