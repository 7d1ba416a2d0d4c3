"""What a user chose for a run."""

from typing import NamedTuple

from medai_extract.ingest.fetch_settings import FetchSettings
from medai_extract.settings import Settings


class Choice(NamedTuple):
    """The arguments of ``run_batch``, put in order."""

    paths: tuple[str, ...]
    links: bool
    fetching: FetchSettings
    formats: tuple[str, ...]
    settings: Settings
    engine: str
    workers: int
    force: bool
    keep_gone: bool
    keep: int
    count_duplicates: bool
