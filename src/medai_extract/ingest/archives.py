"""Archives to their members: gzip, zstd, zip and tar, in one another too, read in memory and never unpacked to disk.

A member is known as ``archive.zip!/folder/page.html``. The path is a label and nothing else: no file of that name is opened or
written, wherever it points.
"""

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from medai_extract.ingest.encoding import decode_bytes
from medai_extract.ingest.inputs import Input, RefusedError, open_unpacked, read_whole
from medai_extract.ingest.limits import LARGEST_DIRECTORY, LARGEST_DOCUMENT, MOST_LAYERS, MOST_MEMBERS
from medai_extract.model import Article, Rejected

Source = Article | Rejected
Read = Callable[[Input], Iterator[Source]]
_END_RECORD = struct.Struct("<4s4H2LH")
"""The end of a zip archive; its sixth field is the size of the list of members."""
_LONGEST_COMMENT = 65_535
_UTF8_NAMES = 0x800
"""The flag of a zip member whose name is UTF-8."""
_LARGEST_WINDOW = 128 * 1024 * 1024
"""Bytes that zstd may look back; every level below ``--ultra`` needs less."""


def unpack_gzip(given: Input) -> Input:
    """Give the one file in a gzip stream as an input of its own."""

    def reopen() -> BinaryIO:
        given.stream.seek(0)
        return cast(BinaryIO, gzip.GzipFile(fileobj=given.stream))

    return _inner(given, open_unpacked(reopen, given.budget))


def unpack_zstd(given: Input) -> Input:
    """Give the one file in a zstd stream as an input of its own."""
    import zstandard

    def reopen() -> BinaryIO:
        given.stream.seek(0)
        decompressor = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
        return cast(
            BinaryIO, decompressor.stream_reader(given.stream, read_across_frames=True, closefd=False)
        )

    return _inner(given, open_unpacked(reopen, given.budget))


def _inner(given: Input, stream: BinaryIO) -> Input:
    """Give what a packed stream holds; ``day.tgz`` holds ``day.tar``."""
    path = PurePosixPath(given.name)
    name = (
        path.with_suffix({".tgz": ".tar", ".tzst": ".tar"}.get(path.suffix.lower(), ""))
        if path.name
        else path
    )
    return given._replace(name=str(name), stream=stream, layers=count_layer(given))


def count_layer(given: Input) -> int:
    """Give the number of archives around what an archive holds.

    Raises:
        RefusedError: there are too many.

    """
    if given.layers >= MOST_LAYERS:
        raise RefusedError("too_deep", f"archives nest over {MOST_LAYERS} deep")
    return given.layers + 1


def open_zip(stream: BinaryIO) -> zipfile.ZipFile:
    """Open a zip archive, or a document that is one.

    Raises:
        RefusedError: it is damaged or has too many members.

    """
    _check_directory(stream)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise RefusedError("damaged", f"is no whole zip archive ({error}); get the file again") from error
    members = sorted(archive.infolist(), key=lambda member: member.header_offset)
    if len(members) > MOST_MEMBERS:
        raise RefusedError("too_many_members", f"holds over {MOST_MEMBERS:,} files; split it")
    for member, following in pairwise(members):
        if member.header_offset + member.compress_size > following.header_offset:
            raise RefusedError("damaged", "its members overlap, as in a bomb; get the file again")
    return archive


def _check_directory(stream: BinaryIO) -> None:
    """See that the list of members, which is read as a whole, is not too long.

    Raises:
        RefusedError: it is.

    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(size - _LONGEST_COMMENT - _END_RECORD.size, 0))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END_RECORD.size > len(tail):
        return
    listed = _END_RECORD.unpack_from(tail, at)[5]
    # A list over 4 GB states its size elsewhere; so long a list is too long in any case.
    if listed > LARGEST_DIRECTORY:
        raise RefusedError(
            "too_many_members", f"its list of files is over {LARGEST_DIRECTORY:,} bytes; split it"
        )


def read_zip(given: Input, archive: zipfile.ZipFile, read: Read) -> Iterator[Source]:
    """Read the members of a zip archive in order."""
    layers = count_layer(given)
    for member in archive.infolist():
        name = zip_name(member)
        if member.is_dir() or _is_hidden(name):
            continue
        source = f"{given.source}!/{name}"
        if member.flag_bits & 0x1:
            yield Rejected(
                source=source, stage="read", reason="encrypted", detail="needs a password; unpack it"
            )
            continue
        stream = _open_member(archive, member, given)
        yield from read(Input(source, name, stream, given.budget, layers))


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, given: Input) -> BinaryIO:
    return open_unpacked(lambda: cast(BinaryIO, archive.open(member)), given.budget)


def zip_name(member: zipfile.ZipInfo) -> str:
    """Give the name of a member; Chinese Windows writes names in GB18030 and does not say so."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAMES and not name.isascii():
        try:
            decoded = decode_bytes(name.encode("cp437"))
        except UnicodeEncodeError:
            decoded = None
        name = decoded.text if decoded is not None else name
    return _make_label(name)


