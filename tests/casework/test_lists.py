"""Acts in many cases at once, figures that roll up by division, cases that are alike."""

from __future__ import annotations

from datetime import date

import pytest
from household import DAY, NEED, House, body, someone

from qixi.casework import models
from qixi.casework.effects import perform_waiting
from qixi.casework.queries.lists import announced, figures, parts
from qixi.casework.queries.similar import similar
from qixi.casework.services import act_for, act_on_many, open_for
from qixi.core import Refused
from qixi.procedures.catalogue import newest

pytestmark = pytest.mark.django_db


def submitted(house: House, title: str, division: str = "330102", on: date = DAY) -> str:
    number = open_for(house.li, newest("need"), str(house.firm.number), division, on).number
    act_for(house.li, number, "submit", NEED | {"title": title}, on)
    return number


def test_each_of_many_is_decided_for_itself(house):
    first, second = submitted(house, "微藻采收"), submitted(house, "微藻养殖")
    done = act_on_many(house.officer, [first, house.case, "none", second, first], "publish", {}, DAY)
    assert [(d.number, d.event is not None) for d in done] == [
        (first, True),
        (house.case, False),
        ("none", False),
        (second, True),
    ]
    assert "no such case" in str(done[2].problems[0].message()).lower()
    assert models.Event.objects.filter(verb="publish").count() == 2
    with pytest.raises(Refused, match="hoose 1 to"):
        act_on_many(house.officer, [], "publish", {}, DAY)


def test_figures_roll_up_by_division(house):
    submitted(house, "一号需求", "330102")
    ended = submitted(house, "二号需求", "330106")
    act_for(house.officer, ended, "refuse", {"reason": "不属于本平台"}, date(2026, 3, 6))
    submitted(house, "三号需求", "330204")
    late = date(2026, 4, 1)
    (need,) = [each for each in figures(house.officer, late) if each.procedure.code == "need"]
    assert (need.total, need.overdue, need.median_days) == (3, 2, 4), (
        "the draft of the firm is its own business"
    )
    assert {phase.value: count for phase, count in need.phases.items()} == {
        "intake": 2,
        "closed": 1,
    }
    found = {part.division: (part.total, part.overdue) for part in parts(house.officer, late, "33")}
    assert found["3301"] == (2, 1)
    assert found["3302"] == (1, 1)
    assert sum(total for total, _ in found.values()) == 3
    assert {part.division: part.total for part in parts(house.officer, late, "3301")}["330106"] == 1


def test_figures_of_other_divisions_are_nobodys(house):
    submitted(house, "一号需求")
    elsewhere = someone("elsewhere", DAY, (body("宁波科技局", 7, "office", "3302"), "officer"))
    assert figures(elsewhere, DAY, "3301") == parts(elsewhere, DAY, "33") == []
    assert figures(house.li, DAY) == parts(house.li, DAY, "3301") == []
    assert sum(each.total for each in figures(elsewhere, DAY)) == 0


def test_similar_cases_share_words(house):
    one, other = submitted(house, "微藻低成本采收技术"), submitted(house, "微藻低成本采收装备")
    row = models.Case.objects.get(number=one)
    assert [each.row.number for each in similar(house.officer, row)] == [other]
    assert similar(house.stranger, row) == []


def test_what_is_announced_has_one_answer_and_it_is_the_case_that_gives_it(house):
    number = house.announced()
    assert [each.row.number for each in announced()] == [number], "before any effect was performed"
    perform_waiting()
    act_for(house.wang, number, "withdraw", {"reason": "不再转让"}, DAY)
    assert announced() == []
