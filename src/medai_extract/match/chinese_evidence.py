"""What speaks for and against a span being a name, weighed.

Evidence is a set of short names; the weights of the first reading stand in ``patterns/words/zh_evidence.csv``.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from medai_extract.match.chinese_inside import Inside, longest_suffix
from medai_extract.match.chinese_lexicon import Lexicon
from medai_extract.match.chinese_sides import Sides
from medai_extract.match.chinese_spans import Guess
from medai_extract.match.chinese_weights import Weights
from medai_extract.match.chinese_words import Word

_MEMO_LIMIT = 100_000
HOPELESS = -3.2
"""Log-odds of the inside of a span below which its surroundings are not looked at: none of our gold falls there."""
_CUTS = ("left.cut.", "right.cut.")


class Part(NamedTuple):
    """Evidence of one kind with its weight for ORG and PRODUCT; ``cut`` says that the span ends inside a run of words."""

    found: tuple[str, ...]
    org: float
    product: float
    cut: bool


Seen = dict[tuple[int, int, bool], Part]


class Evidence:
    """Gathers the evidence for guesses and weighs it; what was weighed once is kept."""

    def __init__(self, lexicon: Lexicon, weights: Weights) -> None:
        self._lexicon, self._weights = lexicon, weights
        self._inside, self._sides = Inside(lexicon), Sides(lexicon)
        self._memo: dict[tuple[str, ...], Part] = {}
        self._edges = {
            (left, right): self._weigh((f"edges.{'cut' if left else 'free'}.{'cut' if right else 'free'}",))
            for left in (False, True)
            for right in (False, True)
        }

    def gather(
        self, text: str, folded: str, words: Sequence[Word], guess: Guess, seen: Seen
    ) -> tuple[Part, ...]:
        """Give the evidence for and against ``guess``, nothing where its inside alone rules it out.

        ``seen`` keeps what is left and right of a place in this text.
        """
        start, end, _, first, last, shape = guess
        inside = self._inside_of(text, folded, words, guess)
        if inside.org < HOPELESS and inside.product < HOPELESS:
            return ()
        left = seen.get((start, first, shape == "quoted"))
        if left is None:
            left = self._weigh(self._sides.left(folded, words, guess))
            seen[start, first, shape == "quoted"] = left
        right = seen.get((end, -1 - last, shape == "quoted"))
        if right is None:
            right = self._weigh(self._sides.right(text, folded, words, guess))
            seen[end, -1 - last, shape == "quoted"] = right
        parts = (inside, left, right, self._edges[left.cut, right.cut])
        across = tuple(self._across(folded, words, guess))
        return (*parts, self._weigh(across)) if across else parts

    def _inside_of(self, text: str, folded: str, words: Sequence[Word], guess: Guess) -> Part:
        start, end, _, first, last, shape = guess
        before = words[first - 1].code if first and words[first - 1].end == start else ""
        inner = words[first:last]
        key = (text[start:end], shape, before, *[word.code for word in inner])
        inside = self._memo.get(key)
        if inside is None:
            if len(self._memo) > _MEMO_LIMIT:
                self._memo.clear()
            found = [f"shape.{shape}", *self._inside.gather(key[0], folded[start:end], inner, guess, before)]
            if shape == "institution":
                found.append("inside.joined")
            if any(word.code == "B" for word in inner):
                found.append("item.break" if shape == "item" else "inside.break")
            inside = self._memo[key] = self._weigh(found)
        return inside

    def _weigh(self, found: Iterator[str] | Sequence[str]) -> Part:
        org = product = 0.0
        unique = tuple(dict.fromkeys(found))
        for item in unique:
            weight = self._weights.get(item)
            if weight is not None:
                org += weight[0]
                product += weight[1]
        cut = any(item.startswith(_CUTS) and not item.endswith(".B") for item in unique)
        return Part(unique, org, product, cut)

    def _across(self, folded: str, words: Sequence[Word], guess: Guess) -> Iterator[str]:
        """Give what depends on both ends."""
        at = guess.end
        if guess.shape != "quoted" and folded[at - 1] != "》":
            closing = folded.find("》", at, at + 20)
            opened = closing >= 0 and folded.find("《", at, closing) < 0
            if opened and folded[guess.start - 1 : guess.start] != "《":
                yield "inside.title_marks"
        following = words[guess.last] if guess.last < len(words) else None
        latin = following is not None and following.code == "L" and following.start == at
        if latin and longest_suffix(folded[guess.start : at], self._lexicon.long_product_heads, 6):
            yield "right.appositive"
