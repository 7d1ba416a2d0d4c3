"""What the words before a name and behind it say: nouns, verbs, roles, appositions, articles.

Phrases stand in ``patterns/*/en_before.csv`` and ``en_after.csv``; the longest that touches the name counts.
"""

from collections.abc import Mapping, Sequence

from medai_extract.match.english_edges import Run
from medai_extract.match.english_tokens import QUOTES, TOKEN, skip_brackets
from medai_extract.match.english_weights import Weights
from medai_extract.match.english_words import EnglishWords
from medai_extract.patterns import Patterns

SPEECH = frozenset(("said", "says", "adds", "added"))
_BRACKETS = frozenset("(（")
_DASHES = frozenset((",", "—", "–"))
_ARTICLES = frozenset((
    "the", "a", "an", "its", "their", "his", "her", "our", "my", "your", "new", "own", "latest", "first", "also",
))  # fmt: skip
_MAKERS = frozenset(("part", "maker", "makers", "developer", "developers", "owner"))
_DETERMINERS = _MAKERS | {"a", "an", "the", "its", "one", "another", "their", "our", "itself", "now", "then"}
_STOPS = frozenset((
    ",", ".", ";", ":", "(", "—", "–", "that", "which", "who", "whose", "whom", "with", "for", "of",
    "in", "at", "by", "from", "to", "on", "behind", "built", "based", "used", "founded", "known",
    "called", "and", "designed", "run", "her", "their", "his", "he", "she", "it", "we", "they", "has",
    "is", "was", "made", "developed", "sold", "backed", "where", "when", "while", "had", "will",
))  # fmt: skip
_COPULAS = frozenset(("is", "was", "are", "remains", "became", "becomes"))
_ADVERBS = frozenset(("also", "now", "today", "then", "recently", "first", "itself", "later", "still"))
_STANDING = frozenset(
    (
        "deputy",
        "from",
        "general",
        "head",
        "managing",
        "md",
        "phd",
        "senior",
        "vice",
        "available",
        "m.d",
        "ph.d",
        "d.o",
        "mbbs",
        "rn",
        "mba",
        "frcp",
        "frcr",
        "mph",
        "pharmd",
        "esq",
        "formerly",
        "aged",
    )
)
"""What is behind a comma no verb."""
_PLACE_BEFORE = frozenset(("in", "near", "outside", "across", "around"))
_POSSESSORS = frozenset(("its", "their", "whose", "our", "my", "your"))
_BEFORE = frozenset(("a", "an", "the", "(")) | _POSSESSORS | SPEECH | _PLACE_BEFORE
_APPOSED = frozenset(",.;:")
_SCORES = frozenset(("scored", "scores", "scoring", "score", "accuracy"))
_NAMING = frozenset(("called", "named", "as", "dubbed", ":"))
_CALLED = frozenset(("called", "named", "dubbed"))
_MACHINES = frozenset(
    ("ai", "ai-powered", "virtual", "digital", "artificial", "robot", "robotic", "automated")
)
"""What makes a product of a role: an AI midwife, a digital nurse."""
_PREPOSITIONS = frozenset((
    "by", "in", "on", "for", "to", "with", "at", "from", "as", "under", "using", "last", "this", "jointly", "out",
    "over", "into", "around", "specifically", "together", "through", "earlier", "entirely", "back",
))  # fmt: skip
"""What tells a participle behind a comma (built on …) from a verb (Dev Anand, built search …)."""
_MARKS = frozenset("™®")


class _Nouns:
    """The nouns that say what the name beside them is, with the evidence by where they stand."""

    def __init__(self, words: EnglishWords, weights: Weights) -> None:
        self.kinds = words.nouns
        self.role = weights.mask("not.person_role")
        common = {"role": self.role, "other": weights.mask("not.noun")}
        self.before, self.after, self.is_a = (
            {
                noun: common[kind] if kind in common else weights.mask(f"{kind}.{place}")
                for noun, kind in words.nouns.items()
            }
            for place in ("noun_before", "noun_after", "is_a")
        )
        self.after |= {noun: 0 for noun, kind in words.nouns.items() if kind == "role"}


