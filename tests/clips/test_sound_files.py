"""Of a recording its sound is kept, and nothing that tells who, where, when or with what it was made."""

import subprocess

import pytest

from tests.support.audio import OGG, WEBM, ogg_of, ogg_page, webm_of
from tests.support.debian_programs import need_program
from tests.support.films import element
from youthvoice.clips.audio_files import NotAClip
from youthvoice.clips.sound_files import clear_sound

WHO = b"Telephone of Asha, 2026-11-20"
_TAGS = element(b"\x12\x54\xc3\x67", element(b"\x73\x73", WHO))
_DAY = bytes.fromhex("0011223344556677")
_INFO = element(b"\x15\x49\xa9\x66", element(b"\x44\x61", _DAY) + element(b"\x57\x41", WHO))
_HEAD, _SOUND = OGG[: OGG.index(b"OggS", 4)], OGG[OGG.rindex(b"OggS") :]


def tags_of(*comments: bytes) -> bytes:
    """A packet of tags, as programs write it into a recording."""
    packed = [len(comment).to_bytes(4, "little") + comment for comment in (WHO, *comments)]
    return b"OpusTags" + packed[0] + len(comments).to_bytes(4, "little") + b"".join(packed[1:])


@pytest.mark.parametrize(
    ("sound", "kept"),
    [
        (WEBM.replace(b"\x16\x54\xae\x6b", _INFO + b"\x16\x54\xae\x6b"), b"A_OPUS"),
        (WEBM + _TAGS, bytes(200)),
        (_HEAD + ogg_page(tags_of(b"DATE=2026-11-20", b"ARTIST=Asha")) + _SOUND, _SOUND),
        (_HEAD + ogg_page(tags_of(b"METADATA_BLOCK_PICTURE=" + WHO * 400)[:20_000]) + _SOUND, _SOUND),
    ],
)
def test_what_tells_who_when_and_with_what_is_overwritten_and_nothing_moves(sound: bytes, kept: bytes) -> None:
    cleared, kind = clear_sound(sound)
    assert len(cleared) == len(sound)
    assert cleared.find(kept) == sound.find(kept) > 0
    assert WHO in sound
    assert not any(told in cleared for told in (b"Telephone", b"Asha", b"2026", _DAY))
    assert clear_sound(cleared) == (cleared, kind)


def test_tags_behind_the_last_page_are_cut_off() -> None:
    assert clear_sound(OGG + b"TAG" + WHO + bytes(90)) == clear_sound(OGG)


@pytest.mark.parametrize(
    ("sound", "code"),
    [
        (b"ID3\x04" + WHO + OGG, "not_sound"),
        (b"RIFF\x00\x00\x00\x00WAVELIST" + WHO, "not_sound"),
        (WEBM + b"rest", "not_sound"),
        (WEBM[:-20], "not_sound"),
        (WEBM.replace(b"\xae\x88\x86\x86A_OPUS", b"\xae\x8f\x86\x86A_OPUS\x86\x85V_VP8"), "not_opus"),
        (_HEAD, "not_opus"),
        (_HEAD + _SOUND, "not_opus"),
        (OGG + OGG, "not_opus"),
        (OGG + _SOUND[:14] + b"\1" + _SOUND[15:], "not_opus"),
    ],
)
def test_what_is_not_one_whole_sound_is_refused_with_a_reason(sound: bytes, code: str) -> None:
    with pytest.raises(NotAClip) as refused:
        clear_sound(sound)
    assert refused.value.code == code


def test_recordings_of_a_browser_are_kept_as_they_are() -> None:
    assert clear_sound(webm_of(3))[0] == webm_of(3)
    assert len(clear_sound(ogg_of(3))[0]) == len(ogg_of(3))


@pytest.mark.parametrize("container", ["ogg", "webm"])
def test_a_cleared_recording_is_played_to_its_end(container: str) -> None:
    """A reader of Ogg drops a page whose checksum is wrong, and without its tags it plays nothing."""
    need_program("ffmpeg", "ffmpeg")
    tagged = ["-metadata", "title=Asha", "-metadata", "creation_time=2026-11-20T10:00:00Z"]
    makes = ["-f", "lavfi", "-i", "sine=duration=1", "-c:a", "libopus", *tagged, "-f", container, "pipe:1"]
    sound = _ffmpeg(makes, b"")
    cleared = clear_sound(sound)[0]
    assert b"Asha" in sound
    assert not any(told in cleared for told in (b"Asha", b"2026-11", b"Lavf", b"Lavc"))
    plays = ["-i", "pipe:0", "-f", "s16le", "pipe:1"]
    assert _ffmpeg(plays, cleared) == _ffmpeg(plays, sound) != b""


def _ffmpeg(arguments: list[str], given: bytes) -> bytes:
    command = ["ffmpeg", "-loglevel", "error", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout
