"""Experts and the conflicts of interest that they declare, as rows."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from qixi.registry.models.people import Organisation, User


class Expert(models.Model):
    """A person who can sit on panels. `fields` are what it knows, the first its main one."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="expert")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="experts")
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

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["expert", "party"], condition=Q(until__isnull=True), name="conflict_declared_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.expert} {self.party}"
