"""Writing receipts: when a party opened the papers that were served on it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from qixi.casework import models
from qixi.casework.queries import row_of
from qixi.registry.domain.may import Actor


def open_papers(actor: Actor, number: str, today: date) -> int:
    """Write down that the actor has opened what was served in a case on it or its organisations.

    Returns how many papers were opened by this. The first opening counts; no period depends on it.
    """
    with transaction.atomic():
        row = row_of(actor, number)
        unopened = models.Delivery.objects.filter(
            event__case=row, party__in=actor.parties(), opened_on__isnull=True
        )
        return unopened.update(opened_on=today, opened_by=actor.number)
