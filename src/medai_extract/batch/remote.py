"""An output folder in another storage: a working copy on this machine, brought up to date, worked on and sent back.

What is sent first is what nobody reads yet (parts, the manifest and the files of the run, all under names of their own); one small
object, ``HEAD.json``, then says that they are there, which makes the new state hold at once. The tables under their plain names
follow, ``run.json`` last, for readers that know no ``HEAD.json``. The copy stays, so that only what is new travels, and so
that a run which was killed goes on from what it had done.
"""

import hashlib
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import msgspec

from medai_extract.batch.publish import CURRENT, RUN_FILE
from medai_extract.batch.store import FOLDER
from medai_extract.decisions import FILE
from medai_extract.errors import MedaiExtractError, OutputError
from medai_extract.ingest.remote import is_remote, open_storage

MANIFEST = "manifest.sqlite"
HEAD = "HEAD.json"
LEASE = "lease.json"
LEASE_SECONDS = 300.0
"""A run that has not renewed its lease for so long is dead, and another may begin."""


class Head(msgspec.Struct, frozen=True):
    """Which state of a remote dataset holds: its number, and the folder of its last run (none before the first)."""

    generation: int = 0
    snapshot: str | None = None


class Lease(msgspec.Struct, frozen=True):
    """Who writes a remote dataset, and until when (seconds since 1970) if it is not renewed."""

    holder: str
    until: float


def open_out(out: str, *, write: bool) -> AbstractContextManager[Path]:
    """Give the folder of an output: itself, or the working copy of a remote one (``working_copy``)."""
    return working_copy(out, write=write) if is_remote(out) else nullcontext(Path(out))


@contextmanager
def working_copy(url: str, *, write: bool) -> Iterator[Path]:
    """Give a local folder with the dataset at ``url``; with ``write``, what was done there is sent back at the end.

    Raises:
        OutputError: the storage cannot be reached or written, or another run holds the lease.
    """
    try:
        filesystem, root = open_storage(url)
        local = _cache_folder() / hashlib.sha256(url.rstrip("/").encode()).hexdigest()[:16]
        local.mkdir(parents=True, exist_ok=True)
        if not write:
            _pull(filesystem, root, local)
            yield local
            return
        with _hold_lease(filesystem, root, url):
            head = _pull(filesystem, root, local)
            try:
                yield local
            finally:
                # What a failed run has finished is worth keeping too; it holds nothing half done.
                _push(filesystem, root, local, head)
    except MedaiExtractError:
        raise
    except Exception as error:  # each storage has exceptions of its own
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise OutputError(
            f"{url}: cannot be reached or written: {told}; check its name and your keys"
        ) from error


def _cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "medai-extract" / "outputs"


def _read_head(filesystem: Any, root: str) -> Head:
    filesystem.invalidate_cache()
    try:
        return msgspec.json.decode(filesystem.cat_file(f"{root}/{FOLDER}/{HEAD}"), type=Head)
    except FileNotFoundError:
        return Head()


