"""Days that cannot be: a contract from before its price, a meeting long gone, somebody who sat twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from household import DAY, DECISION, PROPOSAL, House

from qixi.casework.services import act_for, open_for
from qixi.core import Refused
from qixi.procedures.catalogue import newest

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(house: House) -> str:
    opened = open_for(house.wang, newest("price"), str(house.school.number), "330106", DAY).number
    act_for(house.wang, opened, "submit", PROPOSAL | {"route": "auction"}, DAY)
    return opened


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"held_on": "0001-01-01"}, "more than 365 days"),
        ({"held_on": "2026-03-03"}, "still to come"),
        ({"members": ["甲", "乙", "甲"]}, "named twice"),
    ],
)
def test_a_meeting_that_cannot_have_been(house: House, number, given, word):
    with pytest.raises(Refused, match=word):
        act_for(house.wang, number, "release", DECISION | given, DAY)


def test_a_contract_is_signed_after_the_decision_and_not_in_the_future(house: House, number):
    act_for(house.wang, number, "release", DECISION, DAY)
    contract = {"number": "1", "amount": PROPOSAL["price"]}
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(Refused):
            act_for(house.wang, number, "sign", contract | {"signed_on": str(day)}, DAY)
    act_for(house.wang, number, "sign", contract | {"signed_on": str(DAY)}, DAY)
