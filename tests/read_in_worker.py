"""What the tests of engines have workers do."""

import os
import signal
import time
from collections.abc import Callable

from medai_extract.pipeline import Pipeline


def read(get_pipeline: Callable[[], Pipeline], task: tuple[str, float]) -> list[str]:
    """Give the mentions of a text after so many seconds; a negative number of them ends the worker."""
    text, seconds = task
    if seconds < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(seconds)
    return [mention.text for mention in get_pipeline()(text).mentions]


def tell_process(_: Callable[[], Pipeline], task: int) -> tuple[int, int]:
    """Give the task and the process that does it."""
    return task, os.getpid()
