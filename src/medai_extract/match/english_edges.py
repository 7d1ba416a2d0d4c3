"""The edges of English names: where a chain of capitalised words is cut, what is stripped, what is added.

What joins (of, for, and, &, a possessive inside a name), what parts (a title, a month, a currency) and what
only stands before a name (The, French, Founder) is decided by the words themselves.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from medai_extract.match.english_chains import AND, FOR, MINISTRIES, OF, PARTICLE, PLAIN, POSSESSIVE, Word
from medai_extract.match.english_words import (
    ARTICLE,
    BREAKS,
    CUT,
    DOCUMENTS,
    GROWING,
    JOURNALS,
    LEADING,
    LETTER,
    NATIONALITY,
    RANKED,
    SAINT,
    SERIAL,
    TITLE,
    EnglishWords,
)
from medai_extract.model import Span

_MODEL_NUMBER = re.compile(
    r" (?!(?:19|20)\d\d(?!\d))[1-9]\d{1,2}0(?!\d|[.,]\d|%| (?:million|billion|percent|[a-z]+s(?![a-z])))"
)
_CAMEL = re.compile(r"[A-Z][a-z]+[A-Z]")
_LEGAL = frozenset(("Inc", "Ltd", "LLC", "LP", "L.P", "Corp", "S.A"))
_LEGAL_LONG = frozenset(("Limited", "Ltd", "Inc", "Corporation"))
_FOLLOWS = "and|or|as|for|in|on|is|was|will|has|to|with|model|from|by"
_MODES = "high|low|medium|mini|preview|beta|xhigh|thinking"
_VERSION = re.compile(
    rf"[ ](?:[vV]?\d{{1,2}}(?:\.\d{{1,2}}){{1,2}}(?![\d%])"  # MedGemma 1.5
    rf"|(?:\d|(?<=[A-Z] )\d{{3}})(?=[,.;:)”\"’'](?!\d)|\s+(?:{_FOLLOWS})\b))"  # Llama 2 as, uMI 780.
    rf"(?! (?:million|billion|trillion|percent|per|p\.m|a\.m))(?:[a-z]\b)?+(?: \((?:{_MODES})\))?+"
    rf"| \((?:{_MODES})\)"  # GPT-5 (high): the token holds the number
)
_GROWS = re.compile(r" (?:\(|[vV]?\d|plc(?![A-Za-z0-9]))")
_CAMPUS = re.compile(r", ([A-Z][a-z]+(?: [A-Z][a-z]+)?)")
_POSSESSIVE_END = re.compile(r"['’]s(?![A-Za-z]| [A-Z])")
_BRACKET = re.compile(
    r" \([A-Z][A-Za-z ]{1,20}\) (?:[A-Z][A-Za-z]+ ){0,3}?"
    r"(Co\., ?Ltd\.?|Company Limited|Company|Co\.|Inc\.|Limited|Ltd\.?|Corporation|Holdings?)(?![A-Za-z])"
    r"(?: of [A-Z][a-z]+)?"
)
_RANK = re.compile(r" (?:[IVX]+[ab]?|[A-Z]|\d+)")


class Run(NamedTuple):
    """A possible name.

    ``first`` says that it stands where any word has a capital (the start of a sentence, after a colon or an
    opening quote); ``headline`` that its whole line is in capitals or title case; ``role`` is a title that
    stands before it.
    """

    start: int
    end: int
    words: tuple[str, ...]
    first: bool
    headline: bool
    role: str
    text: str
    sentence: Span


class Place(NamedTuple):
    """Where words stand: where any word has a capital, in a headline, in which sentence, behind a title."""

    first: bool
    headline: bool
    sentence: Span
    role: str = ""


def is_legal_comma(gap: str, word: Word) -> bool:
    """Say whether a comma stands before a legal form.

    >>> is_legal_comma(", ", Word("Inc.", 6, 10)), is_legal_comma(", ", Word("Tempus", 6, 12))
    (True, False)
    """
    return gap in (", ", ",") and word.text.rstrip(".") in _LEGAL


def split_chain(text: str, chain: list[Word], words: EnglishWords) -> list[list[Word]]:
    """Cut a chain where its connectors do not belong to a name."""
    gaps = [text[left.end : right.start] for left, right in pairwise(chain)]
    parts, links = _split_plain(chain, gaps, words)
    pieces = [parts[0]]
    named_of = False
    for link, part in zip(links, parts[1:], strict=True):
        if _joins(pieces[-1], link, part, named_of, words):
            named_of = named_of or link in OF or link in FOR
            pieces[-1] = pieces[-1] + part
        else:
            pieces.append(part)
            named_of = False
    return pieces


def _split_plain(
    chain: list[Word], gaps: list[str], words: EnglishWords
) -> tuple[list[list[Word]], list[str]]:
    """Join what a plain space joins, and give the connectors between these parts."""
    parts, links = [[chain[0]]], []
    for gap, word in zip(gaps, chain[1:], strict=True):
        plain = gap in PLAIN or gap[1:2].isdigit() or is_legal_comma(gap, word)
        if plain and gap != " + " and not (word.text in words.titles and word.text.isupper()):
            parts[-1].append(word)
        else:
            parts.append([word])
            links.append(" " if plain else gap)
    return parts, links


def _joins(left: list[Word], link: str, right: list[Word], named_of: bool, words: EnglishWords) -> bool:
    """Say whether ``link`` is inside one name."""
    last, following = left[-1].text, right[0].text
    if link in AND:
        return _joins_and(left, right, named_of, words)
    if link in OF:
        return last in JOURNALS or (
            words.org_heads.get(last) == "institution"
            and following.rstrip(".")
            not in (
                "Mr",
                "Dr",
                "Prof",
                "President",
            )
        )
    if link in POSSESSIVE:
        if len(right) == 1 and following in ("Office", "Hospital"):
            return True
        saint = left[0].text in SAINT or (last in words.given and right[-1].text in ("Hospital", "College"))
        return last in words.joining or saint
    if link in PARTICLE:
        return not words.is_common(last) or last in words.org_heads
    if link in FOR:
        if words.org_heads.get(last) == "institution":
            return link != " on "
        if words.refused_heads.get(last) in DOCUMENTS:
            return True
        trade = following in words.trades or " ".join(word.text for word in right[:2]) in words.trades
        return link == " for " and trade and not _is_generic(last, words)
    if link == ", ":
        listed = named_of and len(right) == 1 and left[0].text in MINISTRIES
        return listed and words.is_common(following) and following not in words.org_heads
    return link == " at " and left[0].text == "University" and following in words.places


def _is_generic(word: str, words: EnglishWords) -> bool:
    """Say whether a word before ``for`` is no product's own: Tools for Nurses."""
    heads = word in words.org_heads or word in words.product_heads or word in words.refused_heads
    return words.common[word] and (heads or word.endswith("s") or word.lower() in words.nouns)


