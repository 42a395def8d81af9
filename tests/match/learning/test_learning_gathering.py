"""From feedback to a sample: what counts, what it is worth, and what it stands for."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from qixi.core import Need
from qixi.match.learning.gathering import gather
from qixi.match.learning.labels import level, outcomes, share, stand_for
from qixi.match.learning.settings import Dimensions, LearningSettings
from qixi.tables import Feedback

PLAIN = LearningSettings()


def told(**said):
    return Feedback("D", "S", **said)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"prospects": 3, "cooperation": 0}, 0.5),
        ({"prospects": 3, "improvement": 0, "cooperation": 3}, 1.0),
        ({"grade": 2}, 2 / 3),
        ({"improvement": 3}, None),
        ({"introduced": True}, None),
    ],
)
def test_grade_of_a_pair_is_the_mean_of_what_counts(said, expected):
    assert share(told(**said), PLAIN) == (None if expected is None else pytest.approx(expected))


def test_negative_share_turns_a_dimension_round():
    turned = LearningSettings(dimensions=Dimensions(improvement=-1))
    assert share(told(improvement=3), turned) == 0
    assert share(told(prospects=3, improvement=3), turned) == 0.5


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"grade": 0}, 0),
        ({"grade": 1}, 1),
        ({"grade": 3}, 3),
        ({"grade": 3, "introduced": False}, 3),
        ({"introduced": True}, 4),
        ({"introduced": False}, 0),
        ({"grade": 1, "introduced": True, "signed": True}, 5),
        ({"improvement": 2}, None),
    ],
)
def test_level_of_a_pair(said, expected):
    assert level(told(**said), PLAIN) == expected


def test_good_begins_two_thirds_up_or_where_it_is_set():
    assert [outcomes(told(grade=g), PLAIN)["good"] for g in (1, 2, 3)] == [0, 1, 1]
    five = LearningSettings(lowest=1, highest=5, good=4)
    assert [outcomes(told(grade=g), five)["good"] for g in (3, 4, 5)] == [0, 1, 1]
    unknown = outcomes(told(introduced=True), PLAIN)
    assert math.isnan(unknown["good"])
    assert math.isnan(unknown["signed"])
    assert unknown["introduced"] == 1


@given(low=st.integers(-5, 5), width=st.integers(1, 9))
def test_level_does_not_depend_on_the_ends_of_the_scale(low, width):
    wide = LearningSettings(lowest=low, highest=low + 3 * width)
    for grade in range(4):
        mine, theirs = told(grade=float(grade)), told(grade=float(low + grade * width))
        assert level(mine, PLAIN) == level(theirs, wide)
        assert outcomes(mine, PLAIN)["good"] == outcomes(theirs, wide)["good"]


def test_rare_pairs_stand_for_many_up_to_the_bound():
    records = [told(propensity=p) for p in (None, 1.0, 0.5, 0.001)]
    weight = stand_for(records, 20)
    assert weight.mean() == pytest.approx(1)
    assert (weight / weight[0]).tolist() == pytest.approx([1, 1, 2, 20])


@pytest.mark.parametrize("wrong", [{"lowest": 3}, {"words": {"好": 4}}, {"good": -1}, {"folds": 2}])
def test_setting_that_does_not_fit_is_refused(wrong):
    with pytest.raises(ValidationError):
        LearningSettings(**wrong)


def test_sample_holds_the_pairs_that_are_known_and_count(province):
    engine, needs = province.engine, province.needs
    one, two = (asset.id for asset in engine.assets[:2])
    feedback = [
        Feedback(needs[1].id, two, grade=1),
        Feedback(needs[1].id, one, grade=3, signed=True),
        Feedback(needs[0].id, one, improvement=3),
        Feedback(needs[2].id, "nowhere", grade=3),
        Feedback("nobody", one, grade=3),
    ]
    sample = gather(engine, needs, feedback, PLAIN)
    assert sample.needs == (needs[1].id,)
    assert sample.assets.tolist() == sorted([one, two])
    assert sample.level.tolist() == [5, 1]
    assert sample.owner.tolist() == [0, 0]
    assert sample.standing.shape == (2, 3)
    assert gather(engine, needs, feedback[::-1], PLAIN).standing.tolist() == sample.standing.tolist()


def test_sample_is_what_the_engine_scores_by_and_each_scorer_is_asked_once(province, monkeypatch):
    engine, needs = province.engine, province.needs[:3]
    ids = [asset.id for asset in engine.assets[:5]]
    scored = {need.id: scores for need, scores in engine.scores(needs)}
    asked = []
    for scorer in engine.need_fit.scorers:
        score = scorer.score
        monkeypatch.setattr(
            scorer, "score", lambda queries, score=score, of=scorer.name: asked.append(of) or score(queries)
        )
    monkeypatch.setattr(engine, "scores", None)
    sample = gather(engine, needs, [Feedback(n.id, id_, grade=1) for n in needs for id_ in ids], PLAIN)
    assert sorted(asked) == sorted(scorer.name for scorer in engine.need_fit.scorers for _ in needs)
    for number, need in enumerate(sample.needs):
        mine = sample.owner == number
        places = [engine.place[id_] for id_ in sample.assets[mine]]
        assert sample.business[mine].tolist() == scored[need].business[places].tolist()
        assert sample.portfolio[mine].tolist() == scored[need].portfolio[places].tolist()


def test_no_usable_feedback_is_an_empty_sample(province):
    sample = gather(province.engine, province.needs, [], PLAIN)
    assert (sample.needs, sample.standing.shape) == ((), (0, 3))


def test_needs_of_the_same_words_are_one_group(province):
    twin = replace(province.needs[0], id="twin")
    other = Need("other", "微藻", "培养")
    feedback = [
        Feedback(id_, province.assets[0].id, grade=1) for id_ in (province.needs[0].id, "twin", "other")
    ]
    sample = gather(province.engine, [*province.needs, twin, other], feedback, PLAIN)
    group = dict(zip(sample.needs, sample.group.tolist(), strict=True))
    assert group["twin"] == group[province.needs[0].id] != group["other"]


def test_part_of_a_sample_keeps_its_pairs(province):
    engine, needs = province.engine, province.needs[:4]
    feedback = [Feedback(n.id, a.id, grade=i) for n in needs for i, a in enumerate(engine.assets[:3])]
    sample = gather(engine, needs, feedback, PLAIN)
    part = sample.of_needs(np.array([False, True, False, True]))
    assert part.needs == (sample.needs[1], sample.needs[3])
    assert part.owner.tolist() == [0, 0, 0, 1, 1, 1]
    assert part.standing.tolist() == sample.standing[[3, 4, 5, 9, 10, 11]].tolist()
    assert part.starts.tolist() == [0, 3]
