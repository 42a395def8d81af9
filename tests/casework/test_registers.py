"""What cases do reaches the registers, and what they hold of a person can be had."""

from __future__ import annotations

from datetime import date

import pytest

from qixi.casework.effects import perform_waiting
from qixi.casework.queries import view
from qixi.casework.services import act_for, open_for
from qixi.core import Refused
from qixi.procedures.catalogue import newest
from qixi.procedures.credit_code import check_character
from qixi.registry.demo import acting_as, organisation_named, sample_province
from qixi.registry.models import User
from qixi.registry.personal_data import export_of
from qixi.registry.queries import organisation_under, published_needs
from qixi.registry.services import open_account

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
STEM = "91990000XXTEST001".replace("S", "5")
CODE = STEM + check_character(STEM)
JOINING = {"name": "示例·新公司", "code": CODE, "sort": "office", "division": "330106", "contact": "李某"}


def test_who_brings_an_organisation_in_approves_for_it():
    sample_province(DAY)
    open_account("founder", "founder@demo.invalid", "李某")
    founder = acting_as("founder", DAY)
    number = open_for(founder, newest("organisation"), founder.number, "330106", DAY).number
    act_for(founder, number, "submit", JOINING, DAY)
    act_for(acting_as("demo-county", DAY), number, "accept", {}, DAY)
    assert perform_waiting()[1] == 0
    body = organisation_under(CODE)
    assert body is not None
    assert acting_as("founder", DAY).posts == {str(body.number): frozenset({"handler", "approver"})}
    held = export_of(User.objects.get(username="founder"))["cases"]
    assert [each["verb"] for each in held["steps"]] == ["open", "submit"]


def test_of_two_who_join_with_the_same_code_one_is_accepted():
    sample_province(DAY)
    county, numbers = acting_as("demo-county", DAY), []
    for name, said in (("founder", {}), ("second", {"name": "别的单位", "sort": "enterprise"})):
        open_account(name, f"{name}@demo.invalid", name)
        founder = acting_as(name, DAY)
        number = open_for(founder, newest("organisation"), founder.number, "330106", DAY).number
        act_for(founder, number, "submit", JOINING | said, DAY)
        numbers.append(number)
    act_for(county, numbers[1], "accept", {}, DAY)
    perform_waiting()
    with pytest.raises(Refused, match="registered already"):
        act_for(county, numbers[0], "accept", {}, DAY)
    assert "registered already" in str(view(county, numbers[0], DAY).choice("accept").why_not)
    assert organisation_under(CODE).name == "别的单位"
    assert not acting_as("founder", DAY).posts


def test_an_office_brings_in_only_what_lies_in_its_division():
    sample_province(DAY)
    open_account("founder", "founder@demo.invalid", "李某")
    founder, county = acting_as("founder", DAY), acting_as("demo-county", DAY)
    number = open_for(founder, newest("organisation"), founder.number, "330106", DAY).number
    wider = JOINING | {"division": "330000"}
    with pytest.raises(Refused, match="in which the case was begun"):
        act_for(founder, number, "submit", wider, DAY)
    act_for(founder, number, "submit", JOINING, DAY)
    act_for(county, number, "correct", {"points": ["名称"]}, DAY)
    with pytest.raises(Refused, match="in which the case was begun"):
        act_for(founder, number, "resubmit", wider, DAY)


def test_a_need_that_is_published_is_read_by_all_and_renewed():
    sample_province(DAY)
    firm, county = acting_as("demo-firm", DAY), acting_as("demo-county", DAY)
    party = str(organisation_named("enterprise1").number)
    need = {
        "title": "微藻采收",
        "problem": "高密度培养后的采收成本过高",
        "way": "open",
        "confidential": "配方",
    }
    number = open_for(firm, newest("need"), party, "330106", DAY).number
    act_for(firm, number, "submit", need, DAY)
    act_for(county, number, "publish", {}, DAY)
    assert perform_waiting()[1] == 0
    first = published_needs(DAY).get()
    assert (first.title, first.party) == ("微藻采收", party)
    act_for(firm, number, "renew", {}, date(2026, 6, 1))
    perform_waiting()
    assert published_needs(DAY).get().expires_on > first.expires_on
    act_for(firm, number, "withdraw", {"reason": "已解决"}, date(2026, 6, 2))
    perform_waiting()
    assert not published_needs(date(2026, 6, 2)).exists()
