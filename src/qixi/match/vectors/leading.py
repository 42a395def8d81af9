"""Vectors turned so that leading places say most of a product; beside them, terms that most documents hold.

One matrix product gives what all of these say of a need and a document: a term in every third document is
sooner multiplied out than followed through its postings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from qixi.match.vectors.moments import Float, Moments, Vectors

_ROWS = 8192
_SAID = 0.9
"""How much of the corpus's second moment the leading places hold unless told otherwise."""
_STEP = 16
"""Leading places come in whole vector registers."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A corpus on its main axes. Turning leaves products as they are.

    `columns` float32 (n, places + beside): the leading places of vectors, then room for other things.
    `rest` float32 (n, dim - places); `axes` float32 (dim, dim).
    """

    columns: Vectors
    rest: Vectors
    axes: Vectors

    @classmethod
    def of(cls, vectors: Vectors, moments: Moments, places: int | None = None, beside: int = 0) -> Self:
        """Turn float32 (n, dim), which may be memory-mapped; `places` is how many of them lead."""
        axes = moments.axes()
        if places is None:
            places = said(moments, axes)
        dim = axes.shape[0]
        if not 0 < places <= dim:
            msg = f"leading places must lie in 1..{dim}, not {places}"
            raise ValueError(msg)
        turn = axes.astype(np.float32)
        columns = np.zeros((vectors.shape[0], places + beside), dtype=np.float32)
        rest = np.empty((vectors.shape[0], dim - places), dtype=np.float32)
        for at in range(0, vectors.shape[0], _ROWS):
            turned = np.asarray(vectors[at : at + _ROWS]) @ turn
            columns[at : at + _ROWS, :places] = turned[:, :places]
            rest[at : at + _ROWS] = turned[:, places:]
        return cls(columns, rest, turn)

    @property
    def size(self) -> int:
        """Number of vectors."""
        return int(self.columns.shape[0])

    @property
    def places(self) -> int:
        """Number of leading places."""
        return int(self.axes.shape[0] - self.rest.shape[1])

    def ask(self, needs: Vectors) -> tuple[Vectors, Vectors]:
        """Return needs, float32 (needs, dim), turned alike: as questions to `columns`, and to `rest`."""
        turned = np.asarray(needs, dtype=np.float32) @ self.axes
        asked = np.zeros((needs.shape[0], self.columns.shape[1]), dtype=np.float32)
        asked[:, : self.places] = turned[:, : self.places]
        return asked, np.ascontiguousarray(turned[:, self.places :])


def said(moments: Moments, axes: Float, share: float = _SAID) -> int:
    """Return how many leading places hold `share` of the corpus's second moment, in whole steps."""
    held = np.einsum("ij,jk,ki->i", axes.T, moments.square, axes, optimize=True)
    dim = int(axes.shape[0])
    if not held.sum() > 0:
        return dim
    places = int(np.searchsorted(np.cumsum(held) / held.sum(), share)) + 1
    return min(dim, -(-places // _STEP) * _STEP)
