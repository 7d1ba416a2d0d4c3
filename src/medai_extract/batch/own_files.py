"""The files of a dataset among the inputs of the run that writes it: ``run . --out outputs`` reads nothing that it wrote itself."""

import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from medai_extract.batch.publish import file_names, is_own
from medai_extract.batch.store import Store
from medai_extract.decisions import FILE
from medai_extract.errors import OutputError
from medai_extract.ingest.paths import STANDARD_INPUT
from medai_extract.writers import FORMATS


def leave_out_own(
    store: Store, paths: Sequence[str], files: Iterable[str], formats: Sequence[str]
) -> list[str]:
    """Give the inputs without what stands in the output folder; where a path leads there, without what runs and reviewers leave there.

    Args:
        store: that of the output folder.
        paths: as the user gave them.
        files: what they mean.
        formats: those of the tables that will be written.

    Raises:
        OutputError: an input would be overwritten.
    """
    out = store.out.resolve()

    @cache
    def is_inside(folder: str) -> bool:
        return Path(folder).resolve().is_relative_to(out)

    asked = any(Path(path).resolve().is_relative_to(out) for path in paths if _is_local(path))
    return [
        file
        for file in files
        if not _is_local(file)
        or not is_inside(os.path.dirname(file))  # noqa: PTH120 - of every input
        or (asked and not _is_left(store, out, Path(file), formats))
    ]


def _is_local(path: str) -> bool:
    return path != STANDARD_INPUT and "://" not in path


def _is_left(store: Store, out: Path, file: Path, formats: Sequence[str]) -> bool:
    """Say whether a file in the output folder is what a run or a reviewer left there."""
    if file.parent.resolve() != out:
        return False
    if file.name in file_names(FORMATS) and is_own(store, file.name):
        return True
    if file.name in file_names(formats):
        raise OutputError(
            f"{file}: is an input, and the run would write over it; choose another --out or another name"
        )
    return file.name.startswith(FILE)
