"""What the vectors of an embedding model add to the sums of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Problem, Refused, Text
from qixi.match.engine import Engine
from qixi.match.models.dense import DenseScorer
from qixi.match.models.failure import ModelUnavailable
from qixi.match.query import Query
from qixi.match.vectors.products import Products, products

F32 = NDArray[np.float32]
Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """Needs as vectors float32 (needs, dim), 0 where one says nothing, with their usual cosines.

    `mean` and `deviation` float64 (needs,) are those of the need's cosines with the corpus.
    """

    vectors: F32
    mean: Float
    deviation: Float


@dataclass(frozen=True, slots=True)
class Dense:
    """The dense scorer of an engine and its weight; `known` says which technologies have a vector."""

    scorer: DenseScorer
    weight: float
    known: NDArray[np.bool_]
    products: Products

    @classmethod
    def of(cls, engine: Engine) -> Self | None:
        """Return the dense part of an engine, None where it has none."""
        for scorer in engine.need_fit.scorers:
            if isinstance(scorer, DenseScorer):
                known = np.asarray(scorer.vectors.any(axis=1))
                weight = engine.need_fit.weight(scorer.name)
                return cls(scorer, weight, known, products(scorer.vectors))
        return None

    def ask(self, queries: Sequence[Query]) -> Asked:
        """Have queries embedded; raises Refused where the model does not answer.

        A batch does not go on without it: lists with and without a model do not compare.
        """
        try:
            vectors = self.scorer.ask(queries)
        except ModelUnavailable as failure:
            remedy = Text("模型恢复后用同一命令继续", "go on with the same command when the model is back")
            raise Refused(Problem("batch", failure.text, remedy, setting="models.embedding")) from failure
        self.scorer.forget()  # a batch asks once for each need, and has many
        mean, deviation = self.scorer.measure(vectors)
        return Asked(vectors, mean, deviation)

    def sums(self, asked: Asked, rows: NDArray[np.int64]) -> F32:
        """Return what the vectors add for some needs and all technologies, float32 (rows, technologies)."""
        said = asked.vectors[rows].any(axis=1)
        scale = np.where(said, self.weight / asked.deviation[rows], 0.0)
        scaled = asked.vectors[rows] * scale[:, None].astype(np.float32)
        found = self.products.of(scaled)
        found -= (scale * asked.mean[rows]).astype(np.float32)[:, None]
        found[:, ~self.known] = 0.0
        return found

    def exact(self, asked: Asked, queries: NDArray[np.int64], documents: NDArray[np.int64]) -> Float:
        """Return what the vectors add for single pairs, as the engine's scorer has it, float64 (pairs,)."""
        cosines = self.scorer.pairs(asked.vectors, queries, documents)
        standing = (cosines - asked.mean[queries]) / asked.deviation[queries]
        said = np.asarray(asked.vectors.any(axis=1))[queries] & self.known[documents]
        return np.where(said, self.weight * standing, 0.0)
