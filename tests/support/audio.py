"""Bytes that pass for recordings, without anybody's voice in them."""

from tests.support.open_rounds import log
from youthvoice import db
from youthvoice.clips import availability
from youthvoice.clips.store import keep_clip
from youthvoice.clips.text_collector import SpokenText, TextPlace, clip_name

WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(60) + b"\x86\x86A_OPUS" + bytes(200)
OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x13" + b"OpusHead\x01\x01" + bytes(200)
VIDEO = WEBM[:80] + b"\x86\x85V_VP8" + WEBM[80:]
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
    unknown = b"\x01" + b"\xff" * 7
    blocks = [
        b"\xa3" + _size(4 + rate // 10) + b"\x81" + at.to_bytes(2, "big") + b"\x80" + bytes([at % 251]) * (rate // 10)
        for at in range(0, min(30_000, int(seconds * 1000)), 100)
    ]
    track = b"\x16\x54\xae\x6b" + _size(9) + b"\x86\x86A_OPUS" + b"\x00"
    segment = b"\x18\x53\x80\x67" + unknown + track + b"\x1f\x43\xb6\x75" + unknown + b"\xe7\x81\x00"
    return b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm" + segment + b"".join(blocks)


def _size(number: int) -> bytes:
    return (number | 0x4000).to_bytes(2, "big")


def ogg_of(seconds: float, rate: int = 2000) -> bytes:
    """An Ogg with Opus, one page each second."""
    head = b"OggS\x00\x02" + bytes(20) + b"\x01\x13" + b"OpusHead\x01\x01" + bytes(9)
    pages = []
    for at in range(max(1, int(seconds))):
        segments = bytes([255] * (rate // 255) + [rate % 255])
        granule = ((at + 1) * 48_000).to_bytes(8, "little")
        pages.append(b"OggS\x00\x00" + granule + bytes(12) + bytes([len(segments)]) + segments + bytes([at]) * rate)
    return head + b"".join(pages)
