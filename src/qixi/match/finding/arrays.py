"""A fitted engine as the arrays that the compiled loops read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.engine import Engine
from qixi.match.kernels.pairing import pairs
from qixi.match.kernels.shapes import Lists, Questions
from qixi.match.kernels.sparing import Usual

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """One scorer: its matrices shard by shard, and what its terms are worth in general."""

    by_term: tuple[Lists, ...]
    by_document: tuple[Lists, ...]
    usual: Usual


@dataclass(frozen=True, slots=True)
class Arrays:
    """The linear scorers of an engine over `bounds`: shard i holds documents bounds[i]:bounds[i + 1]."""

    parts: tuple[Part, ...]
    bounds: NDArray[np.int64]

    @classmethod
    def of(cls, engine: Engine) -> Self:
        """View the engine's arrays."""
        scorers = engine.need_fit.linear
        parts = tuple(
            Part(
                tuple(shard.by_term.lists() for shard in scorer.shards),
                tuple(shard.by_document.lists() for shard in scorer.shards),
                scorer.usual(),
            )
            for scorer in scorers
        )
        sizes = [shard.documents for shard in scorers[0].shards]
        return cls(parts, np.concatenate(([0], np.cumsum(sizes))).astype(np.int64))

    @property
    def shards(self) -> int:
        """Number of shards."""
        return int(self.bounds.size) - 1

    def exact(
        self, weighed: Sequence[Questions], queries: NDArray[np.int64], documents: NDArray[np.int64]
    ) -> Float:
        """Return the exact sums of pairs, shape (pairs,); `weighed` are the queries for each part.

        `queries` are rows of `weighed`, `documents` places in the corpus.
        """
        total = np.zeros(queries.size)
        shard_of = np.searchsorted(self.bounds, documents, side="right") - 1
        for shard in range(self.shards):
            mine = np.flatnonzero(shard_of == shard)
            if not mine.size:
                continue
            rows = documents[mine] - self.bounds[shard]
            for part, questions in zip(self.parts, weighed, strict=True):
                total[mine] += pairs(questions, part.by_document[shard], queries[mine], rows)
        return total
