"""Who takes part in a case: agents within their mandate, co-applicants by consent, objectors and experts."""

from __future__ import annotations

from datetime import date

import pytest
from household import NEED, someone

from qixi.casework import models
from qixi.casework.queries import mine, view, visible_to
from qixi.casework.queries.parties import consents_in, entries_in, invitations, parties_of
from qixi.casework.services import (
    act,
    act_for,
    answer_invitation,
    end_mandate,
    give_mandate,
    invite,
    leave,
    withdraw_invitation,
)
from qixi.core import Refused
from qixi.procedures import Role, Standing
from qixi.registry.services import declare_conflict

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def test_an_agent_acts_within_its_mandate_until_it_ends(house):
    agency = str(house.agency.number)
    with pytest.raises(Refused, match="no such case"):
        act_for(house.agent, house.case, "propose", NEED, DAY)
    give_mandate(house.li, house.case, agency, ["propose"], DAY)
    assert [c.act.verb for c in view(house.agent, house.case, DAY).choices] == ["propose"]
    with pytest.raises(Refused, match="cannot be done"):
        act_for(house.agent, house.case, "withdraw", {"reason": "不办了"}, DAY)
    event = act_for(house.agent, house.case, "propose", NEED, DAY)
    assert (event.party, event.role, event.person) == (agency, "agent", house.agent.number)
    end_mandate(house.li, house.case, agency, date(2026, 3, 5))
    with pytest.raises(Refused, match="no such case"):
        view(house.agent, house.case, DAY)
    assert not visible_to(house.agent).exists()
    held = models.Holding.objects.get(party=agency)
    assert (held.since, held.ended_on, held.mandate) == (DAY, date(2026, 3, 5), ["propose"])
    assert [(e.verb, e.party) for e in entries_in(house.li, house.case)] == [
        ("mandate", agency),
        ("mandate_ended", agency),
    ]


def test_a_mandate_can_be_given_again_and_both_stay_on_record(house):
    agency = str(house.agency.number)
    give_mandate(house.li, house.case, agency, ["propose"], DAY)
    give_mandate(house.li, house.case, agency, None, DAY)
    assert [(h.mandate, h.ended_on) for h in models.Holding.objects.filter(party=agency).order_by("id")] == [
        (["propose"], DAY),
        (None, None),
    ]
    end_mandate(house.agent, house.case, agency, DAY)
    with pytest.raises(Refused, match="no such mandate"):
        end_mandate(house.li, house.case, agency, DAY)


@pytest.mark.parametrize(
    ("verbs", "why"), [([], "o act was chosen"), (["publish"], "names acts"), (["nonsense"], "names acts")]
)
def test_a_mandate_names_acts_of_the_applicant(house, verbs, why):
    with pytest.raises(Refused, match=why):
        give_mandate(house.li, house.case, str(house.agency.number), verbs, DAY)


def test_who_decides_or_is_unknown_cannot_be_an_agent(house):
    with pytest.raises(Refused, match="office in charge"):
        give_mandate(house.li, house.case, str(house.office.number), None, DAY)
    with pytest.raises(Refused, match="office in charge"):
        give_mandate(house.li, house.case, house.officer.number, None, DAY)
    with pytest.raises(Refused, match="no such person"):
        give_mandate(house.li, house.case, "somebody", None, DAY)
    with pytest.raises(Refused, match="in the case already"):
        give_mandate(house.li, house.case, str(house.firm.number), None, DAY)
    assert models.Holding.objects.count() == 1


def test_only_the_applicant_gives_mandates(house):
    with pytest.raises(Refused, match="no such case"):
        give_mandate(house.stranger, house.case, str(house.agency.number), None, DAY)
    with pytest.raises(Refused, match="no such case"):
        give_mandate(house.officer, house.case, str(house.agency.number), None, DAY)
    act_for(house.li, house.case, "submit", NEED, DAY)
    with pytest.raises(Refused, match="The applicant does this"):
        give_mandate(house.officer, house.case, str(house.agency.number), None, DAY)


