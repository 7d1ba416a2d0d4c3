"""The file of a desk: people's decisions for good, and beside them a copy of the dataset that is read again when a run replaces it."""

import json
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from medai_extract.dataset import find_table
from medai_extract.decisions import FILE
from medai_extract.errors import InputError, OutputError
from medai_extract.review.load import load_dataset

COPY = 6
"""The version of the tables that copy the dataset; where a file has another they are made again from the dataset."""
WAIT = 60.0
"""Seconds that one writer waits for another before it gives up; to read a large dataset again takes that long."""
ATTEMPTS = 5
"""How often the dataset is read again where a run replaces it meanwhile; the next request goes on."""
LOGGER = logging.getLogger(__name__)


class Store:
    """The SQLite file beside a dataset; one connection a thread, writers one after another.

    Args:
        out: the output folder of a finished run.

    Raises:
        InputError: the folder holds no dataset.
        OutputError: the file cannot be written.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.path = out / FILE
        self.stale = ""
        find_table(out, "mentions")
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._loading = threading.Lock()
        try:
            self.read.executescript(files("medai_extract.review").joinpath("log.sql").read_text("utf-8"))
            self.refresh()
        except sqlite3.Error as error:
            raise OutputError(
                f"{self.path}: cannot be written: {error}; free space or repair the file"
            ) from error

    @property
    def read(self) -> sqlite3.Connection:
        """Give this thread's connection; statements outside ``write`` see the last committed state."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # Each thread uses its own; that another may close it at the end is all that the check is off for.
            connection = sqlite3.connect(
                self.path, timeout=WAIT, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            # A decision that was answered is on the disk, whatever happens to the process or the machine.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -65536")
            self._local.connection = connection
            self._connections.append(connection)
        return connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that is committed whole or not at all; what it reads cannot change under it."""
        connection = self.read
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            # What could not be committed must not stay open: nobody could write through this connection any more.
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def refresh(self) -> bool:
        """Read the dataset again if a run has replaced it; decisions attach to what it holds now.

        Raises:
            InputError: the dataset cannot be read; the desk keeps what it had.
        """
        if self.get("dataset") == self._state():
            return False
        with self._loading:
            for _ in range(ATTEMPTS):
                state = self._state()
                if self.get("dataset") == state:
                    break
                with self.write() as connection:
                    load_dataset(connection, self.out)
                    connection.execute("INSERT OR REPLACE INTO meta VALUES ('dataset', ?)", (state,))
            self.read.execute("PRAGMA analysis_limit = 1000")
            self.read.execute("ANALYZE")
        return True

    def keep_fresh(self) -> None:
        """Read the dataset again if need be; where that fails go on with what there is, and say so in ``stale``."""
        try:
            self.refresh()
            self.stale = ""
        except InputError as error:
            if not self.stale:
                LOGGER.warning("%s; the desk shows the dataset as it was", error)
            self.stale = str(error)

    def get(self, key: str) -> str | None:
        """Give a value that the desk keeps about itself."""
        row = self.read.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else row["value"]

    def _state(self) -> str:
        """Tell one run from the next; ``run.json`` is the last file that a run puts in place."""
        paths = [find_table(self.out, "mentions"), self.out / "run.json"]
        stats = [path.stat() for path in paths if path.is_file()]
        return json.dumps([COPY, *([stat.st_size, stat.st_mtime_ns, stat.st_ino] for stat in stats)])

    def close(self) -> None:
        """Close all connections; the store is of no use afterwards."""
        while self._connections:
            self._connections.pop().close()
