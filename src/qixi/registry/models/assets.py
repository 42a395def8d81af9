"""Assets, who holds them in which shares, the rights in them and what encumbers these, as rows.

Days are counted in: what holds `until` a day still holds on it. A party is a number, as in cases.
"""

from __future__ import annotations

import uuid
from fractions import Fraction
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from qixi.procedures.values import LONGEST_NUMBER
from qixi.registry.domain.asset import AssetKind, Status
from qixi.registry.domain.encumbrances import Burden
from qixi.registry.models.people import Division, User

_ENDS_AFTER_IT_BEGAN = Q(until__isnull=True) | Q(until__gte=F("since"))


class Asset(models.Model):
    """Something transferable. `lead` is the party that may edit it; others confirm or dispute.

    `key` is the office's number as numbers are compared; none is entered twice.
    """

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=[(each.value, str(each.text)) for each in AssetKind])
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    confidential = models.TextField(blank=True)
    register_number = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=80, null=True, unique=True)
    filed_on = models.DateField(null=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="assets")
    lead = models.CharField(max_length=64, db_index=True)
    public = models.BooleanField(default=False)
    entered_on = models.DateField()

    def __str__(self) -> str:
        return self.title


class Inventor(models.Model):
    """Somebody who made an asset, by name, and by account where there is one."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="inventors")
    name = models.CharField(max_length=100)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="inventions")

    def __str__(self) -> str:
        return self.name


class Share(models.Model):
    """The part of an asset that a party holds, over time. On every day the parts make one whole."""

    class Standing(models.TextChoices):
        """What the holder says of it."""

        STATED = "stated", "待确认 / stated"
        CONFIRMED = "confirmed", "已确认 / confirmed"
        DISPUTED = "disputed", "有异议 / disputed"

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="shares")
    party = models.CharField(max_length=64, db_index=True)
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField()
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.STATED)
    since = models.DateField()
    until = models.DateField(null=True)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(numerator__gte=1, denominator__gte=F("numerator")), name="share_is_a_part"
            ),
            models.CheckConstraint(condition=_ENDS_AFTER_IT_BEGAN, name="share_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.part}"

    @property
    def part(self) -> Fraction:
        """The part as a fraction."""
        return Fraction(self.numerator, self.denominator)


class Right(models.Model):
    """Where the right in an asset stood, over time: pending, in force, lapsed, invalid."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="rights")
    status = models.CharField(max_length=10, choices=[(each.value, str(each.text)) for each in Status])
    since = models.DateField()
    until = models.DateField(null=True)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asset"], condition=Q(until__isnull=True), name="right_stands_one_way"
            ),
            models.CheckConstraint(condition=_ENDS_AFTER_IT_BEGAN, name="right_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.status}"


class Encumbrance(models.Model):
    """A licence, a pledge or a preservation of an asset, over time; `territory` empty is everywhere.

    `cause` is the effect of the case that entered it, where one did.
    """

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="encumbrances")
    kind = models.CharField(max_length=10, choices=[(each.value, str(each.text)) for each in Burden])
    party = models.CharField(max_length=64, blank=True, db_index=True)
    territory = models.CharField(max_length=9, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    basis = models.CharField(max_length=200)
    cause = models.CharField(max_length=LONGEST_NUMBER + 20, null=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ENDS_AFTER_IT_BEGAN, name="encumbrance_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.kind}"
