"""Writing cases: begun, acted in by parties and by time. What follows from an act is kept with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from qixi.casework import models
from qixi.casework.effects import pause_after, said_of
from qixi.casework.queries import (
    case_of,
    known_to,
    next_number,
    procedure_of,
    row_of,
    setting_of,
    standings_in,
    subject_of,
    time_is_up,
    view,
)
from qixi.casework.queries.chains import chains_of, titles_for
from qixi.casework.queries.draws import why_not_seated
from qixi.casework.queries.subjects import kind_of
from qixi.casework.services.rows import denied, hold, locked, refused, stale
from qixi.casework.services.telling import INSIDE, messages_of
from qixi.core import Problem, Refused, Text
from qixi.procedures import (
    Case,
    Event,
    Role,
    Setting,
    Standing,
    begin,
    decide,
    evolve,
    handed_in,
    may_now,
)
from qixi.procedures.clocks import due
from qixi.procedures.effects import claim_of
from qixi.procedures.kernel import Decision
from qixi.procedures.panel import APPOINT
from qixi.procedures.values import Consequence, Procedure
from qixi.registry.domain.may import Actor, Kind, Subject, Verb, may
from qixi.registry.queries import is_party, organisation_of
from qixi.registry.queries.people import as_number

_TIME = Standing("", Role.TIME)
_FROM_ITS_PAGE = Problem(
    "form",
    Text("本事项没有办理对象", "nothing says what this is about"),
    Text("请从办理对象的页面发起", "begin it on the page of what it is about"),
    column="subject",
)
_NOT_ITS_OWN = Problem(
    "form",
    Text("申请方没有这项办理对象", "the applicant has nothing of that number"),
    Text("请从申请方登记的内容中选择，或留空", "choose one of those it has registered, or none"),
    column="subject",
)


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
                project(row, procedure, case, setting_of(case, today))
                row.save(force_insert=True)
                _append(row, case, (), person)
                hold(row, standing, today)
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
    one is first, and the others are judged by what it left; time is first where a period is over.
    """
    with transaction.atomic():
        row = _up_to(today, number)
        procedure, case = procedure_of(row), case_of(row)
        setting = setting_of(case, today, known)
        decision = decide(procedure, case, standing, verb, data, setting)
        if verb == APPOINT and procedure.step(case.step).panel is not None:
            _fit_to_sit(row, case, decision.event)
        return _keep(row, procedure, case, decision, setting, person)


def open_for(
    actor: Actor, procedure: Procedure, party: str, division: str, today: date, subject: str = ""
) -> models.Case:
    """Begin a case as `party`, which is the actor or one of its organisations; raises Refused else.

    An officer may begin one for an organisation of its division, whose confirmation the procedure asks for,
    and is its officer from then on: the draft is no other officer's business.
    Where the procedure is about something that is kept (see `queries.subjects`), `subject` is the number of
    one that the party has, or empty for what no register has yet; other procedures take none.
    """
    holders = frozenset({party}) - {actor.number}
    body = organisation_of(party) if actor.is_officer_of(division) else None
    place = body.division_id if body is not None else ""
    reason = may(actor, Verb.OPEN, Subject(Kind.CASE, division=place, holders=holders))
    if reason is None and not is_party(party):
        reason = Text("没有这个机构", "there is no such organisation")
    if reason is not None:
        raise denied(reason)
    known = str(as_number(subject)) if subject else ""  # as the register writes it
    with transaction.atomic():
        kept = kind_of(procedure.subject)
        if (subject or kept.is_needed) and not kept.has(actor, party, subject, today):
            raise Refused(_NOT_ITS_OWN if subject else _FROM_ITS_PAGE)
        row = open_case(procedure, Standing(party, Role.APPLICANT), division, today, known, actor.number)
        if party not in actor.parties():
            hold(row, Standing(actor.number, Role.OFFICER), today)
        return row


