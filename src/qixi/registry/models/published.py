"""What cases made public, as rows: needs, announced prices; and the contracts that were recorded after these.

`seq` is the number of the case's event that was applied last: what comes late changes nothing newer.
"""

from __future__ import annotations

from django.db import models

from qixi.procedures.values import LONGEST_NUMBER


class _OfCase(models.Model):
    """What comes from a case, in which division, for which party."""

    case = models.CharField(max_length=LONGEST_NUMBER, unique=True)
    party = models.CharField(max_length=64, db_index=True)
    division = models.CharField(max_length=9, db_index=True)
    seq = models.PositiveIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.case


class PublishedNeed(_OfCase):
    """A need as everybody may read it, until it runs out or is taken down."""

    title = models.CharField(max_length=200)
    problem = models.TextField()
    targets = models.TextField(blank=True)
    constraints = models.TextField(blank=True)
    way = models.CharField(max_length=20)
    ownership = models.TextField(blank=True)
    budget = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    deadline = models.DateField(null=True)
    published_on = models.DateField()
    expires_on = models.DateField()
    withdrawn_on = models.DateField(null=True)

    class Meta:
        verbose_name = "已发布需求 / published need"
        verbose_name_plural = "已发布需求 / published needs"


class Notice(_OfCase):
    """The record of a price as it was announced (the four items and the flag), with or without a contract.

    It stands until it is taken down or the contract is recorded. How long its notice lasts, the case alone
    knows: `ends_on` is the first day it could end on, and an objection makes it longer.
    """

    name = models.TextField()
    summary = models.TextField()
    way = models.CharField(max_length=20)
    price = models.DecimalField(max_digits=16, decimal_places=2)
    related = models.BooleanField()
    relation = models.TextField(blank=True)
    published_on = models.DateField()
    ends_on = models.DateField()
    withdrawn_on = models.DateField(null=True)

    class Meta:
        verbose_name = "价格公示 / price notice"
        verbose_name_plural = "价格公示 / price notices"


class Contract(_OfCase):
    """A contract that was signed at a price decided here."""

    number = models.TextField()
    name = models.TextField()
    way = models.CharField(max_length=20)
    signed_on = models.DateField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    related = models.BooleanField()
