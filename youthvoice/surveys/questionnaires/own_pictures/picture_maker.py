"""A picture that somebody uploads, made over in a process of its own: a small square without anything but its dots.

A few kilobytes can unfold into gigabytes, and decoders of pictures have had holes: the process knows no key and no
address, has little memory and little time, opens no file, no socket and no other program, and all that comes out of it
is a new picture or a code. Pillow is loaded there and nowhere else. What one upload costs at most:
`MAX_PICTURE_BYTES` taken in, `MAX_CPU_SECONDS` of one core and `MAX_MEMORY` while it lasts, one at a time (whoever
comes meanwhile reads so at once), and `MAX_MADE_BYTES` kept.
"""

import io
import os
import re
import sys
from typing import TYPE_CHECKING, Final

from youthvoice.jobs.isolated_process import (
    IsolatedProcessFailed,
    forbid_opening,
    limit_this_process,
    run_isolated,
)

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PICTURE_BYTES: Final = 16 * 1024 * 1024
"""Bytes of an upload: a telephone's photo has three to twelve million."""

MAX_PIXELS: Final = 50_000_000  # telephones make 12, 24 or 50 million; a screen has two

_BAND: Final = 64  # lines that are turned into colours at once: the whole would be there three times over

MIN_SIDE: Final = 144  # pixels of the shorter side: below that it is a smear on a tile

SIDE: Final = 288  # pixels: a tile of a tablet draws 96, at three dots each

MAX_MADE_BYTES: Final = 16 * 1024
"""Bytes of what is kept. A page of questions weighs 60 KiB without them."""

_CHUNK: Final = 20  # bytes before the still in a WebP of one
_HEAD: Final = _CHUNK + 10

_QUALITIES: Final = (82, 70, 58, 46, 34, 22, 10, 0)

MAX_MEMORY: Final = 512 * 1024 * 1024  # bytes of addresses, all libraries included

MAX_CPU_SECONDS: Final = 4  # of one core; fifty million dots take up to one and a half

MAX_SECONDS: Final = 20  # by the clock: against a process that hangs, or whom busier ones leave little

MAX_SCANS: Final = 20
"""Passes over a JPEG: cameras make one, programs ten or eleven. Each is a look at every dot, in however few bytes."""

_NICE: Final = 10  # a child's Send goes before it

_MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""What ends the dots of a scan: no filled-up byte, no restart."""

_START_OF_SCAN, _END, _BEGINS = 0xDA, 0xD9, b"\xff\xd8\xff"
_WITHOUT_LENGTH: Final = frozenset({0x01, 0xD8})

_MODULE: Final = "youthvoice.surveys.questionnaires.own_pictures.picture_maker"

REFUSALS: Final = frozenset(
    {"no_picture", "animated", "too_large", "too_many_pixels", "too_small", "too_heavy", "busy"}
)


class PictureRefused(ValueError):
    """It cannot be taken.

    Attributes:
        code: one of `REFUSALS`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def make_picture(data: bytes) -> bytes:
    """The middle square of an uploaded picture, `SIDE` pixels wide, as WebP of at most `MAX_MADE_BYTES`.

    Args:
        data: PNG, JPEG or WebP.

    Raises:
        PictureRefused: with why.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise PictureRefused("too_large")
    try:
        answer = run_isolated(_MODULE, data or b"\0", MAX_SECONDS, patience=0)
    except IsolatedProcessFailed as failed:
        raise PictureRefused(failed.code) from None
    if not is_made_picture(answer):
        code = answer[:40].decode("ascii", "replace")
        raise PictureRefused(code if code in REFUSALS else "too_heavy")
    return answer


def is_made_picture(data: bytes) -> bool:
    """Whether bytes are what this module makes: a whole WebP of one lossy still, `SIDE` pixels square, no byte more.

    Whoever took that process over chooses its dots and nothing else. Source: RFC 9649; RFC 6386, 9.1.
    """
    if len(data) > MAX_MADE_BYTES or len(data) < _HEAD or (data[:4], data[8:16]) != (b"RIFF", b"WEBPVP8 "):
        return False
    whole, still = (int.from_bytes(data[at : at + 4], "little") for at in (4, 16))
    if (whole + 8, _CHUNK + still + still % 2) != (len(data), len(data)):
        return False
    is_key_frame, start = not data[_CHUNK] & 1, data[_CHUNK + 3 : _CHUNK + 6]
    sides = [int.from_bytes(data[at : at + 2], "little") for at in (_CHUNK + 6, _CHUNK + 8)]
    return is_key_frame and start == b"\x9d\x01\x2a" and sides == [SIDE, SIDE]


def make_in_process(data: bytes) -> bytes:
    """The same, in this process.

    Raises:
        PictureRefused: with why.
    """
    from PIL import Image  # noqa: PLC0415 - nobody else loads it

    if count_scans(data) > MAX_SCANS:
        raise PictureRefused("too_heavy")
    Image.MAX_IMAGE_PIXELS = None  # the size is looked at below, in words of ours
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
            _refuse(image)
            square = _plain_square(image)
    except (PictureRefused, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - whatever a broken file does to the library that opens it
        raise PictureRefused("no_picture") from None
    for quality in _QUALITIES:
        webp = io.BytesIO()
        square.save(webp, "WEBP", quality=quality, method=4)
        if webp.tell() <= MAX_MADE_BYTES:
            return webp.getvalue()
    raise PictureRefused("too_heavy")


def count_scans(data: bytes) -> int:
    """How many passes a JPEG has, counted up to one more than `MAX_SCANS`; 0 for anything else.

    Only of its first picture: what a telephone hangs behind the end of that, a film perhaps, is never unpacked.
    """
    scans, at = 0, 0
    while data.startswith(_BEGINS) and scans <= MAX_SCANS and (marker := _MARKER.search(data, at)):
        kind, at = data[marker.start() + 1], marker.end()
        if kind == _END:
            break
        if kind not in _WITHOUT_LENGTH:
            at += int.from_bytes(data[at : at + 2], "big")
        scans += kind == _START_OF_SCAN
    return scans


def _refuse(image: "Image") -> None:
    """Judge it by what its head says, before a dot of it is unpacked."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureRefused("too_many_pixels")
    if min(width, height) < MIN_SIDE:
        raise PictureRefused("too_small")
    if getattr(image, "is_animated", False) and image.format != "MPO":  # of a telephone's pair the first is the photo
        raise PictureRefused("animated")


