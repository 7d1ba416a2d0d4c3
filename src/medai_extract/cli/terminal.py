"""Standard output as a person or a file gets it: nothing that one may want to copy, an id above all, is ever cut."""

import os
import sys

from rich.console import Console
from rich.table import Column, Table

WIDEST = 10_000
"""Columns of a line that goes into a file or another program: as many as it needs."""


def is_narrow() -> bool:
    """Say whether lines must fit a width: on a terminal, or where ``COLUMNS`` gives one."""
    return sys.stdout.isatty() or "COLUMNS" in os.environ


def make_console() -> Console:
    """Give standard output, as wide as the terminal, or as its lines need where it is none."""
    return Console() if is_narrow() else Console(width=WIDEST)


def make_table(*headers: str, title: str | None = None) -> Table:
    """Give a table in which what is too wide goes on in the next line.

    >>> make_table("id", title="Mentions").columns[0].overflow
    'fold'
    """
    columns = [Column(header, overflow="fold") for header in headers]
    return Table(*columns, title=title, title_justify="left")
