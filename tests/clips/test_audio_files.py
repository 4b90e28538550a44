"""Only a short voice in Opus is kept, whatever its name says."""

import pytest

from tests.support.audio import OGG, VIDEO, VORBIS, WEBM
from youthvoice.clips.audio_files import BITS_PER_SECOND, MAX_BYTES, MAX_CLIP_SECONDS, NotAClip, audio_kind


def test_opus_in_webm_and_in_ogg_is_a_clip() -> None:
    assert (audio_kind(WEBM), audio_kind(OGG)) == ("audio/webm", "audio/ogg")


@pytest.mark.parametrize(
    ("sound", "code"),
    [
        (b"", "empty"),
        (b"ID3\x04" + bytes(100), "not_sound"),
        (b"<html><script>", "not_sound"),
        (b"\x1a\x45\xdf\xa3 matroska", "not_sound"),
        (WEBM.replace(b"A_OPUS", b"A_VORB"), "not_opus"),
        (VIDEO, "not_opus"),
        (VORBIS, "not_opus"),
        (WEBM + bytes(MAX_BYTES), "too_large"),
    ],
)
def test_anything_else_is_refused_with_a_reason(sound: bytes, code: str) -> None:
    with pytest.raises(NotAClip) as refused:
        audio_kind(sound)
    assert refused.value.code == code


def test_thirty_seconds_fit_and_two_minutes_do_not() -> None:
    assert MAX_CLIP_SECONDS * BITS_PER_SECOND / 8 < MAX_BYTES < 120 * BITS_PER_SECOND / 8
