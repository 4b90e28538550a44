"""Recordings become what the modem plays, in memory."""

import io
import subprocess
import wave
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.debian_programs import need_program
from youthvoice.phone_line import wave_sound
from youthvoice.phone_line.wave_sound import NoSound, make_waves, wave_file, wave_seconds


@pytest.mark.parametrize(("container", "kind"), [("webm", "audio/webm"), ("ogg", "audio/ogg")])
def test_a_recording_becomes_pieces_of_twenty_seconds_without_a_file(
    container: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_program("ffmpeg", "ffmpeg")
    tone = ["ffmpeg", "-loglevel", "quiet", "-f", "lavfi", "-i", "sine=440:duration=45", "-c:a", "libopus"]
    sound = subprocess.run([*tone, "-f", container, "pipe:1"], capture_output=True, check=True).stdout
    monkeypatch.chdir(tmp_path)
    waves = make_waves(sound, kind)
    assert [round(wave_seconds(piece)) for piece in waves] == [20, 20, 5]
    with wave.open(io.BytesIO(waves[0])) as file:
        assert file.getparams()[:3] == (1, 2, 8000)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(wave_sound, "MAX_SECONDS", 30)
    assert [round(wave_seconds(piece)) for piece in make_waves(sound, kind)] == [20, 10]


def test_no_sound_ends_its_own_transfer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three pluses in a row would."""
    samples = b"++++++++"
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=0, stdout=samples))
    (piece,) = make_waves(b"", "audio/webm")
    assert b"+++" not in piece
    assert len(piece) == len(wave_file(samples))


def test_of_a_recording_only_its_sound_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture hidden beside it, a small file, would fill the memory: it is not looked into."""
    need_program("ffmpeg", "ffmpeg")
    source = ["ffmpeg", "-loglevel", "quiet", "-f", "lavfi", "-i", "sine=duration=2"]
    source += ["-f", "lavfi", "-i", "color=s=64x64:d=0.1:r=10", "-c:a", "libopus", "-c:v", "png"]
    sound = subprocess.run([*source, "-f", "matroska", "pipe:1"], capture_output=True, check=True).stdout
    run, said = subprocess.run, []

    def run_and_listen(command: list[str], **more: object) -> object:
        outcome = run([word.replace("quiet", "error") for word in command], **more)  # type: ignore[call-overload]
        said.append(outcome.stderr)
        return outcome

    monkeypatch.setattr(subprocess, "run", run_and_listen)
    (piece,) = make_waves(sound, "audio/webm")
    assert round(wave_seconds(piece)) == 2
    assert b"png" in said[0]
    assert b"not on whitelist" in said[0]


def test_what_is_no_recording_is_not_played(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoSound):
        make_waves(b"no sound", "audio/webm")
    monkeypatch.setattr(wave_sound, "PROGRAM", "no-such-program")
    with pytest.raises(NoSound):
        make_waves(b"", "audio/ogg")
