"""Weights: the score learnt from is the engine's, and feedback moves weights only where it says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feedback_market import SET, shown, truth
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad

from qixi.match.engine import Engine
from qixi.match.learning.gathering import gather
from qixi.match.learning.likeliest import _Task, learn, surprise
from qixi.match.learning.settings import LearningSettings
from qixi.match.learning.weights import Weights
from qixi.match.settings import FitWeights, Fusion, Settings
from qixi.tables import Feedback

NAMES = ("topics", "subclasses", "business", "portfolio")


@pytest.mark.parametrize(
    "chosen",
    [
        Settings(),
        Settings(fusion=Fusion(topics=1.3, subclasses=0.0, half=3.0)),
        Settings(weights=FitWeights(business=0.5, need=0.3, portfolio=0.0)),
    ],
)
def test_score_is_the_engines(province, chosen):
    engine = Engine(chosen).fit(province.assets)
    needs = province.needs[:6]
    told = [
        Feedback(need.id, asset.id, grade=i % 4)
        for need in needs
        for i, asset in enumerate(engine.assets[:: len(engine.assets) // 12])
    ]
    sample = gather(engine, needs, told, LearningSettings())
    mine = Weights.of(chosen).score(sample)
    place = [engine.place[asset] for asset in sample.assets]
    theirs = {need.id: scores.total for need, scores in engine.scores(needs)}
    expected = [theirs[sample.needs[i]][p] for i, p in zip(sample.owner, place, strict=True)]
    np.testing.assert_allclose(mine, expected, atol=1e-6)


def test_applied_weights_give_the_same_score():
    weights = truth(topics=2.5, business=0.7)
    sample = shown(3, 8, None, 1)
    again = Weights.of(weights.applied(Settings()))
    np.testing.assert_allclose(again.score(sample), weights.score(sample), rtol=1e-5)


def test_slope_is_that_of_the_loss():
    sample = shown(6, 7, truth(topics=2.0), 3)
    sample = replace(sample, weight=np.linspace(0.2, 3.0, sample.weight.size))
    task = _Task(sample.of_needs(sample.telling()), SET, NAMES, 0.7)
    at = np.array([2.0, 0.3, -0.4, 0.2, -0.1])
    wrong = check_grad(lambda x: task.loss(x)[0], lambda x: task.loss(x)[1], at)
    assert wrong < 1e-4 * np.linalg.norm(task.loss(at)[1]) + 1e-4


def test_learning_finds_weights_that_foretell_better():
    there = truth(topics=3.0, subclasses=0.05, business=1.0)
    sample = shown(120, 10, there, 5)
    weights, temperature = learn(sample, SET, NAMES, 2.0)
    found = weights.named()
    assert found["topics"] > 1.2
    assert found["subclasses"] < 0.4
    assert found["business"] > 0.4
    stay, warm = learn(sample, SET, NAMES, 0.0)
    assert stay == SET
    assert surprise(sample, weights, temperature).mean() < surprise(sample, SET, warm).mean()


def test_narrow_prior_keeps_the_weights():
    sample = shown(60, 8, truth(topics=5.0), 2)
    moved = [abs(np.log(learn(sample, SET, NAMES, s)[0].named()["topics"] / 0.4)) for s in (0.01, 0.1, 1.0)]
    assert moved[0] < 0.05
    assert moved == sorted(moved)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), spread=st.sampled_from([0.25, 1.0, 2.0]))
def test_weights_never_fall_below_zero_and_the_settings_take_them(seed, spread):
    weights, _ = learn(shown(8, 5, None, seed), SET, NAMES, spread)
    applied = weights.applied(Settings())
    assert all(weight > 0 for weight in weights.named().values())
    assert Weights.of(applied).named() == pytest.approx(weights.named(), rel=1e-4)


def test_scale_of_all_fit_weights_changes_nothing():
    small = Settings(weights=FitWeights(business=0.05, need=0.2, portfolio=0.1))
    large = Settings(weights=FitWeights(business=0.25, need=1.0, portfolio=0.5))
    sample = shown(20, 6, truth(business=1.0), 4)
    one, other = (learn(sample, Weights.of(each), NAMES, 1.0)[0] for each in (small, large))
    assert one.named() == pytest.approx(other.named(), rel=1e-4)


def test_order_of_pairs_inside_a_need_changes_nothing():
    sample = shown(20, 6, truth(business=1.0), 4)
    order = np.lexsort((np.random.default_rng(0).permutation(sample.owner.size), sample.owner))
    columns = ("assets", "standing", "business", "portfolio", "level", "weight")
    mixed = replace(
        sample,
        **{name: getattr(sample, name)[order] for name in columns},
        outcomes={name: values[order] for name, values in sample.outcomes.items()},
    )
    one, other = (learn(each, SET, NAMES, 1.0)[0].named() for each in (sample, mixed))
    assert one == pytest.approx(other, rel=1e-3)


def test_inverse_propensities_undo_a_choice_of_what_was_shown():
    """Pairs dropped at random and weighted by one over the rate teach what all of them teach."""
    there = truth(topics=3.0)
    whole = shown(400, 14, there, 9)
    rate = np.where(whole.standing[:, 1] > 1.0, 0.35, 1.0)
    kept = np.random.default_rng(3).uniform(size=rate.size) < rate
    columns = ("owner", "assets", "standing", "business", "portfolio", "level")
    part = replace(
        whole,
        **{name: getattr(whole, name)[kept] for name in columns},
        outcomes={name: values[kept] for name, values in whole.outcomes.items()},
        weight=1 / rate[kept],
    )
    full = learn(whole, SET, NAMES, 2.0)[0].named()["topics"]
    righted = learn(part, SET, NAMES, 2.0)[0].named()["topics"]
    bent = learn(replace(part, weight=np.ones(kept.sum())), SET, NAMES, 2.0)[0].named()["topics"]
    assert abs(np.log(righted / full)) < abs(np.log(bent / full)) + 0.1
