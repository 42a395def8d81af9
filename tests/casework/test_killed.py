"""Processes that act in cases are killed at any moment: every case replays, nothing is lost or doubled."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connections
from household import DAY, NEED

from qixi.casework import models
from qixi.casework.effects import perform_waiting
from qixi.casework.queries import case_of, procedure_of, setting_of
from qixi.casework.services import act, open_case, tick
from qixi.core import Refused
from qixi.procedures import Kind, Role, Standing, options, replay
from qixi.procedures import effects as performing
from qixi.procedures.catalogue import newest
from qixi.procedures.clocks import due

CASES, KILLS, AT_ONCE = 1_000, 200, 4
FIRM, OFFICER = Standing("firm", Role.APPLICANT), Standing("officer", Role.OFFICER)
KNOWN: dict[str, object] = {"applicant_verified": True}
FILLED = {
    "submit": NEED,
    "propose": NEED,
    "resubmit": NEED,
    "correct": {"points": ["请补充指标"]},
    "fulfil": {"how": "已与高校签约"},
}
REASON = {"reason": "按规定办理"}
WITH_REASON = {"refuse", "withdraw", "take_down", "return", "extend"}
ENDING = {"refuse", "withdraw", "take_down", "fulfil"}


def perform(cause: performing.Cause, content: object) -> None:
    """Leave one mark for each effect: two marks would show that it was performed twice."""
    row = models.Case.objects.get(number=cause.case)
    models.Entry.objects.create(
        case=row, verb="performed", person="", on=cause.on, content={"key": cause.key}
    )


def act_at_random(seed: int, day: date, numbers: list[str], log: Path) -> None:
    """Act in cases until killed; each act is told before it is tried, and again when it was done."""
    connections.close_all()
    dice = random.Random(seed)
    told = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    count = 0
    while True:
        count += 1
        token = f"{seed}-{count}"
        try:
            if dice.random() < 0.15:
                perform_waiting(5)
                continue
            if dice.random() < 0.02:
                tick(day)
                continue
            number = dice.choice(numbers)
            verb, standing = choose(number, day, dice)
            os.write(told, f"try {token}\n".encode())
            data = REASON if verb in WITH_REASON else FILLED.get(verb, {})
            act(number, standing, verb, data, day, KNOWN, token)
            os.write(told, f"done {token}\n".encode())
        except (Refused, OperationalError):
            continue  # another was faster, or had the database for too long


def choose(number: str, day: date, dice: random.Random) -> tuple[str, Standing]:
    """Choose something that can be done; ends come rarely, so that most cases go on."""
    row = models.Case.objects.get(number=number)
    case, procedure = case_of(row), procedure_of(row)
    setting = setting_of(case, day, KNOWN)
    open_ = [
        (option.act.verb, standing)
        for standing in (FIRM, OFFICER)
        for option in options(procedure, case, standing, setting)
        if not option.why_not and (option.act.verb not in ENDING or dice.random() < 0.02)
    ]
    return dice.choice(open_ or [("submit", FIRM)])


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_nothing_is_lost_or_doubled(tmp_path, monkeypatch):
    kinds = (Kind.PUBLISH, Kind.WITHDRAW)
    monkeypatch.setattr(performing, "_PERFORMERS", {(kind, "need"): perform for kind in kinds})
    numbers = [open_case(newest("need"), FIRM, "330100", DAY).number for _ in range(CASES)]
    seed = int(os.environ.get("QIXI_FUZZ_SEED", "7"))
    dice, forked = random.Random(seed), multiprocessing.get_context("fork")
    connections.close_all()

    def begun(n: int) -> multiprocessing.process.BaseProcess:
        day = DAY + timedelta(days=n // 4)
        process = forked.Process(
            target=act_at_random, args=(seed * 1_000 + n, day, numbers, tmp_path / f"{n}.log"), daemon=True
        )
        process.start()
        return process

    running = [begun(n) for n in range(AT_ONCE)]
    for n in range(AT_ONCE, KILLS + AT_ONCE):
        time.sleep(dice.uniform(0.05, 0.6))
        victim = running.pop(dice.randrange(len(running)))
        assert victim.is_alive()
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        running.append(begun(n))
    for process in running:
        os.kill(process.pid, signal.SIGKILL)
        process.join()

    tried, done = told(tmp_path)
    assert len(done) > KILLS
    kept = Counter(models.Event.objects.exclude(person="").values_list("person", flat=True))
    assert set(kept.values()) == {1}, "an act was kept twice"
    assert done <= kept.keys() <= tried, (
        "an act that was acknowledged is lost, or one is kept that nobody tried"
    )
    while perform_waiting() != (0, 0):
        pass
    last = DAY + timedelta(days=(KILLS + AT_ONCE) // 4)
    for row in models.Case.objects.order_by("id"):
        check(row, last)
    marks = Counter(entry.content["key"] for entry in models.Entry.objects.filter(verb="performed"))
    caused = {
        f"{each.event.case.number}#{each.event.seq}.{each.position}"
        for each in models.Outbox.objects.exclude(kind="notify").select_related("event__case")
    }
    assert len(caused) > 50
    assert marks == Counter(dict.fromkeys(caused, 1)), "an effect was performed twice, or never"


def told(folder: Path) -> tuple[set[str], set[str]]:
    lines = [line.split() for log in folder.glob("*.log") for line in log.read_text().splitlines()]
    said = {word: {token for kind, token in lines if kind == word} for word in ("try", "done")}
    return said["try"], said["done"]


def check(row: models.Case, today: date) -> None:
    """A case is what its events say: gapless, replayed to the same state, each effect caused once."""
    case, procedure = case_of(row), procedure_of(row)
    assert [event.seq for event in case.events] == list(range(row.length))
    assert replay(case.number, case.code, case.version, case.division, case.events) == case
    step = procedure.step(case.step)
    assert (row.step, row.phase) == (step.name, step.phase.value)
    assert row.outcome == (step.outcome.value if step.outcome is not None else "")
    ends = [found.on for _, found in due(procedure, case, setting_of(case, today)) if found.on is not None]
    assert row.due_on == min(ends, default=None)
    for event in row.events.all():
        act_done = procedure.step(event.step).act(event.verb) if event.step else None
        caused = event.consequences.exclude(kind="notify")
        assert caused.count() == (len(act_done.effects) if act_done is not None else 0)
        if act_done is not None and act_done.serves and event.party != "firm":
            assert [each.party for each in event.deliveries.all()] == ["firm"]