def _joins_and(left: list[Word], right: list[Word], named_of: bool, words: EnglishWords) -> bool:
    """Say whether ``and`` is inside a name: Ministry of Industry and Trade, Food and Drug Administration."""
    last, end = left[-1].text, right[-1].text
    common_right = all(words.is_common(word.text) and word.text not in words.places for word in right)
    ends_in_head = words.org_heads.get(end) == "institution"
    if named_of:
        return common_right and not ends_in_head
    if len(right) == 1 and len(left) > 1 and words.org_heads.get(end) in ("sector", "finance"):
        return words.org_heads.get(last) in ("sector", "institution")
    if not common_right or not words.is_common(last):
        return False
    if len(right) > 1 and len(left) > 1 and end.rstrip(".") in _LEGAL_LONG:
        return True
    return ends_in_head and len(left) <= 3 and last not in words.org_heads


def finish_piece(text: str, piece: list[Word], place: Place, words: EnglishWords) -> Iterator[Run]:
    """Cut a piece at months, money, titles and, in a headline, at common words; then trim what is left."""
    part: list[Word] = []
    for index, word in enumerate(piece):
        traits = words.traits[word.text]
        is_title = traits & TITLE and not (part and word.text in words.addresses)
        is_title = is_title and not _is_headed(piece, word, words)
        cut = traits & CUT and not (  # March Capital
            index + 2 == len(piece) and piece[-1].text in words.org_heads
        )
        if is_title or cut:
            if not (is_title and len(part) == 1 and words.is_common(part[0].text)):
                yield from trim(text, part, place, words)
            part, place = [], place._replace(first=False, role=word.text if is_title else "")
        elif part and traits & BREAKS:
            yield from trim(text, part, place, words)
            part, place = [], place._replace(first=True, role="")
        elif (
            place.headline
            and words.is_common(word.text)
            and not (part and word.text.title() in words.org_heads)
        ):
            yield from trim(text, part, place, words)
            part, place = [], place._replace(first=False, role="")
        else:
            part.append(word)
    yield from trim(text, part, place, words)


