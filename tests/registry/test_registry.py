"""Organisations are entered by their cases, merged and parted; closed accounts leave the record whole."""

from __future__ import annotations

from datetime import date

import pytest

from qixi.casework.effects import perform_waiting
from qixi.casework.services import act, open_case
from qixi.core import Refused
from qixi.procedures import Role, Standing
from qixi.procedures.catalogue import newest
from qixi.procedures.credit_code import check_character
from qixi.registry.models import Division, Organisation, Post, User
from qixi.registry.queries import divisions_in, has_credit_code, posts_of
from qixi.registry.services import close_account, end_post, enter_organisation, give_post

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
STEM = "91330100MA2AXGMD2"
CODE = STEM + check_character(STEM)
FIRM, OFFICER = Standing("firm", Role.APPLICANT), Standing("officer", Role.OFFICER)
FORM = {"name": "某某公司", "code": CODE, "sort": "enterprise", "division": "330102", "contact": "李某"}


def registered() -> frozenset[str]:
    return frozenset({CODE}) if has_credit_code(CODE) else frozenset()


def verified() -> str:
    number = open_case(newest("organisation"), FIRM, "330102", DAY).number
    act(number, FIRM, "submit", FORM, DAY, {"credit_codes": registered()})
    act(number, OFFICER, "accept", {}, DAY)
    perform_waiting()
    return number


def test_divisions_are_shipped_and_lie_in_each_other():
    assert Division.objects.get(code="330102").parent.parent.name == "浙江省"
    assert divisions_in("33").count() > 90
    assert not divisions_in("33").filter(code__startswith="32").exists()


def test_an_organisation_joins_is_suspended_and_reinstated():
    number = verified()
    found = Organisation.objects.get(credit_code=CODE)
    assert (found.name, found.standing, found.division_id) == ("某某公司", "verified", "330102")
    for verb, standing in (("suspend", "suspended"), ("reinstate", "verified")):
        act(number, OFFICER, verb, {"reason": "核查"}, DAY)
        perform_waiting()
        found.refresh_from_db()
        assert found.standing == standing


def test_a_credit_code_is_registered_once():
    verified()
    again = open_case(newest("organisation"), FIRM, "330102", DAY).number
    with pytest.raises(Refused, match="registered already"):
        act(again, FIRM, "submit", FORM, DAY, {"credit_codes": registered()})


def test_a_closed_account_names_nobody_and_leaves_the_record():
    user = User.objects.create_user("li", "li@example.com", "secret-words", name="李某", phone="138")
    firm = enter_organisation("某某公司", CODE, "enterprise", "330102")
    give_post(user, firm, Post.Title.HANDLER, DAY)
    assert (
        give_post(user, firm, Post.Title.HANDLER, DAY).pk == give_post(user, firm, Post.Title.HANDLER, DAY).pk
    )
    number = user.number
    close_account(user, date(2026, 4, 1))
    user.refresh_from_db()
    assert user.number == number
    assert (user.name, user.phone, user.email, user.is_active) == ("", "", "", False)
    assert "li" not in user.username.split("-")
    assert not user.check_password("secret-words")
    assert list(posts_of(user, date(2026, 4, 2))) == []


def test_posts_are_held_from_a_day_to_a_day():
    user = User.objects.create_user("li", name="李某")
    firm = enter_organisation("某某公司", CODE, "enterprise", "330102")
    post = give_post(user, firm, Post.Title.APPROVER, DAY)
    assert [p.title for p in posts_of(user, DAY)] == ["approver"]
    assert list(posts_of(user, date(2026, 3, 1))) == []
    end_post(post, date(2026, 3, 10))
    assert list(posts_of(user, date(2026, 3, 11))) == []


def test_an_unknown_division_is_refused():
    with pytest.raises(Refused, match="no division 999999"):
        enter_organisation("某某公司", CODE, "enterprise", "999999")
