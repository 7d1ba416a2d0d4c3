"""What the words around a name say about it: verbs, roles, nouns beside it, appositions, brackets."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from medai_extract.match.english_edges import Run
from medai_extract.match.english_words import EnglishWords
from medai_extract.patterns import Patterns

LEFT, RIGHT = 60, 90
_TOKEN = re.compile(r"'s(?![a-z])|[a-z0-9à-ɏ][a-z0-9à-ɏ$%.&'-]*(?<![.'])|[^\s\w]")
_QUOTES = frozenset("\"“”‘'«»")
_ARTICLES = frozenset(("the", "a", "an", "its", "their", "his", "her", "our", "new", "own", "latest", "first", "also"))
_DETERMINERS = frozenset(("a", "an", "the", "its", "one", "part", "another", "their", "our", "maker", "makers", "developer", "developers", "owner", "itself", "now", "then"))
_STOPS = frozenset((",", ".", ";", ":", "that", "which", "who", "whose", "with", "for", "of", "in", "at", "by", "from", "to", "on", "behind", "built", "based", "used", "founded", "known", "called", "(", "—", "–", "and", "designed", "run", "her", "their", "his", "he", "she", "it", "we", "they", "has", "is", "was", "made", "developed", "sold", "backed", "whom", "where", "when", "while", "had", "will"))
_COPULAS = frozenset(("is", "was", "are", "remains", "became", "becomes"))
_SMALL = re.compile(r"(?<![A-Za-z'’-])[a-z]{4,}")
_NOT = {"role": "not.person_role", "other": "not.noun"}
_PLACE_BEFORE = frozenset(("in", "near", "outside", "across", "around"))
EXCHANGES = frozenset(
    "NASDAQ|NasdaqGS|Nasdaq|NYSE|NYSE American|AMEX|HKEX|HKSE|SEHK|SSE|SZSE|LSE|LON|AIM|TSE|TSX|ASX|SIX|KRX|KOSDAQ|SGX|BSE|NSE|Euronext"
    "|XETRA|OTC|OTCMKTS|TYO|EPA|FRA|STO|CPH|BIT|BME|TASE|JSE|B3".split("|")
)
_EXCHANGE = "|".join(sorted(EXCHANGES, key=len, reverse=True))
_TICKER = re.compile(r": ?[A-Z0-9]{1,6}(?:[.-][A-Z]{1,2})?(?=[);,，）])")
_TICKER_BEFORE = re.compile(rf"(?:{_EXCHANGE}|HK|HKG|SH|SZ): ?$")
_CODE = re.compile(
    rf"\s?[(（](?:(?:{_EXCHANGE}|HK|HKG|SH|SZ)"
    r"[: ]\s?[A-Z0-9.]{1,9}|\d{4,6}(?:[.:][A-Z]{2})?|[A-Z]{1,5}[.:](?:HK|US|O|N|L|PA|DE|T|KS|SS|SZ)|HK(?:EX)?:? ?\d{3,5})[;,)）]"
)


class Context(NamedTuple):
    """Evidence of one mention: from the left, from the right, and whether quotation marks enclose it."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    quoted: bool


