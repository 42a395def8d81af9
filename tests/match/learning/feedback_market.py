"""Feedback whose truth is known: made from weights of our choice, or from nothing at all."""

from __future__ import annotations

import numpy as np

from qixi.match.learning.sample import Sample
from qixi.match.learning.weights import Weights
from qixi.match.settings import Settings

SET = Weights.of(Settings())


def truth(**weights: float) -> Weights:
    """Return the shipped weights with some of them put elsewhere."""
    scorers = {name: weights.get(name, value) for name, value in SET.scorers.items()}
    return Weights(scorers, SET.half, {name: weights.get(name, value) for name, value in SET.fits.items()})


def shown(needs: int, pairs: int, weights: Weights | None, seed: int, *, slope: float = 40.0) -> Sample:
    """Return a sample whose outcomes follow the score of `weights`; without, nothing but chance."""
    source = np.random.default_rng(seed)
    count = needs * pairs
    empty = Sample(
        needs=tuple(f"N{i:04}" for i in range(needs)),
        group=np.arange(needs),
        owner=np.repeat(np.arange(needs), pairs),
        assets=np.array([f"T{i:03}" for _ in range(needs) for i in range(pairs)], dtype=object),
        scorers=("lexical", "topics", "subclasses"),
        standing=source.normal(1.0, 1.5, size=(count, 3)),
        business=source.uniform(0, 1, count),
        portfolio=source.uniform(0, 1, count),
        level=np.zeros(count, dtype=np.int64),
        outcomes={},
        weight=np.ones(count),
    )
    score = np.zeros(count) if weights is None else weights.score(empty)
    chance = 1 / (1 + np.exp(-(slope * (score - np.mean(score)) - 1.2)))
    good = source.uniform(size=count) < chance
    met = good & (source.uniform(size=count) < 0.5)
    signed = met & (source.uniform(size=count) < 0.3)
    level = np.where(signed, 5, np.where(met, 4, np.where(good, 2, 0)))
    came = {"good": good.astype(float), "introduced": met.astype(float), "signed": signed.astype(float)}
    parts = {name: getattr(empty, name) for name in Sample.__slots__}
    return Sample(**{**parts, "level": level.astype(np.int64), "outcomes": came})
