"""Bytes that pass for recordings, without anybody's voice in them."""

from tests.support.open_rounds import log
from youthvoice import db
from youthvoice.clips import availability
from youthvoice.clips.sound_files import clear_sound
from youthvoice.clips.store import keep_clip
from youthvoice.clips.text_collector import SpokenText, TextPlace, clip_name

_UNKNOWN = b"\x01" + b"\xff" * 7
_WEBM_HEAD = b"\x1a\x45\xdf\xa3\x8b\x42\x86\x81\x01\x42\x82\x84webm\x18\x53\x80\x67" + _UNKNOWN
_OPUS_TRACK = b"\x16\x54\xae\x6b\x8a\xae\x88\x86\x86A_OPUS"


def webm_block(sound: bytes) -> bytes:
    """One block of a recording, to follow the others."""
    return b"\xa3" + _size(4 + len(sound)) + b"\x81\x00\x00\x80" + sound


def _size(number: int) -> bytes:
    return (number | 0x4000).to_bytes(2, "big")


def ogg_page(content: bytes, granule: int = 0, flags: int = 0) -> bytes:
    """A page with one packet; without the right sum of its bytes, which only players ask for."""
    segments = bytes([255] * (len(content) // 255) + [len(content) % 255])
    head = b"OggS\x00%c%b" % (flags, granule.to_bytes(8, "little"))
    return head + bytes(12) + bytes([len(segments)]) + segments + content


WEBM = _WEBM_HEAD + _OPUS_TRACK + b"\x1f\x43\xb6\x75" + _UNKNOWN + b"\xe7\x81\x00" + webm_block(bytes(200))
_OGG_HEAD = ogg_page(b"OpusHead\x01\x01" + bytes(9), flags=2) + ogg_page(b"OpusTags" + bytes(8))
OGG = clear_sound(_OGG_HEAD + ogg_page(bytes(200), 960))[0]
VIDEO = WEBM.replace(b"\xae\x88\x86\x86A_OPUS", b"\xae\x8f\x86\x85V_VP8\x86\x86A_OPUS")
VORBIS = OGG.replace(b"OpusHead", b"\x01vorbis\x00")

TEST_PLACE = TextPlace("test", "top", "0")


def record(language: str, words: str, sound: bytes = WEBM, place: TextPlace = TEST_PLACE) -> str:
    """Keep a clip of some words; gives the address where a tablet hears it."""
    with db.writing(db.engine()) as session:
        kept = keep_clip(session, SpokenText(language, words, place), sound, "coordinator", log())
    availability.forget_index()
    return f"/clips/{clip_name(language, words)}/{kept.take}"


def webm_of(seconds: float, rate: int = 2000) -> bytes:
    """A WebM as a browser records it, with `rate` bytes of sound a second: its parts of unknown size."""
    blocks = [
        b"\xa3" + _size(4 + rate // 10) + b"\x81" + at.to_bytes(2, "big") + b"\x80" + bytes([at % 251]) * (rate // 10)
        for at in range(0, min(30_000, int(seconds * 1000)), 100)
    ]
    return _WEBM_HEAD + _OPUS_TRACK + b"\x1f\x43\xb6\x75" + _UNKNOWN + b"\xe7\x81\x00" + b"".join(blocks)


def ogg_of(seconds: float, rate: int = 2000) -> bytes:
    """An Ogg with Opus, one page each second."""
    pages = (ogg_page(bytes([at]) * rate, (at + 1) * 48_000) for at in range(max(1, int(seconds))))
    return _OGG_HEAD + b"".join(pages)
