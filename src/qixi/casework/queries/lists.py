"""Lists of cases: the desk by what is wanted of it, what is announced, and what it adds up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, reduce
from operator import or_
from statistics import median
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from qixi.casework import models
from qixi.casework.queries.cases import desk, procedure_of
from qixi.procedures import Kind, Outcome, Phase, Procedure, Role, Step
from qixi.procedures.catalogue import catalogue
from qixi.procedures.guide import first_form
from qixi.registry.domain.may import Actor, Subject, Verb, may
from qixi.registry.domain.may import Kind as Of
from qixi.registry.queries import divisions_in, within

SOON = timedelta(days=7)
"""What is due within this is due soon."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for on a desk; empty means all. `due` is "overdue" or "soon"."""

    phase: Phase | None = None
    code: str = ""
    due: str = ""
    waits: Role | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a case announces now: the content its procedure publishes, since when and until when."""

    row: models.Case
    procedure: Procedure
    content: Mapping[str, Any]
    since: date

    @property
    def title(self) -> str:
        """What is announced, in a word: the first of what the procedure publishes."""
        return str(next(iter(self.content.values()), self.row.number))


@dataclass(slots=True)
class Figures:
    """How many cases of a procedure there are, by phase and outcome, how many are late, how long it took."""

    procedure: Procedure
    phases: dict[Phase, int] = field(default_factory=dict)
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    overdue: int = 0
    days: list[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All cases, open and closed."""
        return sum(self.phases.values())

    @property
    def median_days(self) -> float | None:
        """In how many days half of the closed cases came to their end; None where none is closed."""
        return median(self.days) if self.days else None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a division, with the figures of each procedure in it."""

    division: str
    name: str
    figures: list[Figures]

    @property
    def total(self) -> int:
        """All cases, open and closed."""
        return sum(each.total for each in self.figures)

    @property
    def overdue(self) -> int:
        """All that are overdue."""
        return sum(each.overdue for each in self.figures)


def waits_for(step: Step) -> Role | None:
    """Return whose turn it is in a step: who has the period, else the first act; nobody at the end."""
    named = next((clock.waits for clock in step.clocks), None)
    return named or next((act.by[0] for act in step.acts), None)


def board(actor: Actor, wanted: Wanted, today: date) -> QuerySet[models.Case]:
    """Return the open cases of an officer's divisions that are wanted, the most urgent first."""
    found = desk(actor, wanted.phase)
    if wanted.code:
        found = found.filter(code=wanted.code)
    if wanted.due == "overdue":
        found = found.filter(due_on__lt=today)
    if wanted.due == "soon":
        found = found.filter(due_on__gte=today, due_on__lte=today + SOON)
    if wanted.waits is not None:
        found = found.filter(_any_of(_steps_of(wanted.waits)))
    if wanted.text:
        titled = {
            code
            for (code, _), procedure in catalogue().items()
            if wanted.text.lower() in str(procedure.title).lower()
        }
        found = found.filter(Q(number__icontains=wanted.text) | Q(code__in=titled))
    return found


def awaiting(actor: Actor) -> QuerySet[models.Case]:
    """Return the cases in which it is an actor's turn as applicant, the most urgent first."""
    own = models.Case.objects.filter(
        holdings__party__in=actor.parties(),
        holdings__role__in=[Role.APPLICANT, Role.AGENT, Role.PARTNER],
        holdings__ended_on__isnull=True,
    )
    turn = own.filter(_any_of(_steps_of(Role.APPLICANT))).exclude(phase=Phase.IN_FORCE)
    return turn.distinct().order_by(models.DUE_FIRST, "id")


def announced() -> list[Notice]:
    """Return what is announced now, the latest first: only what each procedure publishes of its case."""
    kinds = [Kind.PUBLISH.value, Kind.WITHDRAW.value]
    last: dict[int, models.Outbox] = {}
    said = models.Outbox.objects.filter(event__case__phase=Phase.NOTICE, kind__in=kinds)
    for each in said.select_related("event__case").order_by("id"):
        last[each.event.case_id] = each
    found = [
        Notice(
            each.event.case,
            procedure_of(each.event.case),
            each.content,
            each.event.on,
        )
        for each in last.values()
        if each.kind == Kind.PUBLISH
    ]
    return sorted(found, key=lambda each: (each.since, each.row.pk), reverse=True)


