"""Who has left has left at once, and nobody gives a post to itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people import DAY, acting, body, officer, person

from qixi.core import Refused
from qixi.registry.models import Post
from qixi.registry.queries import people_of
from qixi.registry.services import accept_invitation, appoint_person, dismiss_person, invite

pytestmark = pytest.mark.django_db


def test_who_is_dismissed_holds_nothing_from_that_day_and_cannot_come_back():
    firm = body(1, "某某公司")
    number = str(firm.number)
    boss, other = person("boss", firm, "approver"), person("other", firm, "approver")
    _, offered = invite(acting(other), number, "handler", DAY)
    dismiss_person(acting(boss), number, str(other.number), "approver", DAY)
    assert acting(other).posts == {}
    assert list(people_of(number, DAY)) == [boss]
    for again in (
        lambda: appoint_person(acting(other), number, str(other.number), "approver", DAY),
        lambda: invite(acting(other), number, "approver", DAY),
        lambda: dismiss_person(acting(other), number, str(boss.number), "approver", DAY),
        lambda: accept_invitation(person("friend"), offered, DAY),
    ):
        with pytest.raises(Refused):
            again()


def test_the_last_approver_who_can_still_sign_in_stays():
    firm = body(1, "某某公司")
    boss, gone = person("boss", firm, "approver"), person("gone", firm, "approver")
    person("clerk", firm, "handler")
    gone.is_active = False
    gone.save()
    with pytest.raises(Refused, match="post of an approver first"):
        dismiss_person(acting(boss), str(firm.number), str(boss.number), "approver", DAY)


def test_nobody_gives_a_post_to_itself():
    firm = body(1, "某某公司")
    number = str(firm.number)
    boss = person("boss", firm, "approver")
    with pytest.raises(Refused, match="to oneself"):
        appoint_person(acting(boss), number, str(boss.number), "leader", DAY)
    _, token = invite(acting(boss), number, "leader", DAY)
    with pytest.raises(Refused, match="to oneself"):
        accept_invitation(boss, token, DAY + timedelta(days=1))


def test_an_officer_names_the_first_approver_of_a_firm_and_no_more():
    firm, county = body(1, "某某公司"), officer("3301")
    number = str(firm.number)
    for title in ("handler", "leader"):
        with pytest.raises(Refused, match="pprovers of the organisation"):
            invite(county, number, title, DAY)
    _, token = invite(county, number, "approver", DAY)
    first = person("first")
    accept_invitation(first, token, DAY)
    for attempt in (
        lambda: invite(county, number, "approver", DAY),
        lambda: appoint_person(county, number, str(first.number), "handler", DAY),
        lambda: dismiss_person(county, number, str(first.number), "approver", DAY),
    ):
        with pytest.raises(Refused, match="pprovers of the organisation"):
            attempt()
    assert Post.objects.filter(organisation=firm).count() == 1