def _is_headed(piece: list[Word], word: Word, words: EnglishWords) -> bool:
    """Say whether a word that is a title too belongs to an institution or a product: General Office of."""
    last = piece[-1].text
    return not word.text.isupper() and word.text.isalpha() and (
        last in words.org_heads
        or last in words.product_heads
        or any(words.org_heads.get(other.text) == "institution" for other in piece)
    )  # fmt: skip


def trim(text: str, part: list[Word], place: Place, words: EnglishWords) -> Sequence[Run]:
    """Take off what only stands before a name, add what belongs behind it; give what is left, if anything."""
    first, headline, sentence, role = place
    if part and words.traits[part[0].text] & (LEADING | ARTICLE | NATIONALITY):
        size = len(part)
        part = _strip_left(part, first, words)
        first = first and len(part) == size
    if first and len(part) > 1 and _is_leading_noun(part[0].text, part[1].text, words):
        part, first, role = part[1:], False, part[0].text
    if not part:
        return ()
    traits, last = words.traits[part[0].text], words.traits[part[-1].text]
    if last & SERIAL or (traits & LETTER and len(part) == 1):
        return ()
    start, end = part[0].start, part[-1].end
    if (traits | last) & GROWING or grows(text, end):
        part, end = _extend_right(text, part, words)
    if traits & RANKED and _RANK.fullmatch(text, part[0].end, end):
        return ()
    return (
        Run(
            start, end, tuple([word.text for word in part]), first, headline, role, text[start:end], sentence
        ),
    )


def grows(text: str, end: int) -> bool:
    """Say whether a version, a small legal form or a bracket may follow that belongs to the name."""
    return _GROWS.match(text, end) is not None


def _is_leading_noun(leading: str, following: str, words: EnglishWords) -> bool:
    """Say whether a noun that begins a sentence stands before a name: Startup Zelvora."""
    return (
        leading.lower() in words.nouns
        and leading not in words.org_heads
        and following not in words.org_heads
        and not words.is_common(following)
    )


def _strip_left(part: list[Word], first: bool, words: EnglishWords) -> list[Word]:
    """Take off function words that begin a sentence, articles, and a nationality before a proper name."""
    stripped = LEADING if first else ARTICLE
    while part and words.traits[part[0].text] & stripped:
        part, stripped = part[1:], ARTICLE
    if (
        len(part) > 1
        and words.traits[part[0].text] & NATIONALITY
        and not words.is_common(part[1].text)
        and words.place_kind(" ".join(word.text for word in part)) is None
        and not any(words.org_heads.get(word.text) == "institution" for word in part)
    ):
        return part[1:]
    return part


def _extend_right(text: str, part: list[Word], words: EnglishWords) -> tuple[list[Word], int]:
    """Give the words and the end of a name with its version, its small legal form, a saint's possessive."""
    start, end = part[0].start, part[-1].end
    bracket = _BRACKET.match(text, end)
    if bracket:
        return [*part, Word(bracket[1], bracket.start(1), bracket.end(1))], bracket.end()
    version = _VERSION.match(text, end) or (
        _MODEL_NUMBER.match(text, end) if _CAMEL.match(part[-1].text) else None
    )
    if version and text[start:end] not in words.refused:
        end = version.end()
    if text.startswith(" plc", end) and not text[end + 4 : end + 5].isalnum():
        part, end = [*part, Word("plc", end + 1, end + 4)], end + 4
    owned = part[0].text in SAINT or (words.joining.get(part[-1].text) == "own" and len(part) > 1)
    if owned and _POSSESSIVE_END.match(text, end):
        end += 2
    if part[0].text == "University" and words.places.get(part[-1].text) == "region":
        campus = _CAMPUS.match(text, end)
        if campus and words.places.get(campus[1]) == "city":
            end = campus.end()
    return part, end
