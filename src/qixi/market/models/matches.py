"""What was matched, as rows: for each need its best assets with reasons, and how firms graded them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qixi.registry.models import Asset, PublishedNeed


class Ranking(models.Model):
    """A need's matches as they were made last: by which engine, from which state of the index, on what need.

    `seq` is that of the need's publication, so that a need published anew is matched anew.
    """

    need = models.OneToOneField(PublishedNeed, on_delete=models.CASCADE, related_name="ranking")
    seq = models.PositiveIntegerField()
    engine = models.CharField(max_length=60)
    snapshot = models.CharField(max_length=64, db_index=True)
    passed = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.need_id} {self.snapshot[:8]}"


class Match(models.Model):
    """A reproducible claim that an asset may answer a need; never a decision.

    `reasons` are sentences in both languages, each {"zh": ..., "en": ...}; `suggestion` is one.
    """

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="matches")
    need = models.ForeignKey(PublishedNeed, on_delete=models.CASCADE, related_name="matches")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="matches")
    rank = models.PositiveIntegerField()
    score = models.FloatField()
    business = models.FloatField()
    fit = models.FloatField()
    portfolio = models.FloatField()
    known = models.FloatField()
    suggestion = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["need", "asset"], name="matched_once")]
        indexes: ClassVar = [models.Index(fields=["asset", "-score"], name="match_of_asset")]

    def __str__(self) -> str:
        return f"{self.need_id} {self.rank} {self.asset_id}"


class Opinion(models.Model):
    """How a firm grades an asset that it was shown for its need, on the three documented dimensions.

    Each grade is a number of the scale in `tables`, None where the firm did not say. `rank`, `score` and
    `snapshot` say what it was shown.
    """

    need = models.ForeignKey(PublishedNeed, on_delete=models.PROTECT, related_name="opinions")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="opinions")
    party = models.CharField(max_length=64, db_index=True)
    person = models.CharField(max_length=64)
    prospects = models.PositiveSmallIntegerField(null=True)
    improvement = models.PositiveSmallIntegerField(null=True)
    cooperation = models.PositiveSmallIntegerField(null=True)
    why = models.TextField(blank=True)
    rank = models.PositiveIntegerField()
    score = models.FloatField()
    snapshot = models.CharField(max_length=64)
    on = models.DateField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "asset", "party"], name="graded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.asset_id} {self.party}"


class Cursor(models.Model):
    """How far somebody has read the registers' entries: the number of the last one."""

    name = models.CharField(max_length=20, unique=True)
    entry = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.entry}"
