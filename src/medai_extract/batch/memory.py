"""How much memory this process has held at most."""

import re
import resource
from pathlib import Path

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
