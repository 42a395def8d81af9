"""What comes too late is too late, whether the sweep has been or not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from household import DAY, NEED, PROPOSAL, House

from qixi.casework.models import Event
from qixi.casework.queries import view
from qixi.casework.services import act_for, open_for
from qixi.core import Refused
from qixi.procedures.catalogue import newest

pytestmark = pytest.mark.django_db


def last_day(house: House, number: str) -> date:
    (day,) = {due.on for _, due in view(house.officer, number, DAY).due if due.on is not None}
    return day


def test_an_objection_after_the_notice_is_too_late(house):
    number = house.announced()
    objection = {"reason": "成果归属有争议"}
    ends = last_day(house, number)
    with pytest.raises(Refused):
        act_for(house.stranger, number, "object", objection, ends + timedelta(days=1))
    assert not Event.objects.filter(case__number=number, verb="object").exists()
    assert act_for(house.stranger, number, "object", objection, ends).verb == "object"


def test_what_is_corrected_after_its_period_is_too_late(house):
    number = open_for(house.wang, newest("price"), str(house.school.number), "330106", DAY).number
    act_for(house.wang, number, "submit", PROPOSAL, DAY)
    act_for(house.officer, number, "correct", {"points": ["摘要"]}, DAY)
    ends = last_day(house, number)
    with pytest.raises(Refused):
        act_for(house.wang, number, "resubmit", PROPOSAL, ends + timedelta(days=1))
    assert act_for(house.wang, number, "resubmit", PROPOSAL, ends).verb == "resubmit"


def test_what_ran_out_is_not_renewed(house):
    act_for(house.li, house.case, "submit", NEED, DAY)
    act_for(house.officer, house.case, "publish", {}, DAY)
    ends = last_day(house, house.case)
    with pytest.raises(Refused):
        act_for(house.li, house.case, "renew", {}, ends + timedelta(days=1))
    assert act_for(house.li, house.case, "renew", {}, ends).verb == "renew"


def test_time_acts_before_who_comes_after_it(house):
    number = house.announced()
    after = last_day(house, number) + timedelta(days=1)
    contract = {"number": "1", "signed_on": str(after), "amount": PROPOSAL["price"]}
    act_for(house.wang, number, "sign", contract, after)
    assert [each.verb for each in Event.objects.filter(case__number=number).order_by("seq")][-2:] == [
        "conclude",
        "sign",
    ]
