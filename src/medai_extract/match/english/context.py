"""What the words around a name say about it, mention by mention.

Most mentions stand beside words that say nothing; so the words next to a name are looked up first, and the
sentence around it is cut into words only where one of them asks for more.
"""

import re
from collections.abc import Mapping, Sequence

import msgspec

from medai_extract.match.english.edges import Run
from medai_extract.match.english.forms import Form
from medai_extract.match.english.left import LeftReader
from medai_extract.match.english.lines import LineReader
from medai_extract.match.english.right import RightReader
from medai_extract.match.english.tokens import NEXT, QUOTES, TOKEN, without_quotes, word_before
from medai_extract.match.english.weights import Weights
from medai_extract.match.english.words import EnglishWords
from medai_extract.patterns import Patterns

HEADING = 40
"""Code points up to which a line of common words is a heading."""
_LINE_ENDS = frozenset(("", "\n"))
_OWNERS = frozenset(("the", "a", "an", "its", "our", "their"))
_SUBSIDIARY = frozenset((("a", "company"), ("an", "company")))
"""What a firm, and no place, stands between: Beckman, a Danaher company."""
_ASKING = frozenset(("ask", "asks", "asked", "asking", "told", "tell", "tells"))
_AT = frozenset(("at", "from")) | _OWNERS | _ASKING
LEFT, RIGHT = 48, 72
"""Code points that are read on either side of a name, within its sentence."""

_SMALL = re.compile(r"(?<![A-Za-z'’-])[a-z]{4,}")
_TITLE_OPENS, _TITLE_CLOSES = '“"‘', '”"’'
_TITLE_OPENING = re.compile(f"[{_TITLE_OPENS}]")
_YEAR = re.compile(r"20\d\d")
_OWNED = re.compile(
    r", (?:and )?(?:[A-Z][\w&.-]* ?){1,4}['’]s (?:[A-Z][a-z]|[a-z]+[A-Z])"
    r"|, the (?:[A-Z][\w&'’-]* ){1,5}(?:[A-Z][\w-]*)(?:[,.;]| \(| and )"
)
"""What is no apposition, but the next name of a list: Acme, Kestrel's Florin scanner; Acme, the Collegiate Pension Scheme."""
_OF_ACT = re.compile(
    r"(?:,? and |, )(?:[A-Z][a-z]+(?:,? and |, | of | )){1,6}(?:Act|Acts|Bill|Law|Regulations?|Directive)\b"
)
"""What follows the first words of the name of an act: Computer Misuse and Fraud Act."""
_CODES, _DASHES = frozenset(":(（"), frozenset("—–")
_TICKER = re.compile(r": ?[A-Z0-9]{1,6}(?:[.-][A-Z]{1,2})?(?=[);,，）])")


class Context(msgspec.Struct, frozen=True, gc=False):
    """Evidence of one mention: from the left, from the right, and whether quotation marks enclose it."""

    before: int
    after: int
    quoted: bool


NO_CONTEXT = Context(0, 0, False)


class Reading(msgspec.Struct, frozen=True):
    """An article as it was read: its runs, the form and the context of each, the forms by their text.

    ``genre`` says from 0 to 1 how much it speaks of firms, medicine and software.
    """

    text: str
    runs: Sequence[Run]
    forms: Sequence[Form]
    contexts: Sequence[Context]
    by_text: Mapping[str, Form]
    genre: float


