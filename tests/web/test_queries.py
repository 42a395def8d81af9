"""How often pages ask the database: as often for many cases as for few, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from web_house import NEED, House, today

from qixi.casework.effects import perform_waiting
from qixi.casework.services import act_for, attach

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "page", "count"),
    [("officer", "/desk", 8), ("officer", "/desk/figures", 16), ("handler", "/cases", 9)],
)
@pytest.mark.parametrize("cases", [1, 6])
def test_a_list_asks_as_often_for_many_as_for_few(
    house: House, who: str, page: str, count: int, cases: int, django_assert_num_queries: Callable[..., Any]
):
    for _ in range(cases):
        house.need()
    client = house.client(who)
    with django_assert_num_queries(count):
        client.get(page)


@pytest.mark.parametrize(("who", "count"), [("officer", 17), ("handler", 17)])
@pytest.mark.parametrize("others", [0, 6])
def test_the_page_of_a_case_asks_nothing_twice(
    house: House, who: str, count: int, others: int, django_assert_num_queries: Callable[..., Any]
):
    for _ in range(others):
        house.need()
    number = house.need()
    attach(house.actor("handler"), number, "说明.txt", "日处理量".encode(), today())
    act_for(house.actor("officer"), number, "correct", {"points": ["请补充日处理量"]}, today())
    act_for(house.actor("handler"), number, "resubmit", NEED, today())
    perform_waiting()
    client = house.client(who)
    with django_assert_num_queries(count):
        client.get(f"/cases/{number}")
