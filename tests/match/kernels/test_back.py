"""The row of a document holds its best needs, in whatever order they came."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_oracles import ranked

from qixi.match.kernels.back import Back, offer_back
from qixi.match.kernels.forward import LOWEST, NOBODY


def row(back: Back, document: int) -> list[tuple[float, int]]:
    pairs = zip(back.scores[document].tolist(), back.needs[document].tolist(), strict=True)
    return [pair for pair in pairs if pair[1] != NOBODY]


@pytest.mark.parametrize("seed", range(300))
def test_best_needs_are_kept_in_any_order(seed):
    rng = np.random.default_rng(seed)
    depth, needs = int(rng.integers(1, 9)), int(rng.integers(0, 40))
    scores = rng.integers(0, 7, (3, needs)).astype(np.float32)
    back = Back.of(3, depth)
    for need in rng.permutation(needs):
        for document in range(3):
            offer_back(back, document, scores[document, need], int(need))
    for document in range(3):
        expected = ranked(scores[document], np.arange(needs), depth)
        assert row(back, document) == expected
        full = len(expected) == depth
        assert back.least[document] == (expected[-1][0] if full else LOWEST)


def test_depth_nothing_keeps_nothing():
    back = Back.of(2, 0)
    offer_back(back, 0, np.float32(1.0), 3)
    assert back.least.tolist() == [np.inf, np.inf]
