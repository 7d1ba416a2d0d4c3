"""Mentions, in headlines, of names that are certain elsewhere in the article."""

import re
from collections.abc import Iterator, Sequence

from medai_extract.match.english.context import Reading
from medai_extract.match.english.forms import Form
from medai_extract.match.english.weights import CERTAIN
from medai_extract.match.english.words import EnglishWords
from medai_extract.model import Candidate, Span


class HeadlineReader:
    """The reader of headlines."""

    def __init__(self, words: EnglishWords) -> None:
        self.words = words

    def find(
        self, reading: Reading, headlines: Sequence[Span], found: Sequence[Candidate]
    ) -> Iterator[Candidate]:
        """Give the mentions that ``found`` lacks."""
        if not headlines:
            return
        taken = {(candidate.start, candidate.end) for candidate in found if candidate.score >= 0.5}
        certain = [*self._certain_names(reading)]
        for start, end in headlines:
            line = reading.text[start:end]
            upper = line.isupper()
            for name, form in certain:
                shown = name.upper() if upper else name
                if shown not in line:
                    continue
                for match in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(shown)}(?![A-Za-z0-9])", line):
                    span = (start + match.start(), start + match.end())
                    if span not in taken:
                        taken.add(span)
                        yield self._candidate(span, name if upper else None, form)

    def _certain_names(self, reading: Reading) -> Iterator[tuple[str, Form]]:
        """Give the names that are certain outside headlines, also without their legal form."""
        for name, form in reading.by_text.items():
            if form.verdict.value < CERTAIN or len(name) < 3 or form.headlined:
                continue
            if form.verdict.label == "PRODUCT" and len(form.words) == 1 and form.facts.common:
                continue
            yield name, form
            if len(form.words) > 2 and self.words.org_heads.get(form.words[-1]) == "legal":
                yield name.rpartition(" ")[0].rstrip(","), form

    def _candidate(self, span: tuple[int, int], same_as: str | None, form: Form) -> Candidate:
        reason = form.verdict.reason
        return Candidate(
            start=span[0],
            end=span[1],
            label=form.verdict.label,
            rule_id=reason.rule_id,
            score=reason.score,
            same_as=same_as,
            evidence=(f"headline:{form.text}", *reason.evidence),
        )
