"""Values of sets and of technologies by their sets, against plain sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.match.fits.symbols import SymbolSets
from qixi.match.kernels.setwise import spread


@given(st.integers(0, 2**32 - 1), st.integers(0, 30), st.integers(1, 12))
@settings(max_examples=150, deadline=None)
def test_estimated_sets_are_the_sets(seed: int, sets: int, keys: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 8, sets)
    offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    members = rng.integers(0, keys, offsets[-1])
    stated = rng.random(sets) < 0.6
    shares = np.where(np.repeat(stated, sizes), 1.0, rng.random(offsets[-1]))
    none, counts = np.zeros(0, np.int32), rng.integers(0, 3, sets)
    held = SymbolSets((), offsets, members, shares, stated, none, counts)
    values = rng.random(keys)
    estimated, mean = held.estimated(values)
    exact = held.over_sets(values)
    np.testing.assert_allclose(estimated, exact, rtol=1e-6)
    assert mean == (pytest.approx(held.mean(exact)) if counts.sum() else None)


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(0, 40))
@settings(max_examples=100, deadline=None)
def test_spread_is_a_look_at_each(seed: int, sets: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    by_set = rng.random(sets).astype(np.float32)
    set_of = rng.integers(-1, sets, size).astype(np.int32)
    closed = np.where(rng.random(size) < 0.3, -np.inf, 0).astype(np.float32)
    out = np.empty(size, np.float32)
    spread(by_set, set_of, np.float32(0.25), closed, out)
    of_set = [by_set[own] if own >= 0 else np.float32(0.25) for own in set_of]
    assert out.tolist() == [float(own + shut) for own, shut in zip(of_set, closed, strict=True)]
