"""Writing the inbox: a party is told something once, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from qixi.core import Text
from qixi.registry.domain.may import Actor
from qixi.registry.models import Message
from qixi.registry.tasks import deliver


def tell(party: str, text: Text, case: str, key: str, kind: str = "case") -> Message:
    """Put a message in the inbox of a party; one of that `key` that is there already is left as it is.

    Where the service has a mail server or a gateway for short messages, they are told that way too.
    """
    with transaction.atomic():
        message, is_new = Message.objects.get_or_create(
            key=key, defaults={"party": party, "kind": kind, "zh": text.zh, "en": text.en, "case": case}
        )
        if is_new and (settings.MAIL or settings.SMS_GATEWAY):
            deliver.enqueue(message.pk)
        return message


def mark_read(actor: Actor, messages: Iterable[int]) -> int:
    """Mark messages of an actor as read; returns how many were unread. Others' are passed over."""
    with transaction.atomic():
        own = Message.objects.filter(pk__in=list(messages), party__in=actor.parties(), read_at__isnull=True)
        return own.update(read_at=timezone.now(), read_by=actor.number)
