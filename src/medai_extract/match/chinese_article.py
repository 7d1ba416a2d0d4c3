"""Evidence over a whole Chinese article: what is certain in one place is known everywhere.

A first reading weighs every guess on its own sentence. The second one knows which names the first found, where else they stand,
which names they shorten or stand beside in a list, and what brackets teach.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from medai_extract.match.chinese_inside import longest_suffix
from medai_extract.match.chinese_lexicon import Lexicon
from medai_extract.match.chinese_weights import Chance
from medai_extract.match.chinese_words import Guess

CERTAIN, LIKELY, FAINT = 0.85, 0.5, 0.04
NO_CHANCE = Chance(0.0, 0.0)
_LISTED = re.compile(r"[ \u3000]*(?:[、，,/]|和|与|與|及|以及)[ \u3000]*")
_BRACKET = re.compile(
    r"[ \u3000]*[（(](?:(?:以下|下文)?(?:统称|簡稱|简称|下称|中文名|英文名|原名|即|又称|商品名|股票简称)[为:：]?)?[ \u3000]*[“「『\"]?"
)
_JOINING = frozenset("、，,/和与與及以 \u3000")
_OWNED = ("“", "「", '"', "的", "的“", "的「", " “", "旗下的", "旗下", "旗下的“")
_OWNING, _OWNER = frozenset('“「"的下'), frozenset("“「的")
_HAN = re.compile(r"[\u3400-\u9fff]")


class Names:
    """What the first reading found in an article: the best chance of every surface form and the short forms it allows."""

    def __init__(
        self, text: str, folded: str, guesses: Sequence[Guess], chances: Sequence[Chance], lexicon: Lexicon
    ) -> None:
        self.text, self.folded = text, folded
        self._lexicon = lexicon
        self.spans: dict[tuple[int, int], Chance] = {}
        self._best: dict[str, list[tuple[Chance, int]]] = {}
        self._likely: set[str] = set()
        self._by_start: dict[int, Chance] = {}
        self._by_end: dict[int, tuple[int, Chance]] = {}
        for guess, chance in zip(guesses, chances, strict=True):
            self.add(guess.start, guess.end, chance)
        self.persons: set[str] = set()
        self.short: dict[str, tuple[str, str, str]] = {}
        self._fulls: dict[str, set[str]] = {}
        for surface in sorted(self._likely):
            found = self._best[surface]
            best = max(found, key=lambda item: sum(item[0]))[0]
            label = "org" if best.org >= best.product else "product"
            sure = "certain" if max(best) >= CERTAIN else "likely"
            for short in short_forms(surface, label, lexicon):
                self._fulls.setdefault(short, set()).add(surface)
                if short not in self.short or self.short[short][1] != "certain":
                    self.short[short] = (label, sure, surface)

    def add(self, start: int, end: int, chance: Chance) -> None:
        """Enter a span and its chance."""
        self.spans[start, end] = chance
        surface = self.folded[start:end]
        places = self._best.get(surface)
        if places is None:
            places = self._best[surface] = []
        places.append((chance, start))
        org, product = chance
        total = org + product
        if total < FAINT:
            return
        if org >= LIKELY or product >= LIKELY:
            self._likely.add(surface)
        if start not in self._by_start or total > sum(self._by_start[start]):
            self._by_start[start] = chance
        if end not in self._by_end or total > sum(self._by_end[end][1]):
            self._by_end[end] = (start, chance)

    def add_refused(self, start: int, end: int) -> None:
        """Enter a span that is no name where it stands, which speaks against the others of its form."""
        self._best.setdefault(self.folded[start:end], []).append((NO_CHANCE, start))

    def deserves(self, guess: Guess) -> bool:
        """Say whether a guess deserves a second look: it has a chance of its own, or its form has one elsewhere."""
        chance = self.spans.get((guess.start, guess.end))
        if chance is not None and sum(chance) >= FAINT:
            return True
        surface = self.folded[guess.start : guess.end]
        return surface in self._likely or surface in self.short

    def surfaces(self) -> list[str]:
        """Give the forms to look for everywhere: those likely somewhere, and their short forms."""
        return sorted(self._likely | set(self.short))

    def alias_of(self, guess: Guess, label: str) -> str | None:
        """Give the name that the article says is another name of the same thing: before a bracket, or the only full form.

        Where several names of the article could be shortened so (平安健康, 平安寿险: 平安), none is given.
        """
        taught = self._before_bracket(guess.start)
        if (
            taught is not None
            and (taught[1].org >= taught[1].product) == (label == "ORG")
            and max(taught[1]) >= LIKELY
        ):
            return self.text[taught[0] : taught[2]]
        fulls = self._fulls.get(self.folded[guess.start : guess.end], set())
        longest = max(fulls, key=lambda full: (len(full), full), default=None)
        if longest is None or not all(full in longest or longest.startswith(full) for full in fulls):
            return None
        chance, at = max(self._best[longest], key=lambda item: sum(item[0]))
        alike = (chance.org >= chance.product) == (label == "ORG") and label == "ORG"
        return self.text[at : at + len(longest)] if alike else None

    def _before_bracket(self, start: int) -> tuple[int, Chance, int] | None:
        if "（" not in (near := self.text[max(start - 12, 0) : start]) and "(" not in near:
            return None
        bracket = next(
            (m for m in _BRACKET.finditer(self.text, max(start - 12, 0), start) if m.end() == start), None
        )
        if bracket is None or bracket.start() not in self._by_end:
            return None
        first, chance = self._by_end[bracket.start()]
        return first, chance, bracket.start()

    def gather(self, guess: Guess) -> list[str]:
        """Give the evidence of the article for and against a guess."""
        start, end = guess.start, guess.end
        surface = self.folded[start:end]
        found = ["again.person"] if surface in self.persons else []
        places = self._best.get(surface, ())
        others = [chance for chance, at in places if at != start] if len(places) > 1 else []
        found += _elsewhere(others) if others else ["again.none"]
        short = self.short.get(surface)
        if short is not None:
            label, sure, full = short
            known = len(surface) == 1 or self._lexicon.has_word(surface)
            found += [f"short.{label}.{sure}", f"short.{label}.{'word' if known else 'odd'}"]
            if self.text.count(surface) > self.text.count(full):
                found.append(f"short.{label}.alone")
        found += self._neighbours(start, end)
        return list(dict.fromkeys(found))

    def _neighbours(self, start: int, end: int) -> Iterator[str]:
        """Give what the names beside a guess make of it."""
        text, by_start, by_end = self.text, self._by_start, self._by_end
        following, previous = text[end : end + 1], text[start - 1 : start]
        if following in _JOINING or previous in _JOINING:
            yield from self._in_list(start, end)
        taught = self._before_bracket(start)
        if taught is not None:
            yield from _beside("taught", taught[1])
        if start in by_end:
            yield from _beside("maker", by_end[start][1])
        if previous in _OWNING:
            for opening in _OWNED:
                if start - len(opening) in by_end and text.startswith(opening, start - len(opening)):
                    yield from _beside("maker", by_end[start - len(opening)][1])
        if end in by_start:
            yield from _beside("owner", by_start[end])
        elif following in _OWNER and end + 1 in by_start:
            yield from _beside("owner", by_start[end + 1])

    def _in_list(self, start: int, end: int) -> Iterator[str]:
        after = _LISTED.match(self.text, end)
        if after is not None and after.end() in self._by_start:
            yield from _beside("listed", self._by_start[after.end()])
        for width in (1, 2, 3):
            if start - width in self._by_end and _LISTED.fullmatch(self.text, start - width, start):
                yield from _beside("listed", self._by_end[start - width][1])
                break


def _elsewhere(others: Sequence[Chance]) -> Iterator[str]:
    """Say what the other places of the same form make of it."""
    for label, values in (("org", [c.org for c in others]), ("product", [c.product for c in others])):
        best = max(values)
        if best >= LIKELY:
            yield f"again.{label}.{'certain' if best >= CERTAIN else 'likely'}"
    mean = sum(map(sum, others)) / len(others)
    yield f"again.mean.{int(mean * 5)}"
    lean = sum(c.org - c.product for c in others)
    if abs(lean) >= 0.3:
        yield f"again.lean.{'org' if lean > 0 else 'product'}{'.much' if abs(lean) > 1.5 else ''}"
    if len(others) >= 2:
        yield "again.often"


def _beside(relation: str, chance: Chance) -> Iterator[str]:
    for label, value in (("org", chance.org), ("product", chance.product)):
        if value >= LIKELY:
            yield f"{relation}.{label}.{'certain' if value >= CERTAIN else 'likely'}"


@lru_cache(maxsize=20_000)
def short_forms(surface: str, label: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Give the forms that an article may use for a full name: none that is made of words of the field only."""
    forms = _short_forms(surface, label, lexicon)
    return tuple([short for short in forms if short != surface and not lexicon.is_generic(short)])


