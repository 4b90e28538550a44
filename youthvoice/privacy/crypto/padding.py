"""Padding: a sealed letter must not tell by its size whether a child wrote two words or twenty.

A padded text is its length as 4 bytes big-endian, the text, and zero bytes up to a bucket. The browser pads
the same way.
Source: PRIVACY.md C, "pad to size buckets first".
"""

BUCKETS = (256, 512, 1024, 2048, 4096, 8192, 16384)
"""Sizes in bytes, length prefix included; above the last one, whole multiples of it."""

LENGTH_BYTES = 4


class BadPadding(ValueError):
    """What was opened is not a padded text."""


def bucket_for(length: int) -> int:
    """The padded size in bytes of a text of `length` bytes."""
    needed = length + LENGTH_BYTES
    largest = BUCKETS[-1]
    return next((size for size in BUCKETS if needed <= size), -(-needed // largest) * largest)


def pad(data: bytes, size: int | None = None) -> bytes:
    """Fill up to a bucket, or to `size` bytes in all.

    Raises:
        ValueError: the data and its length do not fit into `size`; nothing is ever cut off.
    """
    whole = bucket_for(len(data)) if size is None else size
    room = whole - LENGTH_BYTES - len(data)
    if room < 0:
        raise ValueError("The data does not fit into the padded size")
    return len(data).to_bytes(LENGTH_BYTES, "big") + data + bytes(room)


def unpad(padded: bytes) -> bytes:
    """Take the padding off again.

    Raises:
        BadPadding: the length points outside, or the filling is not zero.
    """
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    end = LENGTH_BYTES + length
    if len(padded) < LENGTH_BYTES or end > len(padded) or padded.count(0, end) != len(padded) - end:
        raise BadPadding("Not a padded text")
    return padded[LENGTH_BYTES:end]
