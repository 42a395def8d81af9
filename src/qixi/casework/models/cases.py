"""Cases, their events and what these cause, as rows. Events and entries are only ever appended to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from qixi.procedures.values import LONGEST_CODE, LONGEST_NUMBER

DUE_FIRST = F("due_on").asc(nulls_last=True)
"""What is due soonest comes first, what is never due last, on either database."""


class Case(models.Model):
    """One run of a procedure. All but its key facts is what the events left, kept for lists and filters.

    `handed_in_on` is when others began to deal with it: until then it is a draft, its parties' own business.
    Where time could not act, `time_failure` says why, until something happens in the case.
    """

    number = models.CharField(max_length=LONGEST_NUMBER, unique=True)
    code = models.CharField(max_length=LONGEST_CODE)
    version = models.PositiveIntegerField()
    division = models.CharField(max_length=9)
    subject = models.CharField(max_length=100, blank=True)
    opened_on = models.DateField()
    handed_in_on = models.DateField(null=True)
    step = models.CharField(max_length=40)
    phase = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12, blank=True)
    length = models.PositiveIntegerField()
    due_on = models.DateField(null=True)
    time_acts_on = models.DateField(null=True)
    time_tries = models.PositiveIntegerField(default=0)
    time_next_try_at = models.DateTimeField(null=True)
    time_failure = models.TextField(blank=True)

    class Meta:
        verbose_name = "案件 / case"
        verbose_name_plural = "案件 / cases"
        indexes: ClassVar = [
            # Prefixes of divisions are looked for, which PostgreSQL finds by patterns only.
            models.Index(
                fields=["division", "phase", "due_on"],
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops", "date_ops"],
                name="case_desk",
            ),
            models.Index(fields=["code", "opened_on"], name="case_of_procedure"),
            models.Index(fields=["time_acts_on"], name="case_time", condition=Q(time_acts_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class Event(models.Model):
    """What happened in a case. A number is given once, on either database, whoever was faster.

    `party` acted; `person` is the number of who did it, where the party is an organisation.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    party = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=12)
    person = models.CharField(max_length=64, blank=True)
    on = models.DateField()
    step = models.CharField(max_length=40, blank=True)
    to = models.CharField(max_length=40)
    data: models.JSONField[Any, Any] = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "案件经过 / event"
        verbose_name_plural = "案件经过 / events"
        ordering: ClassVar = ["case", "seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="event_number_once")]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.seq} {self.verb}"


class Holding(models.Model):
    """The role a party holds in a case, until it ends; one that ended stays, and another can begin.

    An agent's `mandate` are the verbs it may perform, null means all.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holdings")
    party = models.CharField(max_length=64)
    role = models.CharField(max_length=12)
    mandate: models.JSONField[Any, Any] = models.JSONField(null=True)
    since = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        verbose_name = "案件角色 / role in a case"
        verbose_name_plural = "案件角色 / roles in cases"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "party", "role"],
                condition=Q(ended_on__isnull=True),
                name="holding_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["party", "case"], name="holding_of")]

    def __str__(self) -> str:
        return f"{self.party} {self.role} {self.case_id}"


class Outbox(models.Model):
    """What an event causes elsewhere, to be performed once by the room that can.

    `claim` is what it takes for itself alone, as a credit code: two cases never claim the same.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="consequences")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    content: models.JSONField[Any, Any] = models.JSONField(default=dict)
    claim = models.CharField(max_length=200, null=True, unique=True)
    performed_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        verbose_name = "待执行事项 / effect"
        verbose_name_plural = "待执行事项 / effects"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "position"], name="consequence_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="outbox_waiting", condition=Q(performed_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.event_id}.{self.position} {self.kind}"


class Entry(models.Model):
    """What was done about a case beside its acts: a mandate given, a consent, a move to another version.

    `party` is whom it concerns, `person` the number of who did it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    verb = models.CharField(max_length=20)
    party = models.CharField(max_length=64, blank=True)
    person = models.CharField(max_length=64)
    on = models.DateField()
    content: models.JSONField[Any, Any] = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.on} {self.verb} {self.case_id}"
