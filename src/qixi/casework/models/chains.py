"""Chains of approval inside organisations, and what goes through them, as rows."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from qixi.casework.models.cases import Case, Event


class Chain(models.Model):
    """The posts that approve, one after the other, before an organisation acts in cases of a procedure.

    `verbs` are the acts it is asked for, null means all. A chain is never changed: another takes its place.
    """

    party = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    titles: models.JSONField[Any, Any] = models.JSONField()
    verbs: models.JSONField[Any, Any] = models.JSONField(null=True)
    set_by = models.CharField(max_length=64)
    since = models.DateField()
    ended_by = models.CharField(max_length=64, blank=True)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party", "code"], condition=Q(ended_on__isnull=True), name="chain_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.code} {'>'.join(self.titles)}"


class Proposal(models.Model):
    """An act that somebody of an organisation wants done, until all posts of the chain have approved it."""

    class State(models.TextChoices):
        """What has become of it."""

        WAITING = "waiting", "审批中 / waiting"
        PERFORMED = "performed", "已办理 / performed"
        RETURNED = "returned", "已退回 / returned"
        WITHDRAWN = "withdrawn", "已撤回 / withdrawn"

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="proposals")
    party = models.CharField(max_length=64, db_index=True)
    role = models.CharField(max_length=12)
    verb = models.CharField(max_length=40)
    data: models.JSONField[Any, Any] = models.JSONField(default=dict)
    person = models.CharField(max_length=64)
    on = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    event = models.OneToOneField(Event, null=True, on_delete=models.PROTECT, related_name="proposal")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "party", "verb"], condition=Q(state="waiting"), name="proposed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.verb} {self.state}"


class Approval(models.Model):
    """What one post of a chain said to a proposal: approved, or returned with a reason."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="approvals")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=12)
    person = models.CharField(max_length=64)
    approved = models.BooleanField()
    reason = models.TextField(blank=True)
    on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "position"], name="approval_once")
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}.{self.position} {self.title}"
