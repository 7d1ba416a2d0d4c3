"""Word tables asked for their longest words at a place of a text."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from daachorse import MATCH_KIND_STANDARD, CharwiseDoubleArrayAhoCorasick

from medai_extract.match.chinese.lexicon import sizes_by


class Found(NamedTuple):
    """The values of the longest words of two tables at a place, both as evidence, and a name for the pair.

    ``further`` is the evidence where the words do not touch the span.
    """

    org: str = ""
    product: str = ""
    evidence: tuple[str, ...] = ()
    key: str = ""
    further: tuple[str, ...] = ()


NOTHING = Found()


class Lookup:
    """Two word tables whose words are found in one pass over a text.

    The longest word of either table at a place has the longest ones of both tables as its parts, so each word knows both values.

    >>> after = Lookup("after", {"宣布": "act", "宣布完成": "fund"}, {"宣布": "told"}, heads_of)
    >>> after.by_start("推想宣布完成融资")[2].evidence
    ('after.org.fund', 'after.product.told')
    >>> before = Lookup("before", {"由": "by", "理由": "why"}, {}, tails_of)
    >>> {end: found.org for end, found in before.by_end("由推想的理由").items()}
    {6: 'why', 1: 'by'}
    """

    def __init__(
        self,
        name: str,
        org: Mapping[str, str],
        product: Mapping[str, str],
        parts_of: Callable[[str], list[str]],
    ) -> None:
        words = sorted({*org, *product})
        self._found = [_find_values(name, parts_of(word), org, product) for word in words]
        self._automaton = CharwiseDoubleArrayAhoCorasick(words, MATCH_KIND_STANDARD)

    def by_start(self, text: str) -> dict[int, Found]:
        """Give the values of the longest word that begins at each place where one does."""
        found = self._found
        # Words come in the order of their ends, so the longest one at a place comes last.
        return {start: found[word] for start, _, word in self._automaton.find_overlapping(text)}

    def by_end(self, text: str) -> dict[int, Found]:
        """Give the values of the longest word that ends at each place where one does."""
        found = self._found
        # Of words that end alike the longest one comes first.
        return {end: found[word] for _, end, word in reversed(self._automaton.find_overlapping(text))}


def _find_values(name: str, parts: list[str], org: Mapping[str, str], product: Mapping[str, str]) -> Found:
    of_org, of_product = [
        next((table[part] for part in parts if part in table), "") for table in (org, product)
    ]
    labels = (("org", of_org), ("product", of_product))
    evidence = tuple(f"{name}.{label}.{value}" for label, value in labels if value)
    further = tuple([f"further.{item}" for item in evidence])
    return Found(of_org, of_product, evidence, f"{of_org} {of_product}", further)


class Head(NamedTuple):
    """The head of a form: its size, the kind of body it names, its evidence, and the size of an end that no name has."""

    size: int = 0
    kind: str = ""
    evidence: tuple[str, ...] = ()
    refused: int = 0


NO_HEAD = Head()


class Heads:
    """The words that names of bodies and products end with, and those that no name does.

    >>> heads = Heads({"医院": "hospital", "人民医院": "hospital"}, {"系统": "software"}, frozenset({"人民医院"}))
    >>> heads.of("越州市第二人民医院").size, heads.of("小墨系统").evidence, heads.of("小墨")
    (4, ('ends.software',), Head(size=0, kind='', evidence=(), refused=0))
    """

    def __init__(self, org: Mapping[str, str], product: Mapping[str, str], refused: frozenset[str]) -> None:
        words = {*org, *product, *refused}
        self._known = {word: _head(tails_of(word), org, product, refused) for word in words}
        self._sizes = sizes_by(words, -1)

    def of(self, form: str) -> Head:
        """Give the longest head of a form."""
        for size in self._sizes.get(form[-1], ()):
            head = self._known.get(form[-size:])
            if head is not None:
                return head
        return NO_HEAD


def _head(
    parts: list[str], org: Mapping[str, str], product: Mapping[str, str], refused: frozenset[str]
) -> Head:
    org_head = next((part for part in parts if part in org), "")
    product_head = next((part for part in parts if part in product), "")
    evidence = [f"head.{org[org_head]}"] if org_head else []
    if product_head:
        evidence.append(f"ends.{product[product_head]}")
    size = max(len(org_head), len(product_head))
    # 眼科 may end a name though 科 may not.
    end = next((len(part) for part in parts if part in refused and len(part) >= size), 0)
    return Head(size, org.get(org_head, ""), tuple(evidence), end)


def heads_of(word: str) -> list[str]:
    """Give the beginnings of a word, the longest first.

    >>> heads_of("宣布"), tails_of("理由")
    (['宣布', '宣'], ['理由', '由'])
    """
    return [word[:size] for size in range(len(word), 0, -1)]


def tails_of(word: str) -> list[str]:
    """Give the ends of a word, the longest first."""
    return [word[at:] for at in range(len(word))]


def longest_suffix(word: str, table: Mapping[str, str] | frozenset[str], longest: int) -> str:
    """Give the longest end of ``word`` that stands in ``table``, or nothing.

    >>> longest_suffix("越州市第二人民医院", {"医院": "", "人民医院": ""}, 4)
    '人民医院'
    """
    return next((word[-size:] for size in range(min(longest, len(word)), 0, -1) if word[-size:] in table), "")
