"""One run at a time writes an output folder."""

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from medai_extract.errors import OutputError

FILE = "lock"


@contextmanager
def hold_lock(store: Path) -> Iterator[None]:
    """Hold the lock of a store; it is let go with the process, however that ends.

    The system keeps the lock for this process alone (``lockf``), so that a worker which outlives a killed run
    does not hold it on.

    Raises:
        OutputError: another run holds it; the message says which.
    """
    path = store / FILE
    with path.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            with contextlib.suppress(OSError):
                stream.seek(0)
            holder = stream.read().strip() or "another run"
            raise OutputError(
                f"{store.parent}: {holder} is writing it; wait for its end or choose another --out"
            ) from error
        stream.truncate(0)
        started = datetime.now(UTC).isoformat(timespec="seconds")
        stream.write(f"process {os.getpid()} on {socket.gethostname()}, since {started}\n")
        stream.flush()
        yield
