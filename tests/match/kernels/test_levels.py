"""Levels of one byte add up to what the lists do, as nearly as 255 steps allow."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_oracles import lists, random_matrix

from qixi.match.kernels.levels import HIGHEST, Levels, add_levels, fill_levels, highest


@pytest.mark.parametrize("seed", range(60))
def test_levels_are_the_worth_to_half_a_step(seed):
    rng = np.random.default_rng(seed)
    documents, size = int(rng.integers(1, 60)), int(rng.integers(1, 30))
    by_term = lists(random_matrix(rng, documents, size, rng.random()).by_term)
    # A term that came later than the shard has no row there.
    terms = np.unique(rng.integers(0, size + 2, int(rng.integers(1, 9)))).astype(np.int64)
    worth = np.zeros((size + 2, documents))
    for term in range(by_term.start.size - 1):
        held = slice(by_term.start[term], by_term.start[term + 1])
        worth[term, by_term.columns[held]] = by_term.worth[held]
    top = np.zeros(terms.size, dtype=np.float32)
    highest(by_term, terms, top)
    bounded = worth[terms].min(axis=1) >= 0
    np.testing.assert_array_equal(np.isfinite(top), bounded)
    np.testing.assert_allclose(top[bounded], worth[terms][bounded].max(axis=1), rtol=1e-6)
    terms, top = terms[bounded], top[bounded]
    scale = np.maximum(top, np.float32(1e-6)) / np.float32(HIGHEST)
    levels = np.zeros((terms.size, documents), dtype=np.uint8)
    fill_levels(by_term, terms, scale, levels)
    assert np.all(np.abs(levels * scale[:, None] - worth[terms]) <= 0.51 * scale[:, None] + 1e-9)
    rows = rng.permutation(terms.size).astype(np.int32)
    weights = rng.random(rows.size).astype(np.float32)
    sums = np.zeros(documents, dtype=np.float32)
    add_levels(sums, Levels.of(levels, rows, weights))
    np.testing.assert_allclose(sums, weights.astype(float) @ levels[rows].astype(float), rtol=1e-5)
