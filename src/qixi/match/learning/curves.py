"""Curves from score to likelihood: beta calibration, which rises throughout."""

from __future__ import annotations

import numpy as np
from scipy.optimize import OptimizeResult, minimize
from scipy.special import expit

from qixi.match.learning.sample import Floats
from qixi.match.learning.settings import EDGE, Curve

PARAMETERS = 3
_FLAT = 1e-6
_RIDGE = 1e-3
_LEAST = 1e-12
_OPEN = 40.0
"""Log odds of a ceiling of 1."""


def calibrated(scores: Floats, came: Floats, weight: Floats) -> Curve | None:
    """Return the likeliest curve of `came` (1 or 0) over `scores`, pairs counting by `weight`.

    Beta calibration (Kull, Silva Filho & Flach 2017) with a and b not below 0, so that a higher score
    never means less; of three numbers, since isotonic steps want a thousand cases and leave ties. A
    ceiling `top` below 1 (not every good pair is signed) is a fourth, taken where it lowers the
    Bayesian information criterion (Schwarz 1978). A slight ridge keeps the numbers finite where score
    parts yes from no without error. None where either answer is missing or the best curve is
    flat: then the score says nothing of the outcome.
    """
    if came.size == 0 or came.min() == came.max():
        return None
    task = _Task(scores, came, weight)
    plain = task.best(task.centre + np.array([0.5, 0.5, 0.0, 0.0]), [(_OPEN, _OPEN)])
    if plain.x[0] + plain.x[1] < _FLAT:
        return None
    starts = (np.append(plain.x[:3], ceiling) for ceiling in (-1.0, 1.0))
    bent = min((task.best(start, [(-8.0, 8.0)]) for start in starts), key=lambda found: float(found.fun))
    cases = float(weight.sum() ** 2 / (weight @ weight))
    bends = 2 * (plain.fun - bent.fun) * cases / float(weight.sum()) > np.log(cases)
    a, b, c, ceiling = (float(f"{value:.8g}") for value in (bent.x if bends else plain.x))
    if a + b < _FLAT:
        return None
    top = float(f"{expit(ceiling):.8g}") if bends else 1.0
    return Curve(a=a, b=b, c=c, top=top, pairs=came.size, events=int(came.sum()))


class _Task:
    """Minus the weighted log likelihood of curves, by a, b, c and the log odds of the ceiling."""

    def __init__(self, scores: Floats, came: Floats, weight: Floats) -> None:
        self._columns = np.stack([*_logs(scores), np.ones_like(scores)], axis=1)
        self._came, self._weight = came, weight
        share = float(weight @ came / weight.sum())
        self.centre = np.array([0.0, 0.0, np.log(share / (1 - share)), _OPEN])

    def best(self, start: Floats, ceiling: list[tuple[float, float]]) -> OptimizeResult:
        """Return the least loss found from `start` with the ceiling within its bounds."""
        bounds = [(0, None), (0, None), (None, None), *ceiling]
        return minimize(self.loss, start, jac=True, method="L-BFGS-B", bounds=bounds)

    def loss(self, at: Floats) -> tuple[float, Floats]:
        """Return the loss and its slope, the ridge included; an open ceiling is 1."""
        odds = self._columns @ at[:3]
        top = 1.0 if at[3] == _OPEN else float(expit(at[3]))
        rises, away = expit(odds), at[:3] - self.centre[:3]
        chance = np.clip(top * rises, _LEAST, 1 - _LEAST)
        logs = np.where(self._came > 0.5, np.log(top) - np.logaddexp(0, -odds), np.log1p(-chance))
        value = -float(self._weight @ logs) + _RIDGE / 2 * float(away @ away)
        # Of yes, the slope of the logarithm is 1 - rises; of no, the chance against its complement.
        against = np.where(self._came > 0.5, 1.0, -chance / (1 - chance))
        by_odds = self._weight * against * (1 - rises)
        by_top = float(self._weight @ against) * (1 - top)
        return value, -np.append(self._columns.T @ by_odds - _RIDGE * away, by_top)


def likelihoods(curve: Curve, scores: Floats) -> Floats:
    """Return the likelihood of each score, as `Curve.likelihood` gives it."""
    low, high = _logs(scores)
    return np.asarray(curve.top * expit(curve.a * low + curve.b * high + curve.c))


def _logs(scores: Floats) -> tuple[Floats, Floats]:
    inside = np.clip(scores, EDGE, 1 - EDGE)
    return np.log(inside), -np.log1p(-inside)


def log_losses(chances: Floats, came: Floats) -> Floats:
    """Return minus the logarithm of the likelihood given to what came about, of each pair."""
    inside = np.clip(chances, EDGE, 1 - EDGE)
    return np.asarray(-np.where(came > 0.5, np.log(inside), np.log1p(-inside)))
