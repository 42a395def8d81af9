"""The sample province is filled in once, and each of its people is what it is said to be."""

from __future__ import annotations

import pytest
from django.test import Client
from people import DAY, acting, body, person

from qixi.core import Refused
from qixi.registry import demo
from qixi.registry.models import Asset, Entry, Expert, Organisation, Post, Share, User
from qixi.registry.queries import experts_on, likely_variants
from qixi.registry.services import lock_account, unlock_account

pytestmark = pytest.mark.django_db
COUNTED = (Asset, Entry, Expert, Organisation, Post, Share, User)


def test_the_sample_is_filled_in_once():
    accounts = demo.sample_province(DAY)
    first = [model.objects.count() for model in COUNTED]
    assert demo.sample_province(DAY) == accounts
    assert [model.objects.count() for model in COUNTED] == first
    kinds = Organisation.objects.filter(standing="verified").values_list("kind", flat=True)
    assert {kind: list(kinds).count(kind) for kind in kinds} == {
        "office": 3,
        "enterprise": 6,
        "university": 6,
        "institute": 6,
        "hospital": 6,
        "service": 6,
        "bank": 6,
    }
    assert all(demo.MARK in name for name in Organisation.objects.values_list("name", flat=True))
    assert all(mail.endswith("@demo.invalid") for mail in User.objects.values_list("email", flat=True))
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_each_is_what_it_is_said_to_be():
    demo.sample_province(DAY)
    firm = str(demo.organisation_named("enterprise1").number)
    assert demo.acting_as("demo-firm", DAY).posts == {firm: frozenset({"handler"})}
    assert demo.acting_as("demo-firm", DAY).verified == {firm}
    for name, division in (("demo-province", "33"), ("demo-city", "3301"), ("demo-county", "330106")):
        assert demo.acting_as(name, DAY).divisions == {division}
    assert demo.acting_as("demo-operator", DAY).operator
    assert experts_on(DAY).count() == 5
    school = demo.organisation_named("university1")
    assert likely_variants(demo.acting_as("demo-province", DAY), school).count() == 1


@pytest.fixture
def operator():
    user = person("operator")
    user.is_staff = True
    user.save()
    return user


def test_operators_look_and_write_nothing(operator):
    client = Client()
    client.force_login(operator)
    firm = body(1, "某某公司")
    for model in ("user", "organisation", "post", "division", "entry", "publishedneed", "notice"):
        assert client.get(f"/office/registry/{model}/").status_code == 200
        assert client.get(f"/office/registry/{model}/add/").status_code == 403
    page = f"/office/registry/organisation/{firm.pk}/"
    assert client.get(page + "change/").status_code == 200
    assert client.post(page + "change/", {"name": "改名"}).status_code == 403
    assert client.post(page + "delete/", {"post": "yes"}).status_code == 403
    for model in ("asset", "message", "invitation"):
        assert client.get(f"/office/registry/{model}/").status_code == 404
    firm.refresh_from_db()
    assert firm.name == "某某公司"


def test_operators_lock_accounts_and_others_do_not(operator):
    user = person("li")
    client, other = Client(), Client()
    client.force_login(operator)
    other.force_login(user)
    asked = {"action": "lock", "_selected_action": [user.pk, operator.pk]}
    client.post("/office/registry/user/", asked)
    assert not acting(User.objects.get(pk=user.pk)).number
    assert acting(User.objects.get(pk=operator.pk)).operator
    assert Entry.objects.get(verb="lock").person == str(operator.number)
    unlock_account(acting(operator), str(user.number), DAY)
    assert acting(User.objects.get(pk=user.pk)).number
    with pytest.raises(Refused, match="operator"):
        lock_account(acting(user), str(operator.number), DAY)
    assert other.get("/office/registry/user/").status_code == 302
