"""A whole learning: truth is installed, noise is not, too little is refused in numbers, nothing leaks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feedback_market import SET, shown, truth

from qixi.match.learning.folds import folds, parted
from qixi.match.learning.settings import OUTCOMES, Curve, LearningSettings
from qixi.match.learning.study import Enough, study
from qixi.match.learning.sufficiency import Supply, for_curve, to_tell
from qixi.match.learning.trial import hold_out
from qixi.match.learning.wording import lacking, refusals, verdict
from qixi.match.settings import Settings

FEW_FOLDS = Settings(learning=LearningSettings(folds=6))
NAMES = ("topics", "subclasses", "business", "portfolio")


@pytest.fixture(scope="module")
def real():
    return study(shown(90, 10, truth(topics=3.0, subclasses=0.05, business=1.0), 0), FEW_FOLDS)


@pytest.fixture(scope="module")
def noise():
    return study(shown(90, 10, None, 0), FEW_FOLDS)


def test_weights_that_differ_are_learnt_and_installed(real):
    assert real.better
    assert real.ranking.interval[0] > 0
    after = real.settings(FEW_FOLDS)
    assert after.fusion.topics > 1.2
    assert after.fusion.subclasses < 0.4
    assert after.weights.business > 0.2
    assert after.learning == FEW_FOLDS.learning
    assert set(real.installed()) == set(OUTCOMES)
    assert after.calibration.likelihood == "introduced"
    assert after.calibration.scores == after.scale()


def test_learnt_weights_rank_unseen_needs_better(real):
    fresh = shown(200, 10, truth(topics=3.0, subclasses=0.05, business=1.0), 99)
    best = [
        np.mean([fresh.level[fresh.owner == i][np.argmax(score[fresh.owner == i])] for i in range(200)])
        for score in (SET.score(fresh), real.learnt.score(fresh))
    ]
    assert best[1] > best[0]


def test_noise_installs_nothing(noise):
    assert not noise.better
    assert noise.installed() == {}
    assert noise.settings(FEW_FOLDS) is None
    assert "not installed" in next(verdict(noise)).en


def test_noise_is_seldom_taken_for_truth():
    settings = Settings(learning=LearningSettings(folds=3))
    taken = [study(shown(50, 5, None, seed), settings).settings(settings) is not None for seed in range(12)]
    assert sum(taken) <= 1


def test_right_weights_stay_and_curves_are_installed_with_them():
    found = study(shown(60, 10, SET, 2), FEW_FOLDS)
    after = found.settings(FEW_FOLDS)
    assert not found.better
    assert after.weights == FEW_FOLDS.weights
    assert after.fusion == FEW_FOLDS.fusion
    assert after.calibration.good is not None
    assert found.log_loss_change is not None


def test_installed_curves_foretell_unseen_pairs(real):
    fresh = shown(200, 10, truth(topics=3.0, subclasses=0.05, business=1.0), 77)
    scores = real.learnt.score(fresh)
    for outcome, curve in real.installed().items():
        given = np.array([curve.likelihood(score) for score in scores])
        assert given.mean() == pytest.approx(fresh.outcomes[outcome].mean(), abs=0.06)
        assert curve.log_loss < curve.log_loss_constant


def test_same_feedback_learns_the_same():
    sample = shown(60, 6, truth(topics=3.0), 8)
    assert study(sample, FEW_FOLDS).settings(FEW_FOLDS) == study(sample, FEW_FOLDS).settings(FEW_FOLDS)


def test_too_few_needs_are_refused_in_numbers():
    enough = Enough.of(shown(12, 5, truth(), 1), SET, LearningSettings())
    assert not enough.for_weights
    assert enough.outcomes == ()
    assert enough.weights.wanted == 50
    assert enough.weights.more == 50 - enough.weights.have
    said = [problem.message().en for problem in refusals(enough, "f.csv")]
    assert f"{enough.weights.more} more are wanted" in said[0]
    assert [problem.file for problem in refusals(enough, "f.csv")] == ["f.csv"] * len(said)
    assert len(said) == 4


def test_needs_of_the_same_words_count_once():
    twins = replace(shown(60, 6, truth(topics=3.0), 8), group=np.zeros(60, dtype=np.int64))
    enough = Enough.of(twins, SET, LearningSettings())
    assert enough.weights.have == 1
    assert [supply.have for supply in enough.needs.values()] == [1, 1, 1]
    assert (enough.for_weights, enough.outcomes) == (False, ())


def test_fewest_needs_that_are_enough_can_be_learnt_from():
    least = Settings(learning=LearningSettings(folds=50, needs_per_weight=5))
    for count in range(20, 60):
        sample = shown(count, 6, truth(topics=3.0), 8)
        enough = Enough.of(sample, SET, least.learning)
        if enough.for_weights:
            assert study(sample, least, enough).ranking is not None
            return
    pytest.fail("no sample was enough")


def test_part_that_never_differs_is_not_learnt():
    sample = shown(60, 6, truth(topics=3.0), 8)
    flat = replace(sample, business=np.full(sample.business.size, 0.3))
    enough = Enough.of(flat, SET, LearningSettings())
    assert enough.parts["business"] == Supply(0, 10)
    assert enough.names == ("topics", "subclasses", "portfolio")
    assert enough.weights.wanted == 40
    assert "the weight of business stays" in " ".join(line.en for line in lacking(enough))
    found = study(flat, FEW_FOLDS, enough)
    assert found.learnt.named()["business"] == SET.named()["business"]


def test_weight_switched_off_stays_off():
    off = replace(SET, scorers={**SET.scorers, "topics": 0.0})
    assert "topics" not in Enough.of(shown(60, 6, SET, 1), off, LearningSettings()).parts


@pytest.mark.parametrize(
    ("count", "events", "wanted"),
    [
        # Riley (iii): (1.96/0.05)^2 * 0.5 * 0.5 = 384.2
        (100, 50, 385),
        # ten for each of three numbers of the rarer answer: 30 / 0.02
        (1000, 20, 1500),
        (1000, 980, 1500),
    ],
)
def test_curve_wants_what_the_rule_says(count, events, wanted):
    came = np.array([1.0] * events + [0.0] * (count - events) + [np.nan] * 7)
    sample = shown(1, came.size, None, 0)
    sample = replace(sample, outcomes={"good": came})
    assert for_curve(sample, "good", LearningSettings()) == Supply(count, wanted)


@pytest.mark.parametrize("came", [[], [1.0], [0.0], [1.0] * 500, [0.0] * 500])
def test_curve_wants_both_answers(came):
    sample = replace(shown(1, max(1, len(came)), None, 0), outcomes={"good": np.array(came or [np.nan])})
    supply = for_curve(sample, "good", LearningSettings())
    assert supply.have == len(came)
    assert supply.more > 0


def test_needs_to_tell_a_difference_follow_the_root_law():
    assert to_tell(0.01, (-0.01, 0.03), 100) == 400
    assert to_tell(-0.01, (-0.03, 0.01), 100) is None
    assert to_tell(0.01, (0.0, 0.02), 100) == 101


def test_no_group_of_needs_is_on_both_sides():
    sample = shown(40, 4, truth(), 3)
    twins = replace(sample, group=np.arange(40) // 2)
    fold = folds(twins, 5)
    assert [fold[i] for i in range(0, 40, 2)] == [fold[i] for i in range(1, 40, 2)]
    for held in parted(fold):
        test, rest = twins.of_needs(held), twins.of_needs(~held)
        assert set(test.group).isdisjoint(rest.group)
        assert set(test.needs) | set(rest.needs) == set(twins.needs)
        assert set(test.needs).isdisjoint(rest.needs)
    assert sorted(np.unique(fold)) == [0, 1, 2, 3, 4]


def test_outcomes_of_a_held_out_need_do_not_move_its_weights():
    """Turning a need's feedback upside down leaves the weights learnt without it as they were."""
    sample = shown(40, 6, truth(topics=3.0), 6)
    before = hold_out(sample, SET, NAMES, 4)
    held = before.fold == 0
    level = sample.level.copy()
    pairs = held[sample.owner]
    level[pairs] = 5 - level[pairs]
    turned = hold_out(replace(sample, level=level), SET, NAMES, 4)
    if not (turned.fold == before.fold).all():
        pytest.fail("the needs of the test no longer tell rankings apart")
    assert turned.weights[0] == before.weights[0]
    assert (turned.after[pairs] == before.after[pairs]).all()
    assert turned.weights[1] != before.weights[1]


def test_curve_is_a_setting_as_written():
    assert Curve(a=1, b=0, c=-1).likelihood(0.5) == pytest.approx(1 / (1 + np.exp(np.log(2) + 1)))
