"""What speaks for and against a span being a name, weighed.

Evidence is a set of short names; the weights of the first reading stand in ``patterns/words/zh_evidence.csv``.
"""

from medai_extract.match.chinese.inside import Inside, quality_of
from medai_extract.match.chinese.lexicon import Lexicon
from medai_extract.match.chinese.sides import Sides
from medai_extract.match.chinese.weights import Part, Scale
from medai_extract.match.chinese.words import Words

_CLOSING = {"“": "”", "「": "」", "『": "』", '"': '"'}
_MEMO_LIMIT = 5_000
HOPELESS, SURELY_NOT = -2.2, -3.2
"""Log-odds of the inside of a span below which its surroundings are not looked at, at first and where it is a name elsewhere."""


class Evidence:
    """Gathers the evidence for guesses and weighs it."""

    def __init__(self, lexicon: Lexicon, scale: Scale) -> None:
        self._inside, self._scale = Inside(lexicon), scale
        self.sides = Sides(lexicon, scale)
        self._known: dict[tuple[str, bool, str, str, str], Part] = {}
        self._long_product_heads = tuple(lexicon.long_product_heads)
        self.nothing = scale.weigh(())
        self.edges = tuple(
            tuple(
                tuple(scale.weigh(_edges(left, right, is_body=is_body)) for right in ("free", "cut"))
                for left in ("free", "cut")
            )
            for is_body in (False, True)
        )
        """What both sides say together: by whether the span ends like a body, the left side cuts a run of words, the right one."""

    def inside(self, words: Words, start: int, end: int, first: int, last: int, shape: str) -> Part:
        """Give what the words of a span say."""
        return self._scale.weigh(tuple(self._inside.gather(words, start, end, first, last, shape)))

    def inside_known(self, words: Words, start: int, end: int, first: int, last: int, shape: str) -> Part:
        """Give what the words of a span say, kept over all articles: for spans that stretches of words do not remember."""
        touches = first > 0 and words.end(first - 1) == start
        codes = words.codes[first - 1 : last] if touches else words.codes[first:last]
        key = shape, touches, codes, words.sizes[first:last], words.text[start:end]
        part = self._known.get(key)
        if part is None:
            if len(self._known) > _MEMO_LIMIT:
                self._known.clear()
            part = self._known[key] = self.inside(words, start, end, first, last, shape)
        return part

    def across(self, words: Words, start: int, end: int, first: int, last: int, shape: str) -> Part:
        """Give what depends on both ends, which few spans have."""
        folded = words.folded
        found = []
        if shape != "quoted" and _is_in_title(folded, start, end):
            found.append("inside.title_marks")
        before_latin = words.codes[last : last + 1] == "L" and words.starts[last] == end
        closing = _CLOSING.get(folded[start - 1 : start])
        if closing is not None and folded[end : end + 1] == closing:
            found.append(f"quoted.{quality_of(words.codes[first:last])}")
            found.append(f"quoted.length.{min(end - start, 9)}")
        if before_latin and folded.endswith(self._long_product_heads, start, end):
            found.append("right.appositive")
        return self._scale.weigh(tuple(found))


def _edges(left: str, right: str, *, is_body: bool) -> tuple[str, ...]:
    edges = f"edges.{left}.{right}"
    return (edges, f"edges.body.{left}.{right}") if is_body else (edges,)


def _is_in_title(folded: str, start: int, end: int) -> bool:
    """Say whether a span stands within marks of a title, but is not the whole title."""
    closed = folded.find("》", end, end + 20)
    if closed < 0 or folded.find("《", end, closed) >= 0:
        return False
    return folded[end - 1] != "》" and folded[start - 1 : start] != "《"