def act_for(
    actor: Actor, number: str, verb: str, data: Mapping[str, Any], today: date, seen: int | None = None
) -> models.Event:
    """Perform an act as an actor, in that of its roles which may; raises Refused with the reasons why not.

    Where the actor's organisation has a chain of approval for it, the act is refused here: it is proposed.
    `seen` is how many events the case had when the actor looked: where there are more, nothing is done.
    """
    with transaction.atomic():
        row, standing = standing_to_act(actor, number, verb, today, seen)
        titles = titles_for(chains_of([standing], row.code), standing, verb)
        if titles:
            raise refused(
                Text("该事项须经本单位审批", "your organisation approves this act before it is done"),
                Text("请提交审批", "propose it instead"),
            )
        return act(number, standing, verb, data, today, known_to(row, data), actor.number)


def standing_to_act(
    actor: Actor, number: str, verb: str, today: date, seen: int | None = None
) -> tuple[models.Case, Standing]:
    """Return a case, locked, and that of an actor's roles which may do an act in it; raises Refused else.

    `seen` is how many events the case had when the actor looked, None where it does not say.
    """
    row_of(actor, number)
    row = _up_to(today, number)
    found = view(actor, number, today).choice(verb)
    standing = found.standing if found is not None else next(iter(standings_in(actor, row)), None)
    objects = standing is not None and standing.role is Role.OBJECTOR
    reason = may(actor, Verb.OBJECT if objects else Verb.ACT, subject_of(row))
    if standing is None or reason is not None:
        raise denied(reason or Text("您在本案中没有角色", "you have no role in this case"))
    if seen is not None and seen != row.length:
        raise stale(
            Text("案件已有新进展", "the case has moved on"),
            Text("请查看案件后再办理", "look at it again, and then decide"),
        )
    return row, standing


def appoint(number: str, standing: Standing, today: date) -> None:
    """Give a party a role in a case; nothing happens where it holds it."""
    with transaction.atomic():
        hold(locked(number), standing, today)


def tick(today: date, now: datetime | None = None) -> int:
    """Let time act in every case in which a period is over; returns how many acts there were.

    A case in which it cannot act holds no other up: the failure is kept with it, and time tries again after a
    pause that grows with each. It never gives up, for the period is over all the same.
    """
    numbers = list(time_is_up(today, now).values_list("number", flat=True))
    return sum(_time_acts_or_fails(number, today) for number in numbers)


def _time_acts_or_fails(number: str, today: date) -> int:
    try:
        return _time_acts(number, today)
    except OperationalError:
        raise  # the database is at fault, not the case
    except Exception as fault:  # noqa: BLE001  whatever is wrong with a case is kept, and the rest goes on
        with transaction.atomic():
            row = locked(number)
            row.time_next_try_at = timezone.now() + pause_after(row.time_tries)
            row.time_tries, row.time_failure = row.time_tries + 1, said_of(fault)
            row.save(update_fields=["time_tries", "time_next_try_at", "time_failure"])
        return 0


def _up_to(today: date, number: str) -> models.Case:
    """Return a case, locked, in which time has acted: what comes too late is too late before the sweep."""
    row = locked(number)
    if row.time_acts_on is not None and row.time_acts_on < today:
        _time_acts_or_fails(number, today)
        row = locked(number)
    return row


def _time_acts(number: str, today: date) -> int:
    """Let time act in one case for as long as something is over: an act of time may start the next period."""
    count = 0
    while True:
        with transaction.atomic():
            row = locked(number)
            procedure, case = procedure_of(row), case_of(row)
            setting = setting_of(case, today)
            verbs = may_now(procedure, case, setting)
            if not verbs:
                project(row, procedure, case, setting)
                row.save(force_update=True)
                return count
            _keep(row, procedure, case, decide(procedure, case, _TIME, verbs[0], {}, setting), setting)
        count += 1


def _keep(
    row: models.Case,
    procedure: Procedure,
    case: Case,
    decision: Decision,
    setting: Setting,
    person: str = "",
) -> models.Event:
    case = evolve(case, decision.event)
    was_draft = row.handed_in_on is None
    project(row, procedure, case, setting)
    row.save(force_update=True)
    kept = _append(row, case, decision.consequences, person)
    _take_roles(row, procedure, decision.event)
    if was_draft and row.handed_in_on is not None:
        _call_in(row, procedure, kept.on)
    step = procedure.step(decision.event.step)
    act_done = step.act(decision.event.verb)
    served = _serve(row, case, kept) if act_done is not None and act_done.serves else ()
    _cause(kept, messages_of(row, procedure, kept, served), len(decision.consequences))
    return kept


