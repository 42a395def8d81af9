"""The second of two who looked at the same is told, and nothing of what it sent is done."""

from __future__ import annotations

import pytest
from api_house import NEED, House
from test_proposals import chained  # noqa: F401  a fixture
from test_refusing import problem

from qixi.casework import models


def test_the_second_of_two_is_told(house: House):
    number, handler = house.need(submitted=False), house.token("handler")
    looked_at = handler.get(f"/cases/{number}").headers["ETag"]
    assert looked_at == '"1"'
    done = handler.post(f"/cases/{number}/acts/submit", NEED, **{"If-Match": looked_at})
    assert (done.status_code, done.headers["ETag"]) == (201, '"2"')
    assert handler.get(f"/cases/{number}").headers["ETag"] == '"2"'
    late = handler.post(f"/cases/{number}/acts/withdraw", {}, **{"If-Match": looked_at})
    told = problem(late, 412, "stale")
    assert told["problems"][0]["remedy"]["zh"]
    assert models.Case.objects.get(number=number).length == 2


@pytest.mark.parametrize("strange", ['"x"', 'W/"1"', "1", '"1", "2"', '"999999999"'])
def test_a_tag_that_is_none_of_ours_matches_nothing(house: House, strange: str):
    number = house.need(submitted=False)
    sent = house.token("handler").post(f"/cases/{number}/acts/submit", NEED, **{"If-Match": strange})
    problem(sent, 412, "stale")


def test_without_a_tag_or_with_any_it_is_done(house: House):
    for tag in ("", "*"):
        number = house.need(submitted=False)
        sent = house.token("handler").post(f"/cases/{number}/acts/submit", NEED, **{"If-Match": tag})
        assert sent.status_code == 201


def test_the_same_request_sent_again_gets_its_answer_though_the_case_has_moved_on(house: House):
    number, handler = house.need(submitted=False), house.token("handler")
    first, second = (
        handler.post(f"/cases/{number}/acts/submit", NEED, "k1", **{"If-Match": '"1"'}) for _ in range(2)
    )
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"


def test_what_is_proposed_rests_on_what_was_seen(chained: House):  # noqa: F811
    number, handler = chained.need(submitted=False), chained.token("handler")
    path = f"/cases/{number}/acts/submit"
    problem(handler.post(path, NEED, **{"If-Match": '"7"'}), 412, "stale")
    assert handler.post(path, NEED, **{"If-Match": '"1"'}).status_code == 202


def test_an_outsider_learns_nothing_by_tags(house: House):
    for number in (house.need(), "2026-need-999999"):
        sent = house.token("outsider").post(f"/cases/{number}/acts/submit", NEED, **{"If-Match": '"1"'})
        problem(sent, 404, "not-found")


def test_of_two_who_describe_an_asset_the_second_is_told(house: House):
    number, handler = house.asset(), house.token("handler")
    looked_at = handler.get(f"/assets/{number}").headers["ETag"]
    done = handler.put(f"/assets/{number}", {"title": "甲工艺"}, **{"If-Match": looked_at})
    assert done.status_code == 200
    assert done.headers["ETag"] != looked_at
    problem(handler.put(f"/assets/{number}", {"title": "乙工艺"}, **{"If-Match": looked_at}), 412, "stale")
    assert handler.get(f"/assets/{number}").json()["title"] == "甲工艺"
