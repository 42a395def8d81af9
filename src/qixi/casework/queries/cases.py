"""What is known of cases: read, never written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from pydantic import BaseModel

from qixi.casework import models
from qixi.casework.queries.chains import chains_of, titles_for
from qixi.casework.queries.subjects import known_of
from qixi.core import Problem, Refused, Text
from qixi.policy import default_calendar, default_parameters
from qixi.procedures import Act, Case, Clock, Event, Phase, Role, Setting, Standing, Step, options
from qixi.procedures.catalogue import catalogue
from qixi.procedures.clocks import Due, due
from qixi.procedures.guide import form_of
from qixi.procedures.panel import seen_by
from qixi.procedures.values import Competence, Procedure
from qixi.registry.domain.may import Actor, Kind, Stage, Subject, Verb, may
from qixi.registry.queries import has_credit_code, organisation_of, within
from qixi.registry.queries.people import credit_code_claim

_APPLYING = (Role.APPLICANT, Role.PARTNER, Role.AGENT)


@dataclass(frozen=True, slots=True)
class Choice:
    """An act that somebody may see, in which standing, with its form and the reasons why not now, if any.

    `chain` are the posts of its own organisation that approve it one after the other: where there are any it
    is proposed, and performed when the last has approved.
    """

    act: Act
    standing: Standing
    form: type[BaseModel] | None
    why_not: tuple[Text, ...]
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A case as one actor sees it: what happened, what it can do, what is due when."""

    actor: Actor
    row: models.Case
    procedure: Procedure
    case: Case
    step: Step
    standings: tuple[Standing, ...]
    choices: tuple[Choice, ...]
    events: tuple[Event, ...]
    due: tuple[tuple[Clock, Due], ...]

    @property
    def is_inside(self) -> bool:
        """Whether the actor has a part in the case, or its office decides it: an objector has neither."""
        return any(each.role is not Role.OBJECTOR for each in self.standings)

    @property
    def is_officer(self) -> bool:
        """Whether the actor is an officer in the case."""
        return any(each.role is Role.OFFICER for each in self.standings)

    def choice(self, verb: str) -> Choice | None:
        """Return the choice of that verb: one that can be done now before one that cannot."""
        found = [choice for choice in self.choices if choice.act.verb == verb]
        return min(found, key=lambda each: bool(each.why_not), default=None)


def procedure_of(row: models.Case) -> Procedure:
    """Return the version of the procedure that a case runs under."""
    return catalogue()[row.code, row.version]


def case_of(row: models.Case) -> Case:
    """Return a case from its events, which say all that it is."""
    events = tuple(
        Event(each.seq, each.verb, each.party, Role(each.role), each.on, each.step, each.to, each.data)
        for each in row.events.order_by("seq")
    )
    return Case(row.number, row.code, row.version, row.division, events[-1].to, events)


def setting_of(case: Case, today: date, known: Mapping[str, object] | None = None) -> Setting:
    """Return what decisions in a case rest on: the rules of the day on which it was begun."""
    rules = default_parameters().on(case.opened, case.division)
    return Setting(today, default_calendar(), rules, known or {})


def known_to(row: models.Case, data: Mapping[str, Any]) -> dict[str, object]:
    """Return what checks may ask of the registers: of applicant and subject, and of what is filled in."""
    applicants = [each for each in row.holdings.all() if each.role == Role.APPLICANT]
    holding = min(applicants, key=lambda each: each.pk, default=None)
    applicant = organisation_of(holding.party) if holding is not None else None
    code = str(data.get("code") or _code_stated(row))
    return {
        "applicant_verified": applicant is not None and applicant.standing == applicant.Standing.VERIFIED,
        "credit_codes": frozenset({code}) if code and _is_taken(code) else frozenset(),
        **known_of(procedure_of(row).subject, row.subject),
    }


def _is_taken(code: str) -> bool:
    """Say whether an organisation is registered under a credit code, or another case is about to do so."""
    claimed = models.Outbox.objects.filter(claim=credit_code_claim(code))
    return has_credit_code(code) or claimed.exists()


def _code_stated(row: models.Case) -> object:
    """Return the credit code that was handed in last: another may have been entered under it since."""
    stated = row.events.filter(data__has_key="code").order_by("-seq").values_list("data__code", flat=True)
    return stated.first() or ""


def subject_of(row: models.Case) -> Subject:
    """Return what `may` is asked about a case. Who objected to it is no party of it."""
    held = [each for each in row.holdings.all() if each.ended_on is None]

    def holding(*roles: Role) -> frozenset[str]:
        return frozenset(each.party for each in held if each.role in roles)

    applicants = holding(Role.APPLICANT)
    stage = Stage.ANNOUNCED if row.phase == Phase.NOTICE else Stage.UNDER_WAY
    return Subject(
        Kind.CASE,
        row.number,
        row.division,
        holders=applicants,
        parties=holding(*_APPLYING, Role.EXPERT),
        stage=Stage.DRAFT if row.handed_in_on is None else stage,
        experts=holding(Role.EXPERT),
        objectors=holding(Role.OBJECTOR),
        begun_by=holding(Role.OFFICER),
        is_own=procedure_of(row).competence is Competence.OWN,
    )


def standings_in(actor: Actor, row: models.Case) -> tuple[Standing, ...]:
    """Return the roles in which an actor may act in a case: those it holds, its office's, an objector's."""
    held = [
        Standing(each.party, Role(each.role), frozenset(each.mandate) if each.mandate is not None else None)
        for each in sorted(_held_in(row, actor), key=lambda each: each.pk)
        if each.role != Role.OFFICER  # which it is by its post alone
    ]
    subject = subject_of(row)
    if may(actor, Verb.OVERSEE, subject) is None:
        held.append(Standing(actor.number, Role.OFFICER))
    if may(actor, Verb.OBJECT, subject) is None:
        held.append(Standing(actor.number, Role.OBJECTOR))
    return tuple(dict.fromkeys(held))


