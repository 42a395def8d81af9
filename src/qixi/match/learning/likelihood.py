"""Curves tried on needs they were not learnt from, against the mere share of yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qixi.match.evaluation.significance import bootstrap_interval
from qixi.match.learning.curves import calibrated, likelihoods, log_losses
from qixi.match.learning.folds import parted
from qixi.match.learning.sample import Floats, Ints, Sample
from qixi.match.learning.settings import Curve, Outcome
from qixi.match.learning.weights import Weights


@dataclass(frozen=True, slots=True)
class CurveTrial:
    """One outcome's curve, and how it did on held-out needs.

    Of the pairs whose outcome is known: `owner`, `came` (1 or 0), `weight`, the held-out likelihood
    `given` and the share of yes in the other folds, `constant`. `curve` is learnt from all of them.
    """

    outcome: Outcome
    curve: Curve | None
    owner: Ints
    came: Floats
    weight: Floats
    given: Floats
    constant: Floats

    def losses(self) -> tuple[Floats, Floats]:
        """Return each need's mean log loss under the curve and under the constant, shape (known needs,)."""
        return self._by_need(self.given), self._by_need(self.constant)

    def _by_need(self, chances: Floats) -> Floats:
        _, owner = np.unique(self.owner, return_inverse=True)
        total = np.bincount(owner, weights=self.weight * log_losses(chances, self.came))
        return np.asarray(total / np.bincount(owner, weights=self.weight))

    def gain(self) -> tuple[float, tuple[float, float]]:
        """Return by how much log loss falls against the constant, mean over needs, and its 95 % interval."""
        curve, constant = self.losses()
        gaps = constant - curve
        return float(gaps.mean()), bootstrap_interval(gaps) or (-np.inf, np.inf)

    def better(self) -> bool:
        """Say whether the curve is there and foretells better than the constant beyond doubt."""
        return self.curve is not None and self.gain()[1][0] > 0


def try_curve(
    sample: Sample, outcome: Outcome, fold: Ints, learnt: Sequence[Weights], whole: Weights
) -> CurveTrial:
    """Learn the curve once without each fold, over scores of the weights learnt without it, and on all.

    `learnt` gives the weights for each fold, `whole` those that the curve is to be installed with.
    Where the other folds hold one answer only or the curve is flat, their share of yes is given.
    """
    came = sample.outcomes[outcome]
    known = ~np.isnan(came)
    given, constant = np.zeros(came.size), np.zeros(came.size)
    for held, weights in zip(parted(fold), learnt, strict=True):
        test = held[sample.owner] & known
        rest = ~held[sample.owner] & known
        scores = weights.score(sample)
        constant[test] = _share(came[rest], sample.weight[rest])
        curve = calibrated(scores[rest], came[rest], sample.weight[rest])
        given[test] = constant[test] if curve is None else likelihoods(curve, scores[test])
    final = calibrated(whole.score(sample)[known], came[known], sample.weight[known])
    owner, weight = sample.owner[known], sample.weight[known]
    return CurveTrial(outcome, final, owner, came[known], weight, given[known], constant[known])


def _share(came: Floats, weight: Floats) -> float:
    """Return the share of yes, with half a pair of each answer imagined beside those there are."""
    return float((weight @ came + 0.5) / (weight.sum() + 1))
