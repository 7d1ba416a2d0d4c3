"""Runs of capitalised words in English text, cut into what may each be one name.

A run is read word by word: what joins (of, for, and, &, a possessive inside a name), what parts (a title, a month, a currency),
and what only stands before a name (The, French, Founder) is decided here; whether it is a name, and of what, by evidence later.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from medai_extract.match.english_words import EnglishWords
from medai_extract.model import Span
from medai_extract.segment import SegmentedText

_L = "A-Za-z0-9À-ɏ"
_TAILS = (
    "based|approved|backed|led|owned|funded|founded|powered|trained|developed|made|listed|style|like|cleared|driven|affiliated"
    "|run|branded|built|supported|sponsored|compatible|born|wide|only|exclusive|specific|related|enabled|native|free|heavy|area"
)
_WORD = re.compile(
    rf"""(?<![{_L}_@$€£¥])(?<!\d\.)(?<![a-z]-)(?:
      (?:[A-Z]\.){{2,}}(?:[A-Z](?![{_L}]))?+                                       # J.P., U.S., L.P.
    | (?:Inc|Ltd|Co|Corp|Bros|Pte|Pty|St|Dr|Mr|Mrs|Ms|Prof|Mt|Jr|Sr|Gen|Sen|Rep|Gov)\.(?![{_L}])
    | A/S(?![{_L}])|[a-z]-[A-Z][{_L}]++|[A-Z]{{2,4}}/[A-Z]{{2,4}}(?![{_L}])
    | (?:[A-ZÀ-ÖØ-Þ]|[a-z]{{1,4}}(?=[A-Z][A-Za-z])|[a-z](?=[A-Z](?![{_L}]))|\d{{1,3}}(?=[A-Z][a-z]|[a-z]+[A-Z]))[{_L}]*+
      (?:(?:[&’'](?![sS](?![{_L}]))|-(?!(?:{_TAILS})(?![{_L}]))|\.(?=\d|(?:ai|com|io|org|net|AI|MD)(?![{_L}])))[{_L}]++)*+(?![$€£¥])
    )""",
    re.X,
)
_URL = re.compile(r"(?:https?://|www\.)\S++|\S++@\S++|(?<![\w.])[\w-]++(?:\.[\w-]++)*\.(?:com|cn|org|net)(?:/\S*+)?")
_VERSION = re.compile(
    r" (?:[vV]?\d{1,2}(?:\.\d{1,2}){1,2}(?![\d%])|(?:\d|(?<=[A-Z] )\d{3})(?=[,.;:)”\"’'](?!\d)|\s+(?:and|or|as|for|in|on|is|was|will|has|to|with|model|from|by)\b))"
    r"(?! (?:million|billion|trillion|percent|per|p\.m|a\.m))(?:[a-z]\b)?+(?: \((?:high|low|medium|mini|preview|beta|xhigh|thinking)\))?+"
    r"| \((?:high|low|medium|xhigh|preview|beta)\)"
)
_MODE = re.compile(r" \((?:high|low|medium|xhigh|preview|beta)\)")
_PLAIN = frozenset((" ", "\xa0", " & ", " · ", "·", " ・ ", " + "))
_LISTING = frozenset(("Ministry", "Department", "School", "Faculty", "College", "Committee", "Bureau", "Secretariat", "Directorate", "Institute", "Academy", "Office"))
_AND = frozenset((" and ", " and the "))
_OF = frozenset((" of ", " of the ", " of Saint "))
_FOR = frozenset((" for ", " for the ", " on "))
_PARTICLE = frozenset((" de ", " de la ", " du ", " des ", " di ", " della ", " do ", " da ", " das ", " dos ", " von ", " van ", " der ", " für ", " pour ", " del "))
_POSSESSIVE = frozenset(("'s ", "’s ", "' ", "’ "))
_ARTICLES = frozenset(("the", "a", "an", "this", "its", "our", "their", "and", "or", "in", "on", "at", "by", "to", "of", "for", "with", "from"))
_NUMBER_INSIDE = re.compile(r" (?:\d{1,2}\.\d{1,2}|\d{3}) ")
_POSSESSIVE_END = re.compile(r"['’]s(?![A-Za-z]| [A-Z])")
_TICKER = re.compile(r"[A-Z0-9]{1,6}(?:\.[A-Z]{1,2})?(?=[);,])")
_INITIALS = re.compile(r"(?<![A-Z.])[A-Z]\.[A-Z]\.$")
_LOWER = re.compile(r"(?<![A-Za-z'’-])[a-z]{4,}")
_OPENERS = " \t\"“‘'(（[•·▪*#>-–—0123456789.)"
_SERIAL = re.compile(r"[A-Z]{1,4}-?\d{2,}-\d+|[A-Z]{2,4}\d{4,}")
_RANKED = re.compile(r"(?:Class|Category|Phase|Series|Type|Grade|Tier|Level|Stage|Part|Schedule|Article|Section|Bill|Order|Round|Route|Area|Group|Model|Version|Chapter|Annex|Table|Figure|Unit|Room|Act|Step|Day|Week|Year|Grade|Volume|Vol|No) (?:[IVX]+[ab]?|[A-Z]|\d+)")
_CURRENCY = re.compile(
    r"(?:RMB|RM|PLN|CZK|HUF|AED|SAR|CHF|SEK|NOK|DKK|BRL|KES|NGN|ZAR|THB|MXN|CNY|US|USD|HK|HKD|EUR|GBP|JPY|NT|Q|H|FY|CY|Rs|INR|KRW|SGD|AUD)\d[\d,.]*+(?:bn|mn|[mbkMBK])?|\d?[QH]\d+|\d+(?:bn|mn|M|B|K|Bn|Mn)"
)


class Word(NamedTuple):
    """A capitalised word and the text between it and the next one of its chain."""

    text: str
    start: int
    end: int


class Run(NamedTuple):
    """A possible name.

    ``first`` says that it stands where any word has a capital (the start of a sentence, after a colon or an opening quote);
    ``headline`` that its whole line is in capitals or title case; ``role`` is a title that stands before it.
    """

    start: int
    end: int
    words: tuple[str, ...]
    first: bool
    headline: bool
    role: str
    text: str


class _Piece(NamedTuple):
    words: list[Word]
    first: bool
    role: str


def find_runs(segmented: SegmentedText, words: EnglishWords) -> tuple[list[Run], list[Span]]:
    """Give the runs of the English sentences, in text order, and the sentences that are headlines."""
    text = segmented.text
    urls = [match.span() for match in _URL.finditer(text)] if "." in text or "@" in text else []
    runs: list[Run] = []
    headlines: list[Span] = []
    for sentence in _sentences(segmented):
        if segmented.lang_at(sentence.start) != "en":
            continue
        found = [Word(match[0], match.start(), match.end()) for match in _WORD.finditer(text, sentence.start, sentence.end)]
        if not found:
            continue
        if urls:
            found = [word for word in found if not any(a <= word.start < b for a, b in urls)]
        headline = _is_headline(text[sentence.start : sentence.end], found, words)
        if headline:
            headlines.append(sentence)
        start = sentence.start
        while start < sentence.end and text[start] in _OPENERS:
            start += 1
        for chain, gaps in _chains(text, found, words):
            at = chain[0].start
            before = text[max(at - 2, 0) : at]
            first = at <= start or before[-1:] in "“\",;:.!?)" or before in (": ", ":\n", ". ", "? ", "! ")
            for piece in _split(chain, gaps, first, headline, words):
                runs.extend(_finish(text, piece, headline, words))
    return runs, headlines


def _sentences(segmented: SegmentedText) -> Iterator[Span]:
    """Give the sentences; what was cut behind initials (J.P. Morgan) is joined again."""
    open_: Span | None = None
    for sentence in segmented.sentences:
        if open_ is not None:
            if sentence.start - open_.end == 1:
                sentence = Span(open_.start, sentence.end)
            else:
                yield open_
        if _INITIALS.search(segmented.text, max(sentence.end - 8, 0), sentence.end):
            open_ = sentence
            continue
        open_ = None
        yield sentence
    if open_ is not None:
        yield open_


def _is_headline(sentence: str, found: Sequence[Word], words: EnglishWords) -> bool:
    """Say whether a line is in capitals or title case: no word of four letters but function words is small.

    A short list of names is not: some common word must have a capital.
    """
    if sentence.isupper():
        return len(sentence) > 12
    if len(found) < 4 or len(found) * 2 < sentence.count(" "):
        return False
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
            if gap in _PLAIN or gap in _AND or gap in _OF or gap in _FOR or gap in _PARTICLE or gap in _POSSESSIVE or gap == " at " or (
                gap in (", ", ",") and word.text.rstrip(".") in ("Inc", "Ltd", "LLC", "LP", "L.P", "Corp", "S.A")
            ) or _NUMBER_INSIDE.fullmatch(gap) or (
                gap == ", " and chain[0].text in _LISTING and gaps and gaps[0] in _OF and words.is_common(word.text) and not words.org_heads.get(word.text)
            ):  # fmt: skip
                gaps.append(gap)
                chain.append(word)
                continue
            yield chain, gaps
            chain, gaps = [], []
        chain.append(word)
    if chain:
        yield chain, gaps


def _split(
    chain: list[Word], gaps: list[str], first: bool, headline: bool, words: EnglishWords
) -> Iterator[_Piece]:
    """Cut a chain where its connectors do not belong to a name."""
    pieces: list[list[Word]] = [[chain[0]]]
    links: list[str] = []
    for gap, word in zip(gaps, chain[1:], strict=True):
        if gap in _PLAIN or (gap[0] == "," and word.text.rstrip(".") in ("Inc", "Ltd", "LLC", "LP", "L.P", "Corp", "S.A")) or gap[1:2].isdigit():
            if gap == " + " or (word.text in words.titles and word.text.isupper()):
                pieces.append([word])
                links.append(" ")
            else:
                pieces[-1].append(word)
        else:
            pieces.append([word])
            links.append(gap)
    current = pieces[0]
    named_of = False
    for link, piece in zip(links, pieces[1:], strict=True):
        if _joins(current, link, piece, named_of, words):
            named_of = named_of or link in _OF or link in _FOR
            current = current + piece
        else:
            yield _Piece(current, first, "")
            first, named_of = False, False
            current = piece
    yield _Piece(current, first, "")


def _joins(left: list[Word], link: str, right: list[Word], named_of: bool, words: EnglishWords) -> bool:
    """Say whether ``link`` is inside one name."""
    last, following = left[-1].text, right[0].text
    if link in _PARTICLE:
        return not words.is_common(last) or last in words.org_heads
    if link in _POSSESSIVE:
        if len(right) == 1 and following in ("Office", "Hospital"):
            return True
        return last in words.joining or left[0].text in ("St.", "St", "Saint") or (last in words.given and right[-1].text in ("Hospital", "College"))
    if link == ", ":
        return named_of and len(right) == 1
    head = words.org_heads.get(last) == "institution"
    if link in _OF:
        return head and following.rstrip(".") not in ("Mr", "Dr", "Prof", "President")
    if link in _FOR:
        trade = link == " for " and " ".join(word.text for word in right[:2]) in words.trades or following in words.trades
        return (head and words.is_common(following)) or (link == " for " and trade and not words.is_common(last))
    common_right = all(words.is_common(word.text) and words.places.get(word.text) is None for word in right)
    ends_in_head = words.org_heads.get(right[-1].text) == "institution"
    if link in _AND:
        if named_of:
            return common_right and not ends_in_head
        if len(right) == 1 and len(left) > 1 and words.org_heads.get(following) in ("sector", "finance") and following != "Online":
            return words.org_heads.get(last) in ("sector", "institution")
        if common_right and right[-1].text.rstrip(".") in ("Limited", "Ltd", "Inc", "Corporation") and len(right) > 1:
            return words.is_common(last) and len(left) > 1
        return common_right and ends_in_head and len(left) <= 3 and words.is_common(last) and words.org_heads.get(last) is None
    return link == " at " and left[0].text == "University" and words.places.get(following) is not None


def _finish(text: str, piece: _Piece, headline: bool, words: EnglishWords) -> Iterator[Run]:
    """Strip what stands before a name, cut out months, money and titles, add version numbers."""
    part: list[Word] = []
    first, role = piece.first, piece.role
    for word in piece.words:
        bare = word.text.rstrip(".")
        kind = words.refused.get(word.text)
        if kind in ("calendar", "currency") or _CURRENCY.fullmatch(word.text):
            yield from _trim(text, part, first, headline, role, words)
            part, first, role = [], False, ""
        elif (word.text in words.titles or bare in words.titles) and not _heads_on(piece, word, words):
            if not (len(part) == 1 and words.is_common(part[0].text)):
                yield from _trim(text, part, first, headline, role, words)
            part, first, role = [], False, word.text
        elif headline and words.is_common(word.text) and not (part and word.text.title() in words.org_heads):
            yield from _trim(text, part, first, headline, role, words)
            part, first, role = [], False, ""
        else:
            part.append(word)
    yield from _trim(text, part, first, headline, role, words)


def _heads_on(piece: _Piece, word: Word, words: EnglishWords) -> bool:
    """Say whether a word that is a title too begins or continues an institution's or a product's name: General Office of."""
    return word.text.isalpha() and not word.text.isupper() and (
        words.org_heads.get(piece.words[-1].text) is not None
        or words.product_heads.get(piece.words[-1].text) is not None
        or any(words.org_heads.get(other.text) == "institution" for other in piece.words)
    )  # fmt: skip


def _trim(text: str, part: list[Word], first: bool, headline: bool, role: str, words: EnglishWords) -> Iterator[Run]:
    """Take function words and nationalities off the left edge and give the run, with a version number at its end."""
    while part and part[0].text.lower() in (words.function if first else _ARTICLES) and not (part[0].text.isupper() and len(part[0].text) > 1):
        part = part[1:]
        first = False
    if len(part) > 1 and words.place_kind(" ".join(word.text for word in part)) is None and words.place_kind(part[0].text) == "nationality" and not words.is_common(part[1].text) and (
        not any(words.org_heads.get(word.text) == "institution" for word in part)
    ):  # fmt: skip
        part = part[1:]
        first = False
    if first and len(part) > 1 and part[0].text not in words.org_heads and words.nouns.get(part[0].text.lower()) is not None and not words.is_common(part[1].text):
        role = part[0].text
        part = part[1:]
        first = False
    while part and part[-1].text.lower() in words.function and part[-1].text.islower():
        part = part[:-1]
    if not part or (len(part) == 1 and len(part[0].text) == 1):
        return
    start, end = part[0].start, part[-1].end
    version = _VERSION.match(text, end) or _MODE.match(text, end)
    if version and words.refused.get(text[start:end]) is None and (len(part) > 1 or words.refused.get(part[0].text) is None):
        end = version.end()
    if text.startswith(" plc", end) and not text[end + 4 : end + 5].isalnum():
        end += 4
        part = [*part, Word("plc", end - 3, end)]
    if part[0].text in ("St.", "Saint") and _POSSESSIVE_END.match(text, end):
        end += 2
    if _SERIAL.fullmatch(part[-1].text) or _RANKED.fullmatch(text[start:end]):
        return
    yield Run(start, end, tuple(word.text for word in part), first, headline, role, text[start:end])