class LeftReader:
    """The reader of the words before a name; ``asks`` are the last words that may say something."""

    def __init__(self, patterns: Patterns, words: EnglishWords, weights: Weights) -> None:
        self.words = words
        self._nouns = _Nouns(words, weights)
        self._phrases = _merge(patterns, "en_before", weights)
        self._ends = frozenset(phrase.rpartition(" ")[2] for phrase in self._phrases)
        self._bare = words.function | _merge(patterns, "en_after", weights).keys()
        self.asks = (
            self._ends | words.nouns.keys() | QUOTES | _ARTICLES | _NAMING | _PLACE_BEFORE | _BEFORE | {","}
        )
        mask = weights.mask
        self._used, self._its = mask("product.used"), mask("product.its")
        self._article, self._the = mask("org.article", "product.article"), mask("org.the", "product.the")
        self._the_common, self._said = mask("not.the_common"), mask("not.said_before")
        self._thing = mask("product.noun_before")
        self._called = {"product": mask("product.called"), "org": mask("org.called")}
        self._in_place, self._in_brackets = mask("not.in_place"), mask("not.in_brackets")

    def read(self, left: list[str], following: str, run: Run) -> int:
        """Give the evidence of the tokens before a run; ``following`` is the one behind it."""
        kinds, before = self._nouns.kinds, self._nouns.before
        last = left[-1]
        found = before.get(run.role.lower(), self._nouns.role) if run.role else 0
        if last in _BEFORE:
            found |= self._read_determiner(last, following, run)
        if last in before:
            found |= before[last]
        elif len(left) > 1 and (
            last == "called" or (last == "," and following in _APPOSED and left[-2][-1] != "s")
        ):
            found |= self._thing if self._is_machine(left[:-1]) else before.get(left[-2], 0)
        while left and left[-1] in _ARTICLES:
            left.pop()
        last = left[-1] if left else ""
        if last in self._ends:
            found |= _longest(self._phrases, (" ".join(left[-3:]), " ".join(left[-2:]), last))
        if last == "on" and not _SCORES.isdisjoint(left):
            found |= self._used  # scored 91% on MedQA
        if last in _NAMING:
            named = [noun for noun in left[-5:-1] if kinds.get(noun, "role") != "role"]
            found |= before[named[-1]] if named else 0
            if last in _CALLED and len(left) > 1:
                kind = "product" if self._is_machine(left[:-1]) else kinds.get(left[-2], "")
                found |= self._called.get(kind, 0)
        return found

    def _is_machine(self, words: Sequence[str]) -> bool:
        """Say whether words end in a role that a machine has: an AI midwife."""
        return self._nouns.kinds.get(words[-1]) == "role" and not _MACHINES.isdisjoint(words[-3:-1])

    def _read_determiner(self, word: str, following: str, run: Run) -> int:
        """Read an article, a pronoun, a preposition of place, a bracket or ``said`` before the name."""
        if word in ("a", "an"):
            bare = following in self._bare or not following[:1].isalpha()
            return self._article if following and following != "-" and bare else 0
        if word == "the" and len(run.words) == 1:
            if run.text.isupper():
                return 0
            return self._the_common if self.words.common[run.text] else self._the
        if word in _POSSESSORS:
            return self._its
        if word in ("said", "says"):
            return self._said
        if word in _PLACE_BEFORE and following != "'s":
            return self._in_place
        if word == "(" and following and following in ");," and not run.text.isupper():
            return self._in_brackets
        return 0


