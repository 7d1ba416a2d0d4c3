"""Paths as a user gives them to the files they mean."""

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path

from medai_extract.ingest.remote import find_remote, is_remote

IGNORE_FILE = ".medaiignore"
STANDARD_INPUT = "-"


def expand_paths(paths: Iterable[str]) -> list[str]:
    """Give the files that ``paths`` (files, folders, globs, ``-``) mean, each once, sorted.

    Folders are walked without hidden files and what their ``.medaiignore`` (in the syntax of ``.gitignore``)
    names; so are folders and globs of other storages (``s3://news/2025``). An address of the web stays as it is. A path that is not there stays in the list: reading it says why it cannot be read.
    """
    found: set[str] = set()
    for path in paths:
        if path == STANDARD_INPUT or "://" in path:
            found.update(find_remote(path) if is_remote(path) else [path])
        elif Path(path).is_dir():
            found.update(_walk(Path(path)))
        elif not Path(path).exists() and glob.has_magic(path):
            matches = glob.glob(path, recursive=True)  # noqa: PTH207 - a pattern may begin at the root
            for match in matches or [path]:
                found.update(_walk(Path(match)) if Path(match).is_dir() else [Path(match).as_posix()])
        else:
            found.add(Path(path).as_posix())
    return sorted(found)


def find_missing(paths: Iterable[str]) -> list[str]:
    """Give the files, folders and globs of this machine that are not there.

    >>> find_missing(["-", "https://example.com/", "/", "/no/such/file.txt", "/no/such/*.txt"])
    ['/no/such/file.txt', '/no/such/*.txt']
    """
    here = (path for path in paths if path != STANDARD_INPUT and "://" not in path)
    return [path for path in here if not Path(path).exists() and not glob.glob(path, recursive=True)]  # noqa: PTH207


def _walk(folder: Path) -> Iterator[str]:
    from pathspec import GitIgnoreSpec

    ignore = folder / IGNORE_FILE
    spec = GitIgnoreSpec.from_lines(
        ignore.read_text(encoding="utf-8").splitlines() if ignore.is_file() else ()
    )
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if not hidden and not path.is_dir() and not spec.match_file(_name(relative)):
            yield path.as_posix()


def _name(path: Path) -> str:
    """Give a path as text; a file name may hold bytes that are none."""
    return str(path).encode("utf-8", "replace").decode()
