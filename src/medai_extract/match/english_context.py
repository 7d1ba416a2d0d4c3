"""What the words around a name say about it: verbs, roles, nouns beside it, appositions, brackets."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from medai_extract.match.english_edges import Run
from medai_extract.match.english_words import EnglishWords
from medai_extract.patterns import Patterns

LEFT, RIGHT = 48, 72
"""Code points that are read on either side of a name, within its sentence."""

_TOKEN = re.compile(r"'s(?![a-z])|[a-z0-9à-ɏ][a-z0-9à-ɏ$%.&'-]*(?<![.'])|[^\s\w]")
_SMALL = re.compile(r"(?<![A-Za-z'’-])[a-z]{4,}")
_QUOTES = frozenset("\"“”‘'«»")
_TITLE_OPENS = '“"‘'
_DASHES = frozenset((",", "—", "–"))
_ARTICLES = frozenset((
    "the", "a", "an", "its", "their", "his", "her", "our", "new", "own", "latest", "first", "also",
))  # fmt: skip
_DETERMINERS = frozenset((
    "a", "an", "the", "its", "one", "part", "another", "their", "our", "maker", "makers", "developer",
    "developers", "owner", "itself", "now", "then",
))  # fmt: skip
_MAKERS = frozenset(("part", "maker", "makers", "developer", "developers", "owner"))
_STOPS = frozenset((
    ",", ".", ";", ":", "(", "—", "–", "that", "which", "who", "whose", "whom", "with", "for", "of",
    "in", "at", "by", "from", "to", "on", "behind", "built", "based", "used", "founded", "known",
    "called", "and", "designed", "run", "her", "their", "his", "he", "she", "it", "we", "they", "has",
    "is", "was", "made", "developed", "sold", "backed", "where", "when", "while", "had", "will",
))  # fmt: skip
_COPULAS = frozenset(["is", "was", "are", "remains", "became", "becomes"])
_ADVERBS = frozenset(["also", "now", "today", "then", "recently", "first", "itself", "later", "still"])
_PLACE_BEFORE = frozenset(["in", "near", "outside", "across", "around"])
_SPEECH = frozenset(["said", "says", "adds", "added"])
_BEFORE = frozenset(("a", "an", "the", "its", "their", "whose", "(")) | _SPEECH | _PLACE_BEFORE
_SCORES = frozenset(("scored", "scores", "scoring", "score", "accuracy"))
# A launch whose product is named behind a dash: released a large AI model for the digestive field——ENDOANGEL.
_ANNOUNCED = re.compile(
    r"\b(?:released|launched|unveiled|introduced|developed|built)\b[^.;]{0,160}?"
    r"\b(?:model|system|platform|app|assistant|tool|device|software|agent|robot)\b[^.;]{0,100}[—–]$"
)
_NAMING = frozenset(["called", "named", "as", "dubbed", ":"])
_TICKER = re.compile(r": ?[A-Z0-9]{1,6}(?:[.-][A-Z]{1,2})?(?=[);,，）])")
_KIND = {"role": "not.person_role", "other": "not.noun"}


class Context(NamedTuple):
    """Evidence of one mention: from the left, from the right, and whether quotation marks enclose it."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    quoted: bool


NO_CONTEXT = Context((), (), quoted=False)


def _announcement(folded: str, start: int, at: int) -> list[str]:
    """Give the evidence of a launch whose product is named behind a dash."""
    behind_dash = at > start and folded[at - 1] in "—–"
    return ["product.announced"] if behind_dash and _ANNOUNCED.search(folded, start, at) else []


