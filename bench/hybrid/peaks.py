"""What the machine can do at the time of the run: matrix product and memory."""

from __future__ import annotations

import time

import numba
import numpy as np
from numpy.typing import NDArray

_ROUNDS = 5


def gemm() -> float:
    """Return the best of a few single-precision matrix products, 4096 x 384 x 8192, in GFLOP/s."""
    rng = np.random.default_rng(1)
    left = rng.random((4096, 384), dtype=np.float32)
    right = rng.random((8192, 384), dtype=np.float32)
    out = np.empty((4096, 8192), dtype=np.float32)
    best = np.inf
    for _ in range(_ROUNDS + 1):
        begin = time.perf_counter()
        np.matmul(left, right.T, out=out)
        best = min(best, time.perf_counter() - begin)
    return float(2 * out.size * left.shape[1] / best / 1e9)


def stream(threads: int) -> float:
    """Return the best of a few triads over arrays far beyond the caches, read and written bytes, in GB/s."""
    numba.set_num_threads(threads)
    size = 2**26
    first, second, out = (np.ones(size, dtype=np.float32) for _ in range(3))
    best = np.inf
    for _ in range(_ROUNDS + 1):
        begin = time.perf_counter()
        _triad(first, second, out)
        best = min(best, time.perf_counter() - begin)
    return float(3 * out.nbytes / best / 1e9)


@numba.njit(parallel=True)
def _triad(first: NDArray[np.float32], second: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    for i in numba.prange(out.size):
        out[i] = first[i] + np.float32(3) * second[i]