def project(row: models.Case, procedure: Procedure, case: Case, setting: Setting) -> None:
    """Write to the row what the events left."""
    step = procedure.step(case.step)
    clocks = [(clock, found.on) for clock, found in due(procedure, case, setting) if found.on is not None]
    row.step, row.phase = step.name, step.phase.value
    row.outcome = step.outcome.value if step.outcome is not None else ""
    row.length, row.handed_in_on = len(case.events), handed_in(procedure, case)
    row.due_on = min((on for _, on in clocks), default=None)
    row.time_acts_on = min((on for clock, on in clocks if clock.then is not None), default=None)
    row.time_tries, row.time_next_try_at, row.time_failure = 0, None, ""


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
    _cause(kept, consequences)
    return kept


def _cause(kept: models.Event, consequences: Iterable[Consequence], first: int = 0) -> None:
    """Have what an event causes performed, each at its position, beginning with `first`.

    Raises Refused for what cannot be performed, or claims what another case has claimed.
    """
    caused = [
        models.Outbox(
            event=kept,
            position=n,
            kind=each.kind.value,
            content=dict(each.content),
            claim=claim_of(each.kind, kept.case.code, each.content),
        )
        for n, each in enumerate(consequences, first)
    ]
    try:
        with transaction.atomic():
            models.Outbox.objects.bulk_create(caused)
    except IntegrityError:
        claims = [each.claim for each in caused if each.claim is not None]
        if not models.Outbox.objects.filter(claim__in=claims).exists():
            raise
        raise refused(
            Text("另一案件刚刚办理了同一登记", "another case has just entered the same"),
            Text("请核对后要求补正或不予通过", "look at both: ask for corrections, or refuse"),
        ) from None


def _take_roles(row: models.Case, procedure: Procedure, event: Event) -> None:
    """Give those their roles that an event brings into the case: who objects, and the experts of a panel."""
    if event.role is Role.OBJECTOR:
        hold(row, Standing(event.party, Role.OBJECTOR), event.on)
    if event.verb == APPOINT and procedure.step(event.step).panel is not None:
        experts = event.data["experts"]
        gone = row.holdings.filter(role=Role.EXPERT, ended_on__isnull=True).exclude(party__in=experts)
        gone.update(ended_on=event.on)
        for expert in experts:
            hold(row, Standing(expert, Role.EXPERT), event.on)


def _call_in(row: models.Case, procedure: Procedure, today: date) -> None:
    """Give those their part who stand on the other side of what the case is about: it is no draft now."""
    partners = kind_of(procedure.subject).partners
    for party in partners(row.subject) if partners is not None else ():
        hold(row, Standing(party, Role.PARTNER), today)


def _fit_to_sit(row: models.Case, case: Case, event: Event) -> None:
    """Raise Refused for an appointment of parties, or of others than were drawn."""
    for reason in why_not_seated(row, case, event):
        raise refused(reason, Text("请按抽取结果确定专家", "appoint those who were drawn"))


def _serve(row: models.Case, case: Case, kept: models.Event) -> tuple[str, ...]:
    """Make a paper available to the other parties; one that answers an objection to the objector as well.

    Returns on whom it was served.
    """
    held = row.holdings.filter(ended_on__isnull=True, role__in=INSIDE).exclude(party=kept.party)
    parties = list(held.order_by("id").values_list("party", flat=True))
    answered = next((e for e in reversed(case.events[:-1]) if e.to == kept.step != e.step), None)
    if answered is not None and answered.role is Role.OBJECTOR:
        parties.append(answered.party)
    served = tuple(dict.fromkeys(parties))
    models.Delivery.objects.bulk_create(
        models.Delivery(event=kept, party=party, available_on=kept.on) for party in served
    )
    return served
