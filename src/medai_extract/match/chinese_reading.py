"""Two readings of a Chinese article: each span on its own sentence, then with what was found everywhere else."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from math import inf
from typing import NamedTuple

from medai_extract.match.chinese_article import Guess, Names
from medai_extract.match.chinese_evidence import SURELY_NOT, Evidence
from medai_extract.match.chinese_lexicon import Lexicon
from medai_extract.match.chinese_short import find_everywhere
from medai_extract.match.chinese_spans import Proposal, Proposer
from medai_extract.match.chinese_weights import BIAS, Part, Scale, chances
from medai_extract.match.chinese_words import WordCutter
from medai_extract.model import Candidate, Label
from medai_extract.segment import SegmentedText

OTHER_GENRE = "genre.other"
UNLIKELY = -4.2
"""Log-odds below which a guess is not remembered for the second look."""
LOST = -4.0
"""Log-odds of the second reading that the rest of the article does not make good."""
AGAINST_LIST = 2.4
"""Log-odds that it takes to contradict the only row of a name in the lists."""
RIGHT_HELPS = 0.8
"""Log-odds by which the right side makes good what the left one and the inside lack."""
LISTED_ORG, LISTED_PRODUCT = (0.95, 0.02), (0.02, 0.95)
"""The chances of a name that the lists know as one thing."""
_WHOLE = frozenset(("words", "institution", "found"))
"""The shapes of spans that begin and end at the edges of words."""


Listed = Mapping[tuple[int, int], Mapping[Label, Candidate]]
"""The hits of the name lists by their spans and labels."""


class Tools(NamedTuple):
    """What a reading needs, compiled once."""

    lexicon: Lexicon
    cutter: WordCutter
    proposer: Proposer
    evidence: Evidence
    scale: Scale


class Reading:
    """One article: its words, its guesses and their evidence, before and after the second look."""

    def __init__(self, segmented: SegmentedText, tools: Tools, folded: str) -> None:
        self._segmented, self._tools = segmented, tools
        self.words = words = tools.cutter.words(segmented, folded)
        self.names = Names(segmented.text, folded, tools.lexicon)
        self.guesses: list[Guess] = []
        self._lefts: dict[int, Part] = {}
        self._rights: dict[int, Part] = {}
        genre = () if tools.lexicon.is_of_genre(folded) else (OTHER_GENRE,)
        self.genre, self._base = tools.scale.weigh(genre), tools.scale.weigh((BIAS, *genre))
        self._weigh(tools.proposer.propose(words), UNLIKELY)
        self._weigh(self._others(), UNLIKELY)
        for guess in self.guesses:
            self.names.add(guess.form, guess.start, guess.end, guess.org, guess.product)

    def _others(self) -> Iterator[Proposal]:
        """Give the spans that are not made of neighbouring words of names alone."""
        words, refused = self.words, self.names.refused
        seen = {(guess.start, guess.end) for guess in self.guesses}
        seen.update((start, start + len(form)) for form, starts in refused.items() for start in starts)
        for proposal in self._tools.proposer.others(words):
            if proposal[:2] not in seen:
                seen.add(proposal[:2])
                yield proposal

    def found(self, guess: Guess) -> tuple[str, ...]:
        """Give the evidence for a guess on its own sentence."""
        return (*[item for part in guess.parts for item in part.found], *self.genre.found)

    def _weigh(self, proposals: Iterable[Proposal], limit: float) -> None:
        """Weigh spans on their own sentences and keep them, but for those whose evidence stays below ``limit``."""
        words, evidence = self.words, self._tools.evidence
        sides, edges, codes = evidence.sides, evidence.edges, words.codes
        names, base_org, base_product = self.names, self._base.org, self._base.product
        has_titles = "》" in words.folded
        spans = list(proposals)
        # Spans of whole words share their edges with many others.
        lefts, rights = self._lefts, self._rights
        lefts.update(sides.lefts(words, {span[2] for span in spans if span[4] in _WHOLE} - lefts.keys()))
        rights.update(sides.rights(words, {span[3] for span in spans if span[4] in _WHOLE} - rights.keys()))
        for start, end, first, last, shape, form, inside in spans:
            if shape in _WHOLE:
                left, right = lefts[first], rights[last]
            else:
                left = sides.left(words, start, first, in_quotes=shape == "quoted")
                right = sides.right(words, end, last)
            if inside.person and left.person:
                names.persons.add(form)
            org, product = base_org + inside.org + left.org, base_product + inside.product + left.product
            if org < limit - RIGHT_HELPS and product < limit - RIGHT_HELPS:
                names.refuse(form, start)
                continue
            both = edges[left.cut][right.cut]
            org += right.org + both.org
            product += right.product + both.product
            if org < limit and product < limit:
                names.refuse(form, start)
                continue
            parts: tuple[Part, ...] = inside, left, right, both
            if has_titles or codes.startswith("L", last):
                across = evidence.across(words, start, end, last, shape)
                if across is not None:
                    parts = inside, left, right, both, across
                    org, product = org + across.org, product + across.product
            self.guesses.append(Guess(start, end, form, parts, *chances(org, product)))

    def look_again(self) -> Iterator[tuple[Guess, tuple[str, ...]]]:
        """Give the guesses with a chance, with the evidence of the whole article, where no list is asked."""
        for guess, told, _, _ in self.second_look({}):
            yield guess, (*self.found(guess), *told.found)

    def second_look(self, listed: Listed) -> Iterator[tuple[Guess, Part, float, float]]:
        """Give the guesses with a chance, what the article tells of them and their chances with that."""
        self._look_everywhere(listed)
        names, base, weigh = self.names, self._base, self._tools.scale.weigh
        for guess in self.guesses:
            rows = listed.get((guess.start, guess.end))
            if rows is None and not names.deserves(guess):
                continue
            org, product = base.later_org, base.later_product
            for part in guess.parts:
                org += part.later_org
                product += part.later_product
            if rows is not None and len(rows) == 1:
                # Only a reading as the other thing matters.
                lost = (product if "ORG" in rows else org) < LOST + AGAINST_LIST
            else:
                lost = rows is None and org < LOST and product < LOST
            if not lost:
                told = weigh(tuple(names.gather(guess)))
                yield guess, told, *chances(org + told.later_org, product + told.later_product)

    def _look_everywhere(self, listed: Listed) -> None:
        """Enter the other places of the likely names and of their short forms, and the names of the lists."""
        names, folded = self.names, self.words.folded
        names.shorten()
        for (start, end), rows in listed.items():
            if len(rows) == 1:
                names.add(folded[start:end], start, end, *(LISTED_ORG if "ORG" in rows else LISTED_PRODUCT))
        known = len(self.guesses)
        self._weigh(self._elsewhere(listed), -inf)
        for guess in self.guesses[known:]:
            if (guess.start, guess.end) not in listed:
                names.add(guess.form, guess.start, guess.end, guess.org, guess.product)

    def _elsewhere(self, listed: Iterable[tuple[int, int]]) -> Iterator[Proposal]:
        """Give the places of likely names that were not looked at as such."""
        words, folded = self.words, self.words.folded
        have = {(guess.start, guess.end) for guess in self.guesses}
        of_lists = ((start, end, folded[start:end]) for start, end in listed)
        for start, end, form in chain(find_everywhere(folded, self.names.forms()), of_lists):
            if (start, end) in have or not (spanned := words.span(start, end)):
                continue
            have.add((start, end))
            first, last, is_whole = spanned
            shape = "found" if is_whole else "cut" if end - start < 4 else "cut_long"
            inside = self._tools.evidence.inside_known(words, start, end, first, last, shape)
            if inside.org >= SURELY_NOT or inside.product >= SURELY_NOT:
                yield start, end, first, last, shape, form, inside  # type: ignore[misc]
