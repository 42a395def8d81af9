"""Sifting keeps what sorting all totals would, whatever the order of needs and shards."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_oracles import ranked, squash

from qixi.match.kernels.back import Back
from qixi.match.kernels.forward import NOBODY, Forward, trim
from qixi.match.kernels.sifting import TILE, Blend, Seen, blended, sift
from qixi.match.kernels.squashing import Squash

SQUASH = Squash.of(6.0)


class Case:
    """Random needs over shards, with few distinct sums so that totals tie, and some documents barred."""

    def __init__(self, rng: np.random.Generator, sizes: list[int], needs: int) -> None:
        self.sizes, self.first = sizes, np.concatenate(([0], np.cumsum(sizes)))
        n, levels = int(self.first[-1]), int(rng.integers(1, 30))
        self.acc = rng.integers(0, levels, (needs, n)).astype(np.float32) / 2
        self.lift = rng.integers(-3, 1, needs)
        self.business = rng.integers(0, 3, (needs, n)).astype(np.float32) / 8
        self.portfolio = rng.integers(0, 2, (needs, n)).astype(np.float32) / 8
        self.with_portfolio = rng.random(needs) < 0.5
        barred = rng.random(n) < 0.1
        self.business[:, barred] = -np.inf
        self.base = rng.integers(0, 3, needs) / 8

    def blend(self, need: int, shard: int) -> Blend:
        part = slice(self.first[shard], self.first[shard + 1])
        empty = np.zeros(0, dtype=np.float32)
        portfolio = self.portfolio[need, part] if self.with_portfolio[need] else empty
        return Blend(float(self.lift[need]), self.base[need], 0.75, self.business[need, part], portfolio)

    def totals(self, need: int) -> np.ndarray:
        """Totals as the loops come to them, shard by shard in float32."""
        out = np.empty(self.acc.shape[1], dtype=np.float32)
        for shard, first in enumerate(self.first[:-1]):
            part = slice(first, self.first[shard + 1])
            blended(self.acc[need, part], self.blend(need, shard), SQUASH, 0, out[part])
        return out


@pytest.mark.parametrize("seed", range(120))
def test_sifting_keeps_the_best_both_ways(seed):
    rng = np.random.default_rng(seed)
    large = seed % 10 == 0
    sizes = [int(n) for n in rng.integers(1, TILE + 90 if large else 60, int(rng.integers(1, 4)))]
    needs, keep, depth = int(rng.integers(1, 9)), int(rng.integers(1, 30)), int(rng.integers(0, 5))
    case = Case(rng, sizes, needs)
    forward, backs = Forward.of(needs, keep), [Back.of(size, depth) for size in sizes]
    for shard in rng.permutation(len(sizes)):
        part = slice(case.first[shard], case.first[shard + 1])
        for need in rng.permutation(needs):
            acc = case.acc[need, part].copy()
            seen = Seen(int(need), int(need), int(case.first[shard]))
            sift(acc, case.blend(need, shard), SQUASH, seen, forward, backs[shard])
            np.testing.assert_array_equal(acc, case.acc[need, part])
    totals = np.array([case.totals(need) for need in range(needs)])
    free = np.isfinite(totals[0])
    for need in range(needs):
        trim(forward, need)
        count = int(forward.held[need])
        found = ranked(forward.scores[need, :count], forward.documents[need, :count], count)
        numbers = np.flatnonzero(free).astype(np.int32)
        assert found == ranked(totals[need][free], numbers, keep)
        documents = forward.documents[need, :count]
        sums = case.acc[need, documents] + np.float32(case.lift[need])
        np.testing.assert_array_equal(forward.sums[need, :count], sums)
    for shard, back in enumerate(backs):
        for document in range(sizes[shard]):
            column = totals[:, case.first[shard] + document]
            expected = ranked(column, np.arange(needs), depth) if np.isfinite(column[0]) else []
            row = zip(back.scores[document].tolist(), back.needs[document].tolist(), strict=True)
            assert [pair for pair in row if pair[1] != NOBODY] == expected


def test_totals_are_those_of_the_formula():
    rng = np.random.default_rng(3)
    case = Case(rng, [500], 3)
    for need in range(3):
        exact = [squash(s + case.lift[need], 6.0) for s in case.acc[need].tolist()]
        expected = case.base[need] + 0.75 * np.array(exact) + case.business[need]
        if case.with_portfolio[need]:
            expected = expected + case.portfolio[need]
        np.testing.assert_allclose(case.totals(need), expected, atol=3e-6)
