"""Organisations and products in English text that no list holds.

Runs of capitalised words are gathered into forms; each form sums the evidence of all its mentions; what is
certain then speaks for its short forms, its acronym, the other members of its lists and the products it
possesses; at last every mention is scored for both labels with the words around it counting most.
"""

from collections.abc import Iterator, Sequence

from medai_extract.match.english.article import ArticleReader
from medai_extract.match.english.context import NO_CONTEXT, Context, ContextReader, Reading
from medai_extract.match.english.forms import Form
from medai_extract.match.english.genre import GenreReader
from medai_extract.match.english.headlines import HeadlineReader
from medai_extract.match.english.listed import Listed, by_span, part_listed, settle_edges
from medai_extract.match.english.relations import RelationReader
from medai_extract.match.english.runs import RunFinder
from medai_extract.match.english.weights import Weights
from medai_extract.match.english.words import EnglishWords
from medai_extract.model import Candidate
from medai_extract.patterns import Patterns
from medai_extract.segment import SegmentedText

LISTED_FLOOR = 0.96
"""Above the score of a name list, so that the reading of the sentence decides between its labels."""

HOPELESS = -2.0
"""The sum of evidence (a score of 0.12) up to which a run is dropped without a word."""


class EnglishNames:
    """The rules for names in English text, compiled."""

    def __init__(self, patterns: Patterns) -> None:
        self.words = EnglishWords(patterns)
        self.weights = Weights(patterns)
        self.genre = GenreReader(self.words.genre)
        self.runs = RunFinder(self.words)
        self.articles = ArticleReader(self.words, self.weights)
        self.contexts = ContextReader(patterns, self.words, self.weights)
        self.relations = RelationReader(self.words, self.weights)
        self.headlines = HeadlineReader(self.words)
        self._person = self.weights.mask("not.person", "not.person_rare", "not.person_shape")

    def find(self, segmented: SegmentedText, known: Sequence[Candidate]) -> list[Candidate]:
        """Give names that evidence explains; ``known`` are the hits of the name lists."""
        text = segmented.text
        found_runs, headlines = self.runs.find(segmented)
        if not found_runs:
            return []
        listed = by_span(known)
        runs = settle_edges(part_listed(found_runs, listed), listed, self.words)
        of_lists = [listed.get((run.start, run.end), ()) for run in runs]
        by_text, forms = self.articles.read(text, runs, of_lists)
        contexts = self.contexts.read_all(text, runs, forms)
        reading = Reading(text, runs, forms, contexts, by_text, self.genre.read(text))
        self.relations.spread(reading)
        found = [*self._candidates(reading, of_lists)]
        return [
            *found,
            *self._settle_inside(reading, listed),
            *self.headlines.find(reading, headlines, found),
        ]

    def _candidates(self, reading: Reading, of_lists: Sequence[Sequence[Candidate]]) -> Iterator[Candidate]:
        """Give what the runs are: names, or what no listed name inside can be (Mercer in Priya Mercer)."""
        for run, form, context, known in zip(
            reading.runs, reading.forms, reading.contexts, of_lists, strict=True
        ):
            if not form.is_refused:
                candidate = self._candidate(run.start, run.end, form, context, reading.genre, known)
                if candidate is not None:
                    yield candidate
            if not known and len(run.words) > 1 and (form.facts.term or form.inside & self._person):
                rule_id = "not.en.person" if form.inside & self._person else "not.en.refused"
                yield Candidate(start=run.start, end=run.end, label="ORG", rule_id=rule_id, score=0.0001)

    def _settle_inside(self, reading: Reading, listed: Listed) -> Iterator[Candidate]:
        """Decide names of both lists inside longer runs by what they are elsewhere: DeepSeek Guide."""
        doubtful = {
            span: known
            for span, known in listed.items()
            if len(known) > 1 and len({candidate.label for candidate in known}) > 1
        }
        read = {(run.start, run.end) for run in reading.runs} if doubtful else ()
        for span, known in doubtful.items():
            form = reading.by_text.get(reading.text[slice(*span)])
            if form is not None and span not in read:
                candidate = self._candidate(*span, form, NO_CONTEXT, reading.genre, known)
                if candidate is not None:
                    yield candidate

    def _candidate(
        self, start: int, end: int, form: Form, context: Context, genre: float, known: Sequence[Candidate]
    ) -> Candidate | None:
        """Give the candidate of a mention; a hopeless one is not worth an explanation."""
        here = context.before | context.after
        verdict = form.verdict
        if here != form.around or context.quoted:
            verdict = self.weights.verdicts[form.heard(here, context.quoted, genre)]
        if verdict.value <= HOPELESS and not known:
            return None
        reason = verdict.reason
        entity_id, score = None, reason.score
        if known:
            score = max(score, LISTED_FLOOR)
            entity_ids = [candidate.entity_id for candidate in known if candidate.label == verdict.label]
            entity_id = entity_ids[0] if entity_ids else None
        return Candidate(
            start=start,
            end=end,
            label=verdict.label,
            rule_id=reason.rule_id,
            score=score,
            entity_id=entity_id,
            same_as=form.same_as,
            evidence=reason.evidence,
        )
