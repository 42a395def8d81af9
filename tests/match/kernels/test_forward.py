"""What is kept of a need is the best of all that was offered, in whatever order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_oracles import ranked

from qixi.match.kernels.forward import Forward, merge, offer, trim

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


@pytest.mark.parametrize("seed", range(150))
def test_best_of_two_threads_are_those_of_one(seed):
    rng = np.random.default_rng(seed)
    keep = int(rng.integers(1, 12))
    one, other = Forward.of(3, keep), Forward.of(3, keep)
    scores = rng.integers(0, 9, (3, 80)).astype(np.float32)
    documents = np.array([rng.permutation(80) for _ in range(3)], dtype=np.int32)
    for row in range(3):
        offer_all(one, row, scores[row, :35], documents[row, :35])
        offer_all(other, row, scores[row, 35:], documents[row, 35:])
    merge(one, other)
    for row in range(3):
        assert kept(one, row) == ranked(scores[row], documents[row], keep)


def test_cleared_rows_hold_nothing_of_before():
    forward = Forward.of(1, 2)
    offer_all(forward, 0, np.arange(9.0), np.arange(9))
    forward.clear()
    offer_all(forward, 0, np.array([1.0, 0.0]), np.array([5, 6]))
    assert kept(forward, 0) == [(1.0, 5), (0.0, 6)]


def test_keeping_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        Forward.of(1, 0)
