"""What cases made public, and the contracts that were recorded after them: read, never written.

What is announced now the cases know, whatever their procedure: `qixi.casework.queries.lists.announced`.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from qixi.registry.domain.may import Actor
from qixi.registry.models import Contract, PublishedNeed
from qixi.registry.queries.people import within


def published_needs(today: date) -> QuerySet[PublishedNeed]:
    """Return the needs that everybody may read on a day, the latest first."""
    return PublishedNeed.objects.filter(
        published_on__lte=today, expires_on__gte=today, withdrawn_on__isnull=True
    ).order_by("-published_on", "-id")


def contracts_visible_to(actor: Actor) -> QuerySet[Contract]:
    """Return the contracts of an actor's organisations, and of its divisions, the latest first."""
    own = Q(party__in=actor.parties())
    return Contract.objects.filter(own | within("division", actor.divisions)).order_by("-signed_on", "-id")
