"""Organisations and products in Chinese text that no list holds, and the right reading of those that a list holds twice.

Two readings of an article. The first weighs every span that could be a name on its own sentence; the second weighs it again with
what the first has found everywhere else. A weight is the log-odds that a piece of evidence adds to a label, in readable tables
(``patterns/words/zh_evidence*.csv``) that ``medai-extract patterns fit`` fits on annotated articles.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import NamedTuple

from medai_extract.match.chinese_article import Names, find_everywhere
from medai_extract.match.chinese_evidence import SURELY_NOT, Evidence, Part
from medai_extract.match.chinese_inside import longest_suffix
from medai_extract.match.chinese_lexicon import Lexicon
from medai_extract.match.chinese_spans import Proposer, locate
from medai_extract.match.chinese_weights import BIAS, Chance, Teller, Weights, chance_from, read_weights
from medai_extract.match.chinese_words import Guess, WordCutter, Words
from medai_extract.match.select import THRESHOLD
from medai_extract.model import Candidate, Document, Label
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText

OTHER_GENRE = "genre.other"
UNLIKELY = -4.2
"""Log-odds below which a guess is not remembered for the second look."""
LOST = -4.0
"""Log-odds of the second reading that the rest of the article does not make good."""
RIGHT_HELPS = 0.8
"""Log-odds by which the right side makes good what the left one and the inside lack."""
WORTH_TELLING = 0.3
"""Guesses below this are not even reported as refused."""
SURE = 0.9
LENGTHENS = 0.7
"""The chance it takes to find a longer name around a listed one."""
DOUBT = 1.5
"""How much likelier the firm must be where a list has a name as firm and product: in doubt it is the product."""
OVER_LIST, AGAINST_LIST = 0.97, 0.92
"""The score of a reading that decides between two rows of the lists; the chance it takes to contradict the only one."""


class Tools(NamedTuple):
    """What a reading needs, compiled once."""

    lexicon: Lexicon
    cutter: WordCutter
    proposer: Proposer
    evidence: Evidence


class Reading:
    """One article: its words, its guesses and their evidence, before and after the second look."""

    def __init__(self, segmented: SegmentedText, tools: Tools, folded: str) -> None:
        self.segmented, self.folded, self.text = segmented, folded, segmented.text
        self._lexicon, self._evidence = tools.lexicon, tools.evidence
        self.words: dict[int, Words] = {}
        self.guesses: list[Guess] = []
        self.parts: list[tuple[Part, ...]] = []
        self.chances: list[Chance] = []
        self._lefts: dict[tuple[int, int, bool], Part] = {}
        self._rights: dict[tuple[int, int], Part] = {}
        self._refused: list[tuple[int, int]] = []
        self._persons: set[str] = set()
        self._has_titles = "》" in folded
        self._of_all = tools.evidence.weigh(
            (BIAS,) if tools.lexicon.is_of_genre(folded) else (BIAS, OTHER_GENRE)
        )
        for index, sentence in enumerate(segmented.sentences):
            if segmented.lang_at(sentence.start) == "zh":
                words = self.words[index] = tools.cutter.words(segmented, folded, index)
                seen = set()
                for guess, inside in tools.proposer.propose(self.text, folded, words, index):
                    if guess[:2] not in seen:
                        seen.add(guess[:2])
                        self._enter(guess, words, inside, UNLIKELY)

    def found(self, index: int) -> tuple[str, ...]:
        """Give the evidence for a guess."""
        return (*[item for part in self.parts[index] for item in part.found], *self._of_all.found[1:])

    def _enter(self, guess: Guess, words: Words, inside: Part, limit: float) -> Chance | None:
        """Weigh a guess and keep it, unless its evidence stays below ``limit``."""
        evidence, folded = self._evidence, self.folded
        left_key = guess.start, guess.first, guess.shape == "quoted"
        left = self._lefts.get(left_key)
        if left is None:
            left = self._lefts[left_key] = evidence.left(folded, words, guess)
        if inside.person and left.person:
            self._persons.add(folded[guess.start : guess.end])
        base = self._of_all
        org, product = base.org + inside.org + left.org, base.product + inside.product + left.product
        if org < limit - RIGHT_HELPS and product < limit - RIGHT_HELPS:
            self._refused.append((guess.start, guess.end))
            return None
        right_key = guess.end, guess.last
        right = self._rights.get(right_key)
        if right is None:
            right = self._rights[right_key] = evidence.right(self.text, folded, words, guess)
        edges = evidence.edges(left, right)
        org += right.org + edges.org
        product += right.product + edges.product
        if org < limit and product < limit:
            self._refused.append((guess.start, guess.end))
            return None
        parts: tuple[Part, ...] = inside, left, right, edges
        if self._has_titles or words.codes[guess.last : guess.last + 1] == "L":
            across = evidence.across(folded, words, guess)
            parts = (*parts, across)
            org, product = org + across.org, product + across.product
        chance = chance_from(org, product)
        self.guesses.append(guess)
        self.parts.append(parts)
        self.chances.append(chance)
        return chance

    def look_again(self, known: Sequence[Candidate] = ()) -> Iterator[tuple[Guess, tuple[str, ...]]]:
        """Give the guesses with a chance, with the evidence of the whole article."""
        for index, told, _ in self.second_look(known):
            yield self.guesses[index], (*self.found(index), *told)

    def second_look(self, known: Sequence[Candidate]) -> Iterator[tuple[int, list[str], Chance]]:
        """Give the numbers of guesses with a chance, what the article tells of them and their chance with that."""
        listed = known_labels(known)
        names = self._collect(listed)
        weights = self._evidence.second
        for index, guess in enumerate(self.guesses):
            is_listed = guess[:2] in listed
            if not (is_listed or names.deserves(guess)):
                continue
            org, product = self._of_all.later_org, self._of_all.later_product
            for part in self.parts[index]:
                org += part.later_org
                product += part.later_product
            if not is_listed and org < LOST and product < LOST:
                continue
            told = names.gather(guess)
            for item in told:
                weight = weights.get(item)
                if weight is not None:
                    org += weight[0]
                    product += weight[1]
            yield index, told, chance_from(org, product)

    def _collect(self, listed: Mapping[tuple[int, int], set[str]]) -> Names:
        """Give the names of the first reading and the lists, after a look at the other places of the likely ones."""
        names = self.names = Names(self.text, self.folded, self.guesses, self.chances, self._lexicon)
        names.persons = self._persons
        for start, end in self._refused:
            names.add_refused(start, end)
        for (start, end), labels in listed.items():
            if len(labels) == 1:
                names.add(start, end, Chance(0.95, 0.02) if "ORG" in labels else Chance(0.02, 0.95))
        have = {(guess.start, guess.end) for guess in self.guesses}
        for start, end in [*find_everywhere(self.folded, names.surfaces()), *listed]:
            if (start, end) in have:
                continue
            index = self.segmented.sentence_index(start)
            if index not in self.words or end > self.segmented.sentences[index].end:
                continue
            have.add((start, end))
            words = self.words[index]
            guess = locate(words, start, end, index)
            inside = self._evidence.inside(self.text, self.folded, words, guess)
            if inside.is_below(SURELY_NOT):
                continue
            chance = self._enter(guess, words, inside, -inf)
            if chance is not None and (start, end) not in listed:
                names.add(start, end, chance)
        return names


class ChineseNames:
    """The rules for names in Chinese text, compiled."""

    def __init__(self, patterns: Patterns, folding: Mapping[int, int]) -> None:
        self.folding = dict(folding)
        self.lexicon = Lexicon(patterns, folding)
        self.first = read_weights(patterns.table("words.zh_evidence"))
        self.second = read_weights(patterns.table("words.zh_evidence_article"))
        self._teller = Teller(self.second)
        evidence = Evidence(self.lexicon, self.first, self.second)
        self.tools = Tools(self.lexicon, WordCutter(self.lexicon), Proposer(self.lexicon, evidence), evidence)

    def read(self, segmented: SegmentedText, weights: Weights | None = None) -> Reading:
        """Give the first reading of an article, by other weights than the table's where some are given."""
        tools = self.tools
        if weights is not None:
            evidence = Evidence(self.lexicon, weights, self.second)
            tools = tools._replace(proposer=Proposer(self.lexicon, evidence), evidence=evidence)
        return Reading(segmented, tools, segmented.text.translate(self.folding))

    def find(
        self,
        segmented: SegmentedText,
        document: Document,  # noqa: ARG002 - all matchers are called alike
        known: Sequence[Candidate],
    ) -> list[Candidate]:
        """Give names that evidence explains; ``known`` are the hits of the name lists."""
        if not any(span.lang == "zh" for span in segmented.languages):
            return []
        listed: dict[tuple[int, int], dict[Label, Candidate]] = {}
        for candidate in known:
            listed.setdefault((candidate.start, candidate.end), {})[candidate.label] = candidate
        edges = _Listed(segmented.text, known, self.lexicon)
        weighed = []
        reading = self.read(segmented)
        for index, told, chance in reading.second_look(known):
            guess = reading.guesses[index]
            is_listed = (guess.start, guess.end) in listed
            if is_listed or (
                sum(chance) >= WORTH_TELLING and not edges.forbids(guess.start, guess.end, chance)
            ):
                weighed.append((guess, (*reading.found(index), *told), chance))
        # Of guesses that are both as good as sure the longer one is the name.
        weighed.sort(key=lambda item: (-min(sum(item[2]), SURE), item[0].start - item[0].end, item[0].start))
        return list(self._choose(weighed, listed, reading.names))

    def _choose(
        self,
        weighed: Sequence[tuple[Guess, tuple[str, ...], Chance]],
        listed: Mapping[tuple[int, int], Mapping[Label, Candidate]],
        names: Names,
    ) -> Iterator[Candidate]:
        """Give the likeliest of overlapping guesses, and below the threshold those that fell."""
        taken: set[int] = set()
        for guess, found, chance in weighed:
            label: Label = "ORG" if chance.org >= chance.product else "PRODUCT"
            rows = listed.get((guess.start, guess.end))
            if rows:
                yield from self._decide(guess, found, chance, rows)
                continue
            score = sum(chance)
            if score >= THRESHOLD:
                if not taken.isdisjoint(range(guess.start, guess.end)):
                    continue
                taken.update(range(guess.start, guess.end))
            alias = names.alias_of(guess, label) if score >= THRESHOLD else None
            yield self._candidate(guess, found, label, min(score, 0.94), None, alias)

    def _decide(
        self, guess: Guess, found: tuple[str, ...], chance: Chance, rows: Mapping[Label, Candidate]
    ) -> Iterator[Candidate]:
        """Choose between the readings of a listed name: firm or product."""
        label: Label = "ORG" if chance.org > DOUBT * chance.product else "PRODUCT"
        if len(rows) > 1:
            yield self._candidate(
                guess, found, label, OVER_LIST, rows[label].entity_id if label in rows else None
            )
        elif label not in rows and max(chance) >= AGAINST_LIST:
            yield self._candidate(guess, found, label, OVER_LIST, None)

    def _candidate(
        self,
        guess: Guess,
        found: tuple[str, ...],
        label: Label,
        score: float,
        entity_id: str | None,
        same_as: str | None = None,
    ) -> Candidate:
        return Candidate(
            start=guess.start,
            end=guess.end,
            label=label,
            rule_id=f"{label.lower()}.zh.{self._teller.strongest(found, label)}",
            score=round(score, 3),
            entity_id=entity_id,
            same_as=same_as,
            evidence=self._teller.explain(found, label),
        )


