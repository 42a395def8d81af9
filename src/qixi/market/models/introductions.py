"""Introductions of firms to holders, and the money that came of them, as rows."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from qixi.core import Text
from qixi.procedures.values import LONGEST_NUMBER
from qixi.registry.models import Asset, PublishedNeed


class Introduction(models.Model):
    """A firm and an asset it was shown for its need: what cases of `introduction` are about, one at a time.

    `case` is the latest of them. `rank`, `score` and `snapshot` say what the firm was shown; matches are made
    anew, and this stays.
    """

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    need = models.ForeignKey(PublishedNeed, on_delete=models.PROTECT, related_name="introductions")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="introductions")
    case = models.CharField(max_length=LONGEST_NUMBER, blank=True, db_index=True)
    rank = models.PositiveIntegerField()
    score = models.FloatField()
    snapshot = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["need", "asset"], name="introduced_once")]

    def __str__(self) -> str:
        return f"{self.need_id} {self.asset_id} {self.case}"


class Amount(models.Model):
    """An amount that an introduction came to. The three kinds are never added to each other.

    `key` is that of the effect which posted it: performed twice, it is posted once. `party` recorded it.
    """

    class Kind(models.TextChoices):
        """What the amount is."""

        CONTRACT = "contract", "合同成交额 / contract value"
        RECOGNISED = "recognised", "技术交易额 / recognised technology value"
        ARRIVED = "arrived", "到账金额 / money arrived"

        @property
        def text(self) -> Text:
            """The wording in both languages."""
            return Text(*str(self.label).split(" / "))

    key = models.CharField(max_length=LONGEST_NUMBER + 20, unique=True)
    case = models.CharField(max_length=LONGEST_NUMBER, db_index=True)
    division = models.CharField(max_length=9, db_index=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    yuan = models.DecimalField(max_digits=16, decimal_places=2)
    on = models.DateField()
    paper = models.TextField()
    party = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.case} {self.kind} {self.yuan}"
