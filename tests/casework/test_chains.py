"""Approval inside organisations: each post in its turn, nobody twice, performed once, no way around."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections
from household import DAY, NEED, House, body, someone

from qixi.casework import models
from qixi.casework.queries import view
from qixi.casework.queries.chains import proposals, proposals_in
from qixi.casework.services import (
    act_for,
    approve,
    end_chain,
    give_mandate,
    open_for,
    propose_for,
    return_proposal,
    set_chain,
    withdraw_proposal,
)
from qixi.core import Refused
from qixi.procedures.catalogue import newest

pytestmark = pytest.mark.django_db
TITLES = ["department", "transfer", "leader"]


class Chained(House):
    """A firm whose acts go through three posts."""

    def __init__(self, *more: tuple[str, str]) -> None:
        super().__init__()
        self.head = someone("head", DAY, (self.firm, "department"))
        self.transfer = someone("transfer", DAY, (self.firm, "transfer"))
        self.leader = someone("leader", DAY, (self.firm, "leader"))
        self.more = {name: someone(name, DAY, (self.firm, title)) for name, title in more}
        set_chain(self.leader, str(self.firm.number), "need", TITLES, ["submit"], DAY)


@pytest.fixture
def house() -> Chained:
    return Chained()


def test_an_act_is_performed_once_when_the_last_post_has_approved(house):
    made = propose_for(house.li, house.case, "submit", NEED, DAY)
    assert [w.title for w in proposals(house.head, DAY)] == ["department"]
    for number, who in enumerate((house.head, house.transfer)):
        approve(who, made.number, DAY)
        assert view(house.li, house.case, DAY).step.name == "draft", number
    done = approve(house.leader, made.number, date(2026, 3, 4))
    assert (done.state, done.event.verb, done.event.on) == ("performed", "submit", date(2026, 3, 4))
    assert (done.event.person, done.event.party) == (house.li.number, str(house.firm.number))
    assert [(a.title, a.person) for a in done.approvals.all()] == list(
        zip(TITLES, [house.head.number, house.transfer.number, house.leader.number], strict=True)
    )
    with pytest.raises(Refused, match="not being approved any more"):
        approve(house.leader, made.number, DAY)
    assert models.Event.objects.filter(verb="submit").count() == 1


def test_an_act_with_a_chain_is_not_done_directly_nor_without_need_proposed(house):
    assert view(house.li, house.case, DAY).choice("submit").chain == tuple(TITLES)
    for who in (house.li, house.leader):
        with pytest.raises(Refused, match="approves this act before"):
            act_for(who, house.case, "submit", NEED, DAY)
    with pytest.raises(Refused, match="needs no approval"):
        propose_for(house.li, house.case, "withdraw", {"reason": "不办了"}, DAY)
    with pytest.raises(Refused, match="approves last"):
        give_mandate(house.li, house.case, str(house.agency.number), None, DAY)
    end_chain(house.leader, str(house.firm.number), "need", DAY)
    assert act_for(house.li, house.case, "submit", NEED, DAY).verb == "submit"


def test_each_approves_in_its_turn_and_outsiders_learn_nothing(house):
    made = propose_for(house.li, house.case, "submit", NEED, DAY)
    with pytest.raises(Refused, match="the turn of"):
        approve(house.leader, made.number, DAY)
    for who in (house.stranger, house.officer):
        with pytest.raises(Refused, match="no such proposal"):
            approve(who, made.number, DAY)
    row = models.Case.objects.get(number=house.case)
    assert proposals(house.stranger, DAY) == proposals_in(house.stranger, row, DAY) == []
    assert not made.approvals.exists()


def test_what_is_sent_back_or_taken_back_is_over_and_can_be_proposed_anew(house):
    made = propose_for(house.li, house.case, "submit", NEED, DAY)
    with pytest.raises(Refused, match="being approved already"):
        propose_for(house.li, house.case, "submit", NEED, DAY)
    with pytest.raises(Refused, match="Say why"):
        return_proposal(house.head, made.number, " ", DAY)
    back = return_proposal(house.head, made.number, "预算未填", DAY)
    assert (back.state, back.approvals.get().reason) == ("returned", "预算未填")
    again = propose_for(house.li, house.case, "submit", NEED | {"budget": 100}, DAY)
    with pytest.raises(Refused, match="hoever proposed it"):
        withdraw_proposal(house.head, again.number)
    assert withdraw_proposal(house.li, again.number).state == "withdrawn"
    assert view(house.li, house.case, DAY).step.name == "draft"


def test_nobody_speaks_twice_unless_alone_in_the_post():
    house = Chained(("two", "transfer"))
    both = someone("both", DAY, (house.firm, "department"), (house.firm, "transfer"), (house.firm, "leader"))
    made = propose_for(both, house.case, "submit", NEED, DAY)
    with pytest.raises(Refused, match="had your say"):
        approve(both, made.number, DAY)
    approve(house.head, made.number, DAY)
    with pytest.raises(Refused, match="had your say"):
        approve(both, made.number, DAY)


def test_who_alone_holds_every_post_approves_for_itself():
    house = House()
    firm = body("独资公司", 9)
    alone = someone("alone", DAY, (firm, "handler"), (firm, "leader"), (firm, "finance"))
    house.li, house.firm = alone, firm
    set_chain(alone, str(firm.number), "need", ["finance", "leader"], None, DAY)
    number = open_for(alone, newest("need"), str(firm.number), "330102", DAY).number
    made = propose_for(alone, number, "submit", NEED, DAY)
    approve(alone, made.number, DAY)
    assert approve(alone, made.number, DAY).state == "performed"


def test_what_cannot_be_done_is_refused_at_once_and_when_it_cannot_any_more_nothing_is_kept(house):
    with pytest.raises(Refused):
        propose_for(house.li, house.case, "submit", {"title": "无"}, DAY)
    made = propose_for(house.li, house.case, "submit", NEED, DAY)
    approve(house.head, made.number, DAY)
    approve(house.transfer, made.number, DAY)
    act_for(house.li, house.case, "withdraw", {"reason": "不办了"}, DAY)
    with pytest.raises(Refused, match="cannot be done"):
        approve(house.leader, made.number, DAY)
    assert made.approvals.count() == 2
    made.refresh_from_db()
    assert (made.state, made.event) == ("waiting", None)


@pytest.mark.parametrize(
    ("who", "titles", "verbs", "why"),
    [
        ("li", ["leader"], None, "An approver of the organisation"),
        ("officer", ["leader"], None, "An approver of the organisation"),
        ("leader", [], None, "names 1 to"),
        ("leader", ["king"], None, "names 1 to"),
        ("leader", ["leader", "leader"], None, "stands in a chain once"),
        ("leader", ["leader"], ["dance"], "no such acts"),
    ],
)
def test_a_chain_is_set_by_those_who_approve(house, who, titles, verbs, why):
    with pytest.raises(Refused, match=why):
        set_chain(getattr(house, who), str(house.firm.number), "need", titles, verbs, DAY)


def test_a_chain_with_a_post_that_nobody_holds_says_so(house):
    set_chain(house.leader, str(house.firm.number), "need", ["legal", "leader"], None, DAY)
    with pytest.raises(Refused, match="Nobody holds these posts"):
        propose_for(house.li, house.case, "submit", NEED, DAY)


@pytest.mark.django_db(transaction=True)
def test_four_who_approve_at_once_perform_it_once():
    house = Chained(*((f"leader{n}", "leader") for n in range(3)))
    made = propose_for(house.li, house.case, "submit", NEED, DAY)
    approve(house.head, made.number, DAY)
    approve(house.transfer, made.number, DAY)

    def say(who) -> bool:
        try:
            approve(who, made.number, DAY)
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(say, [house.leader, *house.more.values()])) == 1
    assert models.Event.objects.filter(verb="submit").count() == 1
    assert made.approvals.count() == 3
