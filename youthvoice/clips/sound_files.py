"""Clear what a recording tells beside its sound: titles, people, places, days, the device that made it. Pure.

It is overwritten in its place, so that nothing moves. Sources: RFC 3533 and RFC 7845 for Opus in Ogg; for WebM as in
`film_files`.
"""

from functools import cache
from typing import Final

from youthvoice.clips.audio_files import MAX_BYTES, OGG, NotAClip, audio_kind
from youthvoice.clips.film_files import Tracks, clear_webm

_PAGE_HEAD: Final = 27  # bytes of a page before the lengths of its segments
_FLAGS, _BEGINS_STREAM = 5, 0x02
_SERIAL, _CHECKSUM = slice(14, 18), slice(22, 26)
_WHOLE_SEGMENT: Final = 255  # the packet goes on in the next segment
_NO_TAGS: Final = b"OpusTags" + bytes(8)  # the length of who wrote it, and the number of tags


def clear_sound(sound: bytes, most: int = MAX_BYTES) -> tuple[bytes, str]:
    """The recording with nothing but its sound, and its media type: `audio/webm` or `audio/ogg`.

    Args:
        sound: the recording.
        most: its largest size in bytes.

    Raises:
        NotAClip: with a code of `audio_kind`; `not_sound` also where it is not whole, `not_opus` also where something
            else is in the file.
    """
    kind, content = audio_kind(sound, most), bytearray(sound)
    (_clear_ogg if kind == OGG else _clear_webm)(content)
    return bytes(content), kind


def _clear_webm(sound: bytearray) -> None:
    tracks = Tracks()
    try:
        clear_webm(sound, tracks)
    except NotAClip:
        raise NotAClip("not_sound") from None
    if tracks.codecs != [b"A_OPUS"]:
        raise NotAClip("not_opus")


def _clear_ogg(sound: bytearray) -> None:
    """Empty the packet of tags, which follows the head on pages of its own; cut off what follows the last page."""
    pages = _list_pages(sound)
    last = next((nth for nth, (start, body, _stop) in enumerate(pages) if nth and sound[body - 1] < _WHOLE_SEGMENT), 0)
    if not last or sound[pages[1][1] :][:8] != _NO_TAGS[:8] or pages[1][2] - pages[1][1] < len(_NO_TAGS):
        raise NotAClip("not_opus")
    for start, body, stop in pages[1 : last + 1]:
        sound[body:stop] = (_NO_TAGS if start == pages[1][0] else b"").ljust(stop - body, b"\0")
        sound[start + _CHECKSUM.start : start + _CHECKSUM.stop] = bytes(4)
        sound[start + _CHECKSUM.start : start + _CHECKSUM.stop] = _checksum(sound[start:stop]).to_bytes(4, "little")
    del sound[pages[-1][2] :]


def _list_pages(sound: bytearray) -> list[tuple[int, int, int]]:
    """Begin, begin of the content, and end of each whole page; refuses a second stream."""
    pages, start = [], 0
    while sound[start : start + 4] == b"OggS" and start + _PAGE_HEAD <= len(sound):
        body = start + _PAGE_HEAD + sound[start + _PAGE_HEAD - 1]
        stop = body + sum(sound[start + _PAGE_HEAD : body])
        if stop > len(sound):
            break
        page = sound[start:body]
        if page[_SERIAL] != sound[_SERIAL] or bool(page[_FLAGS] & _BEGINS_STREAM) != (start == 0):
            raise NotAClip("not_opus")
        pages.append((start, body, stop))
        start = stop
    return pages


def _checksum(page: bytearray) -> int:
    """The CRC of a page whose own four bytes of it are zero; RFC 3533, 6."""
    checksum = 0
    for byte in page:
        checksum = (checksum << 8 & 0xFFFFFFFF) ^ _table()[checksum >> 24 ^ byte]
    return checksum


@cache
def _table() -> tuple[int, ...]:
    rows = []
    for byte in range(256):
        row = byte << 24
        for _bit in range(8):
            row = (row << 1 & 0xFFFFFFFF) ^ (0x04C11DB7 if row >> 31 else 0)
        rows.append(row)
    return tuple(rows)
