"""How far the work in the background has come, for whoever runs the service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qixi.casework import models
from qixi.casework.effects import PATIENCE
from qixi.casework.queries.cases import time_is_up
from qixi.core import Problem, Refused, Text
from qixi.registry.domain.may import Actor, Kind, Subject, Verb, may


@dataclass(frozen=True, slots=True)
class Progress:
    """What waits: effects, of them those that failed and are tried again, those given up, periods that ended.

    Of periods those where time failed to act are `stopped`. `tasks` are counts by state; `last` is when a
    task ended last.
    """

    effects: int
    failing: int
    given_up: int
    periods: int
    stopped: int
    tasks: dict[str, int]
    last: datetime | None


def progress(actor: Actor, today: date) -> Progress:
    """Return how far the work has come; raises Refused where the actor does not run the service."""
    _operating(actor)
    waiting = models.Outbox.objects.filter(performed_at__isnull=True)
    states = DBTaskResult.objects.order_by().values_list("status").annotate(n=Count("id"))
    ended = DBTaskResult.objects.exclude(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
    return Progress(
        effects=waiting.count(),
        failing=waiting.filter(tries__gt=0, tries__lt=PATIENCE).count(),
        given_up=waiting.filter(tries__gte=PATIENCE).count(),
        periods=time_is_up(today).count(),
        stopped=stopped(actor).count(),
        tasks={str(state).lower(): count for state, count in states},
        last=ended.order_by("-finished_at").values_list("finished_at", flat=True).first(),
    )


def failures(actor: Actor) -> QuerySet[models.Outbox]:
    """Return the effects that failed and are not performed, the latest first."""
    _operating(actor)
    found = models.Outbox.objects.filter(performed_at__isnull=True, tries__gt=0)
    return found.select_related("event__case").order_by("-id")


def stopped(actor: Actor) -> QuerySet[models.Case]:
    """Return the cases in which a period is over and time failed to act, the longest over first."""
    _operating(actor)
    return models.Case.objects.filter(time_tries__gt=0).order_by("time_acts_on", "id")


def _operating(actor: Actor) -> None:
    reason = may(actor, Verb.ADMINISTER, Subject(Kind.SERVICE))
    if reason is not None:
        raise Refused(Problem("may", reason, Text("请由运营人员查看", "let an operator look at it")))
