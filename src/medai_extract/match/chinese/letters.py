"""Five letters for each word of a Chinese text: what it can be in a name, its part of speech, its role, its size and how common it is.

Strings of letters are searched and compared at the speed of the regular expression engine; what a letter means stands in
``chinese_lexicon``.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from medai_extract.match.chinese.lexicon import PROPER, Lexicon
from medai_extract.segment.zh import tag_words

LETTERS = 5
"""How many letters a word has."""
Piece = tuple[str, int, str]
"""A word, where it begins, and its letters."""
_MEMO_LIMIT = 20_000
_LONGEST = 1_000
"""The size at which the letter that tells words of different sizes apart gives up."""
_COUNTS = (1, 60, 400, 2_000)
_SPACE, _BREAK = " x-", "Bx-"
_PROPER_TAGS = frozenset(("nt", "nz"))
_BAR = "｜"
_DATE_UNITS, _AFTER_DATE = "日月年", frozenset("由与被为向对在")


class Letters:
    """Finds the letters of words, and keeps them over all articles."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._glued, self._trailing = lexicon.marks("glued"), lexicon.marks("trailing")
        self._adverbs = lexicon.marks("adverb")
        self._particles = lexicon.marks("seam_before") | lexicon.marks("seam_after")
        self._known: dict[str, str] = {}

    def of(self, surfaces: Sequence[str], cut: Iterable[str]) -> str:
        """Give the letters of the words that texts were ``cut`` into; white space has a blank for a code, a line break one that ends names."""
        known = self._known
        try:
            return "".join(map(known.__getitem__, surfaces))
        except KeyError:
            if len(known) > _MEMO_LIMIT:
                known.clear()
            self._learn(sorted(set(surfaces).difference(known)), cut)
        return "".join(map(known.__getitem__, surfaces))

    def _learn(self, surfaces: Sequence[str], cut: Iterable[str]) -> None:
        """Find the letters of new words; the code is a small one where something is glued to the word."""
        words = []
        for surface in surfaces:
            if surface.isspace():
                self._known[surface] = (_BREAK if "\n" in surface else _SPACE) + _size(surface) + "4"
            else:
                words.append(surface)
        tags = tag_words(words, cut)
        folded = "\n".join(words).translate(self._lexicon.folding).split("\n")
        for surface, word in zip(words, folded, strict=bool(words)):
            tag = "ns" if word in self._lexicon.places else "x" if word == _BAR else tags[surface]
            code = self._lexicon.code(surface, word, tag)
            if code == "X" and self._particles.issuperset(word):
                # 再用, 前向: what the model made of two words that names stand between.
                code = "B"
            if code in "XHP" and len(word) > 1 and not self._lexicon.has_word(word):
                trails = code == "X" and self._trails(word)
                code = code.lower() if trails or self._is_glued(word) else code
            self._known[surface] = self.make(code, PROPER if tag in _PROPER_TAGS else tag[:1] or "x", word)

    def make(self, code: str, tag: str, word: str) -> str:
        """Give the letters of a folded word of this code and part of speech."""
        return code + tag + self._lexicon.role(word) + _size(word) + self._commonness(word)

    def _commonness(self, word: str) -> str:
        """Give a digit for how often jieba's dictionary counted a word: 0 for never, 4 for everyday language."""
        return str(bisect_right(_COUNTS, self._lexicon.frequency(word)))

    def of_whole(self, surface: str, word: str) -> str:
        """Give the letters of a noun that was cut into words."""
        return self.make(self._lexicon.code(surface, word, "n"), "n", word)

    def _is_glued(self, word: str) -> bool:
        return word[0] in self._glued or (word[0] in _DATE_UNITS and word[1] in _AFTER_DATE)

    def _trails(self, word: str) -> bool:
        """Say whether the last character of a new word is none of its own: 阿福|上, 姐|是."""
        return word[-1] in self._adverbs or (word[-1] in self._trailing and len(word) > 2)

    def take_apart(self, word: str, start: int, letters: str) -> Iterator[Piece]:
        """Cut off what the hidden Markov model glued to a new word: 由潞州, 日向江, 阿福上."""
        code, tag = letters[0].upper(), letters[1]
        while len(word) > 1 and self._is_glued(word):
            size = 2 if word[0] in _DATE_UNITS and len(word) > 2 else 1
            for place, char in enumerate(word[:size]):
                yield char, start + place, self.make("B", "p", char)
            word, start = word[size:], start + size
        if code == "X" and len(word) > 1 and self._trails(word):
            yield word[:-1], start, self.make("C" if len(word) == 2 else code, tag, word[:-1])
            yield (
                word[-1],
                start + len(word) - 1,
                self.make("B", "d" if word[-1] in self._adverbs else "f", word[-1]),
            )
        else:
            yield word, start, self.make("C" if len(word) == 1 and code in "XH" else code, tag, word)


def _size(word: str) -> str:
    return chr(min(len(word), _LONGEST))
