"""Reliability: of the pairs given a likelihood, the share that came about, bin by bin."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qixi.match.learning.likelihood import CurveTrial

BINS = 10
FEWEST = 20
"""Pairs that a bin holds at least, unless all are in one."""

_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs of like likelihood: their number, mean likelihood, share that came about, its Wilson interval."""

    pairs: int
    given: float
    came: float
    low: float
    high: float


def bins(trial: CurveTrial) -> tuple[Bin, ...]:
    """Return up to BINS bins of equally many held-out pairs, by rising likelihood.

    Pairs of equal likelihood stay together. Where pairs count differently, shares are weighted
    and the interval is that of Kish's effective number of pairs. Pairs of one need are alike, which
    makes the true intervals somewhat wider.
    """
    count = max(1, min(BINS, trial.came.size // FEWEST))
    edges = np.unique(np.quantile(trial.given, np.linspace(0, 1, count + 1)[1:-1]))
    place = np.searchsorted(edges, trial.given, side="right")
    return tuple(_bin(trial, place == number) for number in np.unique(place))


def _bin(trial: CurveTrial, inside: np.ndarray) -> Bin:
    weight, came = trial.weight[inside], trial.came[inside]
    share = float(weight @ came / weight.sum())
    low, high = wilson(share, float(weight.sum() ** 2 / (weight @ weight)))
    return Bin(int(inside.sum()), float(weight @ trial.given[inside] / weight.sum()), share, low, high)


def wilson(share: float, count: float) -> tuple[float, float]:
    """Return the 95 % interval of a share found in `count` cases (Wilson 1927)."""
    spread = _Z**2 / count
    centre = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(share * (1 - share) / count + spread / (4 * count))
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))
