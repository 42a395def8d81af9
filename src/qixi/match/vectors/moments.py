"""What the cosines of a vector with a whole corpus come to, without multiplying them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from qixi.match.scorers.standing import Usual, spread

Vectors = npt.NDArray[np.float32]
Float = npt.NDArray[np.float64]

_ROWS = 8192


@dataclass(frozen=True, slots=True)
class Moments:
    """Sum and second moments of a corpus of unit vectors; zero rows, which say nothing, do not count.

    `total` float64 (dim,) is the sum of v and `square` float64 (dim, dim) that of v vᵀ over `count` rows.
    """

    total: Float
    square: Float
    count: int

    @classmethod
    def of(cls, vectors: Vectors) -> Self:
        """Add up float32 (n, dim), which may be memory-mapped, in blocks."""
        dim = vectors.shape[1]
        total, square, count = np.zeros(dim), np.zeros((dim, dim)), 0
        for at in range(0, vectors.shape[0], _ROWS):
            # In double precision, so that the order of the corpus leaves no trace.
            block = np.asarray(vectors[at : at + _ROWS], dtype=np.float64)
            total += block.sum(axis=0)
            square += block.T @ block
            count += int(block.any(axis=1).sum())
        return cls(total, square, count)

    def measure(self, needs: Vectors, usual: Usual) -> tuple[Float, Float]:
        """Return mean and deviation of each need's cosines, float64 (needs,), as `standing` has them."""
        asked = np.asarray(needs, dtype=np.float64)
        squares = np.einsum("ij,ij->i", asked @ self.square, asked)
        return spread(asked @ self.total, squares, self.count, usual)

    def axes(self) -> Float:
        """Return the corpus's main axes as orthonormal columns, those that hold most of it first."""
        _, axes = np.linalg.eigh(self.square)
        return np.asarray(axes[:, ::-1])
