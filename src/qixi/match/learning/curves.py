"""Curves from score to likelihood: beta calibration, which rises throughout."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from qixi.match.learning.sample import Floats
from qixi.match.learning.settings import EDGE, Curve

PARAMETERS = 3
_FLAT = 1e-6
_RIDGE = 1e-3


def calibrated(scores: Floats, came: Floats, weight: Floats) -> Curve | None:
    """Return the likeliest curve of `came` (1 or 0) over `scores`, pairs counting by `weight`.

    Beta calibration (Kull, Silva Filho & Flach 2017) with a and b not below 0, so that a higher score
    never means less; of three numbers, since isotonic steps want a thousand cases and leave ties. A slight
    ridge keeps the numbers finite where score parts yes from no without error. None where either
    answer is missing or the best curve is flat: then the score says nothing of the outcome.
    """
    if came.size == 0 or came.min() == came.max():
        return None
    columns = np.stack([*_logs(scores), np.ones_like(scores)], axis=1)
    share = float(weight @ came / weight.sum())
    centre = np.array([0.0, 0.0, np.log(share / (1 - share))])
    first = centre + np.array([0.5, 0.5, 0.0])

    def loss(at: Floats) -> tuple[float, Floats]:
        odds = columns @ at
        value = float(weight @ (np.logaddexp(0, odds) - came * odds)) + _RIDGE / 2 * float(
            (at - centre) @ (at - centre)
        )
        return value, columns.T @ (weight * (expit(odds) - came)) + _RIDGE * (at - centre)

    bounds = [(0, None), (0, None), (None, None)]
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds)
    a, b, c = (float(f"{value:.8g}") for value in found.x)
    if a + b < _FLAT:
        return None
    return Curve(a=a, b=b, c=c, pairs=came.size, events=int(came.sum()))


def likelihoods(curve: Curve, scores: Floats) -> Floats:
    """Return the likelihood of each score, as `Curve.likelihood` gives it."""
    low, high = _logs(scores)
    return np.asarray(expit(curve.a * low + curve.b * high + curve.c))


def _logs(scores: Floats) -> tuple[Floats, Floats]:
    inside = np.clip(scores, EDGE, 1 - EDGE)
    return np.log(inside), -np.log1p(-inside)


def log_losses(chances: Floats, came: Floats) -> Floats:
    """Return minus the logarithm of the likelihood given to what came about, of each pair."""
    inside = np.clip(chances, EDGE, 1 - EDGE)
    return np.asarray(-np.where(came > 0.5, np.log(inside), np.log1p(-inside)))
