"""A demonstration lets people in by one click, and says loudly that it is one; nothing else does."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from web_house import House, today

from qixi.registry.demo import ACCOUNTS, sample_province

pytestmark = pytest.mark.django_db


def test_only_a_demonstration_lets_people_in_by_a_click(house: House):
    sample_province(today())
    client = Client()
    assert client.get("/demo").status_code == 404
    assert client.post("/demo", {"account": "demo-operator"}).status_code == 404
    assert client.get("/office/").status_code == 302


@override_settings(DEMO=True)
def test_each_role_is_entered_by_a_click_and_nobody_else(house: House):
    sample_province(today())
    client = Client()
    said = client.get("/demo").content.decode()
    assert "演示环境" in said
    for account in ACCOUNTS:
        assert account.role.zh in said
        assert client.post("/demo", {"account": account.username}).status_code == 302
        assert account.name in client.get("/").content.decode()
    for other in ("handler", "operator", "", "demo-nobody"):
        assert client.post("/demo", {"account": other}).status_code == 404
