"""The choice among the overlapping guesses of a Chinese article, and between the readings of a name that a list holds."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from medai_extract.match.chinese.agree import agree
from medai_extract.match.chinese.article import Guess
from medai_extract.match.chinese.lexicon import Lexicon
from medai_extract.match.chinese.lookup import longest_suffix
from medai_extract.match.chinese.reading import Reading, Tools
from medai_extract.match.chinese.weights import Part
from medai_extract.match.chinese.words import Words
from medai_extract.match.select import THRESHOLD
from medai_extract.model import Candidate, Label

WORTH_TELLING = 0.3
"""Guesses below this are not even reported as refused."""
SURE = 0.93
LENGTHENS = 0.7
"""The chance it takes to find a longer name around a listed one."""
DOUBT = 1.5
"""How much likelier the firm must be where a list has a name as firm and product: in doubt it is the product."""
OVER_LIST, AGAINST_LIST = 0.97, 0.92
"""The score of a reading that decides between two rows of the lists; the chance it takes to contradict the only one."""
MOST = 0.94
"""No guess scores better than a listed name."""


class Chooser:
    """Chooses among the guesses of one article."""

    def __init__(self, reading: Reading, known: Sequence[Candidate], tools: Tools) -> None:
        self._reading, self._scale, self._wording = reading, tools.scale, tools.wording
        self._listed: dict[tuple[int, int], dict[Label, Candidate]] = {}
        for candidate in known:
            self._listed.setdefault((candidate.start, candidate.end), {})[candidate.label] = candidate
        self._longer = LongerNames(reading.words, self._listed, tools.lexicon)

    def choose(self) -> Iterator[Candidate]:
        """Give the likeliest of overlapping guesses, and below the threshold those that fell."""
        ranked: list[tuple[float, int, int, float, float, Guess, Part]] = []
        looks = list(self._reading.second_look(self._listed))
        heard = agree([look[0] for look in looks], [look[2:] for look in looks])
        for (guess, told, org_alone, product_alone), (org, product) in zip(looks, heard, strict=True):
            start, end = guess.start, guess.end
            rows = self._listed.get((start, end))
            if rows:
                yield from self._decide(guess, told, org_alone, product_alone, rows)
            elif org + product >= WORTH_TELLING and not self._longer.forbids(start, end, max(org, product)):
                # Of guesses that are both as good as sure the longer one is the name.
                ranked.append((-min(org + product, SURE), start - end, start, org, product, guess, told))
        ranked.sort(key=itemgetter(0, 1, 2))
        taken: set[int] = set()
        for _, _, start, org, product, guess, told in ranked:
            label: Label = "ORG" if org >= product else "PRODUCT"
            if org + product < THRESHOLD:
                yield self._candidate(guess, told, label, org + product)
            elif taken.isdisjoint(range(start, guess.end)):
                taken.update(range(start, guess.end))
                same_as = self._reading.names.alias_of(guess, label)
                yield self._candidate(guess, told, label, min(org + product, MOST), same_as=same_as)

    def _decide(
        self, guess: Guess, told: Part, org: float, product: float, rows: Mapping[Label, Candidate]
    ) -> Iterator[Candidate]:
        """Choose between the readings of a listed name: firm or product."""
        label: Label = "ORG" if org > DOUBT * product else "PRODUCT"
        if len(rows) > 1:
            entity_id = rows[label].entity_id if label in rows else None
            yield self._candidate(guess, told, label, OVER_LIST, entity_id=entity_id)
        elif label not in rows and max(org, product) >= AGAINST_LIST:
            yield self._candidate(guess, told, label, OVER_LIST)

    def _candidate(
        self,
        guess: Guess,
        told: Part,
        label: Label,
        score: float,
        *,
        entity_id: str | None = None,
        same_as: str | None = None,
    ) -> Candidate:
        best, evidence = self._scale.tell((*guess.parts, self._reading.genre, told), label)
        wording = self._wording.tell(self._reading.words.folded, guess.start, guess.end, label)
        return Candidate(
            start=guess.start,
            end=guess.end,
            label=label,
            rule_id=f"{label.lower()}.zh.{best}",
            score=round(score, 3),
            entity_id=entity_id,
            same_as=same_as,
            evidence=(*evidence, *wording),
        )


class LongerNames:
    """The names of the lists, which a guess may lengthen only with a head or a version of its own, or where it holds one and is as good as sure."""

    def __init__(self, words: Words, listed: Iterable[tuple[int, int]], lexicon: Lexicon) -> None:
        self._words, self._lexicon = words, lexicon
        self._spans = sorted(listed)
        self._starts = [start for start, _ in self._spans]

    def forbids(self, start: int, end: int, chance: float) -> bool:
        """Say whether the span cuts a listed name, or lengthens one without reason."""
        at, lengthened = bisect_left(self._starts, start - 40), 0
        while at < len(self._spans) and self._starts[at] < end:
            first, last = self._spans[at]
            at += 1
            if last <= start or (first, last) == (start, end) or (first <= start and end <= last):
                continue
            if first < start or last > end:
                return True
            if not self._has_reason(start, end, first, last):
                # 海尔|维诺 is a name of its own; names in a row are none: 蚂蚁|华为|阿里云.
                lengthened += 1
                if chance < SURE or lengthened > 1:
                    return True
            elif chance < LENGTHENS:
                return True
        return False

    def _has_reason(self, start: int, end: int, first: int, last: int) -> bool:
        if first > start and last == end:
            return longest_suffix(self._words.text[first:last], self._lexicon.institution_heads, 8) != ""
        after = self._words.folded[last:end]
        return after[-1:].isascii() or longest_suffix(after, self._lexicon.lengthening_heads, 8) != ""
