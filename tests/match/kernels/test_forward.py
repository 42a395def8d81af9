"""What is kept of a need is the best of all that was offered, in whatever order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_oracles import ranked

from qixi.match.kernels.forward import Forward, offer, trim

SCORES = st.lists(st.integers(0, 6), max_size=60)


def kept(forward: Forward, row: int) -> list[tuple[float, int]]:
    trim(forward, row)
    count = int(forward.held[row])
    for i in range(count):
        assert forward.sums[row, i] == 3 * forward.scores[row, i]
    return ranked(forward.scores[row, :count], forward.documents[row, :count], count)


def offer_all(forward: Forward, row: int, scores: np.ndarray, documents: np.ndarray) -> None:
    for score, document in zip(scores, documents, strict=True):
        offer(forward, row, np.float32(score), np.float32(3 * score), int(document))


@settings(max_examples=150, deadline=None)
@given(SCORES, st.integers(1, 20), st.randoms(use_true_random=False))
def test_best_are_kept_in_any_order(values, keep, shuffler):
    scores = np.array(values, dtype=np.float32)
    documents = np.arange(scores.size, dtype=np.int32)
    order = list(range(scores.size))
    shuffler.shuffle(order)
    forward = Forward.of(2, keep)
    offer_all(forward, 1, scores[order], documents[order])
    assert kept(forward, 1) == ranked(scores, documents, keep)
    assert forward.held[0] == 0


def test_cleared_rows_hold_nothing_of_before():
    forward = Forward.of(1, 2)
    offer_all(forward, 0, np.arange(9.0), np.arange(9))
    forward.clear()
    offer_all(forward, 0, np.array([1.0, 0.0]), np.array([5, 6]))
    assert kept(forward, 0) == [(1.0, 5), (0.0, 6)]


def test_keeping_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        Forward.of(1, 0)
