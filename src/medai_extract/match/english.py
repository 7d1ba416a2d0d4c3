"""Organisations and products in English text that no list holds.

Runs of capitalised words are gathered into forms; each form sums the evidence of all its mentions; what is
certain then speaks for its short forms, its acronym, the other members of its lists and the products it
possesses; at last every mention is scored for both labels with the words around it counting most.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from medai_extract.match.english_context import NO_CONTEXT, Context, ContextReader
from medai_extract.match.english_edges import Run
from medai_extract.match.english_forms import Form, Weights, score_of
from medai_extract.match.english_inside import ArticleReader, InsideReader
from medai_extract.match.english_relations import Relations
from medai_extract.match.english_runs import RunFinder
from medai_extract.match.english_words import EnglishWords
from medai_extract.model import Candidate, Document, Label
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText

LISTED_FLOOR = 0.96
"""Above the score of a name list, so that the reading of the sentence decides between its labels."""

HOPELESS = -2.0
"""The sum of evidence (a score of 0.12) below which a run is dropped without a word."""
_GENRE_WORD = re.compile(r"[a-z-]{2,}")
_Listed = Mapping[tuple[int, int], list[Candidate]]


class EnglishNames:
    """The rules for names in English text, compiled."""

    def __init__(self, patterns: Patterns, folding: Mapping[int, int]) -> None:
        self.folding = folding
        self.words = EnglishWords(patterns)
        self.runs = RunFinder(self.words)
        self.contexts = ContextReader(patterns, self.words)
        self.weights = Weights(patterns.table("words.en_evidence"))
        self.inside = InsideReader(self.words, self.weights)

    def find(
        self,
        segmented: SegmentedText,
        document: Document,  # noqa: ARG002 - all matchers are called alike
        known: Sequence[Candidate],
    ) -> list[Candidate]:
        """Give names that evidence explains; ``known`` are the hits of the name lists."""
        runs, headlines = self.runs.find(segmented)
        if not runs:
            return []
        listed = _by_span(known)
        runs = settle_edges(list(part_listed(runs, listed)), listed, self.words)
        genre = self.genre_of(segmented.text)
        forms = self._make_forms(segmented.text, runs, listed)
        read = self.contexts.read_all(segmented.text, runs)
        for run, context in zip(runs, read, strict=True):
            if context is not NO_CONTEXT:
                forms[run.text].around.update(context.before, context.after)
        relations = Relations(segmented.text, runs, read, forms, self.words, self.weights, genre)
        relations.spread()
        candidates: list[Candidate] = []
        for run, context in zip(runs, read, strict=True):
            form = forms[run.text]
            if not form.is_refused or run.text in self.words.exchanges:
                candidates += self._candidates(
                    run, context, form, genre, listed.get((run.start, run.end), ())
                )
        vetoes = [
            self._veto(run, forms[run.text])
            for run in runs
            if (run.start, run.end) not in listed and self._is_veto(run, forms[run.text])
        ]
        settled = self._settle_inside(
            segmented.text, listed, {(run.start, run.end) for run in runs}, forms, genre
        )
        return [*candidates, *relations.echoes(headlines, candidates), *settled, *vetoes]

    def genre_of(self, text: str) -> float:
        """Say from 0 to 1 how much an article speaks of firms, medicine and software, by the words it uses.

        A long text is asked for ten of them, a sentence for three.
        """
        needed = min(max(len(text) / 150, 3.0), 10.0)
        start = text[:8_000].lower()
        for words in (start.split, partial(_GENRE_WORD.findall, start)):
            share = len(self.words.genre.intersection(words())) / needed
            if share >= 1:
                return 1.0
        return share

    def _make_forms(self, text: str, runs: Sequence[Run], listed: _Listed) -> dict[str, Form]:
        forms: dict[str, Form] = {}
        for run in runs:
            form = forms.get(run.text)
            if form is None:
                form = forms[run.text] = self.inside.make(run)
            form.runs.append(run)
        reader = ArticleReader(self.words, text)
        for form in forms.values():
            found = reader.read(form)
            for run in form.runs:
                for candidate in listed.get((run.start, run.end), ()):
                    found.append(f"{candidate.label.lower()}.list")
            self.weights.add_inside(form, found)
        return forms

    def _settle_inside(
        self, text: str, listed: _Listed, read: set[tuple[int, int]], forms: Mapping[str, Form], genre: float
    ) -> Iterator[Candidate]:
        """Decide names of both lists inside longer runs by what they are elsewhere: DeepSeek Guide."""
        for span in listed.keys() - read:
            form = forms.get(text[slice(*span)])
            if form is not None and len({candidate.label for candidate in listed[span]}) > 1:
                run = form.runs[0]._replace(start=span[0], end=span[1])
                yield from self._candidates(run, NO_CONTEXT, form, genre, listed[span])

    def _is_veto(self, run: Run, form: Form) -> bool:
        """Say whether no listed name inside is meant: Mercer in Priya Mercer, Nasdaq in Nasdaq Composite."""
        return len(run.words) > 1 and (form.is_person or self.words.refused_kind(run.text) is not None)

    def _veto(self, run: Run, form: Form) -> Candidate:
        rule_id = "not.en.person" if form.is_person else "not.en.refused"
        return Candidate(start=run.start, end=run.end, label="ORG", rule_id=rule_id, score=0.0001)

    def _candidates(
        self, run: Run, context: Context, form: Form, genre: float, known: Sequence[Candidate]
    ) -> Sequence[Candidate]:
        """Give the candidate of a run; a hopeless one is not worth an explanation."""
        org, product = self.weights.sums(form, context, genre)
        label: Label
        label, value = ("ORG", org) if org >= product else ("PRODUCT", product)
        if value < HOPELESS and not known:
            return ()
        rule_id, evidence = self.weights.explain(form, context, label.lower(), genre)
        entity_id = None
        score = score_of(value)
        if known:
            score = max(score, LISTED_FLOOR)
            entity_id = next((candidate.entity_id for candidate in known if candidate.label == label), None)
        return (
            Candidate(
                start=run.start,
                end=run.end,
                label=label,
                rule_id=rule_id,
                score=round(score, 4),
                entity_id=entity_id,
                same_as=form.same_as,
                evidence=evidence,
            ),
        )


def _by_span(known: Sequence[Candidate]) -> dict[tuple[int, int], list[Candidate]]:
    spans: dict[tuple[int, int], list[Candidate]] = {}
    for candidate in known:
        if candidate.label in ("ORG", "PRODUCT"):
            spans.setdefault((candidate.start, candidate.end), []).append(candidate)
    return spans


def part_listed(runs: Sequence[Run], listed: _Listed) -> Iterator[Run]:
    """Part two listed names side by side, as glued text leaves them: Ruijin Hospital RuiPath."""
    ends = dict(sorted(listed))
    for run in runs:
        end = ends.get(run.start)
        if end is not None and end < run.end and (end + 1, run.end) in listed:
            size = run.text[: end - run.start].count(" ") + 1
            yield run._replace(end=end, words=run.words[:size], text=run.text[: end - run.start])
            rest = run.text[end + 1 - run.start :]
            yield run._replace(start=end + 1, words=run.words[size:], text=rest, first=False, role="")
        else:
            yield run


def settle_edges(runs: Sequence[Run], listed: _Listed, words: EnglishWords) -> list[Run]:
    """Decide by the rest of the article whether the first word of a sentence belongs to a name."""
    doubtful = [_may_lose_first(run, listed, words) for run in runs]
    elsewhere = {run.text for run, doubt in zip(runs, doubtful, strict=True) if not doubt}
    settled: list[Run] = []
    for run, doubt in zip(runs, doubtful, strict=True):
        if doubt and run.text not in elsewhere:
            cut = len(run.words[0]) + 1
            rest = run._replace(start=run.start + cut, words=run.words[1:], text=run.text[cut:], first=False)
            known_rest = rest.text in elsewhere and not all(map(words.is_common, rest.words))
            adverb = run.words[0].endswith(("ly", "ing", "ed")) and not words.is_common(run.words[1])
            if known_rest or adverb or (rest.start, rest.end) in listed:
                settled.append(rest)
                continue
        settled.append(run)
    return settled


def _may_lose_first(run: Run, listed: _Listed, words: EnglishWords) -> bool:
    first = run.words[0]
    return (
        run.first
        and len(run.words) > 1
        and words.is_common(first)
        and first not in words.given
        and (run.start, run.end) not in listed
    )
