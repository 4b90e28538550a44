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
