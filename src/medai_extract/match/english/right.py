"""What the words behind a name say about it: verbs, nouns, possessives, appositions, a trade mark sign."""

from collections.abc import Sequence

from medai_extract.match.english.edges import Run
from medai_extract.match.english.sides import Nouns, merge_tables
from medai_extract.match.english.tokens import TOKEN, skip_brackets
from medai_extract.match.english.weights import Weights
from medai_extract.match.english.words import EnglishWords
from medai_extract.patterns import Patterns

_BRACKETS = frozenset("(（")
_DASHES = frozenset((",", "—", "–"))
_PAUSES = frozenset(",.;:(—–")
_CLAUSE_ENDS = frozenset((".", ",", ";", ""))
_SELLERS = frozenset(("the", "a", "an", "its", "our", "his", "her", "it", "they", "we", "he", "she"))
_JOINS = frozenset(("and", "or"))
_CURRENCIES = frozenset("$€£¥₹")
"""What stands behind the colon of a list of rounds: Thicket AI (protein design): £27m."""
_MARKS = frozenset("™®")
_OBJECTS = frozenset(("it", "its", "them", "a", "an"))
"""What makes a verb of a noun in the plural: Zelvora tests it."""
_POSSESSORS = frozenset(("our", "my", "their", "its"))
_LASTING = frozenset(("is", "was"))


