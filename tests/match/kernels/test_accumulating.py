"""Accumulated sums are those of the dense matrix product."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_oracles import dense, lists, random_asked, random_matrix

from qixi.match.kernels.accumulating import accumulate
from qixi.match.kernels.shapes import Asked


@pytest.mark.parametrize("seed", range(400))
def test_sums_are_those_of_the_dense_product(seed):
    rng = np.random.default_rng(seed)
    documents, terms = int(rng.integers(0, 90)), int(rng.integers(1, 40))
    matrix = random_matrix(rng, documents, terms, rng.random())
    asked = random_asked(rng, terms)
    share = float(rng.integers(1, 5)) / 4
    acc = rng.integers(-8, 8, documents).astype(np.float32)
    expected = acc + share * dense(matrix)[:, asked.terms] @ asked.weights
    accumulate(acc, lists(matrix.by_term), asked, share)
    np.testing.assert_array_equal(acc, expected.astype(np.float32))  # quarters and eighths add up exactly


def test_sums_of_any_floats_agree_to_single_precision():
    rng = np.random.default_rng(7)
    matrix = random_matrix(rng, 5000, 60, 0.2)
    worth = rng.random(matrix.by_term.worth.size).astype(np.float32)
    by_term = lists(matrix.by_term)._replace(worth=worth)
    asked = random_asked(rng, 60)
    acc = np.zeros(5000, dtype=np.float32)
    accumulate(acc, by_term, asked, 0.4)
    expected = np.zeros(5000)
    for term, weight in zip(asked.terms, asked.weights, strict=True):
        for j in range(by_term.start[term], by_term.start[term + 1]):
            expected[by_term.columns[j]] += 0.4 * weight * worth[j]
    np.testing.assert_allclose(acc, expected, rtol=1e-5, atol=1e-6)


def test_terms_of_later_documents_add_nothing():
    rng = np.random.default_rng(2)
    by_term = lists(random_matrix(rng, 9, 3, 1.0).by_term)
    acc = np.zeros(9, dtype=np.float32)
    accumulate(acc, by_term, Asked.of(np.array([3, 70], np.int32), np.ones(2)), 1.0)
    assert not acc.any()
