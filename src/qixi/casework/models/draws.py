"""Draws of panels and the numbers that parties promised for them, as rows."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from qixi.casework.models.cases import Case


class Draw(models.Model):
    """A draw of experts for a step of a case: begun, its roster committed to, held; or given up.

    `entry` is the number of the event that led into the step. `roster` is the whole of what was drawn from,
    `commitment` its hash, `record` the draw as it was held.
    """

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="draws")
    entry = models.PositiveIntegerField()
    begun_by = models.CharField(max_length=64)
    begun_on = models.DateField()
    promises_until = models.DateField()
    roster: models.JSONField[Any, Any] = models.JSONField(null=True)
    commitment = models.CharField(max_length=64, blank=True)
    committed_by = models.CharField(max_length=64, blank=True)
    committed_on = models.DateField(null=True)
    numbers_until = models.DateField(null=True)
    record: models.JSONField[Any, Any] = models.JSONField(null=True)
    held_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    ended_on = models.DateField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(held_on__isnull=True, ended_on__isnull=True),
                name="draw_under_way_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"


class Promise(models.Model):
    """The number that a party promised for a draw, by its digest, and the number once it is revealed.

    Where the house keeps the number for the party, `kept` is the number from the beginning. Neither is shown
    to anybody before all numbers are there.
    """

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="promises")
    party = models.CharField(max_length=64)
    person = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    on = models.DateField()
    kept = models.CharField(max_length=128, blank=True)
    value = models.CharField(max_length=128, blank=True)
    revealed_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["draw", "party"], name="promised_once")]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.party}"