def filled_in(cases: Iterable[models.Case]) -> Mapping[int, Mapping[str, Any]]:
    """Return what was last filled in to the form that each case begins with; nothing else of it is read."""
    names = {each.pk: _first_field(each.code, each.version) for each in cases}
    verbs = {verb for each in cases for verb in _verbs_that_fill(each.code, each.version)}
    events = models.Event.objects.filter(case__in=names, verb__in=verbs).order_by("case", "seq")
    return {case: data for case, data in events.values_list("case", "data") if names[case] in data}


def titles_of(cases: Iterable[models.Case]) -> Mapping[int, str]:
    """Return what cases are called by whoever filled them in: the first field of their first form."""
    rows = {each.pk: each for each in cases}
    return {
        case: str(data[_first_field(rows[case].code, rows[case].version)])
        for case, data in filled_in(rows.values()).items()
    }


def figures(actor: Actor, today: date, division: str = "") -> list[Figures]:
    """Return what the cases of an officer's divisions add up to, by procedure; of one part where it is named.

    A division that is none of the officer's, nor lies in one, has no figures.
    """
    divisions = actor.divisions if not division else {division} if _may_count(actor, division) else ()
    return _added_up(_counted(divisions, today)) if divisions else []


def parts(actor: Actor, today: date, division: str) -> list[Part]:
    """Return the parts of a division with what their cases add up to, each with all that lies in it."""
    if not _may_count(actor, division):
        return []
    counted = _counted([division], today)
    below = divisions_in(division).filter(parent=division).order_by("code")
    return [Part(each.code, each.name, _added_up(counted, each.code)) for each in below]


@dataclass(frozen=True, slots=True)
class _Counted:
    """How many cases there are by division, procedure, phase and outcome; how long each closed one took."""

    rows: list[tuple[str, str, str, str, int, int]]
    days: list[tuple[str, str, int]]


def _may_count(actor: Actor, division: str) -> bool:
    return may(actor, Verb.SEE, Subject(Of.DIVISION, division, division)) is None


def _counted(divisions: Iterable[str], today: date) -> _Counted:
    cases = models.Case.objects.filter(within("division", divisions), handed_in_on__isnull=False).order_by()
    late = Count("id", filter=Q(due_on__lt=today) & ~Q(phase=Phase.CLOSED))
    rows = cases.values_list("division", "code", "phase", "outcome").annotate(n=Count("id"), late=late)
    ended = cases.filter(phase=Phase.CLOSED).annotate(last=Max("events__on"))
    days = ended.values_list("division", "code", "opened_on", "last")
    return _Counted(list(rows), [(place, code, (last - since).days) for place, code, since, last in days])


def _added_up(counted: _Counted, division: str = "") -> list[Figures]:
    """Return the figures of all that was counted, or of what of it lies in a division."""
    found: dict[str, Figures] = {}
    for (code, _), procedure in sorted(catalogue().items()):
        found[code] = Figures(procedure)  # the title is that of the newest version
    for place, code, phase, outcome, count, late in counted.rows:
        if not place.startswith(division):
            continue
        of = found[code]
        of.phases[Phase(phase)] = of.phases.get(Phase(phase), 0) + count
        if outcome:
            of.outcomes[Outcome(outcome)] = of.outcomes.get(Outcome(outcome), 0) + count
        of.overdue += late
    for place, code, took in counted.days:
        if place.startswith(division):
            found[code].days.append(took)
    return list(found.values())


def _first_field(code: str, version: int) -> str:
    """Return the name of the first field of the form that a case begins with; empty where there is none."""
    form = first_form(catalogue()[code, version])
    return next(iter(form.model_fields), "") if form is not None else ""


def _verbs_that_fill(code: str, version: int) -> frozenset[str]:
    """Return the acts by which the form that a case begins with is filled in, first or again."""
    first, steps = first_form(catalogue()[code, version]), catalogue()[code, version].steps
    acts = (act for step in steps for act in step.acts)
    return frozenset(act.verb for act in acts if act.form is first is not None)


@cache
def _steps_of(role: Role) -> tuple[tuple[str, int, str], ...]:
    return tuple(
        (code, version, step.name)
        for (code, version), procedure in catalogue().items()
        for step in procedure.steps
        if waits_for(step) is role
    )


def _any_of(steps: tuple[tuple[str, int, str], ...]) -> Q:
    named = (Q(code=code, version=version, step=step) for code, version, step in steps)
    return reduce(or_, named, Q(pk__in=[]))
