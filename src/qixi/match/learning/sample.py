"""Shown pairs as arrays: what the engine's parts say of each, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from qixi.match.learning.settings import Outcome

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """Pairs of `needs`, sorted by need and technology.

    Of each pair: `owner` (index into `needs`, rising), `assets` (id), `standing` of shape (pairs, `scorers`)
    in standard deviations, `business` and `portfolio` (fits, 0 to 1), `level` (what it is worth in
    a ranking), `outcomes` (1 yes, 0 no, nan not known) and `weight` (how many shown pairs it stands
    for, mean 1). `group` gives each need's group: needs of one group are never parted.
    """

    needs: tuple[str, ...]
    group: Ints
    owner: Ints
    assets: NDArray[np.object_]
    scorers: tuple[str, ...]
    standing: Floats
    business: Floats
    portfolio: Floats
    level: Ints
    outcomes: Mapping[Outcome, Floats]
    weight: Floats

    @property
    def starts(self) -> Ints:
        """Where each need's pairs begin; every need has some."""
        return np.searchsorted(self.owner, np.arange(len(self.needs)))

    def telling(self) -> Mask:
        """Say of each need whether its pairs differ in level, so that it can tell rankings apart."""
        starts = self.starts
        return np.asarray(np.maximum.reduceat(self.level, starts) > np.minimum.reduceat(self.level, starts))

    def of_needs(self, chosen: Mask) -> Sample:
        """Return the part with the needs that `chosen`, shape (needs,), marks."""
        pairs = chosen[self.owner]
        number = np.cumsum(chosen) - 1
        arrays = {
            field.name: getattr(self, field.name)[pairs]
            for field in fields(self)
            if field.name in {"assets", "standing", "business", "portfolio", "level", "weight"}
        }
        return Sample(
            needs=tuple(need for need, kept in zip(self.needs, chosen, strict=True) if kept),
            group=self.group[chosen],
            owner=number[self.owner[pairs]],
            scorers=self.scorers,
            outcomes={name: values[pairs] for name, values in self.outcomes.items()},
            **arrays,
        )