class ContextReader:
    """The context tables, compiled."""

    def __init__(self, patterns: Patterns, words: EnglishWords, weights: Weights) -> None:
        self.words = words
        self._left = LeftReader(patterns, words, weights)
        self._right = RightReader(patterns, words, weights)
        marks = words.marks
        codes, suffixes = marks.spell("exchange_code"), marks.spell("exchange_suffix")
        exchange = "|".join(sorted(map(re.escape, words.exchanges), key=len, reverse=True))
        self._ticker_before = re.compile(
            rf"(?:{exchange}|{codes}|{marks.spell('exchange_word')})(?: [A-Z][a-z]+)?: ?(?:[A-Z]{{1,5}}, )?$"
        )
        self._code_after = re.compile(
            rf"\s?[(（](?:(?:{exchange}|{codes})[: ]\s?[A-Z0-9.]{{1,9}}|\d{{4,6}}(?:[.:][A-Z]{{2}})?"
            rf"|[A-Z]{{1,5}}[.:]{suffixes}|HK(?:EX)?:? ?\d{{3,5}})[;,)）]"
        )
        # A launch whose product is named behind a dash: released a large AI model for the digestive field——ENDOANGEL.
        self._launches = re.compile(
            rf"\b{marks.spell('launching')}\b[^.;]{{0,160}}?\b{marks.spell('launched')}\b[^.;]{{0,100}}[—–]$"
        )
        self._speech = marks["speech"]
        mask = weights.mask
        self._speaks, self._in_title = mask("not.speaks"), mask("not.in_title")
        self._heading, self._ticker = mask("not.heading"), mask("not.ticker")
        self._exchange, self._code = mask("org.exchange"), mask("org.code")
        self._noun = mask("not.noun")
        self._role, self._role_of = mask("not.person_role"), mask("org.role_of")
        self._the_common, self._noun_after = mask("not.the_common"), mask("product.noun_after", "product.app")
        self._announced, self._its = mask("product.announced"), mask("product.its")
        self._firms, self._premises = marks["firm_of_place"], marks["premises"]
        self._lines = LineReader(words, weights)
        self._noun_of_firm = mask("org.noun_after", "org.staff")
        self._in_place, self._is_a = mask("not.in_place"), mask("org.is_a")
        self._is_thing = mask("product.is_a")
        self._explained = mask("org.is_a", "product.is_a", "not.noun")
        self._of_maker, self._who = mask("product.from"), mask("not.who")
        self._unit, self._singular = mask("org.noun_after"), mask("singular")

    def read_all(self, text: str, runs: Sequence[Run], forms: Sequence[Form]) -> list[Context]:
        """Read the sentences around the runs of an article; places have none.

        Args:
            text: the article.
            runs: its runs.
            forms: the form of each run, to which the evidence around it is added.
        """
        folded = text.lower()
        if len(folded) != len(text):  # İ has two small letters
            folded = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
        folded = folded.replace("’", "'")
        titled = any(mark in text for mark in _TITLE_OPENS)
        contexts: list[Context] = []
        for run, form in zip(runs, forms, strict=True):
            context = NO_CONTEXT
            if not form.facts.place:
                context = self._read(text, folded, run, titled and form.facts.common)
                if run.start == run.sentence.start and text[run.start - 1 : run.start] in _LINE_ENDS:
                    before, after = self._lines.read(text, run)
                    context = Context(context.before | before, context.after | after, context.quoted)
                if form.facts.common:
                    context = self._read_common(text, folded, run, context)
                form.around |= context.before | context.after
            contexts.append(context)
        return contexts

    def _read(self, text: str, folded: str, run: Run, may_be_title: bool) -> Context:
        """Read the sentence around a run; ``folded`` is the text in small letters."""
        start, end = run.sentence
        at, to = run.start, run.end
        low = at - LEFT if at - LEFT > start else start
        limit = to + RIGHT if to + RIGHT < end else end
        left_asks, right_asks = self._left.asks, self._right.asks
        last = word_before(folded, low, at) if at > low else ""
        following = NEXT.match(folded, to, limit)
        words = following.groups("") if following else ("", "", "")
        first = words[0]
        before = after = 0
        quoted = False
        if last in QUOTES:
            quoted = first in QUOTES or (first in (",", ".") and words[1] in QUOTES)
            after = self._speaks if first in self._speech else 0
        if may_be_title and not quoted and self._inside_title(text, run, start, end):
            after |= self._in_title
        if first in right_asks:
            after |= self._right.read(folded, to, limit, words, run)
        elif first in QUOTES:
            right = without_quotes(TOKEN.findall(folded, to, limit))
            first = right[0] if right else ""
            after |= self._right.read_tokens(right, run) if first in right_asks else 0
        if last in _AT:
            after = self._read_at(text, last, first, after, run)
        if last in left_asks:
            left = TOKEN.findall(folded, low, at)
            while left and left[-1] in QUOTES:
                left.pop()
            if left and left[-1] in left_asks:
                before = self._left.read(left, first, run)
        if after & self._explained or (before and after):
            before, after = self._correct(text, to, before, after)
        if first in _CODES or last == ":" or (last == "," and len(run.text) < 6 and run.text.isupper()):
            after = self._read_code(text, run, after)
        if at > start and folded[at - 1] in _DASHES and self._launches.search(folded, start, at):
            before |= self._announced
        return Context(before, after, quoted) if before or after or quoted else NO_CONTEXT

    def _read_at(self, text: str, last: str, following: str, after: int, run: Run) -> int:
        """Correct what follows a name behind ``at`` and others: a firm and its officer, an event and its year, a place, who."""
        if last in _ASKING:
            return after & ~self._who  # asked Zelvora who would win
        if last == "from":
            after &= ~self._of_maker  # calls from Zelvora, from Tacit
        if last in _OWNERS and (last, following) not in _SUBSIDIARY:
            there = self._firms if last in ("the", "a", "an") else self._premises
            return after & ~self._noun_of_firm | self._in_place if following in there else after
        if last == "at" and text.startswith(", the ", run.end):
            after &= ~self._is_thing  # At Acme, the quality score rose
        if after & self._role:
            # At Acme, general counsel Ruth Adler has resigned; they hired her from Acme to head sales.
            return after & ~self._role | self._role_of
        if run.text.isupper() and _YEAR.fullmatch(following):
            return after | self._noun  # at RSNA 2025
        return after

    def _read_common(self, text: str, folded: str, run: Run, context: Context) -> Context:
        """Add what makes common words a heading, and a plural a name: Boots has."""
        if self._is_heading(text, *run.sentence):
            return Context(context.before, context.after | self._heading, context.quoted)
        if run.start == 0 and text[run.end : run.end + 1] == ":":
            return Context(context.before, context.after | self._heading, context.quoted)
        if text.startswith((" and ", ", "), run.end) and _OF_ACT.match(text, run.end):
            return Context(context.before, context.after | self._noun, context.quoted)
        if len(run.words) == 1 and run.text[-1] == "s":
            following = NEXT.match(folded, run.end)
            if following and following[1] in self._right.singular:
                return Context(context.before, context.after | self._singular, context.quoted)
        return context

    def _is_heading(self, text: str, start: int, end: int) -> bool:
        """Say whether common words with capitals make a line of their own: Key Players, INTERVIEW."""
        if (
            end - start > HEADING
            or text[start - 1 : start] not in _LINE_ENDS
            or text[end : end + 1] not in _LINE_ENDS
        ):
            return False
        return text[start].isupper() and all(
            word in self.words.function or (word[0].isupper() and self.words.common[word])
            for word in text[start:end].rstrip(":").split()
        )

    def _correct(self, text: str, end: int, before: int, after: int) -> tuple[int, int]:
        """Take back what the words on one side of a name said, where those on the other know better."""
        if after & self._explained and _OWNED.match(text, end):
            after &= ~self._explained  # Acme, Kestrel's Florin scanner
        if before & self._in_place:
            after &= ~self._is_a  # a hall in Villeurbanne, bought for the company
        if after & (self._unit | self._in_place):
            before &= ~self._its  # RadNet, whose DeepHealth arm; our Wilcannia clinic
        if after & self._noun_after:
            before &= ~self._the_common  # the Compass navigation arm
        return before, after

    def _read_code(self, text: str, run: Run, after: int) -> int:
        """Add what a stock code beside the name says."""
        following = text[run.end : run.end + 2]
        if following[:1] == ":" and run.words[0] in self.words.exchanges and _TICKER.match(text, run.end):
            return after & ~self._heading | self._exchange
        if "(" in following or "（" in following:
            return after | self._code if self._code_after.match(text, run.end) else after
        if text[max(run.start - 2, 0) : run.start].rstrip()[-1:] in (":", ",") and self._ticker_before.search(
            text, max(run.start - 24, 0), run.start
        ):
            return after | self._ticker
        return after

    def _inside_title(self, text: str, run: Run, start: int, end: int) -> bool:
        """Say whether common words are a part of a quoted title: “Work Plan for … (2025-2027)”."""
        if _TITLE_OPENING.search(text, start, run.start) is None:
            return False
        opening = max(text.rfind(mark, start, run.start) for mark in _TITLE_OPENS)
        if any(mark in text[opening + 1 : run.start] for mark in "”’"):
            return False
        closings = [text.find(mark, run.end, end) for mark in _TITLE_CLOSES]
        closing = min((at for at in closings if at >= 0), default=-1)
        small = len(_SMALL.findall(text, opening, max(closing, opening)))
        return 0 < closing - opening < 160 and small * 3 < text.count(" ", opening, closing) + 1
