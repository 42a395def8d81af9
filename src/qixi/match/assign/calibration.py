"""From scores to likelihoods: by default as they are, else along points that somebody measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float32]
Calibration = Callable[[Reals], Reals]
"""Anything that turns scores of shape (pairs,) into likelihoods in 0..1, never falling."""


def along(points: Sequence[tuple[float, float]]) -> Calibration:
    """Return the calibration that runs straight from point to point (score, likelihood).

    Beyond the first and the last point it stays level; without points a score is its own likelihood,
    kept within 0..1. Raises ValueError where scores do not rise or likelihoods fall or leave 0..1.
    """
    if not points:
        return lambda scores: np.clip(scores, 0.0, 1.0).astype(np.float32)
    scores, chances = np.array(points, dtype=np.float64).T
    if np.any(np.diff(scores) <= 0) or np.any(np.diff(chances) < 0):
        msg = "along the points scores rise and likelihoods do not fall"
        raise ValueError(msg)
    if chances[0] < 0 or chances[-1] > 1:
        msg = "a likelihood lies in 0..1"
        raise ValueError(msg)
    return lambda values: np.interp(values, scores, chances).astype(np.float32)
