"""Entries come row by row, in the order in which they stand."""

from __future__ import annotations

import numpy as np
import pytest

from qixi.match.kernels.forward import NOBODY
from qixi.match.kernels.grouping import by_row


@pytest.mark.parametrize("seed", range(40))
def test_entries_of_a_row_are_those_that_say_so(seed):
    rng = np.random.default_rng(seed)
    rows, first = int(rng.integers(0, 6)), int(rng.integers(0, 1000))
    row_of = rng.integers(first - 2, first + rows + 2, int(rng.integers(0, 50))).astype(np.int32)
    row_of[rng.random(row_of.size) < 0.2] = NOBODY
    start, entries = by_row(row_of, first, rows)
    assert start.size == rows + 1
    for row in range(rows):
        assert entries[start[row] : start[row + 1]].tolist() == np.flatnonzero(row_of == first + row).tolist()
    assert start[-1] == entries.size
