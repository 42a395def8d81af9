"""Writing what becomes of effects that were given up."""

from __future__ import annotations

from django.db import transaction

from qixi.casework import models
from qixi.casework.effects import PATIENCE
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.services.entries import permit


def try_again(actor: Actor) -> int:
    """Have all effects tried again that were given up, once their cause is mended; an operator does so."""
    permit(actor, Verb.ADMINISTER, Subject(Kind.SERVICE))
    with transaction.atomic():
        given_up = models.Outbox.objects.filter(performed_at__isnull=True, tries__gte=PATIENCE)
        return given_up.update(tries=0, next_try_at=None)
