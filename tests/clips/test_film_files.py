"""Only a small silent film is kept, and nothing in it tells where, when or with what it was filmed."""

import pytest

from tests.support.audio import OGG, WEBM
from tests.support.films import FILM, box, element, mp4_of, webm_of
from youthvoice.clips.audio_files import NotAClip
from youthvoice.clips.film_files import MAX_FILM_BYTES, MAX_FILM_SIDE, clear_film

PLACE = b"+12.97+077.59/"
TAGS = element(b"\x12\x54\xc3\x67", element(b"\x73\x73", PLACE))
ATTACHMENT = element(b"\x19\x41\xa4\x69", element(b"\x61\xa7", b"JFIF" + PLACE))
UDTA = box(b"udta", box(b"\xa9xyz", PLACE), box(b"meta", PLACE))


def test_a_film_is_told_by_its_bytes() -> None:
    assert clear_film(FILM)[1] == clear_film(webm_of(codec=b"V_VP9"))[1] == "video/webm"
    assert clear_film(mp4_of())[1] == clear_film(mp4_of(codec=b"avc3"))[1] == "video/mp4"


@pytest.mark.parametrize(
    ("film", "kept"),
    [
        (mp4_of(UDTA), b"\7" * 400),
        (mp4_of(UDTA.replace(b"udta", b"wide")), b"avcC"),
        (mp4_of() + box(b"uuid", bytes(16), PLACE), b"avcC"),
        (box(b"ftyp", b"isom") + box(b"free", PLACE) + mp4_of()[12:], b"avcC"),
        (webm_of(TAGS, ATTACHMENT), b"\x81" * 40),
        (webm_of(element(b"\x10\x43\xa7\x70", PLACE)), b"V_VP8"),
        (webm_of(element(b"\xec", PLACE)), b"V_VP8"),
    ],
)
def test_what_tells_where_when_and_with_what_is_overwritten_and_nothing_moves(film: bytes, kept: bytes) -> None:
    assert PLACE in film
    cleared, _kind = clear_film(film)
    assert len(cleared) == len(film)
    assert cleared.find(kept) == film.find(kept) > 0
    for told in (PLACE, b"Camera7", b"Telephone", b"JFIF", b"\xe5\xe5\xe5\xe5", b"\x44\x61\x40\x08\x07"):
        assert told not in cleared
    assert clear_film(cleared) == (cleared, _kind)


@pytest.mark.parametrize(
    ("film", "code"),
    [
        (b"", "empty"),
        (b"<html><script>", "not_film"),
        (b"\x1a\x45\xdf\xa3 matroska", "not_film"),
        (OGG, "not_film"),
        (WEBM, "not_film"),
        (FILM[:200], "not_film"),
        (mp4_of()[:300], "not_film"),
        (box(b"ftyp", b"isom") + b"\0\0\0\1moov" + b"\xff" * 8, "not_film"),
        (box(b"ftyp", b"isom") + b"\0\0\0\4moov", "not_film"),
        (webm_of(b"\x1f\x43\xb6\x75\x08"), "not_film"),
        (webm_of(b"\0"), "not_film"),
        (webm_of(kinds=b""), "not_film"),
        (mp4_of(tracks=0), "not_film"),
        (mp4_of(handler=b"soun", codec=b"mp4a"), "film_tracks"),
        (mp4_of(tracks=2), "film_tracks"),
        (webm_of(kinds=b"\1\2"), "film_tracks"),
        (mp4_of(codec=b"hvc1"), "film_codec"),
        (webm_of(codec=b"V_AV1"), "film_codec"),
        (mp4_of(sides=(MAX_FILM_SIDE + 1, 160)), "film_too_wide"),
        (webm_of(sides=(160, 16_000)), "film_too_wide"),
        (webm_of(sides=(0, 160)), "film_too_wide"),
        (FILM + bytes(MAX_FILM_BYTES), "film_too_large"),
    ],
)
def test_anything_else_is_refused_with_a_reason(film: bytes, code: str) -> None:
    with pytest.raises(NotAClip) as refused:
        clear_film(film)
    assert refused.value.code == code


def test_boxes_inside_of_boxes_end() -> None:
    deep = b"".join((200_000 - 8 * depth).to_bytes(4, "big") + b"moov" for depth in range(25_000))
    with pytest.raises(NotAClip):
        clear_film(box(b"ftyp", b"isom") + deep)
