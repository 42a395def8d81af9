"""How much feedback is wanted before anything is learnt from it, and how much more that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qixi.match.learning.curves import PARAMETERS
from qixi.match.learning.sample import Sample
from qixi.match.learning.settings import LearningSettings, Outcome
from qixi.match.learning.weights import FITS, Weights

_SHRINKAGE = 0.9
_EXPLAINED = 0.15
_EVENTS_PER_PARAMETER = 10
_CONFIDENCE = 1.96


@dataclass(frozen=True, slots=True)
class Supply:
    """How much of something there is (`have`) and how much is wanted."""

    have: int
    wanted: int

    @property
    def more(self) -> int:
        """How many more are wanted, 0 where there are enough."""
        return max(0, self.wanted - self.have)


def moving(sample: Sample, weights: Weights, learning: LearningSettings) -> dict[str, Supply]:
    """Return for each weight that can be learnt in how many telling needs its part differs between pairs.

    A part that is the same for all pairs of a need, as the business fit where no industry is
    known, says nothing of its weight there. A weight set to 0 is switched off and not learnt.
    """
    told = sample.of_needs(sample.telling())
    columns = {name: told.standing[:, i] for i, name in enumerate(told.scorers)}
    columns |= {name: getattr(told, name) for name in FITS}
    return {
        name: Supply(_differing(columns[name], told), learning.needs_per_weight)
        for name, weight in weights.named().items()
        if weight > 0 and name in columns
    }


def _differing(values: np.ndarray, sample: Sample) -> int:
    if not sample.needs:
        return 0
    starts = sample.starts
    return int(np.sum(np.maximum.reduceat(values, starts) - np.minimum.reduceat(values, starts) > 1e-9))


def for_weights(sample: Sample, names: Sequence[str], learning: LearningSettings) -> Supply:
    """Return how many telling needs there are, and how many are wanted for these weights.

    Each telling need is one list with a choice in it, as one event with its risk set is to Cox's partial
    likelihood, which has the same form; ten events for each number to be found is the rule of
    Peduzzi and others (J Clin Epidemiol 48:1503, 1995). The temperature is one more number.
    Needs of the same words count once.
    """
    have = np.unique(sample.group[sample.telling()]).size
    return Supply(int(have), (len(names) + 1) * learning.needs_per_weight)


def for_curve(sample: Sample, outcome: Outcome, learning: LearningSettings) -> Supply:
    """Return how many pairs there are whose outcome is known, and how many a curve wants.

    The larger of three, at the share of yes that was found: ten of the rarer answer for each of
    the curve's three numbers (Peduzzi and others, J Clin Epidemiol 49:1373, 1996); and, of Riley and
    others (Stat Med 38:1276, 2019; BMJ 368:m441, 2020), enough for a shrinkage of 0.9 where a
    Nagelkerke R2 of 0.15 may be hoped for, and enough to know the share itself to `margin`. Where
    one answer is missing, its share counts as that of the next pair's coming out so.
    """
    came = sample.outcomes[outcome]
    known = came[~np.isnan(came)]
    count, events = known.size, float(known.sum())
    share = min(max(events, 1.0), max(count - 1.0, 1.0)) / max(count, 2)
    rarer = min(share, 1 - share)
    most = 1 - math.exp(2 * (share * math.log(share) + (1 - share) * math.log(1 - share)))
    wanted = (
        _EVENTS_PER_PARAMETER * PARAMETERS / rarer,
        PARAMETERS / ((_SHRINKAGE - 1) * math.log(1 - _EXPLAINED * most / _SHRINKAGE)),
        (_CONFIDENCE / learning.margin) ** 2 * share * (1 - share),
    )
    return Supply(count, math.ceil(max(wanted)))


def needs_for_curve(sample: Sample, outcome: Outcome, learning: LearningSettings) -> Supply:
    """Return in how many needs the outcome of a pair is known, and how many a curve wants.

    Pairs of one need are alike, so needs are wanted at the same rate for each of its numbers. Needs of
    the same words count once.
    """
    known = np.unique(sample.group[sample.owner[~np.isnan(sample.outcomes[outcome])]]).size
    return Supply(int(known), PARAMETERS * learning.needs_per_weight)


def to_tell(difference: float, interval: tuple[float, float], needs: int) -> int | None:
    """Return how many needs would part a difference above 0 from it if it stayed as it is, else None.

    The width of an interval falls with the square root of the number of needs.
    """
    if difference <= 0:
        return None
    return max(needs + 1, math.ceil(needs * ((difference - interval[0]) / difference) ** 2))
