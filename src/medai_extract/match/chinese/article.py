"""Evidence over a whole Chinese article: what is certain in one place is known everywhere.

A first reading weighs every guess on its own sentence. The second one knows which names the first found, where else they stand,
which names they shorten or stand beside in a list, and what brackets teach.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import msgspec

from medai_extract.match.chinese.again import CERTAIN, LIKELY, Place, of_others
from medai_extract.match.chinese.columns import Columns, column_of
from medai_extract.match.chinese.lexicon import Lexicon
from medai_extract.match.chinese.short import abbreviations, short_forms, stem_of
from medai_extract.match.chinese.speakers import find_speakers
from medai_extract.match.chinese.weights import Part
from medai_extract.match.chinese.wording import Sums

FAINT = 0.04
_LISTED = re.compile(r"[ \u3000]*(?:[、，,/]|和|与|與|及|以及)[ \u3000]*")
_BRACKET = re.compile(
    r"[ \u3000]*[（(](?:(?:以下|下文)?(?:统称|簡稱|简称|下称|中文名|英文名|原名|即|又称|商品名|股票简称)[为:：]?)?[ \u3000]*[“「『\"]?"
)
_BRACKET_ENDS = frozenset('（(称稱名即为:： \u3000“「『"')
_JOINING = frozenset("、，,/和与與及以 \u3000")
_VERSION_ENDS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz号")
_COMMAS = frozenset("，,")
_NUMBERING = frozenset("0123456789.、．)）·•- \u3000")
_ROW = re.compile(r"\n(?:[0-9]{1,2}[.、．)）]?|[·•-])[ \u3000]*")
_ROW_BEFORE = re.compile(_ROW.pattern + "$")
_OWNED = ("“", "「", '"', "的", "的“", "的「", " “", "旗下的", "旗下", "旗下的“")
_BESIDE = {
    (relation, label, certain): (f"{relation}.{label}.{'certain' if certain else 'likely'}",)
    for relation in ("listed", "row", "comma", "taught", "maker", "owner")
    for label in ("org", "product")
    for certain in (False, True)
}
_NONE = ("again.none",)
_CUT = {
    f"{kind}.{label}.{sure}": f"{kind}.{label}.{sure}.cut"
    for kind in ("again", "short")
    for label in ("org", "product")
    for sure in ("certain", "likely")
}
"""What is known of a form elsewhere says less of a place where it is a part of a run of words."""
_OWNING, _OWNER = frozenset('“「"的下'), frozenset("“「的")


class Guess(msgspec.Struct, gc=False):
    """A span that could be a name and how likely it is one: of an organisation, of a product.

    ``form`` is its folded text, ``parts`` what speaks for and against it on its own sentence, ``wording`` the weights of its characters.
    """

    start: int
    end: int
    form: str
    parts: tuple[Part, ...]
    wording: Sums
    org: float
    product: float


class Short(NamedTuple):
    """A short form: what the name that it shortens is, how sure that is, and the name."""

    label: str
    sure: str
    full: str


class Names:
    """What the first reading found in an article: the best chance of every form and the short forms it allows."""

    def __init__(self, text: str, folded: str, lexicon: Lexicon) -> None:
        self.text, self.folded = text, folded
        self._lexicon = lexicon
        self.persons = find_speakers(folded, lexicon.surnames)
        self.refused: defaultdict[str, list[int]] = defaultdict(list)
        """The places where forms are no names, which speaks against the others."""
        self._places: dict[str, list[Place]] = {}
        self._likely: set[str] = set()
        self._columns = Columns()
        self._by_start: dict[int, tuple[float, float]] = {}
        self._by_end: dict[int, tuple[int, float, float]] = {}
        self._short: dict[str, Short] = {}
        self._fulls: dict[str, set[str]] = {}
        self._short_evidence: dict[str, list[str]] = {}
        self._abbreviations: dict[str, str] = {}
        self._versions: dict[str | None, dict[str, str]] = {}

    def enter(self, form: str, start: int, end: int, org: float, product: float) -> None:
        """Enter a place of a form and its chances there."""
        if form in self._places:
            self._places[form].append((start, org, product))
        else:
            self._places[form] = [(start, org, product)]
        total = org + product
        if total < FAINT:
            return
        if org >= LIKELY or product >= LIKELY:
            self._likely.add(form)
        if start not in self._by_start or total > sum(self._by_start[start]):
            self._by_start[start] = org, product
        if end not in self._by_end or total > sum(self._by_end[end][1:]):
            self._by_end[end] = start, org, product

    def shorten(self, unknown: Collection[str]) -> None:
        """Find the short forms of the names that are likely so far, of ``unknown`` words those that abbreviate one, and versions."""
        for form in sorted(self._likely):
            _, org, product = self._best(form)
            label = "org" if org >= product else "product"
            sure = "certain" if max(org, product) >= CERTAIN else "likely"
            for start, *chances in self._places[form]:
                column = column_of(self.folded, start, start + len(form)) if max(chances) >= LIKELY else None
                if column is not None:
                    self._columns.enter(column, start, label)
            if label == "org":
                for word in abbreviations(form, unknown):
                    if self._abbreviations.get(word) != "certain":
                        self._abbreviations[word] = sure
            elif (stem := stem_of(form)) is not None:
                self._versions.setdefault(stem, {})[form] = sure
            for short in short_forms(form, label, self._lexicon):
                self._fulls.setdefault(short, set()).add(form)
                if short not in self._short or self._short[short].sure != "certain":
                    self._short[short] = Short(label, sure, form)

    def _best(self, form: str) -> Place:
        places = self._places[form]
        return places[0] if len(places) == 1 else max(places, key=lambda place: place[1] + place[2])

    def _places_of(self, form: str) -> Sequence[Place]:
        """Give the places of a form, those where it was refused among them."""
        places, refused = self._places.get(form, ()), self.refused.get(form)
        return places if refused is None else [*places, *[(start, 0.0, 0.0) for start in refused]]

    def knows(self, form: str) -> bool:
        """Say whether a form is a likely name or its short form somewhere."""
        return form in self._likely or form in self._short or form in self._abbreviations

    def forms(self) -> list[str]:
        """Give the forms that stand at more places than were looked at: likely names and their short forms."""
        count, places = self.folded.count, self._places
        forms = []
        for form in sorted({*self._likely, *self._short, *self._abbreviations}):
            known = places.get(form, ())
            if count(form) > (len(known) if len(known) < 2 else len({place[0] for place in known})):
                forms.append(form)
        return forms

    def alias_of(self, guess: Guess, label: str) -> str | None:
        """Give the name that the article says is another name of the same thing: before a bracket, or the only full form.

        Where several names of the article could be shortened so (平安健康, 平安寿险: 平安), none is given.
        """
        taught = self._before_bracket(guess.start)
        if taught is not None:
            start, org, product, end = taught
            if (org >= product) == (label == "ORG") and max(org, product) >= LIKELY:
                return self.text[start:end]
        fulls = self._fulls.get(guess.form, set())
        longest = max(fulls, key=lambda full: (len(full), full), default=None)
        if longest is None or not all(full in longest or longest.startswith(full) for full in fulls):
            return None
        at, org, product = self._best(longest)
        return self.text[at : at + len(longest)] if label == "ORG" and org >= product else None

    def _before_bracket(self, start: int) -> tuple[int, float, float, int] | None:
        """Give the name before the bracket that opens right before ``start``: where it begins, its chances, where it ends."""
        near = max(start - 12, 0)
        bracket = next((m for m in _BRACKET.finditer(self.text, near, start) if m.end() == start), None)
        if bracket is None or bracket.start() not in self._by_end:
            return None
        return *self._by_end[bracket.start()], bracket.start()

    def gather(self, guess: Guess) -> list[str]:
        """Give the evidence of the article for and against a guess."""
        form, start, end = guess.form, guess.start, guess.end
        found = ["again.person"] if form in self.persons else []
        places = self._places_of(form)
        found += of_others(places, start) if len(places) > 1 else _NONE
        found += self._of_other_forms(form)
        if guess.parts[1].cut or guess.parts[2].cut:
            found = [_CUT.get(item, item) for item in found]
        following, previous = self.text[end : end + 1], self.text[start - 1 : start]
        found += self._in_list(start, previous, end, following)
        if previous in _BRACKET_ENDS and (taught := self._before_bracket(start)):
            found += _beside("taught", taught[1:3])
        column = column_of(self.folded, start, end)
        if column is not None:
            found += self._columns.tell(column, start)
        if start in self._by_end:
            found += _beside("maker", self._by_end[start][1:])
        if previous in _OWNING:
            found += self._owned(start)
        if end in self._by_start:
            found += _beside("owner", self._by_start[end])
        elif following in _OWNER:
            found += _beside("owner", self._by_start.get(end + 1))
        return found

    def _of_other_forms(self, form: str) -> Iterator[str]:
        """Say what the names make of a guess that it may shorten or abbreviate, or of which it may be another version."""
        if form in self._short:
            yield from self._of_short(form)
        if form in self._abbreviations:
            yield f"abbr.org.{self._abbreviations[form]}"
        if self._versions and form[-1] in _VERSION_ENDS:
            versions = self._versions.get(stem_of(form), {})
            others = [sure for other, sure in versions.items() if other != form]
            if others:
                yield f"sibling.product.{min(others)}"

    def _in_list(self, start: int, previous: str, end: int, following: str) -> Iterator[str]:
        """Say what the names beside a guess in a list or in rows make of it."""
        if following in _JOINING:
            after = _LISTED.match(self.text, end)
            if after is not None:
                yield from _beside(
                    "comma" if following in _COMMAS else "listed", self._by_start.get(after.end())
                )
        elif following == "\n":
            row = _ROW.match(self.text, end)
            if row is not None:
                yield from _beside("row", self._by_start.get(row.end()))
        if previous in _JOINING:
            yield from self._listed_before(start)
        if previous in _NUMBERING:
            row = _ROW_BEFORE.search(self.text, max(start - 6, 0), start)
            if row is not None and row.start() in self._by_end:
                yield from _beside("row", self._by_end[row.start()][1:])

    def _of_short(self, form: str) -> list[str]:
        """Say what a short form makes of a guess."""
        found = self._short_evidence.get(form)
        if found is None:
            label, sure, full = self._short[form]
            known = len(form) == 1 or self._lexicon.has_word(form)
            found = [f"short.{label}.{sure}", f"short.{label}.{'word' if known else 'odd'}"]
            if self.text.count(form) > self.text.count(full):
                found.append(f"short.{label}.alone")
            self._short_evidence[form] = found
        return found

    def _listed_before(self, start: int) -> Sequence[str]:
        """Say what the name before a guess in a list makes of it."""
        for width in (1, 2, 3):
            if start - width in self._by_end and _LISTED.fullmatch(self.text, start - width, start):
                relation = "comma" if self.text[start - width] in _COMMAS else "listed"
                return _beside(relation, self._by_end[start - width][1:])
        return ()

    def _owned(self, start: int) -> Iterator[str]:
        """Say what the name that a guess belongs to makes of it."""
        for opening in _OWNED:
            at = start - len(opening)
            if at in self._by_end and self.text.startswith(opening, at):
                yield from _beside("maker", self._by_end[at][1:])


def _beside(relation: str, chances: tuple[float, float] | None) -> Sequence[str]:
    """Say what a name beside a guess makes of it, where there is one."""
    if chances is None:
        return ()
    org, product = chances
    if org >= LIKELY:
        return _BESIDE[relation, "org", org >= CERTAIN]
    return _BESIDE[relation, "product", product >= CERTAIN] if product >= LIKELY else ()
