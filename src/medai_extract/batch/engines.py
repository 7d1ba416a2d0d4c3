"""The engine of a name."""

from medai_extract.batch.executor import Engine, Inline
from medai_extract.errors import MissingExtraError, SettingsError
from medai_extract.pipeline import GetPipeline

ENGINES = ("inline", "processes", "dask")


def make_engine(
    name: str, get_pipeline: GetPipeline, workers: int, scheduler: str | None, patience: float
) -> Engine:
    """Give the engine of a name.

    Raises:
        SettingsError: there is none of that name.
        MissingExtraError: what it needs is not installed.
    """
    if name == "inline":
        return Inline(get_pipeline)
    if name == "processes":
        from medai_extract.batch.processes import Processes

        return Processes(get_pipeline, workers, patience)
    if name == "dask":
        try:
            from medai_extract.batch.cluster import Dask
        except ModuleNotFoundError as error:
            raise MissingExtraError(
                f"--engine dask: needs {error.name}; pip install 'medai-extract[cluster]'"
            ) from error
        return Dask(get_pipeline, workers, scheduler, patience)
    raise SettingsError(f"--engine {name}: is not known; choose from {', '.join(ENGINES)}")
