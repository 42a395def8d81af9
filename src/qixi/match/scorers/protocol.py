"""What every scorer does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset
from qixi.match.query import Query


class Scorer(Protocol):
    """An estimator over a corpus of technologies.

    `score` returns float64 of shape (len(queries), corpus size) in standard deviations: 0 is what
    a mean technology of the corpus scores for that query. A value depends on the query, the
    technology and the corpus alone, never on other queries or on the order of the corpus.
    """

    name: ClassVar[str]

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Learn the corpus."""
        ...

    def score(self, queries: Sequence[Query]) -> NDArray[np.float64]:
        """Score every technology for each query."""
        ...

    def save(self, folder: Path) -> None:
        """Write what was learnt into an existing empty folder, without pickle."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote; raises Refused where it is damaged."""
        ...
