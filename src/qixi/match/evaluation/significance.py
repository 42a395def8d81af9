"""Chance: bootstrap intervals, paired tests, and the correction for testing several things at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

SEED = 20250707
DRAWS = 10_000
TIE = 1e-12
"""Two values closer than this are equal; sums of the same terms may differ by rounding."""

_BLOCK = 2_000_000
Floats = NDArray[np.float64]


def bootstrap_interval(values: Floats, draws: int = DRAWS, seed: int = SEED) -> tuple[float, float] | None:
    """Return the 95 % percentile interval of the mean (Efron 1979), resampling demands; None below two."""
    count = len(values)
    if count < 2:
        return None
    source = np.random.default_rng(seed)
    step = max(1, _BLOCK // count)
    means = [
        values[source.integers(0, count, size=(min(step, draws - start), count), dtype=np.int32)].mean(axis=1)
        for start in range(0, draws, step)
    ]
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return float(low), float(high)


def paired_t(differences: Floats) -> tuple[float, float] | None:
    """Return (t, two-sided p) of Student's paired test; None where it is undefined.

    Undefined below two demands, and where all differences are equal, zero included.
    """
    count = len(differences)
    if count < 2 or np.ptp(differences) <= TIE:
        return None
    t = float(differences.mean() / (differences.std(ddof=1) / np.sqrt(count)))
    return t, float(2 * stats.t.sf(abs(t), count - 1))


def paired_randomisation(differences: Floats, draws: int = DRAWS, seed: int = SEED) -> float | None:
    """Return the two-sided p of Fisher's paired randomisation test; None without any demand.

    Signs of the differences are drawn at random; p is (1 + draws at least as far from zero) /
    (1 + draws), which is never 0 (Phipson & Smyth 2010).
    """
    count = len(differences)
    if count == 0:
        return None
    source = np.random.default_rng(seed)
    step = max(1, _BLOCK // count)
    seen = abs(float(differences.sum())) - TIE * count
    extreme = 0
    for start in range(0, draws, step):
        flips = source.integers(0, 2, size=(min(step, draws - start), count), dtype=np.int8)
        sums = np.where(flips, differences, -differences).sum(axis=1)
        extreme += int(np.count_nonzero(np.abs(sums) >= seen))
    return (1 + extreme) / (1 + draws)


def holm(values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return the p values corrected by Holm's step-down method (Holm 1979); None stays and counts not."""
    known = sorted((p, index) for index, p in enumerate(values) if p is not None)
    corrected: list[float | None] = [None] * len(values)
    reached = 0.0
    for done, (p, index) in enumerate(known):
        reached = max(reached, min(1.0, p * (len(known) - done)))
        corrected[index] = reached
    return tuple(corrected)
