"""How much an article speaks of firms, medicine and software."""

from collections.abc import Collection

from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

_READ = (1_200, 8_000)
"""Code points of an article that are read: few, as a rule, decide."""
_OF_WORDS = frozenset("abcdefghijklmnopqrstuvwxyz-")


class GenreReader:
    """The words of such articles, compiled into one scan."""

    def __init__(self, words: Collection[str]) -> None:
        self._automaton = CharwiseDoubleArrayAhoCorasick(sorted(words), MATCH_KIND_STANDARD)

    def read(self, text: str) -> float:
        """Say from 0 to 1 how much an article speaks so, by how many of the words it uses.

        A long text is asked for ten of them, a sentence for three.

        >>> GenreReader(["company", "hospital", "software"]).read("The company's hospital-wide software")
        0.6666666666666666
        """
        needed = min(max(len(text) / 150, 3.0), 10.0)
        for size in _READ:
            start = f" {text[:size].lower()}{' ' if len(text) <= size else '-'}"
            found = {
                word
                for begin, end, word in self._automaton.find_overlapping(start)
                if start[begin - 1] not in _OF_WORDS and start[end] not in _OF_WORDS
            }
            if len(found) >= needed:
                return 1.0
            if len(text) <= size:
                break
        return len(found) / needed
