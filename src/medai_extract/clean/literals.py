"""Words that a text must hold for a regex to match: many rules need not be asked where one pass over the text finds none of theirs."""

from collections.abc import Iterable
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

_REPEATS = frozenset((_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT))
_NO_WIDTH = frozenset((_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT))
_MOST = 32
"""Words of a set that are still spelt out; beyond it the parts are looked at one by one."""

Sequence = Iterable[tuple[Any, Any]]


def find_literals(pattern: str) -> frozenset[str]:
    """Give words of which every match of a pattern holds at least one; none where there are no such words.

    Of several sets the one is given whose shortest word is longest.

    >>> sorted(find_literals("(?:责编|编辑) ?:.{2,8}")), sorted(find_literals("(?:see|read) (?:more)? .+"))
    (['编辑 :', '编辑:', '责编 :', '责编:'], ['read  ', 'read more ', 'see  ', 'see more '])
    >>> find_literals("[a-z]+")
    frozenset()
    """
    words = _best(_parser.parse(pattern))
    return words if _is_useful(words) else frozenset()


def longest_match(pattern: str) -> int:
    """Give the most code points that a match of a pattern may have.

    >>> longest_match("a{2,5}b?")
    6
    """
    return int(_parser.parse(pattern).getwidth()[1])


def _best(sequence: Sequence) -> frozenset[str]:
    """Give the best set among the runs of a sequence that can be spelt out and what stands between them."""
    found: list[frozenset[str]] = []
    run = frozenset([""])
    for kind, argument in sequence:
        spelt = _spell(kind, argument)
        if spelt is None or len(run) * len(spelt) > _MOST:
            found.append(run)
            run = spelt or frozenset([""])
        else:
            run = frozenset(before + after for before in run for after in spelt)
        if spelt is None or kind is _constants.ASSERT:
            found.append(_inside(kind, argument))
    return max([*found, run], key=_rank)


def _spell(kind: Any, argument: Any) -> frozenset[str] | None:
    """Give all that an element matches, where that is little."""
    if kind is _constants.LITERAL:
        return frozenset([chr(argument)])
    if kind in _NO_WIDTH:
        return frozenset([""])
    if kind is _constants.IN and all(one is _constants.LITERAL for one, _ in argument):
        return frozenset(chr(code) for _, code in argument)
    if kind is _constants.BRANCH:
        branches = [_spell_all(branch) for branch in argument[1]]
        words = frozenset(word for branch in branches for word in branch or ())
        return words if None not in branches and len(words) <= _MOST else None
    if kind is _constants.SUBPATTERN:
        return _spell_all(argument[3])
    if kind in _REPEATS and argument[1] == 1:
        once = _spell_all(argument[2])
        return once if once is None or argument[0] == 1 else once | {""}
    return None


def _spell_all(sequence: Sequence) -> frozenset[str] | None:
    words = frozenset([""])
    for kind, argument in sequence:
        spelt = _spell(kind, argument)
        if spelt is None or len(words) * len(spelt) > _MOST:
            return None
        words = frozenset(before + after for before in words for after in spelt)
    return words


def _inside(kind: Any, argument: Any) -> frozenset[str]:
    """Give the words that an element needs which cannot be spelt out."""
    if kind is _constants.BRANCH:
        branches = [_best(branch) for branch in argument[1]]
        return frozenset().union(*branches) if all(map(_is_useful, branches)) else frozenset()
    if kind is _constants.SUBPATTERN:
        return _best(argument[3])
    if (kind in _REPEATS and argument[0] > 0) or (kind is _constants.ASSERT and argument[0] > 0):
        return _best(argument[-1])
    return _best(argument) if kind is _constants.ATOMIC_GROUP else frozenset()


def _is_useful(words: frozenset[str]) -> bool:
    return _rank(words)[0] > 0


def _rank(words: frozenset[str]) -> tuple[int, int]:
    """Rank a set by its shortest word; a space or hyphen is in every text."""
    return min((len(word.strip(" -")) for word in words), default=0), -len(words)
