"""What is known of cases: read, never written."""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from qixi.casework import models
from qixi.policy import default_calendar, default_parameters
from qixi.procedures import Case, Event, Role, Setting
from qixi.procedures.catalogue import catalogue
from qixi.procedures.values import Procedure


def procedure_of(row: models.Case) -> Procedure:
    """Return the version of the procedure that a case began under."""
    return catalogue()[row.code, row.version]


def case_of(row: models.Case) -> Case:
    """Return a case from its events, which say all that it is."""
    events = tuple(
        Event(each.seq, each.verb, each.party, Role(each.role), each.on, each.step, each.to, each.data)
        for each in row.events.order_by("seq")
    )
    return Case(row.number, row.code, row.version, row.division, events[-1].to, events)


def setting_of(case: Case, today: date, known: dict[str, object] | None = None) -> Setting:
    """Return what decisions in a case rest on: the rules of the day on which it was begun."""
    rules = default_parameters().on(case.opened, case.division)
    return Setting(today, default_calendar(), rules, known or {})


def next_number(code: str, today: date) -> str:
    """Return a number for a new case: the year, the procedure, and one more than the last of them."""
    prefix = f"{today.year}-{code}-"
    last = models.Case.objects.filter(number__startswith=prefix).aggregate(last=Max("number"))["last"]
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:06}"
