"""Two readings of a Chinese article: each span on its own sentence, then with what was found everywhere else."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import inf
from operator import itemgetter
from typing import NamedTuple

from medai_extract.match.chinese.article import FAINT, Guess, Names
from medai_extract.match.chinese.bodies import Bodies
from medai_extract.match.chinese.borders import SURE
from medai_extract.match.chinese.cutter import WordCutter
from medai_extract.match.chinese.evidence import SURELY_NOT, Evidence
from medai_extract.match.chinese.lexicon import Lexicon
from medai_extract.match.chinese.short import find_everywhere
from medai_extract.match.chinese.spans import Proposal, Proposer
from medai_extract.match.chinese.surroundings import Surroundings
from medai_extract.match.chinese.weights import BIAS, Part, Scale, chances
from medai_extract.match.chinese.wording import Wording, spell
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
_WHOLE = frozenset(("words", "found", "loose", "repeated"))
"""The shapes of spans that begin and end at the edges of words."""
_QUOTES = frozenset('“「『"')
"""Marks before a span and after one which only both of its ends explain."""
_EXPLAINED = frozenset("等的")
"""Characters after a span behind which stands what it is."""
_FIRST, _LAST = itemgetter(2), itemgetter(3)


_UNKNOWN = re.compile("X")
Listed = Mapping[tuple[int, int], Mapping[Label, Candidate]]
"""The hits of the name lists by their spans and labels."""


class Tools(NamedTuple):
    """What a reading needs, compiled once."""

    lexicon: Lexicon
    cutter: WordCutter
    bodies: Bodies
    proposer: Proposer
    evidence: Evidence
    scale: Scale
    wording: Wording


class Reading:
    """One article: its words, its guesses and their evidence, before and after the second look."""

    def __init__(self, segmented: SegmentedText, tools: Tools, folded: str) -> None:
        self._tools = tools
        self.words = words = tools.cutter.words(segmented, folded)
        self.names = Names(segmented.text, folded, tools.lexicon)
        self.guesses: list[Guess] = []
        self._borders = tools.bodies.of(words)
        self._beside = Surroundings(tools.evidence.sides, words)
        genre = () if tools.lexicon.is_of_genre(folded) else (OTHER_GENRE,)
        self.genre, self._base = tools.scale.weigh(genre), tools.scale.weigh((BIAS, *genre))
        self._weigh(list(tools.proposer.propose(words)), UNLIKELY)
        self._weigh(list(self._others()), UNLIKELY)

    def _others(self) -> Iterator[Proposal]:
        """Give the spans that are not made of neighbouring words of names alone."""
        words, refused = self.words, self.names.refused
        seen = {(guess.start, guess.end) for guess in self.guesses}
        seen.update((start, start + len(form)) for form, starts in refused.items() for start in starts)
        for proposal in self._tools.proposer.others(words, self._borders):
            if proposal[:2] not in seen:
                seen.add(proposal[:2])
                yield proposal

    def found(self, guess: Guess) -> tuple[str, ...]:
        """Give the evidence for a guess on its own sentence."""
        wording = spell(self.words.folded, guess.start, guess.end)
        return (*[item for part in guess.parts for item in part.found], *self.genre.found, *wording)

    def _weigh(
        self, spans: Sequence[Proposal], limit: float, listed: Container[tuple[int, int]] = ()
    ) -> None:
        """Weigh spans on their own sentences and keep them, but for those whose evidence stays below ``limit``.

        Their forms are entered as names, but where they are ``listed``.
        """
        evidence, words, beside, names = self._tools.evidence, self.words, self._beside, self.names
        whole = [span for span in spans if span[4] in _WHOLE]
        beside.look({*map(_FIRST, whole)} - beside.lefts.keys(), {*map(_LAST, whole)} - beside.rights.keys())
        lefts, rights, pairs, nothing = beside.lefts, beside.rights, evidence.pairs, evidence.nothing
        base_org, base_product = self._base.org, self._base.product
        # All spans begin with the same evidence, so it raises the bar instead.
        org_bar, product_bar = limit - base_org, limit - base_product
        low_org, low_product = org_bar - RIGHT_HELPS, product_bar - RIGHT_HELPS
        folded, codes = words.folded, words.codes
        has_titles = "》" in folded
        say, weigh, weigh_wording = self._borders.say, self._tools.scale.weigh, self._tools.wording.weigh
        refused, enter, keep = names.refused, names.enter, self.guesses.append
        for start, end, first, last, shape, form, inside in spans:
            if shape in _WHOLE:
                # Spans of whole words share their edges with many others.
                left, right = lefts[first], rights[last]
            else:
                left = beside.left(start, first, in_quotes=shape == "quoted")
                right = beside.right(end, last)
            if inside.person and left.person:
                names.persons.add(form)
            org, product = inside.org + left.org, inside.product + left.product
            border, is_sure = nothing, False
            if said := say(start, end):
                # Where the grammar of bodies knows the edges, words that run on do not count.
                border, is_sure = weigh(said), said[0] == SURE
                org, product = org + border.org, product + border.product
            if org < low_org and product < low_product:
                refused[form].append(start)
                continue
            left_cut, right_cut = left.cut and not is_sure, right.cut and not is_sure
            meeting = inside.kind, left.kind, right.kind, inside.body, left_cut, right_cut
            both = pairs.get(meeting) or evidence.together(meeting)
            org += right.org + both.org
            product += right.product + both.product
            if org < org_bar and product < product_bar:
                refused[form].append(start)
                continue
            across = nothing
            if (
                has_titles
                or codes[last : last + 1] == "L"
                or folded[start - 1 : start] in _QUOTES
                or folded[end : end + 1] in _EXPLAINED
            ):
                across = evidence.across(words, start, end, first, last, shape, left)
                org, product = org + across.org, product + across.product
            wording = weigh_wording(folded, start, end)
            org, product = chances(base_org + org + wording[0], base_product + product + wording[1])
            keep(Guess(start, end, form, (inside, left, right, both, across, border), wording, org, product))
            if (start, end) not in listed:
                enter(form, start, end, org, product)

    def look_again(self) -> Iterator[tuple[Guess, tuple[str, ...]]]:
        """Give the guesses with a chance, with the evidence of the whole article, where no list is asked."""
        for guess, told, _, _ in self.second_look({}):
            yield guess, (*self.found(guess), *told.found)

    def second_look(self, listed: Listed) -> Iterator[tuple[Guess, Part, float, float]]:
        """Give the guesses with a chance, what the article tells of them and their chances with that."""
        self._look_everywhere(listed)
        names, weigh, headed = self.names, self._tools.scale.weigh, self._beside.headed
        base_org, base_product = self._base.later_org, self._base.later_product
        for guess in self.guesses:
            rows = listed.get((guess.start, guess.end))
            if rows is None and guess.org + guess.product < FAINT and not names.knows(guess.form):
                continue
            inside, left, right, both, across, border = guess.parts
            org = base_org + inside.later_org + left.later_org + right.later_org + both.later_org
            product = base_product + inside.later_product + left.later_product + right.later_product
            org, product = org + across.later_org, product + both.later_product + across.later_product
            org += border.later_org + guess.wording[2]
            product += border.later_product + guess.wording[3]
            if rows is None:
                is_lost = org < LOST and product < LOST
            else:
                # Of a name that the lists know as one thing only a reading as the other thing matters.
                is_lost = len(rows) == 1 and (product if "ORG" in rows else org) < LOST + AGAINST_LIST
            if not is_lost:
                told = weigh((*names.gather(guess), *headed(guess.start, guess.end)))
                yield guess, told, *chances(org + told.later_org, product + told.later_product)

    def _look_everywhere(self, listed: Listed) -> None:
        """Enter the other places of the likely names and of their short forms, and the names of the lists."""
        names, folded = self.names, self.words.folded
        names.shorten(self._unknown())
        for (start, end), rows in listed.items():
            if len(rows) == 1:
                names.enter(folded[start:end], start, end, *(LISTED_ORG if "ORG" in rows else LISTED_PRODUCT))
        self._weigh(list(self._elsewhere(listed)), -inf, listed)

    def _unknown(self) -> frozenset[str]:
        """Give the short words of the article that no dictionary has."""
        words = self.words
        odd = [match.start() for match in _UNKNOWN.finditer(words.codes)]
        return frozenset([words.folded_word(at) for at in odd if 2 <= len(words.surfaces[at]) <= 4])

    def _elsewhere(self, listed: Iterable[tuple[int, int]]) -> Iterator[Proposal]:
        """Give the places of likely names that were not looked at as such."""
        words, folded, inside_of = self.words, self.words.folded, self._tools.evidence.inside_known
        have = {(guess.start, guess.end) for guess in self.guesses}
        of_lists = ((start, end, folded[start:end]) for start, end in listed)
        for start, end, form in chain(find_everywhere(folded, self.names.forms()), of_lists):
            if (start, end) in have or not (spanned := words.span(start, end)):
                continue
            have.add((start, end))
            first, last, is_whole = spanned
            shape = "found" if is_whole else "cut" if end - start < 4 else "cut_long"
            inside = inside_of(words, start, end, first, last, shape)
            if inside.org >= SURELY_NOT or inside.product >= SURELY_NOT:
                yield start, end, first, last, shape, form, inside  # type: ignore[misc]
