"""Matchmaking events, as rows: who is invited, who wishes for whom, who meets when, what came of it."""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar

from django.db import models

from qixi.market.domain.fairs import Answer, Role
from qixi.registry.models import Division, PublishedNeed

_CODE_BYTES = 16


def new_code() -> str:
    """Return a code for checking in, which nobody guesses."""
    return secrets.token_urlsafe(_CODE_BYTES)


class Fair(models.Model):
    """An event that `party` organises. `announced_on` is None as long as only those invited know of it.

    `version` counts changes of what is stated, `seq` all that the timetable rests on. `solving` says that a
    timetable is wanted; `met` and `bound` are the weight of the wishes it meets and what none exceeds.
    """

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    party = models.CharField(max_length=64, db_index=True)
    person = models.CharField(max_length=64)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="fairs")
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    day = models.DateField(db_index=True)
    begins = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    slots = models.PositiveSmallIntegerField()
    tables = models.PositiveSmallIntegerField()
    needs = models.ManyToManyField(PublishedNeed, related_name="fairs")
    prepared_on = models.DateField()
    announced_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    seq = models.PositiveIntegerField(default=0)
    solving = models.BooleanField(default=False)
    solved_seq = models.PositiveIntegerField(null=True)
    met = models.PositiveIntegerField(default=0)
    bound = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["day", "id"]

    def __str__(self) -> str:
        return self.title


class Guest(models.Model):
    """A party that is invited to an event. `away` are the slots, from 0, in which it is not there.

    `code` is printed on its card and lets the organiser check it in. `told` is its timetable as it was told
    last: [slot, table, other guest] each.
    """

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="guests")
    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    party = models.CharField(max_length=64, db_index=True)
    role = models.CharField(max_length=8, choices=[(each.value, str(each.text)) for each in Role])
    invited_on = models.DateField()
    answer = models.CharField(
        max_length=8, choices=[(each.value, str(each.text)) for each in Answer], default=Answer.WAITING
    )
    answered_on = models.DateField(null=True)
    away = models.JSONField(default=list)
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    checked_in_at = models.DateTimeField(null=True)
    told = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["role", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["fair", "party"], name="invited_once")]

    def __str__(self) -> str:
        return f"{self.fair_id} {self.party}"


class FairWish(models.Model):
    """A guest would meet another one. `why` says in both languages why it does not, where it does not."""

    guest = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="wishes")
    other = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="wished_by")
    weight = models.PositiveSmallIntegerField()
    why = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-weight", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["guest", "other"], name="wished_once")]

    def __str__(self) -> str:
        return f"{self.guest_id} {self.other_id} {self.weight}"


class Meeting(models.Model):
    """A firm and a team at a table in a slot, counted from 0; tables count from 1.

    One that was told is `fixed`: a timetable that is solved again leaves it where it is.
    """

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="meetings")
    slot = models.PositiveSmallIntegerField()
    table = models.PositiveSmallIntegerField()
    firm = models.ForeignKey(Guest, on_delete=models.PROTECT, related_name="as_firm")
    team = models.ForeignKey(Guest, on_delete=models.PROTECT, related_name="as_team")
    fixed = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["slot", "table"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fair", "slot", "table"], name="one_meeting_at_a_table"),
            models.UniqueConstraint(fields=["firm", "slot"], name="firm_in_one_place"),
            models.UniqueConstraint(fields=["team", "slot"], name="team_in_one_place"),
            models.UniqueConstraint(fields=["firm", "team"], name="met_once"),
        ]

    def __str__(self) -> str:
        return f"{self.fair_id} {self.slot} {self.table}"


class FollowUp(models.Model):
    """What was said some days after an event of what came of a meeting; the last word counts."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="follow_ups")
    days = models.PositiveSmallIntegerField()
    said = models.TextField()
    person = models.CharField(max_length=64)
    on = models.DateField()

    class Meta:
        ordering: ClassVar = ["days"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "days"], name="asked_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.days}"
