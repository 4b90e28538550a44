"""Check that bytes are a small film without sound, and clear what tells where, when or with what it was made. Pure.

What an element is for is known of those that a film needs. Any other one (places and devices, titles, tags, pictures)
is overwritten in its place, so that nothing after it moves. Sources: ISO/IEC 14496-12 and 14496-15 for MP4; RFC 8794
and RFC 9559 for WebM.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from youthvoice.clips.audio_files import NotAClip

MAX_FILM_BYTES: Final = 300 * 1024
"""A tablet lays every film of its site by before any child asks: 300 of them then take 90 MB at most."""

MAX_FILM_SIDE: Final = 720
"""Width and height in pixels: what an old tablet plays without a pause."""

MP4, WEBM = "video/mp4", "video/webm"


def clear_film(film: bytes) -> tuple[bytes, str]:
    """The film without places, days, devices and titles, and its media type: `video/mp4` or `video/webm`.

    Raises:
        NotAClip: `empty`, `film_too_large`, `not_film`, `film_codec`, `film_tracks` for sound or a second track, or
            `film_too_wide`.
    """
    if not film:
        raise NotAClip("empty")
    if len(film) > MAX_FILM_BYTES:
        raise NotAClip("film_too_large")
    is_mp4 = film[4:8] == b"ftyp"
    if not is_mp4 and not (film.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in film[:64]):
        raise NotAClip("not_film")
    content, tracks = bytearray(film), Tracks()
    (_clear_mp4 if is_mp4 else clear_webm)(content, tracks)
    tracks.check_film()
    return bytes(content), MP4 if is_mp4 else WEBM


@dataclass(slots=True)
class Tracks:
    """What a film says of its tracks.

    Attributes:
        kinds: "vide" in MP4, 1 in WebM for a picture; others for sound.
        codecs: of each track.
        sides: width and height of the picture, in pixels.
    """

    kinds: list[bytes] = field(default_factory=list)
    codecs: list[bytes] = field(default_factory=list)
    sides: list[int] = field(default_factory=list)

    def check_film(self) -> None:
        """Refuse what is no small film without sound."""
        if not self.kinds:
            raise NotAClip("not_film")
        if self.kinds not in ([b"vide"], [b"\x01"]):
            raise NotAClip("film_tracks")
        if len(self.codecs) != 1 or self.codecs[0] not in {b"avc1", b"avc3", b"V_VP8", b"V_VP9"}:
            raise NotAClip("film_codec")
        if len(self.sides) != 2:  # noqa: PLR2004 - width and height
            raise NotAClip("not_film")
        if not all(0 < side <= MAX_FILM_SIDE for side in self.sides):
            raise NotAClip("film_too_wide")


_PARENT_BOXES: Final = frozenset(b"moov trak edts mdia minf dinf stbl mvex moof traf".split())
_KEPT_BOXES: Final = frozenset(
    b"ftyp styp mdat sidx mvhd tkhd elst mdhd hdlr vmhd dref stsd stts stss ctts stsc stsz stz2 stco co64 sdtp"
    b" sbgp sgpd mehd trex mfhd tfhd tfdt trun".split()
)
_DATED_BOXES: Final = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_HANDLER: Final = 24  # bytes of a handler before its name
_VISUAL_ENTRY: Final = 78  # bytes of a description of samples before its own boxes


def _clear_mp4(film: bytearray, tracks: Tracks) -> None:
    for kind, start, end in _boxes(film, 0, len(film), _PARENT_BOXES):
        if kind in _DATED_BOXES:  # version and flags in four bytes, then made and changed in eight each, or four
            _blank(film, start + 4, min(end, start + (20 if film[start : start + 1] == b"\x01" else 12)))
        elif kind == b"hdlr":
            if end - start >= _HANDLER and film[start + 4 : start + 8] != b"dhlr":  # "dhlr" is of no track
                tracks.kinds.append(bytes(film[start + 8 : start + 12]))
            _blank(film, start + _HANDLER, end)  # a name, such as that of a telephone
        elif kind == b"stsd":  # after version, flags and a number come descriptions of samples
            _clear_description(film, start + 8, end, tracks)


def _clear_description(film: bytearray, start: int, end: int, tracks: Tracks) -> None:
    for codec, at, stop in _boxes(film, start, end):
        tracks.codecs.append(codec)
        if stop - at >= _VISUAL_ENTRY:
            tracks.sides += [int.from_bytes(film[at + nth : at + nth + 2], "big") for nth in (24, 26)]
            _blank(film, at + 42, at + 74)  # the name of what wrote it


def _boxes(
    film: bytearray, start: int, end: int, parents: frozenset[bytes] = frozenset()
) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin and end of the content of each box that is kept; those in a parent instead of the parent itself.

    Any other box becomes one of kind `free`, with zeros in it.

    Args:
        film: is changed.
        start: of the first box.
        end: of the last one.
        parents: kinds of boxes that hold others; without any, boxes of every kind are kept.
    """
    while start < end:
        kind = bytes(film[start + 4 : start + 8])
        head, size = 8, int.from_bytes(film[start : start + 4], "big")
        if size == 1:  # the size is in the eight bytes after the kind
            head, size = 16, int.from_bytes(film[start + 8 : start + 16], "big")
        stop = start + size if size else end  # without a size it is the last box
        if not start + head <= stop <= end:
            raise NotAClip("not_film")
        if kind in parents:
            start += head
            continue
        if not parents or kind in _KEPT_BOXES:
            yield kind, start + head, stop
        else:
            film[start + 4 : start + 8] = b"free"
            _blank(film, start + head, stop)
        start = stop


