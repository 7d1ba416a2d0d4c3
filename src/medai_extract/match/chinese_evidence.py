"""What speaks for and against a span being a name, weighed.

Evidence is a set of short names; the weights of the first reading stand in ``patterns/words/zh_evidence.csv``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from medai_extract.match.chinese_inside import Inside, longest_suffix
from medai_extract.match.chinese_lexicon import Lexicon
from medai_extract.match.chinese_sides import Sides
from medai_extract.match.chinese_weights import Weights
from medai_extract.match.chinese_words import Guess, Words

_MEMO_LIMIT = 100_000
HOPELESS, SURELY_NOT = -2.2, -3.2
"""Log-odds of the inside of a span below which its surroundings are not looked at, at first and where it is a name elsewhere."""
_CUTS = ("left.cut.", "right.cut.")
_TITLES = ("before.org.title", "left.cut.T", "person.")


class Part(NamedTuple):
    """Evidence of one kind with its weights for ORG and PRODUCT in the first reading and in the second one.

    ``cut`` says that the span ends inside a run of words, ``person`` that it looks like the name of a person or follows a title.
    """

    found: tuple[str, ...]
    org: float
    product: float
    later_org: float
    later_product: float
    cut: bool
    person: bool

    def is_below(self, limit: float) -> bool:
        """Say whether it speaks against both labels by more than ``limit``."""
        return self.org < limit and self.product < limit


class Evidence:
    """Gathers the evidence for guesses and weighs it; what was weighed once is kept."""

    def __init__(self, lexicon: Lexicon, first: Weights, second: Weights) -> None:
        self._lexicon, self._first, self.second = lexicon, first, second
        self._inside, self._sides = Inside(lexicon), Sides(lexicon)
        self._insides: dict[tuple[str, str, str, bool], Part] = {}
        self._parts: dict[tuple[str, ...], Part] = {}
        self._edges = {
            (left, right): self.weigh((f"edges.{'cut' if left else 'free'}.{'cut' if right else 'free'}",))
            for left in (False, True)
            for right in (False, True)
        }

    def inside(self, text: str, folded: str, words: Words, guess: Guess) -> Part:
        """Give what the words of the guess say, kept over all articles."""
        start, end, _, first, last, shape = guess
        branches = first > 0 and words.codes[first - 1] == "H" and words.tokens[first - 1].end == start
        key = text[start:end], words.codes[first:last], shape, branches
        part = self._insides.get(key)
        if part is None:
            if len(self._insides) > _MEMO_LIMIT:
                self._insides.clear()
            found = [
                f"shape.{shape}",
                *self._inside.gather(key[0], folded, words, guess, "H" if branches else ""),
            ]
            if shape == "institution":
                found.append("inside.joined")
            if "B" in key[1]:
                found.append("item.break" if shape == "item" else "inside.break")
            part = self._insides[key] = self.weigh(tuple(dict.fromkeys(found)))
        return part

    def left(self, folded: str, words: Words, guess: Guess) -> Part:
        """Give what stands left of the guess."""
        return self.weigh(
            tuple(self._sides.left(folded, words, guess.start, guess.first, guess.shape == "quoted"))
        )

    def right(self, text: str, folded: str, words: Words, guess: Guess) -> Part:
        """Give what stands right of the guess."""
        return self.weigh(tuple(self._sides.right(text, folded, words, guess.end, guess.last)))

    def edges(self, left: Part, right: Part) -> Part:
        """Give what both sides say together."""
        return self._edges[left.cut, right.cut]

    def weigh(self, found: tuple[str, ...]) -> Part:
        """Give the pieces of evidence with the sums of their weights."""
        part = self._parts.get(found)
        if part is None:
            if len(self._parts) > _MEMO_LIMIT:
                self._parts.clear()
            cut = any(item.startswith(_CUTS) and not item.endswith(".B") for item in found)
            person = any(item.startswith(_TITLES) for item in found)
            part = Part(found, *_sum(self._first, found), *_sum(self.second, found), cut, person)
            self._parts[found] = part
        return part

    def across(self, folded: str, words: Words, guess: Guess) -> Part:
        """Give what depends on both ends, which few guesses have."""
        _, at, _, _, last, shape = guess
        found = []
        if shape != "quoted" and folded.find("》", at, at + 20) >= 0 and _is_in_title(folded, guess):
            found.append("inside.title_marks")
        before_latin = words.codes[last : last + 1] == "L" and words.tokens[last].start == at
        if before_latin and longest_suffix(folded[guess.start : at], self._lexicon.long_product_heads, 6):
            found.append("right.appositive")
        return self.weigh(tuple(found))


def _sum(weights: Weights, found: Sequence[str]) -> tuple[float, float]:
    known = [weights[item] for item in found if item in weights]
    return sum(org for org, _ in known), sum(product for _, product in known)


def _is_in_title(folded: str, guess: Guess) -> bool:
    """Say whether the guess stands within marks of a title, but is not the whole title."""
    at = guess.end
    opened = folded.find("《", at, folded.find("》", at)) < 0
    return opened and folded[at - 1] != "》" and folded[guess.start - 1 : guess.start] != "《"
