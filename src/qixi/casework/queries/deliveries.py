"""What is known of papers that were served: on whom, when, and when they were opened."""

from __future__ import annotations

from django.db.models import QuerySet

from qixi.casework import models
from qixi.casework.queries.cases import View


def deliveries_in(seen: View) -> QuerySet[models.Delivery]:
    """Return what was served in a case: to officers all of it, to others what was served on them."""
    found = models.Delivery.objects.filter(event__case=seen.row).select_related("event").order_by("id")
    return found if seen.is_officer else found.filter(party__in=seen.actor.parties())