class _Listed:
    """The names of the lists, which a guess may lengthen only with a head or a version of its own."""

    def __init__(self, text: str, known: Sequence[Candidate], lexicon: Lexicon) -> None:
        self._text, self._lexicon = text, lexicon
        self._spans = sorted({(hit.start, hit.end) for hit in known})
        self._starts = [start for start, _ in self._spans]

    def forbids(self, start: int, end: int, chance: Chance) -> bool:
        """Say whether the span cuts a listed name, or lengthens one without reason."""
        at = bisect_left(self._starts, start - 40)
        while at < len(self._spans) and self._starts[at] < end:
            first, last = self._spans[at]
            at += 1
            if last <= start or (first, last) == (start, end) or (first <= start and end <= last):
                continue
            if first < start or last > end:
                return True
            if max(chance) < LENGTHENS or not self._has_reason(start, end, first, last):
                return True
        return False

    def _has_reason(self, start: int, end: int, first: int, last: int) -> bool:
        after = self._text[last:end].translate(self._lexicon.folding)
        if first > start and last == end:
            return longest_suffix(self._text[first:last], self._lexicon.institution_heads, 8) != ""
        return bool(longest_suffix(after, self._lexicon.lengthening_heads, 8) or after[-1:].isascii())


def known_labels(known: Sequence[Candidate]) -> dict[tuple[int, int], set[str]]:
    """Give the labels that the lists allow for each span."""
    labels: dict[tuple[int, int], set[str]] = {}
    for candidate in known:
        labels.setdefault((candidate.start, candidate.end), set()).add(candidate.label)
    return labels
