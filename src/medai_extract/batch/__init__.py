"""Many articles: read, extracted by one or many processes, written as a dataset."""

from medai_extract.batch.run import RunReport, run, run_batch

__all__ = ["RunReport", "run", "run_batch"]
