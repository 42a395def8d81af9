"""What belongs to a case beside its events, as rows: consents asked for, files handed in, papers served."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from qixi.casework.models.cases import Case, Event


class Consent(models.Model):
    """A party that was asked to be a co-applicant, and what it said; it is in the case only if it agreed."""

    class Answer(models.TextChoices):
        """What was said; nothing yet is `asked`."""

        ASKED = "asked", "待答复 / asked"
        ACCEPTED = "accepted", "已同意 / accepted"
        DECLINED = "declined", "已拒绝 / declined"
        WITHDRAWN = "withdrawn", "已撤回 / withdrawn"

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    party = models.CharField(max_length=64, db_index=True)
    asked_by = models.CharField(max_length=64)
    asked_on = models.DateField()
    answer = models.CharField(max_length=12, choices=Answer.choices, default=Answer.ASKED)
    answered_by = models.CharField(max_length=64, blank=True)
    answered_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "party"], condition=Q(answer="asked"), name="consent_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.party} {self.answer}"


class Evidence(models.Model):
    """A file that was handed in with a case. Its content lies in the store under its SHA-256."""

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    party = models.CharField(max_length=64)
    role = models.CharField(max_length=12)
    person = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "party", "sha256"], name="evidence_handed_in_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:8]}"


class Delivery(models.Model):
    """A paper that was made available to a party by an act which serves, and when it was opened.

    The periods of the procedure run from the act; the receipt says what was seen when.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    party = models.CharField(max_length=64)
    available_on = models.DateField()
    opened_on = models.DateField(null=True)
    opened_by = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "party"], name="delivered_once")]
        indexes: ClassVar = [
            models.Index(fields=["party"], name="delivery_unopened", condition=Q(opened_on__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.party}"
