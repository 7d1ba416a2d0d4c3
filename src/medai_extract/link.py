"""Mentions to entities: one id for all names of one thing.

Hits of the lists bring their id. What rules found is looked up in the lists too (a context that was not there keeps a list from
*finding* a name, not from knowing it); names that fold alike, or that a rule says are one (``same_as``), are one entity; a
new entity's id is made from its name. Nothing is merged on doubt: a wrong merge is worse than a missed one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from medai_extract.model import Candidate, Label
from medai_extract.normalise.names import make_slug
from medai_extract.patterns import Patterns

_Key = tuple[Label, str]


class Linker:
    """What is known of names: the entities of the lists, and legal forms that do not tell names apart.

    Args:
        patterns: name lists (none of them where names are switched off) and ``org.legal_forms``.
        folding: the ``str.translate`` table of ``normalise.names.make_folding``.
        names: whether the lists may be looked at.
    """

    def __init__(self, patterns: Patterns, folding: Mapping[int, int], *, names: bool = True) -> None:
        self._folding = folding
        self._known: dict[_Key, set[str]] = {}
        for row in patterns.names if names else ():
            self._known.setdefault((row.label, row.name.translate(folding)), set()).add(row.entity_id)
        forms = sorted(
            (form.translate(folding) for form in patterns.table("org.legal_forms")), key=len, reverse=True
        )
        self._legal_form = re.compile(
            rf"(?:,?\s+|(?<=[\u4e00-\u9fff）)]))(?:{'|'.join(map(re.escape, forms))})$"
        )

    def link(self, text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Give the candidates with ``entity_id`` set on every ORG and PRODUCT."""
        folded: dict[str, str] = {}

        def fold(name: str) -> str:
            if name not in folded:
                folded[name] = self.fold(name)
            return folded[name]

        named = [candidate for candidate in candidates if candidate.value is None]
        keys = [(candidate.label, fold(text[candidate.start : candidate.end])) for candidate in named]
        taught = [
            (key, (candidate.label, fold(candidate.same_as)))
            for key, candidate in zip(keys, named, strict=True)
            if candidate.same_as is not None
        ]
        listed = {key: self._look_up(*key) for key in dict.fromkeys(keys)}
        group_of = _group(listed, taught)
        given: dict[_Key, Counter[str]] = {}
        surfaces: dict[_Key, Counter[str]] = {}
        for key, candidate in zip(keys, named, strict=True):
            group = group_of[key]
            surfaces.setdefault(group, Counter())[key[1]] += 1
            entity_id = candidate.entity_id or listed[key]
            if entity_id is not None:
                given.setdefault(group, Counter())[entity_id] += 1
        ids = {
            group: _most(given[group]) if group in given else make_slug(_most(names))
            for group, names in surfaces.items()
        }
        of_key = iter(keys)
        return [
            candidate
            if candidate.value is not None
            else self._give(candidate, listed, ids, group_of, next(of_key))
            for candidate in candidates
        ]

    @staticmethod
    def _give(
        candidate: Candidate,
        listed: Mapping[_Key, str | None],
        ids: Mapping[_Key, str],
        group_of: Mapping[_Key, _Key],
        key: _Key,
    ) -> Candidate:
        if candidate.entity_id is not None:
            return candidate
        return msgspec.structs.replace(candidate, entity_id=listed[key] or ids[group_of[key]])

    def fold(self, name: str) -> str:
        """Give the form in which names are compared: folded, without a legal form at the end.

        >>> from medai_extract.patterns import load_patterns
        >>> linker = Linker(load_patterns(), {ord("T"): ord("t"), ord("I"): ord("i")})
        >>> linker.fold("Tempus, Inc."), linker.fold("鑫君特医疗器械有限公司")
        ('tempus', '鑫君特医疗器械')
        """
        folded = " ".join(name.translate(self._folding).split())
        return self._legal_form.sub("", folded) or folded

    def _look_up(self, label: Label, name: str) -> str | None:
        """Give the one entity that bears a name; a generic word at the end of a product's name may be missing in the lists."""
        for form in (name, name.removesuffix(" app"), name.removesuffix("app")):
            known = self._known.get((label, form), ())
            if len(known) == 1:
                return next(iter(known))
        return None


def _group(keys: Iterable[_Key], taught: Iterable[tuple[_Key, _Key]]) -> dict[_Key, _Key]:
    """Give the group of each key, joined where a name was taught to be the same as another."""
    parent = {key: key for key in keys}

    def root(key: _Key) -> _Key:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for key, other in taught:
        parent[root(key)] = root(other)
    return {key: root(key) for key in parent}


def _most(counts: Counter[str]) -> str:
    """Give what was seen most often, of equals the longest, so that the order of mentions changes nothing."""
    return min(counts, key=lambda name: (-counts[name], -len(name), name))
