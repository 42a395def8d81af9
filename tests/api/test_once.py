"""The same request sent again, or by many at once, is performed once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from api_house import NEED, House
from django.db import connections
from django.utils import timezone

from qixi.api.models import Answer
from qixi.api.services import forget_answers
from qixi.casework import models

OPENING = {"procedure": "need", "division": "330102"}


def test_the_same_key_gets_the_same_answer(house: House):
    program = house.token("handler")
    first, second = (program.post("/cases", OPENING, "k1") for _ in range(2))
    assert first.json() == second.json()
    assert first.status_code == second.status_code == 201
    assert first.headers["Location"] == second.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert models.Case.objects.count() == 1
    assert program.post("/cases", OPENING, "k2").json() != first.json()
    assert program.post("/cases", OPENING).json() != first.json()


def test_a_key_belongs_to_one_request_of_one_person(house: House):
    program = house.token("handler")
    number = program.post("/cases", OPENING, "k1").json()["number"]
    for answer in (
        program.post("/cases", OPENING | {"subject": "x"}, "k1"),
        program.post(f"/cases/{number}/acts/withdraw", None, "k1"),
    ):
        assert answer.status_code == 422
        assert answer.json()["problems"][0]["column"] == "Idempotency-Key"
    assert house.token("handler").post("/cases", OPENING, "k1").json()["number"] == number
    assert house.token("outsider").post("/cases", OPENING, "k1").json()["number"] != number


def test_what_was_refused_leaves_its_key_free(house: House):
    program, number = house.token("handler"), house.need(submitted=False)
    assert program.post(f"/cases/{number}/acts/submit", {}, "k1").status_code == 422
    assert not Answer.objects.exists()
    assert program.post(f"/cases/{number}/acts/submit", NEED, "k1").status_code == 201
    again = program.post(f"/cases/{number}/acts/submit", NEED, "k1")
    assert (again.status_code, again.json()["seq"]) == (201, 1)
    assert program.post(f"/cases/{number}/acts/submit", NEED, "k2").status_code == 409


def test_answers_are_kept_for_a_while(house: House, settings: Any):
    program = house.token("handler")
    first = program.post("/cases", OPENING, "k1").json()
    Answer.objects.update(answered_at=timezone.now() - timedelta(hours=settings.API_ANSWERS_KEPT, seconds=1))
    assert program.post("/cases", OPENING, "k1").json() != first
    assert forget_answers(timezone.now()) == 0
    assert forget_answers(timezone.now() + timedelta(days=2)) == 1


@pytest.mark.parametrize("key", ["a b", "x" * 129, "é"])
def test_a_key_is_short_and_plain(house: House, key: str):
    assert house.token("handler").post("/cases", OPENING, key).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_key_open_one_case():
    house = House()
    program = house.token("handler")

    def send(_: int) -> str:
        try:
            answer = program.post("/cases", OPENING, "k1")
            return f"{answer.status_code} {answer.json()['number']}"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        said = Counter(pool.map(send, range(8)))
    assert list(said.values()) == [8]
    assert models.Case.objects.count() == 1
    assert models.Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_key_do_one_act_and_with_eight_keys_too():
    house = House()
    officer, numbers = house.token("officer"), [house.need() for _ in range(2)]

    def send(n: int) -> tuple[int, int]:
        try:
            same = officer.post(f"/cases/{numbers[0]}/acts/publish", None, "same").status_code
            own = officer.post(f"/cases/{numbers[1]}/acts/publish", None, f"own-{n}").status_code
            return same, own
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(send, range(8)))
    assert [same for same, _ in said] == [201] * 8
    assert Counter(own for _, own in said) == {201: 1, 409: 7}
    assert models.Event.objects.filter(verb="publish").count() == 2
