"""Performing what cases cause: once each, in the order in which it was caused."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from qixi.casework.models import Outbox
from qixi.procedures import Kind
from qixi.procedures.effects import Cause, performer_of

PATIENCE = 20
"""Tries after which an effect waits for somebody to look at it."""
_LONGEST_PAUSE = 3600
"""Seconds between two tries, at most."""


def waiting(now: datetime | None = None) -> QuerySet[Outbox]:
    """Return the effects that wait in their order; of those that failed, only what is due again `now`."""
    found = Outbox.objects.filter(performed_at__isnull=True, tries__lt=PATIENCE)
    if now is not None:
        found = found.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now))
    return found.order_by("id")


def perform_waiting(most: int = 1000, now: datetime | None = None) -> tuple[int, int]:
    """Perform what waits, at most so much; returns how much was performed, and how much failed.

    A kind that no room performs for a procedure counts as performed: it is in the record, and that is all.
    """
    done = failed = 0
    for key in list(waiting(now).values_list("id", flat=True)[:most]):
        if _performed(key):
            done += 1
        else:
            failed += 1
    return done, failed


def pause_after(tries: int) -> timedelta:
    """Return how long what has failed so often before, and now again, waits for its next try."""
    return timedelta(seconds=min(2 ** min(tries, 30), _LONGEST_PAUSE))


def said_of(fault: Exception) -> str:
    """Return what is kept of a fault, for whoever mends its cause."""
    return f"{type(fault).__name__}: {fault}"[:2000]


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
    except OperationalError:
        raise  # the database is at fault, not the effect
    except Exception as fault:  # noqa: BLE001  whatever a performer fails with is kept, and the rest goes on
        _put_off(key, said_of(fault))
        return False
    return True


def _put_off(key: int, failure: str) -> None:
    """Note a failure, and try again after a pause that grows with each."""
    with transaction.atomic():
        row = Outbox.objects.select_for_update().get(id=key)
        row.next_try_at = timezone.now() + pause_after(row.tries)
        row.tries, row.failure = row.tries + 1, failure
        row.save(update_fields=["tries", "failure", "next_try_at"])
