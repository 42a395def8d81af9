"""The engine's score of shown pairs as a function of its weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qixi.match.learning.sample import Floats, Sample
from qixi.match.models.dense import DenseScorer
from qixi.match.settings import Settings

FITS = ("business", "portfolio")
ANCHOR = "lexical"
"""The scorer whose weight stays: only ratios of weights matter to a ranking."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the scorers in the need fit, its `half`, and of two fits against the need fit's 1."""

    scorers: Mapping[str, float]
    half: float
    fits: Mapping[str, float]

    @classmethod
    def of(cls, settings: Settings) -> Weights:
        """Return the weights that the settings give; the dense scorer's where there is one."""
        fusion, shares = settings.fusion, settings.weights
        scorers = {name: float(getattr(fusion, name)) for name in type(fusion).model_fields if name != "half"}
        if settings.models.embedding is not None:
            scorers[DenseScorer.name] = settings.models.embedding.weight
        fits = {name: float(getattr(shares, name)) / shares.need for name in FITS}
        return cls(scorers, fusion.half, fits)

    def applied(self, settings: Settings) -> Settings:
        """Return the settings with these weights in them, rounded to six digits, and no curves."""
        whole = 1 + sum(self.fits.values())
        values = settings.model_dump(exclude={"calibration", "learned"})
        values["weights"] = {name: _rounded(self.fits[name] / whole) for name in FITS}
        values["weights"]["need"] = _rounded(1 / whole)
        for name, weight in self.scorers.items():
            if name in values["fusion"]:
                values["fusion"][name] = _rounded(weight)
            else:
                values["models"]["embedding"]["weight"] = _rounded(weight)
        return Settings.model_validate(values)

    def score(self, sample: Sample) -> Floats:
        """Return the engine's score of each pair before a re-ranker, shape (pairs,), not rounded."""
        factors = np.array([self.scorers[name] for name in sample.scorers])
        lifted = np.logaddexp(0.0, sample.standing @ factors)
        need = lifted / (lifted + self.half)
        business, portfolio = (self.fits[name] for name in FITS)
        total = business * sample.business + need + portfolio * sample.portfolio
        return np.asarray(total / (1 + business + portfolio))

    def moved(self, names: Sequence[str], steps: Floats) -> Weights:
        """Return the weights with each of `names` multiplied by e to its step."""
        factor = dict(zip(names, np.exp(steps).tolist(), strict=True))
        return Weights(
            {name: weight * factor.get(name, 1.0) for name, weight in self.scorers.items()},
            self.half,
            {name: weight * factor.get(name, 1.0) for name, weight in self.fits.items()},
        )

    def named(self) -> dict[str, float]:
        """Return all weights that can be learnt, by name."""
        return {name: weight for name, weight in {**self.scorers, **self.fits}.items() if name != ANCHOR}


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
