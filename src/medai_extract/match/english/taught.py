"""What an acronym in brackets teaches: where the name before it begins and ends, or that it is no name.

So it is with the National Heart, Lung, and Blood Institute (NHLBI), and with estimated filtration rate (EFR).
"""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from medai_extract.match.english.edges import Run
from medai_extract.match.english.words import EnglishWords

LONGEST = 120
"""Code points that are read before the bracket."""
_ACRONYM = re.compile(r"[A-Z]{3,7}")
_WORD = re.compile(r"[^\s,]+")
_STOPS = re.compile(r"[;:()\n]|[.!?] ")
_BRACKETS = ("(", "（", '("', "(“")
_CLOSING = frozenset(')）,;"”')


class TaughtReader:
    """The reader of acronyms in brackets."""

    def __init__(self, words: EnglishWords) -> None:
        self.words = words

    def settle(self, text: str, runs: list[Run]) -> list[Run]:
        """Give the runs of a text; a name that an acronym spells is one run, what abbreviates common words none."""
        taught = [
            run for run in runs if text[run.start - 1 : run.start] in '(（"“' and self._is_taught(text, run)
        ]
        spelt = {start: end for run in taught for start, end in self._spell(text, run)}
        terms = {run.text for run in taught if self._abbreviates(text, run)}
        if not (spelt or terms):
            return runs
        return [run for run in _join(text, runs, spelt) if run.text not in terms]

    def _is_taught(self, text: str, run: Run) -> bool:
        opens = text.endswith(_BRACKETS, 0, run.start)
        return opens and text[run.end : run.end + 1] in _CLOSING and _ACRONYM.fullmatch(run.text) is not None

    def _words_before(self, text: str, run: Run) -> list[re.Match[str]]:
        """Give the words of the phrase before a bracket."""
        end = len(text[: run.start].rstrip(' (（"“'))
        low = max(run.sentence.start, end - LONGEST)
        stops = [match.end() for match in _STOPS.finditer(text, low, end)]
        return [*_WORD.finditer(text, stops[-1] if stops else low, end)]

    def _spell(self, text: str, run: Run) -> Iterator[tuple[int, int]]:
        """Give where the name stands whose words, from the last to the first, have the letters of an acronym."""
        letters, words = [*run.text], self._words_before(text, run)
        end = words[-1].end() if words else 0
        while words and letters:
            match = words.pop()
            word = match[0].strip("“”\"'’")
            if word[:1].upper() == letters[-1] and (word[:1].isupper() or not self.words.common[word]):
                letters.pop()
                if not letters and word[0].isupper():
                    yield match.start(), end
            elif not (word.isupper() or (word.islower() and (len(word) < 4 or word in self.words.function))):
                return

    def _abbreviates(self, text: str, run: Run) -> bool:
        """Say whether common words in small letters, the last one surely, have the letters of an acronym."""
        words = [match[0].lower() for match in self._words_before(text, run)[-len(run.text) :]]
        if (
            not words
            or not text[: run.start].rstrip(' (（"“').endswith(words[-1])
            or not self.words.common[words[-1]]
        ):
            return False
        for at, word in enumerate(words):
            letters = iter("".join(words[at:]))
            if word[0] == run.text[0].lower() and all(letter in letters for letter in run.text.lower()):
                return True
        return False


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
