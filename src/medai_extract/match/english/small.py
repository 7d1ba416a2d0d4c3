"""Names in small letters, deepc or nference: no table has the word, and it stands where names stand."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from medai_extract.match.english.edges import Run
from medai_extract.match.english.words import EnglishWords
from medai_extract.model import Span
from medai_extract.segment import SegmentedText

_WORD = "([a-z][a-z0-9]{4,14})"
_LISTED = re.compile(rf", (?:and |or )?{_WORD}(?=,? (?:and |or )?[a-z]{{0,9}}[A-Z])")
"""Ferrum Health, deepc, CARPL.ai."""
_GOES_ON = f"{_WORD}(?:[,;.]| (?=[a-z]))"
_BEHIND_STOP, _BEHIND_LINE = re.compile(rf"\. {_GOES_ON}"), re.compile(rf"\n{_GOES_ON}")
_SIGNED = re.compile(r":(?<=[a-z]:)(?<![\w:/.@-].:)[a-z]{3,14}(?![\w:/])")
"""A letter, a colon and a word, t:slim, which no common word is."""
_MODEL = re.compile(r"(?<![\w:/.@-])[a-z]{3,}(?:-[a-z]+)+-\d+(?:\.\d+)?(?![\w-]|[./]\w)")
"""A model as its maker's programs call it: zelvora-scribe-2.5."""


_OF_SITE = re.compile(r"(?<![\w:/.@-])[a-z]{2,14}$")
"""A firm that bears the name of its site: deepc.ai."""


class SmallReader:
    """The search for names in small letters, and for what begins a name in small letters; both know ``words``."""

    def __init__(self, words: EnglishWords) -> None:
        self.words = words
        # What stands before such a name besides the start of a sentence: Sequel sells twiist, …
        self._naming = {verb: re.compile(f" {verb} {_GOES_ON}") for verb in words.naming}
        self._site = re.compile(rf"\.{words.marks.spell('site')}(?![\w/@-]|\.\w)")
        firms = "|".join(sorted(words.marks["rival_firm"]))
        self._behind_firm = re.compile(rf"(?<= )(?:{firms}) {_GOES_ON}")
        self._healers = tuple(words.endings["healer"])
        self._particle = re.compile(rf" (?:{'|'.join(words.particles)}) (?=[A-Z])")

    def find(self, segmented: SegmentedText, runs: Sequence[Run]) -> list[Run]:
        """Give every mention of a word in small letters that stands somewhere where a name is expected.

        That is beside a name in capitals, where a sentence begins, behind a verb of naming; a sign inside says it too.
        """
        text, found = segmented.text, set[str]()
        for run in runs:
            listed = _LISTED.match(text, run.end) if text[run.end : run.end + 1] == "," else None
            if listed:
                found.add(listed[1])
        naming = (opening for verb, opening in self._naming.items() if verb in text)
        for opening in (_BEHIND_STOP, _BEHIND_LINE, *naming):
            found.update(opening.findall(text))
        names = [word for word in found if self._is_name(word)]
        names += {text[match.start() - 1 : match.end()] for match in _SIGNED.finditer(text)}
        names += {*self._find_sites(text)}
        names += {name for name in _MODEL.findall(text) if self.words.function.isdisjoint(name.split("-"))}
        names += {
            name for name in self._behind_firm.findall(text) if self._is_name(name) and _is_noun(text, name)
        }
        return [run for word in names for run in _mentions(segmented, word)] if names else []

    def find_beginnings(self, text: str) -> dict[int, int]:
        """Give where names begin small, by where their first capital stands.

        >>> from medai_extract.patterns import load_patterns
        >>> text = "the t:slim X2 of Tandem and the da Vinci Xi"
        >>> beginnings = SmallReader(EnglishWords(load_patterns())).find_beginnings(text)
        >>> [text[start:end] for end, start in beginnings.items()]
        ['da ', 't:slim ']
        """
        beginnings: dict[int, int] = {}
        for match in self._particle.finditer(text):
            beginnings[match.end()] = match.start() + 1
        for match in _SIGNED.finditer(text):
            beginnings[match.end() + 1] = match.start() - 1
        return beginnings

    def _is_name(self, word: str) -> bool:
        """Say whether a word in small letters is neither a common word nor a drug nor a term."""
        words = self.words
        if words.common[word] or word in words.function or word.endswith(self._healers):
            return False
        return not (word in words.nouns or words.refused_kind(word) or words.drugs.has(word))

    def _find_sites(self, text: str) -> Iterator[str]:
        """Give the names of firms that are the names of their sites: deepwa.ai, but no www.zelvora.ai."""
        for match in self._site.finditer(text):
            name = _OF_SITE.search(text[max(match.start() - 16, 0) : match.start()])
            if name:
                yield name[0] + match[0]


def _is_noun(text: str, word: str) -> bool:
    """Say whether a word in small letters looks like a name that comes back, and like no form of a verb."""
    return not word.endswith(("ed", "ing", "ly", "s")) and text.count(word) > 1


def _mentions(segmented: SegmentedText, word: str) -> Iterator[Run]:
    for match in re.finditer(rf"(?<![\w.@/-]){re.escape(word)}(?![\w@/-]|\.\w)", segmented.text):
        start, end = match.span()
        sentence = _sentence_of(segmented.sentences, start)
        if segmented.lang_at(start) == "en":
            yield Run(start, end, (word,), start == sentence.start, False, "", word, sentence)


def _sentence_of(sentences: Sequence[Span], at: int) -> Span:
    return sentences[bisect_right(sentences, at, key=itemgetter(0)) - 1]


def begin_at(found: Iterable[Run], text: str, start: int, at: int) -> Iterator[Run]:
    """Give runs, the one at ``at`` with what stands from ``start`` before it: da Vinci Xi, t:slim X2."""
    for run in found:
        if run.start == at:
            words, name = (text[start : at - 1], *run.words), text[start : run.end]
            run = Run(start, run.end, words, False, run.headline, run.role, name, run.sentence)
        yield run