def read_zip_part(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Give one part of a document that is a zip archive; its size is told by what comes out, not by its entry.

    Raises:
        RefusedError: it is missing, damaged, encrypted or larger than ``limit``.

    """
    try:
        member = archive.getinfo(name)
        if member.flag_bits & 0x1:
            raise RefusedError("encrypted", "needs a password; save it without one")
        with archive.open(member) as stream:
            content = stream.read(limit + 1)
    except KeyError as error:
        raise RefusedError("damaged", f"has no part {name}; get the file again") from error
    except zipfile.BadZipFile as error:
        raise RefusedError("damaged", f"{error}; get the file again") from error
    if len(content) > limit:
        raise RefusedError("too_large", f"its part {name} is over {limit:,} bytes")
    return content


def read_tar(given: Input, read: Read) -> Iterator[Source]:
    """Read the members of a tar archive in order, as a stream; links and devices are told and not followed."""
    layers = count_layer(given)
    count = 0
    # The module's own stream of blocks never goes back, so that a packed archive is unpacked once.
    with tarfile.open(fileobj=given.stream, mode="r|", errorlevel=2) as archive:
        for member in archive:
            name = _make_label(member.name)
            source = f"{given.source}!/{name}"
            count += 1
            if count > MOST_MEMBERS:
                raise RefusedError("too_many_members", f"holds over {MOST_MEMBERS:,} files; split it")
            if member.isdir() or _is_hidden(name):
                continue
            content = archive.extractfile(member) if member.isreg() and not member.issparse() else None
            if content is None:
                detail = "is a link, a device or a sparse file; links are not followed"
                yield Rejected(source=source, stage="read", reason="no_file", detail=detail)
                continue
            yield from read(Input(source, name, _forward(cast(BinaryIO, content)), given.budget, layers))


def _forward(content: BinaryIO) -> BinaryIO:
    """Give a member of a streamed archive, which cannot go back, as a stream that can.

    Raises:
        RefusedError: it is over ``LARGEST_DOCUMENT``.

    """
    held = content.read(LARGEST_DOCUMENT + 1)
    if len(held) > LARGEST_DOCUMENT:
        raise RefusedError("too_large", f"holds a file over {LARGEST_DOCUMENT:,} bytes; unpack it")
    return io.BytesIO(held)


def seekable(given: Input) -> BinaryIO:
    """Give the input as a stream that can go to any place: itself, or a copy in memory of what is unpacked on the way.

    Raises:
        RefusedError: the copy would be over ``LARGEST_DOCUMENT``.

    """
    try:
        given.stream.seek(0, io.SEEK_END)
        given.stream.seek(0)
    except io.UnsupportedOperation:
        return io.BytesIO(read_whole(given, LARGEST_DOCUMENT))
    return given.stream


def _make_label(name: str) -> str:
    r"""Give the path of a member as it can be shown and written: without control characters and halves of signs.

    >>> _make_label("news/../../etc/passwd"), _make_label("a\\b\x1b[31m.txt")
    ('news/../../etc/passwd', 'a/b[31m.txt')
    """
    shown = "".join(char for char in name.replace("\\", "/") if char.isprintable())
    return shown.encode("utf-8", "replace").decode().lstrip("/")


def _is_hidden(name: str) -> bool:
    """Say whether a member is hidden or what macOS adds; folders are walked the same way.

    >>> _is_hidden("__MACOSX/._a.txt"), _is_hidden("news/.DS_Store"), _is_hidden("../a.txt")
    (True, True, False)
    """
    return any(part == "__MACOSX" or (part.startswith(".") and part.strip(".")) for part in name.split("/"))
