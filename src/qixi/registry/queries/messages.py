"""The inbox of an actor: read, never written."""

from __future__ import annotations

from django.db.models import QuerySet

from qixi.registry.domain.may import Actor
from qixi.registry.models import Message


def inbox(actor: Actor) -> QuerySet[Message]:
    """Return what an actor and its organisations were told, the latest first."""
    return Message.objects.filter(party__in=actor.parties()).order_by("-id")


def unread(actor: Actor) -> int:
    """Return how many messages of an actor and its organisations nobody has read."""
    return Message.objects.filter(party__in=actor.parties(), read_at__isnull=True).count()
