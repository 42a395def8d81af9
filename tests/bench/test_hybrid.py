"""Both sides of the measurement are asked for the same ranking; the records are what they are said to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bm25s")
pytest.importorskip("faiss")

from bench.hybrid.measure import Plan, _rows, setting
from bench.hybrid.ours import Ours
from bench.hybrid.rival import Rival
from bench.hybrid.target import TOP, Oracle, recall
from bench.hybrid.tokens import SUPPLY_LENGTH, lists, shares
from bench.hybrid.vectors import spectrum, vectors

PLAN = Plan(supply=1500, demand=12, threads=1)


@pytest.fixture(scope="module", params=[1.0, 1.8])
def given(request):
    return setting(replace(PLAN, idf_power=request.param, counted=request.param > 1))


@pytest.fixture(scope="module")
def exact(given):
    return Oracle(given).scores(np.arange(PLAN.demand))


def test_qixi_ranks_as_the_target_says(given, exact):
    ours = Ours(given, 0.2, 0.1, 1)
    found = list(ours.fused.top(ours.ask(given.demand, given.demand_vectors), TOP, PLAN.supply))
    assert recall([documents for documents, _ in found], exact) == 1.0
    best = np.array([scores for _, scores in found])
    np.testing.assert_allclose(best, -np.sort(-exact, axis=1)[:, :TOP], atol=1e-3)


@pytest.mark.slow
def test_the_rival_ranks_as_the_target_says(given, exact):
    rival = Rival(given, _rows(given.supply), 1)
    rival.prepare()
    asked = rival.ask(given.demand, given.demand_vectors)
    assert recall(rival.arrays(asked, given.demand_vectors), exact) > 0.999
    assert recall(rival.lists(asked, given.demand_vectors, PLAN.supply), exact) > 0.999


def test_units_are_as_frequent_as_the_curve_says():
    made = lists(4000, SUPPLY_LENGTH, 1, 0)
    document = np.repeat(np.arange(made.size), np.diff(made.start))
    once = np.unique(document * len(shares()) + made.ids) % len(shares())
    found = -np.sort(-np.bincount(once))[[0, 9, 499, 4999]] / made.size
    np.testing.assert_allclose(found, shares()[[0, 9, 499, 4999]], rtol=0.25)


def test_records_follow_from_the_seed():
    first, again, other = (lists(50, SUPPLY_LENGTH, seed, 0) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first.ids, again.ids)
    assert first.ids.size != other.ids.size or (first.ids != other.ids).any()
    np.testing.assert_array_equal(vectors(first, 7, 0), vectors(again, 7, 0))


def test_vectors_are_unit_and_their_variance_is_spread():
    made = vectors(lists(3000, SUPPLY_LENGTH, 1, 0), 1, 0)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    length, held = spectrum(made)
    assert 0.25 < length < 0.4
    assert 0.25 < held[:16].sum() < 0.4
