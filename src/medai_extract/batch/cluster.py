"""The Dask engine: the tasks of a run on a cluster of ``dask.distributed``, one of this machine or one that is running.

Patterns and settings go to every worker once, as a plugin that the scheduler also gives to workers that come later; a worker compiles
them at its first task, or reads what was compiled from them before. What a lost worker was at is done by another. ``docs/cluster.md`` shows how a cluster is started.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any, Self

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, Worker, get_worker, wait
from distributed.diagnostics.plugin import WorkerPlugin

from medai_extract.batch.compiled import find_fingerprints, load_pipeline
from medai_extract.batch.executor import AHEAD, PATIENCE, Done, Lost, Result, Task
from medai_extract.errors import SettingsError
from medai_extract.memory import collect_rarely, keep_for_good
from medai_extract.patterns import Patterns
from medai_extract.pipeline import GetPipeline, Pipeline
from medai_extract.settings import Settings

CONNECT_SECONDS = 30
"""How long a scheduler may take to answer."""


class PipelinePlugin(WorkerPlugin):  # type: ignore[misc]
    """What a worker needs to have a pipeline; its name tells one set of patterns and settings from another."""

    def __init__(self, patterns: Patterns, settings: Settings) -> None:
        self.name = f"medai-extract-{patterns.fingerprint}-{settings.fingerprint()}"
        self._patterns, self._settings = patterns, settings
        self._pipeline: Pipeline | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave the compiled pipeline out of what is sent."""
        return {**self.__dict__, "_pipeline": None}

    def setup(self, worker: Worker) -> None:
        """Nothing is compiled before it is asked for: a worker that only helps out for a moment need not wait."""

    def get_pipeline(self) -> Pipeline:
        """Give the compiled pipeline of this worker."""
        if self._pipeline is None:
            collect_rarely()
            fingerprints = find_fingerprints(self._settings, self._patterns)
            self._pipeline = load_pipeline(self._settings, fingerprints, self._patterns)
            keep_for_good()
        return self._pipeline


class Dask:
    """A cluster: that of ``scheduler``, or one of ``workers`` processes on this machine.

    A task that takes down the workers it is given to, or that is still not back when nothing has come back for
    ``patience`` seconds, is lost; the worker that hangs on it is started anew.

    Raises:
        SettingsError: nothing answers at the address of the scheduler.
    """

    def __init__(
        self,
        get_pipeline: GetPipeline,
        workers: int,
        scheduler: str | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._get_pipeline = get_pipeline
        self._workers = workers
        self._scheduler = scheduler
        self._patience = patience
        self._plugin: PipelinePlugin | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        # The run says what was lost; Dask's own log would say it again, over the progress bar.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        address: object = self._scheduler
        if self._scheduler is None:
            # Workers would look at what they are doing a hundred times a second, for a page that nobody opens.
            self._open.enter_context(dask.config.set({"distributed.worker.profile.enabled": False}))
            address = self._open.enter_context(
                LocalCluster(
                    n_workers=self._workers,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL,
                )
            )
        try:
            self._client = self._open.enter_context(Client(address, timeout=CONNECT_SECONDS))
        except (OSError, ValueError) as error:
            self._open.close()
            raise SettingsError(
                f"--scheduler {self._scheduler}: no Dask scheduler answers: {error}; start one with `dask scheduler`"
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def prepare(self) -> None:
        """Give patterns and settings to the workers."""
        if self._plugin is None:
            pipeline = self._get_pipeline()
            self._plugin = PipelinePlugin(pipeline.patterns, pipeline.settings)
            self._client.register_plugin(self._plugin)

    def map(
        self, function: Callable[[GetPipeline, Task], Result], tasks: Iterable[Task]
    ) -> Iterator[Done[Task, Result]]:
        """Give ``function`` of every task as they finish."""
        numbered = enumerate(tasks)
        under_way: dict[Future, tuple[int, Task]] = {}
        at_hand = True
        while at_hand or under_way:
            while at_hand and len(under_way) < self._room():
                following = next(numbered, None)
                if following is None:
                    at_hand = False
                    break
                # Asked for now: the tasks themselves may have found out that a pipeline is needed.
                name = self._plugin.name if self._plugin is not None else ""
                future = self._client.submit(_work, name, function, following[1], pure=False)
                under_way[future] = following
            for future in self._wait(list(under_way)):
                number, task = under_way.pop(future)
                yield Done(number, task, self._take(future))

    def _room(self) -> int:
        """Give the number of tasks that may be under way: each thread of the cluster has one at hand and one in front of it."""
        known = self._client.scheduler_info(n_workers=-1)["workers"].values()
        threads: int = sum(worker["nthreads"] for worker in known)
        return AHEAD * max(threads, 1)

    def _wait(self, futures: list[Future]) -> list[Future]:
        """Give the futures that are through, in the order in which they were sent; after too long a wait, the first one."""
        if not futures:
            return []
        with suppress(TimeoutError):
            wait(futures, timeout=self._patience, return_when="FIRST_COMPLETED")
        return [future for future in futures if future.done()] or futures[:1]

    def _take(self, future: Future) -> Any:
        if not future.done():
            self._end_worker_of(future)
            return Lost("hung")
        try:
            return future.result()
        except KilledWorker:
            return Lost("died")

    def _end_worker_of(self, future: Future) -> None:
        """Give up a task, and start the worker that hangs on it anew where its nanny can."""
        busy = [address for address, keys in self._client.processing().items() if future.key in keys]
        future.cancel(force=True)
        with suppress(Exception):
            self._client.restart_workers(busy, timeout=CONNECT_SECONDS, raise_for_error=False)


def _work(name: str, function: Callable[[GetPipeline, Task], Result], task: Task) -> Result:
    """Do a task in a worker."""

    def get_pipeline() -> Pipeline:
        plugin: PipelinePlugin = get_worker().plugins[name]
        return plugin.get_pipeline()

    return function(get_pipeline, task)
