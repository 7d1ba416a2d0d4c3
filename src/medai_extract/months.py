"""English names of months as pages, tables and mails write them: in full or cut short, in any case."""

_BEGINNINGS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"(?:{'|'.join(_BEGINNINGS)})[a-z]*"
"""A pattern for the name of a month, without its stop; case is to be ignored."""


def month_number(name: str) -> int:
    """Give the number of a month.

    >>> month_number("Sept"), month_number("MARCH")
    (9, 3)
    """
    return _BEGINNINGS.index(name[:3].lower()) + 1
