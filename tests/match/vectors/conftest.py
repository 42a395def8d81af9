from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest


@pytest.fixture
def unit_vectors() -> Callable[[int, int, int], np.ndarray]:
    """Vectors with a mean and a falling spectrum, as models give them: (count, dim, seed)."""

    def made(count: int, dim: int, seed: int) -> np.ndarray:
        rng = np.random.default_rng(seed)
        found = rng.normal(size=(count, dim)) / np.sqrt(np.arange(1, dim + 1)) + 0.2
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)

    return made
