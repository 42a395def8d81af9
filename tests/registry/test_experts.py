"""Experts do not sit where they are not free: the organisation, a common invention, what they declare."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people import DAY, acting, body, officer, person

from qixi.core import Refused
from qixi.procedures.draw import draw, promise
from qixi.registry.queries import conflicts_of, experts_on, roster_of
from qixi.registry.services import (
    declare_conflict,
    end_conflict,
    enrol_expert,
    enter_asset,
    retire_expert,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return officer("33")


def expert(boss, name: str, organisation, *fields: str):
    user = person(name)
    enrol_expert(boss, str(user.number), str(organisation.number), fields or ("材料",), DAY)
    return user


def barred(*parties, asset: str = "", day=DAY) -> dict[str, str]:
    return conflicts_of(experts_on(day), [str(each.number) for each in parties], asset, day)


def test_officers_enrol_in_their_division_and_nobody_else(boss):
    firm, user = body(1, "某某公司"), person("li")
    for actor in (acting(user), officer("3302", "elsewhere"), acting(person("boss", firm, "approver"))):
        with pytest.raises(Refused):
            enrol_expert(actor, str(user.number), str(firm.number), ["材料"], DAY)
    with pytest.raises(Refused, match="fields of knowledge"):
        enrol_expert(boss, str(user.number), str(firm.number), [" "], DAY)
    assert not experts_on(DAY).exists()
    enrol_expert(boss, str(user.number), str(firm.number), ["材料", "能源"], DAY)
    assert [e.user for e in experts_on(DAY, "能源")] == [user]
    assert not experts_on(DAY, "农业").exists()
    retire_expert(acting(user), str(user.number), DAY)
    assert not experts_on(DAY + timedelta(1)).exists()


def test_who_is_of_the_same_organisation_does_not_sit(boss):
    firm, other = body(1, "某某公司"), body(2, "另一公司")
    inside, outside = expert(boss, "inside", firm), expert(boss, "outside", other)
    assert set(barred(firm)) == {str(inside.number)}
    applicant = person("applicant", other, "handler")
    assert set(barred(applicant)) == {str(outside.number)}
    assert set(barred(inside)) == {str(inside.number)}


def test_co_inventors_do_not_sit(boss):
    school, elsewhere = body(1, "浙江某大学", "university"), body(2, "某研究院", "institute")
    linked, named, free = (expert(boss, name, elsewhere) for name in ("linked", "named", "free"))
    office = acting(person("transfer", school, "transfer"))
    form = {
        "kind": "secret",
        "title": "一种工艺",
        "division": "3301",
        "holders": [{"party": str(school.number), "part": "1"}],
        "inventors": [{"name": "某", "person": str(linked.number)}, {"name": "named"}],
    }
    asset = enter_asset(office, str(school.number), form, DAY)
    assert set(barred(school)) == {str(linked.number), str(named.number)}
    assert set(barred(asset=str(asset.number))) == {str(linked.number), str(named.number)}
    assert set(barred(linked)) >= {str(linked.number)}
    assert str(free.number) not in barred(school)


def test_who_declared_a_conflict_does_not_sit_until_it_ends(boss):
    firm, other = body(1, "某某公司"), body(2, "另一公司")
    user = expert(boss, "li", other)
    declare_conflict(acting(user), str(firm.number), "曾任顾问", DAY)
    assert set(barred(firm)) == {str(user.number)}
    end_conflict(acting(user), str(firm.number), DAY)
    assert barred(firm, day=DAY + timedelta(1)) == {}
    with pytest.raises(Refused, match=r"(?i)say what"):
        declare_conflict(acting(user), str(firm.number), "", DAY)
    with pytest.raises(Refused):
        declare_conflict(acting(person("wang")), str(firm.number), "x", DAY)


def test_a_roster_is_drawn_from_without_those_in_conflict(boss):
    firm, other = body(1, "某某公司"), body(2, "另一公司")
    inside = expert(boss, "inside", firm)
    outside = [expert(boss, f"outside{n}", other) for n in range(4)]
    roster = roster_of("c1", experts_on(DAY), [str(firm.number)], "", 3, DAY)
    held = draw(roster, {"p": promise("p", b"x" * 16)}, {"p": b"x" * 16})
    assert set(held.panel) <= {str(each.number) for each in outside}
    assert str(inside.number) in (roster.conflicts or {})
