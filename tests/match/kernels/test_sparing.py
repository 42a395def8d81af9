"""The terms that look for candidates are those a plain greedy choice takes."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_oracles import random_questions

from qixi.match.kernels.shapes import Questions
from qixi.match.kernels.sparing import Usual, spared


def entries(part: Questions, query: int) -> list[tuple[int, float]]:
    begin, end = part.start[query], part.start[query + 1]
    return list(zip(part.terms[begin:end].tolist(), part.weights[begin:end].tolist(), strict=True))


def greedy(parts: list[Questions], usual: list[Usual], query: int, left: float) -> set[tuple[int, int]]:
    """(part, term) of the terms kept for one query."""
    each = []
    for number, (part, known) in enumerate(zip(parts, usual, strict=True)):
        for term, weight in entries(part, query):
            gain = weight**2 * known.variance[term]
            each.append((-gain / max(known.held[term], 1.0), number, term, gain))
    each.sort()
    total = sum(gain for *_, gain in each)
    kept, taken = set(), 0.0
    for _, number, term, gain in each:
        if left > 0 and taken >= (1 - left) * total:
            break
        if gain > 0:
            kept.add((number, term))
        taken += gain
    return kept


@pytest.mark.parametrize("seed", range(150))
def test_kept_terms_are_those_of_a_greedy_choice(seed):
    rng = np.random.default_rng(seed)
    queries, left = int(rng.integers(0, 6)), float(rng.choice([0.0, 0.1, 0.25, 0.5, 1.0]))
    sizes = [int(n) for n in rng.integers(1, 30, 2)]
    parts = [random_questions(rng, queries, size) for size in sizes]
    usual = [
        Usual(rng.random(size), rng.integers(0, 4, size) / 4, rng.integers(0, 5, size).astype(float))
        for size in sizes
    ]
    found = spared(parts, usual, left)
    for query in range(queries):
        kept = greedy(parts, usual, query, left)
        for number, (part, before, known) in enumerate(zip(found, parts, usual, strict=True)):
            whole = entries(before, query)
            assert entries(part, query) == [e for e in whole if (number, e[0]) in kept]
            out = sum(w * known.mean[t] for t, w in whole if (number, t) not in kept)
            assert part.offset[query] == pytest.approx(before.offset[query] + out, abs=1e-12)


def test_choice_for_a_query_does_not_depend_on_others():
    rng = np.random.default_rng(11)
    whole = random_questions(rng, 40, 60)
    usual = Usual(rng.random(60), rng.random(60), rng.integers(1, 9, 60).astype(float))
    (together,) = spared([whole], [usual], 0.2)
    for query in range(40):
        begin, end = whole.start[query], whole.start[query + 1]
        alone = Questions.of(
            np.array([0, end - begin]), whole.terms[begin:end], whole.weights[begin:end], np.zeros(1)
        )
        (one,) = spared([alone], [usual], 0.2)
        assert entries(one, 0) == entries(together, query)
