"""Mean and deviation of cosines from moments are those of the cosines themselves."""

from __future__ import annotations

import numpy as np
import pytest

from qixi.match.scorers.standing import Usual, standing
from qixi.match.vectors.moments import Moments


@pytest.mark.parametrize("size", [0, 1, 7, 9000])
def test_standardised_cosines_are_those_of_standing(size, unit_vectors):
    vectors, needs = unit_vectors(size, 24, 1), unit_vectors(5, 24, 2)
    usual = Usual(0.3, 0.1)
    mean, deviation = Moments.of(vectors).measure(needs, usual)
    cosines = needs.astype(np.float64) @ vectors.T.astype(np.float64)
    found = (cosines - mean[:, None]) / deviation[:, None]
    np.testing.assert_allclose(found, standing(cosines, usual), atol=2e-4)


def test_rows_without_a_vector_do_not_count(unit_vectors):
    vectors = unit_vectors(40, 8, 3)
    padded = np.concatenate([vectors, np.zeros((60, 8), dtype=np.float32)])
    plain, among = Moments.of(vectors), Moments.of(padded)
    assert plain.count == among.count == 40
    np.testing.assert_allclose(plain.square, among.square, atol=1e-6)