def _pull(filesystem: Any, root: str, local: Path) -> Head:
    """Bring what the copy lacks; a copy of the same generation may be ahead by what a killed run had done, and stays."""
    head = _read_head(filesystem, root)
    # Reviewers decide at any time, whatever generation the dataset is.
    for decisions in filesystem.glob(f"{root}/{FILE}"):
        _get(filesystem, decisions, local / FILE)
    store = local / FOLDER
    known = store / HEAD
    own = msgspec.json.decode(known.read_bytes(), type=Head) if known.exists() else Head()
    if head == own and (store / MANIFEST).exists():
        return head
    known.unlink(missing_ok=True)
    if not head.generation:
        shutil.rmtree(store, ignore_errors=True)
        return head
    for path in store.glob(f"{MANIFEST}*"):
        path.unlink()
    # A run of the same number may have been another one here.
    shutil.rmtree(store / "snapshots", ignore_errors=True)
    (store / "parts").mkdir(parents=True, exist_ok=True)
    _get(filesystem, f"{root}/{FOLDER}/manifests/{head.generation:06}.sqlite", store / MANIFEST)
    with closing(sqlite3.connect(store / MANIFEST)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM part")]
    for name in names:
        if not (path := store / "parts" / name[:2] / name).exists():
            _get(filesystem, f"{root}/{FOLDER}/parts/{name[:2]}/{name}", path)
    if head.snapshot is not None:
        folder = store / head.snapshot
        for one in filesystem.find(f"{root}/{FOLDER}/{head.snapshot}"):
            if not (path := folder / one.rsplit("/", 1)[1]).exists():
                _get(filesystem, one, path)
        _link(local, folder)
    known.write_bytes(msgspec.json.encode(head))
    return head


def _get(filesystem: Any, path: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    filesystem.get_file(path, str(partial))
    partial.replace(target)


def _link(local: Path, folder: Path) -> None:
    """Let the files of a brought snapshot be seen as a run leaves them."""
    for link, target in (
        (local / FOLDER / CURRENT, folder.relative_to(local / FOLDER)),
        *((local / path.name, Path(FOLDER) / CURRENT / path.name) for path in folder.glob("[!.]*")),
    ):
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def _push(filesystem: Any, root: str, local: Path, head: Head) -> None:
    """Send what is new, then say that it holds."""
    store = local / FOLDER
    if not (store / MANIFEST).exists():
        return
    generation = head.generation + 1
    packed = store / "manifest.sending"
    packed.unlink(missing_ok=True)
    with closing(sqlite3.connect(store / MANIFEST)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM part")}
        connection.execute("VACUUM INTO ?", (str(packed),))
    there = {one.rsplit("/", 1)[1] for one in filesystem.find(f"{root}/{FOLDER}/parts")}
    for name in sorted(names - there):
        filesystem.put_file(
            str(store / "parts" / name[:2] / name), f"{root}/{FOLDER}/parts/{name[:2]}/{name}"
        )
    current = store / CURRENT
    snapshot = current.resolve().relative_to(store.resolve()).as_posix() if current.exists() else None
    files = sorted(current.iterdir(), key=lambda path: (path.name == RUN_FILE, path.name)) if snapshot else []
    if snapshot != head.snapshot:
        for path in files:
            filesystem.put_file(str(path), f"{root}/{FOLDER}/{snapshot}/{path.name}")
    filesystem.put_file(str(packed), f"{root}/{FOLDER}/manifests/{generation:06}.sqlite")
    packed.unlink()
    now = Head(generation, snapshot)
    filesystem.pipe_file(f"{root}/{FOLDER}/{HEAD}", msgspec.json.encode(now))
    (store / HEAD).write_bytes(msgspec.json.encode(now))
    if snapshot != head.snapshot:
        for path in files:
            if (local / path.name).exists():
                filesystem.put_file(str(path), f"{root}/{path.name}")
    _remove_old(filesystem, root, there - names, now, head)


def _remove_old(filesystem: Any, root: str, parts: set[str], now: Head, before: Head) -> None:
    """Remove what no state needs any more; the state before the last one stays for readers that are at it."""
    paths = [f"{root}/{FOLDER}/parts/{name[:2]}/{name}" for name in sorted(parts)]
    filesystem.invalidate_cache()
    manifests = filesystem.find(f"{root}/{FOLDER}/manifests")
    paths += [one for one in manifests if int(Path(one).stem) < now.generation - 1]
    kept = {f"{root}/{FOLDER}/{snapshot}" for snapshot in (now.snapshot, before.snapshot)}
    snapshots = filesystem.find(f"{root}/{FOLDER}/snapshots")
    paths += [one for one in snapshots if one.rsplit("/", 1)[0] not in kept]
    for path in paths:
        with suppress(FileNotFoundError):
            filesystem.rm_file(path)


@contextmanager
def _hold_lease(filesystem: Any, root: str, url: str) -> Iterator[None]:
    """Hold the lease of a remote dataset and renew it until the work is done.

    A storage without exclusive creation lets two runs that begin in the same second pass; the later ``HEAD.json`` then holds, whole.
    """
    path = f"{root}/{FOLDER}/{LEASE}"
    holder = f"process {os.getpid()} on {os.uname().nodename}"
    filesystem.invalidate_cache()
    with suppress(FileNotFoundError):
        lease = msgspec.json.decode(filesystem.cat_file(path), type=Lease)
        if lease.until > time.time():
            raise OutputError(
                f"{url}: {lease.holder} is writing it; wait for its end"
                f" ({LEASE_SECONDS / 60:.0f} minutes after it has died), or choose another --out"
            )
        filesystem.rm_file(path)
    try:
        filesystem.pipe_file(path, _lease(holder), mode="create")
    except FileExistsError as error:
        raise OutputError(f"{url}: another run has just begun to write it; wait for its end") from error
    except TypeError:  # the storage knows no exclusive creation
        filesystem.pipe_file(path, _lease(holder))
    done = threading.Event()

    def renew() -> None:
        while not done.wait(LEASE_SECONDS / 5):
            with suppress(Exception):
                filesystem.pipe_file(path, _lease(holder))

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        with suppress(FileNotFoundError):
            filesystem.rm_file(path)


def _lease(holder: str) -> bytes:
    return msgspec.json.encode(Lease(holder, time.time() + LEASE_SECONDS))
