"""Curves from score to likelihood: they rise, find the truth, and reliability shows whether they hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.optimize import check_grad
from scipy.stats import binomtest

from qixi.match.learning.curves import _Task, calibrated, likelihoods
from qixi.match.learning.likelihood import CurveTrial
from qixi.match.learning.reliability import BINS, bins, wilson
from qixi.match.learning.settings import Curve


def drawn(curve, count, seed):
    source = np.random.default_rng(seed)
    scores = source.uniform(0.02, 0.98, count)
    return scores, (source.uniform(size=count) < likelihoods(curve, scores)).astype(float)


def test_curve_of_the_truth_is_found():
    there = Curve(a=1.5, b=0.5, c=-1.0)
    scores, came = drawn(there, 20_000, 1)
    found = calibrated(scores, came, np.ones(came.size))
    at = np.linspace(0.05, 0.95, 19)
    np.testing.assert_allclose(likelihoods(found, at), likelihoods(there, at), atol=0.02)
    assert (found.pairs, found.events) == (20_000, int(came.sum()))


def test_ceiling_is_found_where_there_is_one():
    there = Curve(a=6, b=6, c=0, top=0.45)
    scores, came = drawn(there, 3000, 3)
    found = calibrated(scores, came, np.ones(came.size))
    assert found.top == pytest.approx(0.45, abs=0.03)
    at = np.linspace(0.1, 0.9, 9)
    np.testing.assert_allclose(likelihoods(found, at), likelihoods(there, at), atol=0.04)


def test_no_ceiling_is_put_where_there_is_none():
    tops = [calibrated(*drawn(Curve(a=2, b=1, c=-1), 500, seed), np.ones(500)).top for seed in range(20)]
    assert tops.count(1.0) >= 18


@pytest.mark.parametrize("at", [[0.7, 0.2, -0.5, 0.3], [0.0, 1.5, 0.4, -1.0], [2.0, 2.0, 0.0, 40.0]])
def test_slope_is_that_of_the_loss(at):
    scores, came = drawn(Curve(a=1, b=1, c=0, top=0.6), 80, 5)
    task = _Task(scores, came, np.linspace(0.3, 2.0, 80))
    assert check_grad(lambda x: task.loss(x)[0], lambda x: task.loss(x)[1], np.array(at)) < 1e-3


@settings(max_examples=60, deadline=None)
@given(
    scores=st.lists(st.floats(0, 1), min_size=4, max_size=30),
    seed=st.integers(0, 1000),
    heavy=st.floats(0.1, 10),
)
def test_curve_never_falls_and_stays_within_0_and_1(scores, seed, heavy):
    source = np.random.default_rng(seed)
    came = source.integers(0, 2, len(scores)).astype(float)
    weight = np.where(source.uniform(size=len(scores)) < 0.5, heavy, 1.0)
    curve = calibrated(np.array(scores), came, weight)
    if curve is None:
        return
    given_ = [curve.likelihood(score) for score in np.linspace(0, 1, 101)]
    assert given_ == sorted(given_)
    assert 0 <= given_[0] <= given_[-1] <= 1
    np.testing.assert_allclose(
        likelihoods(curve, np.array(scores)), [curve.likelihood(s) for s in scores], rtol=1e-9
    )


def test_score_against_the_outcome_gives_no_curve():
    scores = np.linspace(0.1, 0.9, 200)
    assert calibrated(scores, (scores < 0.5).astype(float), np.ones(200)) is None


@pytest.mark.parametrize("came", [np.zeros(9), np.ones(9), np.zeros(0)])
def test_one_answer_gives_no_curve(came):
    assert calibrated(np.linspace(0.1, 0.9, came.size), came, np.ones(came.size)) is None


def test_parted_answers_give_a_finite_curve():
    scores = np.linspace(0.1, 0.9, 50)
    curve = calibrated(scores, (scores > 0.5).astype(float), np.ones(50))
    assert 0 < curve.likelihood(0.0) < 0.01
    assert 0.99 < curve.likelihood(1.0) <= 1


def test_weight_of_a_pair_is_as_many_pairs():
    scores, came = drawn(Curve(a=1, b=1, c=0), 60, 2)
    weight = np.where(np.arange(60) % 3 == 0, 3.0, 1.0)
    times = weight.astype(int)
    one = calibrated(scores, came, weight)
    other = calibrated(np.repeat(scores, times), np.repeat(came, times), np.ones(times.sum()))
    at = np.linspace(0.1, 0.9, 9)
    np.testing.assert_allclose(likelihoods(one, at), likelihoods(other, at), atol=1e-4)


def test_flat_curve_is_no_setting():
    with pytest.raises(ValidationError):
        Curve(a=0, b=0, c=1)


@settings(max_examples=80)
@given(count=st.integers(1, 500), data=st.data())
def test_wilson_interval_is_that_of_scipy(count, data):
    events = data.draw(st.integers(0, count))
    expected = binomtest(events, count).proportion_ci(method="wilson")
    assert wilson(events / count, count) == pytest.approx((expected.low, expected.high), abs=1e-6)


def trial(given_, came, weight=None):
    count = len(came)
    weight = np.ones(count) if weight is None else weight
    return CurveTrial("good", None, np.arange(count), came, weight, given_, np.full(count, came.mean()))


def test_bins_hold_every_pair_once_in_order():
    curve = Curve(a=1, b=1, c=0)
    scores, came = drawn(curve, 1003, 4)
    found = bins(trial(likelihoods(curve, scores), came))
    assert len(found) == BINS
    assert sum(each.pairs for each in found) == 1003
    assert [each.given for each in found] == sorted(each.given for each in found)
    assert sum(each.low <= each.given <= each.high for each in found) >= 8


def test_few_pairs_are_one_bin():
    found = bins(trial(np.linspace(0.1, 0.2, 30), np.tile([1.0, 0, 0], 10)))
    assert [(each.pairs, round(each.came, 3)) for each in found] == [(30, 0.333)]


def test_equal_likelihoods_stay_together():
    found = bins(trial(np.full(400, 0.25), np.tile([1.0, 0, 0, 0], 100)))
    assert [(each.pairs, each.given) for each in found] == [(400, 0.25)]


def test_weights_widen_the_interval():
    came = np.tile([1.0, 0.0], 100)
    even = bins(trial(np.full(200, 0.5), came))[0]
    uneven = bins(trial(np.full(200, 0.5), came, np.tile([1.0, 1.0, 9.0, 9.0], 50)))[0]
    assert uneven.high - uneven.low > even.high - even.low


def test_trial_knows_a_better_curve_from_the_share():
    curve = Curve(a=2, b=2, c=0)
    scores, came = drawn(curve, 2000, 6)
    owner = np.repeat(np.arange(100), 20)
    share = np.full(2000, came.mean())
    good = CurveTrial("good", curve, owner, came, np.ones(2000), likelihoods(curve, scores), share)
    assert good.better()
    bad = CurveTrial("good", curve, owner, came, np.ones(2000), 1 - likelihoods(curve, scores), share)
    assert not bad.better()
    assert good.gain()[0] > 0 > bad.gain()[0]
