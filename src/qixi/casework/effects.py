"""Performing what cases cause: once each, in the order in which it was caused."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from qixi.casework.models import Outbox
from qixi.procedures import Kind
from qixi.procedures.effects import Cause, performer_of

PATIENCE = 20
"""Tries after which an effect waits for somebody to look at it."""


def perform_waiting(most: int = 1000) -> tuple[int, int]:
    """Perform what waits, at most so much; returns how much was performed, and how much failed.

    A kind that no room performs for a procedure counts as performed: it is in the record, and that is all.
    """
    done = failed = 0
    waiting = Outbox.objects.filter(performed_at__isnull=True, tries__lt=PATIENCE).order_by("id")
    for key in list(waiting.values_list("id", flat=True)[:most]):
        if _performed(key):
            done += 1
        else:
            failed += 1
    return done, failed


def _performed(key: int) -> bool:
    try:
        with transaction.atomic():
            row = Outbox.objects.select_for_update().select_related("event__case").get(id=key)
            if row.performed_at is not None:
                return True  # another was faster
            case = row.event.case
            performer = performer_of(Kind(row.kind), case.code)
            if performer is not None:
                first = case.events.get(seq=0)
                cause = Cause(
                    key=f"{case.number}#{row.event.seq}.{row.position}",
                    case=case.number,
                    code=case.code,
                    subject=case.subject,
                    division=case.division,
                    applicant=first.party,
                    person=first.person,
                    on=row.event.on,
                    opened=first.on,
                )
                performer(cause, row.content)
            row.performed_at = timezone.now()
            row.save(update_fields=["performed_at"])
    except Exception as fault:  # noqa: BLE001  whatever a performer fails with is kept, and the rest goes on
        Outbox.objects.filter(id=key).update(
            tries=F("tries") + 1, failure=f"{type(fault).__name__}: {fault}"[:2000]
        )
        return False
    return True
