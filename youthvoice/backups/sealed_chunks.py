"""A stream of JSON documents in a sealed file: compressed, in chunks of one length.

Each chunk is encrypted with its number and whether it is the last as context, so that none can be removed, moved or cut
off. The file shows its total size, but not how much of what is in it.
"""

import zlib
from collections.abc import Generator, Iterable, Iterator
from typing import BinaryIO

from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto import symmetric_encryption

_PIECE = 64 * 1024  # bytes of the stream in one chunk

_UNPACKED = 1024 * 1024  # bytes that come out of a chunk in one step

_PADDED = _PIECE + symmetric_encryption.LENGTH_BYTES

_CHUNK = _PADDED + symmetric_encryption.LOCK_BYTES


def write_documents(out: BinaryIO, key: bytes, documents: Iterable[bytes], kind: str) -> None:
    """Write a stream at the end of a file.

    Args:
        out: open to write.
        key: 32 bytes; of this file, or with few chunks of others.
        documents: one line each.
        kind: of the file, bound into each chunk.
    """
    waiting, number = None, 0
    for piece in _pieces(documents):
        if waiting is not None:
            out.write(symmetric_encryption.encrypt_padded(key, waiting, _PADDED, _purpose(kind, number, last=False)))
            number += 1
        waiting = piece
    out.write(symmetric_encryption.encrypt_padded(key, waiting or b"", _PADDED, _purpose(kind, number, last=True)))


def _pieces(documents: Iterable[bytes]) -> Iterator[bytes]:
    """The compressed stream in pieces of one length; the last is shorter, and never empty."""
    compressor, buffer = zlib.compressobj(6), bytearray()
    for document in documents:
        buffer += compressor.compress(document + b"\n")
        while len(buffer) > _PIECE:
            yield bytes(buffer[:_PIECE])
            del buffer[:_PIECE]
    buffer += compressor.flush()
    yield from (bytes(buffer[start : start + _PIECE]) for start in range(0, len(buffer), _PIECE))


def read_documents(source: BinaryIO, key: bytes, kind: str, max_bytes: int | None = None) -> Generator[bytes]:
    """Every document from here to the end of a file.

    Args:
        source: open to read.
        key: as it was written.
        kind: likewise.
        max_bytes: of one document, where a stranger can have written the file; None for any size.

    Raises:
        CannotOpen: another key, another kind, altered, incomplete, or a document is too large.
    """
    decompressor, parts = zlib.decompressobj(), [b""]  # of one document: joined once, for it may have many megabytes
    number, chunk = 0, source.read(_CHUNK)
    while chunk:
        following = source.read(_CHUNK)
        plain = symmetric_encryption.decrypt_padded(key, chunk, _purpose(kind, number, last=not following))
        for piece in _decompress(decompressor, plain):
            *whole, rest = piece.split(b"\n")
            if whole:
                yield from (b"".join([*parts, whole[0]]), *whole[1:])
                parts.clear()
            parts.append(rest)
            if max_bytes is not None and sum(map(len, parts)) > max_bytes:
                raise CannotOpen
        number, chunk = number + 1, following
    if not decompressor.eof or any(parts):
        raise CannotOpen


def _decompress(decompressor: "zlib._Decompress", plain: bytes) -> Iterator[bytes]:
    """What a chunk holds, in pieces of bounded size: it may unpack to a thousand times as much."""
    while True:
        try:
            piece = decompressor.decompress(plain, _UNPACKED)
        except zlib.error:
            raise CannotOpen from None
        yield piece
        plain = decompressor.unconsumed_tail
        if not plain and len(piece) < _UNPACKED:
            return


def _purpose(kind: str, number: int, *, last: bool) -> symmetric_encryption.SealingContext:
    return symmetric_encryption.sealing_context(kind, number, "last" if last else "more")
