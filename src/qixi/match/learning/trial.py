"""Weights learnt without some needs and tried on these: how they rank what they have not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from qixi.match.evaluation import Measure, Qrels, Run, compare, evaluate
from qixi.match.evaluation.comparison import Difference
from qixi.match.learning.folds import folds, parted
from qixi.match.learning.likeliest import learn, surprise
from qixi.match.learning.sample import Floats, Ints, Sample
from qixi.match.learning.weights import Weights
from qixi.match.ranking import DECIMALS

MEASURE = Measure.parse("nDCG(gain=exp,pool=judged)@10")
SPREADS = (0.0, 0.25, 0.5, 1.0, 2.0)
"""How far weights may be expected to lie from those that are set, as deviations of their logarithms."""

_INNER = 5

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Each need's `fold`, the weights learnt without each fold, and the scores of all pairs.

    `before` are the scores under the weights that are set, `after` those under the weights that were
    learnt without the pair's need.
    """

    fold: Ints
    weights: tuple[Weights, ...]
    before: Floats
    after: Floats


def hold_out(
    sample: Sample,
    start: Weights,
    names: Sequence[str],
    count: int,
    progress: Callable[[int], object] = lambda _: None,
) -> HeldOut:
    """Learn once without each of `count` folds of needs, the spread of the prior chosen inside."""
    fold = folds(sample, count)
    learnt, after = [], start.score(sample)
    for held in parted(fold):
        weights, _ = chosen(sample.of_needs(~held), start, names)
        pairs = held[sample.owner]
        after[pairs] = weights.score(sample)[pairs]
        learnt.append(weights)
        progress(1)
    return HeldOut(fold, tuple(learnt), start.score(sample), after)


def chosen(sample: Sample, start: Weights, names: Sequence[str]) -> tuple[Weights, float]:
    """Return the weights learnt from the sample and the spread under which they foretell best inside it.

    A spread of 0 leaves the weights as they are, and wins a tie.
    """
    if not names:
        return start, 0.0
    fold = folds(sample, _INNER)
    losses = [_loss(sample, start, names, spread, fold) for spread in SPREADS]
    spread = SPREADS[int(np.argmin(np.round(losses, 9)))]
    return learn(sample, start, names, spread)[0], spread


def _loss(sample: Sample, start: Weights, names: Sequence[str], spread: float, fold: Ints) -> float:
    found = [
        surprise(sample.of_needs(held), *learn(sample.of_needs(~held), start, names, spread))
        for held in parted(fold)
    ]
    return float(np.concatenate(found).mean())


def difference(sample: Sample, before: Floats, after: Floats) -> Difference:
    """Compare two scores of the sample's pairs in `MEASURE`, need by need; needs without worth stay out."""
    qrels = Qrels(_by_need(sample, sample.level.tolist()))
    runs = (Run(_by_need(sample, np.round(scores, DECIMALS).tolist())) for scores in (after, before))
    a, b = (evaluate(run, qrels, [MEASURE]) for run in runs)
    return compare(a, b).differences[0]


def _by_need(sample: Sample, values: Sequence[Number]) -> dict[str, dict[str, Number]]:
    out: dict[str, dict[str, Number]] = {need: {} for need in sample.needs}
    for owner, asset, value in zip(sample.owner.tolist(), sample.assets.tolist(), values, strict=True):
        out[sample.needs[owner]][asset] = value
    return out
