"""Keys order scores and numbers, and the n-th of them is that of a sort."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_oracles import ranked

from qixi.match.kernels.ordering import keyed, nth

FLOATS = st.floats(width=32, allow_nan=False)


@settings(max_examples=150, deadline=None)
@given(st.lists(FLOATS | st.sampled_from([0.0, -0.0, 1.0]), max_size=40))
def test_keys_order_scores_and_numbers(values):
    scores, numbers = np.array(values, dtype=np.float32), np.arange(len(values), dtype=np.int32)[::-1].copy()
    keys = np.empty(scores.size, dtype=np.int64)
    keyed(scores, numbers, keys)
    order = np.argsort(-keys, kind="stable")
    assert list(zip(scores[order], numbers[order], strict=True)) == ranked(scores, numbers, scores.size)


@pytest.mark.parametrize("seed", range(300))
def test_nth_is_that_of_a_sort(seed):
    rng = np.random.default_rng(seed)
    spread = 2 ** int(rng.integers(0, 63))
    keys = rng.integers(-spread, spread, int(rng.integers(1, 3000 if seed % 5 == 0 else 60)), dtype=np.int64)
    for count in {1, keys.size, int(rng.integers(1, keys.size + 1))}:
        assert nth(keys.copy(), count) == np.sort(keys)[::-1][count - 1]
