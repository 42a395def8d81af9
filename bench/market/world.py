"""One world: needs and technologies with features, of which the matcher sees some, through noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.market.scenario import Scenario

Values = NDArray[np.float64]
GROUPS = 3
"""The three fits: business, need, portfolio; each sees a third of the features that can be seen."""


@dataclass(frozen=True)
class World:
    """Of needs by technologies: chances of each step, and what the matcher sees, shape (..., 3)."""

    interest: Values
    answer: Values
    signing: Values
    fits: Values
    firm: NDArray[np.int64]
    inventor: NDArray[np.int64]
    broker: NDArray[np.int64]

    @property
    def meeting(self) -> Values:
        """The chance that reading a pair leads to a meeting, room aside."""
        return self.interest * self.answer


def sigmoid(odds: Values) -> Values:
    return 1 / (1 + np.exp(-odds))


def drawn(scenario: Scenario, seed: int, *, flipped: float = 0.0) -> World:
    """Draw a world; of the features seen a share `flipped`, the first ones, works the other way round."""
    size, truth = scenario.size, scenario.truth
    source = np.random.default_rng(seed)
    asked = source.normal(size=(size.needs, truth.seen))
    offered = source.normal(size=(size.technologies, truth.seen))
    wanted = source.normal(size=(size.needs, truth.unseen))
    held = source.normal(size=(size.technologies, truth.unseen))
    appeal = truth.appeal * source.normal(size=size.technologies)
    noise = truth.noise * source.normal(size=(size.needs, size.technologies, GROUPS))
    firm = np.concatenate((np.arange(size.firms), source.integers(0, size.firms, size.needs - size.firms)))
    inventor = np.concatenate(
        (np.arange(size.inventors), source.integers(0, size.inventors, size.technologies - size.inventors))
    )
    broker = source.integers(0, size.brokers, size.needs)
    each = asked[:, None, :] * offered[None, :, :] / np.sqrt(truth.seen)
    turned = np.where(np.arange(truth.seen) < round(flipped * truth.seen), -1.0, 1.0)
    seen = truth.weight_seen * (each * turned).sum(axis=2)
    unseen = truth.weight_unseen * (wanted @ held.T) / np.sqrt(truth.unseen)
    fits = each.reshape(size.needs, size.technologies, GROUPS, -1).sum(axis=3) + noise
    fits[:, :, 1] += appeal
    return World(
        sigmoid(truth.interest + seen + unseen + appeal),
        sigmoid(truth.answer + unseen),
        sigmoid(truth.signing + seen + unseen),
        fits,
        firm,
        inventor,
        broker,
    )
