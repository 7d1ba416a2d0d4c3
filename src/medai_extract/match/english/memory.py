"""What was asked before, kept for the next article."""

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")

REMEMBERED = 4_096
"""How many words or names a memory holds before it begins anew."""


class Memory(dict[K, T]):
    """What a pure function says of what it was asked; it begins anew when it is full."""

    def __init__(self, function: Callable[[K], T]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, question: K) -> T:
        if len(self) >= REMEMBERED:
            self.clear()
        answer = self[question] = self._function(question)
        return answer