class RightReader:
    """The reader of the words behind a name; ``asks`` are the first words that may say something."""

    def __init__(self, patterns: Patterns, words: EnglishWords, weights: Weights) -> None:
        self.words = words
        self._nouns = _Nouns(words, weights)
        self._phrases = _merge(patterns, "en_after", weights)
        self._longer = frozenset(phrase.partition(" ")[0] for phrase in self._phrases if " " in phrase)
        self._participles = {
            word: weights.mask(name) for word, name in patterns.table("words.en_participles").items()
        }
        self._behind_comma = (
            _DETERMINERS | self._participles.keys() | {"which", "who", "whom", "of"}
            | {noun for noun, kind in words.nouns.items() if kind == "role"}
        )  # fmt: skip
        self._needs_more = _BRACKETS | _DASHES | _COPULAS | _ADVERBS
        self.asks = (
            {phrase.partition(" ")[0] for phrase in self._phrases} | words.nouns.keys() | words.modifiers
            | self._needs_more | _MARKS | {":", "'s", "who", "from"}
        )  # fmt: skip
        mask = weights.mask
        self._heading, self._who = mask("not.heading"), mask("not.who")
        self._possessive, self._from = mask("org.possessive"), mask("product.from")
        self._is_a, self._thing, self._mark = mask("org.is_a"), mask("product.is_a"), mask("product.mark")

    def read(self, folded: str, to: int, limit: int, words: Sequence[str], run: Run) -> int:
        """Give the evidence of what follows a run at ``to``: ``words`` are the first three tokens."""
        first, second, third = words
        if first in _MARKS:
            return self._mark | self.read_tokens(TOKEN.findall(folded, to, limit)[1:], run)
        if first in self._needs_more:
            if first in _COPULAS and not self._apposes(second, third):
                return self._read_verb(first, second, third)
            if first == "," and not (
                second in self._behind_comma or third == "'s" or (second.isdigit() and len(second) == 2)
            ):
                return 0
            return self.read_tokens(TOKEN.findall(folded, to, limit), run)
        return self._read_start(first, second, third, run)

    def read_tokens(self, right: list[str], run: Run) -> int:
        """Give the evidence of the tokens behind a run."""
        if right and right[0] in _BRACKETS:
            right = skip_brackets(right)
        first, second, third, fourth = (*right[:4], "", "", "", "")[:4]
        if first in _DASHES or first in _COPULAS:
            found = self._read_apposition(["the", *right[3:]] if third == "'s" else right[1:])
            if found or (first in _DASHES and second != "which"):
                return found or self._read_after_comma(second, third)
            if second == "which":
                return self.read_tokens(right[2:], run)
        if first in _ADVERBS:
            return self._read_verb(second, third, fourth)
        return self._read_start(first, second, third, run)

    @staticmethod
    def _apposes(second: str, third: str) -> bool:
        return second in _DETERMINERS or third == "'s"

    def _read_start(self, first: str, second: str, third: str, run: Run) -> int:
        """Read a colon, a possessive, who, or a verb."""
        if first == ":":
            return self._heading if run.first and len(run.words) == 1 else 0
        if first == "'s":
            return self._phrases.get(f"'s {second}", 0) | self._possessive
        if first == "who":
            return self._who
        return self._read_verb(first, second, third)

    def _read_verb(self, first: str, second: str, third: str) -> int:
        """Read a verb phrase (raised), a maker (from …) or the noun behind the name (the X platform)."""
        if first in self._longer:
            two = f"{first} {second}"
            found = self._phrases.get(f"{two} {third}") or self._phrases.get(two)
            if found:
                return found
        found = self._phrases.get(first)
        if found:
            return found
        if first == "from" and second:
            return self._from
        for word in (first, second, third):
            if word in self._nouns.after:
                return self._nouns.after[word]
            if word not in self.words.modifiers:
                break
        return 0

    def _read_after_comma(self, word: str, following: str) -> int:
        """Read what follows a comma without an article: who, a role, an age, a maker, a participle."""
        if word in ("who", "whom"):
            return self._who
        if self._nouns.kinds.get(word) == "role" or (
            word.isdigit() and len(word) == 2 and following in (".", ",")
        ):
            return self._nouns.role
        if word == "of" and self.words.place_kind(following.title()):
            return self._is_a
        if following not in _PREPOSITIONS and not following.isdigit() and word not in _STANDING:
            return 0
        return self._participles.get(word, 0)

    def _read_apposition(self, right: Sequence[str]) -> int:
        """Read ``, a French start-up whose …`` and ``is an assistant for …`` by the phrase's last noun."""
        if not right or right[0] not in _DETERMINERS:
            return 0
        if right[0] in _MAKERS:
            return self._is_a
        kinds, is_a = self._nouns.kinds, self._nouns.is_a
        phrase = right[1:11]
        stop = next((index for index, word in enumerate(phrase) if word in _STOPS), len(phrase))
        if stop == 0:
            return 0
        last = phrase[stop - 1]
        if kinds.get(last) == "role" and not _MACHINES.isdisjoint(phrase[:stop]):
            return self._thing
        noun = last if last in kinds else last.removesuffix("s")
        if noun not in kinds and stop > 1 and not last.endswith(("er", "ers", "or", "ors", "ist")):
            noun = phrase[stop - 2]
        return is_a.get(noun, 0)


def _longest(table: Mapping[str, int], phrases: Sequence[str]) -> int:
    """Give the evidence of the first of ``phrases`` that the table has."""
    for phrase in phrases:
        found = table.get(phrase)
        if found is not None:
            return found
    return 0


def _merge(patterns: Patterns, stem: str, weights: Weights) -> dict[str, int]:
    """Join the tables of both labels, and that of ``words``, whose values are whole names of evidence."""
    merged: dict[str, int] = {}
    for area in ("org", "product", "words"):
        for phrase, name in patterns.table(f"{area}.{stem}").items():
            evidence = weights.mask(name if area == "words" else f"{area}.{name}")
            merged[phrase] = merged.get(phrase, 0) | evidence
    return merged
