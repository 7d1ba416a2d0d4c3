"""What memory costs a process: the most it has held, and how often it looks for garbage."""

import ctypes
import gc
import re
import resource
from contextlib import suppress
from pathlib import Path

COLLECTION = (100_000, 20, 20)
"""Objects made between two searches for garbage: Python's 700 cost a tenth of a run, and nothing here is in circles for long."""
_PEAK = re.compile(r"^VmHWM:\s*(\d+) kB", re.M)


def peak_memory() -> int:
    """Give the most that this process has held, in kilobytes.

    Linux counts to a process, in ``ru_maxrss``, what the one that started it held then; the peak of its own memory stands in ``/proc``.

    >>> 10_000 < peak_memory() < 10_000_000
    True
    """
    try:
        peak = _PEAK.search(Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        peak = None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if peak is None else int(peak[1])


def collect_rarely() -> None:
    """Have this process look for garbage as rarely as extraction needs."""
    gc.set_threshold(*COLLECTION)


def take_as_old() -> None:
    """Have the collector take all that exists now for old, unseen: what was just made by the hundred thousand is here to stay.

    >>> take_as_old()
    >>> gc.get_count()[0] < 1_000
    True
    """
    gc.freeze()
    gc.unfreeze()


def leave_to_the_end() -> None:
    """Have the collector not look at what exists now when the process ends: that took it longer than a short article."""
    gc.freeze()


def keep_for_good() -> None:
    """Have the collector never look again at what exists now; in a process that forks, its pages stay shared."""
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Give memory that nothing holds any more back to the system; it takes a tenth of a second where a pipeline was let go.

    The C library keeps what was freed for its own use, and neither Python's objects nor the pages of a library can go there.
    """
    gc.collect()
    with suppress(AttributeError):  # glibc alone has it
        ctypes.CDLL(None).malloc_trim(0)
