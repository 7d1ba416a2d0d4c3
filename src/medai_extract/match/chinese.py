"""Organisations and products in Chinese text that no list holds, and the right reading of those that a list holds twice.

Two readings of an article. The first weighs every span that could be a name on its own sentence; the second weighs it again with
what the first has found everywhere else. A weight is the log-odds that a piece of evidence adds to a label, in readable tables
(``patterns/words/zh_evidence*.csv``) that ``medai-extract patterns fit`` fits on annotated articles.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from medai_extract.match.chinese_article import Names, find_everywhere
from medai_extract.match.chinese_evidence import Evidence, Part, Seen
from medai_extract.match.chinese_inside import longest_suffix
from medai_extract.match.chinese_lexicon import Lexicon
from medai_extract.match.chinese_spans import Guess, Proposer, locate
from medai_extract.match.chinese_weights import (
    BIAS,
    Chance,
    Weights,
    chance_from,
    chance_of,
    explain,
    read_weights,
    strongest,
)  # fmt: skip
from medai_extract.match.chinese_words import Word, WordCutter
from medai_extract.match.select import THRESHOLD
from medai_extract.model import Candidate, Document, Label
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText

OTHER_GENRE = "genre.other"
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

    def __init__(self, segmented: SegmentedText, tools: Tools, weights: Weights, folded: str) -> None:
        self.segmented, self.folded, self.text = segmented, folded, segmented.text
        self._lexicon, self._evidence = tools.lexicon, tools.evidence
        self.words: dict[int, list[Word]] = {}
        self.guesses: list[Guess] = []
        self.parts: list[tuple[Part, ...]] = []
        self.chances: list[Chance] = []
        self._seen: Seen = {}
        self._genre = () if tools.lexicon.is_of_genre(folded) else (OTHER_GENRE,)
        other = weights.get(OTHER_GENRE, (0.0, 0.0)) if self._genre else (0.0, 0.0)
        bias = weights.get(BIAS, (0.0, 0.0))
        self._bias = bias[0] + other[0], bias[1] + other[1]
        for index, sentence in enumerate(segmented.sentences):
            if segmented.lang_at(sentence.start) == "zh":
                words = self.words[index] = tools.cutter.words(segmented, folded, index)
                for guess in tools.proposer.propose(self.text, words, index):
                    self._enter(guess)

    def found(self, index: int) -> tuple[str, ...]:
        """Give the evidence for a guess."""
        return (*[item for part in self.parts[index] for item in part.found], *self._genre)

    def _enter(self, guess: Guess) -> Chance | None:
        parts = self._evidence.gather(self.text, self.folded, self.words[guess.sentence], guess, self._seen)
        if not parts:
            return None
        org, product = self._bias
        for part in parts:
            org += part.org
            product += part.product
        chance = chance_from(org, product)
        self.guesses.append(guess)
        self.parts.append(parts)
        self.chances.append(chance)
        return chance

    def look_again(self, known: Sequence[Candidate] = ()) -> Iterator[tuple[Guess, tuple[str, ...]]]:
        """Give the guesses with a chance, with the evidence of the whole article; new places of likely names are among them."""
        names = self.names = Names(self.text, self.folded, self.guesses, self.chances, self._lexicon)
        names.persons = set(self._persons())
        listed = known_labels(known)
        for (start, end), labels in listed.items():
            if len(labels) == 1:
                names.add(start, end, Chance(0.95, 0.02) if "ORG" in labels else Chance(0.02, 0.95))
        have = {(guess.start, guess.end) for guess in self.guesses}
        for start, end in [*find_everywhere(self.folded, names.surfaces()), *listed]:
            index = self.segmented.sentence_index(start)
            if (start, end) in have or index not in self.words or end > self.segmented.sentences[index].end:
                continue
            have.add((start, end))
            chance = self._enter(locate(self.words[index], start, end, index))
            if chance is not None and (start, end) not in listed:
                names.add(start, end, chance)
        for index, guess in enumerate(self.guesses):
            if names.deserves(guess) or (guess.start, guess.end) in listed:
                yield guess, (*self.found(index), *dict.fromkeys(names.gather(guess)))

    def _persons(self) -> Iterator[str]:
        """Give the forms that a title makes persons."""
        for guess, parts in zip(self.guesses, self.parts, strict=True):
            inside, left = parts[0].found, parts[1].found
            if ("before.org.title" in left or "left.cut.T" in left) and any(
                item.startswith("person.") for item in inside
            ):
                yield self.folded[guess.start : guess.end]


class ChineseNames:
    """The rules for names in Chinese text, compiled."""

    def __init__(self, patterns: Patterns, folding: Mapping[int, int]) -> None:
        self.folding = dict(folding)
        self.lexicon = Lexicon(patterns, folding)
        self.first = read_weights(patterns.table("words.zh_evidence"))
        self.tools = Tools(
            self.lexicon, WordCutter(self.lexicon), Proposer(self.lexicon), Evidence(self.lexicon, self.first)
        )
        self.second = read_weights(patterns.table("words.zh_evidence_article"))

    def read(self, segmented: SegmentedText, weights: Weights | None = None) -> Reading:
        """Give the first reading of an article, by other weights than the table's where some are given."""
        folded = segmented.text.translate(self.folding)
        if weights is None:
            return Reading(segmented, self.tools, self.first, folded)
        tools = self.tools._replace(evidence=Evidence(self.lexicon, weights))
        return Reading(segmented, tools, weights, folded)

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
        for guess, found in reading.look_again(known):
            chance = chance_of(self.second, found)
            if edges.forbids(guess.start, guess.end, chance):
                continue
            if sum(chance) >= WORTH_TELLING or (guess.start, guess.end) in listed:
                weighed.append((guess, found, chance))
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
            rule_id=f"{label.lower()}.zh.{strongest(self.second, found, label)}",
            score=round(score, 3),
            entity_id=entity_id,
            same_as=same_as,
            evidence=explain(self.second, found, label),
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
