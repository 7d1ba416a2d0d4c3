"""Mentions to entities: one id for all names of one thing.

Names of the lists bring their id. Other names of an article are one entity where they fold alike or where a rule says so
(``same_as``); a new entity's id is made from its name. Nothing is merged on doubt: a wrong merge is worse than a missed one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from medai_extract.model import Candidate
from medai_extract.normalise.names import make_slug


def link_candidates(
    text: str, candidates: Sequence[Candidate], folding: Mapping[int, int]
) -> list[Candidate]:
    """Give the candidates with ``entity_id`` set on every ORG and PRODUCT."""
    groups: dict[tuple[str, str], tuple[str, str]] = {}

    def root(key: tuple[str, str]) -> tuple[str, str]:
        while groups.setdefault(key, key) != key:
            key = groups[key]
        return key

    keys = [
        (candidate.label, text[candidate.start : candidate.end].translate(folding))
        for candidate in candidates
    ]
    for key, candidate in zip(keys, candidates, strict=True):
        if candidate.same_as is not None:
            groups[root(key)] = root((candidate.label, candidate.same_as.translate(folding)))
    given: dict[tuple[str, str], Counter[str]] = {}
    surfaces: dict[tuple[str, str], Counter[str]] = {}
    for key, candidate in zip(keys, candidates, strict=True):
        surfaces.setdefault(root(key), Counter())[key[1]] += 1
        if candidate.entity_id is not None:
            given.setdefault(root(key), Counter())[candidate.entity_id] += 1
    ids = {
        group: given[group].most_common(1)[0][0]
        if group in given
        else make_slug(_best_name(names))
        for group, names in surfaces.items()
    }
    return [
        candidate
        if candidate.label in ("MONEY", "DATE") or candidate.entity_id is not None
        else msgspec.structs.replace(candidate, entity_id=ids[root(key)])
        for key, candidate in zip(keys, candidates, strict=True)
    ]


def _best_name(surfaces: Counter[str]) -> str:
    """Give the form seen most often, of equals the longest."""
    return min(surfaces, key=lambda name: (-surfaces[name], -len(name), name))
