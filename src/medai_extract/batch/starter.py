"""A small process that starts the workers of a run.

It is forked before the run has read anything. So a worker begins with the compiled pipeline, which all of them share, and with nothing of
what the run itself holds by then: the list of its files, the memory and the threads of its libraries.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from multiprocessing.reduction import recv_handle, send_handle
from queue import SimpleQueue
from typing import Any

from medai_extract.memory import keep_for_good
from medai_extract.pipeline import GetPipeline

PR_SET_PDEATHSIG = 1


class Starter:
    """The process that starts workers, seen from the run.

    Raises:
        EOFError, OSError: of all methods but ``close``; the process is gone, and its workers with it.
    """

    def __init__(self, get_pipeline: GetPipeline) -> None:
        context = get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_start_workers, args=(theirs, self._pipe, get_pipeline))
        self._process.start()
        theirs.close()

    def prepare(self) -> None:
        """Have the pipeline ready; what making it raises is raised."""
        self._ask("prepare")

    def start(self) -> tuple[int, Connection]:
        """Start a worker; give its number and the pipe that takes its tasks and gives their results."""
        ours, theirs = get_context("fork").Pipe()
        with theirs:
            self._pipe.send(("start", None))
            send_handle(self._pipe, theirs.fileno(), self._process.pid)
        number: int = self._hear()
        return number, ours

    def end(self, number: int) -> None:
        """End a worker, whatever it is doing."""
        self._ask("end", number)

    def close(self) -> None:
        """End all workers and the process itself."""
        self._pipe.close()
        self._process.join()
        self._process.close()

    def _ask(self, what: str, of: int | None = None) -> None:
        self._pipe.send((what, of))
        self._hear()

    def _hear(self) -> Any:
        answer, error = self._pipe.recv()
        if error is not None:
            raise error
        return answer


def _start_workers(pipe: Connection, other: Connection, get_pipeline: GetPipeline) -> None:
    """Do what a run asks for until it is no more."""
    _follow_parent()
    other.close()
    workers: dict[int, ForkProcess] = {}
    with suppress(EOFError, OSError):
        while True:
            what, number = pipe.recv()
            answer: tuple[int | None, BaseException | None] = None, None
            if what == "prepare":
                try:
                    _have_compiled(get_pipeline)
                    get_pipeline()
                    keep_for_good()
                except Exception as error:
                    answer = None, error
            elif what == "start":
                with Connection(recv_handle(pipe)) as tasks:
                    worker = get_context("fork").Process(
                        target=_serve, args=(tasks, pipe, get_pipeline), daemon=True
                    )
                    worker.start()
                number = len(workers)
                workers[number] = worker
                answer = number, None
            else:
                _end(workers[number])
            pipe.send(answer)
    for worker in workers.values():
        _end(worker)


def _have_compiled(get_pipeline: GetPipeline) -> None:
    """Have the pipeline compiled by a process that ends: compiling leaves 40 MB of holes, and every worker would begin with them."""
    compiling = get_context("fork").Process(target=_try, args=(get_pipeline,))
    compiling.start()
    compiling.join()


def _try(get_pipeline: GetPipeline) -> None:
    # What is wrong is said where the pipeline is read.
    with suppress(Exception):
        get_pipeline()


def _end(worker: ForkProcess) -> None:
    worker.kill()
    worker.join()


def _serve(pipe: Connection, other: Connection, get_pipeline: GetPipeline) -> None:
    """Do the tasks that come through a pipe until it is closed, as it is when the run is no more."""
    _follow_parent()
    other.close()
    tasks: SimpleQueue[tuple[Callable[..., Any], Any]] = SimpleQueue()
    # The run must never wait to hand over a task while this process waits to hand over a result.
    threading.Thread(target=_receive, args=(pipe, tasks), daemon=True).start()
    while True:
        function, task = tasks.get()
        try:
            answer: tuple[Any, BaseException | None] = function(get_pipeline, task), None
        except MemoryError:
            # What it was at is tried again, alone, by a process that begins anew.
            os._exit(1)
        except Exception as error:
            answer = None, error
        with suppress(OSError):
            pipe.send(answer)


def _follow_parent() -> None:
    """Have the system end this process with the one that began it; a worker that hangs in a library could not do so itself."""
    # Ctrl-C reaches every process of a terminal; the run itself ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _receive(pipe: Connection, tasks: SimpleQueue[Any]) -> None:
    with suppress(EOFError, OSError):
        while True:
            tasks.put(pipe.recv())
    # The run is no more, and what this process is doing, or hangs on, is of use to nobody.
    os._exit(0)
