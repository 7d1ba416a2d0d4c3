"""Fields of forms and queries, as they come from outside: bounded, and never more than text and numbers."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from medai_extract.decisions import Values
from medai_extract.model import DateValue, Modifier, MoneyValue

LONGEST = 500
"""Characters of a field that are read."""
_AMOUNT = r"-?\d+(?:\.\d+)?"
_SHAPES = {
    "currency": "[A-Z]{3}", "amount": _AMOUNT, "amount_min": _AMOUNT, "amount_max": _AMOUNT, "modifier": "|".join(get_args(Modifier)),
    "timex": r"[A-Z0-9][A-Z0-9:.+/-]*", "start": r"\d{4}-\d\d-\d\d", "end": r"\d{4}-\d\d-\d\d",
}  # fmt: skip


def text_of(form: Mapping[str, Any], name: str, longest: int = LONGEST) -> str:
    r"""Give a text field of a form, without the characters that only mislead.

    >>> text_of({"reason": " 说的是\u202e产品 "}, "reason")
    '说的是产品'
    """
    value = form.get(name)
    text = value if isinstance(value, str) else ""
    return "".join(char for char in text[:longest] if char.isprintable()).strip()


def number_of(form: Mapping[str, Any], name: str) -> int | None:
    """Give a number of a form or query, None where there is none.

    >>> number_of({"start": "12"}, "start"), number_of({"start": "-1"}, "start"), number_of({"start": "٣"}, "start")
    (12, None, None)
    """
    value = form.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return None


def value_of(form: Mapping[str, Any], label: str) -> Values | None:
    """Give the value that a form holds for an amount or a date, None where it holds none."""
    kind = {"MONEY": MoneyValue, "DATE": DateValue}.get(label)
    if kind is None or not any(name.startswith("value_") for name in form):
        return None
    return {name: text_of(form, f"value_{name}", 60) or None for name in kind.__struct_fields__}


def find_misfit(value: Values) -> str | None:
    """Give what stands in a field of an amount or a date and can be none, None where all fit.

    >>> find_misfit({"currency": "USD", "amount": "6亿"}), find_misfit({"start": "2025-02-30"})
    ('6亿', '2025-02-30')
    """
    for name, text in value.items():
        if text and (re.fullmatch(_SHAPES[name], text, re.A) is None or not _is_day(name, text)):
            return text
    return None


def _is_day(name: str, text: str) -> bool:
    if name not in ("start", "end"):
        return True
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def typed_of(form: Mapping[str, Any]) -> dict[str, str]:
    """Give what a reviewer has typed beside the edges, so that moving an edge does not lose it."""
    return {
        name: text_of(form, name)
        for name in form
        if name in ("entity", "reason") or (name.startswith("value_") and len(name) < 30)
    }


def carry(form: Mapping[str, Any], *names: str) -> dict[str, str]:
    """Give the fields of a form that the next page sends on."""
    wanted = ("verdict", "label", "shown", "start", "end", "entity", "reason", *names)
    return {
        name: value
        for name, value in form.items()
        if (name in wanted or name.startswith("value_")) and isinstance(value, str)
    }


def local_path(back: object) -> str:
    """Give an address of the desk itself; anything else leads to the queue.

    >>> local_path("/history?before=3"), local_path("//evil.example/x"), local_path("https://evil.example")
    ('/history?before=3', '/', '/')
    """
    text = str(back or "")
    unsafe = not text.startswith("/") or text[1:2] in ("/", "\\") or any(ord(char) < 33 for char in text)
    return "/" if unsafe else text