def test_a_co_applicant_is_in_the_case_by_its_consent_alone(house):
    school = str(house.school.number)
    asked = invite(house.li, house.case, school, DAY)
    with pytest.raises(Refused, match="no such case"):
        view(house.wang, house.case, DAY)
    with pytest.raises(Refused, match="not answered yet"):
        invite(house.li, house.case, school, DAY)
    with pytest.raises(Refused, match="no such invitation"):
        answer_invitation(house.stranger, asked.number, True, DAY)
    (waiting,) = invitations(house.wang)
    assert (waiting.consent, waiting.applicant) == (asked, str(house.firm.number))
    answer_invitation(house.wang, asked.number, True, DAY)
    assert [s.role for s in view(house.wang, house.case, DAY).standings] == [Role.PARTNER]
    with pytest.raises(Refused, match="answered already"):
        answer_invitation(house.wang, asked.number, False, DAY)
    leave(house.wang, house.case, DAY)
    with pytest.raises(Refused, match="no such case"):
        view(house.wang, house.case, DAY)
    assert [c.answer for c in consents_in(house.li, house.case)] == ["accepted"]
    assert [e.verb for e in entries_in(house.li, house.case)] == ["left"]


def test_who_declines_or_is_no_longer_asked_is_not_in_the_case(house):
    school = str(house.school.number)
    answer_invitation(house.wang, invite(house.li, house.case, school, DAY).number, False, DAY)
    again = invite(house.li, house.case, school, DAY)
    withdraw_invitation(house.li, house.case, school, DAY)
    with pytest.raises(Refused, match="answered already"):
        answer_invitation(house.wang, again.number, True, DAY)
    assert not mine(house.wang).exists()
    assert [c.answer for c in consents_in(house.li, house.case)] == ["declined", "withdrawn"]


def test_an_objector_sees_its_objection_and_the_answer_and_no_more(house):
    number = house.announced()
    assert view(house.stranger, number, DAY).events == ()
    act_for(house.stranger, number, "object", {"reason": "价格偏低"}, DAY)
    assert [h.party for h in models.Holding.objects.filter(role="objector")] == [house.stranger.number]
    act_for(house.wang, number, "uphold", {"reason": "请重新论证"}, DAY)
    shown = view(house.stranger, number, DAY)
    assert [e.verb for e in shown.events] == ["object", "uphold"]
    assert shown.row.phase != "notice"
    assert number in {case.number for case in mine(house.stranger)}
    assert not visible_to(house.stranger).exists()
    assert list(parties_of(house.stranger, number).values_list("party", flat=True)) == [house.stranger.number]
    assert not entries_in(house.stranger, number).exists()
    with pytest.raises(Refused, match="no such case"):
        view(house.li, number, DAY)


def test_experts_hold_their_seat_from_the_appointment_and_parties_never_sit(house, panelled):
    number = panelled(house)
    experts = [someone(f"e{n}", DAY) for n in range(4)]
    friends = {"experts": [*(each.number for each in experts[:2]), house.li.number]}
    with pytest.raises(Refused, match="not drawn yet"):
        act_for(house.officer, number, "appoint", friends, DAY)
    drawn = house.drawn(number, *experts)
    with pytest.raises(Refused, match="hese are not the experts"):
        act_for(house.officer, number, "appoint", drawn | friends, DAY)
    act_for(house.officer, number, "appoint", drawn, DAY)
    first, *others = drawn["experts"]
    (last,) = {each.number for each in experts} - {first, *others}
    declare_conflict(next(each for each in experts if each.number == first), house.li.number, "旧识", DAY)
    act_for(house.officer, number, "appoint", drawn | {"experts": [*others, last]}, DAY)
    held = models.Holding.objects.filter(role="expert").order_by("id")
    assert [(h.party, h.ended_on) for h in held] == [
        (first, DAY),
        *((expert, None) for expert in [*others, last]),
    ]
    with pytest.raises(Refused, match="not on the panel"):
        act(number, Standing(first, Role.EXPERT), "opine", {"score": 60}, DAY)
    act(number, Standing(last, Role.EXPERT), "opine", {"score": 60}, DAY)
