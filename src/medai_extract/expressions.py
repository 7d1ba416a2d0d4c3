"""Regular expressions as the code that they were compiled to.

Python compiles the expressions of a program anew whenever it starts: those of our modules took a tenth of what a short article
takes. A run has them compiled once, in a file beside the compiled pipeline.
"""

import _sre  # type: ignore[import-not-found]
import hashlib
import marshal
import re
import sys
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from re import _compiler as sre_compile  # type: ignore[attr-defined]
from re import _parser as sre_parse  # type: ignore[attr-defined]
from typing import Any

from medai_extract.cache import cache_folder, read_kept, write_kept

Dumped = tuple[str | bytes, int, bytes, int, dict[str, int]]
"""An expression and its flags, its code, the number of its groups and their names."""


def dump_expression(expression: re.Pattern[Any]) -> Dumped:
    """Give a compiled expression as values that can be written."""
    code = sre_compile._code(sre_parse.parse(expression.pattern, expression.flags), expression.flags)
    return (
        expression.pattern,
        expression.flags,
        array("I", code).tobytes(),
        expression.groups,
        dict(expression.groupindex),
    )


def load_expression(
    pattern: str | bytes, flags: int, code: bytes, groups: int, groupindex: dict[str, int]
) -> re.Pattern[Any]:
    """Give the compiled expression again; the system of ``re`` checks the code.

    >>> load_expression(*dump_expression(re.compile("(?P<day>[0-9]+)日"))).search("3月16日")["day"]
    '16'
    """
    names: list[str | None] = [None] * (groups + 1)
    for name, number in groupindex.items():
        names[number] = name
    loaded: re.Pattern[Any] = _sre.compile(
        pattern, flags, array("I", code).tolist(), groups, groupindex, tuple(names)
    )
    return loaded


def keep_expressions() -> None:
    """Keep the expressions of the package's modules that this process has imported.

    Raises:
        OSError: they cannot be written.
    """
    modules = [module for name, module in sys.modules.items() if name.startswith("medai_extract.")]
    found = {found for module in modules for found in _find_expressions(vars(module))}
    write_kept(_find_file(), marshal.dumps([*map(dump_expression, found)]))


def recall_expressions() -> None:
    """Have ``re.compile`` know the expressions that are kept; called before the modules that have them are imported."""
    known = getattr(re, "_cache", None)
    if known is None:  # a Python that keeps them elsewhere compiles them anew
        return
    for dumped in read_kept(_find_file(), marshal.load) or ():
        loaded = load_expression(*dumped)
        # ``re`` knows an expression by the flags that were asked for; that of text is its own.
        flags = loaded.flags if isinstance(loaded.pattern, bytes) else loaded.flags & ~re.UNICODE
        known[type(loaded.pattern), loaded.pattern, int(flags)] = loaded


def _find_file() -> Path:
    python = hashlib.sha256(f"{sys.implementation.cache_tag} {sys.version}".encode()).hexdigest()[:32]
    return cache_folder() / f"{python}.expressions"


def _find_expressions(found: object, depth: int = 2) -> Iterator[re.Pattern[Any]]:
    """Give the expressions in a value and in what it holds."""
    if isinstance(found, type):
        found = vars(found)
    if isinstance(found, re.Pattern):
        yield found
    elif depth and isinstance(found, Mapping | list | tuple | set | frozenset):
        for inner in tuple(found.values() if isinstance(found, Mapping) else found):
            yield from _find_expressions(inner, depth - 1)