def _plain_square(image: "Image") -> "Image":
    """Its middle, turned as it was held, on white, in a new picture that knows nothing of the file."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - as above

    held = image.getexif().get(0x0112)  # EXIF "Orientation"
    image.draft("RGB", (SIDE * 2, SIDE * 2))  # JPEG alone: unpacked smaller
    seen = _middle_square(image).resize((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    plain = Image.new("RGB", (SIDE, SIDE), "white")
    plain.paste(seen, mask=seen.getchannel("A"))
    turned = Image.Exif()
    turned[0x0112] = held or 1
    plain.info["exif"] = turned.tobytes()
    upright = ImageOps.exif_transpose(plain)
    last = Image.new("RGB", (SIDE, SIDE))
    last.paste(upright)
    return last


def _load_all() -> None:
    """All of Pillow that an upload may need: it loads the rest of itself late, and then nothing can be opened."""
    from PIL import Image, ImageOps, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401, PLC0415 - as above

    Image.preinit()


def _middle_square(image: "Image") -> "Image":
    """Its middle with colours and what is clear, made smaller by a whole number, band by band."""
    from PIL import Image  # noqa: PLC0415 - as above

    width, height = image.size
    side = min(width, height)
    factor = max(1, side // (SIDE * 2))
    left, top, small = (width - side) // 2, (height - side) // 2, side // factor
    square = Image.new("RGBA", (small, small))
    for line in range(0, small, _BAND):
        last = min(line + _BAND, small)
        band = image.crop((left, top + line * factor, left + small * factor, top + last * factor))
        if band.mode.startswith(("I", "F")):  # 16 bits of grey
            band = band.point(lambda dot: dot / 256).convert("L")
        square.paste(band.convert("RGBA").reduce(factor), (0, line))
    return square


def _main() -> None:
    """Answer one upload on standard input."""
    os.nice(_NICE)
    limit_this_process(MAX_MEMORY, MAX_CPU_SECONDS)
    _load_all()
    forbid_opening()  # before a byte of the upload is read
    answer, sys.stdout = sys.stdout.buffer, sys.stderr
    try:
        output = make_in_process(sys.stdin.buffer.read())
    except PictureRefused as refused:
        output = refused.code.encode()
    except (MemoryError, RecursionError):
        os._exit(1)  # nothing more can be done for sure with so little left
    answer.write(output)
    answer.flush()


if __name__ == "__main__":
    _main()
