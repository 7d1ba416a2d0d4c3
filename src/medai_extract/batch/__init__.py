"""Many articles: read, extracted by one or many processes, written as a dataset."""

from medai_extract.batch.event import Event
from medai_extract.batch.report import RunReport
from medai_extract.batch.run import run_batch
from medai_extract.batch.stream import run

__all__ = ["Event", "RunReport", "run", "run_batch"]
