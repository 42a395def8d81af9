"""The operators' pages: cases are looked at and not into, registers are written by services alone."""

from __future__ import annotations

import pytest
from django.apps import apps
from web_house import NEED, SECRET, House

from qixi.casework.models import Case, Outbox

pytestmark = pytest.mark.django_db


def test_the_office_is_for_operators_alone(house: House):
    for who in (None, "handler", "officer", "outsider"):
        assert house.client(who).get("/office/").status_code == 302
    for who in ("handler", "officer"):
        assert house.client(who).get("/work").status_code == 404
    for page in ("/office/", "/work"):
        assert house.client("operator").get(page).status_code == 200


def test_cases_cannot_be_changed_in_the_office_nor_read(house: House):
    number = house.case("need", ("handler", "submit", NEED), ("officer", "publish", {}))
    client, key = house.client("operator"), Case.objects.get(number=number).pk
    for model in ("case", "event", "holding", "outbox"):
        page = client.get(f"/office/casework/{model}/")
        assert page.status_code == 200
        assert client.get(f"/office/casework/{model}/add/").status_code == 403
        first = {"case": key}.get(model) or apps.get_model("casework", model).objects.first().pk
        one = client.get(f"/office/casework/{model}/{first}/change/")
        assert one.status_code == 200
        for said in (page, one):
            assert SECRET not in said.content.decode()
            assert "微藻" not in said.content.decode()
        assert client.post(f"/office/casework/{model}/{first}/change/", {"step": "x"}).status_code == 403
        assert client.post(f"/office/casework/{model}/{first}/delete/", {"post": "yes"}).status_code == 403
    assert Case.objects.get(number=number).step == "published"


def test_every_register_can_be_looked_at_and_not_changed(house: House):
    client = house.client("operator")
    for model in ("user", "organisation", "post", "division"):
        assert client.get(f"/office/registry/{model}/?q=x").status_code == 200
    page = f"/office/registry/user/{house.people['handler'].pk}/change/"
    assert client.get(page).status_code == 200
    assert "md5$" not in client.get(page).content.decode()
    assert client.post(page, {"is_staff": "on"}).status_code == 403


@pytest.mark.parametrize(
    "asked",
    [
        "casework/event/?data__confidential__startswith=x",
        "casework/event/?case__events__data__contains=x",
        "casework/outbox/?content__startswith=x",
        "registry/user/?password__startswith=md5",
        "registry/user/?email__contains=x",
    ],
)
def test_nobody_filters_by_what_is_hidden(house: House, asked: str):
    assert house.client("operator").get(f"/office/{asked}").status_code == 400


def test_filters_that_are_shown_work(house: House):
    for asked in ("casework/event/?verb__exact=open", "casework/outbox/?performed_at__isempty=1"):
        assert house.client("operator").get(f"/office/{asked}").status_code == 200
    assert house.client("operator").get("/office/registry/user/?is_active__exact=1").status_code == 200


def test_the_office_has_no_sign_in_of_its_own(house: House):
    answer = house.client().post("/office/login/", {"username": "operator", "password": "x"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


def test_a_period_that_is_held_up_is_shown_with_the_reason(house: House):
    number = house.case("need", ("handler", "submit", NEED), ("officer", "publish", {}))
    Case.objects.update(time_tries=3, time_failure="KeyError: ('need', 99)")
    page = house.client("operator").get("/work").content.decode()
    assert number in page
    assert "KeyError" in page


def test_what_was_given_up_is_tried_again(house: House):
    house.case("need", ("handler", "submit", NEED), ("officer", "publish", {}))
    Outbox.objects.update(tries=99, failure="RuntimeError: no room")
    client = house.client("operator")
    assert "RuntimeError: no room" in client.get("/work").content.decode()
    assert client.post("/work").status_code == 302
    assert not Outbox.objects.exclude(tries=0).exists()
