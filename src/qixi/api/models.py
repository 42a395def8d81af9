"""What the door itself keeps: tokens by which programs come in, answers given once, requests counted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from django.db import models

from qixi.registry.models import User


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "read"
    OPEN = "open"
    ACT = "act"


class Token(models.Model):
    """A key for a program that works for a person. The key itself is not kept, only its digest.

    `mark` stands in the key in clear and names the token; it opens nothing.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    mark = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes: models.JSONField[Any, Any] = models.JSONField(default=list)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.mark

    def holds(self, now: datetime) -> bool:
        """Say whether it opens anything at that moment."""
        return self.revoked_at is None and now < self.expires_at and self.user.is_active


class Answer(models.Model):
    """What was answered to a request that carried a key of its own, for whoever sends it again.

    `actor` is the number of the person; `digest` is that of the request.
    """

    actor = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    content: models.JSONField[Any, Any] = models.JSONField(default=dict)
    answered_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["actor", "key"], name="answered_once")]

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"


class Spending(models.Model):
    """How many requests a caller has sent in a window, from one second of the epoch to another."""

    caller = models.CharField(max_length=100)
    begins = models.BigIntegerField()
    ends = models.BigIntegerField(db_index=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["caller", "begins", "ends"], name="counted_once")
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.count}"
