"""SQL over the tables of any run that is kept."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from medai_extract.batch.history import open_tables
from medai_extract.batch.store import Store
from medai_extract.errors import InputError, MissingExtraError, SettingsError
from medai_extract.writers import SCHEMAS


class Answer(NamedTuple):
    """Rows with the names of their columns."""

    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]


def query(store: Store, sql: str, run: int) -> Answer:
    """Give the answer to a query over ``articles``, ``mentions``, ``entities``, ``relations`` and ``rejected`` of a run.

    Raises:
        InputError: a table of the run cannot be read.
        MissingExtraError: DuckDB is not installed.
        SettingsError: the query is wrong.
    """
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise MissingExtraError("query: needs DuckDB; pip install 'medai-extract[query]'") from error
    with open_tables(store, run) as folder, duckdb.connect() as connection:
        for table in SCHEMAS:
            path = str(folder / f"{table}.parquet").replace("'", "''")
            try:
                connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{path}')")
            except duckdb.Error as error:
                told = " ".join(str(error).split("\n\n")[0].split())
                raise InputError(f"{path}: cannot be read: {told}; run the extraction again") from error
        try:
            # A question must not change anything: COPY … TO would write files, ATTACH open them.
            statements = connection.extract_statements(sql)
            if not statements or any(one.type != duckdb.StatementType.SELECT for one in statements):
                raise SettingsError(
                    "query: only SELECT is answered; save what it gives with --json or a shell's >"
                )
            asked = connection.execute(sql)
            columns = [column[0] for column in asked.description or ()]
            return Answer(columns, asked.fetchall())
        except duckdb.Error as error:
            raise SettingsError(f"query: {' '.join(str(error).split())}") from error
