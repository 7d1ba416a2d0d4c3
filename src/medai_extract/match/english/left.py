"""What the words before a name say about it: nouns, verbs, roles, articles, a naming."""

from collections.abc import Mapping, Sequence

from medai_extract.match.english.edges import Run
from medai_extract.match.english.sides import Nouns, merge_tables
from medai_extract.match.english.tokens import QUOTES
from medai_extract.match.english.weights import Weights
from medai_extract.match.english.words import EnglishWords
from medai_extract.patterns import Patterns

_ARTICLES = frozenset(("the", "a", "an", "its", "their", "his", "her", "our", "my", "your"))
_POSSESSORS = frozenset(("its", "their", "whose", "our", "my", "your"))
_PLACE_BEFORE = frozenset(("in", "near", "outside", "across", "around"))
_APPOSED = frozenset(",.;:")
_CLAUSE_ENDS = frozenset((".", ",", ";", "and", ""))
"""What follows a thing that somebody has: Novartis has Fabhalta and Vanrafia."""
_BESIDE_FIGURES, _CURRENCIES = frozenset(("for", "by", "with")), frozenset("$€£¥₹")
_ASKING = frozenset(("ask", "asks", "asked", "asking"))
_JOINS = frozenset((",", "and"))
"""What makes a plural before a comma speak of the names behind it: two rivals, Wobble and Kindred Chat."""


