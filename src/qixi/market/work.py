"""What the market has done in the background, a bounded part in each sweep."""

from __future__ import annotations

import time
from datetime import date, datetime

from django.db.models import QuerySet

from qixi.casework.work import Chore, take_on
from qixi.market import index
from qixi.market.models import Intake
from qixi.market.services.intakes import go_on, read
from qixi.market.services.matching import match, unmatched
from qixi.market.services.timetables import solve, unsolved

_SECONDS = 10.0
"""How long one sweep works at lists: acts and effects of cases are not to wait for long."""
_AT_ONCE = 200
_UNDER_WAY = (Intake.State.READING, Intake.State.TAKING, Intake.State.UNDOING)


def lists_under_way() -> QuerySet[Intake]:
    """Return the lists that are being read, taken in or undone, the oldest first."""
    return Intake.objects.filter(state__in=_UNDER_WAY).order_by("id")


def work_at_lists(today: date, _: datetime) -> int:
    """Go on with the lists under way for a while; returns how many steps were done."""
    until, steps, faults = time.monotonic() + _SECONDS, 0, []
    for intake in lists_under_way():
        try:
            if intake.state == Intake.State.READING:
                read(intake)
                steps += 1
            while time.monotonic() < until and go_on(intake, today):
                steps += 1
        except Exception as fault:  # noqa: BLE001  no list holds those of others up
            faults.append(fault)
        if time.monotonic() >= until:
            break
    if faults:
        raise ExceptionGroup("lists failed", faults)
    return steps


def match_needs(today: date, now: datetime) -> int:
    """Match the needs that wait for it, for a while; returns how many were.

    While the index lacks something none is: what stood there is better than what is not found.
    """
    if index.lags(today):
        return 0
    until, matched = time.monotonic() + _SECONDS, 0
    for need in unmatched(today, now)[:_AT_ONCE]:
        match(need, now)
        matched += 1
        if time.monotonic() >= until:
            break
    return matched


def solve_timetables(_: date, __: datetime) -> int:
    """Solve the timetables that are wanted, for a while; returns how many were."""
    until, solved = time.monotonic() + _SECONDS, 0
    for fair in unsolved()[:_AT_ONCE]:
        solved += solve(fair)
        if time.monotonic() >= until:
            break
    return solved


take_on("lists", Chore(lambda _, __: lists_under_way().exists(), work_at_lists))
take_on("index", Chore(lambda today, _: index.lags(today), lambda today, _: index.catch_up(today)))
take_on("matches", Chore(lambda today, now: unmatched(today, now).exists(), match_needs))
take_on("timetables", Chore(lambda _, __: unsolved().exists(), solve_timetables))
