"""What an acronym in brackets teaches: where the name before it begins and ends, or that it is no name.

So it is with the National Heart, Lung, and Blood Institute (NHLBI), and with estimated filtration rate (EFR).
"""

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from medai_extract.match.english.edges import Run
from medai_extract.match.english.words import EnglishWords

LONGEST = 120
"""Code points that are read before the bracket."""
_ACRONYM = re.compile(r"[(（][\"“]?([A-Z]{3,7})(?=[)）,;\"”])")
_WORD = re.compile(r"[^\s,]+")
_STOPS = re.compile(r"[;:()\n]|[.!?] ")


class TaughtReader:
    """The reader of acronyms in brackets."""

    def __init__(self, words: EnglishWords) -> None:
        self.words = words

    def settle(self, text: str, runs: list[Run]) -> list[Run]:
        """Give the runs of a text; a name that an acronym spells is one run, what abbreviates common words none."""
        ends = {
            match.start(1): match.start() - (text[match.start() - 1] == " ")
            for match in _ACRONYM.finditer(text)
        }
        spelt: dict[int, int] = {}
        terms: set[str] = set()
        for run in runs if ends else ():
            end = ends.get(run.start)
            if end is None:
                continue
            words = _words_before(text, run.sentence.start, end)
            start = self._spell(words, run.text)
            if start is not None:
                spelt[start] = end
            elif self._abbreviates(words, run.text):
                terms.add(run.text)
        return [run for run in _join(text, runs, spelt) if run.text not in terms] if spelt or terms else runs

    def _spell(self, words: Sequence[re.Match[str]], acronym: str) -> int | None:
        """Give where the name begins whose words, from the last to the first, have the letters of an acronym."""
        letters = [*acronym]
        for match in reversed(words):
            word = match[0].strip("“”\"'’")
            if word[:1].upper() == letters[-1] and (word[:1].isupper() or not self.words.common[word]):
                letters.pop()
                if not letters:
                    return match.start() if word[0].isupper() else None
            elif not (word.isupper() or (word.islower() and (len(word) < 4 or word in self.words.function))):
                return None
        return None

    def _abbreviates(self, words: Sequence[re.Match[str]], acronym: str) -> bool:
        """Say whether words, the last one common and small, have the letters of an acronym."""
        if not words or not words[-1][0].islower() or not self.words.common[words[-1][0]]:
            return False
        small, last = acronym.lower(), [match[0].lower() for match in words[-len(acronym) :]]
        for at, word in enumerate(last):
            letters = iter("".join(last[at:]))
            if word[0] == small[0] and all(letter in letters for letter in small):
                return True
        return False


def _words_before(text: str, start: int, end: int) -> Sequence[re.Match[str]]:
    """Give the words of the phrase that ends before a bracket."""
    low = max(start, end - LONGEST)
    stops = [match.end() for match in _STOPS.finditer(text, low, end)]
    return [*_WORD.finditer(text, stops[-1] if stops else low, end)]


def _join(text: str, runs: list[Run], spelt: dict[int, int]) -> Iterator[Run]:
    """Give runs, those inside a name that was spelt as one."""
    end = 0
    for run in runs:
        if run.start >= end and run.start in spelt:
            end = spelt[run.start]
            name = text[run.start : end]
            yield (
                run if run.end == end else replace(run, end=end, words=tuple(_WORD.findall(name)), text=name)
            )
        elif run.start >= end:
            yield run
