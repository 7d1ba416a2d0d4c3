"""The forms of an article, with what the places of their mentions say about them."""

from collections.abc import Mapping, Sequence
from string import ascii_letters, ascii_lowercase

from medai_extract.match.english.edges import Run
from medai_extract.match.english.forms import Form
from medai_extract.match.english.inside import HEADS, InsideReader
from medai_extract.match.english.weights import Weights
from medai_extract.match.english.words import EnglishWords
from medai_extract.model import Candidate, Label

OFTEN = 3
"""How many mentions make a name of common words that never stand together in small letters: Second Look."""
_SMALL = frozenset(ascii_lowercase)
_OF_WORDS = frozenset(f"{ascii_letters}'’-")


class ArticleReader:
    """The reader of forms, compiled."""

    def __init__(self, words: EnglishWords, weights: Weights) -> None:
        self.words = words
        self._facts = InsideReader(words, weights).facts
        self._numbers = words.marks["number_name"]
        mask = weights.mask
        self._again, self._person, self._title_case = (
            mask("again"),
            mask("not.person"),
            mask("not.title_case"),
        )
        self._generic, self._lower = mask("not.generic"), mask("not.lower")
        self._heads = mask(*HEADS)
        self._not_common, self._not_small = mask("not.common"), mask("not.common_once")
        self._not_count, self._not_plural = mask("not.common_count"), mask("not.common_plural")
        self._list: Mapping[Label, int] = {"ORG": mask("org.list"), "PRODUCT": mask("product.list")}

    def read(
        self, text: str, runs: Sequence[Run], known: Sequence[Sequence[Candidate]]
    ) -> tuple[dict[str, Form], list[Form]]:
        """Give the forms of an article by their text, and the form of each run.

        Args:
            text: the article.
            runs: its runs.
            known: what the name lists know of each run.
        """
        by_text: dict[str, Form] = {}
        forms: list[Form] = []
        for run, candidates in zip(runs, known, strict=True):
            form = by_text.get(run.text)
            if form is None:
                facts = self._facts[run.text, run.words]
                form = by_text[run.text] = Form(run.text, run.words, facts, facts.evidence)
            forms.append(form)
            form.mentions += 1
            if not run.headline:
                form.headlined = False
                form.amid = form.amid or not run.first
            if run.role and self._is_personal(run.role):
                form.inside |= self._person
            for candidate in candidates:
                form.inside |= self._list[candidate.label]
        for form in by_text.values():
            facts, single = form.facts, len(form.words) == 1
            form.inside |= facts.amid if form.amid else facts.opening
            if form.mentions > 1:
                form.inside |= self._again
            if form.headlined and (facts.common or single):
                form.inside |= self._title_case
            if single and form.inside & self._not_common and not _stands_small(form.text.lower(), text):
                unsaid = self._not_small if self.words.stands_bare(form.text) else self._not_count
                if unsaid == self._not_small and self.words.is_plural(form.text):
                    unsaid = self._not_plural
                form.inside = form.inside & ~self._not_common | unsaid
            if facts.common and not single and not facts.evidence & self._heads:
                form.inside |= self._read_common(form, text)
        return by_text, forms

    def _is_personal(self, role: str) -> bool:
        return role in self.words.titles and self.words.nouns.get(role.lower(), "role") == "role"

    def _read_common(self, form: Form, text: str) -> int:
        """Read whether common words are the article's own, and so no name."""
        words, found = self.words, 0
        if (form.words[0].lower() in words.function and form.words[0] not in self._numbers) or all(
            words.refused_kind(word) or _stands_small(word.lower(), text) for word in form.words
        ):
            found |= self._generic
        if form.text.lower() in text:
            found |= self._lower
        elif form.amid and form.mentions >= OFTEN:
            found = 0
        return found


def _stands_small(word: str, text: str) -> bool:
    """Say whether a word stands in a text in small letters.

    >>> _stands_small("data", "Data and metadata"), _stands_small("data", "Some data.")
    (False, True)
    """
    at = text.find(word) if len(word) > 1 and word.isalpha() else -1
    while at >= 0:
        end = at + len(word)
        if text[at - 1 : at] not in _OF_WORDS and text[end : end + 1] not in _SMALL:
            return True
        at = text.find(word, end)
    return False
