"""Learning on real judgements: what is shipped stands, bad weights go, chance teaches nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qixi.match.learning.gathering import gather
from qixi.match.learning.settings import LearningSettings
from qixi.match.learning.study import study
from qixi.match.settings import Fusion, Settings
from qixi.tables import read_feedback, settled

LEARNING = LearningSettings(folds=3)

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def sample(judged, data):
    reading = read_feedback([data / "demand-achievement" / "qrels.tsv"])
    assert reading.rejects == ()
    return gather(judged.engine, judged.needs, settled(reading.records)[0], LEARNING)


def test_shipped_weights_are_not_bettered_and_a_curve_is_learnt(sample):
    settings = Settings(learning=LEARNING)
    found = study(sample, settings)
    after = found.settings(settings)
    assert not found.better
    assert after.fusion == settings.fusion
    assert after.calibration.likelihood == "good"
    assert after.calibration.good.log_loss < 0.40 < after.calibration.good.log_loss_constant


def test_bad_weights_are_left_behind(sample):
    found = study(sample, Settings(fusion=Fusion(topics=0.02, subclasses=6.0), learning=LEARNING))
    assert found.better
    assert found.ranking.a > 0.66
    assert found.learnt.named()["subclasses"] < 3


def test_grades_dealt_anew_teach_nothing(sample):
    order = np.lexsort((np.random.default_rng(1).permutation(sample.owner.size), sample.owner))
    dealt = {name: values[order] for name, values in sample.outcomes.items()}
    found = study(replace(sample, level=sample.level[order], outcomes=dealt), Settings(learning=LEARNING))
    assert not found.better
