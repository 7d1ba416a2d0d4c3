"""Paths as a user gives them to the files they mean."""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from medai_extract.errors import InputError
from medai_extract.ingest.remote import find_remote, is_remote

IGNORE_FILE = ".medaiignore"
STANDARD_INPUT = "-"


def expand_paths(paths: Iterable[str]) -> list[str]:
    """Give the files that ``paths`` (files, folders, globs, ``-``) mean, each once, sorted.

    Folders are walked without hidden files and what their ``.medaiignore`` (in the syntax of ``.gitignore``)
    names; so are folders and globs of other storages (``s3://news/2025``). An address of the web stays as it is. A path that is not there stays in the list: reading it says why it cannot be read.
    """
    return sorted({file for path in paths for file in _expand(path)})


def _expand(path: str) -> Iterator[str]:
    if path == STANDARD_INPUT or "://" in path:
        yield from find_remote(path) if is_remote(path) else [path]
    elif _is_folder(path):
        yield from _walk(Path(path))
    elif not is_there(path) and glob.has_magic(path):
        matches = glob.glob(path, recursive=True)  # noqa: PTH207 - a pattern may begin at the root
        for match in matches or [path]:
            yield from _walk(Path(match)) if _is_folder(match) else [Path(match).as_posix()]
    else:
        yield Path(path).as_posix()


def check_paths(paths: Sequence[str]) -> None:
    """Refuse paths of which none leads to a file, before anything is made for them.

    Raises:
        InputError: they are not there, or folders without files.
    """
    for path in paths:
        if path == STANDARD_INPUT or "://" in path or any(map(is_there, _expand(path))):
            return
    missing = len(find_missing(paths)) == len(paths)
    told = "(not there); mend the path" if missing else "(no files); give a folder with files"
    raise InputError(f"{' '.join(paths)}: nothing readable {told}")


def find_missing(paths: Iterable[str]) -> list[str]:
    """Give the files, folders and globs of this machine that are not there.

    >>> find_missing(["-", "https://example.com/", "/", "/no/such/file.txt", "/no/such/*.txt"])
    ['/no/such/file.txt', '/no/such/*.txt']
    """
    here = (path for path in paths if path != STANDARD_INPUT and "://" not in path)
    return [path for path in here if not is_there(path) and not glob.glob(path, recursive=True)]  # noqa: PTH207


def is_there(path: str | Path) -> bool:
    """Say whether there is something that may be asked for; of a name that no file can have, too.

    >>> is_there("/"), is_there("x" * 5_000)
    (True, False)
    """
    return os.path.exists(path)  # noqa: PTH110 - Path.exists fails where a name is too long or a folder closed


def _is_folder(path: str) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - as above


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
