"""Where the work of a run is done: in this process; ``batch.processes`` has worker processes, ``batch.cluster`` a cluster.

An engine gives a function of every task, in whatever order they finish. The function is pure and gets the pipeline
where it asks for it, so that records cannot depend on the engine. A worker that dies or hangs costs its task, never the run.
"""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Generic, NamedTuple, Protocol, Self, TypeVar

import msgspec

from medai_extract.pipeline import GetPipeline

Task = TypeVar("Task")
Result = TypeVar("Result")

PATIENCE = 300.0
"""Seconds that a worker may take for a task; a part of 400,000 characters takes a second."""
AHEAD = 2
"""Tasks that a worker holds: the one it works on, and the next."""


class Lost(msgspec.Struct, frozen=True):
    """A task without a result: its worker ``died``, or ``hung`` and was ended."""

    reason: str


class Done(NamedTuple, Generic[Task, Result]):
    """A task that came back: its number in the order in which tasks were given, and what became of it."""

    number: int
    task: Task
    result: Result | Lost


class Engine(Protocol):
    """What every engine can do; it is entered before the first task and left after the last."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def prepare(self) -> None:
        """Have the pipeline ready wherever tasks are done; called before the first task that asks for it."""
        ...

    def map(
        self, function: Callable[[GetPipeline, Task], Result], tasks: Iterable[Task]
    ) -> Iterator[Done[Task, Result]]:
        """Give ``function`` of every task as they finish; tasks are taken as workers become free."""
        ...


def in_order(results: Iterable[Done[Task, Result]]) -> Iterator[Done[Task, Result]]:
    """Give results in the order of their tasks.

    >>> [done.task for done in in_order([Done(1, "b", 2), Done(0, "a", 1)])]
    ['a', 'b']
    """
    waiting: dict[int, Done[Task, Result]] = {}
    following = 0
    for done in results:
        waiting[done.number] = done
        while following in waiting:
            yield waiting.pop(following)
            following += 1


class Inline:
    """Everything in this process, one task after another."""

    def __init__(self, get_pipeline: GetPipeline) -> None:
        self._get_pipeline = get_pipeline

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left behind."""

    def prepare(self) -> None:
        """Do nothing: the pipeline is made at its first use."""

    def map(
        self, function: Callable[[GetPipeline, Task], Result], tasks: Iterable[Task]
    ) -> Iterator[Done[Task, Result]]:
        """Give ``function`` of every task."""
        for number, task in enumerate(tasks):
            yield Done(number, task, function(self._get_pipeline, task))
