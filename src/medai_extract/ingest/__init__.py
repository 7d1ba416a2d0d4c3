"""Files to articles: content tells the format, a ladder the encoding; tables are read row by row.

A reader never raises on a bad article: it gives a ``Rejected`` with stage and reason and goes on to the next.
"""

from medai_extract.ingest.paths import expand_paths
from medai_extract.ingest.read import file_of, read_articles, read_file

__all__ = ["expand_paths", "file_of", "read_articles", "read_file"]
