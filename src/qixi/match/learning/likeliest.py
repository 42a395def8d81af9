"""The weights under which what came of shown pairs is likeliest, kept near those that are set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from qixi.match.learning.sample import Floats, Sample
from qixi.match.learning.weights import Weights

_MOST = 100.0
"""The highest weight that the settings take."""

_FARTHEST = 4.0
"""How far the logarithm of a weight may move: a factor of 55, either way."""

_TEMPERATURE = (0.0, 8.0)


def learn(sample: Sample, start: Weights, names: Sequence[str], spread: float) -> tuple[Weights, float]:
    """Return the weights, and a temperature, under which what came of the pairs is likeliest.

    A need's pairs share a likelihood by the softmax of their scores, and its observed worth 2^level - 1
    is split over them in the same way (cross entropy of ListNet, Cao and others 2007, with the gains
    of nDCG, Bruch 2021). Pairs shown with a probability count inversely to it on both sides. The
    logarithm of each weight against `start` has a normal prior around 0 with deviation `spread`: no
    weight falls below 0, and where feedback says little the weights stay. Needs whose pairs are all of
    one level say nothing.
    """
    told = sample.of_needs(sample.telling())
    task = _Task(told, start, tuple(names) if spread else (), spread)
    ends = [(-_FARTHEST, min(_FARTHEST, np.log(_MOST / start.named()[name]))) for name in task.names]
    first = np.array([np.log(20.0), *(0.0 for _ in task.names)])
    found = minimize(task.loss, first, jac=True, method="L-BFGS-B", bounds=[_TEMPERATURE, *ends])
    return start.moved(task.names, found.x[1:]), float(np.exp(found.x[0]))


def surprise(sample: Sample, weights: Weights, temperature: float) -> Floats:
    """Return the cross entropy of each telling need's pairs under the weights, shape (telling needs,)."""
    told = sample.of_needs(sample.telling())
    return _Lists(told).losses(temperature * weights.score(told))[0]


class _Lists:
    """The pairs of each need as one list: shares of worth, and softmax over it."""

    def __init__(self, sample: Sample) -> None:
        self._owner, self._starts, self._weight = sample.owner, sample.starts, sample.weight
        worth = sample.weight * (np.exp2(sample.level) - 1.0)
        self._target = worth / np.add.reduceat(worth, self._starts)[self._owner]

    def losses(self, scores: Floats) -> tuple[Floats, Floats]:
        """Return the loss of each list and its derivative by each score."""
        top = np.maximum.reduceat(scores, self._starts)[self._owner]
        lifted = self._weight * np.exp(scores - top)
        mass = np.add.reduceat(lifted, self._starts)
        chance = lifted / mass[self._owner]
        log_chance = scores - top - np.log(mass)[self._owner]
        losses = -np.add.reduceat(self._target * log_chance, self._starts)
        return losses, chance - self._target


class _Task:
    """The penalised loss over all lists, by the logarithms of temperature and weights."""

    def __init__(self, sample: Sample, start: Weights, names: tuple[str, ...], spread: float) -> None:
        self.names = names
        self._sample, self._start, self._spread = sample, start, spread
        self._lists = _Lists(sample)

    def loss(self, at: Floats) -> tuple[float, Floats]:
        weights, temperature = self._start.moved(self.names, at[1:]), np.exp(at[0])
        scores, slopes = self._slopes(weights)
        losses, by_score = self._lists.losses(temperature * scores)
        value = float(losses.sum())
        gradient = np.concatenate(([by_score @ scores], by_score @ slopes)) * temperature
        if self.names:
            value += float(at[1:] @ at[1:]) / (2 * self._spread**2)
            gradient[1:] += at[1:] / self._spread**2
        return value, gradient

    def _slopes(self, weights: Weights) -> tuple[Floats, Floats]:
        """Return the scores and their derivatives by the logarithm of each weight, shape (pairs, names)."""
        sample = self._sample
        scores = weights.score(sample)
        factors = np.array([weights.scorers[name] for name in sample.scorers])
        total = sample.standing @ factors
        lifted = np.logaddexp(0.0, total)
        whole = 1 + sum(weights.fits.values())
        bend = weights.half / (lifted + weights.half) ** 2 * expit(total) / whole
        parts = {"business": sample.business, "portfolio": sample.portfolio}
        columns = [
            weights.fits[name] * (parts[name] - scores) / whole
            if name in parts
            else bend * weights.scorers[name] * sample.standing[:, sample.scorers.index(name)]
            for name in self.names
        ]
        return scores, np.stack(columns, axis=1) if columns else np.empty((len(scores), 0))
