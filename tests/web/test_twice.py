"""The same page sent by two hands at once does one thing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connections
from web_house import NEED, House, build

from qixi.casework.models import Event
from qixi.registry.models import Division

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("verb", "before"), [("submit", []), ("renew", [("handler", "submit", NEED), ("officer", "publish", {})])]
)
def test_a_page_sent_twice_at_once_acts_once(verb, before):
    if not Division.objects.exists():
        import_module("qixi.registry.migrations.0002_divisions").load(apps, None)
    house: House = build()
    number = house.case("need", *before)
    clients = [house.client("handler") for _ in range(4)]

    def send(client) -> tuple[int, str]:
        try:
            data = (NEED if verb == "submit" else {}) | {"seen": str(len(before) + 1)}
            answer = client.post(f"/cases/{number}/acts/{verb}", data)
            return answer.status_code, answer.url
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, clients))
    assert answers == {(302, f"/cases/{number}")}
    assert Event.objects.filter(case__number=number, verb=verb).count() == 1
