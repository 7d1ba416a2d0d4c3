"""Which articles a change of the name lists can touch; all others would come out as they are.

Lists find a name where it stands in the text, give an entity to what rules found under that name, and say of an entity that it is an
organisation or who makes it. So a changed row touches the articles whose text holds its name, and those that speak of its entity.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from daachorse import CharwiseDoubleArrayAhoCorasick

from medai_extract.batch.results import Scanned
from medai_extract.patterns import NameRow

SEPARATOR = "\0"
"""Between texts that are searched together; no name holds it."""


class Change(NamedTuple):
    """What differs between two states of the name lists: names, folded, and entities."""

    names: frozenset[str]
    entities: frozenset[str]


class Folder:
    r"""Folds texts as names are compared, with every run of white space as one space.

    >>> Folder({ord("Ａ"): ord("a"), ord("A"): ord("a")}).fold("Ａ\u3000\n A股")
    'a a股'
    """

    def __init__(self, folding: Mapping[int, int]) -> None:
        self._table = np.arange(sys.maxunicode + 1, dtype="<u4")
        self._table[list(folding)] = list(folding.values())
        spaces = [code for code in range(0x3001) if chr(code).isspace()]
        self._table[spaces] = ord(" ")

    def fold(self, text: str) -> str:
        """Give the folded text."""
        codes = self._table[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")]
        is_space = codes == ord(" ")
        repeated = is_space[1:] & is_space[:-1]
        if repeated.any():
            codes = codes[np.concatenate(([True], ~repeated))]
        folded: str = codes.tobytes().decode("utf-32-le", "surrogatepass")
        return folded


def find_change(old: Sequence[NameRow], new: Sequence[NameRow], folder: Folder) -> Change:
    """Give what differs between two states of the name lists, in anything but the notes.

    >>> row = NameRow("ORG", "infervision", "推想医疗", "zh", "canonical", "word", (), None, None, "")
    >>> find_change([row], [row._replace(note="Beijing")], Folder({}))
    Change(names=frozenset(), entities=frozenset())
    >>> sorted(find_change([row], [row, row._replace(name="推想")], Folder({})).names)
    ['推想']
    """
    before, after = _by_name(old, folder), _by_name(new, folder)
    differing = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    entities = {str(row[1]) for name in differing for row in (*before.get(name, ()), *after.get(name, ()))}
    kinds_before, kinds_after = _kinds(old), _kinds(new)
    entities |= {
        entity
        for entity in kinds_before.keys() | kinds_after.keys()
        if kinds_before.get(entity) != kinds_after.get(entity)
    }
    return Change(frozenset(differing), frozenset(entities))


def _by_name(rows: Sequence[NameRow], folder: Folder) -> dict[str, list[tuple[object, ...]]]:
    """Give of every folded name the rows that bear it, in their order, as matching and linking read them."""
    folded = folder.fold(SEPARATOR.join(row.name for row in rows)).split(SEPARATOR)
    named: dict[str, list[tuple[object, ...]]] = {}
    for name, row in zip(folded, rows, strict=True) if rows else ():
        named.setdefault(name, []).append((row.label, row.entity_id, row.name, row.boundary, row.context))
    return named


def _kinds(rows: Iterable[NameRow]) -> dict[str, list[tuple[str, str | None]]]:
    """Give of every entity what relations ask of it: its labels and makers, in the order of the rows."""
    kinds: dict[str, list[tuple[str, str | None]]] = {}
    for row in rows:
        known = kinds.setdefault(row.entity_id, [])
        if (row.label, row.maker_id) not in known:
            known.append((row.label, row.maker_id))
    return kinds


class Search:
    """Looks for a change in the scans of parts."""

    def __init__(self, change: Change, folder: Folder) -> None:
        self._folder = folder
        self._entities = change.entities
        self._automaton = CharwiseDoubleArrayAhoCorasick(sorted(change.names)) if change.names else None

    def find(self, scanned: Sequence[Scanned]) -> list[int]:
        """Give the places of the articles that the change can touch.

        >>> search = Search(Change(frozenset(["推想"]), frozenset(["ant-group"])), Folder({}))
        >>> search.find([Scanned("推想医疗", []), Scanned("OpenAI", []), Scanned("Ant", ["ant-group"])])
        [0, 2]
        """
        touched = {place for place, one in enumerate(scanned) if not self._entities.isdisjoint(one.entities)}
        if self._automaton is not None:
            text = self._folder.fold(SEPARATOR.join(one.text for one in scanned))
            starts = [0]
            while (at := text.find(SEPARATOR, starts[-1])) >= 0:
                starts.append(at + 1)
            hits = [start for start, _, _ in self._automaton.find(text)]
            touched.update(np.searchsorted(starts, hits, side="right") - 1)
        return sorted(map(int, touched))
