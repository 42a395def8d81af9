"""Draws of a panel: nobody steers them, anybody entitled repeats them, those drawn and no others sit."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from household import DAY, NEED, House, body, person

from qixi.casework import models
from qixi.casework.queries.draws import Told, draws_in
from qixi.casework.services import (
    act_for,
    begin_draw,
    commit_roster,
    end_draw,
    give_mandate,
    invite,
    promise_number,
    reveal_number,
)
from qixi.core import Refused
from qixi.procedures.draw import promise
from qixi.registry.models import Conflict, Expert, User
from qixi.registry.queries import actor_of
from qixi.registry.services import declare_conflict, enrol_expert, give_post, retire_expert

pytestmark = pytest.mark.django_db
LATER, LATEST = date(2026, 3, 4), date(2026, 3, 12)


def number_of(party: str) -> bytes:
    return hashlib.sha256(party.encode()).digest()


class Drawing(House):
    """A case under review and seven experts of seven organisations, one of them not free."""

    def __init__(self, panelled) -> None:
        super().__init__()
        self.number = panelled(self)
        self.party = str(self.firm.number)
        self.experts = []
        for n in range(7):
            expert = Expert.objects.create(
                user=person(f"e{n}"),
                organisation=body(f"研究院{n}", 20 + n, "institute"),
                fields=["微藻"],
                since=DAY,
            )
            self.experts.append(str(expert.user.number))
        Conflict.objects.create(expert=Expert.objects.first(), party=self.party, reason="曾任顾问", since=DAY)

    def told(self, who=None) -> Told:
        return draws_in(who or self.officer, self.number)[0]

    def promised(self) -> None:
        """Let both sides promise a number of their own."""
        begin_draw(self.officer, self.number, DAY)
        for who, party in ((self.li, self.party), (self.officer, self.officer.number)):
            promise_number(who, self.number, DAY, promise(party, number_of(party)))

    def held(self) -> Told:
        self.promised()
        commit_roster(self.officer, self.number, DAY)
        for who, party in ((self.officer, self.officer.number), (self.li, self.party)):
            reveal_number(who, self.number, number_of(party).hex(), LATER)
        return self.told()


@pytest.fixture
def house(panelled) -> Drawing:
    return Drawing(panelled)


def test_a_draw_is_held_when_the_last_number_is_in_and_repeats(house):
    told = house.held()
    assert told.draw.held_on == LATER
    assert told.repeats is True
    assert len(set(told.panel)) == 3
    assert set(told.panel) <= set(house.experts[1:])
    assert told.roster["conflicts"].keys() == {house.experts[0]}
    assert [each.party for each in told.promises] == ["house", house.party, house.officer.number]
    act_for(
        house.officer,
        house.number,
        "appoint",
        {"experts": list(told.panel), "record": str(told.draw.number)},
        LATER,
    )
    assert set(models.Holding.objects.filter(role="expert").values_list("party", flat=True)) == set(
        told.panel
    )


def test_the_applicant_checks_a_blind_draw_without_learning_who_sits(house):
    house.held()
    told = house.told(house.li)
    assert (told.repeats, told.panel, told.roster) == (True, (), {})
    assert told.draw.commitment == told.draw.record["commitment"]
    assert {each.party: each.value for each in told.promises}[house.party] == number_of(house.party).hex()
    assert draws_in(house.li, house.number)[0].missing == ()
    with pytest.raises(Refused, match="no such case"):
        draws_in(house.stranger, house.number)


def test_with_one_click_the_house_keeps_a_number(house):
    begin_draw(house.officer, house.number, DAY)
    promise_number(house.li, house.number, DAY)
    with pytest.raises(Refused, match="promised a number already"):
        promise_number(house.li, house.number, DAY)
    assert commit_roster(house.officer, house.number, DAY).held_on == DAY
    assert house.told().repeats is True


def test_the_applicant_has_time_to_promise_and_cannot_stop_a_draw(house):
    begin_draw(house.officer, house.number, DAY)
    with pytest.raises(Refused, match="applicant has not promised"):
        commit_roster(house.officer, house.number, LATER)
    assert commit_roster(house.officer, house.number, LATEST).held_on == LATEST


def test_an_officer_who_tries_to_steer_a_draw_gets_nowhere(house):
    """The attack: see numbers early, change the roster, withhold, stop, draw again, appoint others."""
    house.promised()
    with pytest.raises(Refused, match="not fixed yet"):
        reveal_number(house.li, house.number, number_of(house.party).hex(), DAY)
    committed = commit_roster(house.officer, house.number, DAY)
    before = committed.commitment
    reveal_number(house.li, house.number, number_of(house.party).hex(), DAY)
    seen = house.told()
    assert [each.value for each in seen.promises] == ["", "", ""]  # not even the house's, nor the applicant's
    assert seen.missing == (house.officer.number,)
    friend = Expert.objects.create(
        user=person("friend"), organisation=body("友好研究院", 41), fields=["微藻"], since=DAY
    )
    with pytest.raises(Refused, match="cannot be changed"):
        commit_roster(house.officer, house.number, DAY)
    with pytest.raises(Refused, match="oo late to promise"):
        promise_number(house.officer, house.number, DAY)
    with pytest.raises(Refused, match="still time to reveal"):
        end_draw(house.officer, house.number, "再抽一次", DAY)
    with pytest.raises(Refused, match="under way already"):
        begin_draw(house.officer, house.number, DAY)
    with pytest.raises(Refused, match="draw is under way"):
        act_for(house.officer, house.number, "appoint", {"experts": house.experts[1:4]}, DAY)
    for other in (b"\x00" * 32, number_of("another")):
        with pytest.raises(Refused, match="not the number that was promised"):
            reveal_number(house.officer, house.number, other.hex(), DAY)
    reveal_number(house.officer, house.number, number_of(house.officer.number).hex(), DAY)
    told = house.told()
    assert (told.draw.commitment, told.repeats) == (before, True)
    with pytest.raises(Refused, match="No draw is under way"):
        end_draw(house.officer, house.number, "不满意", DAY)
    assert str(friend.user.number) not in {each["id"] for each in told.roster["experts"]}
    others = [each for each in house.experts[1:6] if each not in told.panel][:2] + list(told.panel[:1])
    record = str(told.draw.number)
    for experts, of in ((others, record), (others, ""), (list(told.panel), "")):
        with pytest.raises(Refused, match="hese are not the experts"):
            act_for(house.officer, house.number, "appoint", {"experts": experts, "record": of}, DAY)
    edited = told.draw.record | {"panel": others}
    models.Draw.objects.filter(pk=told.draw.pk).update(record=edited)
    assert house.told().repeats is False


def appointed(house: Drawing, told: Told, experts) -> None:
    given = {"experts": list(experts), "record": str(told.draw.number)}
    act_for(house.officer, house.number, "appoint", given, LATER)


def test_a_draw_that_was_held_stands_and_who_stands_aside_is_replaced_by_the_next(house):
    told = house.held()
    first, *others = told.panel
    actor = actor_of(User.objects.get(number=first), LATER)
    declare_conflict(actor, house.party, "事后发现", LATER)
    with pytest.raises(Refused, match="that stands"):
        begin_draw(house.officer, house.number, LATER)
    again = house.told()
    assert again.repeats is True
    assert len(set(again.panel)) == 3
    assert set(others) < set(again.panel)
    assert first not in again.panel
    with pytest.raises(Refused, match="hese are not the experts"):
        appointed(house, told, told.panel)
    appointed(house, told, again.panel)


def test_what_others_do_after_the_roster_was_fixed_unseats_nobody(house):
    told = house.held()
    expert = Expert.objects.get(user__number=told.panel[0])
    enrol_expert(house.officer, told.panel[0], house.party, ["微藻"], LATER)
    give_post(expert.user, house.firm, "handler", LATER)
    retire_expert(house.officer, told.panel[1], LATER)
    with pytest.raises(Refused, match="that stands"):
        begin_draw(house.officer, house.number, LATER)
    for party in (told.panel[2], str(Expert.objects.get(user__number=told.panel[2]).organisation.number)):
        with pytest.raises(Refused, match="on a roster"):
            give_mandate(house.li, house.number, party, None, LATER)
        with pytest.raises(Refused, match="on a roster"):
            invite(house.li, house.number, party, LATER)
    assert house.told().panel == told.panel
    appointed(house, told, told.panel)


def test_an_officer_does_not_pick_a_panel_by_a_field(house):
    for expert in Expert.objects.all()[1:4]:
        enrol_expert(house.officer, str(expert.user.number), str(expert.organisation.number), ["友好"], DAY)
    house.promised()
    with pytest.raises(Refused, match="9 have to be free to sit, and 3 are"):
        commit_roster(house.officer, house.number, DAY, "友好")
    commit_roster(house.officer, house.number, DAY)


def test_friends_are_not_appointed_without_a_draw(house):
    for friends in (
        house.experts[1:4],
        ["nobody", "x", "y"],
        [str(person(f"f{n}").number) for n in range(3)],
    ):
        with pytest.raises(Refused, match="not drawn yet"):
            act_for(house.officer, house.number, "appoint", {"experts": friends}, DAY)


def test_who_withholds_a_number_does_not_see_the_others_and_has_it_kept_the_next_time(house):
    house.promised()
    commit_roster(house.officer, house.number, DAY)
    reveal_number(house.officer, house.number, number_of(house.officer.number).hex(), DAY)
    assert [each.value for each in house.told(house.li).promises] == ["", "", ""]
    end_draw(house.officer, house.number, "申请人逾期未公布", LATEST)
    assert [each.value for each in house.told(house.li).promises] == ["", "", ""]
    begin_draw(house.officer, house.number, LATEST)
    with pytest.raises(Refused, match="withheld a number"):
        promise_number(house.li, house.number, LATEST, promise(house.party, number_of("next")))
    promise_number(house.li, house.number, LATEST)
    assert commit_roster(house.officer, house.number, LATEST).held_on == LATEST


def test_where_no_panel_is_possible_the_rule_is_named(house):
    for expert in Expert.objects.all()[1:5]:
        give_post(expert.user, house.firm, "inventor", DAY)
    house.promised()
    with pytest.raises(Refused, match="3 experts are needed"):
        commit_roster(house.officer, house.number, DAY)
    Expert.objects.update(organisation=body("同一研究院", 40, "institute"))
    Conflict.objects.all().delete()
    with pytest.raises(Refused, match="no more experts of one organisation"):
        commit_roster(house.officer, house.number, DAY)
    assert house.told().draw.commitment == ""


def test_only_officers_run_draws_and_only_those_inside_promise(house):
    with pytest.raises(Refused, match="n officer of its division"):
        begin_draw(house.li, house.number, DAY)
    with pytest.raises(Refused, match="no such case"):
        begin_draw(house.stranger, house.number, DAY)
    act_for(house.li, house.case, "submit", NEED, DAY)
    with pytest.raises(Refused, match="no panel in this step"):
        begin_draw(house.officer, house.case, DAY)
    begin_draw(house.officer, house.number, DAY)
    with pytest.raises(Refused, match="no SHA-256"):
        promise_number(house.li, house.number, DAY, "abc")
    with pytest.raises(Refused, match="no such case"):
        promise_number(house.stranger, house.number, DAY)
