"""What came of a pair, as numbers to learn from: its level in a ranking, its outcomes, what it stands for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qixi.match.learning.sample import Floats
from qixi.match.learning.settings import LearningSettings, Outcome
from qixi.tables import GRADES, Feedback, Scale

_STEPS = 3
"""Levels that grades are put on: 0 to 3, as in judgements of retrieval."""


def scale_of(learning: LearningSettings) -> Scale:
    """Return the scale that feedback files are read by."""
    return Scale(learning.lowest, learning.highest, learning.words)


def share(feedback: Feedback, learning: LearningSettings) -> float | None:
    """Return the pair's grade over its dimensions, 0 to 1; None where no dimension that counts was graded."""
    scale = scale_of(learning)
    total = weight = 0.0
    for name in GRADES:
        counts, grade = getattr(learning.dimensions, name), getattr(feedback, name)
        if grade is not None and counts:
            total += abs(counts) * (scale.share(grade) if counts > 0 else 1 - scale.share(grade))
            weight += abs(counts)
    return total / weight if weight else None


def level(feedback: Feedback, learning: LearningSettings) -> int | None:
    """Return what the pair is worth in a ranking, None where nothing that counts was said."""
    graded = share(feedback, learning)
    levels = [] if graded is None else [math.floor(graded * _STEPS + 0.5)]
    for said, worth in ((feedback.introduced, learning.introduced), (feedback.signed, learning.signed)):
        if said is not None:
            levels.append(worth if said else 0)
    return max(levels, default=None)


def outcomes(feedback: Feedback, learning: LearningSettings) -> dict[Outcome, float]:
    """Return 1 where it came about, 0 where it did not, nan where that is not known."""
    graded = share(feedback, learning)
    # A share of a scale is not exact: two thirds of the way is 2 of 3.
    good = None if graded is None else graded >= learning.least_good() - 1e-9
    said: dict[Outcome, bool | None] = {
        "good": good,
        "introduced": feedback.introduced,
        "signed": feedback.signed,
    }
    return {name: math.nan if value is None else float(value) for name, value in said.items()}


def stand_for(records: Sequence[Feedback], heaviest: float) -> Floats:
    """Return how many shown pairs each record stands for, scaled to mean 1, shape (records,).

    It is one over the propensity, at most `heaviest` (truncated importance sampling, Ionides 2008);
    a record without propensity was shown for certain.
    """
    weight = np.array([1.0 if each.propensity is None else 1 / each.propensity for each in records])
    weight = np.minimum(weight, heaviest)
    return np.asarray(weight / weight.mean()) if len(records) else weight
