"""A snapshot in the place of the last one, at once: a reader sees the dataset of one run or of another, never of both.

The files of a dataset stand in a folder of its run. ``current`` is a link to the folder of the last run, and what readers open are links
through it; changing the one link changes all files. Where links cannot be made, files are renamed into place one by one, ``run.json`` last.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from medai_extract.batch.store import FOLDER, Store, sync_folder
from medai_extract.writers import FORMATS, SCHEMAS

CURRENT = "current"
RUN_FILE = "run.json"
KEPT_FOLDERS = 2
"""Readers that have opened some files of the last snapshot will find the others until the next run but one."""


def snapshot_folder(store: Store, run: int) -> Path:
    """Give the folder of a run's files."""
    return store.path / "snapshots" / f"{run:06}"


def make_folder(store: Store, run: int) -> Path:
    """Make the folder of a run's files, empty."""
    folder = snapshot_folder(store, run)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def current_folder(store: Store) -> Path | None:
    """Give the folder of the files that readers see, if a run was published."""
    run = last_run(store)
    return None if run is None else snapshot_folder(store, run)


def last_run(store: Store) -> int | None:
    """Give the number of the last run that published something."""
    row = store.connection.execute("SELECT max(id) FROM run").fetchone()
    return None if row[0] is None else int(row[0])


def is_published(store: Store, formats: Iterable[str]) -> bool:
    """Say whether readers find the files of the last run under their names."""
    folder = current_folder(store)
    if folder is None:
        return False
    return all(
        (store.out / name).exists() and os.path.samefile(store.out / name, folder / name)  # noqa: PTH121
        for name in file_names(formats)
        if (folder / name).exists()
    )


def is_own(store: Store, name: str) -> bool:
    """Say whether what stands under the name of a file of a dataset was left there by a run."""
    path = store.out / name
    if path.is_symlink():
        return _links_to(path, Path(FOLDER) / CURRENT / name)
    folders = (store.path / "snapshots").glob("[0-9]*")
    return path.exists() and any((folder / name).exists() for folder in folders)


def file_names(formats: Iterable[str]) -> list[str]:
    """Give the names of the files of a dataset, the one that is put in place last at the end."""
    return [*(f"{table}.{form}" for table in SCHEMAS for form in formats), RUN_FILE]


def switch(store: Store) -> None:
    """Let readers see the files of the last run that the store knows; it may have ended before it could."""
    folder = current_folder(store)
    if folder is None or not folder.is_dir():
        return
    names = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    names.sort(key=lambda name: (name == RUN_FILE, name))
    if _can_link(store.path):
        _replace_link(store.path / CURRENT, folder.relative_to(store.path))
        for name in names:
            target = Path(FOLDER) / CURRENT / name
            if not _links_to(store.out / name, target):
                _replace_link(store.out / name, target)
    else:
        for name in names:
            _replace_file(store.out / name, folder / name)
    for table in SCHEMAS:
        for form in FORMATS:
            # A table of a format that this run does not write would tell of an older run; one that no run wrote is the user's.
            if (name := f"{table}.{form}") not in names and is_own(store, name):
                (store.out / name).unlink()
    sync_folder(store.out)
    remove_folders(store)


def remove_folders(store: Store) -> None:
    """Remove the files of older runs, and of runs that did not come to their end; the store can make them again."""
    last = last_run(store) or 0
    folders = sorted((store.path / "snapshots").glob("[0-9]*"))
    older = [folder for folder in folders if int(folder.name) < last]
    partial = [folder for folder in folders if int(folder.name) > last]
    for folder in (*older[: len(older) - KEPT_FOLDERS + 1], *partial):
        shutil.rmtree(folder, ignore_errors=True)


def _can_link(folder: Path) -> bool:
    probe = folder / ".link"
    probe.unlink(missing_ok=True)
    try:
        probe.symlink_to(FOLDER)
    except (OSError, NotImplementedError):
        return False
    probe.unlink()
    return True


def _links_to(path: Path, target: Path) -> bool:
    return path.is_symlink() and path.readlink() == target


def _replace_link(path: Path, target: Path) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    partial.symlink_to(target)
    partial.replace(path)


def _replace_file(path: Path, source: Path) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        partial.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, partial)
    partial.replace(path)
