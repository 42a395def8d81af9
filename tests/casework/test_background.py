"""Work in the background: what waits is done, by whichever worker is alive."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from household import DAY, NEED, House

from qixi.casework import models, work
from qixi.casework.effects import PATIENCE, perform_waiting
from qixi.casework.queries.work import failures, progress, stopped
from qixi.casework.services import act, open_case, try_again
from qixi.core import Refused
from qixi.procedures import Kind, Role, Standing
from qixi.procedures import effects as performing
from qixi.procedures.catalogue import newest
from qixi.registry.domain.may import Actor

pytestmark = pytest.mark.django_db
OPERATOR = Actor("op", operator=True)
FIRM, OFFICER = Standing("firm", Role.APPLICANT), Standing("officer", Role.OFFICER)


@pytest.fixture
def performed(monkeypatch) -> list[str]:
    """Performers of this test alone: one that works, until `broken` says otherwise."""
    monkeypatch.setattr(performing, "_PERFORMERS", {})
    done: list[str] = []

    @performing.performs(Kind.PUBLISH, "need")
    def publish(cause, content):
        if "broken" in done:
            raise RuntimeError("no room")
        done.append(cause.key)

    return done


def published() -> str:
    number = open_case(newest("need"), FIRM, "330100", DAY).number
    act(number, FIRM, "submit", NEED, DAY, {"applicant_verified": True})
    act(number, OFFICER, "publish", {}, DAY)
    return number


@pytest.mark.django_db(transaction=True)
def test_a_sweep_is_queued_where_something_waits_and_does_it(performed):
    now = timezone.now()
    assert not work.queue_sweep(DAY, now)
    number = published()
    assert work.queue_sweep(DAY, now)
    assert not work.queue_sweep(DAY, now)
    assert progress(OPERATOR, DAY).tasks == {"ready": 1}
    work._worker("w").run()
    found = progress(OPERATOR, timezone.localdate())
    assert (found.effects, found.tasks, found.periods) == (0, {"successful": 1}, 0)
    assert performed == [f"{number}#2.0"]
    assert DBTaskResult.objects.get().return_value["performed"] >= 1


@pytest.mark.django_db(transaction=True)
def test_a_task_whose_worker_died_runs_again(performed):
    number = published()
    work.queue_sweep(DAY, timezone.now())
    lost = DBTaskResult.objects.get()
    lost.claim("w")  # and here its worker is killed
    assert work.resume_abandoned("another", timezone.now()) == 0
    assert work.resume_abandoned(None, timezone.now()) == 0
    assert work.resume_abandoned(None, timezone.now() + work.LEASE + timedelta(seconds=1)) == 1
    lost.refresh_from_db()
    lost.claim("w")
    assert work.resume_abandoned("w", timezone.now()) == 1
    work._worker("w").run()
    lost.refresh_from_db()
    assert (lost.status, lost.worker_ids) == (TaskResultStatus.SUCCESSFUL, ["w", "w", "w"])
    assert performed == [f"{number}#2.0"]


def test_what_fails_waits_longer_each_time_and_is_tried_again_when_mended(performed):
    performed.append("broken")
    published()
    now = timezone.now()
    found = work.swept(DAY, now)
    assert found == {"acts": 0, "performed": models.Outbox.objects.count() - 1, "failed": 1, "chores": 0}
    row = models.Outbox.objects.get(performed_at__isnull=True)
    assert row.next_try_at > now
    assert perform_waiting(now=now) == (0, 0)
    for _ in range(PATIENCE):
        perform_waiting()
    found = progress(OPERATOR, DAY)
    assert (found.effects, found.failing, found.given_up) == (1, 0, 1)
    assert [each.failure for each in failures(OPERATOR)] == ["RuntimeError: no room"]
    performed.clear()
    assert try_again(OPERATOR) == 1
    assert work.swept(DAY, timezone.now())["performed"] == 1


def test_only_operators_look_at_the_work(house: House):
    for call in (lambda who: progress(who, DAY), failures, stopped, try_again):
        with pytest.raises(Refused, match="n operator of the service"):
            call(house.officer)


def test_periods_end_with_the_day(performed):
    number = published()
    assert work.swept(date(2026, 9, 1), timezone.now())["acts"] == 1
    assert models.Case.objects.get(number=number).outcome == "lapsed"


def test_a_case_in_which_time_cannot_act_holds_nobody_up(performed):
    bad, good = published(), published()
    models.Case.objects.filter(number=bad).update(version=99)
    day, now = date(2026, 9, 1), timezone.now()
    assert work.swept(day, now)["acts"] == 1
    assert performed == [f"{bad}#2.0", f"{good}#2.0"]
    row = models.Case.objects.get(number=bad)
    assert (row.step, row.time_tries, row.time_failure) == ("published", 1, "KeyError: ('need', 99)")
    assert row.time_next_try_at > now
    assert [each.number for each in stopped(OPERATOR)] == [bad]
    assert (progress(OPERATOR, day).periods, progress(OPERATOR, day).stopped) == (1, 1)
    assert not work.queue_sweep(day, now)
    later = now + timedelta(hours=1)
    assert work.queue_sweep(day, later)
    assert work.swept(day, later)["acts"] == 0
    assert models.Case.objects.get(number=bad).time_tries == 2
    models.Case.objects.filter(number=bad).update(version=1)
    assert work.swept(day, later + timedelta(hours=1))["acts"] == 1
    row = models.Case.objects.get(number=bad)
    assert (row.outcome, row.time_tries, row.time_failure) == ("lapsed", 0, "")
    assert not stopped(OPERATOR).exists()


def test_effects_are_performed_though_no_period_can_be_looked_at(performed, monkeypatch):
    number = published()

    def broken(*_: object) -> int:
        raise RuntimeError("no periods")

    monkeypatch.setattr(work, "tick", broken)
    with pytest.raises(RuntimeError, match="no periods"):
        work.swept(DAY, timezone.now())
    assert performed == [f"{number}#2.0"]


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_worker_that_is_killed_leaves_its_task_to_the_next(tmp_path):
    """Two real processes: the first is killed in the midst of a task, the second finishes it."""
    base, table = tmp_path / "work.sqlite3", DBTaskResult._meta.db_table
    env = os.environ | {"QIXI_HOME": str(tmp_path), "QIXI_DATABASE": f"sqlite:///{base}"}
    env |= {"DJANGO_SETTINGS_MODULE": "qixi.settings", "QIXI_SECRET_KEY": "x"}

    def begun(code: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", f"import django; django.setup()\n{code}"], env=env)

    def wait_for(state: str) -> None:
        until = time.monotonic() + 60
        with closing(sqlite3.connect(base)) as asked:
            while asked.execute(f"select status from {table}").fetchall() != [(state,)]:
                assert time.monotonic() < until
                time.sleep(0.1)

    prepare = "from django.core.management import call_command; call_command('migrate', verbosity=0)"
    queue = "from qixi.casework.work import sweep_once; sweep_once.enqueue()"
    assert begun(f"{prepare}\n{queue}").wait() == 0
    first = begun(
        "import time\nfrom qixi.casework import work\nwork.tick = lambda *_: time.sleep(600)\nwork.watch()"
    )
    try:
        wait_for("RUNNING")
    finally:
        first.kill()
        first.wait()
    wait_for("RUNNING")
    second = begun("from qixi.casework.work import watch\nwatch()")
    try:
        wait_for("SUCCESSFUL")
    finally:
        second.terminate()
        assert second.wait(20) == 0