_HEAD, _SEGMENT, _INFO, _TRACKS, _TRACK, _VIDEO, _AUDIO = (
    0x1A45DFA3,
    0x18538067,
    0x1549A966,
    0x1654AE6B,
    0xAE,
    0xE0,
    0xE1,
)
_CLUSTER: Final = 0x1F43B675
_PARENTS: Final = frozenset({_SEGMENT, _INFO, _TRACKS, _TRACK, _VIDEO, _AUDIO})
_KIND, _CODEC, _SIDES = 0x83, 0x86, frozenset({0xB0, 0xBA})
_WRITTEN_BY: Final = frozenset({0x4D80, 0x5741})
_KEPT: Final = frozenset(
    # the head, the table of contents, clusters and the parts of one of unknown size, the index
    {_HEAD, 0x114D9B74, _CLUSTER, 0xE7, 0xA3, 0xA0, 0xA7, 0xAB, 0x1C53BB6B}
    # the unit of times, the length
    | {0x2AD7B1, 0x4489}
    # of a track: numbers, flags, how long a picture stays, codec
    | {0xD7, 0x73C5, _KIND, 0xB9, 0x88, 0x55AA, 0x9C, 0x6DE7, 0x23E383, 0x22B59C, _CODEC, 0x63A2, 0x56AA, 0x56BB}
    # of a sound: its rates, channels, bits (`sound_files`)
    | {0xB5, 0x78B5, 0x9F, 0x6264}
    # of a picture: sizes, and how it is shown
    | {*_SIDES, 0x54B0, 0x54BA, 0x54B2, 0x54AA, 0x54BB, 0x54CC, 0x54DD, 0x9A, 0x9D, 0x53C0, 0x55B0}
)


def clear_webm(film: bytearray, tracks: Tracks) -> None:
    """Clear a WebM in its place.

    Args:
        film: is changed; a sound, too.
        tracks: learns what is in it.

    Raises:
        NotAClip: `not_film`: it is not whole.
    """
    start = 0
    while start < len(film):
        identity, at = _read_number(film, start, keeps_marker=True)
        size, body = _read_number(film, at)
        is_unknown = size == (1 << 7 * (body - at)) - 1  # all bits set: the size was not known when it was written
        stop = len(film) if is_unknown else body + size
        if stop > len(film) or (is_unknown and identity not in {_SEGMENT, _CLUSTER}):
            raise NotAClip("not_film")
        if identity in _PARENTS or is_unknown:
            start = body
            continue
        _clear_element(film, identity, (start, body, stop), tracks)
        start = stop


def _clear_element(film: bytearray, identity: int, place: tuple[int, int, int], tracks: Tracks) -> None:
    start, body, stop = place
    if identity == _KIND:
        tracks.kinds.append(bytes(film[body:stop]))
    elif identity == _CODEC:
        tracks.codecs.append(bytes(film[body:stop]))
    elif identity in _SIDES:
        tracks.sides.append(int.from_bytes(film[body:stop], "big"))
    elif identity in _WRITTEN_BY:  # a film must have them: empty words
        _blank(film, body, stop)
    elif identity not in _KEPT:
        # a Void element in its place: one byte of identity, then a size so wide that it ends where this one does
        width = min(8, body - start - 1)
        film[start] = 0xEC
        film[start + 1 : start + 1 + width] = ((1 << 7 * width) | (stop - start - 1 - width)).to_bytes(width, "big")
        _blank(film, start + 1 + width, stop)


def _read_number(film: bytearray, at: int, *, keeps_marker: bool = False) -> tuple[int, int]:
    """A number of variable length, and where it ends; the first set bit (the marker) says how long it is."""
    length = 9 - film[at].bit_length() if at < len(film) and film[at] else 0
    if not length or at + length > len(film):
        raise NotAClip("not_film")
    number = int.from_bytes(film[at : at + length], "big")
    return number if keeps_marker else number & ((1 << 7 * length) - 1), at + length


def _blank(film: bytearray, start: int, end: int) -> None:
    """Zeros in place of what stood there."""
    film[start:end] = bytes(max(0, end - start))
