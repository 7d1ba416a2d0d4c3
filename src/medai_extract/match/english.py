"""Organisations and products in English text that no list holds.

Runs of capitalised words are gathered into forms; each form sums the evidence of all its mentions; what is certain then speaks for
its short forms, its acronym, the other members of its lists and the products it possesses; at last every mention is scored for both
labels with the words around it counting most.
"""

import re
from collections.abc import Mapping, Sequence

from medai_extract.match.english_context import Context, ContextReader
from medai_extract.match.english_forms import Form, Weights, inside_evidence, score_of
from medai_extract.match.english_relations import Relations
from medai_extract.match.english_edges import Run
from medai_extract.match.english_runs import find_runs, make_word_regex
from medai_extract.match.english_words import EnglishWords
from medai_extract.model import Candidate, Document
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText

_GENRE_WORD = re.compile(r"[a-z-]{2,}")
LISTED_FLOOR = 0.96
"""Above the score of a name list, so that the reading of the sentence decides between its labels."""


class EnglishNames:
    """The rules for names in English text, compiled."""

    def __init__(self, patterns: Patterns, folding: Mapping[int, int]) -> None:
        self.folding = folding
        self.words = EnglishWords(patterns)
        self.word_regex = make_word_regex(self.words.tails)
        self.contexts = ContextReader(patterns, self.words)
        self.weights = Weights(patterns.table("words.en_evidence"))

    def find(self, segmented: SegmentedText, document: Document, known: Sequence[Candidate]) -> list[Candidate]:
        """Give names that evidence explains; ``known`` are the hits of the name lists."""
        runs, headlines = find_runs(segmented, self.words, self.word_regex)
        if not runs:
            return []
        text = segmented.text
        genre = self.genre_of(text)
        listed = _by_span(known)
        runs = settle_edges(runs, listed, self.words)
        forms: dict[str, Form] = {}
        read: list[Context] = []
        for run in runs:
            sentence = segmented.sentence_at(run.start)
            context = self.contexts.read(text, run, sentence.start, sentence.end)
            read.append(context)
            forms.setdefault(run.text, Form(run.text, run.words)).add(run, context)
        for form in forms.values():
            form.inside = inside_evidence(form, self.words, text)
            for run in form.runs:
                form.inside |= {f"{candidate.label.lower()}.list" for candidate in listed.get((run.start, run.end), ())}
            if form.text.lower() in self.words.default_products:
                form.inside.add("product.default")
        relations = Relations(text, runs, read, forms, self.words, self.weights, genre)
        relations.spread()
        candidates = []
        for run, context in zip(runs, read, strict=True):
            candidates.extend(self._candidates(run, context, forms[run.text], genre, listed))
        candidates.extend(relations.echoes(headlines, candidates))
        return candidates

    def genre_of(self, text: str) -> float:
        """Say from 0 to 1 how much an article speaks of companies, medicine and software, by the different words it uses.

        A long text is asked for up to a dozen of them, a sentence for three.
        """
        needed = min(max(len(text) / 150, 3.0), 10.0)
        return min(len(self.words.genre.intersection(_GENRE_WORD.findall(text[:8_000].lower()))) / needed, 1.0)

    def _candidates(
        self, run: Run, context: Context, form: Form, genre: float, listed: Mapping[tuple[int, int], list[Candidate]]
    ) -> list[Candidate]:
        if form.same_as is None and run.text not in self.words.exchanges and (self.words.refused_kind(run.text) or self.words.place_kind(run.text)):
            return []
        org, product = self.weights.sums(form, context, genre)
        label = "org" if org >= product else "product"
        score = score_of(max(org, product))
        key = (context, label)
        if key not in form.memory:
            form.memory[key] = self.weights.explain(form, context, label, genre)
        rule_id, evidence = form.memory[key]
        known = listed.get((run.start, run.end), [])
        entity_id = None
        if known:
            score = max(score, LISTED_FLOOR)
            fitting = [candidate for candidate in known if candidate.label.lower() == label]
            entity_id = fitting[0].entity_id if fitting else None
        return [
            Candidate(
                start=run.start,
                end=run.end,
                label="ORG" if label == "org" else "PRODUCT",
                rule_id=rule_id,
                score=round(score, 4),
                entity_id=entity_id,
                same_as=form.same_as,
                evidence=evidence,
            )
        ]


def _by_span(known: Sequence[Candidate]) -> dict[tuple[int, int], list[Candidate]]:
    spans: dict[tuple[int, int], list[Candidate]] = {}
    for candidate in known:
        if candidate.label in ("ORG", "PRODUCT"):
            spans.setdefault((candidate.start, candidate.end), []).append(candidate)
    return spans


def settle_edges(
    runs: Sequence[Run], listed: Mapping[tuple[int, int], list[Candidate]], words: EnglishWords
) -> list[Run]:
    """Decide whether the common word that begins a sentence belongs to the name behind it, by the rest of the article."""
    elsewhere = {run.text for run in runs if not (run.first and len(run.words) > 1 and words.is_common(run.words[0]))}
    settled: list[Run] = []
    for run in runs:
        if run.first and len(run.words) > 1 and words.is_common(run.words[0]) and run.words[0] not in words.given and (run.start, run.end) not in listed:
            cut = len(run.words[0]) + 1
            rest = run.text[cut:]
            if run.text not in elsewhere and (
                (rest in elsewhere and not all(map(words.is_common, run.words[1:])))
                or (run.start + cut, run.end) in listed
                or (run.words[0].endswith(("ly", "ing", "ed")) and not words.is_common(run.words[1]))
            ):
                settled.append(run._replace(start=run.start + cut, words=run.words[1:], text=rest, first=False))
                continue
        settled.append(run)
    return settled
