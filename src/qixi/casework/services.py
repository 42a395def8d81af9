"""The only writer of cases: one function for each verb, one transaction for each call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from qixi.casework import models
from qixi.casework.queries import (
    case_of,
    known_to,
    next_number,
    procedure_of,
    row_of,
    setting_of,
    standings_in,
    subject_of,
    view,
)
from qixi.core import Problem, Refused, Text
from qixi.procedures import Case, Role, Setting, Standing, begin, decide, evolve, may_now
from qixi.procedures.clocks import due
from qixi.procedures.kernel import Decision
from qixi.procedures.values import Consequence, Procedure
from qixi.registry.domain.may import Actor, Kind, Subject, Verb, may

_TIME = Standing("", Role.TIME)


def open_case(
    procedure: Procedure, standing: Standing, division: str, today: date, subject: str = "", person: str = ""
) -> models.Case:
    """Begin a case, with its first event and the role of whoever begins it; `person` is who did it."""
    while True:
        try:
            with transaction.atomic():
                case = begin(procedure, next_number(procedure.code, today), division, standing, today)
                row = models.Case(
                    number=case.number,
                    code=case.code,
                    version=case.version,
                    division=division,
                    subject=subject,
                    opened_on=today,
                )
                _project(row, procedure, case, setting_of(case, today))
                row.save(force_insert=True)
                _append(row, case, (), person)
                _hold(row, standing)
                return row
        except IntegrityError:
            if not models.Case.objects.filter(number=case.number).exists():
                raise  # not the number, which another was faster to take


def act(
    number: str,
    standing: Standing,
    verb: str,
    data: Mapping[str, Any],
    today: date,
    known: Mapping[str, object] | None = None,
    person: str = "",
) -> models.Event:
    """Perform an act in a case and return its event; raises Refused with every reason why it cannot be done.

    The event, what it causes and the case's row are kept together or not at all. Of several who act at once
    one is first, and the others are judged by what it left.
    """
    with transaction.atomic():
        row = _locked(number)
        procedure, case = procedure_of(row), case_of(row)
        setting = setting_of(case, today, known)
        decision = decide(procedure, case, standing, verb, data, setting)
        return _keep(row, procedure, case, decision, setting, person)


def open_for(
    actor: Actor, procedure: Procedure, party: str, division: str, today: date, subject: str = ""
) -> models.Case:
    """Begin a case as `party`, which is the actor or one of its organisations; raises Refused else.

    An officer may begin one for an organisation of its division, whose confirmation the procedure asks for.
    """
    holders = frozenset({party}) - {actor.number}
    reason = may(actor, Verb.OPEN, Subject(Kind.CASE, division=division, holders=holders))
    if reason is not None:
        raise Refused(_denied(reason))
    return open_case(procedure, Standing(party, Role.APPLICANT), division, today, subject, actor.number)


def act_for(actor: Actor, number: str, verb: str, data: Mapping[str, Any], today: date) -> models.Event:
    """Perform an act as an actor, in that of its roles which may; raises Refused with the reasons why not."""
    row = row_of(actor, number)
    reason = may(actor, Verb.ACT, subject_of(row))
    found = view(actor, number, today).choice(verb)
    standing = found.standing if found is not None else next(iter(standings_in(actor, row)), None)
    if standing is None or (reason is not None and standing.role is not Role.OBJECTOR):
        raise Refused(_denied(reason or Text("您在本案中没有角色", "you have no role in this case")))
    return act(number, standing, verb, data, today, known_to(row, data), actor.number)


def appoint(number: str, standing: Standing) -> None:
    """Give a party a role in a case; nothing happens where it holds it."""
    with transaction.atomic():
        _hold(_locked(number), standing)


def tick(today: date) -> int:
    """Let time act in every case in which a period is over; returns how many acts there were."""
    waiting = models.Case.objects.filter(time_acts_on__lt=today).order_by("time_acts_on", "id")
    return sum(_time_acts(number, today) for number in waiting.values_list("number", flat=True))


def _time_acts(number: str, today: date) -> int:
    """Let time act in one case for as long as something is over: an act of time may start the next period."""
    count = 0
    while True:
        with transaction.atomic():
            row = _locked(number)
            procedure, case = procedure_of(row), case_of(row)
            setting = setting_of(case, today)
            verbs = may_now(procedure, case, setting)
            if not verbs:
                return count
            _keep(row, procedure, case, decide(procedure, case, _TIME, verbs[0], {}, setting), setting)
        count += 1


def _locked(number: str) -> models.Case:
    try:
        return models.Case.objects.select_for_update().get(number=number)
    except models.Case.DoesNotExist:
        raise Refused(
            Problem(
                "case",
                Text("没有这个案件", "there is no such case"),
                Text("请核对编号", "check the number"),
            )
        ) from None


def _keep(
    row: models.Case,
    procedure: Procedure,
    case: Case,
    decision: Decision,
    setting: Setting,
    person: str = "",
) -> models.Event:
    case = evolve(case, decision.event)
    _project(row, procedure, case, setting)
    row.save(force_update=True)
    return _append(row, case, decision.consequences, person)


def _project(row: models.Case, procedure: Procedure, case: Case, setting: Setting) -> None:
    """Write to the row what the events left."""
    step = procedure.step(case.step)
    clocks = [(clock, found.on) for clock, found in due(procedure, case, setting) if found.on is not None]
    row.step, row.phase = step.name, step.phase.value
    row.outcome = step.outcome.value if step.outcome is not None else ""
    row.length = len(case.events)
    row.due_on = min((on for _, on in clocks), default=None)
    row.time_acts_on = min((on for clock, on in clocks if clock.then is not None), default=None)


def _append(row: models.Case, case: Case, consequences: tuple[Consequence, ...], person: str) -> models.Event:
    event = case.events[-1]
    kept = models.Event.objects.create(
        case=row,
        seq=event.seq,
        verb=event.verb,
        party=event.party,
        role=event.role.value,
        person=person,
        on=event.on,
        step=event.step,
        to=event.to,
        data=dict(event.data),
    )
    models.Outbox.objects.bulk_create(
        models.Outbox(event=kept, position=n, kind=each.kind.value, content=dict(each.content))
        for n, each in enumerate(consequences)
    )
    return kept


def _hold(row: models.Case, standing: Standing) -> None:
    mandate = sorted(standing.mandate) if standing.mandate is not None else None
    models.Holding.objects.get_or_create(
        case=row, party=standing.party, role=standing.role.value, defaults={"mandate": mandate}
    )


def _denied(reason: Text) -> Problem:
    return Problem("may", reason, Text("请由有权办理的人员操作", "let somebody do it who may"))
