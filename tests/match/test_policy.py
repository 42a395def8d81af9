from __future__ import annotations

import numpy as np
import pytest

from qixi.match.evaluation.policy import Log, estimate


def logged(seed: int, clusters: int = 400, share: float = 0.2, *, wrong: bool = False) -> tuple[Log, float]:
    """Draw lotteries between two pairs each; return the log and what the second pairs bring in truth."""
    source = np.random.default_rng(seed)
    first, second = source.random(clusters) * 0.4, source.random(clusters) * 0.6
    won = source.random(clusters) < share
    propensity = np.where(won, share, 1 - share)
    outcome = (source.random(clusters) < np.where(won, second, first)).astype(np.float64)
    target = won.astype(np.float64)  # the target shows the second pair of each lottery
    expected = np.where(won, second, first)
    other = np.ones(int((~won).sum()))
    model = np.full_like if wrong else lambda values, _: values
    number = np.arange(clusters)
    log = Log(
        propensity,
        outcome,
        target,
        number,
        model(expected, 0.1),
        other,
        model(second[~won], 0.1),
        number[~won],
    )
    return log, float(second.sum())


@pytest.mark.parametrize("method", ["ips", "snips", "dr"])
@pytest.mark.parametrize("wrong", [False, True])
def test_estimates_centre_on_the_truth_and_intervals_cover_it(method, wrong):
    errors, covered, runs = [], 0, 60
    for seed in range(runs):
        log, truth = logged(seed, wrong=wrong)
        found = estimate(log, method, draws=300)
        errors.append(found.value - truth)
        covered += found.interval[0] <= truth <= found.interval[1]
    error = np.array(errors)
    # Within three standard errors of nought; the self-normalised form is biased by less than that.
    assert abs(error.mean()) <= 3 * error.std(ddof=1) / np.sqrt(runs)
    assert covered >= 0.85 * runs


def test_doubly_robust_with_a_good_model_errs_least():
    spread = {}
    for method in ("ips", "dr"):
        errors = [estimate(log, method, draws=2).value - truth for log, truth in map(logged, range(40))]
        spread[method] = float(np.std(errors))
    assert spread["dr"] < spread["ips"]


def test_the_shown_policy_is_judged_as_it_was():
    outcome = np.array([1.0, 0.0, 1.0])
    log = Log(np.ones(3), outcome, np.ones(3), np.arange(3))
    for method in ("ips", "snips"):
        assert estimate(log, method).value == pytest.approx(2.0)
    assert estimate(log, "ips").effective == pytest.approx(3.0)


def test_weights_are_cut_and_counted():
    log = Log(np.array([0.01, 0.5]), np.ones(2), np.ones(2), np.arange(2))
    found = estimate(log, "ips", clip=10)
    assert (found.value, found.clipped) == (12.0, 1)


def test_one_cluster_has_no_interval():
    log = Log(np.array([0.5, 0.5]), np.ones(2), np.ones(2), np.zeros(2, dtype=np.int64))
    assert estimate(log, "ips").interval is None


def test_impossible_logs_are_told():
    one = np.ones(1)
    with pytest.raises(ValueError, match="propensity"):
        Log(np.zeros(1), one, one, np.zeros(1, dtype=np.int64))
    with pytest.raises(ValueError, match="one length"):
        Log(one, np.ones(2), one, np.zeros(1, dtype=np.int64))
    with pytest.raises(ValueError, match="expected"):
        estimate(Log(one, one, one, np.zeros(1, dtype=np.int64)), "dr")
