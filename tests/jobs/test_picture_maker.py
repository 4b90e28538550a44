"""Whatever is uploaded as a picture: out comes a small plain square or a reason, and nothing heavy happens here."""

import io
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest
from flask import Flask
from PIL import Image

from tests.support.long_tests import breadth, long_test
from youthvoice.jobs import labels, picture_maker
from youthvoice.jobs.picture_maker import (
    MAX_MADE_BYTES,
    MAX_PICTURE_BYTES,
    MIN_SIDE,
    REFUSALS,
    SIDE,
    PictureRefused,
    is_made_picture,
    make_picture,
)

ROOT = Path(__file__).parents[2]
CANARY = b"zebramango"
ORIENTATION, MAKER, DESCRIPTION = 0x0112, 0x010F, 0x010E


def packed(image: Image.Image, kind: str, **more: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **more)
    return written.getvalue()


def opened(made: bytes) -> Image.Image:
    return Image.open(io.BytesIO(made)).convert("RGB")


def near(one: object, other: tuple[int, int, int]) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


def still(mode: str = "RGB", size: tuple[int, int] = (400, 300), colour: object = 0) -> Image.Image:
    return Image.new(mode, size, colour)  # type: ignore[arg-type] # what each mode takes


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_the_middle_square_of_one_size_and_kind(kind: str) -> None:
    image = still(size=(600, 300), colour=(200, 30, 30))
    image.paste((30, 30, 200), (150, 0, 450, 300))  # the middle square
    webp = make_picture(packed(image, kind))
    assert is_made_picture(webp)
    square = opened(webp)
    assert square.size == (SIDE, SIDE)
    for dot in ((3, 3), (SIDE - 4, 3), (3, SIDE - 4), (SIDE - 4, SIDE - 4), (144, 144)):
        assert near(square.getpixel(dot), (30, 30, 200))


def test_the_heaviest_picture_there_is_stays_light() -> None:
    """CHILD-UX: a page of questions on a bad network; noise is what no coder makes small."""
    noise = Image.frombytes("RGB", (900, 600), os.urandom(900 * 600 * 3))
    assert 4096 < len(make_picture(packed(noise, "JPEG", quality=90))) <= MAX_MADE_BYTES


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_nothing_of_the_file_but_its_dots_is_kept(kind: str) -> None:
    """Where, when and with what it was taken: EXIF, a profile, XMP, texts, whatever hangs behind the end."""
    exif = Image.Exif()
    exif[MAKER], exif[DESCRIPTION] = CANARY.decode(), CANARY.decode()
    exif.get_ifd(0x8825)[29] = CANARY.decode()  # day of the place by satellites
    file = packed(still(), kind, exif=exif, icc_profile=CANARY * 20, xmp=CANARY) + CANARY
    assert file.count(CANARY) >= 4
    webp = make_picture(file)
    assert CANARY not in webp
    assert webp[12:16] == b"VP8 ", "the plain form, which has no place for anything else"
    assert int.from_bytes(webp[4:8], "little") == len(webp) - 8


def test_a_picture_stands_as_it_was_held() -> None:
    image, held = still(size=(400, 400), colour="white"), Image.Exif()
    image.paste((200, 0, 0), (0, 0, 400, 100))  # red above, which the camera held to the right
    held[ORIENTATION] = 6
    square = opened(make_picture(packed(image, "JPEG", exif=held, quality=95)))
    assert near(square.getpixel((SIDE - 10, 144)), (200, 0, 0))
    assert near(square.getpixel((144, 10)), (255, 255, 255))


@pytest.mark.parametrize("mode", breadth(["P", "I;16"], ["1", "L", "LA", "RGB", "RGBA"]))
def test_every_way_of_colour_is_read(mode: str) -> None:
    assert opened(make_picture(packed(still(mode), "PNG"))).size == (SIDE, SIDE)