class LeftReader:
    """The reader of the words before a name; ``asks`` are the last words that may say something."""

    def __init__(self, patterns: Patterns, words: EnglishWords, weights: Weights) -> None:
        self.words = words
        self._nouns = Nouns(words, weights)
        self._phrases = merge_tables(patterns, "en_before", weights)
        self._ends = frozenset(phrase.rpartition(" ")[2] for phrase in self._phrases)
        self._bare = words.function | merge_tables(patterns, "en_after", weights).keys()
        self._owning_nouns = frozenset(f"{noun}'s" for noun, kind in words.nouns.items() if kind == "org")
        marks = words.marks
        self._articles, self._said_before = _ARTICLES | marks["behind_article"], marks["said_before"]
        self._determiners = {"a", "an", "the", "("} | _POSSESSORS | marks["speech"] | _PLACE_BEFORE
        self._naming, self._called_by, self._calls = (
            marks["names_next"] | {":"},
            marks["called"],
            marks["calling"],
        )
        self._known, self._acting, self._copulas = marks["known_as"], marks["acting"], marks["copula_before"]
        self._examples, self._has, self._counts = marks["example"], marks["having"], marks["counting"]
        self._of_models, self._machines = marks["of_models"], marks["machine"]
        self._selling, self._standing_for = marks["sold_as"], marks["stands_for_thing"]
        self._helpers, self._verbs = marks["helper"], marks["verb_too"]
        self._deeds, self._commands = marks["deed"], marks["command"]
        self._credits, self._humans, self._colleagues = marks["credit"], marks["human"], marks["colleague"]
        self.asks = (
            self._ends
            | words.nouns.keys()
            | QUOTES
            | self._articles
            | self._naming
            | self._determiners
            | {",", "from", "in"}
            | self._copulas
            | self._owning_nouns
            | self._has
            | self._examples
            | self._commands
            | {"by"}
        )
        mask = weights.mask
        self._human = mask("not.human")
        self._any_org = weights.begun("org.")
        self._its, self._had = mask("product.its"), mask("product.used")
        self._sold_as = mask("product.launched")
        self._by, self._sold = mask("org.led_by"), mask("product.launched", "product.used")
        self._parted = {
            "in": (marks["published"], mask("not.journal")),
            "from": (marks["raising"], mask("org.led_by")),
            "on": (marks["score"], mask("product.used")),
            "with": (marks["replacing"], mask("product.used")),
        }
        """Prepositions that with a word before them say something: raised $9M from, published Tuesday in."""
        self._article, self._the = mask("org.article", "product.article"), mask("org.the", "product.the")
        self._the_acronym = mask("org.the_acronym")
        self._the_common, self._said = mask("not.the_common"), mask("not.said_before")
        self._agreed = mask("org.said")
        self._thing = mask("product.noun_before")
        self._called = {"product": mask("product.called"), "org": mask("org.called")}
        self._in_place, self._in_brackets = mask("not.in_place"), mask("not.in_brackets")

    def read(self, left: list[str], following: str, run: Run) -> int:
        """Give the evidence of the tokens before a run; ``following`` is the one behind it."""
        last = left[-1]
        found = self._nouns.before.get(run.role.lower(), self._nouns.role) if run.role else 0
        if last in self._determiners:
            found |= self._read_determiner(last, following, run)
        if person := self._read_person(left, following, run):
            return found | person
        found |= self._read_noun(left, following)
        owned = last in _POSSESSORS
        while left and left[-1] in self._articles:
            left.pop()
        last = left[-1] if left else ""
        if last in _BESIDE_FIGURES and len(left) > 2:
            found |= self._read_figure(left)
        if last in self._has and following in _CLAUSE_ENDS:
            found |= self._had
        if last in self._owning_nouns:
            found |= self._its  # its parent's Vscan
        if last in self._ends:
            found |= _longest(self._phrases, (" ".join(left[-3:]), " ".join(left[-2:]), last))
        if last == "by" and len(left) > 1 and left[-2] in self._deeds:
            found |= self._by
        if following in ("to", "for"):
            found = self._read_asked(last, following, found)
        words, told = self._parted.get(last, (frozenset[str](), 0))
        if not words.isdisjoint(left):
            found |= told
        if last in self._naming:  # a rival is ahead: its Zelvora
            found |= self._read_naming(left) & (~self._any_org if owned else -1)
        return found

    def _read_asked(self, verb: str, following: str, found: int) -> int:
        """Correct what a verb says of whom it moves: ordered Zelvora to stop, asked Zelvora for its data."""
        if following == "to" and verb in self._commands:
            return found & ~self._sold | self._by
        return found & ~self._sold if verb in _ASKING else found

    def _read_figure(self, left: Sequence[str]) -> int:
        """Read the figure that a thing has scored or costs: 0.88 for Zelvora, $220 for Zelvora, £45 a month for Zelvora."""
        figure = left[-2]
        priced = (left[-3] in _CURRENCIES and figure.isdigit()) or left[-3:-1] == ["a", "month"]
        return self._sold_as if figure.startswith("0.") or (priced and left[-1] == "for") else 0

    def _read_noun(self, left: Sequence[str], following: str) -> int:
        """Read the noun before a name, or before the comma, the article or ``called`` that stands between."""
        before, last = self._nouns.before, left[-1]
        if len(left) > 2 and left[-3] in self._calls and left[-2] in _POSSESSORS:
            return self._called["product"]  # called its therapist Ash
        if last == "," and following in _APPOSED and (apposed := self._read_apposed(left)):
            return apposed
        if last in self._examples:
            return self._read_examples(left)
        if last in before:
            verb = last in self._verbs and left[-2:-1] == ["to"]
            return 0 if verb or self._ends_in_phrase(left) else before[last]
        if last in self._copulas and len(left) > 1 and left[-2][-1] != "s":
            if "of" in left[-4:-2] and self._nouns.kinds.get(left[-2]) == "other":
                return 0  # the core of the project is EIQ
            return before.get(left[-2], 0)  # whose platform is EIQ
        if last == "the" and len(left) > 3 and left[-2] == "," and following in _APPOSED:
            return before.get(left[-3], 0)
        if last == "," and len(left) > 2 and left[-2][-1] == "s":
            counted = left[-3] in self._counts or left[-3].isdigit()
            return before.get(left[-2], 0) if counted and following in _JOINS else 0
        if len(left) > 1 and (last == "called" or (last == "," and following in _APPOSED)):
            return self._thing if self._is_machine(left[:-1]) else before.get(left[-2], 0)
        return 0

    def _read_apposed(self, left: Sequence[str]) -> int:
        """Read what a name between commas explains, where no noun stands next to it."""
        if len(left) < 3:
            return 0
        if left[-2] == "own" and left[-3] in _POSSESSORS:
            return self._its  # we tune our own, Zelvora,
        if left[-2] in self._of_models or (left[-2] in self._helpers and left[-3] in _POSSESSORS):
            return self._thing  # its coach, Zelvora,
        if left[-2] in self._standing_for and left[-3].endswith("'s"):
            return self._thing  # Tacit's answer, Zelvora,
        if len(left) < 4:
            return 0
        head = self._head_of(left)
        return self._nouns.before[head] if head else 0

    def _head_of(self, left: Sequence[str]) -> str:
        """Give the noun whose ``of`` or ``for`` stands before the comma: a maker of pumps, Zelvora,."""
        if self.words.place_kind(left[-2].title()):
            return ""  # the health service of Galicia, Zelvora,
        for at in range(len(left) - 3, 0, -1):
            if left[at] in _CLAUSE_ENDS:
                return ""
            if left[at] in ("of", "for") and not self._articles.isdisjoint(left[max(at - 4, 0) : at - 1]):
                noun = left[at - 1]
                return noun if self._nouns.kinds.get(noun, "role") not in ("role", "other") else ""
        return ""

    def _read_examples(self, left: Sequence[str]) -> int:
        """Read the noun whose examples follow: tools such as, apps like, scanners, including."""
        if left[-1] == "as" and left[-2:-1] != ["such"]:
            return 0
        told = [word for word in left[:-1] if word != "such" and word != ","]
        noun = told[-1].removesuffix("s") if told else ""
        kind = self._nouns.kinds.get(noun, "role")
        # Like is a verb as well, of firms and not of things: investors like Zelvora.
        shown = kind == "product" or (kind != "role" and left[-1] != "like")
        return self._nouns.before[noun] if shown else 0

    def _read_naming(self, left: Sequence[str]) -> int:
        """Read the noun that is named: an agent for nurses, called Moth; a tool known as Oracle."""
        kinds, last, told = self._nouns.kinds, left[-1], list(left[-7:-1])
        if last == "name":
            named_as = "product" if self._acting.isdisjoint(left) else "org"
            return self._called[named_as] if "under" in left[-4:] or left[-2:-1] == ["working"] else 0
        if last == "as":
            if self._known.isdisjoint(left[-5:]):
                return 0
            known = ""
            while told and known not in self._known:
                known = told.pop()
            if known in self._selling and last == "as":
                return self._sold_as
        named = [noun for noun in told if kinds.get(noun, "role") != "role"]
        found = self._nouns.before[named[-1]] if named else 0
        if (
            last in self._called_by
            and left[-2:-1] == [","]
            and left[-3:-2]
            and left[-3] in self._standing_for
        ):
            return self._called["product"]  # the latter, called Zelvora
        if last in self._called_by and len(left) > 1:
            if left[-2] in self._humans:
                return self._human  # a man called Ezra
            kind = "product" if self._is_machine(left[:-1]) else kinds.get(left[-2], "")
            found |= self._called.get(kind, 0)
        return found

    def _read_person(self, left: Sequence[str], following: str, run: Run) -> int:
        """Read a credit, or a firm's word that is a person's too: By Tobias Fenn; general partner Ezra Blume."""
        if len(run.words) in (2, 3) and self._is_credited(left, following):
            return self._human | self._nouns.role
        return self._nouns.role if left[-1] in self._colleagues and self._looks_personal(run) else 0

    def _is_credited(self, left: Sequence[str], following: str) -> bool:
        """Say whether a line names its author: By Tobias Fenn; Monday, by Tobias Fenn; Photo: Tobias Fenn."""
        if left[-1] == "by":
            return len(left) == 1 or (left[-2] == "," and not following)
        return left[-1] == ":" and left[-2:-1] != [] and left[-2] in self._credits

    def _looks_personal(self, run: Run) -> bool:
        """Say whether a run has the shape of the name of a person: a given name first, or an Asian surname."""
        words, parts = self.words, run.words
        given = 1 < len(parts) < 4 and parts[0] in words.given and parts[-1] not in words.org_heads
        return given or words.is_chinese_person(parts)

    def _ends_in_phrase(self, left: Sequence[str]) -> bool:
        """Say whether words end in a phrase of several that says more than its last: will chair."""
        return left[-1] in self._ends and (
            " ".join(left[-2:]) in self._phrases or " ".join(left[-3:]) in self._phrases
        )

    def _is_machine(self, words: Sequence[str]) -> bool:
        """Say whether words end in a role that a machine has: an AI midwife."""
        return self._nouns.kinds.get(words[-1]) == "role" and not self._machines.isdisjoint(words[-3:-1])

    def _read_determiner(self, word: str, following: str, run: Run) -> int:
        """Read an article, a pronoun, a preposition of place, a bracket or ``said`` before the name."""
        if word in ("a", "an"):
            bare = following in self._bare or not following[:1].isalpha()
            return self._article if following != "-" and bare else 0
        if word == "the" and len(run.words) == 1:
            if run.text.isupper():
                return self._the_acronym if run.text.isalpha() and len(run.text) > 2 else 0
            return self._the_common if self.words.common[run.text] else self._the
        if word in _POSSESSORS:
            return self._its
        if word in self._said_before:
            return self._agreed if run.text.isupper() and len(run.text) > 2 else self._said
        if word in _PLACE_BEFORE and following != "'s":
            return self._in_place
        if word == "(" and following and following in ");," and not run.text.isupper():
            return self._in_brackets
        return 0


def _longest(table: Mapping[str, int], phrases: Sequence[str]) -> int:
    """Give the evidence of the first of ``phrases`` that the table has."""
    for phrase in phrases:
        found = table.get(phrase)
        if found is not None:
            return found
    return 0
