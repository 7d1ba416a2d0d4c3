"""Many articles: read, extracted by one or many processes, written as a dataset."""

from medai_extract.batch.event import Event
from medai_extract.batch.report import RunReport
from medai_extract.batch.run import run_batch

__all__ = ["Event", "RunReport", "run_batch"]