@long_test("RUN")
def test_what_is_clear_is_white_and_greys_of_sixteen_bits_are_greys() -> None:
    assert near(opened(make_picture(packed(still("RGBA"), "PNG"))).getpixel((9, 9)), (255, 255, 255))
    grey = opened(make_picture(packed(still("I;16", colour=40000), "PNG")))
    assert near(grey.getpixel((9, 9)), (156, 156, 156))


def _moving(kind: str) -> bytes:
    return packed(still(), kind, save_all=True, append_images=[still(colour=(255, 0, 0))])


def _says_more(width: int) -> bytes:
    """A few bytes of PNG whose head says that it is as wide and high."""
    file = bytearray(packed(still("1"), "PNG"))
    file[16:24] = width.to_bytes(4, "big") * 2
    file[29:33] = crc32(file[12:29]).to_bytes(4, "big")
    return bytes(file)


@cache
def _in_passes() -> bytes:
    return packed(still(size=(7000, 7100)), "JPEG", progressive=True)


def _scans(number: int) -> bytes:
    """A JPEG of fifty million dots whose last pass, which brings nothing, comes once more and once more."""
    file = _in_passes()
    last = file[file.rindex(b"\xff\xda") : -2]
    return file[:-2] + last * (number - file.count(b"\xff\xda")) + b"\xff\xd9"


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "no_picture"),
    "words": (lambda: b"not a picture", "no_picture"),
    "a page": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "no_picture"),
    "a gif": (lambda: packed(still(), "GIF"), "no_picture"),
    "a tiff": (lambda: packed(still(), "TIFF"), "no_picture"),
    "half a picture": (lambda: packed(Image.effect_noise((400, 300), 90), "PNG")[:20_000], "no_picture"),
    "a moving png": (lambda: _moving("PNG"), "animated"),
    "a moving webp": (lambda: _moving("WEBP"), "animated"),
    "too many bytes": (lambda: bytes(MAX_PICTURE_BYTES + 1), "too_large"),
    "too many dots": (lambda: packed(still("1", (30_000, 30_000)), "PNG"), "too_many_pixels"),
    "a head that lies": (lambda: _says_more(2**31 - 1), "too_many_pixels"),
    "thousands of scans": (lambda: _scans(2000), "too_heavy"),
    "too narrow": (lambda: packed(still(size=(MIN_SIDE - 1, 900)), "PNG"), "too_small"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_taken_is_refused_with_its_reason_and_costs_little(app: Flask, what: str) -> None:
    make, code = REFUSED[what]
    file, before = make(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(PictureRefused) as refused:
        make_picture(file)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert refused.value.code == code
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < 2
    with app.test_request_context():
        assert str(labels.PICTURE_REFUSAL_LABELS[code])


@long_test("RUN")
def test_a_photo_with_a_film_behind_it_and_one_in_many_scans_are_taken() -> None:
    """The film holds whatever bytes it likes; what a program saves for the web has ten scans or eleven."""
    film = b"\xff\xda" * 500
    for file in (
        packed(still(), "JPEG") + film,
        packed(still(), "JPEG", comment=film),
        _scans(picture_maker.MAX_SCANS),
    ):
        assert is_made_picture(make_picture(file))
    assert [picture_maker.count_scans(_scans(number)) for number in (11, 20, 21, 500)] == [11, 20, 21, 21]


def test_whoever_uploads_while_another_file_is_unpacked_reads_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    class Held:
        def acquire(self, timeout: float) -> bool:
            waited.append(timeout)
            return False

    monkeypatch.setattr("youthvoice.jobs.isolated_process._ONE_AT_A_TIME", Held())
    with pytest.raises(PictureRefused, match="busy"):
        make_picture(packed(still(), "PNG"))
    assert waited == [0]


def test_every_reason_has_words() -> None:
    assert set(labels.PICTURE_REFUSAL_LABELS) == REFUSALS


@pytest.mark.parametrize("size", [(600, 470), (577, 1153), (1999, 1201)])
def test_a_picture_made_small_in_bands_keeps_every_part_in_its_place(size: tuple[int, int]) -> None:
    side = min(size)
    quarters = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30))
    image, left, top = still(size=size), (size[0] - side) // 2, (size[1] - side) // 2
    for nth, colour in enumerate(quarters):
        at = (left + nth % 2 * side // 2, top + nth // 2 * side // 2)
        image.paste(colour, (*at, at[0] + side // 2 + 1, at[1] + side // 2 + 1))
    square = opened(make_picture(packed(image, "PNG")))
    for nth, colour in enumerate(quarters):
        for far in (12, 130):
            across, down = (SIDE - 1 - far if there else far for there in (nth % 2, nth // 2))
            assert near(square.getpixel((across, down)), colour)


@long_test("RUN")
@pytest.mark.parametrize(("kind", "side"), breadth([("PNG", 7070)], [("JPEG", 7070), ("WEBP", 5000)]))
def test_the_largest_that_is_taken_is_made_within_its_time_and_memory(kind: str, side: int) -> None:
    """A decoder of WebP holds it three times over; past this it may say that it is too heavy."""
    assert is_made_picture(make_picture(packed(still(size=(side, side), colour=(9, 99, 9)), kind)))


def test_what_that_process_writes_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever took it over with a picture makes no page, no script and nothing large of it."""
    webp = make_picture(packed(still(), "PNG"))
    short = webp[:26] + (144).to_bytes(2, "little") + webp[28:]
    for written in (
        b"<script>", b"RIFF" + bytes(40), b"RIFF0000WEBPVP8 " + bytes(MAX_MADE_BYTES), b"animated!", webp + b"<script>",
        webp[:-2], short, webp[:12] + b"VP8X" + webp[16:], webp[:20] + b"\x01" + webp[21:], webp[:28],
    ):  # fmt: skip
        monkeypatch.setattr(picture_maker, "run_isolated", lambda *_asked, written=written, **_more: written)
        with pytest.raises(PictureRefused, match="too_heavy"):
            make_picture(b"any")


def test_the_process_that_unpacks_it_opens_no_file_no_socket_and_no_program() -> None:
    """It runs as the same user: whoever takes it over with a picture would read the key files."""
    done = subprocess.run([sys.executable, "-c", _OPENS], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["OSError"] * 3
    maker = Path(picture_maker.__file__).read_text("utf-8")
    assert maker.index("forbid_opening()  #") < maker.index("sys.stdin.buffer.read()")


_OPENS = """
import os, socket, subprocess
from youthvoice.jobs.isolated_process import forbid_opening
forbid_opening()
for opens in (lambda: open("README.md"), socket.socket, lambda: subprocess.run(["true"])):
    try:
        opens()
    except OSError:
        print("OSError")
"""


_SERVES = """
import sys
from youthvoice.config import Settings
from youthvoice.factory import create_app
where = {"YOUTHVOICE_DATA": sys.argv[1], "YOUTHVOICE_KEYS": sys.argv[1] + "/keys"}
create_app(Settings.read({"YOUTHVOICE_MODE": "development", **where}))
from youthvoice.surveys.questionnaires.xlsform import xlsform_reader, xlsform_writer
xlsform_writer.write_template()
print(sorted(name for name in sys.modules if name.partition(".")[0] == "PIL"))
"""


@long_test("RUN")
def test_no_process_that_serves_or_reads_forms_loads_the_decoder(tmp_path: Path) -> None:
    """The library that reads workbooks would, for drawings in them."""
    process = subprocess.run(
        [sys.executable, "-c", _SERVES, str(tmp_path)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert process.stdout.splitlines()[-1] == "[]"
    loads = [file for file in (ROOT / "youthvoice").rglob("*.py") if "from PIL" in file.read_text("utf-8")]
    assert [file.name for file in loads] == ["picture_maker.py"]
