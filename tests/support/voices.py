"""Sounds that pass for speech, and what is measured of a voice: its pitch, and where its formants lie."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
"""Hz; as recorder.js asks for."""

Sound: TypeAlias = NDArray[np.float64]

_VOWELS = ((500.0, 1500.0, 2500.0), (700.0, 1200.0, 2600.0), (350.0, 2100.0, 2900.0))


def syllables(pitch: float, seconds: float) -> Sound:
    """Vowels at a pitch that wavers by a few percent: pulses through three resonances, three syllables a second."""
    count = int(seconds * RATE)
    when = np.arange(count) / RATE
    turns = np.cumsum(pitch * (1 + 0.03 * np.sin(2 * np.pi * 2.1 * when))) / RATE
    pulses = np.diff(np.floor(turns), prepend=0.0)
    said = np.zeros(count)
    vowel = (when * 3).astype(int) % len(_VOWELS)
    for nth, resonances in enumerate(_VOWELS):
        sound = pulses * (vowel == nth)
        for middle in resonances:
            sound = _resonate(sound, middle, 90.0)
        said += sound
    said *= np.sin(np.pi * (when * 3 % 1)) ** 0.5
    return np.asarray(0.5 * said / np.abs(said).max())


def _resonate(sound: Sound, middle: float, width: float) -> Sound:
    """One resonance, Hz, by its impulse response."""
    when = np.arange(int(0.03 * RATE)) / RATE
    ringing = np.exp(-np.pi * width * when) * np.sin(2 * np.pi * middle * when)
    return np.asarray(np.convolve(sound, ringing)[: len(sound)])


def _frames(sound: Sound, length: int) -> Sound:
    frames = np.lib.stride_tricks.sliding_window_view(sound, length)[:: length // 2]
    loud = (frames**2).sum(1)
    return np.asarray(frames[loud > 0.1 * loud.max()] * np.hanning(length))


def pitch_of(sound: Sound) -> float:
    """The median pitch of what is voiced, Hz.

    Source: Boersma 1993, "Accurate short-term analysis of the fundamental frequency".
    """
    length = int(0.05 * RATE)
    frames = _frames(sound, length)
    power = np.abs(np.fft.rfft(frames, 4096)) ** 2
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(length), 4096)) ** 2)[:length]
    alike = np.fft.irfft(power)[:, :length] / window
    alike /= alike[:, :1]
    lags = np.arange(RATE // 550, RATE // 75)
    inner = alike[:, lags]
    best = inner.max(1)
    first = np.argmax(inner > 0.9 * best[:, None], axis=1)
    tops = [lags[at + int(np.argmax(row[at : at + 12]))] for at, row in zip(first, inner, strict=True)]
    return float(np.median(RATE / np.array(tops)[best > 0.5]))


def formants_of(sound: Sound) -> Sound:
    """The frequencies below which a quarter, a half and three quarters of the mean spectrum lie, from 200 to 5000 Hz.

    They move as formants do, and are found where a pitch is as high as a formant, too.
    """
    length = int(0.03 * RATE)
    places = np.fft.rfftfreq(length, 1 / RATE)
    spectra = np.abs(np.fft.rfft(_frames(sound, length)))[:, (places > 200) & (places < 5000)]
    summed = np.cumsum(spectra.mean(0))
    shares = np.searchsorted(summed / summed[-1], (0.25, 0.5, 0.75))
    return np.asarray(places[(places > 200) & (places < 5000)][shares])
