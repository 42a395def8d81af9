"""Taking stock, as rows: lists that were handed in, what became of each row, and what is on offer."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from qixi.market.domain.stock import Stage
from qixi.registry.models import Asset, Division


class Listing(models.Model):
    """What the lead of an asset says of its transfer, and how far the asset has come.

    `ways` are those it is willing to go (`domain.stock.Way`), `price` what it thinks of in its own words,
    `self_grade` how it grades the value itself, `maturity` a readiness level 1 to 9 (GB/T 22900).
    `seq` and `case` name the decision that moved it last.
    """

    asset = models.OneToOneField(Asset, on_delete=models.PROTECT, related_name="listing")
    stage = models.CharField(max_length=12, choices=[(each.value, str(each.text)) for each in Stage])
    since = models.DateField()
    ways = models.JSONField(default=list)
    price = models.CharField(max_length=200, blank=True)
    maturity = models.PositiveSmallIntegerField(null=True)
    maturity_text = models.CharField(max_length=200, blank=True)
    self_grade = models.CharField(max_length=100, blank=True)
    case = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["stage"], name="listing_stage")]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.stage}"


class Intake(models.Model):
    """A list of patents that an organisation handed in. `heads` are the columns it assigned to fields.

    The content lies in the store under its SHA-256. `state` says what is being done, row by row: whoever
    takes it up again goes on with the rows that are left.
    """

    class State(models.TextChoices):
        """What is being done with the list."""

        READING = "reading", "读取中 / being read"
        LOOKED = "looked", "待确认 / to be confirmed"
        REFUSED = "refused", "无法读取 / cannot be read"
        TAKING = "taking", "导入中 / being taken in"
        TAKEN = "taken", "已导入 / taken in"
        UNDOING = "undoing", "撤销中 / being undone"
        UNDONE = "undone", "已撤销 / undone"

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    party = models.CharField(max_length=64, db_index=True)
    person = models.CharField(max_length=64)
    division = models.ForeignKey(Division, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    heads = models.JSONField(default=dict)
    unknown = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    begun_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class IntakeRow(models.Model):
    """A row of a list, what it states, and what became of it.

    `problems` are why it was refused, and what to look at otherwise, as JSON of `qixi.core.Problem`; `before`
    holds what it changed, None where it entered something new.
    """

    class Outcome(models.TextChoices):
        """What became of a row."""

        WAITING = "waiting", "待导入 / waiting"
        NEW = "new", "新登记 / entered"
        CHANGED = "changed", "已更新 / updated"
        SAME = "same", "无变化 / unchanged"
        REFUSED = "refused", "未导入 / refused"
        UNDONE = "undone", "已撤销 / undone"
        KEPT = "kept", "已使用，未撤销 / in use, kept"

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    line = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    stated = models.JSONField(null=True)
    problems = models.JSONField(default=list)
    before = models.JSONField(null=True)
    asset = models.ForeignKey(Asset, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["intake", "position"], name="row_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["intake", "outcome", "position"], name="row_outcome")]

    def __str__(self) -> str:
        return f"{self.intake_id} {self.position} {self.outcome}"
