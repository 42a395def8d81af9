"""What is known of a patent beside what is known of every asset, as rows."""

from __future__ import annotations

from django.db import models

from qixi.registry.models.assets import Asset


class Patent(models.Model):
    """The bibliography of a patent or an application, as its office publishes it.

    `applicants` are names as filed, whether or not they are registered here. `fee_due_on` is the day by
    which the next annual fee is to be paid. `publicly_funded` is None where nobody said.
    """

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="patent")
    applicants = models.JSONField(default=list)
    ipc = models.JSONField(default=list)
    keywords = models.JSONField(default=list)
    claims = models.JSONField(default=list)
    publication_no = models.CharField(max_length=40, blank=True, db_index=True)
    family = models.CharField(max_length=500, blank=True)
    granted_on = models.DateField(null=True)
    fee_due_on = models.DateField(null=True, db_index=True)
    publicly_funded = models.BooleanField(null=True)

    def __str__(self) -> str:
        return f"{self.asset_id} {self.publication_no}"
