"""Experts, what they declare, and the rosters that were committed to before a draw, as rows."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from qixi.registry.models.people import Organisation, User


class Expert(models.Model):
    """A person who can sit on panels. `fields` are what it knows, the first its main one."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="expert")
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="experts"
    )
    fields: models.JSONField[Any, Any] = models.JSONField(default=list)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="expert_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Conflict(models.Model):
    """A party that an expert declared not to be free of, and why."""

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="conflicts")
    party = models.CharField(max_length=64, db_index=True)
    reason = models.CharField(max_length=500)
    since = models.DateField()
    until = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.expert} {self.party}"


class Roster(models.Model):
    """Who can be drawn for a case, as it was committed to: `content` in full, `commitment` its hash."""

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.CharField(max_length=32, db_index=True)
    content: models.JSONField[Any, Any] = models.JSONField()
    commitment = models.CharField(max_length=64)
    committed_on = models.DateField()
    person = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.case} {self.commitment}"
