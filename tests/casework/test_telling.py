"""Whoever a case concerns is told what happens in it, once, in both languages, without what was written."""

from __future__ import annotations

import pytest
from household import DAY, NEED, someone

from qixi.casework.effects import perform_waiting
from qixi.casework.services import act_for, approve, give_mandate, propose_for, return_proposal, set_chain
from qixi.registry.models import Message
from qixi.registry.queries import inbox

pytestmark = pytest.mark.django_db


def said_to(actor):
    return [(message.case, message.en) for message in inbox(actor)]


def test_the_office_is_told_of_what_waits_for_it_and_the_firm_of_what_it_said(house):
    act_for(house.li, house.case, "submit", NEED | {"confidential": "絮凝剂配方"}, DAY)
    perform_waiting()
    ((case, words),) = said_to(house.officer)
    assert case == house.case
    assert case in words
    assert words.endswith("It is your turn.")
    assert said_to(house.li) == said_to(house.stranger) == []
    act_for(house.officer, house.case, "correct", {"points": ["请写明产量"]}, DAY)
    perform_waiting()
    ((case, words),) = said_to(house.li)
    assert words.endswith("A paper was served on you. It is your turn.")
    assert len(said_to(house.officer)) == 1, "whoever acted is not told"
    everything = "".join(f"{each.zh}{each.en}" for each in Message.objects.all())
    assert not [secret for secret in ("絮凝剂", "产量", NEED["title"]) if secret in everything]


def test_an_agent_is_told_beside_the_firm_and_nobody_twice(house):
    give_mandate(house.li, house.case, str(house.agency.number), None, DAY)
    act_for(house.agent, house.case, "propose", NEED, DAY)
    act_for(house.li, house.case, "confirm", {}, DAY)
    act_for(house.officer, house.case, "publish", {}, DAY)
    perform_waiting()
    perform_waiting()
    assert len(said_to(house.agent)) == 2
    assert len(said_to(house.li)) == 2
    assert Message.objects.values("key").distinct().count() == Message.objects.count()


def test_experts_are_told_that_they_sit(house, panelled):
    number = panelled(house)
    experts = [someone(f"expert{n}", DAY) for n in range(3)]
    act_for(house.officer, number, "appoint", house.drawn(number, *experts), DAY)
    perform_waiting()
    for each in experts:
        ((case, words),) = said_to(each)
        assert case == number
        assert words.endswith("You are on its panel.")


def test_a_proposal_is_told_to_the_next_post_and_sent_back_to_whoever_made_it(house):
    first = someone("first", DAY, (house.firm, "department"))
    last = someone("last", DAY, (house.firm, "leader"))
    set_chain(last, str(house.firm.number), "need", ["department", "leader"], None, DAY)
    made = propose_for(house.li, house.case, "submit", NEED, DAY)
    own = Message.objects.filter(party=first.number)
    assert [each.case for each in own] == [house.case]
    assert not Message.objects.filter(party=last.number).exists()
    approve(first, made.number, DAY)
    assert Message.objects.get(party=last.number).en.endswith("It waits for your approval.")
    return_proposal(last, made.number, "请再核对", DAY)
    told = Message.objects.get(party=house.li.number)
    assert told.en.endswith("It was sent back.")
    assert "核对" not in told.zh
