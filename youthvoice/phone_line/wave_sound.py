"""Recordings as the modem plays them: WAV files of 8 kHz, mono, 16 bit, made in memory by ffmpeg."""

import io
import subprocess
import wave
from typing import Final

PROGRAM: Final = "ffmpeg"

MAX_SECONDS: Final = 180
"""Of one recording; the longest that an adult can send has ninety seconds."""

_RATE: Final = 8000

_PIECE: Final = 20 * _RATE * 2  # bytes; of a recording the modem holds one piece at a time

_TIMEOUT: Final = 20

_ONLY_OPUS: Final = ("-threads", "1", "-codec_whitelist", "opus,libopus")
"""Or ffmpeg looks into a picture beside the sound, too: one of 800 KB took 782 MiB of memory."""

_DEMUXERS: Final = {"audio/webm": "matroska", "audio/ogg": "ogg"}


class NoSound(Exception):
    """ffmpeg is missing, or cannot read the recording."""


def make_waves(sound: bytes, kind: str) -> list[bytes]:
    """Pieces of twenty seconds at most, to be played one after the other. Nothing is written to a disk.

    Args:
        sound: the recording.
        kind: its media type, `audio/webm` or `audio/ogg`.

    Raises:
        NoSound: it cannot be played.
    """
    reads = ["-nostdin", "-loglevel", "quiet", "-protocol_whitelist", "pipe", *_ONLY_OPUS]
    reads += ["-f", _DEMUXERS[kind], "-i", "pipe:0"]
    writes = ["-vn", "-t", str(MAX_SECONDS), "-ac", "1", "-ar", str(_RATE), "-f", "s16le", "pipe:1"]
    try:
        output = subprocess.run(  # noqa: S603 - our own words
            [PROGRAM, *reads, *writes], input=sound, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        raise NoSound from None
    if output.returncode or not output.stdout:
        raise NoSound
    samples = output.stdout.replace(b"+++", b"++,")  # three in a row would end the transfer to the modem
    return [wave_file(samples[start : start + _PIECE]) for start in range(0, len(samples), _PIECE)]


def wave_seconds(content: bytes) -> float:
    """How long a WAV file of `make_waves` plays."""
    with wave.open(io.BytesIO(content)) as file:
        return float(file.getnframes() / file.getframerate())


def wave_file(samples: bytes) -> bytes:
    """A WAV file of samples of 16 bit."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples)
    return content.getvalue()
