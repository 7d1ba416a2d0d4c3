"""Mentions to entities: one id for all names of one thing.

Hits of the lists bring their id. What rules found is looked up in the lists too (a context that was not there keeps a list from
*finding* a name, not from knowing it); names that fold alike, or that a rule says are one (``same_as``), are one entity; a
new entity's id is made from its name. Nothing is merged on doubt: a wrong merge is worse than a missed one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec.structs import replace

from medai_extract.link.short_names import ShortNames
from medai_extract.model import Candidate, Label
from medai_extract.normalise.names import make_slug
from medai_extract.patterns import Patterns

_REMEMBERED = 1_024
"""How many names are remembered as they were read."""

_Key = tuple[Label, str]
_Read = tuple[_Key, str | None]
"""A name in the form in which names are compared, and the entity of the lists that bears it."""


class Linker:
    """What is known of names: the entities of the lists, and legal forms that do not tell names apart.

    Args:
        patterns: name lists (none of them where names are switched off) and ``org.legal_forms``.
        folding: the ``str.translate`` table of ``normalise.names.make_folding``.
        names: whether the lists may be looked at.
    """

    def __init__(self, patterns: Patterns, folding: Mapping[int, int], *, names: bool = True) -> None:
        self._folding = folding
        self._known: dict[Label, dict[str, str | None]] = {"ORG": {}, "PRODUCT": {}}
        for row in patterns.names if names else ():
            known, folded = self._known[row.label], row.name.translate(folding)
            # Most names are folded as they are; they need not be held twice.
            name = row.name if folded == row.name else folded
            if known.setdefault(name, row.entity_id) != row.entity_id:
                known[name] = None
        forms = sorted(
            (form.translate(folding) for form in patterns.table("org.legal_forms")), key=len, reverse=True
        )
        self._legal_ends = tuple(forms)
        self._legal_form = re.compile(
            rf"(?:,?\s+|(?<=[\u4e00-\u9fff）)]))(?:{'|'.join(map(re.escape, forms))})$"
        )
        self._read = lru_cache(_REMEMBERED)(self._read_name)
        self._short_names = ShortNames(patterns, folding)

    def link(self, text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Give the candidates with ``entity_id`` set on every ORG and PRODUCT."""
        named = [candidate for candidate in candidates if candidate.value is None]
        read = [self._read(candidate.label, text[candidate.start : candidate.end]) for candidate in named]
        taught = [
            (key, self._read(candidate.label, candidate.same_as)[0])
            for candidate, (key, _) in zip(named, read, strict=True)
            if candidate.same_as is not None
        ]
        group_of = _group([*taught, *self._shorten(named, read)])
        new = {
            group_of.get(key, key)
            for candidate, (key, listed) in zip(named, read, strict=True)
            if candidate.entity_id is None and listed is None
        }
        ids = _name_groups(new, group_of, named, read) if new else {}
        of_named = iter(read)
        return [
            candidate if candidate.value is not None else _give(candidate, next(of_named), group_of, ids)
            for candidate in candidates
        ]

    def _shorten(self, named: Sequence[Candidate], read: Sequence[_Read]) -> Iterator[tuple[_Key, _Key]]:
        """Give the names that are short for others of the article, and those."""
        names: dict[Label, set[str]] = {"ORG": set(), "PRODUCT": set()}
        listed: dict[Label, set[str]] = {"ORG": set(), "PRODUCT": set()}
        for candidate, ((label, name), known) in zip(named, read, strict=True):
            names[label].add(name)
            if known is not None or candidate.entity_id is not None:
                listed[label].add(name)
        for label, of_label in names.items():
            for short, full in self._short_names.find(label, of_label, listed[label], names["ORG"]):
                yield (label, short), (label, full)

    def fold(self, name: str) -> str:
        """Give the form in which names are compared: folded, without a legal form at the end.

        >>> from medai_extract.patterns import load_patterns
        >>> linker = Linker(load_patterns(), {ord("T"): ord("t"), ord("I"): ord("i")})
        >>> linker.fold("Tempus, Inc."), linker.fold("鑫君特医疗器械有限公司")
        ('tempus', '鑫君特医疗器械')
        """
        folded = " ".join(name.translate(self._folding).split())
        if not folded.endswith(self._legal_ends):
            return folded
        return self._legal_form.sub("", folded) or folded

    def _read_name(self, label: Label, name: str) -> _Read:
        folded = self.fold(name)
        return (label, folded), self._look_up(label, folded)

    def _look_up(self, label: Label, name: str) -> str | None:
        """Give the one entity that bears a name; a generic word at the end of a product's name may be missing in the lists."""
        of_label = self._known[label]
        known = of_label.get(name)
        if known is None and name.endswith("app"):
            known = of_label.get(name.removesuffix(" app")) or of_label.get(name.removesuffix("app"))
        return known


def _give(
    candidate: Candidate, read: _Read, group_of: Mapping[_Key, _Key], ids: Mapping[_Key, str]
) -> Candidate:
    if candidate.entity_id is not None:
        return candidate
    key, listed = read
    return replace(candidate, entity_id=listed or ids[group_of.get(key, key)])


def _name_groups(
    groups: Iterable[_Key], group_of: Mapping[_Key, _Key], named: Sequence[Candidate], read: Sequence[_Read]
) -> dict[_Key, str]:
    """Give the id of each group: what its members mostly have, else one made of its commonest name."""
    names: dict[_Key, list[str]] = {group: [] for group in groups}
    given: dict[_Key, list[str]] = {}
    for candidate, (key, listed) in zip(named, read, strict=True):
        group = group_of.get(key, key)
        if group in names:
            names[group].append(key[1])
            entity_id = candidate.entity_id or listed
            if entity_id is not None:
                given.setdefault(group, []).append(entity_id)
    return {
        group: _most(given[group]) if group in given else make_slug(_most(members))
        for group, members in names.items()
    }


def _group(taught: Iterable[tuple[_Key, _Key]]) -> dict[_Key, _Key]:
    """Give the group of each name that was taught to be the same as another."""
    parent: dict[_Key, _Key] = {}

    def root(key: _Key) -> _Key:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for key, other in taught:
        parent[root(key)] = root(other)
    return {key: root(key) for key in parent}


def _most(seen: Sequence[str]) -> str:
    """Give what was seen most often, of equals the longest, so that the order of mentions changes nothing.

    >>> _most(["tempus", "tempus ai", "tempus"]), _most(["b", "ab"])
    ('tempus', 'ab')
    """
    if len(seen) == 1:
        return seen[0]
    counts = Counter(seen)
    return min(counts, key=lambda name: (-counts[name], -len(name), name))
