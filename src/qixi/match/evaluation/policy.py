"""What another policy would have brought, judged on what a logged one did show (off-policy evaluation).

Inverse propensity scoring (Horvitz & Thompson 1952), its self-normalised form (Swaminathan & Joachims
2015), and the doubly robust estimate (Dudik, Langford & Li 2011), each with weights clipped from above.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qixi.match.evaluation.significance import DRAWS, SEED

Values = NDArray[np.float64]
Method = Literal["ips", "snips", "dr"]

_BLOCK = 2_000_000


@dataclass(frozen=True, slots=True)
class Log:
    """Logged pairs, and pairs that the target policy would show without their having been shown.

    Of shape (logged,): `propensity` in (0, 1] with which the pair was shown, `outcome` (1 or 0, or a
    worth), `target` in 0..1 with which the target policy shows it, `cluster` the number of the draw
    that decided over it, and `expected` the outcome a model expects. Of shape (unlogged,), `other` is the
    target policy's chance of pairs that were not shown, with `other_expected` and `other_cluster` beside it.
    Raises ValueError where a propensity is not in (0, 1] or shapes differ.
    """

    propensity: Values
    outcome: Values
    target: Values
    cluster: NDArray[np.int64]
    expected: Values | None = None
    other: Values | None = None
    other_expected: Values | None = None
    other_cluster: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if np.any(self.propensity <= 0) or np.any(self.propensity > 1):
            msg = "a propensity lies in 0..1 and is not 0"
            raise ValueError(msg)
        sizes = {self.propensity.size, self.outcome.size, self.target.size, self.cluster.size}
        if len(sizes) != 1:
            msg = "propensities, outcomes, targets and clusters have one length"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the target policy would have brought in all, with its 95 % interval over draws (or needs).

    `interval` is a percentile bootstrap (Efron 1979) over clusters, None below two of them. `effective`
    is Kish's effective number of logged pairs, `clipped` how many weights were cut.
    """

    method: Method
    value: float
    interval: tuple[float, float] | None
    effective: float
    clipped: int


def estimate(log: Log, method: Method, clip: float = 20.0, draws: int = DRAWS) -> Estimate:
    """Return one estimate of the sum of outcomes under the target policy.

    Weights target / propensity above `clip` are cut to it, which can only be a bias downwards for "ips".
    Raises ValueError for "dr" without expected outcomes.
    """
    weight = log.target / log.propensity
    cut = int(np.count_nonzero(weight > clip))
    weight = np.minimum(weight, clip)
    wanted = float(log.target.sum()) + (0.0 if log.other is None else float(log.other.sum()))
    sums = _sums(log, weight, method)
    squares = float((weight**2).sum())
    effective = float(weight.sum()) ** 2 / squares if squares > 0 else 0.0
    value = float(_combined(sums.sum(axis=0)[None, :], method, wanted)[0])
    return Estimate(method, value, _interval(sums, method, wanted, draws), effective, cut)


def _sums(log: Log, weight: Values, method: Method) -> Values:
    """Return by cluster the parts that add up to the estimate, shape (clusters, 2)."""
    top = weight * log.outcome
    below = weight
    if method == "dr":
        if log.expected is None:
            msg = "the doubly robust estimate wants expected outcomes"
            raise ValueError(msg)
        top = log.target * log.expected + weight * (log.outcome - log.expected)
    clusters, values = log.cluster, np.column_stack((top, below))
    if method == "dr" and log.other is not None:
        if log.other_expected is None or log.other_cluster is None:
            msg = "the doubly robust estimate wants expected outcomes of pairs not shown, and their clusters"
            raise ValueError(msg)
        more = np.column_stack((log.other * log.other_expected, np.zeros(log.other.size)))
        clusters, values = np.concatenate((clusters, log.other_cluster)), np.vstack((values, more))
    if not clusters.size:
        return np.zeros((1, 2))
    different, place = np.unique(clusters, return_inverse=True)
    return np.column_stack(
        [np.bincount(place, weights=values[:, column], minlength=different.size) for column in (0, 1)]
    )


def _combined(sums: Values, method: Method, wanted: float) -> Values:
    """Return estimates from summed parts, shape (draws, 2) to (draws,)."""
    if method != "snips":
        return sums[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(sums[:, 1] > 0, sums[:, 0] / sums[:, 1], 0.0)
    return mean * wanted


def _interval(sums: Values, method: Method, wanted: float, draws: int) -> tuple[float, float] | None:
    count = len(sums)
    if count < 2:
        return None
    source = np.random.default_rng(SEED)
    step = max(1, _BLOCK // count)
    found = []
    for start in range(0, draws, step):
        taken = source.integers(0, count, size=(min(step, draws - start), count), dtype=np.int32)
        found.append(_combined(sums[taken].sum(axis=1), method, wanted))
    low, high = np.percentile(np.concatenate(found), [2.5, 97.5])
    return float(low), float(high)