class ContextReader:
    """The context tables, compiled."""

    def __init__(self, patterns: Patterns, words: EnglishWords) -> None:
        self.words = words
        self._before = _merge(patterns, "en_before")
        self._after = _merge(patterns, "en_after")
        self._participles = patterns.table("words.en_participles")
        nouns = words.nouns.keys()
        self._before_ends = {phrase.rpartition(" ")[2] for phrase in self._before}
        self._after_starts = {phrase.partition(" ")[0] for phrase in self._after}
        self._left_ends = (
            self._before_ends | nouns | _ARTICLES | _NAMING | _SPEECH | _PLACE_BEFORE
            | _BEFORE | {",", "called"}
        )  # fmt: skip
        self._right_starts = (
            self._after_starts | nouns | words.modifiers | _ADVERBS | _COPULAS | _DASHES | _QUOTES | _SPEECH
            | {":", "'s", "who", "from", "(", "（", "."}
        )  # fmt: skip
        exchange = "|".join(sorted(map(re.escape, words.exchanges), key=len, reverse=True))
        self._ticker_before = re.compile(rf"(?:{exchange}|HK|HKG|SH|SZ): ?$")
        self._code = re.compile(
            rf"\s?[(（](?:(?:{exchange}|HK|HKG|SH|SZ)[: ]\s?[A-Z0-9.]{{1,9}}|\d{{4,6}}(?:[.:][A-Z]{{2}})?"
            r"|[A-Z]{1,5}[.:](?:HK|US|O|N|L|PA|DE|T|KS|SS|SZ)|HK(?:EX)?:? ?\d{3,5})[;,)）]"
        )

    def read_all(self, text: str, runs: Iterable[Run]) -> list[Context]:
        """Read the sentences around the runs of an article; places have none."""
        folded = text.lower()
        if len(folded) != len(text):  # İ has two small letters
            folded = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
        folded = folded.replace("’", "'")
        titled = any(mark in text for mark in _TITLE_OPENS)
        return [
            NO_CONTEXT if self.words.place_kind(run.text) else self.read(text, folded, run, titled)
            for run in runs
        ]

    def read(self, text: str, folded: str, run: Run, titled: bool = True) -> Context:
        """Read the sentence around a run; ``folded`` is the text in small letters."""
        start, end = run.sentence
        at, to = run.start, run.end
        left = _TOKEN.findall(folded, max(start, at - LEFT), at) if at > start else []
        following = _TOKEN.search(folded, to, min(end, to + RIGHT))
        right: list[str] = []
        if following is not None:
            right = [following[0]]
            if right[0] in self._right_starts:
                right = _TOKEN.findall(folded, to, min(end, to + RIGHT))
        before: list[str] = []
        after: list[str] = []
        quoted = False
        if left and left[-1] in _QUOTES:
            quoted = bool(right) and _closes_quote(right)
            if right and right[0] in _SPEECH:
                after.append("not.speaks")
            while left and left[-1] in _QUOTES:
                left.pop()
        if titled and not quoted and self._inside_title(text, run, start, end):
            after.append("not.in_title")
        while right and right[0] in _QUOTES:
            right.pop(0)
        if right and right[0] in self._right_starts:
            after += self._read_right(right, run)
        if left and left[-1] in self._left_ends:
            before = self._read_left(left, right, run)
        beside = text[to : to + 2]
        if ":" in beside or "(" in beside or "（" in beside or (left and left[-1] == ":"):
            after = self._read_code(text, run, after)
        before += _announcement(folded, start, at)
        if not (before or after or quoted):
            return NO_CONTEXT
        return Context(tuple(before), tuple(after), quoted)

    def _read_code(self, text: str, run: Run, after: list[str]) -> list[str]:
        """Add what a stock code beside the name says."""
        following = text[run.end : run.end + 2]
        if following[:1] == ":" and run.text in self.words.exchanges and _TICKER.match(text, run.end):
            return [name for name in after if name != "not.heading"] + ["org.exchange"]
        if "(" in following or "（" in following:
            return [*after, "org.code"] if self._code.match(text, run.end) else after
        if text[max(run.start - 2, 0) : run.start].rstrip()[-1:] == ":" and self._ticker_before.search(
            text, max(run.start - 24, 0), run.start
        ):
            return [*after, "not.ticker"]
        return after

    def _inside_title(self, text: str, run: Run, start: int, end: int) -> bool:
        """Say whether common words are a part of a quoted title: “Work Plan for … (2025-2027)”."""
        common = self.words.common
        if not all(common[word] for word in run.words):
            return False
        opening = max(text.rfind(mark, start, run.start) for mark in _TITLE_OPENS)
        if opening < 0:
            return False
        if any(mark in text[opening + 1 : run.start] for mark in "”’"):
            return False
        closings = [text.find(mark, run.end, end) for mark in '”"’']
        closing = min((at for at in closings if at >= 0), default=-1)
        small = len(_SMALL.findall(text, opening, max(closing, opening)))
        return 0 < closing - opening < 160 and small * 3 < text.count(" ", opening, closing) + 1

    def _noun(self, kind: str | None, place: str) -> Iterable[str]:
        """Give the evidence of a noun of a kind beside the name."""
        return () if kind is None else (_KIND.get(kind) or f"{kind}.{place}",)

    def _read_left(self, left: list[str], right: Sequence[str], run: Run) -> list[str]:
        nouns = self.words.nouns
        found: list[str] = []
        if run.role:
            found.extend(self._noun(nouns.get(run.role.lower(), "role"), "noun_before"))
        if not left:
            return found
        last = left[-1]
        if last in _BEFORE:
            found.extend(self._read_determiner(last, right, run))
        kind = nouns.get(last)
        if kind is None and len(left) > 1:
            apposed = left[-1] == "," and right and right[0] in ",.;:" and left[-2][-1] != "s"
            if apposed or left[-1] == "called":
                kind = nouns.get(left[-2])
        if kind is not None:
            found.extend(self._noun(kind, "noun_before"))
        while left and left[-1] in _ARTICLES:
            left.pop()
        if left and left[-1] in self._before_ends:
            found.extend(_longest(self._before, (" ".join(left[-3:]), " ".join(left[-2:]), left[-1])))
        if left and left[-1] == "on" and not _SCORES.isdisjoint(left):
            found.append("product.used")  # scored 91% on MedQA
        if left and left[-1] in _NAMING:
            kinds = [kind for kind in map(nouns.get, left[-5:-1]) if kind in ("org", "product", "other")]
            found.extend(self._noun(kinds[-1] if kinds else None, "noun_before"))
        return found

    def _read_determiner(self, word: str, right: Sequence[str], run: Run) -> Sequence[str]:
        """Read an article, a pronoun, a preposition of place, a bracket or ``said`` before the name."""
        following = right[0] if right else ""
        if word in ("a", "an"):
            bare = following in self._after or following in self.words.function or not following[:1].isalpha()
            return ("org.article", "product.article") if following and following != "-" and bare else ()
        if word == "the" and len(run.words) == 1:
            if run.text.isupper():
                return ()
            return ("not.the_common",) if self.words.is_common(run.text) else ("org.the", "product.the")
        if word in ("its", "their", "whose"):
            return ("product.its",)
        if word in ("said", "says"):
            return ("not.said_before",)
        if word in _PLACE_BEFORE and following != "'s":
            return ("not.in_place",)
        if word == "(" and following and following in ");," and not run.text.isupper():
            return ("not.in_brackets",)
        return ()

    def _read_right(self, right: list[str], run: Run) -> list[str]:
        if right and right[0] in "(（":
            right = _skip_brackets(right)
        if not right:
            return []
        first = right[0]
        if first == ":":
            return ["not.heading"] if run.first and len(run.words) == 1 else []
        if first == "'s":
            return [*_longest(self._after, ["'s " + " ".join(right[1:2])]), "org.possessive"]
        found: list[str] = []
        if first in _DASHES or first in _COPULAS:
            found.extend(self._read_apposition(right if right[2:3] != ["'s"] else [first, "the", *right[3:]]))
            if found:
                return found
            if first in _DASHES:
                if right[1:2] != ["which"]:
                    return self._read_after_comma(right)
                right = right[2:]
        if right[:1] == ["who"]:
            return ["not.who"]
        return self._read_verb(right[1:] if right and right[0] in _ADVERBS else right)

    def _read_verb(self, right: Sequence[str]) -> list[str]:
        """Read a verb phrase (raised), a maker (from …) or the noun behind the name (the X platform)."""
        if not right:
            return []
        if right[0] in self._after_starts:
            found = list(_longest(self._after, (" ".join(right[:3]), " ".join(right[:2]), right[0])))
            if found:
                return found
        if right[0] == "from" and len(right) > 1:
            return ["product.from"]
        for word in right[:3]:
            kind = self.words.nouns.get(word)
            if kind is not None:
                return [] if kind == "role" else list(self._noun(kind, "noun_after"))
            if word not in self.words.modifiers:
                return []
        return []

    def _read_after_comma(self, right: Sequence[str]) -> list[str]:
        """Read what follows a comma without an article: who, a role, an age, a maker, a participle."""
        if len(right) < 2:
            return []
        word = right[1]
        if word in ("who", "whom"):
            return ["not.who"]
        if self.words.nouns.get(word) == "role" or (
            word.isdigit() and len(word) == 2 and right[2:3] in (["."], [","])
        ):
            return ["not.person_role"]
        if word == "of" and len(right) > 2 and self.words.place_kind(right[2].title()):
            return ["org.is_a"]
        if right[2:3] in (["a"], ["an"], ["the"], ["its"], ["his"], ["her"]):
            return []
        participle = self._participles.get(word)
        return [participle] if participle is not None else []

    def _read_apposition(self, right: Sequence[str]) -> Sequence[str]:
        """Read ``, a French start-up whose …`` and ``is an assistant for …`` by the phrase's last noun."""
        if len(right) < 2 or right[1] not in _DETERMINERS:
            return ()
        if right[1] in _MAKERS:
            return ("org.is_a",)
        nouns = self.words.nouns
        phrase = right[2:12]
        stop = next((index for index, word in enumerate(phrase) if word in _STOPS), len(phrase))
        if stop == 0:
            return ()
        last = phrase[stop - 1]
        kind = nouns.get(last) or nouns.get(last.removesuffix("s"))
        if kind is None and stop > 1 and not last.endswith(("er", "ers", "or", "ors", "ist")):
            kind = nouns.get(phrase[stop - 2])
        return tuple(self._noun(kind, "is_a"))


