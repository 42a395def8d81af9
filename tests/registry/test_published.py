"""What cases publish is read by all until it runs out or is taken down, whatever the order it comes in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import QuerySet
from people import DAY, acting, body, officer, person

from qixi.procedures.effects import Cause, performer_of
from qixi.procedures.values import Kind
from qixi.registry.models import Notice
from qixi.registry.queries import contracts_visible_to, figures, published_needs

pytestmark = pytest.mark.django_db
NEED = {
    "title": "微藻采收",
    "problem": "采收成本过高",
    "way": "development",
    "budget": "200000",
    "deadline": None,
}
PRICE = {
    "name": "一种浆料",
    "summary": "低温浆料",
    "way": "transfer",
    "price": "500000",
    "related": False,
    "relation": "",
}
CONTRACT = PRICE | {"number": "HT-1", "signed_on": "2026-04-01", "amount": "510000.50"}


def perform(kind: Kind, code: str, seq: int, content: dict, on: date = DAY, party: str = "firm") -> None:
    performer = performer_of(kind, code)
    assert performer is not None
    performer(Cause(f"{code}-1#{seq}.0", f"{code}-1", code, "", "330102", party, party, on, DAY), content)


def standing() -> QuerySet[Notice]:
    """Return the prices on record that were not taken down."""
    return Notice.objects.filter(withdrawn_on__isnull=True)


def test_a_need_is_published_renewed_and_taken_down():
    perform(Kind.PUBLISH, "need", 2, NEED)
    need = published_needs(DAY).get()
    assert (need.title, need.budget, need.expires_on) == ("微藻采收", Decimal(200000), date(2026, 8, 31))
    assert not published_needs(date(2026, 9, 1)).exists()
    perform(Kind.PUBLISH, "need", 3, NEED, date(2026, 8, 1))
    need.refresh_from_db()
    assert (need.published_on, need.expires_on) == (DAY, date(2027, 1, 28))
    perform(Kind.WITHDRAW, "need", 4, {}, date(2026, 9, 1))
    assert not published_needs(date(2026, 9, 1)).exists()


def test_nothing_confidential_is_kept():
    perform(Kind.PUBLISH, "need", 2, NEED | {"confidential": "配方"})
    assert "配方" not in str(published_needs(DAY).values())


def test_effects_that_come_late_change_nothing_newer():
    perform(Kind.WITHDRAW, "need", 4, {})
    perform(Kind.PUBLISH, "need", 2, NEED)
    assert not published_needs(DAY).exists()
    perform(Kind.PUBLISH, "price", 3, PRICE)
    perform(Kind.PUBLISH, "price", 7, PRICE | {"price": "600000"})
    perform(Kind.WITHDRAW, "price", 5, {})
    perform(Kind.PUBLISH, "price", 3, PRICE)
    assert standing().get().price == 600_000


def test_a_price_is_announced_until_its_contract_is_recorded():
    school = body(1, "浙江某大学", "university")
    number = str(school.number)
    perform(Kind.PUBLISH, "price", 3, PRICE, party=number)
    assert standing().get().ends_on == date(2026, 3, 17)
    for _ in range(2):
        perform(Kind.CERTIFY, "price", 6, CONTRACT, date(2026, 4, 1), number)
    assert not standing().exists()
    mine = contracts_visible_to(acting(person("li", school, "handler"))).get()
    assert (mine.number, mine.amount, mine.signed_on) == ("HT-1", Decimal("510000.50"), date(2026, 4, 1))
    assert contracts_visible_to(officer("33")).count() == 1
    assert not contracts_visible_to(acting(person("stranger"))).exists()


def test_a_price_found_by_a_market_has_no_notice_to_take_down():
    perform(Kind.WITHDRAW, "price", 5, {})
    assert not Notice.objects.exists()


def test_figures_roll_up_by_division():
    body(1, "甲公司", division="330102")
    body(2, "乙公司", division="330106")
    body(3, "丙大学", "university", "3302")
    perform(Kind.PUBLISH, "need", 2, NEED)
    whole, *parts = figures("33", DAY)
    assert (dict(whole.organisations), whole.needs) == ({"enterprise": 2, "university": 1}, 1)
    by_code = {each.division.code: each for each in parts}
    assert dict(by_code["3301"].organisations) == {"enterprise": 2}
    assert (by_code["3301"].needs, by_code["3302"].needs) == (1, 0)
    assert figures("99", DAY) == ()