def _short_forms(surface: str, label: str, lexicon: Lexicon) -> Iterator[str]:
    """Give the forms that an article uses for a full name once it has been said."""
    if not _HAN.search(surface):
        words = surface.split(" ")
        if len(words) > 1 and len(words[0]) > 3:
            yield words[0]
        return
    if label == "product":
        match = re.match(r"(.{2,}?)[ \-]?(?:v?[0-9.]+|pro|mini|max|plus|ai.{2,})$", surface)
        if match is not None:
            yield match[1]
        head = longest_suffix(surface, lexicon.product_heads, 6)
        if len(surface) - len(head) >= 2 and head:
            yield surface[: len(surface) - len(head)]
        return
    bare = re.sub(r"[（(][^（）()]*[）)]", "", surface)
    while True:
        yield bare
        head = longest_suffix(bare, lexicon.org_heads, 8)
        if not head or len(bare) - len(head) < 2:
            break
        bare = bare[: len(bare) - len(head)]
        for place in _places(bare):
            yield bare[place:]
    institution = re.search(r"附属(.{2,}医院)$|大学(.{2,}医院)$", surface)
    if institution is not None:
        yield institution[1] or institution[2]
    county = re.match(r"(.{2,}[县市区])人民(医院)$", surface)
    if county is not None:
        yield county[1] + county[2]


def _places(name: str) -> Iterator[int]:
    """Give how much of a firm's name is the place of its register."""
    match = re.match(
        r"(?:.{2,3}[省市])?(?:.{2,3}[市县区])?(?:北京|上海|深圳|广州|杭州|苏州|南京|成都|武汉|天津|重庆|江苏|浙江|山东|广东|中国)?",
        name,
    )
    if match is not None and match.end() and len(name) - match.end() >= 2:
        yield match.end()


def find_everywhere(folded: str, surfaces: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give every place where one of the surfaces stands."""
    for surface in surfaces:
        if len(surface) < 2:
            continue
        at = folded.find(surface)
        while at >= 0:
            end = at + len(surface)
            if not (_joined(folded, at) or _joined(folded, end)):
                yield at, end
            at = folded.find(surface, at + 1)


def _joined(folded: str, at: int) -> bool:
    return (
        0 < at < len(folded)
        and (folded[at - 1].isascii() and folded[at - 1].isalnum())
        and (folded[at].isascii() and folded[at].isalnum())
    )