def _longest(table: Mapping[str, tuple[str, ...]], phrases: Iterable[str]) -> tuple[str, ...]:
    """Give the evidence of the first of ``phrases`` that the table has."""
    for phrase in phrases:
        found = table.get(phrase)
        if found is not None:
            return found
    return ()


def _skip_brackets(right: list[str]) -> list[str]:
    """Give the tokens behind a bracket that opens at the first one; none where it does not close soon.

    >>> _skip_brackets(["(", "dax", ")", "is", "used"])
    ['is', 'used']
    """
    close = next((index for index, token in enumerate(right[:14]) if token in ")）"), len(right))
    return right[close + 1 :]


def _closes_quote(right: Sequence[str]) -> bool:
    return right[0] in _QUOTES or (right[0] in ",." and len(right) > 1 and right[1] in _QUOTES)


def _merge(patterns: Patterns, stem: str) -> dict[str, tuple[str, ...]]:
    """Join the tables of both labels, and that of ``words``, whose values are whole names of evidence."""
    merged: dict[str, tuple[str, ...]] = {}
    for area in ("org", "product", "words"):
        for phrase, name in patterns.table(f"{area}.{stem}").items():
            merged[phrase] = (*merged.get(phrase, ()), name if area == "words" else f"{area}.{name}")
    return merged
