"""The operators' pages: cases are looked at and not into, registers are written by services alone."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.test import RequestFactory
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


def test_nobody_edits_factors_addresses_or_groups_there(house: House):
    """Also no superuser, as whom the operator of these tests signs in."""
    client = house.client("operator")
    for model in (
        "auth/group",
        "account/emailaddress",
        "mfa/authenticator",
        "socialaccount/socialaccount",
        "socialaccount/socialtoken",
    ):
        assert client.get(f"/office/{model}/").status_code == 404
    assert client.get("/office/django_tasks_database/dbtaskresult/").status_code == 200
    assert client.get("/office/django_tasks_database/dbtaskresult/add/").status_code == 403
    assert (
        client.get("/office/django_tasks_database/dbtaskresult/?args_kwargs__contains=1").status_code == 400
    )


def test_no_register_is_open_to_change_to_a_superuser(house: House):
    request = RequestFactory().get("/office/")
    request.user = house.people["operator"]
    edited = {
        model.__name__
        for model, register in site._registry.items()
        if register.has_change_permission(request)
        or register.has_add_permission(request)
        or register.has_delete_permission(request)
    }
    assert edited == {"SocialApp"}


def test_registers_are_named_in_both_languages(house: House):
    page = house.client("operator").get("/office/").content.decode()
    for words in ("账号 / accounts", "案件 / cases", "登记记录 / entries", "待执行事项 / effects"):
        assert words in page
    assert "Entrys" not in page
    ours = [model for model in site._registry if model.__module__.startswith("qixi.")]
    assert all(" / " in str(model._meta.verbose_name_plural) for model in ours)
