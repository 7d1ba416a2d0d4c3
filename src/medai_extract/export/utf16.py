"""Offsets of tools that run in a browser, which counts UTF-16 units."""


def to_utf16(text: str) -> list[int]:
    """Give the UTF-16 offset of every code point of a text, and of its end.

    >>> to_utf16("a🩺b")
    [0, 1, 3, 4]
    """
    offsets = [0]
    for char in text:
        offsets.append(offsets[-1] + (2 if ord(char) > 0xFFFF else 1))
    return offsets


def from_utf16(text: str) -> dict[int, int]:
    """Give the code point offset of every UTF-16 offset that falls between characters."""
    return {units: points for points, units in enumerate(to_utf16(text))}
