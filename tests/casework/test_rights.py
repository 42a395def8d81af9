"""Who may not, though it could be tried: the suspended, officers in drafts, agents without a confirmation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from household import DAY, DECISION, NEED, PROPOSAL, House, code, someone

from qixi.casework import models
from qixi.casework.effects import perform_waiting
from qixi.casework.queries import cases, desk, mine, row_of, view, visible_to
from qixi.casework.services import act_for, act_on_many, give_mandate, open_for
from qixi.core import Refused
from qixi.procedures import Kind, Role, effects
from qixi.procedures.catalogue import catalogue, newest
from qixi.procedures.values import LONGEST_CODE
from qixi.registry.models import Message, Notice, Organisation
from qixi.registry.services.organisations import set_standing
from qixi.registry.services.published import announce

pytestmark = pytest.mark.django_db

JOINING = {
    "name": "新公司",
    "code": code(70),
    "sort": "enterprise",
    "division": "330102",
    "contact": "赵某",
}


def test_an_organisation_suspended_after_it_submitted_binds_itself_to_nothing(house: House) -> None:
    number = open_for(house.wang, newest("price"), str(house.school.number), "330106", DAY).number
    act_for(house.wang, number, "submit", PROPOSAL, DAY)
    set_standing(house.school, Organisation.Standing.SUSPENDED)
    choices = {each.act.verb: each.why_not for each in view(house.wang, number, DAY).choices}
    assert choices["announce"]
    assert not choices["withdraw"]
    with pytest.raises(Refused, match="is suspended"):
        act_for(house.wang, number, "announce", DECISION, DAY)
    set_standing(house.school, Organisation.Standing.VERIFIED)
    act_for(house.wang, number, "announce", DECISION, DAY)


def test_the_suspended_answer_what_they_are_asked_and_withdraw(house: House) -> None:
    act_for(house.li, house.case, "submit", NEED, DAY)
    act_for(house.officer, house.case, "correct", {"points": ["请补充指标"]}, DAY)
    set_standing(house.firm, Organisation.Standing.SUSPENDED)
    act_for(house.li, house.case, "resubmit", NEED, DAY)
    act_for(house.li, house.case, "withdraw", {"reason": "不再需要"}, DAY)


def test_an_officer_oversees_what_an_institution_decides_itself(house: House) -> None:
    number = house.announced()
    roles = [each.role for each in view(house.officer, number, DAY).standings]
    assert roles == [Role.OFFICER, Role.OBJECTOR]
    act_for(house.stranger, number, "object", {"reason": "价格偏低"}, DAY)
    perform_waiting()
    told = Message.objects.filter(party=house.officer.number, case=number)
    assert "see that it does" in told.get().en
    act_for(house.wang, number, "dismiss", {"reason": "评估充分"}, DAY)
    assert act_for(house.officer, number, "object", {"reason": "未附评估报告"}, DAY).role == Role.OBJECTOR
    shown = [event.verb for event in view(house.officer, number, DAY).events]
    assert shown == ["open", "submit", "announce", "object", "dismiss", "object"]


def test_where_the_office_decides_its_officers_do_not_object(
    house: House, panelled: Callable[[House], str]
) -> None:
    number = panelled(house)
    models.Case.objects.filter(number=number).update(phase="notice")
    assert [each.role for each in view(house.officer, number, DAY).standings] == [Role.OFFICER]
    assert [each.role for each in view(house.stranger, number, DAY).standings] == [Role.OBJECTOR]


def test_a_draft_is_nobodys_business_but_its_parties(house: House) -> None:
    with pytest.raises(Refused, match="no such case"):
        row_of(house.officer, house.case)
    assert not visible_to(house.officer).exists()
    assert not desk(house.officer).exists()
    act_for(house.li, house.case, "submit", NEED, DAY)
    assert row_of(house.officer, house.case).handed_in_on == DAY
    assert desk(house.officer).get().number == house.case


def test_a_draft_that_was_given_up_stays_its_parties_business(house: House) -> None:
    act_for(house.li, house.case, "withdraw", {"reason": "不再需要"}, DAY)
    assert visible_to(house.li).exists()
    assert not visible_to(house.officer).exists()


def test_what_is_corrected_is_no_draft(house: House) -> None:
    act_for(house.li, house.case, "submit", NEED, DAY)
    act_for(house.officer, house.case, "correct", {"points": ["请补充指标"]}, DAY)
    assert desk(house.officer).get().phase == "draft"


def test_an_officer_goes_on_with_the_draft_it_began_for_a_firm(house: House) -> None:
    colleague = someone("colleague", DAY, (house.office, "officer"))
    number = open_for(house.officer, newest("need"), str(house.firm.number), "330102", DAY).number
    assert mine(house.officer).get().number == number
    assert desk(house.officer).get().number == number
    with pytest.raises(Refused, match="no such case"):
        row_of(colleague, number)
    act_for(house.officer, number, "propose", NEED, DAY)
    act_for(house.li, number, "confirm", {}, DAY)
    assert row_of(colleague, number).number == number


def test_who_is_no_officer_any_more_has_nothing_by_having_been_one(house: House) -> None:
    number = open_for(house.officer, newest("need"), str(house.firm.number), "330102", DAY).number
    set_standing(house.office, Organisation.Standing.SUSPENDED)
    before = someone("before", DAY)
    left = type(before)(house.officer.number)
    assert not mine(left).exists()
    with pytest.raises(Refused, match="no such case"):
        row_of(left, number)


@pytest.mark.parametrize("mandate", [None, ["propose", "withdraw"]])
def test_an_agent_asks_the_firm_to_confirm_whatever_its_mandate(
    house: House, mandate: list[str] | None
) -> None:
    give_mandate(house.li, house.case, str(house.agency.number), mandate, DAY)
    offered = {each.act.verb for each in view(house.agent, house.case, DAY).choices}
    assert offered == {"propose", "withdraw"}
    with pytest.raises(Refused, match="cannot be done"):
        act_for(house.agent, house.case, "submit", NEED, DAY)
    act_for(house.agent, house.case, "propose", NEED, DAY)
    with pytest.raises(Refused, match="cannot be done"):
        act_for(house.agent, house.case, "confirm", {}, DAY)


def test_no_mandate_names_what_an_agent_does_otherwise(house: House) -> None:
    with pytest.raises(Refused, match="names acts that an agent cannot perform"):
        give_mandate(house.li, house.case, str(house.agency.number), ["submit"], DAY)


def joining(name: str, at: str = "330102", **other: str) -> str:
    """Return a case in which somebody asks for an organisation to be entered."""
    who = someone(name, DAY)
    number = open_for(who, newest("organisation"), who.number, at, DAY).number
    act_for(who, number, "submit", JOINING | other, DAY)
    return number


def test_of_two_cases_with_one_credit_code_the_second_is_not_accepted(house: House) -> None:
    first, second = joining("first"), joining("second")
    act_for(house.officer, first, "accept", {}, DAY)
    assert view(house.officer, second, DAY).choice("accept").why_not
    with pytest.raises(Refused, match="registered already"):
        act_for(house.officer, second, "accept", {}, DAY)
    assert perform_waiting()[1] == 0
    assert Organisation.objects.get(credit_code=code(70)).entered_by == first
    assert models.Case.objects.get(number=second).step == "intake"


def test_a_claim_holds_where_both_were_looked_at_before(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = joining("first"), joining("second")
    act_for(house.officer, first, "accept", {}, DAY)
    monkeypatch.setattr("qixi.casework.queries.cases._is_taken", lambda code: False)
    with pytest.raises(Refused, match="nother case has just"):
        act_for(house.officer, second, "accept", {}, DAY)
    assert models.Case.objects.get(number=second).step == "intake"


def test_an_organisation_of_no_division_is_not_accepted(house: House) -> None:
    number = joining("nowhere", "3301", division="330199")
    with pytest.raises(Refused, match=r"(?i)no division 330199"):
        act_for(house.officer, number, "accept", {}, DAY)
    assert models.Case.objects.get(number=number).step == "intake"


def test_only_officers_act_in_many_cases_at_once(house: House) -> None:
    with pytest.raises(Refused, match="fficers do this"):
        act_on_many(house.li, [house.case], "withdraw", {"reason": "不再需要"}, DAY)


def test_a_long_code_fits_every_table(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = replace(newest("price"), code="p" * LONGEST_CODE)
    known = {**catalogue(), (longest.code, 1): longest}
    monkeypatch.setattr(cases, "catalogue", lambda: known)
    monkeypatch.setitem(effects._PERFORMERS, (Kind.PUBLISH, longest.code), announce)
    models.Case.objects.all().update(number=f"2026-{longest.code}-0999999", code=longest.code)
    number = open_for(house.wang, longest, str(house.school.number), "330106", DAY).number
    act_for(house.wang, number, "submit", PROPOSAL, DAY)
    act_for(house.wang, number, "announce", DECISION, DAY)
    assert perform_waiting()[1] == 0
    assert Notice.objects.get().case == number
    assert len(number) == 5 + LONGEST_CODE + 8
