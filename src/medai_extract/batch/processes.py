"""Worker processes of this machine, forked from one that holds the compiled pipeline."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Self

from medai_extract.batch.executor import AHEAD, PATIENCE, Done, Lost, Result, Task
from medai_extract.batch.starter import Starter
from medai_extract.pipeline import GetPipeline

LIFE = 32
"""Tasks after which a worker is replaced, so that what its memories and the allocator hold does not grow with the run: a worker of
100,000 articles held a tenth more than one of 1,000."""


class Processes:
    """Worker processes of this machine.

    They are forked from a process that holds the compiled pipeline and little else (``batch.starter``). Each holds a bounded number of tasks;
    one that dies, or is ended because it took longer than ``patience`` seconds, is replaced, and only the task it was at is lost;
    one that has done ``LIFE`` tasks is replaced, too.
    """

    def __init__(self, get_pipeline: GetPipeline, workers: int, patience: float = PATIENCE) -> None:
        self._get_pipeline = get_pipeline
        self._count = workers
        self._patience = patience
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        self._starter = Starter(self._get_pipeline)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._starter.close()
        for worker in self._workers:
            worker.pipe.close()
        self._workers.clear()

    def prepare(self) -> None:
        """Have the pipeline made where workers are forked from; they share it."""
        self._starter.prepare()

    def map(
        self, function: Callable[[GetPipeline, Task], Result], tasks: Iterable[Task]
    ) -> Iterator[Done[Task, Result]]:
        """Give ``function`` of every task as they finish."""
        numbered = enumerate(tasks)
        again: deque[tuple[int, Task]] = deque()
        given: dict[int, Task] = {}
        at_hand = True
        while at_hand or given:
            while at_hand and (worker := self._find_free()) is not None:
                number, task = again.popleft() if again else next(numbered, (-1, None))
                if number < 0:
                    at_hand = False
                    break
                given[number] = task  # type: ignore[assignment]
                if not worker.give(number, function, task):
                    # It has died; what it was at comes back as lost, what it had not begun is given again.
                    again.append((number, given.pop(number)))
                    break
            for number, result in self._collect():
                yield Done(number, given.pop(number), result)
            again.extend((number, given.pop(number)) for number in self._take_back())
            at_hand = at_hand or bool(again)

    def _find_free(self) -> "_Worker | None":
        """Give a worker that can take another task, the idle ones first; they are started as they are needed."""
        for worker in [worker for worker in self._workers if worker.given >= LIFE and not worker.numbers]:
            worker.end()
            self._workers.remove(worker)
        if len(self._workers) < self._count and all(worker.numbers for worker in self._workers):
            self._workers.append(self._start())
        free = [worker for worker in self._workers if worker.given < LIFE and len(worker.numbers) < AHEAD]
        return min(free, key=lambda worker: len(worker.numbers), default=None)

    def _start(self) -> "_Worker":
        try:
            return _Worker(self._starter)
        except (EOFError, OSError):
            # Somebody ended the starter, and its workers went with it.
            self._starter.close()
            self._starter = Starter(self._get_pipeline)
            self._starter.prepare()
            return _Worker(self._starter)

    def _collect(self) -> list[tuple[int, Any]]:
        """Wait for results, for the end of a worker, or for the patience with one to end."""
        busy = [worker for worker in self._workers if worker.numbers]
        if not busy:
            return []
        until = min(worker.since for worker in busy) + self._patience
        ready = wait([worker.pipe for worker in busy], max(until - time.monotonic(), 0.0))
        results: list[tuple[int, Any]] = []
        for worker in busy:
            if worker.pipe in ready:
                results.append(worker.take())
            elif time.monotonic() - worker.since > self._patience and not worker.pipe.poll():
                results.append((worker.lose(), Lost("hung")))
        return results

    def _take_back(self) -> Iterator[int]:
        """Bury the workers that are gone and give the numbers of the tasks they had not begun."""
        for worker in [worker for worker in self._workers if worker.gone]:
            worker.end()
            self._workers.remove(worker)
            yield from worker.numbers


class _Worker:
    """One worker process, seen from this side; ``numbers`` are the tasks it holds, ``since`` when it began the first.

    ``given`` counts all tasks that it was given.
    """

    def __init__(self, starter: Starter) -> None:
        self._starter = starter
        self._number, self.pipe = starter.start()
        self.numbers: deque[int] = deque()
        self.since = 0.0
        self.given = 0
        self.gone = False

    def give(self, number: int, function: Callable[..., Any], task: object) -> bool:
        """Send a task; say whether the worker could take it."""
        try:
            self.pipe.send((function, task))
        except OSError:
            self.gone = not self.numbers
            return False
        if not self.numbers:
            self.since = time.monotonic()
        self.numbers.append(number)
        self.given += 1
        return True

    def take(self) -> tuple[int, Any]:
        """Give the result of the oldest task, or its loss."""
        try:
            result, error = self.pipe.recv()
        except (EOFError, OSError):
            return self.lose(), Lost("died")
        self.since = time.monotonic()
        number = self.numbers.popleft()
        if error is not None:
            raise error
        return number, result

    def lose(self) -> int:
        """Give up the task that the worker is at, and the worker."""
        self.gone = True
        return self.numbers.popleft()

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.pipe.close()
        with suppress(EOFError, OSError):  # where the starter is gone, so is the worker
            self._starter.end(self._number)
