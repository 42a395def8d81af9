"""Counted units are those of a plain counter."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from qixi.match.kernels.counting import counted


@pytest.mark.parametrize("seed", range(60))
def test_counts_are_those_of_a_counter(seed):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, 12, int(rng.integers(0, 20)))
    start = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    ids = rng.integers(0, 9, int(start[-1])).astype(np.int32)
    rows, units, counts = counted(start, ids, 9)
    found = [list(zip(units[a:b].tolist(), counts[a:b].tolist(), strict=True)) for a, b in pairwise(rows)]
    expected = [list(Counter(ids[a:b].tolist()).items()) for a, b in pairwise(start)]
    assert found == expected


@pytest.mark.parametrize("number", [-1, 3])
def test_numbers_outside_are_refused(number):
    with pytest.raises(ValueError, match=r"\[0, 3\)"):
        counted(np.array([0, 1]), np.array([number], dtype=np.int32), 3)
