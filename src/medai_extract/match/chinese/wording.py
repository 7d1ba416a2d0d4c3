"""What the very characters of a span and those beside it say, learned one by one from annotated articles.

Tables of words tell what their author thought of; that 携手 stands before firms and 上线 before products, that 康 is in the names of firms
and 灵 in those of products, the articles tell. Their weights stand in ``patterns/words/zh_wording*.csv``.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping

from medai_extract.match.chinese.weights import Weights
from medai_extract.model import Label

PREFIX = "text."
BESIDE = 3
"""Characters on either side; strings are of up to so many."""
TOLD = 0.4
"""The least weight that is told of a mention."""
_NOTHING = (0.0, 0.0)
_LATER: dict[Label, int] = {"ORG": 2, "PRODUCT": 3}
"""Where the weights of the second reading stand among the four."""
Sums = tuple[float, float, float, float]
"""Weights for ORG and for PRODUCT in the first reading and in the second one."""
_SIZES = range(1, BESIDE + 1)


def _prefixes(text: str) -> Iterable[str]:
    return [text[:size] for size in _SIZES[: len(text)]]


def _suffixes(text: str) -> Iterable[str]:
    return [text[-size:] for size in _SIZES[: len(text)]]


def _han(text: str) -> Iterable[str]:
    """Give the Chinese characters of a name; of Latin letters all names have the same."""
    return [char for char in dict.fromkeys(text) if char > "\u2e80"]


_STRINGS: dict[str, Callable[[str], Iterable[str]]] = {
    "before": _suffixes, "beyond": _suffixes, "after": _prefixes, "behind": _prefixes,
    "begins": _prefixes, "ends": _suffixes, "holds": _han,
}  # fmt: skip
"""The strings that are looked up of a text, by what it is to the span: right beside it, beyond a mark beside it, or inside."""
_OPENING, _CLOSING = '的“「『"《 ', '”」』"》 '
"""What stands between a span and the words that tell of it: 推出|“X”, 研发|的X, “X”|上线."""
_MARKS = 3
"""The most of these on either side that are looked over."""


def without_wording(weights: Weights) -> Weights:
    """Give the weights of all other evidence.

    >>> without_wording({"bias": (-3.0, -3.5), "text.ends.康": (0.5, 0.25)})
    {'bias': (-3.0, -3.5)}
    """
    return {item: weight for item, weight in weights.items() if not item.startswith(PREFIX)}


class Wording:
    """Weighs the characters in and beside spans, for both readings at once.

    >>> wording = Wording({"text.before.携手": (1.5, -0.5)}, {"text.before.携手": (1.0, 0.0), "text.ends.康": (0.5, 0.25)})
    >>> wording.weigh("公司携手安康", 4, 6), wording.tell("公司携手安康", 4, 6, "ORG")
    ((1.5, -0.5, 1.5, 0.25), ('text.before.携手 +1.0', 'text.ends.康 +0.5'))
    """

    def __init__(self, first: Weights, second: Weights) -> None:
        # Forty thousand strings: their weights stand in one array, four for each, where its place says.
        self._places: dict[str, dict[str, int]] = {kind: {} for kind in _STRINGS}
        self._weights = array("d", _NOTHING * 2)
        for item in sorted(item for item in {*first, *second} if item.startswith(PREFIX)):
            _, kind, string = item.split(".", 2)
            self._places[kind][string] = len(self._weights)
            self._weights.extend((*first.get(item, _NOTHING), *second.get(item, _NOTHING)))
        # Of the strings at one edge the longest brings the weights of those that it holds with it.
        self._sums = self._weights[:]
        for kind, places in self._places.items():
            for string, at in places.items():
                for place in filter(
                    None, [places.get(part) for part in _STRINGS[kind](string) if part != string]
                ):
                    for side in range(4):
                        self._sums[at + side] += self._weights[place + side]

    def weigh(self, folded: str, start: int, end: int) -> Sums:
        """Give what the characters add to the log-odds."""
        of, form = self._places, folded[start:end]
        told = [
            _of_tail(of["before"], folded[max(start - BESIDE, 0) : start]),
            _of_tail(of["ends"], form[-BESIDE:]),
            _of_head(of["begins"], form[:BESIDE]),
            _of_head(of["after"], folded[end : end + BESIDE]),
            *map(of["holds"].get, dict.fromkeys(form)),
        ]
        if beyond := _beyond(folded, start):
            told.append(_of_tail(of["beyond"], beyond))
        if behind := _behind(folded, end):
            told.append(_of_head(of["behind"], behind))
        org = product = later_org = later_product = 0.0
        sums = self._sums
        for at in told:
            if at:
                org += sums[at]
                product += sums[at + 1]
                later_org += sums[at + 2]
                later_product += sums[at + 3]
        return org, product, later_org, later_product

    def tell(self, folded: str, start: int, end: int, label: Label) -> tuple[str, ...]:
        """Give the pieces of evidence that say much for or against a label in the second reading, the strongest first."""
        side, weights = _LATER[label], self._weights
        found = []
        for kind, text in _texts(folded, start, end).items():
            places = self._places[kind]
            found += [
                (-abs(weight), f"{PREFIX}{kind}.{string} {weight:+.1f}")
                for string in _STRINGS[kind](text)
                if string in places and abs(weight := weights[places[string] + side]) >= TOLD
            ]
        found.sort()
        return tuple([line for _, line in found])


def _of_tail(places: Mapping[str, int], text: str) -> int:
    """Give the place of the longest known end of a text, 0 if there is none."""
    while text:
        if text in places:
            return places[text]
        text = text[1:]
    return 0


def _of_head(places: Mapping[str, int], text: str) -> int:
    """Give the place of the longest known beginning of a text, 0 if there is none."""
    while text:
        if text in places:
            return places[text]
        text = text[:-1]
    return 0


def _beyond(folded: str, start: int) -> str:
    """Give the characters before the marks that a span stands behind, nothing where there is none.

    >>> _beyond("公司推出的“灵犀”", 6), _beyond("公司推出灵犀", 4)
    ('司推出', '')
    """
    if not start or folded[start - 1] not in _OPENING:
        return ""
    return folded[max(start - BESIDE - _MARKS, 0) : start].rstrip(_OPENING)[-BESIDE:]


def _behind(folded: str, end: int) -> str:
    """Give the characters behind the marks that follow a span, nothing where there is none."""
    if end == len(folded) or folded[end] not in _CLOSING:
        return ""
    return folded[end : end + BESIDE + _MARKS].lstrip(_CLOSING)[:BESIDE]


def spell(folded: str, start: int, end: int) -> Iterator[str]:
    """Give all pieces of evidence, those without a weight too; none has white space.

    >>> list(spell("由灵犀 ", 1, 3))
    ['text.before.由', 'text.begins.灵', 'text.begins.灵犀', 'text.ends.犀', 'text.ends.灵犀', 'text.holds.灵', 'text.holds.犀']
    """
    for kind, text in _texts(folded, start, end).items():
        for string in _STRINGS[kind](text):
            if string.split() == [string]:
                yield f"{PREFIX}{kind}.{string}"


def _texts(folded: str, start: int, end: int) -> dict[str, str]:
    """Give the texts whose strings are looked up, by what they are to the span."""
    form = folded[start:end]
    return {
        "before": folded[max(start - BESIDE, 0) : start], "beyond": _beyond(folded, start),
        "after": folded[end : end + BESIDE], "behind": _behind(folded, end),
        "begins": form, "ends": form, "holds": form,
    }  # fmt: skip
