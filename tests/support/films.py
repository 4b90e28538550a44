"""Films of a moving shape, with nobody in them, and the sites that show them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.support.audio import TEST_PLACE
from tests.support.open_rounds import log
from youthvoice import db
from youthvoice.clips import availability
from youthvoice.clips.store import keep_clip
from youthvoice.clips.text_collector import SpokenText, TextPlace, clip_name, film_voice
from youthvoice.sites.store import change_site

FILM: Final = (Path(__file__).parent / "moving_shape.webm").read_bytes()
"""A square that moves for a second: WebM with VP8, 160 pixels a side."""

LONG_FILM: Final = (Path(__file__).parent / "seven_seconds.webm").read_bytes()
"""A square that changes its colour for seven seconds: WebM with VP8, 160 pixels a side."""

SIGN: Final = "qsl"
"""Of the codes that ISO 639-3 leaves to whoever needs one: no people signs it."""


def offer_signs(site_id: int, name: str = "Example Sign Language") -> None:
    """The site shows films in this sign language."""
    with db.writing(db.engine()) as session:
        change_site(session, site_id, {"sign_language": SIGN, "sign_name": name})


def sign_texts(language: str, texts: Iterable[str], film: bytes = FILM, place: TextPlace = TEST_PLACE) -> list[str]:
    """Keep a film of each text; gives the addresses where a tablet finds them."""
    addresses = []
    with db.writing(db.engine()) as session:
        for words in dict.fromkeys(texts):
            voice = film_voice(language, SIGN)
            kept = keep_clip(session, SpokenText(voice, words, place), film, "coordinator", log())
            addresses.append(f"/clips/signs/{clip_name(voice, words)}/{kept.take}")
    availability.forget_index()
    return addresses


def box(kind: bytes, *parts: bytes) -> bytes:
    """One box of an MP4, or a box with others in it."""
    content = b"".join(parts)
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def mp4_of(
    *more: bytes, handler: bytes = b"vide", codec: bytes = b"avc1", sides: tuple[int, int] = (160, 160), tracks: int = 1
) -> bytes:
    """An MP4 as a telephone makes it, without a picture in it.

    Args:
        more: further boxes of `moov`.
        handler: of its tracks.
        codec: of its tracks.
        sides: width and height.
        tracks: how many.
    """
    day = bytes(4) + b"\xe5\xe5\xe5\xe5" * 2  # when it was filmed
    entry = bytes(24) + b"".join(side.to_bytes(2, "big") for side in sides) + bytes(14) + b"\x07Camera7" + bytes(28)
    table = box(b"stbl", box(b"stsd", bytes(4), b"\0\0\0\1", box(codec, entry, box(b"avcC", b"\1"))))
    handled = box(b"hdlr", bytes(8), handler, bytes(12), b"Telephone of Somebody\0")
    track = box(b"trak", box(b"tkhd", day, bytes(72)), box(b"mdia", box(b"mdhd", day), handled, box(b"minf", table)))
    moov = box(b"moov", box(b"mvhd", day, bytes(88)), track * tracks, *more)
    return box(b"ftyp", b"isom") + moov + box(b"mdat", b"\7" * 400)


def element(identity: bytes, content: bytes) -> bytes:
    """One element of a WebM."""
    return identity + (0x4000 | len(content)).to_bytes(2, "big") + content


def webm_of(*more: bytes, kinds: bytes = b"\1", codec: bytes = b"V_VP8", sides: tuple[int, int] = (160, 160)) -> bytes:
    """A WebM as a browser records it, its segment of unknown size, without a picture in it.

    Args:
        more: further elements of the segment.
        kinds: of its tracks, a byte each.
        codec: of its tracks.
        sides: width and height.
    """
    picture = b"".join(
        element(bytes([name]), side.to_bytes(2, "big")) for name, side in zip(b"\xb0\xba", sides, strict=True)
    )
    tracks = [
        element(b"\xae", element(b"\x83", bytes([kind])) + element(b"\x86", codec) + element(b"\xe0", picture))
        for kind in kinds
    ]
    info = element(b"\x15\x49\xa9\x66", element(b"\x57\x41", b"Camera7") + element(b"\x44\x61", b"\x07" * 8))
    segment = b"\x18\x53\x80\x67" + b"\x01" + b"\xff" * 7
    cluster = b"\x1f\x43\xb6\x75" + b"\x01" + b"\xff" * 7 + element(b"\xe7", b"\0") + element(b"\xa3", b"\x81" * 40)
    head = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", b"webm"))
    return head + segment + info + element(b"\x16\x54\xae\x6b", b"".join(tracks)) + cluster + b"".join(more)
