"""Organisations and products in English text that no list holds.

Runs of capitalised words are gathered into forms; each form sums the evidence of all its mentions; what is
certain then speaks for its short forms, its acronym, the other members of its lists and the products it
possesses; at last every mention is scored for both labels with the words around it counting most.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from medai_extract.match.english_context import NO_CONTEXT, Context, ContextReader
from medai_extract.match.english_edges import Run
from medai_extract.match.english_forms import Form, Weights, score_of
from medai_extract.match.english_inside import InsideReader
from medai_extract.match.english_relations import Relations
from medai_extract.match.english_runs import RunFinder
from medai_extract.match.english_words import EnglishWords
from medai_extract.model import Candidate, Document
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText

LISTED_FLOOR = 0.96
"""Above the score of a name list, so that the reading of the sentence decides between its labels."""

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
        read = self.contexts.read_all(segmented.text, runs)
        forms = self._make_forms(segmented.text, runs, read, listed)
        relations = Relations(segmented.text, runs, read, forms, self.words, self.weights, genre)
        relations.spread()
        candidates = [
            self._candidate(run, context, forms[run.text], genre, listed.get((run.start, run.end), []))
            for run, context in zip(runs, read, strict=True)
            if self._is_open(run, forms[run.text])
        ]
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
        return min(
            len(self.words.genre.intersection(_GENRE_WORD.findall(text[:8_000].lower()))) / needed, 1.0
        )

    def _make_forms(
        self, text: str, runs: Sequence[Run], contexts: Sequence[Context], listed: _Listed
    ) -> dict[str, Form]:
        forms: dict[str, Form] = {}
        for run, context in zip(runs, contexts, strict=True):
            if run.text not in forms:
                forms[run.text] = Form(run.text, run.words)
            forms[run.text].add(run, context)
        reader = InsideReader(self.words, text)
        for form in forms.values():
            form.inside = reader.read(form)
            for run in form.runs:
                form.inside.update(
                    f"{candidate.label.lower()}.list" for candidate in listed.get((run.start, run.end), ())
                )
            if form.text.lower() in self.words.default_products:
                form.inside.add("product.default")
        return forms

    def _is_open(self, run: Run, form: Form) -> bool:
        """Say whether a run is worth a candidate: no month, technology or place, unless brackets say so."""
        refused = self.words.refused_kind(run.text) or self.words.place_kind(run.text)
        return not refused or form.same_as is not None or run.text in self.words.exchanges

    def _settle_inside(
        self, text: str, listed: _Listed, read: set[tuple[int, int]], forms: Mapping[str, Form], genre: float
    ) -> Iterator[Candidate]:
        """Decide names of both lists inside longer runs by what they are elsewhere: DeepSeek Guide."""
        for span in listed.keys() - read:
            form = forms.get(text[slice(*span)])
            if form is not None and len({candidate.label for candidate in listed[span]}) > 1:
                run = form.runs[0]._replace(start=span[0], end=span[1])
                yield self._candidate(run, NO_CONTEXT, form, genre, listed[span])

    def _is_veto(self, run: Run, form: Form) -> bool:
        """Say whether no listed name inside is meant: Mercer in Priya Mercer, Nasdaq in Nasdaq Composite."""
        return len(run.words) > 1 and (form.is_person or self.words.refused_kind(run.text) is not None)

    def _veto(self, run: Run, form: Form) -> Candidate:
        rule_id = "not.en.person" if form.is_person else "not.en.refused"
        return Candidate(start=run.start, end=run.end, label="ORG", rule_id=rule_id, score=0.0001)

    def _candidate(
        self, run: Run, context: Context, form: Form, genre: float, known: Sequence[Candidate]
    ) -> Candidate:
        org, product = self.weights.sums(form, context, genre)
        label = "org" if org >= product else "product"
        key = (context, label)
        if key not in form.memory:
            form.memory[key] = self.weights.explain(form, context, label, genre)
        rule_id, evidence = form.memory[key]
        score = score_of(max(org, product))
        entity_id = next(
            (candidate.entity_id for candidate in known if candidate.label.lower() == label), None
        )
        return Candidate(
            start=run.start,
            end=run.end,
            label="ORG" if label == "org" else "PRODUCT",
            rule_id=rule_id,
            score=round(max(score, LISTED_FLOOR) if known else score, 4),
            entity_id=entity_id,
            same_as=form.same_as,
            evidence=evidence,
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
