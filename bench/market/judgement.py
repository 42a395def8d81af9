"""What the matcher believes: likelihoods learned from the outcomes of past introductions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.market.scenario import Scenario
from bench.market.world import GROUPS, Values, World, drawn, sigmoid

_PAST = 1_000_000
_RIDGE = 1.0


@dataclass(frozen=True)
class Judgement:
    """Chances by the fits alone, shape (needs, technologies): of a request, and of a meeting."""

    request: Values
    meeting: Values


def judged(scenario: Scenario, world: World, seed: int) -> Judgement:
    """Learn from another world, in which what was flipped worked the other way round."""
    past = drawn(scenario, seed + _PAST, flipped=scenario.history.flipped)
    source = np.random.default_rng([seed, _PAST])
    shape = past.interest.shape
    pairs = source.choice(past.interest.size, scenario.history.pairs, replace=False)
    need, item = np.unravel_index(pairs, shape)
    asked = source.random(pairs.size) < past.interest[need, item]
    met = asked & (source.random(pairs.size) < past.answer[need, item])
    columns = past.fits[need, item]
    return Judgement(_chances(columns, asked, world), _chances(columns, met, world))


def _chances(columns: Values, came: Values, world: World) -> Values:
    weights = _logistic(columns, came.astype(np.float64))
    return sigmoid(world.fits @ weights[:GROUPS] + weights[GROUPS])


def _logistic(columns: Values, came: Values) -> Values:
    """Fit logistic regression by Newton's steps, with a slight ridge."""
    design = np.column_stack((columns, np.ones(len(columns))))
    weights = np.zeros(design.shape[1])
    for _ in range(25):
        chance = sigmoid(design @ weights)
        slope = design.T @ (came - chance) - _RIDGE * weights
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + _RIDGE * np.eye(weights.size)
        weights += np.linalg.solve(bend, slope)
    return weights
