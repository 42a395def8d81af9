"""What the loops are given: sparse rows and weighted terms as plain, read-only arrays."""

from __future__ import annotations

from typing import NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

Kind = TypeVar("Kind", bound=np.generic)


class Lists(NamedTuple):
    """Sparse rows as the loops read them: row r holds `columns[start[r]:start[r + 1]]`, worth `worth[...]`.

    Shapes: `start` int64 (rows + 1,), `columns` uint32 and `worth` float32 (entries,). Columns ascend
    in a row. Unsigned, because an index that may be negative costs a comparison at every access.
    """

    start: NDArray[np.int64]
    columns: NDArray[np.uint32]
    worth: NDArray[np.float32]

    @classmethod
    def of(cls, start: NDArray[np.int64], columns: NDArray[np.int32], worth: NDArray[np.float32]) -> Self:
        """View sparse rows without copying; memory-mapped arrays may be given."""
        return cls(fixed(start, np.int64), fixed(columns, np.int32).view(np.uint32), fixed(worth, np.float32))


class Asked(NamedTuple):
    """The weighted terms of one query: `terms` int32, ascending and distinct, `weights` float64 (terms,)."""

    terms: NDArray[np.int32]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, terms: NDArray[np.int32], weights: NDArray[np.float64]) -> Self:
        """View terms and weights without copying."""
        return cls(fixed(terms, np.int32), fixed(weights, np.float64))


class Questions(NamedTuple):
    """The weighted terms of many queries, those of query q at `start[q]:start[q + 1]`; see `Weights`."""

    start: NDArray[np.int64]
    terms: NDArray[np.int32]
    weights: NDArray[np.float64]
    offset: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        start: NDArray[np.int64],
        terms: NDArray[np.int32],
        weights: NDArray[np.float64],
        offset: NDArray[np.float64],
    ) -> Self:
        """View weighted queries without copying."""
        return cls(
            fixed(start, np.int64),
            fixed(terms, np.int32),
            fixed(weights, np.float64),
            fixed(offset, np.float64),
        )


def fixed(values: NDArray[Kind], kind: type[Kind]) -> NDArray[Kind]:
    """View an array as read-only, so that a loop is compiled once for mapped and for owned arrays."""
    plain = np.ascontiguousarray(np.asarray(values), dtype=kind).view()
    plain.flags.writeable = False
    return plain
