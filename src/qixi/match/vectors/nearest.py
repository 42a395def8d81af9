"""The technologies nearest to each need by cosine: exactly, or by codes and then exactly among the found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Protocol

import numpy as np
import numpy.typing as npt

from qixi.match.kernels.dotting import dots
from qixi.match.kernels.forward import Forward
from qixi.match.kernels.fusing import keep_best, line_up
from qixi.match.vectors.moments import Vectors

Places = npt.NDArray[np.int32]
LARGE = 200_000
"""From so many vectors on codes pay: below, the exact product is as fast and needs no training."""
_ROWS = 65_536
_BLOCK = 256
_DEEPER = 16
_TRAINED_ON = 65_536


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest of some needs, in no order: `places` int32 and `cosines` float32, both (needs, count)."""

    places: Places
    cosines: npt.NDArray[np.float32]


class Nearest(Protocol):
    """Finds the nearest of a corpus of unit vectors."""

    def search(self, needs: Vectors, count: int) -> Near:
        """Return the nearest `count`, or all where there are fewer, of float32 (needs, dim)."""
        ...


def nearest(vectors: Vectors, device: str | None = None, threads: int = 1) -> Nearest:
    """Return what is best at hand for float32 (n, dim) unit vectors, which may be memory-mapped.

    Where PyTorch sees a graphics processor, or `device` names one of its devices, the exact product runs
    there. Otherwise faiss, where it is installed: its exact search, or from `LARGE` vectors on codes,
    whose candidates are compared exactly. Without it, matrix products of NumPy.
    """
    from qixi.match.vectors.device import OnDevice, best_device  # noqa: PLC0415

    device = device or best_device()
    if device is not None:
        return OnDevice(vectors, device)
    if find_spec("faiss") is None:
        return Multiplied(vectors)
    if vectors.shape[0] < LARGE:
        return Exact(vectors, threads)
    return Quantised(vectors, threads)


@dataclass(frozen=True, slots=True)
class Multiplied:
    """Every product, by NumPy alone; equal ones go to the lower place."""

    vectors: Vectors

    def search(self, needs: Vectors, count: int) -> Near:
        """See `Nearest`."""
        count = min(count, self.vectors.shape[0])
        places = np.empty((needs.shape[0], count), dtype=np.int32)
        cosines = np.empty((needs.shape[0], count), dtype=np.float32)
        if not count:
            return Near(places, cosines)
        for at in range(0, needs.shape[0], _BLOCK):
            asked = np.ascontiguousarray(needs[at : at + _BLOCK], dtype=np.float32)
            kept = Forward.of(asked.shape[0], count)
            for first, part in _parts(self.vectors):
                keep_best(asked @ part.T, 0, first, kept)
            line_up(kept, np.arange(asked.shape[0]))
            places[at : at + _BLOCK] = kept.documents[:, :count]
            cosines[at : at + _BLOCK] = kept.sums[:, :count]
        return Near(places, cosines)


@dataclass(frozen=True, slots=True)
class Exact:
    """Every product, by faiss."""

    vectors: Vectors
    threads: int = 1

    def search(self, needs: Vectors, count: int) -> Near:
        """See `Nearest`."""
        import faiss  # noqa: PLC0415

        faiss.omp_set_num_threads(self.threads)
        count = min(count, self.vectors.shape[0])
        asked = np.ascontiguousarray(needs, dtype=np.float32)
        held = np.ascontiguousarray(self.vectors)
        cosines, places = faiss.knn(asked, held, count, metric=faiss.METRIC_INNER_PRODUCT)
        return Near(places.astype(np.int32), cosines)


class Quantised:
    """A flat scan of four-bit product codes, one for four places (`PQ{dim/4}x4fs`), then exact products.

    Vectors are turned at random first, so that no code has to say more than another. Unlike inverted
    lists the scan looks at every vector, so that recall does not hang on how the corpus clusters.
    Candidates are `deeper` times as many as are asked for.
    """

    def __init__(self, vectors: Vectors, threads: int = 1, deeper: int = _DEEPER) -> None:
        import faiss  # noqa: PLC0415

        self._vectors, self._deeper = vectors, deeper
        faiss.omp_set_num_threads(threads)
        codes = -(-vectors.shape[1] // 4)
        form = f"RR{4 * codes},PQ{codes}x4fs"
        self._index = faiss.index_factory(vectors.shape[1], form, faiss.METRIC_INNER_PRODUCT)
        sample = np.linspace(0, vectors.shape[0] - 1, min(vectors.shape[0], _TRAINED_ON)).astype(np.int64)
        self._index.train(np.ascontiguousarray(vectors[sample]))
        for _, part in _parts(vectors):
            self._index.add(part)

    def search(self, needs: Vectors, count: int) -> Near:
        """See `Nearest`."""
        size = self._vectors.shape[0]
        deep = min(count * self._deeper, size)
        count = min(count, size)
        asked = np.ascontiguousarray(needs, dtype=np.float32)
        _, found = self._index.search(asked, deep)
        rows = np.repeat(np.arange(needs.shape[0]), deep)
        cosines = np.empty(rows.size)
        dots(asked, self._vectors, rows, found.reshape(-1), cosines)
        exact = cosines.reshape(found.shape).astype(np.float32)
        chosen = np.argpartition(-exact, count - 1, axis=1)[:, :count] if count else found[:, :0]
        return Near(
            np.take_along_axis(found, chosen, axis=1).astype(np.int32),
            np.take_along_axis(exact, chosen, axis=1),
        )


def _parts(vectors: Vectors) -> Iterator[tuple[int, Vectors]]:
    for first in range(0, vectors.shape[0], _ROWS):
        yield first, np.ascontiguousarray(vectors[first : first + _ROWS])
