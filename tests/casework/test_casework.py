"""Cases in a database: one decision however many decide, nothing lost, nothing doubled."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection, connections

from qixi.casework import models
from qixi.casework.effects import PATIENCE, perform_waiting
from qixi.casework.queries import case_of
from qixi.casework.services import act, appoint, open_case, tick
from qixi.core import Refused
from qixi.procedures import Kind, Role, Standing, replay
from qixi.procedures import effects as performing
from qixi.procedures.catalogue import newest

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 3, 2)
FIRM, OFFICER = Standing("firm", Role.APPLICANT), Standing("officer", Role.OFFICER)
NEED = {"title": "微藻采收", "problem": "高密度培养后的采收成本过高，需低于每吨二百元", "way": "development"}
KNOWN: dict[str, object] = {"applicant_verified": True}


def submitted() -> str:
    number = open_case(newest("need"), FIRM, "330100", DAY, "N1").number
    act(number, FIRM, "submit", NEED, DAY, KNOWN)
    return number


def test_a_case_is_its_events():
    number = submitted()
    act(number, OFFICER, "publish", {}, DAY)
    row = models.Case.objects.get(number=number)
    assert (row.step, row.phase, row.length, row.outcome) == ("published", "in_force", 3, "")
    assert (row.due_on, row.time_acts_on) == (date(2026, 8, 31), date(2026, 8, 31))
    case = case_of(row)
    assert replay(case.number, case.code, case.version, case.division, case.events) == case
    assert [e.verb for e in case.events] == ["open", "submit", "publish"]


def test_a_refusal_leaves_nothing_behind():
    number = submitted()
    before = (models.Event.objects.count(), models.Case.objects.get(number=number).length)
    with pytest.raises(Refused, match="cannot be done in the step"):
        act(number, FIRM, "publish", {}, DAY)
    with pytest.raises(Refused):
        act(number, OFFICER, "refuse", {"reason": ""}, DAY)
    assert (models.Event.objects.count(), models.Case.objects.get(number=number).length) == before
    with pytest.raises(Refused, match="There is no such case"):
        act("2026-need-999999", OFFICER, "publish", {}, DAY)


def test_eight_officers_decide_once():
    number = submitted()

    def decide(officer: int) -> str:
        try:
            act(number, Standing(f"officer-{officer}", Role.OFFICER), "publish", {}, DAY)
        except Refused as refused:
            return refused.problems[0].reason.en
        finally:
            connections.close_all()
        return "decided"

    with ThreadPoolExecutor(8) as pool:
        said = Counter(pool.map(decide, range(8)))
    assert said["decided"] == 1
    assert sum(said.values()) == 8
    assert said['"Publish" cannot be done in the step "Published"'] == 7
    assert models.Event.objects.filter(case__number=number, verb="publish").count() == 1
    assert models.Outbox.objects.filter(kind=Kind.PUBLISH).count() == 1


def test_numbers_are_given_once_and_events_have_no_gaps():
    def run(officer: int) -> list[str]:
        try:
            return [submitted() for _ in range(5)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        numbers = [number for some in pool.map(run, range(4)) for number in some]
    assert len(set(numbers)) == 20
    assert sorted(numbers) == [f"2026-need-{n:06}" for n in range(1, 21)]
    for row in models.Case.objects.all():
        assert list(row.events.values_list("seq", flat=True)) == list(range(row.length))


def test_a_code_that_begins_like_another_and_a_millionth_case_have_numbers():
    row = open_case(replace(newest("need"), code="need-renewal"), FIRM, "330100", DAY)
    assert row.number == "2026-need-renewal-000001"
    assert open_case(newest("need"), FIRM, "330100", DAY).number == "2026-need-000001"
    for last in ("2026-need-999999", "2026-need-1000000"):
        models.Case.objects.filter(code="need").update(number=last)
        following = open_case(newest("need"), FIRM, "330100", DAY)
        assert int(following.number.rpartition("-")[2]) == int(last.rpartition("-")[2]) + 1
        models.Event.objects.filter(case=following).delete()
        models.Holding.objects.filter(case=following).delete()
        following.delete()


def test_time_acts_when_a_period_is_over_and_once():
    number = submitted()
    act(number, OFFICER, "publish", {}, DAY)
    assert tick(date(2026, 8, 31)) == 0
    assert tick(date(2026, 9, 1)) == 1
    assert tick(date(2026, 9, 1)) == 0
    row = models.Case.objects.get(number=number)
    assert (row.step, row.outcome, row.time_acts_on) == ("lapsed", "lapsed", None)


def test_roles_are_held_once():
    number = submitted()
    agent = Standing("agency", Role.AGENT, frozenset({"propose"}))
    appoint(number, agent, DAY)
    appoint(number, agent, DAY)
    held = models.Holding.objects.filter(case__number=number).order_by("role")
    assert [(h.party, h.role, h.mandate) for h in held] == [
        ("agency", "agent", ["propose"]),
        ("firm", "applicant", None),
    ]


@pytest.fixture
def performed(monkeypatch):
    """Performers of this test alone."""
    monkeypatch.setattr(performing, "_PERFORMERS", {})
    done: list[str] = []

    @performing.performs(Kind.PUBLISH, "need")
    def publish(cause, content):
        assert connection.in_atomic_block
        if content["title"] == "坏的":
            raise RuntimeError("no room")
        done.append(cause.key)

    return done


def test_effects_are_performed_once(performed):
    numbers = [submitted() for _ in range(3)]
    for number in numbers:
        act(number, OFFICER, "publish", {}, DAY)
    waited = models.Outbox.objects.count()  # with the messages to those concerned
    assert perform_waiting(2) == (2, 0)
    assert perform_waiting() == (waited - 2, 0)
    assert perform_waiting() == (0, 0)
    assert performed == [f"{number}#2.0" for number in numbers]


def test_an_effect_that_fails_is_tried_again_and_holds_nobody_up(performed):
    bad = open_case(newest("need"), FIRM, "330100", DAY).number
    act(bad, FIRM, "submit", NEED | {"title": "坏的xx"[:2] + "技术"}, DAY, KNOWN)
    models.Event.objects.filter(case__number=bad, verb="submit").update(data=NEED | {"title": "坏的"})
    act(bad, OFFICER, "publish", {}, DAY)
    good = submitted()
    act(good, OFFICER, "publish", {}, DAY)
    assert perform_waiting() == (models.Outbox.objects.count() - 1, 1)
    row = models.Outbox.objects.get(event__case__number=bad, kind=Kind.PUBLISH)
    assert (row.tries, row.performed_at) == (1, None)
    assert row.failure == "RuntimeError: no room"
    for _ in range(PATIENCE):
        perform_waiting()
    assert models.Outbox.objects.get(id=row.id).tries == PATIENCE
    assert performed == [f"{good}#2.0"]


def test_a_kind_has_one_performer(performed):
    with pytest.raises(ValueError, match="has a performer already"):
        performing.performs(Kind.PUBLISH, "need")(lambda cause, content: None)
