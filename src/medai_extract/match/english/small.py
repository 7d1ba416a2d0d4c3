"""Names in small letters, deepc or nference: no table has the word, and it stands where names stand."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from medai_extract.match.english.edges import Run
from medai_extract.match.english.words import EnglishWords
from medai_extract.model import Span
from medai_extract.segment import SegmentedText

PARTICLE = "da "
"""What begins a name though it is small: da Vinci."""
_WORD = "([a-z][a-z0-9]{4,14})"
_LISTED = re.compile(rf", (?:and |or )?{_WORD}(?=,? (?:and |or )?[a-z]{{0,9}}[A-Z])")
"""Ferrum Health, deepc, CARPL.ai."""
_GOES_ON = f"{_WORD}(?:[,;.]| (?=[a-z]))"
_BEHIND_STOP, _BEHIND_LINE = re.compile(rf"\. {_GOES_ON}"), re.compile(rf"\n{_GOES_ON}")
_NAMING = {verb: re.compile(f" {verb} {_GOES_ON}") for verb in ("called", "sells")}
"""What stands before such a name: where a sentence begins, and Sequel sells twiist, …"""


def find_small(segmented: SegmentedText, runs: Sequence[Run], words: EnglishWords) -> list[Run]:
    """Give every mention of a word in small letters that stands somewhere beside a name in capitals, or begins a sentence."""
    text, found = segmented.text, set[str]()
    for run in runs:
        listed = _LISTED.match(text, run.end) if text[run.end : run.end + 1] == "," else None
        if listed:
            found.add(listed[1])
    openings = (_BEHIND_STOP, _BEHIND_LINE, *(naming for verb, naming in _NAMING.items() if verb in text))
    for opening in openings:
        found.update(opening.findall(text))
    names = [word for word in found if _is_name(word, words)]
    return [run for word in names for run in _mentions(segmented, word)] if names else []


def _is_name(word: str, words: EnglishWords) -> bool:
    """Say whether a word in small letters is neither a common word nor a drug nor a term."""
    if words.common[word] or word in words.function:
        return False
    return not (word in words.nouns or words.refused_kind(word) or words.is_drug(word))


def _mentions(segmented: SegmentedText, word: str) -> Iterator[Run]:
    for match in re.finditer(rf"(?<![\w.@/-]){word}(?![\w@/-]|\.\w)", segmented.text):
        start, end = match.span()
        sentence = _sentence_of(segmented.sentences, start)
        if segmented.lang_at(start) == "en":
            yield Run(start, end, (word,), start == sentence.start, False, "", word, sentence)


def _sentence_of(sentences: Sequence[Span], at: int) -> Span:
    return sentences[bisect_right(sentences, at, key=itemgetter(0)) - 1]


def with_particle(found: Iterable[Run], text: str, at: int) -> Iterator[Run]:
    """Give runs, the one at ``at`` with the particle before it: da Vinci Xi."""
    for run in found:
        if run.start == at and not text[at - 4 : at - 3].isalnum():
            start = at - len(PARTICLE)
            name = text[start : run.end]
            run = Run(
                start,
                run.end,
                (PARTICLE.strip(), *run.words),
                False,
                run.headline,
                run.role,
                name,
                run.sentence,
            )
        yield run