class RightReader:
    """The reader of the words behind a name; ``asks`` are the first words that may say something.

    ``singular`` are verbs that no plural goes with.
    """

    def __init__(self, patterns: Patterns, words: EnglishWords, weights: Weights) -> None:
        self.words = words
        self._nouns = Nouns(words, weights)
        self._phrases = merge_tables(patterns, "en_after", weights)
        self.singular = frozenset(("has", "is", "was", "does")) | {
            phrase
            for phrase in self._phrases
            if phrase.isalpha() and phrase[-1] == "s" and phrase not in words.nouns
        }
        self._longer = frozenset(phrase.partition(" ")[0] for phrase in self._phrases if " " in phrase)
        self._participles = {
            word: weights.mask(name) for word, name in patterns.table("words.en_participles").items()
        }
        marks = words.marks
        self._makers, self._stops = marks["maker_of"], marks["apposition_end"] | marks["speech"] | _PAUSES
        self._speech = marks["speech"]
        self._determiners = self._makers | marks["apposition_start"]
        self._copulas, self._adverbs = marks["copula_behind"], marks["adverb"]
        self._once, self._once_was = marks["once"], marks["once_was"]
        self._partners = {role for role in words.roles if " " in role}
        self._prepositions, self._standing = marks["participle_next"], marks["participle_alone"]
        self._offices, self._days, self._machines = marks["office"], marks["day"], marks["machine"]
        self._agents = tuple(words.endings["agent"])
        self._uncounted, self._offers = marks["uncounted_thing"], marks["offered_as"]
        self._behind_comma = (
            self._determiners | self._uncounted | self._once | self._participles.keys() | {"which", "who", "whom", "of"}
            | {noun for noun, kind in words.nouns.items() if kind == "role"}
        )  # fmt: skip
        self._needs_more = _BRACKETS | _DASHES | self._copulas | self._adverbs
        self.asks = (
            {phrase.partition(" ")[0] for phrase in self._phrases} | words.nouns.keys() | words.modifiers
            | self._needs_more | _MARKS | _JOINS | {":", "'s", "who", "from", "as", "to"}
        )  # fmt: skip
        mask = weights.mask
        self._own = mask("own")
        self._heading, self._who = mask("not.heading"), mask("not.who")
        self._does = mask("does")
        self._called = mask("org.is_a", "product.is_a")
        self._possessive, self._from = mask("org.possessive"), mask("product.from")
        self._sold = mask("product.sold")
        self._offered, self._staff = (
            mask("product.works"),
            mask("org.staff", "org.noun_after", "product.noun_after"),
        )
        self._raised, self._based = mask("org.raised"), mask("org.based")
        self._is_a, self._thing, self._mark = mask("org.is_a"), mask("product.is_a"), mask("product.mark")

    def read(self, folded: str, to: int, limit: int, words: Sequence[str], run: Run) -> int:
        """Give the evidence of what follows a run at ``to``: ``words`` are the first three tokens."""
        first, second, third = words
        if first in _MARKS:
            return self._mark | self.read_tokens(TOKEN.findall(folded, to, limit)[1:], run)
        if first in _JOINS:
            return self._read_others(folded, to, limit, words)
        if first in self._needs_more:
            if first in self._copulas and second == "not" and third in self._determiners:
                return (
                    self._read_apposition([third, *TOKEN.findall(folded, to, limit)[3:]]) & self._called
                    or self._does
                )
            if first in self._copulas and not (second in self._determiners or _owns(second)):
                if third in _CLAUSE_ENDS and self._nouns.kinds.get(second) == "product":
                    return self._thing  # that Ash is software.
                return self._read_verb(first, second, third)
            if first == "," and not (
                second in self._behind_comma
                or _owns(second)
                or _owns(third)
                or (second.isdigit() and len(second) == 2)
            ):
                return self._read_others(folded, to, limit, words) if second in _JOINS else 0
            return self.read_tokens(TOKEN.findall(folded, to, limit), run)
        return self._read_start(first, second, third, run)

    def _read_others(self, folded: str, to: int, limit: int, words: Sequence[str]) -> int:
        """Read the noun behind ``and other`` or ``or some other``, which says what the names before are."""
        if "other" not in words:
            return 0
        return self._read_apposition(["the", *TOKEN.findall(folded, to, limit)[words.index("other") + 1 :]])

    def read_tokens(self, right: list[str], run: Run) -> int:
        """Give the evidence of the tokens behind a run."""
        based = 0
        if right and right[0] in _BRACKETS:
            rest = skip_brackets(right)
            place = " ".join(right[1 : len(right) - len(rest) - 1]).title() if rest else ""
            based = self._based if self.words.place_kind(place) else 0
            if not self._offers.isdisjoint(right[1 : len(right) - len(rest) - 1]):
                based |= self._offered  # Zelvora (free), Zelvora (iOS; $9 a month)
            right = rest
        first, second, third, fourth = (*right[:4], "", "", "", "")[:4]
        if first in _DASHES or first in self._copulas:
            owners = 2 if _owns(second) else 3 if _owns(third) and second not in self._determiners else 0
            found = self._read_apposition(["the", *right[owners:]] if owners else right[1:]) | based
            if found or (first in _DASHES and second != "which"):
                return found or self._read_after_comma(second, third)
            if second == "which":
                if third in _SELLERS and not self.words.selling.isdisjoint(right[3:6]):
                    return self._sold  # Zelvora, which the region licenses from Merrowtech
                return self.read_tokens(right[2:], run) & ~self._staff  # Zelvora, which patients like
        if first in self._adverbs:
            return self._read_verb(second, third, fourth)
        return self._read_start(first, second, third, run) | based

    def _read_start(self, first: str, second: str, third: str, run: Run) -> int:
        """Read a colon, a possessive, who, or a verb."""
        if first == ":":
            if second in _CURRENCIES:
                return self._raised
            return self._heading if run.first and len(run.words) == 1 else 0
        if first == "'s":
            return self._phrases.get(f"'s {second}", 0) | self._possessive
        if first == "who":
            return self._who
        return self._read_verb(first, second, third)

    def _read_verb(self, first: str, second: str, third: str) -> int:
        """Read a verb phrase (raised), a maker (from …) or the noun behind the name (the X platform)."""
        if second == "its" and first[-1:] in ("d", "s"):
            return self._phrases.get(f"{first} its", 0) | self._phrases.get(first, 0) | self._own
        if first in self._longer:
            two = f"{first} {second}"
            found = self._phrases.get(f"{two} {third}") or self._phrases.get(two)
            if found:
                return found
        found = self._phrases.get(first)
        if found:
            return found
        if first == "from" and second:
            at_home = third in _PAUSES or third in self._phrases
            return 0 if at_home and self.words.place_kind(second.title()) else self._from
        if first in _LASTING and second.endswith("ing"):
            return self._does  # Zelvora is picking up its clients
        if first in ("as", "to") and (
            second in self._offices or (third in self._offices and second == "its")
        ):
            return self._nouns.role
        for word in (first, second, third):
            if word in self._nouns.after:
                verb = second in _OBJECTS and first[-1:] == "s"  # Zelvora tests it
                return self._does if verb else self._nouns.after[word]
            if word not in self.words.modifiers:
                break
        return 0

    def _read_after_comma(self, word: str, following: str) -> int:
        """Read what follows a comma without an article: who, a role, an age, a maker, a participle."""
        if word in ("who", "whom"):
            return self._who
        if word in self._once:
            return self._nouns.role if self._is_office(following) else self._is_a  # Zelvora, formerly MedPay
        if self._nouns.kinds.get(word) == "role" or (
            word.isdigit() and len(word) == 2 and following in (".", ",")
        ):
            return self._nouns.role
        if word in self._uncounted:
            return self._thing  # Zelvora, software that doctors like
        if word in ("of", "from") and self.words.place_kind(following.title()):
            return self._is_a if word == "of" else 0
        found = self._participles.get(word, 0)
        following = "on" if following in self._days else following
        stands = found == self._nouns.role or word in self._standing
        return found if stands or following in self._prepositions or following.isdigit() else 0

    def _is_office(self, word: str) -> bool:
        """Say whether what follows ``formerly`` begins what somebody was: of, an, chief, Zelvora's."""
        known = self._once_was | self._determiners | self._offices
        return word in known or _owns(word) or self._nouns.kinds.get(word) == "role"

    def _read_apposition(self, right: Sequence[str]) -> int:
        """Read ``, a French start-up whose …`` and ``is an assistant for …`` by the phrase's last noun."""
        if not right or right[0] not in self._determiners:
            return 0
        if right[0] in _POSSESSORS and right[1:2] == ["own"] and right[2:3] and right[2] in _PAUSES:
            return self._thing  # Zelvora, our own,
        if right[0] in self._makers:
            return self._is_a
        kinds, is_a = self._nouns.kinds, self._nouns.is_a
        phrase = right[1:11]
        stop = next((at for at, word in enumerate(phrase) if word in self._stops), len(phrase))
        if phrase[stop : stop + 1] and phrase[stop] in self._speech:
            return 0  # fell under the law, the company said
        stop = next((at for at in range(1, stop) if phrase[at] == "the"), stop)  # a pager the firm bought
        if stop == 0:
            return 0
        last = phrase[stop - 1]
        if phrase[stop : stop + 1] == ["who"] or " ".join(phrase[stop - 2 : stop]) in self._partners:
            return self._nouns.role  # the partner who sat on the board
        if kinds.get(last) == "role" and not self._machines.isdisjoint(phrase[:stop]):
            return self._thing
        noun = last if last in kinds else last.removesuffix("s")
        if noun not in kinds and stop > 1 and not last.endswith(self._agents):
            noun = phrase[stop - 2]
        found = is_a.get(noun, 0)
        return self._from if not found and "by" in phrase[stop : stop + 4] else found  # a voice by Tacit


def _owns(word: str) -> bool:
    return word.endswith("'s")
