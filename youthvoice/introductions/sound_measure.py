"""Measure a recording: how long it is, and how many bytes of sound are in it. Pure.

Sources: RFC 3533 and RFC 7845 for Ogg with Opus; RFC 8794 and RFC 9559 for WebM.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from youthvoice.clips.audio_files import OGG

_OGG_RATE: Final = 48_000  # granules of Opus per second
_PAGE_HEAD: Final = 27

_SEGMENT, _CLUSTER, _BLOCK_GROUP = 0x18538067, 0x1F43B675, 0xA0
_INFO, _TIMESTAMP_SCALE, _TIMESTAMP = 0x1549A966, 0x2AD7B1, 0xE7
_BLOCKS: Final = frozenset({0xA3, 0xA1})
_PARENTS: Final = frozenset({_SEGMENT, _CLUSTER, _BLOCK_GROUP, _INFO})
_BLOCK_HEAD: Final = 4  # number of the track, time, flags
_MILLISECOND: Final = 1_000_000  # nanoseconds; the default unit of times


class MeasuredSound(NamedTuple):
    """Length in seconds, and bytes of encoded sound without the container."""

    seconds: float
    payload_bytes: int


def measure_sound(sound: bytes, kind: str) -> MeasuredSound:
    """Measure a recording; what cannot be read counts as nothing.

    Args:
        sound: the recording, from `audio_kind`.
        kind: its media type.
    """
    return _measure_ogg(sound) if kind == OGG else _measure_webm(sound)


def _measure_ogg(sound: bytes) -> MeasuredSound:
    at, granules, payload = 0, 0, 0
    while (at := sound.find(b"OggS", at)) >= 0 and at + _PAGE_HEAD <= len(sound):
        granule = int.from_bytes(sound[at + 6 : at + 14], "little", signed=True)
        segments = sound[at + _PAGE_HEAD : at + _PAGE_HEAD + sound[at + 26]]
        at += _PAGE_HEAD + len(segments)
        page = sound[at : at + sum(segments)]
        if granule > 0:  # pages of heads and tags have none
            granules, payload = max(granules, granule), payload + len(page)
        at += len(page)
    return MeasuredSound(granules / _OGG_RATE, payload)


def _measure_webm(sound: bytes) -> MeasuredSound:
    unit, cluster_time, last_time, payload = _MILLISECOND, 0, 0, 0  # the unit is in nanoseconds
    for identity, body in _elements(sound):
        if identity == _TIMESTAMP_SCALE:
            unit = int.from_bytes(body[:8], "big") or _MILLISECOND
        elif identity == _TIMESTAMP:
            cluster_time = int.from_bytes(body[:8], "big")
        elif identity in _BLOCKS:
            last_time = max(last_time, cluster_time + int.from_bytes(body[1:3], "big", signed=True))
            payload += max(0, len(body) - _BLOCK_HEAD)
    return MeasuredSound(last_time * unit / 1e9, payload)


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of an EBML file in order, those inside a parent too; a parent of unknown size ends with its file."""
    at = 0
    while at < len(data):
        identity, at = _read_number(data, at, keeps_marker=True)
        size, at = _read_number(data, at)
        if identity in _PARENTS:
            continue
        yield identity, data[at : at + size]
        at += size


def _read_number(data: bytes, at: int, *, keeps_marker: bool = False) -> tuple[int, int]:
    """A number of variable length, and where it ends; its first byte says how long it is."""
    first = data[at] if at < len(data) else 0  # 0 begins no number: then it ends behind the data
    length = 9 - first.bit_length() if first else max(1, len(data) - at + 1)
    number = int.from_bytes(data[at : at + length], "big")
    return number if keeps_marker else number & ((1 << 7 * length) - 1), at + length
