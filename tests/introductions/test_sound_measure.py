"""How long a recording is and how much sound is in it, of what browsers write and of whatever else somebody sends."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from tests.support.audio import ogg_of, webm_of
from youthvoice.clips.audio_files import OGG, WEBM
from youthvoice.clips.sound_files import clear_sound
from youthvoice.introductions.rules import (
    GREETING_BYTES,
    GREETING_SECONDS,
    SILENT_BYTES,
    IntroductionRefused,
    pad_greeting,
    tidy_words,
)
from youthvoice.introductions.sound_measure import measure_sound

BEEP = (Path(__file__).parents[1] / "journeys" / "beep.webm").read_bytes()


def test_a_recording_of_a_browser_is_measured() -> None:
    measured = measure_sound(BEEP, WEBM)
    assert 1.1 < measured.seconds < 1.2
    assert 1_000 < measured.payload_bytes < len(BEEP)


@pytest.mark.parametrize("seconds", [1, 3, 10])
@pytest.mark.parametrize("kind", [WEBM, OGG])
def test_length_and_sound_are_what_was_written(kind: str, seconds: int) -> None:
    measured = measure_sound(webm_of(seconds) if kind == WEBM else ogg_of(seconds), kind)
    assert abs(measured.seconds - seconds) < 0.11
    assert abs(measured.payload_bytes / measured.seconds - 2000) < 250


def test_padding_changes_neither_and_gives_every_greeting_one_size() -> None:
    for sound in (BEEP, webm_of(GREETING_SECONDS), ogg_of(3)):
        padded, kind = pad_greeting(sound)
        assert len(padded) == GREETING_BYTES
        assert padded.startswith(clear_sound(sound)[0])
        assert measure_sound(padded, kind) == measure_sound(sound, kind)
        if kind == WEBM:
            void, size, zeros = padded[len(sound) :][:2], padded[len(sound) + 2 :][:7], padded[len(sound) + 9 :]
            assert (void, int.from_bytes(size), set(zeros)) == (b"\xec\x01", len(zeros), {0}), "one element fills it"


def test_a_recorder_that_stops_a_moment_late_loses_no_greeting() -> None:
    for sound in (webm_of(GREETING_SECONDS + 1), ogg_of(GREETING_SECONDS + 1)):
        assert measure_sound(sound, pad_greeting(sound)[1]).seconds > GREETING_SECONDS + 0.5
    with pytest.raises(IntroductionRefused, match="too_long"):
        pad_greeting(webm_of(GREETING_SECONDS + 2))


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=600), st.tuples(st.integers(0, len(BEEP) - 1), st.binary(max_size=40))))
def test_whatever_is_sent_is_measured_or_refused_and_ends(data: bytes | tuple[int, bytes]) -> None:
    sound = data if isinstance(data, bytes) else BEEP[: data[0]] + data[1] + BEEP[data[0] + len(data[1]) :]
    began = time.process_time()
    for kind in (WEBM, OGG):
        measured = measure_sound(sound, kind)
        assert 0 <= measured.payload_bytes <= len(sound)
    assert time.process_time() - began < 1
    try:
        padded, kind = pad_greeting(sound)
    except IntroductionRefused:
        return
    assert len(padded) == GREETING_BYTES
    assert measure_sound(sound, kind).payload_bytes >= SILENT_BYTES / 2


def test_words_lose_what_nobody_sees_and_keep_what_scripts_need() -> None:
    assert tidy_words("  comes\u202e on\n\tTuesdays\u200b ") == "comes on Tuesdays"
    assert tidy_words("\u0915\u094d\u200d\u0937") == "\u0915\u094d\u200d\u0937"
    assert tidy_words("Ame\u0301lie") == "Am\u00e9lie"
