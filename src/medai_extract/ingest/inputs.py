"""What a reader is given, and streams that unpack what they read and count it."""

import io
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from medai_extract.ingest.fields import Fields
from medai_extract.ingest.limits import FREE_UNPACKING, MOST_RATIO


class RefusedError(Exception):
    """Why an input is not read; the reader's caller makes a row of ``rejected`` of it."""

    def __init__(self, reason: str, detail: str, *, stage: str = "read") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail, self.stage = reason, detail, stage


class Budget:
    """Counts what comes out of the archives of one input, and refuses to go on where it is a bomb.

    Args:
        packed: bytes of the input as it was given.

    """

    def __init__(self, packed: int) -> None:
        self.packed = packed
        self.unpacked = 0

    def spend(self, amount: int) -> None:
        """Count ``amount`` more bytes.

        Raises:
            RefusedError: more came out than ``MOST_RATIO`` allows.

        """
        self.unpacked += amount
        if self.unpacked > FREE_UNPACKING and self.unpacked > MOST_RATIO * self.packed:
            raise RefusedError(
                "archive_bomb",
                f"unpacks to over {FREE_UNPACKING:,} bytes and {MOST_RATIO} times its size; unpack it if you trust it",
            )


class Input(NamedTuple):
    """Bytes to be read: a file, a member of an archive, an attachment, an answer of a server.

    ``source`` is the label that the records carry; ``name`` is a file name whose suffix may hint at the format. ``stated``
    and ``charset`` are what the outside says of the article (the headers of an answer, say); ``layers`` counts the archives around it.
    """

    source: str
    name: str
    stream: BinaryIO
    budget: Budget
    layers: int = 0
    stated: Fields | None = None
    charset: str | None = None


def read_whole(given: Input, limit: int) -> bytes:
    """Give all bytes of an input.

    Raises:
        RefusedError: there are more than ``limit``.

    """
    content = given.stream.read(limit + 1)
    if len(content) > limit:
        raise RefusedError("too_large", f"over {limit:,} bytes; split it into smaller files")
    return content


class _Unpacking(io.RawIOBase):
    """Unpacks while it is read, within a budget; it goes back to its start by unpacking anew."""

    def __init__(self, reopen: Callable[[], BinaryIO], budget: Budget) -> None:
        self._reopen, self._budget = reopen, budget
        self._stream, self._at = reopen(), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation("a packed stream goes back to its start only")
        if self._at:
            self._stream, self._at = self._reopen(), 0
        return 0

    # The type of the buffer is one that only the standard library's stubs know.
    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        chunk = self._stream.read(len(buffer))
        self._budget.spend(len(chunk))
        self._at += len(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def open_unpacked(reopen: Callable[[], BinaryIO], budget: Budget) -> BinaryIO:
    """Open a stream that ``reopen`` unpacks from its start; what it gives counts against ``budget``."""
    return io.BufferedReader(_Unpacking(reopen, budget), 1 << 16)
