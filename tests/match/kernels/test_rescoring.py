"""The common part is what the leading terms of a document are worth to the query."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_oracles import dense, lists, random_asked, random_matrix

from qixi.match.kernels.rescoring import common_part


@pytest.mark.parametrize("seed", range(300))
def test_common_part_is_that_of_the_dense_product(seed):
    rng = np.random.default_rng(seed)
    documents, terms = int(rng.integers(1, 50)), int(rng.integers(1, 40))
    matrix, asked = random_matrix(rng, documents, terms, rng.random()), random_asked(rng, terms)
    common = int(rng.integers(0, terms + 1))
    candidates = rng.integers(0, documents, 30).astype(np.int32)
    sums = rng.integers(0, 9, 30).astype(np.float32)
    leading = asked.terms < common
    part = dense(matrix)[:, asked.terms[leading]] @ asked.weights[leading]
    expected = (sums + 0.5 * part[candidates]).astype(np.float32)
    table = np.zeros(common, dtype=np.float32)
    common_part(lists(matrix.by_document), candidates, asked, table, 0.5, sums)
    np.testing.assert_array_equal(sums, expected)
    assert not table.any()
