"""What is known of papers that were served: on whom, when, and when they were opened."""

from __future__ import annotations

from django.db.models import QuerySet

from qixi.casework import models
from qixi.casework.queries.cases import row_of, standings_in
from qixi.procedures import Role
from qixi.registry.domain.may import Actor


def deliveries_in(actor: Actor, number: str) -> QuerySet[models.Delivery]:
    """Return what was served in a case: to officers all of it, to others what was served on them."""
    row = row_of(actor, number)
    found = models.Delivery.objects.filter(event__case=row).select_related("event").order_by("id")
    if any(each.role is Role.OFFICER for each in standings_in(actor, row)):
        return found
    return found.filter(party__in=actor.parties())


def unopened(actor: Actor) -> QuerySet[models.Delivery]:
    """Return what was served on an actor or its organisations and nobody has opened, the oldest first."""
    found = models.Delivery.objects.filter(party__in=actor.parties(), opened_on__isnull=True)
    return found.select_related("event__case").order_by("id")
