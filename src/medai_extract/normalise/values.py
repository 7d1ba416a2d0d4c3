"""Values in short form, for people and for the examples of rules: ``~500000000 USD``, ``2025-02-01..2025-02-28``."""

from medai_extract.model import MoneyValue, Value

_SIGNS = {None: "", "approx": "~", "more_than": ">", "less_than": "<", "at_least": ">=", "at_most": "<="}


def format_value(value: Value) -> str:
    """Give a value in short form.

    >>> from medai_extract.model import DateValue
    >>> format_value(MoneyValue(currency="USD", amount="500000000", modifier="approx"))
    '~500000000 USD'
    >>> format_value(DateValue(timex="2025-02", start="2025-02-01", end="2025-02-28"))
    '2025-02-01..2025-02-28'
    """
    if isinstance(value, MoneyValue):
        if value.amount is not None:
            amount = value.amount
        elif value.amount_min is not None or value.amount_max is not None:
            amount = f"{value.amount_min or ''}..{value.amount_max or ''}"
        else:
            amount = "?"
        return f"{_SIGNS[value.modifier]}{amount} {value.currency or '?'}"
    if value.start is None and value.end is None:
        return value.timex or "?"
    return value.start or "" if value.start == value.end else f"{value.start or ''}..{value.end or ''}"
