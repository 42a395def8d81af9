"""Seeking does what adding up and sifting do one after the other."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_oracles import lists, random_asked, random_matrix

from qixi.match.kernels.accumulating import accumulate
from qixi.match.kernels.back import Back
from qixi.match.kernels.forward import Forward
from qixi.match.kernels.levels import Levels, add_levels
from qixi.match.kernels.seeking import seek
from qixi.match.kernels.sifting import Blend, Seen, sift
from qixi.match.kernels.squashing import Squash


@pytest.mark.parametrize("seed", range(60))
def test_seeking_is_adding_up_and_sifting(seed):
    rng = np.random.default_rng(seed)
    documents = int(rng.integers(1, 60))
    terms = [int(n) for n in rng.integers(1, 30, 2)]
    matrices = [random_matrix(rng, documents, size, rng.random()) for size in terms]
    business, empty = rng.random(documents).astype(np.float32), np.zeros(0, dtype=np.float32)
    squash = Squash.of(6.0)
    one, other = ((Forward.of(4, 5), Back.of(documents, 2)) for _ in range(2))
    sums = rng.random(documents).astype(np.float32)
    levels = rng.integers(0, 256, (3, documents)).astype(np.uint8)
    for need in range(4):
        asked = [random_asked(rng, size) for size in terms]
        parts = tuple((lists(matrix.by_term), each) for matrix, each in zip(matrices, asked, strict=True))
        blend, seen = Blend(-1.0, 0.1, 0.75, business, empty), Seen(need, need, 7)
        rows = rng.permutation(3)[: int(rng.integers(0, 4))].astype(np.int32)
        common = Levels.of(levels, rows, rng.random(rows.size).astype(np.float32))
        seek(sums, common, parts, blend, squash, seen, one)
        acc = np.zeros(documents, dtype=np.float32)
        add_levels(acc, common)
        for by_term, each in parts:
            accumulate(acc, by_term, each, 1.0)
        sift(acc, blend, squash, seen, *other)
        np.testing.assert_array_equal(sums, acc)
    np.testing.assert_array_equal(one[0].held, other[0].held)
    for need, held in enumerate(one[0].held):
        np.testing.assert_array_equal(one[0].documents[need, :held], other[0].documents[need, :held])
        np.testing.assert_array_equal(one[0].scores[need, :held], other[0].scores[need, :held])
    np.testing.assert_array_equal(one[1].scores, other[1].scores)
    np.testing.assert_array_equal(one[1].needs, other[1].needs)
