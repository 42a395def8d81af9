"""The best few are those a stable sort would give."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_oracles import ranked

from qixi.match.kernels.choosing import best


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(200))
def test_best_are_those_of_a_sort(seed, kind):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(0, 50))
    scores = rng.integers(-3, 5, size).astype(kind)
    numbers = rng.permutation(200)[:size].astype(np.int32)
    count = int(rng.integers(0, 60))
    places = best(scores, numbers, count)
    assert list(zip(scores[places], numbers[places], strict=True)) == ranked(scores, numbers, count)
