"""Comparing two runs demand by demand: difference, paired tests, wins and losses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qixi.match.evaluation.measures import Measure
from qixi.match.evaluation.results import Evaluation, Result
from qixi.match.evaluation.significance import (
    TIE,
    bootstrap_interval,
    holm,
    paired_randomisation,
    paired_t,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of run `a` against run `b`, over the same `demands`.

    `difference` is mean(a) - mean(b), `interval` its 95 % bootstrap interval; `wins` counts the
    demands where a is higher. `p_t` comes from the two-sided paired t-test (None where all differences
    are equal or there are fewer than two), `p_randomisation` from 10,000 draws of the paired
    randomisation test (fixed seed). Those ending in `_holm` are corrected over all measures compared.
    """

    measure: Measure
    demands: int
    a: float | None
    b: float | None
    difference: float | None
    interval: tuple[float, float] | None
    wins: int
    ties: int
    losses: int
    t: float | None
    p_t: float | None
    p_t_holm: float | None
    p_randomisation: float | None
    p_randomisation_holm: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences of two evaluations, one for each measure, in the order of the measures."""

    differences: tuple[Difference, ...]


def compare(a: Evaluation, b: Evaluation) -> Comparison:
    """Compare two evaluations of the same measures against the same judgements.

    Raises ValueError where measures or demands differ: pairs could not be formed.
    """
    if [(r.measure, r.demands) for r in a.results] != [(r.measure, r.demands) for r in b.results]:
        msg = "both evaluations must hold the same measures over the same judgements"
        raise ValueError(msg)
    pairs = list(zip(a.results, b.results, strict=True))
    gaps = [np.array(x.values, dtype=np.float64) - np.array(y.values, dtype=np.float64) for x, y in pairs]
    tests = [paired_t(gap) for gap in gaps]
    p_t = [test[1] if test else None for test in tests]
    p_randomisation = [paired_randomisation(gap) for gap in gaps]
    p_t_holm, p_randomisation_holm = holm(p_t), holm(p_randomisation)
    return Comparison(
        tuple(
            Difference(
                measure=x.measure,
                demands=len(gap),
                a=x.mean,
                b=y.mean,
                difference=_gap(x, y),
                interval=bootstrap_interval(gap),
                wins=int(np.count_nonzero(gap > TIE)),
                ties=int(np.count_nonzero(np.abs(gap) <= TIE)),
                losses=int(np.count_nonzero(gap < -TIE)),
                t=test[0] if test else None,
                p_t=p_t[i],
                p_t_holm=p_t_holm[i],
                p_randomisation=p_randomisation[i],
                p_randomisation_holm=p_randomisation_holm[i],
            )
            for i, ((x, y), gap, test) in enumerate(zip(pairs, gaps, tests, strict=True))
        )
    )


def _gap(a: Result, b: Result) -> float | None:
    return None if a.mean is None or b.mean is None else a.mean - b.mean