def visible_to(actor: Actor) -> QuerySet[models.Case]:
    """Return the cases that an actor may see: those it is a party of, and those in its divisions.

    A draft is nobody's business but its parties', and an officer's who began it for its applicant.
    """
    own = Q(pk__in=_held_by(actor).filter(role__in=[*_APPLYING, Role.EXPERT]).values("case"))
    return models.Case.objects.filter(own | _in_the_office_of(actor))


def _in_the_office_of(actor: Actor) -> Q:
    begun = Q(pk__in=_held_by(actor).filter(role=Role.OFFICER).values("case"))
    return within("division", actor.divisions) & (Q(handed_in_on__isnull=False) | begun)


def mine(actor: Actor) -> QuerySet[models.Case]:
    """Return the cases in which an actor or one of its organisations has a role, the latest first.

    Those that it began as an officer are among them for as long as it is one.
    """
    held = _held_by(actor)
    own = Q(pk__in=held.exclude(role=Role.OFFICER).values("case"))
    begun = Q(pk__in=held.filter(role=Role.OFFICER).values("case")) & within("division", actor.divisions)
    return models.Case.objects.filter(own | begun).order_by("-id")


def time_is_up(today: date, now: datetime | None = None) -> QuerySet[models.Case]:
    """Return the cases in which a period is over; of those where time failed, only what is due `now`."""
    found = models.Case.objects.filter(time_acts_on__lt=today)
    if now is not None:
        found = found.filter(Q(time_next_try_at__isnull=True) | Q(time_next_try_at__lte=now))
    return found.order_by("time_acts_on", "id")


def _held_by(actor: Actor) -> QuerySet[models.Holding]:
    return models.Holding.objects.filter(party__in=actor.parties(), ended_on__isnull=True)


def _held_in(row: models.Case, actor: Actor) -> list[models.Holding]:
    parties = actor.parties()
    return [each for each in row.holdings.all() if each.ended_on is None and each.party in parties]


def desk(actor: Actor, phase: Phase | None = None) -> QuerySet[models.Case]:
    """Return the open cases of an officer's divisions, the most urgent first; none for anybody else.

    What is still a draft is on the desk of the officer alone who began it.
    """
    if may(actor, Verb.DESK, Subject(Kind.SERVICE)) is not None:
        return models.Case.objects.none()
    found = models.Case.objects.filter(_in_the_office_of(actor)).exclude(phase=Phase.CLOSED)
    found = found.filter(phase=phase) if phase is not None else found
    return found.order_by(models.DUE_FIRST, "id")


def row_of(actor: Actor, number: str, verb: Verb = Verb.SEE) -> models.Case:
    """Return a case that an actor may see; raises Refused, in the same words whether it exists or not.

    Who holds which role in it comes along, for whoever asks next.
    """
    row = models.Case.objects.filter(number=number).prefetch_related("holdings").first()
    subject = subject_of(row) if row is not None else Subject(Kind.CASE)
    if row is None or may(actor, verb, subject) is not None:
        raise Refused(
            Problem(
                "case", Text("没有这个案件", "there is no such case"), Text("请核对编号", "check the number")
            )
        )
    return row


def view(actor: Actor, number: str, today: date) -> View:
    """Return a case as an actor sees it; raises Refused where it may not see it."""
    row = row_of(actor, number)
    procedure, case = procedure_of(row), case_of(row)
    step = procedure.step(case.step)
    standings = standings_in(actor, row)
    setting = setting_of(case, today, known_to(row, {}))
    chains = chains_of(standings, row.code)
    choices = tuple(
        Choice(
            each.act,
            standing,
            form_of(step, each.act),
            each.why_not,
            titles_for(chains, standing, each.act.verb),
        )
        for standing in standings
        for each in options(procedure, case, standing, setting)
    )
    return View(
        actor,
        row,
        procedure,
        case,
        step,
        standings,
        choices,
        _seen(procedure, case, standings),
        due(procedure, case, setting),
    )


def _seen(procedure: Procedure, case: Case, standings: tuple[Standing, ...]) -> tuple[Event, ...]:
    """Return the events that any of an actor's standings may see; of a mere objector's case, its own."""
    inside = [each for each in standings if each.role is not Role.OBJECTOR]
    if not inside:
        return _objections(case, frozenset(each.party for each in standings))
    shown = [seen_by(procedure, case, each) for each in inside]
    return max(shown, key=lambda events: (len(events), sum(bool(event.party) for event in events)))


def _objections(case: Case, parties: frozenset[str]) -> tuple[Event, ...]:
    """Return the objections of some parties, each with the answer that it was given."""
    shown = {}
    for event in case.events:
        if event.role is Role.OBJECTOR and event.party in parties:
            shown[event.seq] = event
            later = (each for each in case.events[event.seq + 1 :] if each.step == event.to != each.to)
            shown |= {each.seq: each for each in islice(later, 1)}
    return tuple(shown.values())


def next_number(code: str, today: date) -> str:
    """Return a number for a new case: the year, the procedure, and one more than the last of them."""
    prefix = f"{today.year}-{code}-"
    numbered = models.Case.objects.filter(code=code, number__startswith=prefix)
    # After 999999 they are longer: among the longest, the one that sorts last is the highest.
    last = numbered.order_by(Length("number").desc(), "-number").values_list("number", flat=True).first()
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:06}"
