"""Convert an uploaded picture, in a process of its own, into a small square image without any metadata.

A few kilobytes can unpack to gigabytes, and picture decoders have had security holes. So the process knows no key and
no address, has little memory and time, opens no file, no socket and no other program, and returns only a new picture or
a code. Pillow is loaded there and nowhere else. One upload costs at most: `MAX_PICTURE_BYTES` received,
`MAX_CPU_SECONDS` of one core and `MAX_MEMORY` of memory, one upload at a time in each web process (others are refused
immediately), and `MAX_MADE_BYTES` stored.
"""

import io
import os
import re
import sys
from typing import TYPE_CHECKING, Final

from youthvoice.jobs.isolated_process import IsolatedProcessFailed, forbid_opening, limit_this_process, run_isolated

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PICTURE_BYTES: Final = 16 * 1024 * 1024
"""Bytes of an upload; a telephone's photo has three to twelve million."""

MAX_PIXELS: Final = 50_000_000  # telephones make 12, 24 or 50 million; a screen has two

_BAND: Final = 64  # lines that are converted together: the whole picture would be in memory three times

MIN_SIDE: Final = 144  # pixels of the shorter side; a smaller picture is blurred on a tile

SIDE: Final = 288  # pixels; a tile on a tablet is 96 wide, at a pixel ratio of three

MAX_MADE_BYTES: Final = 16 * 1024
"""Bytes of a stored picture. A page of questions has 60 KiB without them."""

_DATA_AT: Final = 20  # bytes before the image data in a WebP with one lossy image
_MIN_BYTES: Final = _DATA_AT + 10  # the image data begin with tag, start code, width and height

_QUALITIES: Final = (82, 70, 58, 46, 34, 22, 10, 0)

MAX_MEMORY: Final = 512 * 1024 * 1024  # bytes of address space, with all libraries

MAX_CPU_SECONDS: Final = 4  # of one core; fifty million pixels take up to one and a half

MAX_SECONDS: Final = 20  # by the clock: against a process that hangs, or gets too little of a busy machine

MAX_SCANS: Final = 20
"""Scans in a JPEG: cameras write one, programs ten or eleven. Each costs a pass over all pixels, however few bytes."""

_MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""A marker that ends the data of a scan: neither a stuffed byte nor a restart."""

_START_OF_SCAN, _END, _BEGINS = 0xDA, 0xD9, b"\xff\xd8\xff"
_WITHOUT_LENGTH: Final = frozenset({0x01, 0xD8})

_MODULE: Final = "youthvoice.jobs.picture_maker"

REFUSALS: Final = frozenset(
    {"no_picture", "animated", "too_large", "too_many_pixels", "too_small", "too_heavy", "busy"}
)


class PictureRefused(ValueError):
    """The upload cannot be used.

    Attributes:
        code: one of `REFUSALS`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def make_picture(data: bytes) -> bytes:
    """Return the middle square of an uploaded picture, `SIDE` pixels wide, as WebP of at most `MAX_MADE_BYTES`.

    Args:
        data: PNG, JPEG or WebP.

    Raises:
        PictureRefused: with why.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise PictureRefused("too_large")
    try:
        answer = run_isolated(_MODULE, data or b"\0", MAX_SECONDS, wait_seconds=0)
    except IsolatedProcessFailed as failed:
        raise PictureRefused(failed.code) from None
    if not is_made_picture(answer):
        code = answer[:40].decode("ascii", "replace")
        raise PictureRefused(code if code in REFUSALS else "too_heavy")
    return answer


def is_made_picture(data: bytes) -> bool:
    """Whether bytes have exactly the form of our output: a WebP with one lossy image, `SIDE` square, not a byte more.

    An attacker who took over the process can choose the pixels and nothing else. Source: RFC 9649; RFC 6386, 9.1.
    """
    if len(data) > MAX_MADE_BYTES or len(data) < _MIN_BYTES or (data[:4], data[8:16]) != (b"RIFF", b"WEBPVP8 "):
        return False
    file_length, data_length = (int.from_bytes(data[at : at + 4], "little") for at in (4, 16))
    if (file_length + 8, _DATA_AT + data_length + data_length % 2) != (len(data), len(data)):
        return False
    is_key_frame, start = not data[_DATA_AT] & 1, data[_DATA_AT + 3 : _DATA_AT + 6]
    sides = [int.from_bytes(data[at : at + 2], "little") for at in (_DATA_AT + 6, _DATA_AT + 8)]
    return is_key_frame and start == b"\x9d\x01\x2a" and sides == [SIDE, SIDE]


def make_in_process(data: bytes) -> bytes:
    """As `make_picture`, in this process.

    Raises:
        PictureRefused: with why.
    """
    from PIL import Image  # noqa: PLC0415 - nobody else loads it

    if count_scans(data) > MAX_SCANS:
        raise PictureRefused("too_heavy")
    Image.MAX_IMAGE_PIXELS = None  # the size is checked below
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
            _refuse_by_header(image)
            square = _plain_square(image)
    except (PictureRefused, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - any error of the library on a broken file
        raise PictureRefused("no_picture") from None
    for quality in _QUALITIES:
        webp = io.BytesIO()
        square.save(webp, "WEBP", quality=quality, method=4)
        if webp.tell() <= MAX_MADE_BYTES:
            return webp.getvalue()
    raise PictureRefused("too_heavy")


def count_scans(data: bytes) -> int:
    """Count the scans of a JPEG, up to one more than `MAX_SCANS`; 0 for anything else.

    Only its first picture counts: what a telephone appends after that, perhaps a film, is never unpacked.
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


def _refuse_by_header(image: "Image") -> None:
    """Refuse a picture by its header, before any pixel is unpacked."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureRefused("too_many_pixels")
    if min(width, height) < MIN_SIDE:
        raise PictureRefused("too_small")
    if getattr(image, "is_animated", False) and image.format != "MPO":  # MPO: a photo, then others
        raise PictureRefused("animated")


def _plain_square(image: "Image") -> "Image":
    """Its middle square, turned upright, on white, in a new picture without anything else from the file."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - as above

    orientation = image.getexif().get(0x0112)  # EXIF "Orientation"
    image.draft("RGB", (SIDE * 2, SIDE * 2))  # JPEG only: unpacks to a smaller size
    small = _middle_square(image).resize((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    plain = Image.new("RGB", (SIDE, SIDE), "white")
    plain.paste(small, mask=small.getchannel("A"))
    turned = Image.Exif()
    turned[0x0112] = orientation or 1
    plain.info["exif"] = turned.tobytes()
    upright = ImageOps.exif_transpose(plain)
    last = Image.new("RGB", (SIDE, SIDE))
    last.paste(upright)
    return last


def _middle_square(image: "Image") -> "Image":
    """Its middle square with colours and transparency, reduced by a whole factor, band by band."""
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
            band = band.point(lambda pixel: pixel / 256).convert("L")
        square.paste(band.convert("RGBA").reduce(factor), (0, line))
    return square


def _load_all() -> None:
    """Load all parts of Pillow that an upload may need: it loads some late, when no file can be opened."""
    from PIL import Image, ImageOps, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401, PLC0415 - as above

    Image.preinit()


def _main() -> None:
    """Answer one upload on standard input."""
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
