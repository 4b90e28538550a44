"""Somebody who has many disguised recordings of each child he knows, and tells from a new one who speaks."""

import numpy as np
from numpy.typing import NDArray

from tests.support.voices import RATE, Sound, pitch_of

Numbers = NDArray[np.float64]

_BANDS, _CEPSTRA = 40, 24
_LENGTH, _STEP = RATE // 40, RATE // 100


def _mel_weights() -> Numbers:
    places = np.fft.rfftfreq(1024, 1 / RATE)
    edges = 700 * (np.exp(np.linspace(np.log(1 + 60 / 700), np.log(1 + 8000 / 700), _BANDS + 2)) - 1)
    rising = (places - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - places) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(np.maximum(0, np.minimum(rising, falling)))


_MEL = _mel_weights()
_COSINES = np.cos(np.pi * np.outer(np.arange(_CEPSTRA), np.arange(_BANDS) + 0.5) / _BANDS)


def describe(sound: Sound) -> Numbers:
    """Mean, spread and speed of 24 mel cepstra, and the pitch.

    Source: Davis, Mermelstein 1980; statistics over a recording as recognisers of speakers take them.
    """
    frames = np.lib.stride_tricks.sliding_window_view(sound, _LENGTH)[::_STEP] * np.hamming(_LENGTH)
    power = np.abs(np.fft.rfft(frames, 1024)) ** 2
    energy = power.sum(1)
    cepstra = np.log(power @ _MEL.T + 1e-8)[energy > 1e-4 * energy.max()] @ _COSINES.T
    moves = cepstra[2:] - cepstra[:-2]
    return np.concatenate([cepstra.mean(0), cepstra.std(0), moves.std(0), [np.log(pitch_of(sound))]])


def equal_error(descriptions: Numbers, speakers: NDArray[np.int64], is_training: NDArray[np.bool_]) -> float:
    """How often he errs where he refuses as many right speakers as he takes wrong ones; half of all is chance.

    Source: linear discriminants (Fisher 1936), the distance to each speaker's centre, scored against all others.
    """
    mean, spread = descriptions[is_training].mean(0), descriptions[is_training].std(0) + 1e-6
    scaled = (descriptions - mean) / spread
    names = np.unique(speakers)
    centres = np.array([scaled[is_training & (speakers == name)].mean(0) for name in names])
    inside = scaled[is_training] - centres[np.searchsorted(names, speakers[is_training])]
    within = 0.9 * np.cov(inside.T) + 0.1 * np.eye(len(mean)) * np.trace(np.cov(inside.T)) / len(mean)
    whiten = np.linalg.inv(np.linalg.cholesky(within)).T
    axes = np.linalg.svd((centres - centres.mean(0)) @ whiten)[2][: len(names) - 1].T
    trials, models = scaled[~is_training] @ whiten @ axes, centres @ whiten @ axes
    near = -((trials[:, None] - models[None]) ** 2).sum(2) / 2
    top = near.max(1, keepdims=True)
    scores = near - top - np.log(np.exp(near - top).sum(1, keepdims=True))
    right = speakers[~is_training][:, None] == names[None]
    limits = np.sort(scores.ravel())
    refused = np.searchsorted(np.sort(scores[right]), limits) / right.sum()
    taken = 1 - np.searchsorted(np.sort(scores[~right]), limits) / (~right).sum()
    nearest = int(np.argmin(np.abs(refused - taken)))
    return float(refused[nearest] + taken[nearest]) / 2