class ContextReader:
    """The context tables, compiled."""

    def __init__(self, patterns: Patterns, words: EnglishWords) -> None:
        self.words = words
        self._before = _merge(patterns.table("org.en_before"), patterns.table("product.en_before"))
        self._after = _merge(patterns.table("org.en_after"), patterns.table("product.en_after"))

    def read(self, text: str, run: Run, start: int, end: int) -> Context:
        """Read the sentence ``[start, end)`` around a run."""
        left = _TOKEN.findall(text[max(start, run.start - LEFT) : run.start].lower().replace("’", "'"))
        right = _TOKEN.findall(text[run.end : min(end, run.end + RIGHT)].lower().replace("’", "'"))
        speech = bool(left and right) and left[-1] in _QUOTES and right[0] in ("said", "says", "adds", "added")
        quoted = bool(left and right) and left[-1] in _QUOTES and _closes_quote(right)
        inside = not quoted and self._inside_title(text, run, start, end)
        while left and left[-1] in _QUOTES:
            left.pop()
        while right and right[0] in _QUOTES:
            right = right[1:]
        after = self._read_right(right, run)
        if inside:
            after.append("not.in_title")
        if speech:
            after.append("not.speaks")
        if _CODE.match(text, run.end):
            after.append("org.code")
        if run.text in EXCHANGES and _TICKER.match(text, run.end):
            after.append("org.exchange")
            after = [name for name in after if name != "not.heading"]
        elif _TICKER_BEFORE.search(text, max(run.start - 24, 0), run.start):
            after.append("not.ticker")
        return Context(tuple(self._read_left(left, right, run)), tuple(after), quoted)

    def _inside_title(self, text: str, run: Run, start: int, end: int) -> bool:
        """Say whether a run of common words is a part of a quoted title: “Work Plan for … (2025-2027)”."""
        if not all(map(self.words.is_common, run.words)):
            return False
        opening = max(text.rfind("“", start, run.start), text.rfind('"', start, run.start), text.rfind("‘", start, run.start))
        if opening < 0 or any(mark in text[opening + 1 : run.start] for mark in "”’"):
            return False
        closing = min((at for at in (text.find(mark, run.end, end) for mark in '”"’') if at >= 0), default=-1)
        return 0 < closing - opening < 160 and len(_SMALL.findall(text, opening, closing)) * 3 < text.count(" ", opening, closing) + 1

    def _read_left(self, left: list[str], right: Sequence[str], run: Run) -> list[str]:
        found: list[str] = []
        if run.role:
            kind = self.words.nouns.get(run.role.lower())
            found.append("not.person_role" if kind is None else _NOT.get(kind) or f"{kind}.noun_before")
        if not left:
            return found
        if left[-1] in ("a", "an"):
            if right and (right[0] in self._after or right[0] in self.words.function or not right[0][0].isalpha()) and right[0] != "-":
                found += ("org.article", "product.article")
        elif left[-1] == "the":
            if len(run.words) == 1:
                found += ("not.the_common",) if self.words.is_common(run.words[0]) and not run.text.isupper() else () if run.text.isupper() and run.text.isalpha() else ("org.the", "product.the")
        elif left[-1] in ("its", "their", "whose"):
            found.append("product.its")
        elif left[-1] in ("said", "says"):
            found.append("not.said_before")
        if left[-1] == "(" and right and right[0] in ");," and not run.text.isupper():
            found.append("not.in_brackets")
        if left[-1] in _PLACE_BEFORE and not (right and right[0] == "'s"):
            found.append("not.in_place")
        kind = self.words.nouns.get(left[-1]) or self.words.nouns.get(left[-2] if left[-1] == "called" and len(left) > 1 else "")
        if kind is None and left[-1] == "," and len(left) > 1 and right and right[0] in ",.;:":
            kind = self.words.nouns.get(left[-2]) if left[-2][-1:] != "s" else None
        if kind is not None:
            found.append(_NOT[kind] if kind in _NOT else f"{kind}.noun_before")
        while left and left[-1] in _ARTICLES:
            left.pop()
        for size in (3, 2, 1):
            names = self._before.get(" ".join(left[-size:]))
            if names and len(left) >= size:
                found.extend(names)
                break
        if left[-1:] in (["called"], ["named"], ["as"], ["dubbed"], [":"]):
            kinds = [self.words.nouns[word] for word in left[-5:-1] if self.words.nouns.get(word) in ("org", "product", "other")]
            if kinds:
                found.append(_NOT.get(kinds[-1]) or f"{kinds[-1]}.noun_before")
        return found

    def _read_right(self, right: list[str], run: Run) -> list[str]:
        if not right:
            return []
        found: list[str] = []
        first = right[0]
        if first == ":":
            return ["not.heading"] if run.first and len(run.words) == 1 else []
        if first == "'s":
            names = self._after.get("'s " + right[1]) if len(right) > 1 else None
            return [*(names or ()), "org.possessive"]
        if first in ("(", "（"):
            close = next((index for index, token in enumerate(right[:14]) if token in ")）"), None)
            if close is None or close + 1 >= len(right):
                return found
            right = right[close + 1 :]
            first = right[0]
        if first in (",", "—", "–") or first in _COPULAS:
            found.extend(self._read_apposition(right if right[2:3] != ["'s"] else [right[0], "the", *right[3:]]))
            if first == "," and right[1:2] == ["which"]:
                right = right[2:]
            elif first == "," and right[1:2] in (["who"], ["whom"]):
                return ["not.who"]
            elif first == ",":
                return found or self._read_after_comma(right)
        if right[:1] == ["who"]:
            return ["not.who"]
        if not right or found:
            return found
        if right[0] in ("also", "now", "today", "then", "recently", "first", "itself", "later", "still"):
            right = right[1:]
        for size in (3, 2, 1):
            names = self._after.get(" ".join(right[:size]))
            if names:
                found.extend(names)
                return found
        if right[0] == "from" and len(right) > 1:
            found.append("product.from")
        for word in right[:3]:
            kind = self.words.nouns.get(word)
            if kind is not None:
                if kind != "role":
                    found.append(_NOT.get(kind) or f"{kind}.noun_after")
                break
            if word not in self.words.modifiers:
                break
        return found

    def _read_after_comma(self, right: Sequence[str]) -> list[str]:
        """Read what follows a comma without an article: a role, an age, a maker, a participle."""
        if len(right) < 2:
            return []
        word = right[1]
        if self.words.nouns.get(word) == "role" or word in ("md", "phd", "general", "senior", "vice", "deputy", "head", "managing"):
            return ["not.person_role"]
        if word.isdigit() and len(word) == 2 and right[2:3] in (["."], [","]):
            return ["not.person_role"]
        if word == "from":
            return ["product.from"]
        if word in ("built", "made", "developed", "designed", "sold", "launched", "released", "trained", "brought"):
            return ["product.is_a"]
        if word in ("founded", "headquartered", "listed", "based", "backed", "owned", "part-owned", "valued", "incorporated", "acquired", "bought"):
            return ["org.is_a"]
        return []

    def _read_apposition(self, right: Sequence[str]) -> list[str]:
        """Read ``, a French start-up whose …`` and ``is an assistant for …``: the last noun before it stops."""
        if len(right) < 2 or right[1] not in _DETERMINERS:
            return []
        if right[1] in ("part", "maker", "makers", "developer", "developers", "owner"):
            return ["org.is_a"]
        for index in range(2, min(len(right), 12)):
            if right[index] in _STOPS or index == min(len(right), 12) - 1:
                last = right[index - 1] if right[index] in _STOPS else right[index]
                kind = self.words.nouns.get(last) or self.words.nouns.get(last.removesuffix("s"))
                if kind is None and index > 3 and not last.endswith(("er", "ers", "or", "ors", "ist")):
                    kind = self.words.nouns.get(right[index - 2])
                if kind is None:
                    return []
                return [_NOT.get(kind) or f"{kind}.is_a"]
        return []


def _closes_quote(right: Sequence[str]) -> bool:
    return right[0] in _QUOTES or (right[0] in ",." and len(right) > 1 and right[1] in _QUOTES)


def _merge(org: Mapping[str, str], product: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    merged = {phrase: (f"org.{name}",) for phrase, name in org.items()}
    for phrase, name in product.items():
        merged[phrase] = (*merged.get(phrase, ()), f"product.{name}")
    return merged
