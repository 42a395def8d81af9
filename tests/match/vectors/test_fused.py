"""The best by words and vectors together are those of plain sums over everything."""

from __future__ import annotations

import numpy as np
import pytest

from qixi.match.postings import numbered
from qixi.match.postings.numbered import Numbered
from qixi.match.postings.weighing import Weighing
from qixi.match.scorers.standing import Usual, standing
from qixi.match.vectors.fused import Asking, Fused, Words
from qixi.match.vectors.moments import Moments

USUAL = Usual(0.2, 0.1)
WEIGHING = Weighing(k1=1.2, b=0.75, idf_power=1.3)


@pytest.fixture(autouse=True)
def small_shards(monkeypatch):
    monkeypatch.setattr(numbered, "SHARD", 128)


class Case:
    """A corpus of numbered units and vectors, and needs."""

    def __init__(self, seed, unit_vectors, documents=300, needs=70, distinct=None):
        rng = np.random.default_rng(seed)
        self.units = 120
        self.supply = self.lists(rng, documents)
        self.demand = self.lists(rng, needs)
        self.vectors = unit_vectors(documents, 48, seed)
        self.asked = unit_vectors(needs, 48, seed + 1000)
        if distinct:  # copies of a few, so that sums tie
            which = rng.integers(0, distinct, documents)
            rows = np.split(self.supply[1], self.supply[0][1:-1])
            copies = [rows[i] for i in which]
            start = np.concatenate(([0], np.cumsum([row.size for row in copies]))).astype(np.int64)
            self.supply = (start, np.concatenate(copies))
            self.vectors = self.vectors[which]
        self.words = Numbered.of(*self.supply, self.units, WEIGHING, threads=2)
        self.moments = Moments.of(self.vectors)
        mean, deviation = self.moments.measure(self.asked, USUAL)
        self.weights = self.words.weigh(*self.demand)
        self.asking = Asking((self.weights,), self.asked, 1 / deviation, -mean / deviation)

    def lists(self, rng, records):
        lengths = rng.integers(1, 30, records)
        ids = np.minimum(rng.zipf(1.4, int(lengths.sum())) - 1, self.units - 1).astype(np.int32)
        return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64), ids

    def fused(self, heads, common, places=16, threads=1):
        words = Words(self.words.shards, heads, common)
        return Fused.of((words,), self.vectors, self.moments, places, threads)

    def exact(self):
        """Scores from counts, in the plainest way."""
        documents, needs = self.supply[0].size - 1, self.demand[0].size - 1
        held = np.zeros((documents, self.units))
        np.add.at(held, (np.repeat(np.arange(documents), np.diff(self.supply[0])), self.supply[1]), 1)
        df = (held > 0).sum(axis=0)
        length = held.sum(axis=1, keepdims=True)
        tf = held / (1 - WEIGHING.b + WEIGHING.b * length / length.mean())
        idf = np.log(1 + (documents - df + 0.5) / (df + 0.5)) ** WEIGHING.idf_power
        worth = tf * (WEIGHING.k1 + 1) / (tf + WEIGHING.k1) * idf
        asked = np.zeros((needs, self.units))
        np.add.at(asked, (np.repeat(np.arange(needs), np.diff(self.demand[0])), self.demand[1]), 1)
        words = asked @ worth.T - (asked @ worth.mean(axis=0))[:, None]
        words /= np.sqrt((asked**2) @ worth.var(axis=0))[:, None]
        return words + standing(self.asked.astype(np.float64) @ self.vectors.T.astype(np.float64), USUAL)


@pytest.mark.parametrize(("heads", "common"), [(0, 0), (0, 20), (10, 10), (10, 40), (120, 120)])
@pytest.mark.parametrize("threads", [1, 2])
def test_all_candidates_give_the_exact_ranking(heads, common, threads, unit_vectors):
    case = Case(5, unit_vectors)
    exact = case.exact()
    found = list(case.fused(heads, common, threads=threads).top(case.asking, 12, 300))
    assert len(found) == exact.shape[0]
    for (documents, scores), expected in zip(found, exact, strict=True):
        order = np.argsort(-expected, kind="stable")[:12]
        np.testing.assert_array_equal(documents, order)
        np.testing.assert_allclose(scores, expected[order], atol=2e-4)


@pytest.mark.parametrize("seed", range(30))
def test_equal_sums_go_to_the_lower_number(seed, unit_vectors):
    case = Case(seed, unit_vectors, documents=260, needs=9, distinct=20)
    fused = case.fused(8, 30)
    needs = np.repeat(np.arange(9), 260)
    every = fused.exact(case.asking, needs, np.tile(np.arange(260), 9)).reshape(9, 260)
    for row, (documents, scores) in enumerate(fused.top(case.asking, 25, 260)):
        order = np.lexsort((np.arange(260), -every[row]))[:25]
        np.testing.assert_array_equal(documents, order)
        np.testing.assert_array_equal(scores, every[row, order])


def test_more_candidates_find_no_less(unit_vectors):
    case = Case(3, unit_vectors, documents=900)
    exact = case.exact()
    best = [set(np.argsort(-row, kind="stable")[:10].tolist()) for row in exact]
    shares = []
    for candidates in (20, 60, 900):
        found = case.fused(4, 30).top(case.asking, 10, candidates)
        shares.append(sum(len(want & set(got.tolist())) for want, (got, _) in zip(best, found, strict=True)))
    assert shares == sorted(shares)
    assert shares[-1] == 10 * len(best)


def test_what_is_kept_of_few_documents_is_all_of_them(unit_vectors):
    case = Case(2, unit_vectors, documents=3, needs=2)
    found = list(case.fused(0, 0).top(case.asking, 10, 50))
    assert [sorted(documents.tolist()) for documents, _ in found] == [[0, 1, 2], [0, 1, 2]]


def test_words_and_vectors_of_different_documents_are_refused(unit_vectors):
    case = Case(2, unit_vectors)
    with pytest.raises(ValueError, match="one vector for each document"):
        Fused.of((Words(case.words.shards, 0, 0),), case.vectors[:-1], case.moments, 16)


def test_any_number_of_threads_counts_alike(unit_vectors):
    case = Case(4, unit_vectors, documents=500)
    one, three = (Numbered.of(*case.supply, case.units, WEIGHING, threads) for threads in (1, 3))
    assert len(one.shards) == len(three.shards) == 4
    np.testing.assert_array_equal(one.numbers.variance, three.numbers.variance)
    for left, right in zip(one.shards, three.shards, strict=True):
        np.testing.assert_array_equal(left.by_term.worth, right.by_term.worth)
        np.testing.assert_array_equal(left.by_document.columns, right.by_document.columns)
