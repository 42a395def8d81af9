"""The fast squash agrees with its formula."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_oracles import squash

from qixi.match.kernels.squashing import Squash, squashed


@pytest.mark.parametrize("half", [0.01, 0.3, 6.0, 1000.0])
def test_squash_is_within_2e_6_of_the_formula(half):
    sums = np.concatenate((np.linspace(-60, 400, 90_001), [-1e30, -0.0, 1e30])).astype(np.float32)
    out = np.empty_like(sums)
    squashed(sums, np.float32(0.0), Squash.of(half), out)
    expected = [squash(float(s), half) if s < 1e4 else s / (s + half) for s in sums]
    np.testing.assert_allclose(out, expected, atol=2e-6)


def test_squash_rises_with_its_sum():
    sums = np.linspace(-30, 60, 20_001).astype(np.float32)
    out = np.empty_like(sums)
    squashed(sums, np.float32(0.25), Squash.of(6.0), out)
    assert (np.diff(out) >= -6e-8).all()
    assert out[0] < out[5000] < out[10_000] < out[-1]
