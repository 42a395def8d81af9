"""Cosines as standard deviations above what a mean technology of the corpus has for the same query."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_PRIOR = 100.0
"""How many imagined technologies stand beside those of the corpus, so that few of them say little."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a cosine is like in general: mean and standard deviation."""

    mean: float
    deviation: float


def standing(cosines: NDArray[np.float64], usual: Usual) -> NDArray[np.float64]:
    """Return cosines, shape (queries, technologies), in standard deviations above each row's mean."""
    total = cosines.shape[1] + _PRIOR
    mean = (cosines.sum(axis=1) + _PRIOR * usual.mean) / total
    square = _PRIOR * (usual.deviation**2 + usual.mean**2)
    deviation = np.sqrt(((cosines**2).sum(axis=1) + square) / total - mean**2)
    return np.asarray((cosines - mean[:, None]) / deviation[:, None])
