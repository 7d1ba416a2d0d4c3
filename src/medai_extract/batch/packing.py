"""Bytes packed and unpacked with Zstandard, by the codec that Arrow brings."""


def pack(content: bytes) -> bytes:
    """Pack some bytes.

    >>> unpack(pack(b"aaaa"), 4)
    b'aaaa'
    """
    import pyarrow as pa

    packed: bytes = pa.compress(content, codec="zstd", asbytes=True)
    return packed


def unpack(packed: bytes, size: int) -> bytes:
    """Unpack what was ``size`` bytes long.

    Raises:
        OSError: the bytes are damaged.
    """
    import pyarrow as pa

    content: bytes = pa.decompress(packed, decompressed_size=size, codec="zstd", asbytes=True)
    return content
