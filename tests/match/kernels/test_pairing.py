"""The exact sum of a pair is bit for bit what adding up in term order comes to."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_oracles import lists, random_matrix, random_questions

from qixi.match.kernels.pairing import pairs


@pytest.mark.parametrize("seed", range(300))
def test_pairs_are_summed_exactly_in_term_order(seed):
    rng = np.random.default_rng(seed)
    documents, terms, queries = int(rng.integers(1, 40)), int(rng.integers(1, 60)), int(rng.integers(1, 6))
    matrix = random_matrix(rng, documents, terms, rng.random())
    rows = lists(matrix.by_document)._replace(
        worth=rng.random(matrix.by_document.worth.size).astype(np.float32)
    )
    questions = random_questions(rng, queries, terms)
    questions = questions._replace(weights=rng.normal(size=questions.weights.size))
    asked = rng.integers(0, queries, 50).astype(np.int64)
    if seed % 2:
        asked.sort()
    of = rng.integers(0, documents, 50).astype(np.int64)
    found = pairs(questions, rows, asked, of)
    for query, document, value in zip(asked, of, found, strict=True):
        begin, end = questions.start[query], questions.start[query + 1]
        weight = dict(
            zip(questions.terms[begin:end].tolist(), questions.weights[begin:end].tolist(), strict=True)
        )
        total = float(questions.offset[query])
        for j in range(rows.start[document], rows.start[document + 1]):
            total += weight.get(int(rows.columns[j]), 0.0) * float(rows.worth[j])
        assert value == total


def test_terms_that_share_a_mark_are_told_apart():
    rng = np.random.default_rng(5)
    terms = np.array([3, 3 + 2**16, 9, 9 + 2**17], dtype=np.int32)
    questions = random_questions(rng, 1, 1)._replace(
        start=np.array([0, 2]),
        terms=terms[1:3][[1, 0]].copy(),
        weights=np.array([2.0, 5.0]),
        offset=np.zeros(1),
    )
    rows = lists(random_matrix(rng, 1, 1, 0.0).by_document)._replace(
        start=np.array([0, 4]),
        columns=np.array([3, 9, 3 + 2**16, 9 + 2**17], dtype=np.uint32),
        worth=np.array([1, 10, 100, 1000], dtype=np.float32),
    )
    assert pairs(questions, rows, np.zeros(1, np.int64), np.zeros(1, np.int64)).tolist() == [520.0]


def test_no_pairs_give_no_sums():
    rng = np.random.default_rng(1)
    none = np.zeros(0, dtype=np.int64)
    rows = lists(random_matrix(rng, 2, 3, 0.5).by_document)
    assert pairs(random_questions(rng, 1, 3), rows, none, none).tolist() == []
